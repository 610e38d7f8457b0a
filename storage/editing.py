"""The writing half of the library: annotations, tags, attributes, reading positions. Each call is one step."""

from __future__ import annotations

import math
import re
import time
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from storage import identity, passages, records
from storage.codec import Record
from storage.errors import LibraryError, UsageError
from storage.identifying import Identifying
from storage.model import COLORS, NO_VALUES, STATES, Annotation, Creator, Document, ReadingPosition, Tag, Value

if TYPE_CHECKING:
    from storage.text import Text
    from storage.transactions import Transaction

POSITION_EVERY = 60.0
"""Seconds between two saves of the reading position; leaving and closing save it as well."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Editing(Identifying):
    """What can be changed in a library by hand."""

    _places: dict[str, ReadingPosition]
    _places_saved: float

    def step(self, label: str) -> Transaction:
        """Make everything in the body one save, all or nothing, and one undo step called `label`; steps nest.

        Other processes wait meanwhile: read files and ask questions before. Raises LibraryError when it cannot be
        saved; then nothing has changed.
        """
        return self._file.transaction(label)

    def annotate(  # noqa: PLR0913  # one value for each part of an annotation
        self,
        document: str,
        ranges: Sequence[tuple[int, int]],
        *,
        tags: Sequence[str] = (),
        note: str = "",
        color: str = "",
        fields: Mapping[str, Value] = NO_VALUES,
        text: Text,
    ) -> Annotation:
        """Highlight `ranges` of `text`, or write a page note when there are none; `tags` are paths, made when absent.

        Raises UsageError for an unknown document or colour, an odd tag, or a range outside of the text.
        """
        label = f"tag {', '.join(tags)}" if tags else "note" if note else "highlight"
        with self.step(label if ranges else "page note"):
            now = identity.now()
            made = Annotation(
                uuid=self._new_uuid("annotations"),
                document=self.document(document).uuid,
                creator=self._ensure_me().uuid,
                tags=self._with_tags((), tags),
                color=_color(color),
                note=note,
                fields=fields,
                created=now,
                updated=now,
            )
            made = passages.placed(made, text, ranges)
            self._put("annotations", records.annotation_record(made))
        return self.annotation(made.uuid)

    def annotate_all(self, made: Sequence[Annotation], known: Sequence[str], tags: Sequence[str]) -> None:
        """Add annotations that stand in their places already (`storage.passages.placed`), and put `tags` on others too.

        `known` are the uuids of those. Raises UsageError where a document or annotation is gone; then nothing changes.
        """
        if not made and not tags:
            return
        with self.step(f"tag {', '.join(tags)}" if tags else "highlight"):
            for document in {one.document for one in made}:
                self.document(document)
            now, creator, uuids = identity.now(), self._ensure_me().uuid, self._with_tags((), tags)
            for one in made:
                whole = one._replace(
                    uuid=self._new_uuid("annotations"), creator=creator, tags=uuids, created=now, updated=now
                )
                self._put("annotations", records.annotation_record(whole))
            for uuid in known if tags else ():
                self.edit(uuid, add_tags=tags)

    def edit(  # noqa: PLR0913  # one value for each part of an annotation
        self,
        uuid: str,
        *,
        note: str | None = None,
        color: str | None = None,
        ranges: Sequence[tuple[int, int]] | None = None,
        text: Text | None = None,
        add_tags: Sequence[str] = (),
        remove_tags: Sequence[str] = (),
        fields: Mapping[str, Value] | None = None,
    ) -> Annotation:
        """Change an annotation; None leaves a value as it is. `ranges` count in `text`. Raises UsageError."""
        with self.step(_edit_label(note, color, ranges, add_tags, remove_tags)):
            old = self.annotation(uuid)
            leaving = {tag.uuid for tag in map(self.tag_by_path, map(clean_path, remove_tags)) if tag}
            new = old._replace(
                tags=self._with_tags((tag for tag in old.tags if tag not in leaving), add_tags),
                note=old.note if note is None else note,
                color=old.color if color is None else _color(color),
                fields=old.fields if fields is None else fields,
            )
            if ranges is not None:
                if text is None:
                    raise UsageError("The text is needed to move an annotation in it.")
                new = passages.placed(new, text, ranges)
            self._change("annotations", records.annotation_record(new))
        return self.annotation(old.uuid)

    def _with_tags(self, has: Iterable[str], paths: Sequence[str]) -> tuple[str, ...]:
        """Return the tags `has` (uuids) and those at `paths`, made when absent, without what these exclude."""
        found = dict.fromkeys(has)
        for path in dict.fromkeys(map(clean_path, paths)):
            tag = self.ensure_tag(path)
            for gone in self._excluded(tag, tuple(found)):
                del found[gone]
            found[tag.uuid] = None
        return tuple(found)

    def _excluded(self, tag: Tag, has: Sequence[str]) -> set[str]:
        """Return which of the tags `has` (uuids) cannot stand beside `tag`; `storage.codebook` knows."""
        del tag, has
        return set()

    def delete(self, *uuids: str) -> None:
        """Delete annotations. Raises UsageError when one of them is not there."""
        with self.step("delete"):
            for uuid in uuids:
                self._drop("annotations", self.annotation(uuid).uuid)

    def ensure_tag(self, path: str) -> Tag:
        """Return the tag at `path`, made with its parents when absent. Raises UsageError for a path that is none."""
        path = clean_path(path)
        if tag := self.tag_by_path(path):
            return tag
        with self.step(f"new tag {path}"):
            parent = path.rpartition("/")[0]
            if parent:
                self.ensure_tag(parent)
            made = Tag(self._new_uuid("tags"), path, created=identity.now())
            self._put_tag(made)
        return made

    def edit_tag(  # noqa: PLR0913  # one value for each part of a tag
        self,
        uuid: str,
        *,
        path: str | None = None,
        color: str | None = None,
        description: str | None = None,
        key: str | None = None,
        aliases: Sequence[str] | None = None,
    ) -> Tag:
        """Change a tag; a new `path` takes the tags beneath it along. Raises UsageError when the path is taken."""
        if key and key not in set("123456789"):
            raise UsageError(f"“{key}” is no key for a tag: take a digit from 1 to 9.")
        with self.step("rename tag" if path is not None else "tag"):
            old = self.tag(uuid)
            new = old._replace(
                color=old.color if color is None else _color(color),
                description=old.description if description is None else description,
                key=old.key if key is None else key,
                aliases=old.aliases if aliases is None else clean_aliases(aliases, old.path),
            )
            if key:
                for other in self.tags():
                    if other.key == key and other.uuid != old.uuid:
                        self._change("tags", records.plain_record(other._replace(key="")))
            self._change("tags", records.plain_record(new))
            if path is not None:
                self._move_tag(new, clean_path(path))
        return self.tag(old.uuid)

    def _move_tag(self, tag: Tag, path: str) -> None:
        if path == tag.path:
            return
        if path.startswith(f"{tag.path}/"):
            raise UsageError(f"The tag {tag.path} cannot go beneath itself.")
        moving = [each for each in self.tags() if each.path == tag.path or each.path.startswith(f"{tag.path}/")]
        targets = {each.uuid: path + each.path.removeprefix(tag.path) for each in moving}
        for target in targets.values():
            if (other := self.tag_by_path(target)) and other.uuid not in targets:
                raise UsageError(f"There is already a tag {target}.")
        for each in moving:
            self._change("tags", records.plain_record(each._replace(path=targets[each.uuid])))
        if parent := path.rpartition("/")[0]:
            self.ensure_tag(parent)

    def edit_document(
        self,
        uuid: str,
        *,
        title: str | None = None,
        state: str | None = None,
        attributes: Mapping[str, Value | None] | None = None,
    ) -> Document:
        """Change what the reader says of a document; an attribute of None goes. Raises UsageError."""
        if state is not None and state not in STATES:
            raise UsageError(f"“{state}” is no state of a document: it is {', '.join(STATES[:-1])} or {STATES[-1]}.")
        with self.step("title" if title is not None else f"state {state}" if state else "attributes"):
            old = self.document(uuid)
            changed = {name: _value(name, value) for name, value in (attributes or {}).items()}
            merged = {name: value for name, value in {**old.attributes, **changed}.items() if value is not None}
            new = old._replace(
                title=old.title if title is None else clean_line(title),
                state=old.state if state is None else state,
                attributes=merged,
            )
            self._change("documents", records.plain_record(new))
        return self.document(old.uuid)

    def save_position(self, position: ReadingPosition) -> None:
        """Remember where this device reads; written at most once a minute, and by :meth:`save_positions`.

        It is no undo step, and when it cannot be written now it waits on. A library that is read-only remembers it
        until it is closed.
        """
        stamp = max(identity.milliseconds(), position.stamp)
        self._places[position.document] = position._replace(device=self.device, stamp=stamp)
        if time.monotonic() - self._places_saved > POSITION_EVERY:
            with suppress(LibraryError):
                self.save_positions()

    def save_positions(self) -> None:
        """Write the reading positions that wait. Raises LibraryError when that fails; they wait on."""
        if not self._places or self.readonly:
            return
        with self._file.transaction():
            for place in self._places.values():
                if self._find("documents", place.document):  # else it was deleted meanwhile
                    self._put_position(place)
        self._places.clear()
        self._places_saved = time.monotonic()

    def position(self, document: str) -> ReadingPosition | None:
        """Return where this device stopped reading, else where any other did last."""
        return self._places.get(document) or super().position(document)

    def _put_position(self, place: ReadingPosition) -> None:
        record = records.plain_record(place)
        for key, old in self._file.table("positions").items():
            if (old.get("document"), old.get("device")) == (place.document, self.device):
                self._file.put("positions", key, {**old, **record})
                return
        self._put("positions", {"uuid": self._new_uuid("positions"), **record})

    def _ensure_me(self) -> Creator:
        me = self.me()
        if not me.uuid:
            me = me._replace(uuid=self._new_uuid("creators"))
            self._put("creators", records.plain_record(me))
        return me

    def _new_uuid(self, table: str) -> str:
        rows = self._file.table(table)
        while identity.doc_id(uuid := identity.new_uuid()) in rows:
            pass
        return uuid

    def _put(self, table: str, record: Record) -> None:
        """Put a new record."""
        self._file.put(table, identity.doc_id(record["uuid"]), record)

    def _change(self, table: str, record: Record) -> None:
        """Put a record that is there; what it holds beyond our shapes stays."""
        key = self._key(table, record["uuid"])
        if key is not None:
            self._file.put(table, key, {**self._file.table(table)[key], **record})

    def _drop(self, table: str, uuid: str) -> None:
        key = self._key(table, uuid)
        if key is not None:
            self._file.put(table, key, None)


def _edit_label(
    note: str | None,
    color: str | None,
    ranges: Sequence[tuple[int, int]] | None,
    add: Sequence[str],
    remove: Sequence[str],
) -> str:
    if add:
        return f"tag {', '.join(add)}"
    if remove:
        return f"untag {', '.join(remove)}"
    if ranges is not None:
        return "reshape"
    if color is not None:
        return f"colour {color}" if color else "no colour"
    return "note" if note is not None else "edit"


def clean_line(line: str) -> str:
    """Return `line` as one line without control characters."""
    return " ".join(_CONTROL.sub(" ", line).split())


def clean_path(path: str) -> str:
    """Return a tag's path in the form that is stored. Raises UsageError where it is none."""
    parts = [clean_line(part) for part in unicodedata.normalize("NFC", path).split("/")]
    if not all(parts):
        raise UsageError(f"“{path}” is no tag: it is a name, or names joined with /, such as source/official.")
    return "/".join(parts)


def clean_aliases(aliases: Iterable[str], path: str) -> tuple[str, ...]:
    """Return other names for the tag at `path`: each on one line and once, not its own."""
    found = dict.fromkeys(filter(None, map(clean_line, aliases)))
    found.pop(path.rpartition("/")[2], None)
    return tuple(sorted(found))


def _color(name: str) -> str:
    if name and name not in COLORS:
        raise UsageError(f"“{name}” is no colour: there are {', '.join(COLORS[:-1])} and {COLORS[-1]}.")
    return name


def _value(name: str, value: Value | None) -> Value | None:
    if not clean_line(name):
        raise UsageError("An attribute needs a name.")
    if isinstance(value, float) and not math.isfinite(value):
        raise UsageError(f"The attribute {name} cannot be {value}: that is no number.")
    return value
