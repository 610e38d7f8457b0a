"""Backups: each base that a fold replaced, and the journal that led on from it, in ``NAME.backups/``.

``NAME-TIME.json`` is a base, ``NAME-TIME.DEVICE.journal`` a journal that was folded into the next: so the newest base
here and its journals together hold all that the library itself holds, and what was saved survives the loss of that
file. They are kept in generations, the nearer the denser: the newest few, one a day, one a week, one a month.

What was found damaged, or was merged, is moved here as ``aside-TIME-…``; such files are never removed.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from storage import base, files, journal, meta, rows
from storage.codec import Tables
from storage.journal import Journal
from storage.transactions import Changes

NEWEST = 3
"""Backups that are kept whatever their age."""

DAYS, WEEKS, MONTHS = 7, 5, 12
"""How many of the newest days, weeks and months keep their last backup."""

_TIME = "%Y%m%dT%H%M%S"
_WIDTH = len("20261124T183443000000Z")
_WEEK = 7 * 86400


class Backups:
    """The backups of the library `real`; the folder is made with the first."""

    def __init__(self, real: Path) -> None:
        self.folder = real.with_name(f"{real.stem}.backups")
        self._real = real

    def bases(self) -> list[Path]:
        """Return the bases, the newest first."""
        return [self.folder / name for name in reversed(self._names()) if name.endswith(".json")]

    def journals(self, stem: str) -> list[Path]:
        """Return the journals that lead on from the base of this name, without its suffix."""
        names = [name for name in self._names() if name.startswith(f"{stem}.") and name.endswith(journal.SUFFIX)]
        return [self.folder / name for name in names]

    def any_journal(self) -> bool:
        """Tell whether there is any journal here."""
        return any(name.endswith(journal.SUFFIX) for name in self._names())

    def newest(self) -> Path | None:
        """Return the newest base."""
        return next(iter(self.bases()), None)

    def _names(self) -> list[str]:
        """Return the names of the bases and journals, the oldest first."""
        start = f"{self._real.stem}-"
        with suppress(OSError):
            found = [name for name in os.listdir(self.folder) if name.startswith(start)]  # noqa: PTH208  # only names
            return sorted(name for name in found if _is_time(name[len(start) :]))
        return []

    def _stems(self) -> list[str]:
        """Return the names of the backups without suffixes, the newest first."""
        width = len(self._real.stem) + 1 + _WIDTH
        return sorted({name[:width] for name in self._names()}, reverse=True)

    def _next(self) -> str:
        """Return the name of a new backup; it is later than all others, whatever the clock says."""
        moment, start = _now(), f"{self._real.stem}-"
        if (newest := self._stems()[:1]) and newest[0] >= start + moment:
            from datetime import datetime, timedelta  # noqa: PLC0415  # imported when first used

            known = datetime.strptime(newest[0].removeprefix(start), f"{_TIME}%fZ")  # noqa: DTZ007  # all are UTC
            moment = (known + timedelta(microseconds=1)).strftime(f"{_TIME}%fZ")
        return start + moment

    def keep(self, journals: Iterable[Journal]) -> None:
        """Keep the base in place and the journals that are folded into the next one. Raises OSError."""
        stem = self._next()
        if self._real.exists() and self._real.stat().st_size:  # else somebody emptied it, and it tells nothing
            files.keep_copy(self._real, self.folder / f"{stem}.json")
        for each in journals:
            device = journal.device_of(self._real, each.path)
            files.keep_copy(each.path, self.folder / f"{stem}.{device}{journal.SUFFIX}")

    def keep_for_good(self, path: Path, reason: str = "") -> Path:
        """Keep a file also here, whatever its age; `reason` becomes a part of the name. Raises OSError."""
        target = self.folder / f"aside-{_now()}-{reason}{'-' * bool(reason)}{path.name}"
        files.keep_copy(path, target)
        return target

    def set_aside(self, path: Path) -> Path:
        """Move a file here, where it stays. Raises OSError."""
        files.make_folder(self.folder)
        target = self.folder / f"aside-{_now()}-{path.name}"
        path.rename(target)
        with suppress(OSError):  # it may be somebody else's
            files.make_private(target)
        return target

    def keep_whole(self, tables: Mapping[str, rows.Rows]) -> Path:
        """Write a library that is not in its place any more. Raises OSError."""
        files.make_folder(self.folder)
        writing = base.Writing(tables, meta.of(tables) or meta.made())
        target = self.folder / f"aside-{_now()}-{self._real.name}"
        with files.prepared(target, writing.chunks(), writing.head) as temporary:
            files.take_place(temporary, target)
        return target

    def write_aside(self, name: str, data: bytes) -> Path:
        """Write something here that is to be kept, unless it is already. Raises OSError."""
        files.make_folder(self.folder)
        for known in sorted(os.listdir(self.folder)):  # noqa: PTH208  # only names
            if known.startswith("aside-") and known.endswith(f"-{name}") and (self.folder / known).read_bytes() == data:
                return self.folder / known
        target = self.folder / f"aside-{_now()}-{name}"
        files.replace(target, [data])
        return target

    def prune(self) -> None:
        """Remove what is in no generation any more, bases with their journals."""
        stems, names = self._stems(), self._names()
        kept = set(_generations(stems, len(self._real.stem) + 1))
        for stem in stems:
            if stem not in kept:
                for name in names:
                    if name.startswith(f"{stem}."):
                        files.discard(self.folder / name)

    def latest(self) -> Tables | None:
        """Return what the library held when it was last folded: the newest base that can be read, and what came after.

        None where there is nothing. Of damaged ones what is whole is taken, and the rest from older ones.
        """
        found: list[tuple[str, Tables]] = []
        for stem in self._stems():
            tables, intact = self._base(stem)
            found.append((stem, tables))
            if intact:
                break
        made: Tables = {}
        for stem, tables in reversed(found):
            _go_on(made, tables)
            for path in self.journals(stem):
                replay(made, path)
        return made or None

    def _base(self, stem: str) -> tuple[Tables, bool]:
        """Return what a base holds that is as it was written, and whether that is all."""
        try:
            data = (self.folder / f"{stem}.json").read_bytes()
        except OSError:
            return {}, False
        with suppress(ValueError):
            tables, intact = base.read(data)
            if intact:
                return tables, any(tables.values())
        return base.salvaged(data), False


def _go_on(tables: Tables, later: Tables) -> None:
    """Merge what is known of a later base into `tables`."""
    if tables and later:
        from storage.merge import merge  # noqa: PLC0415  # imported when first used

        apply(tables, merge(tables, later).changes)
        if meta.of(later):
            tables[meta.NAME] = later[meta.NAME]
    elif later:
        tables.update(later)


def replay(tables: Tables, path: Path) -> None:
    """Merge what a journal holds into `tables`; what cannot be read of it is passed over."""
    with suppress(OSError):
        found = Journal(path)
        for line in found.read():
            take(tables, line.changes)
        if found.head and "meta" not in tables:
            key, record = meta.made(found.head.get("library", ""), found.head.get("created", ""))
            tables["meta"] = rows.Rows({key: record})


def take(tables: Tables, changes: Changes) -> None:
    """Merge the changes of one journal line into `tables`."""
    from storage.merge import merge  # noqa: PLC0415  # imported when first used

    puts = {table: {key: record for key, record in found.items() if record} for table, found in changes.items()}
    apply(tables, merge(tables, puts).changes)


def apply(tables: Tables, changes: Changes) -> None:
    """Make `changes` in `tables`."""
    for name, records in changes.items():
        table = tables.setdefault(name, rows.table(name))
        for key, record in records.items():
            if record is None:
                table.pop(key, None)
            else:
                table[key] = record


def _generations(stems: list[str], skip: int) -> Iterator[str]:
    """Yield those of `stems`, the newest first, that are to be kept; their times begin at `skip`."""
    yield from stems[:NEWEST]
    for period, count in ((_day, DAYS), (_week, WEEKS), (_month, MONTHS)):
        periods: dict[object, str] = {}
        for stem in stems:
            with suppress(ValueError):
                periods.setdefault(period(stem[skip:]), stem)
        yield from list(periods.values())[:count]


def _day(moment: str) -> object:
    return moment[:8]


def _week(moment: str) -> object:
    days = time.mktime((int(moment[:4]), int(moment[4:6]), int(moment[6:8]), 12, 0, 0, 0, 0, 0))
    return int(days) // _WEEK


def _month(moment: str) -> object:
    return moment[:6]


def _now() -> str:
    moment = time.time_ns()
    return f"{time.strftime(_TIME, time.gmtime(moment // 10**9))}{moment // 1000 % 10**6:06}Z"


def _is_time(rest: str) -> bool:
    """Tell whether a name goes on with a time and a suffix."""
    moment = rest[:_WIDTH]
    return rest[_WIDTH : _WIDTH + 1] == "." and moment[8:9] == "T" and moment.endswith("Z") and moment[:8].isdigit()
