"""A library whose file is damaged or missing: what it held is in the backups and the journals, and in the file itself.

A file that is being rewritten in place by another program looks damaged for a moment, so it is looked at again for a
while before anything is done about it. Then it is set aside, never removed.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from storage import backups, base, incoming, meta
from storage.base import Version
from storage.errors import LibraryError

if TYPE_CHECKING:
    from storage.store import Store

PATIENCE = 2.0
"""Seconds in which a damaged file may become a whole one."""

_PAUSE = 0.1


def missing(store: Store, version: Version | None) -> bool:
    """Deal with a file that is not there, or is empty. Raises LibraryError."""
    if not store.loaded and store.backups.newest() is None and not store.backups.any_journal():
        store.arrived(version, 0)
        return False
    return _mend(store, b"", version, "it is missing" if version is None else "it is empty")


def damaged(store: Store, data: bytes, version: Version | None, error: ValueError) -> bool:
    """Deal with a file that cannot be understood. Raises LibraryError where nothing of it is known otherwise."""
    return _mend(store, data, version, f"damaged or not a library ({error})")


def _mend(store: Store, data: bytes, version: Version | None, reason: str) -> bool:
    if store.loaded:
        return _while_open(store, data, version)
    known = store.backups.latest()
    if known is None or not meta.of(known):
        raise LibraryError(
            f"{store.path} is {reason}. Nothing was changed; move it away, give another file with --library, or see "
            f"what manicula check finds in it."
        )
    if _comes_right(store):
        return incoming.take_base(store)
    from storage.merge import merge  # noqa: PLC0415  # imported when first used

    found = base.salvaged(data)
    if meta.uuid_of(found) in {"", meta.uuid_of(known)}:
        backups.apply(known, merge(known, found).changes)
    store.become(known)
    store.arrived(version, 0)
    store.bereft(version)
    _restored(store, bool(data), version)
    return True


def _while_open(store: Store, data: bytes, version: Version | None) -> bool:
    """Wait until the damage has lasted; then take what can still be read, and have memory written out."""
    since = store.doubt[1] if store.doubt and store.doubt[0] == version else time.monotonic()
    store.doubt = (version, since)
    if time.monotonic() - since < PATIENCE:
        return False
    from storage.merge import merge  # noqa: PLC0415  # imported when first used

    found = base.salvaged(data)
    if meta.uuid_of(found) == meta.uuid_of(store.tables):
        store.receive(merge(store.tables, found).changes)
    store.bereft(version)
    _restored(store, bool(data), version)
    return True


def _comes_right(store: Store) -> bool:
    """Tell whether the file becomes a base while it is looked at for a while."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        time.sleep(_PAUSE)
        with suppress(OSError, ValueError):
            tables, _ = base.read(store.real.read_bytes())
            if meta.of(tables):
                return True
    return False


def _restored(store: Store, aside: bool, version: Version | None) -> None:
    kept = ""
    if store.readonly:
        store.news.append(f"{store.path} is damaged; this shows what the backups beside it hold.")
        return
    with suppress(OSError, LibraryError), store.exclusive():
        if aside and store.current() == version:
            kept = f" The damaged file is kept as {store.backups.set_aside(store.real)}."
            store.bereft(None)
    state = "was damaged" if aside else "was missing or empty"
    store.news.append(
        f"{store.path} {state}. It was restored from the backups beside it, with all that was saved.{kept}"
    )
