"""Taking what was forgotten out of files: backups, journals, what was set aside. Each stays as readable as it was."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from storage import backups, base, codec, files, journal, meta
from storage.codec import Record, Tables
from storage.merge import merge
from storage.rows import Cell, Rows, record_of
from storage.twins import REFERRING, document_of, survivor

BELONGING = (*REFERRING, "positions")
"""The tables whose records belong to documents."""

_UUID = re.compile(rb'(?:"|"document:)([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"')
_GRAVE = {"uuid", "seen", "deleted", "forgotten", "into", "sum"}
_TELLING = 20
"""Characters from which a quote or note is told from other text by itself."""


class Cleaned(NamedTuple):
    """How many `records` or lines of a file went; `stuck`: it mentions something, and nobody can take that out."""

    records: int = 0
    stuck: bool = False


class Scrub:
    """What was to be forgotten according to the tombstones in `tables`: its `ids`.

    `words` are quotes and notes of it, by which lines are told that cannot be read any more.
    """

    def __init__(self, tables: Tables, words: Collection[str] = ()) -> None:
        self.graves = _graves(tables.get("tombstones", {}))
        self.ids = frozenset(str(grave["uuid"]) for grave in self.graves.values())
        self._needles = [each.encode() for each in self.ids]
        for each in words:
            if len(each) >= _TELLING:
                self._needles += {each.encode(errors="replace"), codec.name(each)[1:-1]}

    def clean(self, path: Path, *, look: bool = False) -> Cleaned:
        """Take what was forgotten out of a base or journal, damaged or not; `look`: only count. Raises OSError."""
        data = path.read_bytes()
        if not self.mentions(data):
            return Cleaned()
        made, count = self._without(data)
        if made is None:
            return Cleaned(0, stuck=True)
        if count and not look:
            files.replace(path, [made])
        return Cleaned(count)

    def mentions(self, data: bytes) -> bool:
        """Tell whether something in `data` is of what was forgotten, or says that it was."""
        return any(needle in data for needle in self._needles)

    def _without(self, data: bytes) -> tuple[bytes | None, int]:
        """Return the content without what was forgotten, None where nobody can tell, and how much that is."""
        try:
            tables, _ = base.read(data)
            library = meta.of(tables)
        except ValueError:
            library = None
        if library:
            count = self.take_out(tables)
            return base.written(tables, library), count
        return self._lines(data)

    def take_out(self, tables: Tables) -> int:
        """Take out of `tables` what was forgotten, leaving its tombstones; return how many records that were."""
        found = belonging(tables, self.ids)
        count = sum(map(len, found.values()))
        if count:
            for name, rows in found.items():
                for key in rows:
                    del tables[name][key]
            backups.apply(tables, {"tombstones": {**self.graves}})
            backups.apply(tables, merge({"tombstones": tables["tombstones"]}, found).changes)
        return count

    def _lines(self, data: bytes) -> tuple[bytes | None, int]:
        """Clean a journal, or a damaged base: line by line, as far as it has lines."""
        kept, count = [], 0
        for line in data.split(b"\n"):
            made = self._line(line)
            if made is None:
                return None, 0
            if made != line:
                count += 1
            if made or not line:
                kept.append(made)
        return b"\n".join(kept), count

    def _line(self, line: bytes) -> bytes | None:
        """Return a line without what was forgotten: empty where nothing is left of it, None for no line of ours."""
        if not self.mentions(line):
            return line
        found = journal.decode(line)
        if found is not None:
            return line if "journal" in found else self._save(found, line)
        if line.startswith((b'"', b'{"crc":"')):
            return line if _is_grave(line) else b""
        return None

    def _save(self, found: Record, line: bytes) -> bytes:
        changes = journal.line_of(found).changes
        gone = belonging(
            {name: {key: each for key, each in put.items() if each} for name, put in changes.items()}, self.ids
        )
        if not gone:
            return line
        left = {
            name: {key: each for key, each in put.items() if key not in gone.get(name, {})}
            for name, put in changes.items()
        }
        if not any(left.values()):
            return b""
        made = journal.encode(found["at"], left, fast=False, took=found.get("took", ""))
        return made.removesuffix(b"\n")


def _graves(tombstones: Mapping[str, Record]) -> dict[str, Record]:
    """Return the tombstones of what was forgotten, and of what had become one with it."""
    by_uuid = {str(grave.get("uuid")): (key, grave) for key, grave in tombstones.items()}

    def ended(grave: Record) -> bool:
        into = survivor(grave)
        return grave.get("forgotten") is True or (into in by_uuid and ended(by_uuid[into][1]))

    return {key: grave for key, grave in by_uuid.values() if ended(grave)}


def belonging(tables: Mapping[str, Mapping[str, Record]], documents: Collection[str]) -> Tables:
    """Return the records of documents and what belongs to them: annotations, bookmarks, memos, reading positions."""
    found: Tables = {}
    wanted = {each.encode() for each in documents}
    quick = all(_UUID.fullmatch(b'"%b"' % each) for each in wanted)
    for name in ("documents", *BELONGING):
        for key, cell in _cells(tables.get(name, {})):
            if quick and isinstance(cell, bytes) and wanted.isdisjoint(_UUID.findall(cell)):
                continue
            record = record_of(cell)
            if (record.get("uuid") if name == "documents" else document_of(name, record)) in documents:
                found.setdefault(name, {})[key] = record
    return found


def _cells(table: Mapping[str, Record]) -> Iterable[tuple[str, Cell]]:
    return table.cells.items() if isinstance(table, Rows) else table.items()


def _is_grave(line: bytes) -> bool:
    """Tell whether a line of a damaged base is a tombstone, which holds nothing of what was deleted."""
    try:
        record = codec.loads(base.split(line)[1])
    except ValueError:
        return False
    return isinstance(record, dict) and record.keys() <= _GRAVE
