"""From what a transaction wants to what is stored: dots, `seen`, tombstones, checksums, the library's own record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from storage import identity, meta
from storage.codec import Record, sealed
from storage.dots import SHAPES, stamped, taken_in
from storage.transactions import Changes

OWN = {*SHAPES, "positions", "tombstones"}
"""The tables that are the library's; another program's are stored as they come."""

_DATED = {"annotations", "memos"}


class Edit(NamedTuple):
    """What became of one record, as it was stored; None where there was or is none."""

    table: str
    uuid: str
    old: Record | None
    new: Record | None


class Sealer:
    """Seals the changes of one transaction over the committed `tables`, as the work of `device` at `stamp`."""

    def __init__(self, tables: Mapping[str, Mapping[str, Record]], device: str, stamp: int) -> None:
        self._tables = tables
        self._device = device
        self._stamp = stamp
        self.changes: Changes = {}
        self.edits: list[Edit] = []

    def seal(self, changes: Changes) -> Changes:
        """Return what to store, empty when nothing differs; `edits` then says what became of each record."""
        for table, records in changes.items():
            for key, record in records.items():
                old = self._tables.get(table, {}).get(key)
                if table not in SHAPES:
                    self._put(table, key, old, record)
                elif record is not None:
                    self._write(table, key, old, record)
                elif old is not None:
                    self._bury(table, key, old)
        if self.changes:
            self._sign()
        return self.changes

    def _put(self, table: str, key: str, old: Record | None, record: Record | None) -> Record | None:
        """Take note of a new record, and return it as it is stored."""
        if record is not None and table in OWN:
            record = sealed(record)
        if record != old:
            self.changes.setdefault(table, {})[key] = record
        return record

    def _write(self, table: str, key: str, old: Record | None, record: Record) -> None:
        if not record.get("uuid"):
            record = {**record, "uuid": identity.uuid_for(int(key))}
        grave = None if old else self._tables.get("tombstones", {}).get(key)
        if grave and grave.get("uuid") == record["uuid"]:
            record = {**record, "seen": {**record.get("seen", {}), **grave.get("seen", {})}, "revived": True}
            self._put("tombstones", key, grave, None)
        made = stamped(SHAPES[table], old, record, self._device, self._stamp)
        if made is None:
            return
        if table in _DATED and old:
            made["updated"] = max(identity.now(), str(old.get("updated", "")))  # clocks go backwards
        elif grave:
            made["updated"] = max(str(made.get("updated", "")), str(grave.get("deleted", "")))  # as a merge makes it
        stored = self._put(table, key, old, made)
        self.edits.append(Edit(table, made["uuid"], old, stored))

    def _bury(self, table: str, key: str, old: Record) -> None:
        self._put(table, key, old, None)
        if uuid := old.get("uuid"):
            seen = {**taken_in(SHAPES[table], old), self._device: self._stamp}
            self._put("tombstones", key, None, {"uuid": uuid, "seen": seen, "deleted": identity.now()})
            self.edits.append(Edit(table, uuid, old, None))

    def _sign(self) -> None:
        key, record = meta.signed(self._tables, self._device, self._stamp)
        self.changes[meta.NAME] = {key: record}  # its checksum is made when a base is written
