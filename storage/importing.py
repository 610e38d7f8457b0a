"""What other programs and other libraries wrote, taken into this one: one step, nothing that is here is lost.

Owns the rule of which side holds where both have a record: a value that the file has newer, or that was edited in it by
hand (same time, other content), is taken; else the library's stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from storage import filemarks, identity, records
from storage.alike import Alike, Value
from storage.codec import Record
from storage.combining import Combining
from storage.editing import clean_aliases
from storage.model import Annotation, Bookmark, Creator, Document, Memo, Tag
from storage.store import Store
from storage.text import Text
from storage.visible import visible

Fates = Counter[tuple[str, str]]
"""(table, what became of it) -> how many; `FATES` says what can become of a record."""

FATES = ("new", "there", "changed", "kept", "left out")
"""Made; here with the same content; here and changed; here with other content, which stays; not taken."""

PARTS = {
    "notes": "note",
    "colours": "color",
    "tags": "tags",
    "fields": "fields",
    "relations": "links",
    "replies": "reply_to",
}
"""What an annotation can have that an import may change, by the word for it: the name of the field."""


class Goods(NamedTuple):
    """What is to be taken in, with uuids of this library's kind.

    An annotation's `tags` are paths. `carries` are the words of `PARTS` that its source could have said. Only of a
    `whole` library creators come that have made nothing new.
    """

    documents: list[Document]
    creators: list[Creator]
    tags: list[Tag]
    annotations: list[Annotation]
    memos: list[Memo]
    bookmarks: list[Bookmark]
    carries: frozenset[str]
    whole: bool = False


class _DryRunError(Exception):
    """Takes everything back that a dry run did."""


class Importing(Combining):
    """Takes goods in."""

    def take(self, goods: Iterable[Goods], label: str, *, dry: bool = False) -> list[tuple[Fates, list[str]]]:
        """Take goods in as one step; return for each what became of its records, and a sentence for each left out.

        With `dry` nothing is changed. Raises LibraryError when it cannot be saved; then nothing has changed.
        """
        done: list[tuple[Fates, list[str]]] = []
        self._file.complete()
        with suppress(_DryRunError), self.step(label):
            done = [_Taking(self, each).run() for each in goods]
            if dry:
                raise _DryRunError
        return done

    def _bring(self, document: Document, text: Text) -> None:
        marks = self.new_marks(document, text)
        if not marks or self.readonly:
            return
        creators = {one.uuid: one for one in map(filemarks.creator_of, marks) if one}
        found = [filemarks.annotation(document, text, mark) for mark in marks]
        carries = frozenset({"notes", "colours"})
        self.take([Goods([], list(creators.values()), [], found, [], [], carries)], f"marks in {document.title}")
        if isinstance(self._file, Store):
            what = "1 highlight or note" if len(found) == 1 else f"{len(found)} highlights and notes"
            self._file.news.append(f"{what} in the file of “{document.title}” came in; u takes that back.")


class _Taking:
    """One file's goods on their way into the tables, inside a step."""

    def __init__(self, library: Importing, goods: Goods) -> None:
        self._library = library
        self._goods = goods
        self._fates: Fates = Counter()
        self._problems: list[str] = []
        self._alike = Alike()
        self._creators: dict[str, str] = {}
        self._paths: dict[str, str] = {}
        self._people = {one.id: one.uuid for one in reversed(library.creators())}
        self._notes = Counter((one.about, one.note) for one in library.memos())
        bookmarks = library._all("bookmarks", records.bookmark)  # noqa: SLF001  # the same class in two halves
        self._marks = {(one.document, one.name): one for one in reversed(bookmarks)}

    def run(self) -> tuple[Fates, list[str]]:
        """Take everything in, what others refer to first."""
        goods = self._goods
        self._each("creators", goods.creators if goods.whole else self._signing(), self._creator)
        self._each("tags", goods.tags, self._tag)
        self._each("documents", goods.documents, self._document)
        self._each("annotations", goods.annotations, self._annotation)
        self._each("memos", [one for one in goods.memos if not _is_kept(one)], self._memo)
        self._each("memos", list(self._kept()), self._memo, counted="kept")
        self._each("bookmarks", goods.bookmarks, self._bookmark)
        if count := self._alike.count:
            ids = "1 id begins like another and was" if count == 1 else f"{count} ids begin like others and were"
            self._problems.append(f"{ids} replaced, so that nothing is lost.")
        return self._fates, self._problems

    def _signing(self) -> list[Creator]:
        """Return the creators of annotations that are not here yet."""
        here = {record["uuid"] for record in self._library._file.table("annotations").values()}  # noqa: SLF001  # the same class in two halves
        wanted = {one.creator for one in self._goods.annotations if one.uuid not in here}
        return [one for one in self._goods.creators if one.uuid in wanted]

    def _kept(self) -> Iterator[Memo]:
        """Yield what is kept of the file, in which tags and creators have the uuids that they have here."""
        kept = [one for one in self._goods.memos if _is_kept(one)]
        here = {tag.uuid: self._tag_at(tag.path) for tag in self._goods.tags} if kept else {}
        for one in kept:
            yield one._replace(note=identity.led(one.note, {**here, **self._creators}))

    def _each(
        self, table: str, values: list[Value], make: Callable[[Value, Record | None], str], counted: str = ""
    ) -> None:
        """Take the records of one table in; what was forgotten stays so."""
        rows = self._library._file.table(table)  # noqa: SLF001  # the same class in two halves
        have = {record["uuid"]: record for record in rows.values()} if values else {}
        for value in self._alike.take(table, values, have):
            fate = "left out" if self._forgotten(value) else make(value, have.get(value.uuid))
            self._fates[counted or table, fate] += 1

    def _forgotten(self, value: Document | Creator | Tag | Annotation | Memo | Bookmark) -> bool:
        """Tell whether a record, or the document it belongs to, was to be forgotten; a document is named."""
        gone = self._library.forgotten(value.uuid)
        if gone:
            self._problems.append(f"{_name(value)} was forgotten here, for good, and is not taken in again.")
        if isinstance(value, (Annotation, Bookmark)):
            return gone or self._library.forgotten(value.document)
        return gone or (isinstance(value, Memo) and self._library.forgotten(value.about.rpartition(":")[2]))

    def _put(self, table: str, value: Document | Creator | Memo | Bookmark) -> str:
        self._library._put(table, records.plain_record(value))  # noqa: SLF001  # the same
        return "new"

    def _change(self, table: str, record: Record) -> str:
        self._library._change(table, record)  # noqa: SLF001  # the same
        return "changed"

    def _creator(self, value: Creator, known: Record | None) -> str:
        same = self._people.get(value.id) if value.id else None
        self._creators[value.uuid] = same if same and not known else value.uuid
        if known or same:
            return "there"
        self._people[value.id] = value.uuid
        return self._put("creators", value)

    def _tag(self, value: Tag, known: Record | None) -> str:
        """Make a tag; one that is here at that path gets what it lacks of colour, description and aliases."""
        library = self._library
        here = library.tag_by_path(value.path)
        if here is None and known is None:
            if parent := value.path.rpartition("/")[0]:
                library.ensure_tag(parent)
            keyed = value.key and any(each.key == value.key for each in library.tags())
            created = value.created or identity.now()
            library._put_tag(value._replace(key="" if keyed else value.key, created=created))  # noqa: SLF001  # the same
            return "new"
        if here is None:  # renamed here since: the tag is known by its uuid
            self._paths[value.path] = value.uuid
            return "there"
        fuller = here._replace(
            color=here.color or value.color,
            description=here.description or value.description,
            aliases=clean_aliases((*here.aliases, *value.aliases), here.path),
        )
        return "there" if fuller == here else self._change("tags", records.plain_record(fuller))

    def _document(self, value: Document, known: Record | None) -> str:
        """Make a document; one that is here gets the attributes it lacks, and a text if it has none."""
        if known is None:
            return self._put("documents", value)
        here = records.document(known)
        fuller = here._replace(
            attributes={**value.attributes, **here.attributes},
            authors=here.authors or value.authors,
            date=here.date or value.date,
            source=here.source or value.source,
            texts=here.texts or value.texts,
            length=here.length or value.length,
        )
        return "there" if fuller == here else self._change("documents", records.plain_record(fuller))

    def _annotation(self, value: Annotation, known: Record | None) -> str:
        if known is None:
            made = value._replace(
                tags=self._tags(value.tags),
                creator=self._creators.get(value.creator, value.creator),
                updated=value.updated or value.created,
            )
            self._library._put("annotations", records.annotation_record(made))  # noqa: SLF001  # the same
            return "new"
        here = records.annotation(known)
        paths, value = value.tags, value._replace(tags=tuple(self._known_tag(path) for path in value.tags))
        parts = [PARTS[part] for part in self._goods.carries if part in PARTS]
        there: Annotation = here._replace(**{part: _joined(part, here, value) for part in parts})
        if here.state == "orphan" and value.state == "anchored" and value.ranges:
            there = there._replace(**{name: getattr(value, name) for name in _PLACE})
        elif there == here._replace(tags=there.tags) and set(there.tags) == set(here.tags):
            return "there"
        elif not value.updated or value.updated < here.updated:
            return "kept"
        if "tags" in parts:
            there = there._replace(tags=self._tags(paths))
        return self._change("annotations", records.annotation_record(there))

    def _tags(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Return the tags at `paths`, made when absent."""
        return tuple(sorted({self._tag_at(path) for path in paths}))

    def _known_tag(self, path: str) -> str:
        """Return the tag at `path`, which is not made when absent: the path itself then, which is no tag's uuid."""
        tag = self._library.tag_by_path(path)
        return self._paths.get(path) or (tag.uuid if tag else path)

    def _tag_at(self, path: str) -> str:
        if path not in self._paths:
            self._paths[path] = self._library.ensure_tag(path).uuid
        return self._paths[path]

    def _memo(self, value: Memo, known: Record | None) -> str:
        kind, _, uuid = value.about.partition(":")
        if kind == "tag":
            value = value._replace(about=f"tag:{self._tag_at(uuid)}")
        value = value._replace(creator=self._creators.get(value.creator, value.creator))
        if known is None:
            if self._notes[value.about, value.note]:
                return "there"
            self._notes[value.about, value.note] += 1
            return self._put("memos", value)
        old = records.memo(known)
        if old.note == value.note:
            return "there"
        if value.updated < old.updated:
            return "kept"
        self._notes.update({(old.about, old.note): -1, (old.about, value.note): 1})
        return self._change("memos", records.plain_record(old._replace(note=value.note)))

    def _bookmark(self, value: Bookmark, known: Record | None) -> str:
        if known is not None:
            return "there"
        here = self._marks.setdefault((value.document, value.name), value)
        if here is value:
            return self._put("bookmarks", value)
        return "there" if here.offset == value.offset else "kept"


_PLACE = ("ranges", "exact", "prefix", "suffix", "text", "reader", "confidence", "state")


def _joined(part: str, here: Annotation, there: Annotation) -> Any:  # noqa: ANN401  # a field of an annotation
    """Return a part of an annotation as it would be after taking it.

    Fields and links come to those that are here; a note that only lost its control characters on the way is the same.
    """
    if part == "fields":
        return {**here.fields, **there.fields}
    if part == "links":
        old = {(link.type, link.to): link.note for link in here.links}
        new = [link._replace(note=link.note or old.get((link.type, link.to), "")) for link in there.links]
        replaced = {(link.type, link.to) for link in new}
        joined = (*(link for link in here.links if (link.type, link.to) not in replaced), *new)
        return here.links if set(joined) == set(here.links) else joined
    if part == "note" and visible(here.note) == there.note:
        return here.note
    return getattr(there, part)


def _is_kept(memo: Memo) -> bool:
    return memo.about.startswith(records.KEPT)


def _name(value: Document | Creator | Tag | Annotation | Memo | Bookmark) -> str:
    kind = type(value).__name__.lower()
    return f"The {kind} {value.uuid}" if isinstance(value, (Annotation, Memo, Bookmark)) else f"The {kind} “{value[1]}”"
