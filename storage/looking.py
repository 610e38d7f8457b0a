"""Taking in what others wrote: other processes, other machines by way of a sync tool, other programs.

It is found by looking, at a few bytes of status each second and before every save, and is merged into memory, never
written over it.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress

from storage import base, copies, journal, meta, migrations
from storage.base import Version
from storage.codec import Record, Tables
from storage.disk import Disk, marks_of
from storage.dots import SHAPES
from storage.errors import LibraryError
from storage.journal import Journal, Line, Mark
from storage.rows import Rows
from storage.transactions import Changes

_ROUNDS = 4
_SCAN_EVERY = 5.0


class Looking(Disk):
    """A store that takes in what is on the disk."""

    _scanned = (0, 0.0)

    def refresh(self) -> bool:
        """Take in what others saved; True when something changed. Never waits. Raises LibraryError as opening does.

        While this process itself is changing the tables it returns False.
        """
        if not self._mutex.acquire(blocking=False):
            return False
        try:
            if self._draft is not None:
                return False
            changed = self.look()
            self._revive()
            return changed
        finally:
            self._mutex.release()

    def look(self) -> bool:
        """Take in what is on the disk and not in memory; True when that changed anything. Raises LibraryError."""
        changed = False
        for _ in range(_ROUNDS):
            before = self.own.head
            changed |= self._look_at_base()
            self._look_for_journals()
            for device, found in list(self.journals.items()):
                changed |= self._replay(device, found)
            if self.own.head == before or not before:
                break  # else another process folded just now: the base is a new one too
        return changed

    def _look_at_base(self) -> bool:
        version = self.current()
        if version == self.version and self.loaded:
            return False
        if version is None and self.loaded:  # removed by somebody; the next fold writes it again
            self.bereft(None)
            return False
        if self.loaded and self._is_next():
            self.version, self.size = version, version.size if version else 0
            return False
        return self.take_base()

    def take_base(self) -> bool:
        """Take in another file in the library's place; True when that changed anything. Raises LibraryError."""
        raise NotImplementedError

    def _revive(self) -> None:
        """Save what :attr:`revived` lacks."""
        raise NotImplementedError

    def _is_next(self) -> bool:
        """Tell whether the new base holds just what is in memory: another process folded what both had."""
        with suppress(OSError), self.real.open("rb") as file:
            found = base.meta_of(b"".join(file.readline() for _ in range(3)) + b"\n")
            if found and found[1].get("previous") == self.base and self.base and not meta.mended(found[1]):
                folded = marks_of(found[1])
                known = self.marks()
                if all(_covers(known.get(device), mark) for device, mark in folded.items()):
                    self.now_at(found[1])
                    return True
        return False

    def now_at(self, record: Record) -> None:
        """Know the base whose own record this is as the one that memory goes on from."""
        self.base = str(record.get("base", ""))
        self.folded = marks_of(record)
        self.homeless = False
        if not self.unfolded():
            self._since = {}

    def arrived(self, version: Version | None, size: int) -> None:
        """Know which file memory has taken in."""
        self.version, self.size, self.loaded, self.doubt = version, size, True, None

    def become(self, tables: Tables) -> None:
        """Hold `tables`, as a base that was just read has them: the first one, or that of another library."""
        found = meta.of(tables)
        again = bool(self.tables)
        if meta.uuid_of(self.tables) not in {"", meta.uuid_of(tables)}:
            self._keep_the_other()
        self.tables = tables
        self._since, self.journals, self._scanned = {}, {}, (0, 0.0)
        homeless = self.homeless
        self.now_at(found[1] if found else {})
        self.homeless = homeless
        if again:
            self.hooks.reloaded()

    def _keep_the_other(self) -> None:
        """Keep all that memory holds of a library in whose place there is another now, and say so."""
        kept = ""
        if not self.readonly:
            self.complete()
            with suppress(OSError):
                tables = {name: table for name, table in self.tables.items() if isinstance(table, Rows)}
                kept = f" The one that was open is kept as {self.backups.keep_whole(tables)}."
        self.news.append(f"{self.path} is another library now.{kept}")

    def bereft(self, version: Version | None) -> None:
        """Know that the base is gone, or is no base any more, and that memory is to be written out whole."""
        self.version, self.base, self.homeless, self.doubt = version, "", True, None

    def placed(self, version: Version, record: Record) -> None:
        """Know the base that was put into place just now, whose own record this is."""
        self.arrived(version, version.size)
        self.now_at(record)

    def _look_for_journals(self) -> None:
        """Know the journals that lie beside the library, looking again where the folder has changed, or in a while."""
        now = time.monotonic()
        with suppress(OSError):
            found = self._lock.folder or os.stat(self._folder)  # noqa: PTH116  # before every save, and this is faster
            changed = found.st_mtime_ns
            if changed != self._scanned[0] or now > self._scanned[1] + _SCAN_EVERY:
                for path in journal.beside(self.real):
                    self._journal(journal.device_of(self.real, path))
                self.copies = copies.beside(self.real)
                self._scanned = (changed, now)

    def _replay(self, device: str, found: Journal) -> bool:
        """Take in what the journal of a device has got; True when it changed anything. Raises LibraryError."""
        try:
            lines = found.read() if found.differs() else None
        except OSError as error:
            raise LibraryError(f"{found.path} cannot be read: {error.strerror}.") from None
        if found.bad or found.corrected:
            self._report_damage(found)
        if found.schema > migrations.SCHEMA_VERSION:
            raise LibraryError(f"{found.path} was written by a newer Manicula; update Manicula to open {self.path}.")
        if not lines or not self.is_ours(found):
            return False
        changed = False
        for line in lines:
            changed |= self._take_line(found, device, line)
        return changed

    def _take_line(self, found: Journal, device: str, line: Line) -> bool:
        from storage.merge import merge  # noqa: PLC0415  # imported when first used

        puts = migrations.raised(found.schema, line.changes)
        merged = merge(self.tables, puts)
        self.revived += merged.revived
        changes = merged.changes
        for name, records in line.changes.items():
            if name not in SHAPES and name != "tombstones":
                gone = {key: None for key, each in records.items() if each is None and key in self.tables.get(name, {})}
                changes.setdefault(name, {}).update(gone)
        if not meta.of(self.tables):
            key, record = meta.made(found.head.get("library", ""), found.head.get("created", ""))
            changes["meta"] = {key: record}
        self.receive({name: records for name, records in changes.items() if records})
        key, record = meta.signed(self.tables, found.head.get("device", device), line.at)
        self.tables["meta"] = Rows({key: record})
        self.saved = time.monotonic()
        return bool(changes)

    def receive(self, changes: Changes, *, journaled: bool = True) -> None:
        """Take over into memory what is on the disk already: in a journal, or else in the base."""
        if changes:
            if journaled:
                self._note(changes)
            self.hooks.received(self._apply(changes), changes)

    def _note(self, changes: Changes) -> None:
        for name, records in changes.items():
            if name != meta.NAME:
                self._since.setdefault(name, set()).update(records)

    def _report_damage(self, found: Journal) -> None:
        """Say that lines of a journal are damaged, and keep those that cannot be read."""
        bad, found.bad = found.bad, []
        if found.corrected:
            self.news.append(f"{_changes(found.corrected)} in {found.path} had been damaged and could be put right.")
            found.corrected = 0
        if not bad:
            return
        kept = ""
        if not self.readonly:
            with suppress(OSError):
                place = self.backups.write_aside(found.path.name, b"\n".join(bad))
                kept = f" They are kept as {place}."
        self.news.append(f"{_changes(len(bad))} in {found.path} cannot be read: the file was damaged.{kept}")


def _changes(count: int) -> str:
    return "One saved change" if count == 1 else f"{count} saved changes"


def _covers(known: Mark | None, wanted: Mark) -> bool:
    return known is not None and known.id == wanted.id and known.offset >= wanted.offset
