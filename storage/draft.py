"""What a merge has changed so far over tables that stay as they are, with records looked up by uuid.

A record lies under the doc_id of its uuid, or the next free one where another record has that. Where a copy comes with
other keys, as plain TinyDB gives them, the table is searched once.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from itertools import chain, count

from storage import identity
from storage.codec import Record
from storage.transactions import Changes


class Draft:
    """Changes over `ours`; `changes` is what became of each record, None where it is removed."""

    def __init__(self, ours: Mapping[str, Mapping[str, Record]]) -> None:
        self.changes: Changes = {}
        self._ours = ours
        self._strays: dict[str, dict[str, str]] = {}
        self._keys: dict[str, str] = {}

    def at(self, table: str, key: str) -> Record | None:
        """Return the record under a doc_id."""
        changed = self.changes.get(table)
        if changed and key in changed:
            return changed[key]
        rows = self._ours.get(table)
        return None if rows is None else rows.get(key)

    def get(self, table: str, uuid: str) -> Record | None:
        """Return the record with this uuid."""
        key = self.find(table, uuid)
        return self.at(table, key) if key else None

    def put(self, table: str, uuid: str, record: Record | None) -> None:
        """Set the record with this uuid, or remove it."""
        key = self.find(table, uuid)
        if key is None and record is not None:
            own = self._own(uuid)
            key = next(key for key in chain([own], _after(own)) if self.at(table, key) is None)
        if key is not None:
            self.set(table, key, record)

    def set(self, table: str, key: str, record: Record | None) -> None:
        """Set the record under a doc_id, or remove it."""
        self.changes.setdefault(table, {})[key] = record

    def find(self, table: str, uuid: str) -> str | None:
        """Return the doc_id of the record with this uuid: its own, or near by where that was taken."""
        own = self._own(uuid)
        record = self.at(table, own)
        if record is not None and record.get("uuid") == uuid:
            return own
        for key in _after(own):
            record = self.at(table, key)
            if record is None:
                break
            if record.get("uuid") == uuid:
                return key
        stray = self._strays.get(table, {}).get(uuid)
        return stray if stray and (self.at(table, stray) or {}).get("uuid") == uuid else None

    def _own(self, uuid: str) -> str:
        key = self._keys.get(uuid)
        if key is None:
            try:
                key = identity.doc_id(uuid)
            except ValueError:
                key = str(zlib.crc32(uuid.encode(errors="replace")))
            self._keys[uuid] = key
        return key

    def expect(self, table: str, key: str, uuid: str) -> None:
        """Search our table, once, when a copy has a record under a key that is not its own: ours may as well."""
        own = self._own(uuid)
        if key != own and key != next(_after(own)) and table not in self._strays:
            found = ((record.get("uuid"), key) for key, record in self.items(table))
            self._strays[table] = {uuid: key for uuid, key in found if isinstance(uuid, str)}

    def items(self, table: str) -> Iterator[tuple[str, Record]]:
        """Yield the records of a table with their keys; it is not to be changed meanwhile."""
        changed = self.changes.get(table, {})
        for key, record in self._ours.get(table, {}).items():
            if key not in changed:
                yield key, record
        for key, made in changed.items():
            if made is not None:
                yield key, made


def _after(key: str) -> Iterator[str]:
    """Yield the doc_ids that are tried where `key` is taken."""
    return map(str, count(int(key) + 1))
