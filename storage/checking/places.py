"""The files around a library: its backups, what was set aside, what a crash left, and who may read all of it."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from storage import base, files, journal, meta, migrations
from storage.backups import Backups
from storage.codec import Tables
from storage.journal import Journal

FRESH = 600.0
"""Seconds in which a temporary file may still be written by somebody."""


class Kept(NamedTuple):
    """A file among the backups: its `tables`, or why it cannot be used.

    `changed`: somebody else wrote it; `corrected`: damaged, and yet it can be read as it was.
    """

    path: Path
    tables: Tables | None = None
    trouble: str = ""
    changed: bool = False
    corrected: bool = False


def backups(real: Path) -> list[Path]:
    """Return the bases and journals that are kept, the oldest first."""
    found = Backups(real).folder.glob("*")
    return sorted(path for path in found if not path.name.startswith("aside-") and files.TEMPORARY not in path.name)


def opened(path: Path) -> Kept:
    """Return a base or journal of the backups, as far as it can be read."""
    return _journal(path) if path.name.endswith(journal.SUFFIX) else _base(path)


def _base(path: Path) -> Kept:
    try:
        tables, intact = base.read(path.read_bytes())
    except (OSError, ValueError) as error:
        return Kept(path, None, getattr(error, "strerror", None) or f"it is damaged ({error})")
    if not meta.of(tables):
        return Kept(path, None, "it is empty")
    usable = migrations.version_of(tables) == migrations.SCHEMA_VERSION
    return Kept(path, tables if usable else None, changed=not intact)


def _journal(path: Path) -> Kept:
    found = Journal(path)
    try:
        lines = found.read()
    except (OSError, ValueError, KeyError) as error:
        return Kept(path, None, getattr(error, "strerror", None) or f"it is damaged ({error})")
    if found.bad or not found.head:
        return Kept(path, None, f"{len(found.bad)} of its {len(found.bad) + len(lines)} lines are damaged")
    tables: Tables = {}
    for line in lines:
        for name, records in line.changes.items():
            tables.setdefault(name, {}).update({key: record for key, record in records.items() if record})
    return Kept(path, tables, corrected=found.corrected > 0)


def aside(real: Path) -> list[Path]:
    """Return the files that were set aside."""
    return sorted(Backups(real).folder.glob("aside-*"))


def leftovers(real: Path, state: Path) -> list[Path]:
    """Return the temporary files that a crash left; what is written just now is none."""
    now = time.time()
    found = [*real.parent.glob(f".{_plain(real.name)}*{files.TEMPORARY}*")]
    for folder in (real.with_name(f"{real.stem}.texts"), Backups(real).folder, state):
        found += folder.rglob(f".*{files.TEMPORARY}*")
    return sorted(path for path in found if _age(path, now) > FRESH)


def _age(path: Path, now: float) -> float:
    with suppress(OSError):
        return now - path.lstat().st_mtime
    return 0.0


def _plain(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def ours(real: Path, state: Path) -> Iterator[Path]:
    """Yield the files and folders that hold what is the reader's alone; the library's own folder is not one of them."""
    yield from (path for path in (real, *journal.beside(real)) if path.exists())
    for folder in (real.with_name(f"{real.stem}.texts"), Backups(real).folder):
        if folder.is_dir():
            yield folder
            yield from folder.rglob("*")
    if state.is_dir():
        yield from state.rglob("*")


def exposed(real: Path, state: Path) -> list[Path]:
    """Return what others than its owner may read or change, where the system knows such modes."""
    if os.name == "nt":
        return []
    found = []
    for path in ours(real, state):
        with suppress(OSError):
            if not path.is_symlink() and stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO):
                found.append(path)
    return sorted(set(found))
