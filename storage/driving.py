"""Merging for git: three versions of a library file in, the merged one in the place of the second.

Git calls ``manicula merge-driver %O %A %B`` where its attributes say so; it never has to ask anybody, as what was
written at the same time on both sides is kept in the file, and is settled in Manicula.
"""

from __future__ import annotations

import os
from pathlib import Path

from storage import base, files, identity, meta
from storage.backups import apply
from storage.codec import Tables
from storage.errors import LibraryError
from storage.merge import Merged, merge
from storage.outside import settled


def drive(ancestor: Path, ours: Path, theirs: Path) -> Merged:
    """Merge the file `theirs` into the file `ours`; `ancestor` may be empty. Raises LibraryError; then `ours` stays."""
    known = _tables(ancestor) if ancestor.is_file() and ancestor.stat().st_size else None
    stamp = identity.milliseconds()
    mine = settled(_tables(ours), known, os.urandom(5).hex(), stamp)
    other = settled(_tables(theirs), known, os.urandom(5).hex(), stamp)
    merged = merge(mine, other)
    apply(mine, merged.changes)
    key, record = meta.of(mine) or meta.made()
    new = {"base": os.urandom(8).hex(), "previous": "", "folded": {}}
    try:
        files.replace(ours, [base.written(mine, (key, {**record, **new}))])
    except OSError as error:
        raise LibraryError(f"{ours} could not be written: {error.strerror}. {files.remedy(error)}") from error
    return merged


def _tables(path: Path) -> Tables:
    try:
        tables, _ = base.read(path.read_bytes())
    except OSError as error:
        raise LibraryError(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise LibraryError(f"{path} is damaged or not a library ({error}); git keeps both versions.") from None
    if meta.of(tables) is None:
        raise LibraryError(f"{path} is not a library; git keeps both versions.")
    return tables
