"""The library file: read, watched, and written whole after each transaction.

It is ordinary JSON that plain ``TinyDB(path)`` opens: ``{table: {doc_id: record}}``, one record a line, in the order of
`ORDER`; annotations stand grouped by document. A change takes the lock, reads the file again when its inode, size or
time say that another process wrote it, applies itself to that, and replaces the file; so two processes never lose each
other's saves. The previous file is kept in ``NAME.backups/`` once a day.

A file that cannot be understood is never written over.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from storage import codec, files, identity, migrations
from storage.codec import Record, Tables
from storage.dots import SHAPES
from storage.errors import LibraryError
from storage.lock import locked
from storage.transactions import Changes, Overlay, Transactions

ORDER = (
    "meta",
    "documents",
    "tags",
    "creators",
    "positions",
    "annotations",
    "memos",
    "bookmarks",
    "tombstones",
)
"""The tables in the order of the file; others follow."""

BACKUPS = 7
"""Daily backups that are kept."""

Version = tuple[int, int, int]
"""Inode, size and time of change (ns) of the file: what tells one version from another."""


class JsonFile(Transactions):
    """The tables of the library at `path`, in memory and in the file. Raises LibraryError when it cannot be used.

    `path` is what the reader called it, `real` where it is, symbolic links resolved. A file that does not exist is an
    empty library, made by the first change.
    """

    def __init__(self, path: Path, *, readonly: bool = False) -> None:
        super().__init__()
        self.path = path
        self.real = Path(os.path.realpath(path))
        self.backups = self.real.with_name(f"{self.real.stem}.backups")
        self.size = 0
        self._version: Version | None = None
        self._swept = self._migrated = False
        self._load()
        self.readonly = readonly or not self._writable()

    def refresh(self) -> bool:
        """Read the file again when another process wrote it; True when it did. Raises LibraryError as opening does.

        Never waits: while this process itself is changing the tables it returns False.
        """
        if not self._mutex.acquire(blocking=False):
            return False
        try:
            if self._draft is not None or self._current() in {self._version, None}:
                return False
            self._load()
        finally:
            self._mutex.release()
        self.hooks.reloaded()
        return True

    def last_backup(self) -> Path | None:
        """Return the newest backup."""
        return max(self.backups.glob(f"{self.real.stem}-*.json"), default=None) if self.backups.is_dir() else None

    def _current(self) -> Version | None:
        try:
            return _version(self.real.stat())
        except OSError:
            return None

    def _load(self) -> None:
        """Read the file. Raises LibraryError; then everything is as it was."""
        data, version = self._read_bytes()
        tables: Tables = {}
        migrated = False
        if data:
            try:
                tables = codec.parse(data)
            except ValueError as error:
                raise LibraryError(f"{self.path} is damaged or not a library ({error}).{self._advice()}") from None
            migrated = self._check_version(tables)
            _adopt(tables)
        elif version and self.last_backup():
            raise LibraryError(f"{self.path} is empty, although it was not before.{self._advice()}")
        self.tables, self.size, self._version, self._migrated = tables, len(data), version, migrated

    def _read_bytes(self) -> tuple[bytes, Version | None]:
        """Return the content of the file and its version; nothing when there is none."""
        try:
            mode = self.real.stat().st_mode
            if stat.S_ISDIR(mode):
                raise LibraryError(f"{self.path} is a folder; give a file's name, such as library.json in it.")
            if not stat.S_ISREG(mode):
                raise LibraryError(f"{self.path} is no ordinary file; give another with --library.")
            with self.real.open("rb") as file:
                return file.read(), _version(os.fstat(file.fileno()))
        except FileNotFoundError:
            return b"", None
        except OSError as error:
            raise LibraryError(f"{self.path} cannot be read: {error.strerror}.") from None

    def _check_version(self, tables: Tables) -> bool:
        if not any(tables.values()):
            return False
        version = migrations.version_of(tables)
        if not version:
            raise LibraryError(f"{self.path} is a TinyDB file of another program, not a library; give another name.")
        if version > migrations.SCHEMA_VERSION:
            raise LibraryError(
                f"{self.path} was written by a newer Manicula (version {version} of the file, this one knows "
                f"{migrations.SCHEMA_VERSION}); update Manicula to open it."
            )
        return migrations.migrate(tables)

    def _advice(self) -> str:
        backup = self.last_backup()
        if backup:
            return f" Nothing was changed; the newest backup is {backup}: move the damaged file away and copy it here."
        return " Nothing was changed; move it away, or give another file with --library."

    def _writable(self) -> bool:
        if self._version and not os.access(self.real, os.W_OK):
            return False
        folder = self.real.parent
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        return os.access(folder, os.W_OK)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        if self.readonly:
            raise LibraryError(f"{self.path} is read-only, so nothing can be changed in it.")
        with ExitStack() as held:
            with self._explained():
                files.make_folder(self.real.parent)
                held.enter_context(locked(self.real))
            if self._current() not in {self._version, None}:
                self._load()
                self.hooks.reloaded()
            yield

    def _persist(self, changes: Changes) -> None:
        after = {
            name: Overlay(self.tables.get(name, {}), changes[name]) if name in changes else self.tables[name]
            for name in {**self.tables, **changes}
        }
        with self._explained():
            self._back_up()
            if not self._swept:
                files.sweep(self.real.parent, self.real.name)
                self._swept = True
            status = files.replace(self.real, codec.lines(_arranged(after), big=self.size > codec.BIG))
        self._version = _version(status)
        self.size, self._migrated = status.st_size, False

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or str(error)
            raise LibraryError(f"{self.path} could not be saved: {reason}. {files.remedy(error)}") from error

    def _back_up(self) -> None:
        """Keep the file as it is before the day's first change, and before a migration reaches it."""
        if self._version is None or not self.size:
            return
        day = time.strftime("%Y-%m-%d", time.gmtime())
        name = f"{self.real.stem}-{day}{'-before-migration' if self._migrated else ''}.json"
        if (self.backups / name).exists():
            return
        files.keep_copy(self.real, self.backups / name)
        for old in sorted(self.backups.glob(f"{self.real.stem}-*.json"))[:-BACKUPS]:
            old.unlink()


def _version(status: os.stat_result) -> Version:
    return (status.st_ino, status.st_size, status.st_mtime_ns)


def _adopt(tables: Tables) -> None:
    """Give a uuid to each record that another program put in without one, always the same until it is stored."""
    for name in SHAPES:
        for key, record in tables.get(name, {}).items():
            if not isinstance(record.get("uuid"), str):
                record["uuid"] = identity.uuid_of(key.encode() + codec.canonical(record))


def _arranged(tables: Mapping[str, Mapping[str, Record]]) -> Iterator[tuple[str, Iterable[tuple[str, Record]]]]:
    for name in [*ORDER, *sorted(set(tables) - set(ORDER))]:
        table = tables.get(name, {})
        if name == "annotations":
            yield name, _grouped(table, tables.get("documents", {}))
        else:
            yield name, ((key, table[key]) for key in table)


def _grouped(table: Mapping[str, Record], documents: Mapping[str, Record]) -> list[tuple[str, Record]]:
    place = {record.get("uuid"): number for number, record in enumerate(documents.values())}
    return sorted(table.items(), key=lambda item: place.get(item[1].get("document"), len(place)))
