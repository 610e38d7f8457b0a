"""Tables in memory whose records may still be the JSON they were read as: parsed when they are looked at, and not kept.

A hundred thousand annotations as dictionaries take five times the memory of their file, and most of them are never
looked at. A cell is the bytes of one record, or the record itself where it was changed since.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Any

from storage.codec import Record, Sealed, checksum, clone, loads

_SUM = b'"sum":"'

Cell = bytes | Record
"""One record, or the JSON of it."""


def record_of(cell: Cell) -> Record:
    """Return the record in a cell, not to be changed."""
    if not isinstance(cell, bytes):
        return cell
    record: Record = loads(cell)
    return record


def copied(table: Mapping[str, Record], key: str) -> Record:
    """Return a record of a table that the caller may change. Raises KeyError."""
    cell = table.cells[key] if isinstance(table, Rows) else table[key]
    text = cell.json if isinstance(cell, Sealed) else cell
    copy: Record = loads(text) if isinstance(text, bytes) else clone(text)
    return copy


def sum_of(cell: Cell) -> bytes:
    """Return the checksum of a record; of one as it was sealed without parsing it, as it stands last there."""
    if isinstance(cell, bytes):
        at = cell.rfind(_SUM)
        if at >= 0 and at == len(cell) - len(_SUM) - 10:
            return cell[at + len(_SUM) : -2]
        cell = record_of(cell)
    return str(cell.get("sum") or checksum(cell)).encode()


class Rows(MutableMapping[str, Record]):
    """One table: doc_id -> record. `cells` may be taken over as they are.

    The record that was parsed last is kept: who looks at one looks at it several times.
    """

    _parsed: tuple[Cell, Record] = (b"", {})

    def __init__(self, cells: dict[str, Cell] | None = None) -> None:
        self.cells: dict[str, Cell] = {} if cells is None else cells

    def __getitem__(self, key: str) -> Record:
        cell = self.cells[key]
        if not isinstance(cell, bytes):
            return cell
        known, record = self._parsed
        if known is not cell:
            record = record_of(cell)
            self._parsed = cell, record
        return record

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401  # as Mapping has it
        """Return the record of a doc_id, or the default."""
        return self[key] if key in self.cells else default

    def __setitem__(self, key: str, record: Record) -> None:
        self.cells[key] = record

    def __delitem__(self, key: str) -> None:
        del self.cells[key]

    def __contains__(self, key: object) -> bool:
        return key in self.cells

    def __iter__(self) -> Iterator[str]:
        return iter(self.cells)

    def __len__(self) -> int:
        return len(self.cells)

    def __repr__(self) -> str:
        return f"Rows({dict(self)!r})"

    def copy(self) -> Rows:
        """Return the table as it is now: what changes later does not show in it."""
        return Rows(self.cells.copy())


class Grouped(Rows):
    """The table of annotations, which knows those of each document: `groups`, document -> their doc_ids."""

    def __init__(self, cells: dict[str, Cell] | None = None) -> None:
        super().__init__()
        self.groups: dict[str, dict[str, None]] = {}
        for key, cell in (cells or {}).items():
            self[key] = record_of(cell)

    def __setitem__(self, key: str, record: Record) -> None:
        document = document_of(record)
        if key in self.cells and document_of(self[key]) != document:
            del self[key]
        self.groups.setdefault(document, {})[key] = None
        self.cells[key] = record

    def __delitem__(self, key: str) -> None:
        document = document_of(self[key])
        del self.cells[key]
        group = self.groups[document]
        del group[key]
        if not group:
            del self.groups[document]

    def extend(self, document: str, cells: Iterable[tuple[str, Cell]]) -> None:
        """Take over cells of one document whose doc_ids are not here yet."""
        taken = dict(cells)
        if taken:
            self.cells.update(taken)
            self.groups.setdefault(document, {}).update(dict.fromkeys(taken))

    def copy(self) -> Grouped:
        """Return the table as it is now: what changes later does not show in it."""
        made = Grouped()
        made.cells = self.cells.copy()
        made.groups = {document: group.copy() for document, group in self.groups.items()}
        return made


def document_of(record: Mapping[str, object]) -> str:
    """Return the uuid of the document that an annotation belongs to, whatever another program put there."""
    found = record.get("document", "")
    return found if isinstance(found, str) else json.dumps(found)


def table(name: str, cells: dict[str, Cell] | None = None) -> Rows:
    """Return an empty table, or one that holds `cells`, of the kind that `name` wants."""
    return Grouped(cells) if name == "annotations" else Rows(cells)
