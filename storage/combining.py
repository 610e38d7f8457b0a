"""Copies of the library merged into it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from storage import copies, files, meta
from storage.choosing import Choosing
from storage.codec import Record, Tables
from storage.errors import LibraryError, UsageError
from storage.store import Store
from storage.texts import Snapshots

if TYPE_CHECKING:
    from storage.merge import Merged


_ROUNDS = 3
"""How often a merge is worked out anew because another process saved meanwhile, before it holds the lock for it."""


class Combining(Choosing):
    """Merges copies."""

    @property
    def store(self) -> Store:
        """What holds the tables. Raises LibraryError where they are in memory alone."""
        if not isinstance(self._file, Store):
            raise LibraryError("A library in memory has no files.")
        return self._file

    def forgotten(self, uuid: str) -> bool:
        """Tell whether a record was to be forgotten, for ever."""
        grave = self._find("tombstones", uuid)
        return grave is not None and grave.get("forgotten") is True

    def merge(self, path: Path) -> Merged:
        """Merge the library at `path` into this one, as one step; its texts come along.

        A copy of this library brings what it has of its own; another library brings all it has. Raises LibraryError,
        and UsageError where there is no such file.
        """
        if path.resolve() == self._real:
            raise UsageError(f"{path} is this library itself.")
        merged = self.absorb(_tables_of(path), f"merge of {path.name}")
        self._take_texts(path)
        return merged

    def absorb(self, theirs: Mapping[str, Mapping[str, Record]], label: str = "") -> Merged:
        """Merge tables into this library; as a step that undo takes back where there is a `label`."""
        self.store.complete()
        merged = self._absorbed(theirs, label)
        self.store.settle()
        return merged

    def _absorbed(self, theirs: Mapping[str, Mapping[str, Record]], label: str) -> Merged:
        """Merge, and hold the lock only to save what that does: others need not wait while it is worked out."""
        from storage.merge import merge  # noqa: PLC0415  # imported when first used

        store = self.store
        for _ in range(_ROUNDS):
            store.refresh()
            known = self.revision
            merged = merge(store.tables, theirs)
            with store.exclusive():
                store.look()
                if self.revision == known:
                    return self._adopt(merged, label)
        with store.exclusive():
            store.look()
            return self._adopt(merge(store.tables, theirs), label)

    def _adopt(self, merged: Merged, label: str) -> Merged:
        """Save what a merge does, in one step; the lock is held, and nothing has changed since it was worked out."""
        from storage.merge import completed  # noqa: PLC0415  # imported when first used

        store = self.store
        own = merged.changes.pop(meta.NAME, {})
        if merged.changes:
            stamp = self._stamp = self._next_stamp()
            merged = completed(store.tables, merged, store.device, stamp)
            known = {meta.NAME: dict([meta.still(store.tables, own)])}
            store.adopt({**merged.changes, meta.NAME: dict([meta.signed(known, store.device, stamp)])})
            if label:
                self._history().record("do", stamp, label, merged.edits)
        return merged

    def _take_texts(self, path: Path) -> None:
        """Take the snapshots that the other library has and this one has not."""
        theirs = Snapshots(path.with_name(f"{path.stem}.texts"))
        for document in self.documents():
            for version in document.texts:
                if theirs.has(version) and not self.snapshots.has(version):
                    with suppress(OSError):
                        files.make_folder(self.snapshots.folder)
                        files.replace(self.snapshots.file(version), [theirs.file(version).read_bytes()])

    def pick_up(self) -> bool:
        """Merge the conflict copies that sync tools left beside the library; True when there were any.

        Each is moved to the backups afterwards. What is no whole copy of this library is left alone.
        """
        store = self._file
        if not isinstance(store, Store) or store.readonly or not store.copies:
            return False
        found, store.copies = store.copies, []
        took = False
        for path in found:
            tables = copies.intact(path)
            if tables is None or meta.uuid_of(tables) != meta.uuid_of(store.tables):
                continue
            took = True
            try:
                self.absorb(tables, f"merge of {path.name}")
                kept = store.backups.set_aside(path)
            except (LibraryError, OSError) as error:
                store.news.append(f"{path} could not be merged: {error}")
            else:
                store.news.append(f"{path.name}, a copy that a sync tool left, was merged, and kept as {kept}.")
        return took


def _tables_of(path: Path) -> Tables:
    """Return what another library holds, with its journals; it is not changed. Raises LibraryError, UsageError."""
    if not path.is_file():
        raise UsageError(f"There is no library {path}.")
    store = Store(path, readonly=True)
    store.open()
    if not any(store.tables.values()):
        raise LibraryError(f"{path} is empty.")
    return store.tables
