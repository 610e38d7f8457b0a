"""Folding: the journals' content goes into a new base, and this device's journal begins anew.

The new base is written beside the old one while everybody may go on saving; the lock is held only to take what there is
to fold, and to put the new base into place. In that order: the old base and the journals are kept as backups, the new
base takes its place, and only then does a new journal, with what was saved meanwhile, take the place of the old. A
crash between two of these steps leaves lines in a journal that the base has already, and those change nothing.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from storage import files, meta
from storage.base import Version, Writing
from storage.codec import Record
from storage.errors import LibraryError
from storage.journal import Mark
from storage.rows import Grouped, Rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storage.store import Store

IDLE = 15.0
"""Seconds without a save after which the journals are folded, for each megabyte of the base a second more."""

_OLD = 86400.0
_BREATH = 0.0003
_LOOK = 0.1


class _Snapshot(NamedTuple):
    tables: dict[str, Rows]
    key: str
    record: Record
    marks: dict[str, Mark]
    version: Version | None


def due(store: Store) -> bool:
    """Tell whether it is time to fold."""
    if store.readonly or store.failed or store.partial or not store.unfolded():
        return False
    quiet = time.monotonic() - store.saved
    return store.homeless or quiet > IDLE + store.size / (1 << 20) or store.own.offset > store.large


def after_save(store: Store) -> None:
    """Fold where that cannot wait; the journal holds everything where it fails."""
    with suppress(LibraryError):
        fold(store)


def at_close(store: Store) -> None:
    """Fold when this is the last to leave; where that fails, the journals stay and hold everything.

    A base that is damaged or gone by now is written anew: nobody else holds what memory does.
    """
    if store.readonly or store.failed or not store.alone():
        return
    with suppress(LibraryError):
        store.refresh()
        while store.doubt:
            time.sleep(_LOOK)
            store.refresh()
        if store.unfolded():
            store.complete()
            fold(store)
        if store.version:
            _tidy(store)


def _tidy(store: Store) -> None:
    """Remove what a crash left: temporary files, and a journal of this device that the base contains whole."""
    with store.exclusive():
        store.look()
        if store.homeless or store.doubt:
            return  # the journal is wanted
        own = store.own
        if own.present and own.mark == store.folded.get(store.device):
            own.remove()
        files.sweep(store.real.parent, store.real.name)
        files.sweep(store.backups.folder)
        store.replica.sweep()


def fold(store: Store) -> bool:
    """Fold; False when another process did so meanwhile, or there is nothing to fold. Any thread may call this.

    Raises LibraryError when there is no room, or the base cannot be written; then all is as it was.
    """
    taken = None if store.readonly or store.failed else _take(store)
    if taken is None:
        return False
    writing = Writing(taken.tables, (taken.key, taken.record))
    chunks = _unhurried(writing.chunks()) if store.background else writing.chunks()
    with store.explained(), files.prepared(store.real, chunks, writing.head) as temporary:
        return _put(store, taken, temporary)


def _unhurried(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the chunks, with a moment after each in which another thread gets the interpreter."""
    for chunk in chunks:
        yield chunk
        time.sleep(_BREATH)


def _take(store: Store) -> _Snapshot | None:
    """Return what is to be folded, as it is now."""
    with store.exclusive():
        found = meta.of(store.tables)
        if found is None or store.partial or not store.unfolded():
            return None
        files.sweep(store.real.parent, store.real.name)
        tables = {
            name: table if isinstance(table, Grouped) else table.copy()  # large, and may change meanwhile
            for name, table in store.tables.items()
            if isinstance(table, Rows)
        }
        marks = store.marks()
        folded = {device: list(mark) for device, mark in {**store.folded, **marks}.items()}
        new = {"base": os.urandom(8).hex(), "previous": store.base, "folded": folded}
        if store.mended:
            new["mended"] = new["base"]
        return _Snapshot(tables, found[0], {**found[1], **new}, marks, store.version)


def _put(store: Store, taken: _Snapshot, temporary: Path) -> bool:
    with store.exclusive(), store.explained():
        store.look()
        if not taken.version == store.version == store.current() or not temporary.exists():
            return False
        backups = store.backups
        if store.migrated:
            backups.keep_for_good(store.real, "before-migration")
        backups.keep(each for device, each in store.journals.items() if device in taken.marks and each.path.exists())
        version = Version.of(temporary.stat())
        files.take_place(temporary, store.real)
        store.placed(version, taken.record)
        store.mended = store.mended and not meta.mended(taken.record)
        store.replica.remember(taken.record["seen"].get(store.device, 0))
        _begin_anew(store, taken.marks.get(store.device))
        _leave_old(store, taken.marks)
    store.rest()
    backups.prune()
    return True


def _begin_anew(store: Store, mark: Mark | None) -> None:
    """Put what was saved since the mark into a new journal, or remove the journal where there is nothing."""
    own = store.own
    if mark is None or not own.present or own.head.get("journal") != mark.id:
        return  # another process of this machine folded it and took it away
    read = own.offset - mark.offset
    tail = own.tail(mark.offset)
    if tail:
        own.start(store.head(store.record()), tail, read=read)
    else:
        own.remove()


def _leave_old(store: Store, marks: dict[str, Mark]) -> None:
    """Put away journals that nobody writes any more: of ids that this machine had, and such as came long ago."""
    for device, each in list(store.journals.items()):
        if device == store.device or each.mark != marks.get(device):
            continue
        with suppress(OSError):
            age = time.time() - each.path.stat().st_mtime
            if device in store.replica.former or age > _OLD:
                each.remove()  # its content is in the base, and the file is among the backups
                del store.journals[device]
