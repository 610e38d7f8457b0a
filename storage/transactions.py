"""TinyDB tables in memory that change only by whole transactions: the part of the store that knows no file.

A transaction collects new records in a draft, which its own thread sees through and nobody else does. At its end the
draft is sealed (the library adds dots, stamps and checksums), made durable, and only then becomes what the tables hold.
A body that raises, or a write that fails, changes nothing.

TinyDB meets this through two of its extension points: :class:`Transactions` is a ``Storage``, :class:`RecordTable` a
``Table`` whose updaters work on copies. So ``TinyDB.search``, ``update``, ``remove`` and the rest work as ever, in
memory and on disk, and several of them inside one transaction are one write.
"""

from __future__ import annotations

import os
from _thread import RLock, get_ident
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import suppress
from types import TracebackType
from typing import Any

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table

from storage import identity, rows
from storage.codec import Record, Tables

Changes = dict[str, dict[str, Record | None]]
"""What a transaction does: table -> doc_id -> the new record, or None where it is removed."""


class Overlay(Mapping[str, Record]):
    """A table as a transaction sees it: `draft` over `table`."""

    def __init__(self, table: Mapping[str, Record], draft: Mapping[str, Record | None]) -> None:
        self._table = table
        self._draft = draft

    def __getitem__(self, key: str) -> Record:
        record = self._draft[key] if key in self._draft else self._table[key]
        if record is None:
            raise KeyError(key)
        return record

    def __iter__(self) -> Iterator[str]:
        for key in self._table:
            if self._draft.get(key, self._table[key]) is not None:
                yield key
        for key, record in self._draft.items():
            if record is not None and key not in self._table:
                yield key

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Hooks:
    """What the owner of the tables does at each change; here nothing."""

    def seal(self, changes: Changes) -> Changes:
        """Turn a draft into what is to be stored; empty when it changes nothing."""
        return changes

    def committed(self, before: Changes, after: Changes) -> None:
        """Take note of what was stored, perhaps nothing, and what stood there before; nobody else writes meanwhile."""

    def received(self, before: Changes, after: Changes) -> None:
        """Take note of what came in from elsewhere, and what stood there before."""

    def completed(self) -> None:
        """Take note that records are there now that were not read yet."""

    def reloaded(self) -> None:
        """Take note that everything may have changed."""


class Transactions(Storage):
    """A TinyDB storage whose tables change by transactions. This one keeps them in memory alone.

    `serial` counts what was ever drafted in each table: what was made of a draft holds while it is the same.
    """

    def __init__(self, device: str = "") -> None:
        self._device = device or os.urandom(5).hex()
        self.tables: Tables = {}
        self.readonly = False
        self.hooks = Hooks()
        self.label = ""
        self.serial: dict[str, int] = {}
        self._draft: Changes | None = None
        self._trail: list[tuple[str, str, bool, Record | None]] = []
        self._owner = 0
        self._mutex = RLock()

    @property
    def device(self) -> str:
        """The id under which changes are made."""
        return self._device

    def read(self) -> Any:  # noqa: ANN401  # TinyDB types this as a plain dict; tables being changed are mappings
        """Return all tables, as TinyDB asks for them."""
        return {name: self.table(name) for name in {**self.tables, **self.draft()}}

    def write(self, data: Mapping[str, Mapping[str, Record]]) -> None:
        """Make `data` the content of all tables: how TinyDB drops them."""
        with self.transaction():
            for name, table in list(self.read().items()):
                for key in set(table) - set(data.get(name, ())):
                    self.put(name, key, None)
            for name, table in data.items():
                for key, record in list(table.items()):
                    self.put(name, key, record)

    def draft(self) -> Changes:
        """Return what this thread's transaction has changed so far; empty outside of one."""
        if self._draft is None or self._owner != get_ident():
            return {}
        return self._draft

    def table(self, name: str) -> Mapping[str, Record]:
        """Return one table, not to be changed: doc_id -> record."""
        table = self.tables.get(name, {})
        changed = self.draft().get(name)
        return Overlay(table, changed) if changed else table

    def put(self, name: str, key: str, record: Record | None) -> None:
        """Set one record, or remove it; only inside a transaction. The record is never changed afterwards."""
        assert self._draft is not None, "changes are made inside a transaction"  # noqa: S101  # a mistake in the program
        table = self._draft.setdefault(name, {})
        self._trail.append((name, key, key in table, table.get(key)))
        table[key] = record
        self.serial[name] = self.serial.get(name, 0) + 1

    def transaction(self, label: str = "") -> Transaction:
        """Make everything put in the body one change, all or nothing; a transaction inside another joins it.

        `label` says what it is, in :attr:`label`, until it is over; the outermost counts.
        """
        return Transaction(self, label)

    def enter(self, label: str) -> int | None:
        """Begin a transaction, or join the one that this thread is in: return where that stands now."""
        self._mutex.acquire()
        if self._draft is not None:
            return len(self._trail)
        try:
            self._begin()
        except BaseException:
            self._mutex.release()
            raise
        self._draft, self._trail, self._owner, self.label = {}, [], get_ident(), label
        return None

    def leave(self, mark: int | None, *, well: bool) -> None:
        """End what `enter` began, or joined at `mark`; unless it went `well` nothing of it counts."""
        try:
            if mark is None:
                self._finish(well=well)
            elif not well:
                self._forget_since(mark)
        finally:
            self._mutex.release()

    def _finish(self, *, well: bool) -> None:
        changes: Changes = {}
        try:
            try:
                if well and self._draft is not None:
                    changes = self.hooks.seal({name: table for name, table in self._draft.items() if table})
                if changes:
                    self._persist(changes)
            finally:
                self._draft, self._trail = None, []
            if well:
                self.hooks.committed(self._apply(changes), changes)
        finally:
            self._end()
        if well:
            self.settle()

    def _forget_since(self, mark: int) -> None:
        while len(self._trail) > mark and self._draft is not None:
            name, key, there, record = self._trail.pop()
            self.serial[name] += 1
            if there:
                self._draft[name][key] = record
            else:
                del self._draft[name][key]

    def _apply(self, changes: Changes) -> Changes:
        """Take `changes` over into the tables and return what stood there before."""
        before: Changes = {}
        for name, records in changes.items():
            if name not in self.tables:
                self.tables[name] = rows.table(name)
            table = self.tables[name]
            olds = before[name] = {}
            for key, record in records.items():
                old = olds[key] = table.get(key)
                if record is not None:
                    table[key] = record
                elif old is not None:
                    del table[key]
        return before

    def _begin(self) -> None:
        """Take what has to be held while others must not write, and have the tables fresh. For memory: nothing."""

    def _end(self) -> None:
        """Free what :meth:`_begin` took. For memory: nothing."""

    def _persist(self, changes: Changes) -> None:
        """Make `changes`, still of the draft, durable. For memory: nothing. Raising leaves the tables as they were."""

    def want(self, document: str) -> None:
        """Have the annotations of a document in memory. For memory: they are."""

    def complete(self) -> bool:
        """Have all records in memory; False when they were. For memory: they are."""
        return False

    def settle(self) -> None:
        """Do what is to be done now and then after a change, when nothing is held any more. For memory: nothing."""


class Transaction:
    """One transaction on `file`, for a ``with`` statement."""

    __slots__ = ("_file", "_label", "_mark")
    _mark: int | None

    def __init__(self, file: Transactions, label: str) -> None:
        self._file = file
        self._label = label

    def __enter__(self) -> None:
        self._mark = self._file.enter(self._label)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.leave(self._mark, well=kind is None)


class RecordTable(Table):
    """A TinyDB table over :class:`Transactions`."""

    default_query_cache_capacity = 0
    _storage: Transactions

    def insert(self, document: Mapping[str, Any]) -> int:
        """Insert a record; one with a uuid stands where that says, unless it is a Document with an id of its own."""
        return super().insert(self._placed(document))

    def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> list[int]:
        """Insert records, as :meth:`insert` does."""
        return super().insert_multiple(map(self._placed, documents))

    def _placed(self, document: Mapping[str, Any]) -> Mapping[str, Any]:
        if isinstance(document, Mapping) and not isinstance(document, self.document_class):
            with suppress(ValueError):
                return self.document_class(document, int(identity.doc_id(str(document.get("uuid")))))
        return document

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        return self._storage.table(self.name)  # type: ignore[return-value]  # read only, so any mapping does

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        with self._storage.transaction():
            copies = Copies(self._storage, self.name)
            updater(copies)
            copies.settle()

    def _get_next_id(self) -> int:
        table = self._read_table()
        while (drawn := identity.doc_id(identity.new_uuid())) in table:
            pass
        return int(drawn)


class Copies(MutableMapping[int, Record]):
    """What a TinyDB updater gets: the table by integer, every record handed out a copy."""

    def __init__(self, storage: Transactions, name: str) -> None:
        self._storage = storage
        self._name = name
        self._records = storage.table(name)
        self._out: dict[int, Record | None] = {}

    def __getitem__(self, doc_id: int) -> Record:
        if doc_id not in self._out:
            self._out[doc_id] = rows.copied(self._records, str(doc_id))
        record = self._out[doc_id]
        if record is None:
            raise KeyError(doc_id)
        return record

    def __setitem__(self, doc_id: int, record: Record) -> None:
        self._out[doc_id] = record

    def __delitem__(self, doc_id: int) -> None:
        if doc_id not in self:
            raise KeyError(doc_id)
        self._out[doc_id] = None

    def __contains__(self, doc_id: object) -> bool:
        return self._out[doc_id] is not None if doc_id in self._out else str(doc_id) in self._records

    def __iter__(self) -> Iterator[int]:
        kept = [int(key) for key in self._records if self._out.get(int(key), key) is not None]
        new = [key for key, record in self._out.items() if record is not None and str(key) not in self._records]
        return iter(kept + new)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def clear(self) -> None:
        """Remove every record."""
        self._out = {int(key): None for key in self._records}

    def settle(self) -> None:
        """Put what the updater changed."""
        for doc_id, record in self._out.items():
            key = str(doc_id)
            if record != self._records.get(key):
                self._storage.put(self._name, key, record)


class Database(TinyDB):
    """A TinyDB over :class:`Transactions`."""

    table_class = RecordTable

    def __init__(self, storage: Transactions) -> None:
        super().__init__(storage=lambda: storage)
