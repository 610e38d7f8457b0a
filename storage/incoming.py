"""What is found in the place of the library: the first time, and whenever another file lies there.

It may be the base as some Manicula wrote it, here or elsewhere: then it is merged. It may have been edited by another
program: then what differs is taken as an edit of this device (`storage.outside`). It may be damaged: then the backups
and the journals hold what it held, and it is set aside (`storage.mending`).
"""

from __future__ import annotations

import os
import stat
import zlib
from typing import TYPE_CHECKING

from storage import base, codec, meta, migrations, rows
from storage.base import Version
from storage.codec import Tables
from storage.errors import LibraryError
from storage.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.codec import Record
    from storage.store import Store


def take_base(store: Store) -> bool:
    """Take in the file in the library's place, or that there is none; True when anything changed in memory.

    Raises LibraryError when it cannot be used; then memory is as it was.
    """
    if store.begin():
        return True
    data, version = _read(store)
    if not data:
        from storage import mending  # noqa: PLC0415  # imported when first used

        return mending.missing(store, version)
    try:
        tables, intact = base.read(data)
        _check(store, tables)
    except ValueError as error:
        from storage import mending  # noqa: PLC0415  # imported when first used

        return mending.damaged(store, data, version, error)
    opening = not store.loaded
    store.arrived(version, len(data))
    if 0 < migrations.version_of(tables) < migrations.SCHEMA_VERSION:
        _migrate(tables)
        store.migrated = store.homeless = True
    if not intact:
        from storage import outside  # noqa: PLC0415  # imported when first used

        return outside.take(store, tables, f"{zlib.crc32(data):08x}", opening=opening)
    return take_intact(store, tables)


def take_intact(store: Store, tables: Tables) -> bool:
    """Take in a base as Manicula wrote it; True when anything changed in memory."""
    if not meta.of(store.tables) or meta.uuid_of(store.tables) != meta.uuid_of(tables):
        store.become(tables)
        return True
    found = meta.of(tables)
    if found and meta.mended(found[1]) and store.base and found[1].get("previous") == store.base:
        store.become(tables)  # all that memory holds is in the two bases and in the journals, which are read anew
        store.news.append(f"{store.path} was mended by another Manicula, and read anew.")
        return True
    from storage.merge import merge  # noqa: PLC0415  # imported when first used

    theirs = differing(store.tables, tables)
    merged = merge(store.tables, theirs)
    changes = merged.changes
    store.revived += merged.revived
    back = merge(tables, differing(tables, store.tables)).changes
    store.receive(changes, journaled=False)
    store.keep(back)
    if found:
        store.now_at(found[1])
    return bool(changes)


def differing(ours: Tables, theirs: Tables) -> dict[str, Mapping[str, Record]]:
    """Return the records of `theirs` that do not stand in `ours` to the letter."""
    found: dict[str, Mapping[str, Record]] = {}
    for name, table in theirs.items():
        mine = ours.get(name)
        if not isinstance(mine, Rows) or not isinstance(table, Rows):
            found[name] = table
            continue
        same = mine.cells
        found[name] = Rows({key: cell for key, cell in table.cells.items() if same.get(key) != cell})
    return found


def _read(store: Store) -> tuple[bytes, Version | None]:
    """Return the content of the file and its version; nothing when there is none."""
    path = store.path
    try:
        mode = store.real.stat().st_mode
        if stat.S_ISDIR(mode):
            raise LibraryError(f"{path} is a folder; give a file's name, such as library.json in it.")
        if not stat.S_ISREG(mode):
            raise LibraryError(f"{path} is no ordinary file; give another with --library.")
        with store.real.open("rb") as file:
            return file.read(), Version.of(os.fstat(file.fileno()))
    except FileNotFoundError:
        return b"", None
    except OSError as error:
        raise LibraryError(f"{path} cannot be read: {error.strerror}.") from None


def _check(store: Store, tables: Tables) -> None:
    """Raise LibraryError for what is no library, or a newer one; ValueError for what looks like one, but damaged.

    That is an empty one that has a past, and one whose own record, or a table's name, is not as it was written.
    """
    if (store.loaded or store.backups.newest()) and (not _signed(tables) or _misnamed(tables)):
        raise ValueError("its beginning, or the name of a table, is damaged")
    version = migrations.version_of(tables)
    if version > migrations.SCHEMA_VERSION:
        raise LibraryError(
            f"{store.path} was written by a newer Manicula (version {version} of the file, this one knows "
            f"{migrations.SCHEMA_VERSION}); update Manicula to open it."
        )
    if not version and any(tables.values()):
        raise LibraryError(f"{store.path} is a TinyDB file of another program, not a library; give another name.")
    if not version and store.backups.newest():
        raise ValueError("it is empty")


def _signed(tables: Tables) -> bool:
    """Tell whether the library's own record is as it was written; one without a checksum may be from anybody."""
    found = meta.of(tables)
    return not found or "sum" not in found[1] or codec.is_whole(found[1])


def _misnamed(tables: Tables) -> bool:
    """Tell whether records of ours stand under a name that is none of ours, in place of a table that is missing."""
    others = [next(iter(table.values()), {}) for name, table in tables.items() if name not in base.ORDER]
    ours = any(codec.is_whole(record) for record in others)
    return ours and not tables.keys() >= set(base.ORDER)


def _migrate(tables: Tables) -> None:
    """Bring older shapes up to date, in memory."""
    for name, table in list(tables.items()):
        tables[name] = {key: codec.clone(record) for key, record in table.items()}
    migrations.migrate(tables)
    for name, table in list(tables.items()):
        tables[name] = rows.table(name, dict(table))
