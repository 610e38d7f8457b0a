"""The store: TinyDB tables in memory, over a base and journals on the disk (`storage.base`, `storage.journal`).

A save takes the lock, takes in what others saved meanwhile, appends one line to this device's journal and syncs it;
then it counts, and what is in memory changes. So it costs what it touches, whatever the library's size. Now and then
the journals are folded into the base (`storage.fold`); at rest there is the base alone.

What others write is taken in by looking: at a few bytes of status each second, and before every save. Whatever comes
from elsewhere, another process, another machine by way of a sync tool, or a crash, is merged, never written over.
"""

from __future__ import annotations

import os
import sys
import time
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from storage import files, identity, journal, meta, migrations
from storage.codec import Record
from storage.errors import LibraryError
from storage.gradual import Gradual
from storage.lock import Presence
from storage.rows import Rows
from storage.transactions import Changes

if TYPE_CHECKING:
    from storage.merge import Revived

UNSYNCED = frozenset({"meta", "positions"})
"""Tables that are not worth a sync of their own."""


class Store(Gradual):
    """The tables of a library, in memory and on the disk; nothing is read before `open`.

    A library that does not exist is empty, and is made by the first change. `gradual`: a large one is read in parts.
    `large` is how many bytes of a journal are folded at once.
    """

    large = 16 << 20

    def __init__(self, path: Path, state: Path | None = None, *, readonly: bool = False, gradual: bool = False) -> None:
        super().__init__(path, state, readonly=readonly)
        self.gradual = gradual
        self._state = state
        self._presence: Presence | None = None

    def open(self) -> None:
        """Take in what is on the disk, once :attr:`hooks` are in place. Raises LibraryError when it cannot be used."""
        with self._mutex:
            self.look()
            self._revive()
        if self._state and not self.readonly:
            self._presence = Presence(_presence_file(self._state, self.real))

    def take_base(self) -> bool:
        """Take in another file in the library's place; True when that changed anything. Raises LibraryError."""
        from storage import incoming  # noqa: PLC0415  # imported when first used

        return incoming.take_base(self)

    def _begin(self) -> None:
        if self.failed:
            raise LibraryError(self.failed)
        if self.readonly:
            raise LibraryError(f"{self.path} is read-only, so nothing can be changed in it.")
        self.hold()
        try:
            self.replica.settle()
            self.look()
            self._revive()
        except BaseException:
            self.release()
            raise

    def _end(self) -> None:
        self.release()

    def _revive(self) -> None:
        found, self.revived = self.revived, []
        try:
            self.write_back(found)
        except LibraryError:
            self.revived = found

    def write_back(self, revived: Iterable[Revived]) -> None:
        """Save, as an edit, what went with a deletion and belongs to records that a merge brought back."""
        found = list(revived)
        if not found or self.readonly:
            return
        from storage.merge import restored  # noqa: PLC0415  # imported when first used

        with self.transaction():
            for each in found:
                key = self._key(each.table, each.uuid)
                if key is not None:
                    self.put(each.table, key, restored(self.tables[each.table][key], each))

    def _key(self, table: str, uuid: str) -> str | None:
        rows = self.tables.get(table, {})
        key = identity.doc_id(uuid)
        if key in rows and rows[key].get("uuid") == uuid:
            return key
        return next((other for other, record in rows.items() if record.get("uuid") == uuid), None)

    def put(self, name: str, key: str, record: Record | None) -> None:
        """Set one record, or remove it; the library's own record stays whatever becomes of the tables."""
        if name != meta.NAME or record is not None:
            super().put(name, key, record)

    def _persist(self, changes: Changes) -> None:
        known = changes.get(meta.NAME) or dict([self._signed()])
        record = next(iter(known.values()))
        assert record is not None, "the library's own record is never removed"  # noqa: S101  # a mistake in the program
        written = {name: records for name, records in changes.items() if name != meta.NAME}
        line = journal.encode(record["clock"], written, fast="orjson" in sys.modules, took=self.taking)
        try:
            if self._ready(record):
                self.own.append(line, durable=not UNSYNCED.issuperset(changes))
            else:
                self._start_own(record, line)
        except OSError as error:
            raise self._unsaved(error) from error
        self.tables[meta.NAME] = Rows({key: each for key, each in known.items() if each})
        self._note(written)
        self.saved = time.monotonic()

    def _signed(self) -> tuple[str, Record]:
        stamp = max(identity.milliseconds(), meta.clock_of(self.tables) + 1)
        return meta.signed(self.tables, self.device, stamp)

    def _ready(self, record: Record) -> bool:
        """Tell whether this device's journal can take a line; it has to begin anew where it is not there, or odd."""
        own = self.own
        if not own.head or not own.present:
            return False
        if own.head.get("library") != record["uuid"]:
            self.set_aside(own.path, "It belongs to another library")
            return False
        return own.schema == migrations.SCHEMA_VERSION

    def _start_own(self, record: Record, line: bytes = b"") -> None:
        """Put all that memory holds and the base does not, and a line, into a new journal of this device."""
        unwritten = journal.encode(record["clock"], self._unwritten(), fast=False) if self._since else b""
        self.own.start(self.head(record), unwritten + line)

    def put_away(self, path: Path) -> Path | None:
        """Move a journal to the backups, all that could be read of it kept here; None when it has gone. Raises OSError.

        The lock is held, and the journal was looked at since.
        """
        if not path.exists():
            return None
        kept = self.backups.keep_for_good(path)
        if self._since or path == self.own.path:
            self._start_own(self.record())
        if path != self.own.path:
            files.discard(path)
            self.journals.pop(journal.device_of(self.real, path), None)
        return kept

    def _unwritten(self) -> Changes:
        """Return all that memory holds and the base does not."""
        return {name: {key: self.tables[name].get(key) for key in keys} for name, keys in self._since.items()}

    def head(self, record: Record) -> Record:
        """Return the first line of a new journal of this device; `record` is the library's own."""
        kept = {"library": record["uuid"], "created": record.get("created", ""), "schema": migrations.SCHEMA_VERSION}
        return {"journal": os.urandom(8).hex(), "device": self.device, "base": self.base, **kept}

    def adopt(self, changes: Changes) -> None:
        """Save records that are sealed already, as merging makes them. Raises LibraryError."""
        if not changes:
            return
        with self._mutex:
            self._begin()
            try:
                self._persist(changes)
                before = self._apply({name: records for name, records in changes.items() if name != meta.NAME})
                self.hooks.received(before, changes)
            finally:
                self._end()
        self.settle()

    def keep(self, changes: Changes) -> None:
        """Make durable what memory holds and the base in place does not, unless a journal here has it."""
        lacking = {
            name: {key: record for key, record in records.items() if key not in self._since.get(name, ())}
            for name, records in changes.items()
            if name != meta.NAME
        }
        if any(lacking.values()) and not self.readonly:
            self.adopt({name: records for name, records in lacking.items() if records})

    def settle(self) -> None:
        """Fold where there is no base yet, or the journal has become large and nobody folds in the background."""
        if self.taking or self._holds:
            return
        if not self.base or self.homeless or (self.own.offset > self.large and not self.background):
            from storage import compact  # noqa: PLC0415  # imported when first used

            compact.after_save(self)

    def close(self) -> None:
        """Leave. The last to leave folds the journals into the base; where that fails they stay and hold everything."""
        from storage import compact  # noqa: PLC0415  # as above

        compact.at_close(self)
        self.rest()
        if self._presence:
            self._presence.leave()

    def alone(self) -> bool:
        """Tell whether no other process of this machine has the library open."""
        return self._presence is None or self._presence.alone()


def alone(real: Path, state: Path) -> bool:
    """Tell whether no process of this machine has the library `real` open."""
    presence = Presence(_presence_file(state, real))
    try:
        return presence.alone()
    finally:
        presence.leave()


def _presence_file(state: Path, real: Path) -> Path:
    return state / "open" / f"{zlib.crc32(os.fsencode(real)):08x}"
