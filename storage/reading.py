"""The reading half of the library: model values out of records, made when asked for and kept until they change.

Inside a step the thread that makes it sees what it has changed so far. Lists returned here are shared: they are not to
be changed.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Protocol, TypeVar

from storage import identity, meta, records
from storage.codec import Record
from storage.errors import UsageError
from storage.index import Index
from storage.model import Annotation, Bookmark, Creator, Document, Memo, Range, ReadingPosition, Tag
from storage.rows import Grouped, record_of, sum_of
from storage.shelf import Shelves
from storage.transactions import Changes, Database, Hooks, Transactions

Model = TypeVar("Model", Annotation, Bookmark, Creator, Document, Memo, ReadingPosition, Tag)

_FEW = 20
"""Annotations changed at once up to which the lists of them are mended; beyond, they are made anew."""

MANY = 1_000
"""Annotations in a library from which making them quickly is worth an import."""

SHORTEST_PREFIX = 4
"""Characters of a uuid that name a record."""


class Ordered(Protocol):
    """What has a place in reading order."""

    @property
    def ranges(self) -> tuple[Range, ...]:
        """Its ranges; of a page note none."""

    @property
    def created(self) -> str:
        """When it was made."""


def reading_order(annotation: Ordered) -> tuple[bool, int, int, str]:
    """Return a sort key: page notes first, then by start, the longer first, then by time."""
    ranges = annotation.ranges
    return (True, ranges[0][0], -ranges[-1][1], annotation.created) if ranges else (False, -1, 1, annotation.created)


class Reading(Hooks):
    """What a library answers; `file` holds its tables, `folder` is where it lies."""

    def __init__(self, file: Transactions, folder: Path) -> None:
        self.db = Database(file)
        self.revision = 0
        self.folder = folder
        self._file = file
        self._file.hooks = self
        self._forget()

    def _forget(self) -> None:
        self._index: Index | None = None
        self._lists: dict[str, list[Annotation]] = {}
        self._models: dict[str, dict[str, object]] = {}
        self._alls: dict[str, list[object]] = {}
        self._strays: dict[str, dict[str, str]] = {}
        self._shelves = Shelves(self._file)
        self._tags: list[Tag] | None = None
        self._tag_paths: dict[str, str] | None = None
        self._drafted_paths: tuple[int, dict[str, str]] = (0, {})
        self._drafted_strays: dict[str, tuple[int, int, dict[str, str]]] = {}

    def reloaded(self) -> None:
        """Forget everything made from the old tables."""
        self._forget()
        self.revision += 1

    def completed(self) -> None:
        """Forget what was made from tables that were not whole; not the lists of documents that had all of theirs."""
        groups, models = self._groups(), self._models.get("annotations", {})
        lists = {
            document: known for document, known in self._lists.items() if len(known) == len(groups.get(document, ()))
        }
        self._forget()
        self._lists, self._models["annotations"] = lists, models
        self.revision += 1

    @property
    def uuid(self) -> str:
        """The library's own uuid, empty before its first change."""
        return meta.uuid_of(self._file.tables)

    @property
    def device(self) -> str:
        """The id under which this machine writes here."""
        return self._file.device

    @property
    def readonly(self) -> bool:
        """Whether nothing can be changed."""
        return self._file.readonly

    def committed(self, before: Changes, after: Changes) -> None:
        """Forget what was made from the records that changed."""
        self.received(before, after)

    def received(self, before: Changes, after: Changes) -> None:
        """Forget what was made from the records that changed."""
        if not after:
            return
        self.revision += 1
        for table, olds in before.items():
            self._alls.pop(table, None)
            self._strays.pop(table, None)
            kept = self._models.get(table, {})
            if table == "annotations":
                few = len(olds) <= _FEW
                for key, old in olds.items():
                    self._annotation_changed(key, old, after[table][key], kept.pop(key, None), few=few)
            elif kept:
                for key in olds:
                    kept.pop(key, None)
        if "documents" in before:
            self._shelves.changed(after["documents"])
        if "tags" in before:
            self._tags = self._tag_paths = None

    def _annotation_changed(
        self, key: str, old: Record | None, new: Record | None, model: object, *, few: bool
    ) -> None:
        if self._index:
            self._index.replace(key, old, new)
        for document in {record.get("document", "") for record in (old, new) if record}:
            known = self._lists.pop(document, None)
            if few and known is not None:
                kept = _without(known, old["uuid"], model) if old else list(known)
                if new and new.get("document") == document:
                    insort(kept, self._model("annotations", key, new, records.annotation), key=reading_order)
                self._lists[document] = kept

    @property
    def index(self) -> Index:
        """What is known of the stored annotations at a glance."""
        if self._index is None:
            self._index = Index.of(self._file.tables.get("annotations", {}))
        return self._index

    def build_index(self) -> Iterator[None]:
        """Make :attr:`index`, where there is none, a millisecond or two at a step."""
        if self._index is None:
            self._index = Index(self._file.tables.get("annotations", {}))
            yield from self._index.build()

    def documents(self) -> list[Document]:
        """Return all documents in the order of being added."""
        return self._all("documents", records.document)

    def document(self, uuid: str) -> Document:
        """Return one document. Raises UsageError when there is none with this uuid."""
        return self._one("documents", uuid, records.document, "document")

    def annotations(self, document: str | None = None) -> list[Annotation]:
        """Return a document's annotations in reading order, or all, grouped by document."""
        if document is None:
            self._file.complete()
            known = [annotation for each in self.documents() for annotation in self.annotations(each.uuid)]
            strays = set(self._groups()) - {each.uuid for each in self.documents()}
            return known + [annotation for stray in sorted(strays) for annotation in self.annotations(stray)]
        if not self._file.draft().get("annotations"):
            if document not in self._lists:
                self._lists[document] = self._annotations(document)
            return self._lists[document]
        return self._annotations(document)

    def passing(self, document: str) -> Iterable[Annotation]:
        """Return what :meth:`annotations` does, and keep nothing of it: for who looks at a whole library once."""
        if document in self._lists or self._file.draft():
            return self.annotations(document)
        self._file.want(document)
        table = self._file.tables.get("annotations")
        if not isinstance(table, Grouped):
            return []
        cells = [table.cells[key] for key in list(table.groups.get(document, ())) if key in table.cells]
        if len(table) < MANY:
            found: Iterable[Annotation] = sorted(map(records.annotation, map(record_of, cells)), key=reading_order)
        else:
            from storage import stored  # noqa: PLC0415  # imported when first used

            found = stored.in_order(cells)
        return found

    def _annotations(self, document: str) -> list[Annotation]:
        self._file.want(document)
        table = self._file.table("annotations")
        keys = dict(self._groups().get(document, {}))
        keys.update(dict.fromkeys(self._file.draft().get("annotations", {})))
        found = (self._model("annotations", key, table[key], records.annotation) for key in keys if key in table)
        return sorted((each for each in found if each.document == document), key=reading_order)

    def annotation(self, uuid: str) -> Annotation:
        """Return one annotation by uuid or the beginning of it. Raises UsageError when none or several fit."""
        return self._one("annotations", uuid, records.annotation, "annotation")

    def count(self, document: str) -> int:
        """Return how many annotations a document has."""
        if self._file.draft().get("annotations"):
            return len(self._annotations(document))
        return len(self._groups().get(document, ()))

    def annotations_stamp(self, document: str) -> int:
        """Return a number that is another one when a document's stored annotations are others; looks into none."""
        table = self._file.tables.get("annotations")
        if not isinstance(table, Grouped):
            return 0
        sums = (sum_of(table.cells[key]) for key in table.groups.get(document, ()))
        return sum(map(zlib.crc32, sums)) & 0xFFFF_FFFF

    def _groups(self) -> Mapping[str, Mapping[str, None]]:
        """Return the doc_ids of each document's stored annotations."""
        table = self._file.tables.get("annotations")
        return table.groups if isinstance(table, Grouped) else {}

    def tags(self) -> list[Tag]:
        """Return the codebook, sorted by path."""
        if self._file.draft().get("tags"):
            return sorted(self._all("tags", records.tag), key=attrgetter("path"))
        if self._tags is None:
            self._tags = sorted(self._all("tags", records.tag), key=attrgetter("path"))
        return self._tags

    def tag(self, uuid: str) -> Tag:
        """Return one tag. Raises UsageError when there is none with this uuid."""
        return self._one("tags", uuid, records.tag, "tag")

    def tag_by_path(self, path: str) -> Tag | None:
        """Return the tag at `path`, in the case it is written."""
        uuid = self._tags_by_path().get(path)
        return self.tag(uuid) if uuid else None

    def _tags_by_path(self) -> dict[str, str]:
        if self._file.draft().get("tags"):
            serial = self._file.serial["tags"]
            if self._drafted_paths[0] != serial:
                self._drafted_paths = (serial, _uuids_by_path(self._file.table("tags")))
            return self._drafted_paths[1]
        known = self._tag_paths
        if known is None:
            known = self._tag_paths = _uuids_by_path(self._file.table("tags"))
        return known

    def _put_tag(self, tag: Tag) -> None:
        """Put a new tag, and keep what is known by path up to that: an import makes thousands of them in one step."""
        known = self._tags_by_path()
        own = known if self._file.draft().get("tags") else dict(known)
        self._file.put("tags", identity.doc_id(tag.uuid), records.plain_record(tag))
        own[tag.path] = tag.uuid
        self._drafted_paths = (self._file.serial["tags"], own)

    def tag_counts(self) -> dict[str, int]:
        """Return how many annotations carry each tag, by uuid; a tag that none carries is left out."""
        return dict(self.index.tags)

    def tag_paths(self, annotation: Annotation) -> list[str]:
        """Return the paths of an annotation's tags, sorted."""
        found = (self._find("tags", uuid) for uuid in annotation.tags)
        return sorted(str(record.get("path", "")) for record in found if record)

    def recent_tags(self) -> list[Tag]:
        """Return all tags, the one most recently applied first, those never applied last and by path."""
        applied = self.index.applied
        return sorted(self.tags(), key=lambda tag: -applied.get(tag.uuid, 0))

    def creators(self) -> list[Creator]:
        """Return who has annotated here."""
        return self._all("creators", records.creator)

    def me(self) -> Creator:
        """Return the creator that this login is; its uuid is empty until the first annotation is made."""
        login = identity.login()
        return next((creator for creator in self.creators() if creator.id == login), Creator("", login, login))

    def memos(self) -> list[Memo]:
        """Return all memos."""
        return [one for one in self._all("memos", records.memo) if not one.about.startswith(records.KEPT)]

    def kept(self, form: str = "") -> list[Memo]:
        """Return what files of other programs said that has no place elsewhere; of one format, or of all."""
        found = (one for one in self._all("memos", records.memo) if one.about.startswith(records.KEPT))
        return [one for one in found if form in {"", one.about.split(":")[1]}]

    def bookmarks(self, document: str) -> list[Bookmark]:
        """Return a document's bookmarks, by name."""
        found = (mark for mark in self._all("bookmarks", records.bookmark) if mark.document == document)
        return sorted(found, key=lambda mark: mark.name)

    def position(self, document: str) -> ReadingPosition | None:
        """Return where this device stopped reading, else where any other did last."""
        found = [place for place in self._all("positions", records.position) if place.document == document]
        return max(found, key=lambda place: (place.device == self.device, place.stamp), default=None)

    def _all(self, table: str, make: Callable[[Record], Model]) -> list[Model]:
        if self._file.draft().get(table):
            return [make(record) for record in self._file.table(table).values()]
        if table not in self._alls:
            self._alls[table] = [self._model(table, *item, make) for item in self._file.table(table).items()]
        return self._alls[table]  # type: ignore[return-value]  # each table holds one kind of model

    def _model(self, table: str, key: str, record: Record, make: Callable[[Record], Model]) -> Model:
        if self._file.draft():
            return make(record)
        kept = self._models.setdefault(table, {})
        model = kept.get(key)
        if model is None:
            model = kept[key] = make(record)
        return model  # type: ignore[return-value]  # each table holds one kind of model

    def _one(self, table: str, uuid: str, make: Callable[[Record], Model], kind: str) -> Model:
        if key := self._key(table, uuid):
            return self._model(table, key, self._file.table(table)[key], make)
        if SHORTEST_PREFIX <= len(uuid) < identity.WHOLE_UUID:
            items = self._file.table(table).items()
            found = [(key, record) for key, record in items if record["uuid"].startswith(uuid.lower())]
            if len(found) == 1:
                return self._model(table, *found[0], make)
            if found:
                raise UsageError(f"{len(found)} {kind}s begin with {uuid}; give more of the id.")
        raise UsageError(f"There is no {kind} {uuid}.")

    def _find(self, table: str, uuid: str) -> Record | None:
        key = self._key(table, uuid)
        return self._file.table(table)[key] if key else None

    def _key(self, table: str, uuid: str) -> str | None:
        """Return the doc_id of a record: that of its uuid, unless another program chose it."""
        found = self._known_key(table, uuid)
        return self._known_key(table, uuid) if found is None and self._file.complete() else found

    def _known_key(self, table: str, uuid: str) -> str | None:
        rows = self._file.table(table)
        with suppress(ValueError):
            key = identity.doc_id(uuid)
            if key in rows and rows[key]["uuid"] == uuid:
                return key
        stray = self._drafted(table).get(uuid) or self._stored_strays(table).get(uuid)
        return stray if stray and stray in rows and rows[stray]["uuid"] == uuid else None

    def _stored_strays(self, table: str) -> dict[str, str]:
        if table == "annotations":
            return self.index.strays
        if table not in self._strays:
            self._strays[table] = _stray(self._file.tables.get(table, {}).items())
        return self._strays[table]

    def _drafted(self, table: str) -> dict[str, str]:
        """Return the strays of the draft; of a draft that has only grown only what is new is looked at."""
        draft = self._file.draft().get(table)
        if not draft:
            return {}
        serial, size, found = self._drafted_strays.get(table, (0, 0, {}))
        new = len(draft) - size
        if self._file.serial[table] - serial != new:
            new, found = len(draft), {}
        found |= _stray((key, record) for key, record in islice(reversed(draft.items()), new) if record)
        self._drafted_strays[table] = self._file.serial[table], len(draft), found
        return found


def _without(known: list[Annotation], uuid: str, model: object) -> list[Annotation]:
    """Return a list in reading order without one annotation; where its `model` is known it is found at once."""
    start = bisect_left(known, reading_order(model), key=reading_order) if isinstance(model, Annotation) else 0
    at = next((i for i in range(start, len(known)) if known[i].uuid == uuid), len(known))
    return known[:at] + known[at + 1 :]


def _uuids_by_path(tags: Mapping[str, Record]) -> dict[str, str]:
    return {str(record.get("path", "")): record["uuid"] for record in tags.values()}


def _stray(items: Iterable[tuple[str, Record]]) -> dict[str, str]:
    return {record["uuid"]: key for key, record in items if not identity.is_doc_id(key, record["uuid"])}
