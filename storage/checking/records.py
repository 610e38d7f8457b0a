"""Whether records are whole, lie where they should, and refer to what is there. Pure: tables in, places out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from storage import codec, identity
from storage.choosing import Unsettled, unsettled
from storage.codec import Record, Tables
from storage.dots import SHAPES
from storage.scrubbing import Scrub
from storage.sealing import OWN
from storage.twins import REFERRING, document_of

KINDS = {
    "documents": "document",
    "annotations": "annotation",
    "tags": "tag",
    "creators": "reader",
    "positions": "reading position",
    "memos": "memo",
    "bookmarks": "bookmark",
    "tombstones": "deletion",
}
"""What a record of each table is called; the tables that are looked at."""

_NEAR = 64


class At(NamedTuple):
    """Where a record lies."""

    table: str
    key: str


class Survey:
    """What one look at all records tells.

    `uuids` {table: {uuid: doc_id}}. `strayed` lie under a doc_id that is not theirs, have the uuid of another record,
    or are there although they were deleted. `graves` are documents that were to be forgotten, `forgotten` what is here
    of theirs. `wanted` {(table, uuid): [who refers to it]} are missing. `loose` counts links and answers to annotations
    that are not here, `orphans` those that lost their passage.
    """

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.uuids: dict[str, dict[str, str]] = {name: {} for name in KINDS}
        self.strayed: list[At] = []
        self.forgotten: list[At] = []
        self.wanted: dict[tuple[str, str], list[At]] = {}
        self.loose = self.orphans = self.without_document = 0
        for name in ("tombstones", *(name for name in KINDS if name != "tombstones")):
            self._find(name)
        self.graves = Scrub(tables).ids
        for name in (*REFERRING, "positions"):
            for key, record in tables.get(name, {}).items():
                self._refer(At(name, key), record)

    def _find(self, name: str) -> None:
        known = self.uuids[name]
        table = self.tables.get(name, {})
        for key, record in table.items():
            uuid = record.get("uuid")
            buried = name in SHAPES and uuid in self.uuids["tombstones"]
            if not isinstance(uuid, str) or uuid in known or buried or not _at_home(table, key, uuid):
                self.strayed.append(At(name, key))
            if isinstance(uuid, str):
                known.setdefault(uuid, key)

    def _refer(self, at: At, record: Record) -> None:
        document = document_of(at.table, record)
        if document in self.graves:
            self.forgotten.append(at)
            return
        for table, uuid in references(at.table, record):
            if uuid not in self.uuids[table]:
                self.wanted.setdefault((table, uuid), []).append(at)
        if at.table == "annotations":
            self.without_document += not document
            anchor = record.get("anchor")
            self.orphans += isinstance(anchor, dict) and anchor.get("state") == "orphan"
            self.loose += sum(uuid not in self.uuids["annotations"] for uuid in _others(record))

    def has(self, table: str, uuid: str) -> bool:
        """Tell whether a record is here, or was deleted."""
        return uuid in self.uuids.get(table, {}) or uuid in self.uuids["tombstones"]


def _at_home(table: Mapping[str, Record], key: str, uuid: str) -> bool:
    """Tell whether a record lies under the doc_id of its uuid, or the next free one where others have those."""
    try:
        first, here = int(identity.doc_id(uuid)), int(key)
    except ValueError:
        return False
    between = range(first, here)
    return 0 <= here - first < _NEAR and all(
        table.get(str(each), {}).get("uuid") not in {None, uuid} for each in between
    )


def references(table: str, record: Record) -> Iterator[tuple[str, str]]:
    """Yield table and uuid of what a record cannot do without."""
    document = document_of(table, record)
    if document:
        yield "documents", document
    if table in {"annotations", "memos"} and (creator := record.get("creator")):
        yield "creators", str(creator)
    if table == "annotations":
        yield from (("tags", str(tag)) for tag in _list(record.get("tags")))
    if table == "memos" and str(record.get("about", "")).startswith("tag:"):
        yield "tags", str(record["about"]).removeprefix("tag:")


def _others(record: Record) -> Iterator[str]:
    """Yield the annotations that an annotation leads to."""
    if answered := record.get("reply_to"):
        yield str(answered)
    yield from (str(link.get("to", "")) for link in _list(record.get("links")) if isinstance(link, dict))


def _list(found: Any) -> list[Any]:  # noqa: ANN401  # any JSON value
    return found if isinstance(found, list) else []


def altered(tables: Tables) -> list[At]:
    """Return the records that do not match their checksums, or lack one."""
    return [
        At(name, key)
        for name in KINDS
        if name in OWN
        for key, record in tables.get(name, {}).items()
        if not codec.is_whole(record)
    ]


def waiting(tables: Tables) -> Iterator[tuple[At, Unsettled]]:
    """Yield what was written at the same time on several devices, and which of it is to stand nobody has said yet."""
    for name in SHAPES:
        for key, record in tables.get(name, {}).items():
            yield from ((At(name, key), each) for each in unsettled(name, record))


def lost(survey: Survey, other: Tables) -> Iterator[tuple[At, Record]]:
    """Yield the records of a backup that are not here though nobody deleted them, nor their document for good."""
    graves = survey.tables.get("tombstones", {})
    for name in SHAPES:
        here, table = survey.tables.get(name, {}), other.get(name, {})
        for key in table:
            if key not in here and key not in graves:
                record = table[key]
                gone = document_of(name, record) in survey.graves if name in REFERRING else False
                if not gone and not survey.has(name, str(record.get("uuid", ""))):
                    yield At(name, key), record
