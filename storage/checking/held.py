"""What the files of a library hold, read as they are, damaged ones as far as they go. Nothing is written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from storage import backups, base, journal, mending, meta, migrations
from storage.codec import Tables
from storage.errors import LibraryError
from storage.journal import Journal, Line
from storage.lock import locked
from storage.merge import merge

MISSING, EMPTY, DAMAGED, EDITED, WRITTEN = "missing", "empty", "damaged", "edited", "written"
"""What the library's file is: not there, without content, no library, changed by another program, as written."""

_PAUSE = 0.1


class Carried(NamedTuple):
    """A journal beside the library: its lines, how many bytes of a torn one follow, or why it cannot be read."""

    device: str
    journal: Journal
    lines: list[Line]
    torn: int = 0
    trouble: str = ""

    def spoiled(self, device: str) -> bool:
        """Tell whether it is damaged; a torn end is damage in the journal of this `device` alone: others are coming."""
        headless = not self.journal.head and not self.torn
        return bool(self.trouble or self.journal.bad or headless or (self.torn and self.device == device))


class Held(NamedTuple):
    """The file, as `state` and, where it is damaged, `reason`; its `tables`; the journals.

    Of a damaged file `tables` has the records that are whole; `unread` counts its other lines.
    """

    state: str
    tables: Tables
    journals: list[Carried]
    reason: str = ""
    unread: int = 0

    def merged(self) -> Tables:
        """Return the tables with all that the library's own journals hold; the file's are taken over into it."""
        tables = self.tables
        for each in self.journals:
            if not self.foreign(each):
                for line in each.lines:
                    found = migrations.raised(each.journal.schema, line.changes)
                    backups.apply(tables, merge(tables, found).changes)
        if not meta.of(tables):
            for each in self.journals:
                if uuid := str(each.journal.head.get("library", "")):
                    key, record = meta.made(uuid, str(each.journal.head.get("created", "")))
                    backups.apply(tables, {meta.NAME: {key: record}})
                    break
        return tables

    def foreign(self, carried: Carried) -> bool:
        """Tell whether a journal belongs to another library."""
        library = meta.uuid_of(self.tables)
        return bool(library) and carried.journal.head.get("library", library) != library


def read(real: Path, patience: float | None = None) -> Held:
    """Read the library `real`, symbolic links resolved; one that is being rewritten is waited for, `patience` seconds.

    Raises LibraryError when it is a folder, may not be read, comes from a newer version or another program.
    """
    if real.exists() and not real.is_file():
        raise LibraryError(f"{real} is no ordinary file; give another with --library.")
    end = time.monotonic() + (mending.PATIENCE if patience is None else patience)
    while (found := _read(real)).state == DAMAGED and time.monotonic() < end:
        time.sleep(_PAUSE)
    return found


def _read(real: Path) -> Held:
    with _steady(real):
        return read_now(real)


def read_now(real: Path) -> Held:
    """Read it as it is now; who holds the lock reads what nobody is writing. Raises LibraryError as :func:`read`."""
    try:
        data = real.read_bytes() if real.exists() else None
    except OSError as error:
        raise LibraryError(f"{real} cannot be read: {error.strerror}.") from None
    found = [carried(real, path) for path in journal.beside(real)]
    if not data:
        return Held(MISSING if data is None else EMPTY, {}, found)
    try:
        tables, intact = base.read(data)
    except ValueError as error:
        whole = base.salvaged(data)
        lines = sum(line.startswith(b'"') and not line.endswith(b":{") for line in data.split(b"\n"))
        return Held(DAMAGED, whole, found, str(error), lines - sum(map(len, whole.values())))
    _refuse_strangers(real, tables)
    if not migrations.version_of(tables):
        return Held(EMPTY, {}, found)
    return Held(WRITTEN if intact else EDITED, tables, found)


def _refuse_strangers(real: Path, tables: Tables) -> None:
    version = migrations.version_of(tables)
    if version > migrations.SCHEMA_VERSION:
        raise LibraryError(f"{real} was written by a newer Manicula; update Manicula to check it.")
    if not version and any(tables.values()):
        raise LibraryError(f"{real} is a TinyDB file of another program, not a library; give another name.")


@contextmanager
def _steady(real: Path) -> Iterator[None]:
    """Keep others from writing meanwhile, where there is a way to."""
    with ExitStack() as stack:
        with suppress(OSError, LibraryError):
            stack.enter_context(locked(real))
        yield


def carried(real: Path, path: Path) -> Carried:
    """Return a journal as it lies there."""
    found = Journal(path)
    device = journal.device_of(real, path)
    try:
        lines = found.read()
        return Carried(device, found, lines, path.stat().st_size - found.offset)
    except (OSError, ValueError, KeyError) as error:
        return Carried(device, found, [], 0, getattr(error, "strerror", None) or str(error))
