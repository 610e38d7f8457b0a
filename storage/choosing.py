"""The choice among what was written at the same time on several devices, in whatever table it is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from storage import dots, records
from storage.codec import Record
from storage.dots import SHAPES, resolved, values
from storage.editing import clean_path
from storage.errors import UsageError
from storage.model import Alternative, beside
from storage.rows import Rows
from storage.undoing import Undoing

_DERIVED = frozenset({("documents", "length"), ("documents", "format")})
"""What follows from the newest text: nobody wrote it, so nobody is asked."""

_MARK = b'"alternatives":[{'


class Unsettled(NamedTuple):
    """A value that waits for a choice: that at the path `field` of a record, and the `others` kept beside it.

    `shown` is the value as the record has it (see `storage.dots`), None where nothing stands there.
    """

    table: str
    uuid: str
    field: str
    shown: Any
    others: tuple[Alternative, ...]


def unsettled(table: str, record: Record) -> list[Unsettled]:
    """Return what waits for a choice in a record of a table that has a shape, by path."""
    found = [records.alternative(other) for other in dots.alternatives(record)]
    if not found:
        return []
    there = values(SHAPES[table], record)
    kept: dict[str, list[Alternative]] = {}
    for other in beside(found, there.get):
        if (table, other.field) not in _DERIVED:
            kept.setdefault(other.field, []).append(other)
    uuid = str(record.get("uuid", ""))
    return [Unsettled(table, uuid, field, there.get(field), tuple(others)) for field, others in kept.items()]


class Choosing(Undoing):
    """Finds and settles what merges left open."""

    _waiting: tuple[int, dict[str, dict[str, list[Unsettled]]]] = (-1, {})

    def unsettled(self, table: str) -> Mapping[str, list[Unsettled]]:
        """Return what waits for a choice in a table: uuid -> values; kept until something changes, not to be changed.

        Of a library that is not read whole yet, what was read.
        """
        if self._waiting[0] != self.revision:
            self._waiting = (self.revision, {})
        known = self._waiting[1]
        if table not in known:
            known[table] = {waiting[0].uuid: waiting for waiting in self._unsettled(table)}
        return known[table]

    def _unsettled(self, table: str) -> Iterator[list[Unsettled]]:
        rows = self._file.tables.get(table, {})
        for key, cell in (rows.cells if isinstance(rows, Rows) else rows).items():
            if (_MARK in cell if isinstance(cell, bytes) else cell.get("alternatives")) and (
                found := unsettled(table, rows[key])
            ):
                yield found

    def waiting(self, table: str, uuid: str) -> list[Unsettled]:
        """Return what waits for a choice in one record, nothing where it is gone."""
        return unsettled(table, self._find(table, uuid) or {}) if uuid else []

    def all_unsettled(self) -> list[Unsettled]:
        """Return all that waits for a choice, table by table."""
        self._file.complete()
        return [each for table in SHAPES for waiting in self.unsettled(table).values() for each in waiting]

    def choose(self, table: str, uuid: str, field: str, choice: Alternative | None = None) -> None:
        """Settle what was written to a field at the same time: the shown value stays, or `choice` takes its place.

        `field` is a path, such as ``note``. A tag that gets another path takes those beneath it along, and where it
        keeps its own they keep theirs. Raises UsageError where there is no such alternative, where it cannot stand in
        that field, or where another tag has that path.
        """
        with self.step("choice"):
            record = self._find(table, uuid)
            others = [] if record is None else [records.alternative(other) for other in dots.alternatives(record)]
            if record is None or (choice is not None and choice not in others):
                raise UsageError("That version is not there any more.")
            if choice is not None and not SHAPES[table].shows(field):
                raise UsageError(f"That cannot stand in “{field}”: another program put it there.")
            gone = [str(other.value) for other in others if other.field == field]
            if choice is not None and table == "tags" and field in {"path", "key"}:
                self._choose_of_tag(uuid, field, str(choice.value))
            self._resolve(table, uuid, field, choice)
            if table == "tags" and field == "path":
                self._settle_beneath(uuid, gone)

    def _resolve(self, table: str, uuid: str, field: str, choice: Alternative | None) -> None:
        shape, record = SHAPES[table], self._find(table, uuid) or {}
        value = values(shape, record).get(field) if choice is None else choice.value
        self._change(table, resolved(shape, record, field, value))

    def _choose_of_tag(self, uuid: str, field: str, value: str) -> None:
        """Give a tag another path or key, with all that follows from it."""
        if field == "key":
            self.edit_tag(uuid, key=value)
        else:
            self._move_tag(self.tag(uuid), clean_path(value))

    def _settle_beneath(self, uuid: str, gone: list[str]) -> None:
        """Settle the paths of the tags beneath one whose own path is settled: its other paths `gone` are theirs too."""
        top = self.tag(uuid)
        for each in self.beneath(top)[1:]:
            rest = each.path.removeprefix(top.path)
            for waiting in unsettled("tags", self._find("tags", each.uuid) or {}):
                if waiting.field == "path" and {other.value for other in waiting.others} <= {
                    one + rest for one in gone
                }:
                    self._resolve("tags", each.uuid, "path", None)
