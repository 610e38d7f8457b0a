"""Devices with copies of one library, in memory: what they do to it, and a log of who had seen what when they did it.

The log is the judge of merges: a value is to be there at the end when nobody who had seen it wrote something else in
its place, or deleted the record. It knows nothing of dots, stamps and `seen`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest import mock

from storage import identity
from storage.codec import Record, Tables, sealed
from storage.dots import SHAPES, alternatives, changed, values
from storage.merge import merge, restored
from storage.sealing import Sealer
from storage.transactions import Changes
from storage.twins import document_of

PATHS = ("a", "a/b", "é", "e\u0301")
HASHES = ("h1", "h2", "h3")


class Event(NamedTuple):
    """What one device wrote: `value` at `path` of one of `members`; an empty path deleted the whole record."""

    number: int
    table: str
    uuid: str
    members: frozenset[str]
    path: str
    paths: frozenset[str]
    value: str
    known: frozenset[int]
    forgets: bool = False


def text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def applied(tables: Tables, changes: Changes) -> Tables:
    made = {name: dict(table) for name, table in tables.items()}
    for name, records in changes.items():
        table = made.setdefault(name, {})
        for key, record in records.items():
            if record is None:
                table.pop(key, None)
            else:
                table[key] = record
    return {name: table for name, table in made.items() if table}


def merged(ours: Tables, theirs: Tables) -> Tables:
    return applied(ours, merge(ours, theirs).changes)


def redirects(tables: Tables) -> dict[str, str]:
    return {grave["uuid"]: grave["into"] for grave in tables.get("tombstones", {}).values() if "into" in grave}


def root(tables: Tables, uuid: str) -> str:
    into = redirects(tables)
    while uuid in into:
        uuid = into[uuid]
    return uuid


class World:
    """Some devices, one clock that nobody sets right, and the log of all that was written."""

    def __init__(self, count: int, seed: int = 0) -> None:
        self.random = random.Random(seed)
        self.clock = 1000
        self.log: list[Event] = []
        self.names = 0
        self.documents: dict[str, str] = {}
        self.devices = [Device(self) for _ in range(count)]

    def name(self) -> str:
        self.names += 1
        return f"dev{self.names}"

    def uuid(self) -> str:
        return identity.written(f"{self.random.getrandbits(128):032x}")

    def now(self) -> str:
        return f"2026-01-01T{self.clock // 3600:02}:{self.clock // 60 % 60:02}:{self.clock % 60:02}Z"

    @contextmanager
    def time(self) -> Iterator[None]:
        """Let the program's clock and its random uuids be those of this world."""
        with mock.patch.object(identity, "now", self.now), mock.patch.object(identity, "new_uuid", self.uuid):
            yield

    def expected(self) -> dict[str, dict[str, set[str]]]:
        """Return what is to be there of each record, by uuid: path -> the values that nobody replaced knowingly."""
        there = set().union(*(device.known for device in self.devices))
        events = [event for event in self.log if event.number in there]
        found: dict[str, dict[str, set[str]]] = {}
        for event in events:
            mine = found.setdefault(event.uuid, {})
            if event.path and event.value and not any(replaces(later, event) for later in events):
                mine.setdefault(event.path, set()).add(event.value)
        return found


def replaces(later: Event, event: Event) -> bool:
    if event.number not in later.known or event.uuid not in later.members:
        return False
    return not later.path or event.path in later.paths


class Device:
    """One copy of the library, changed as the library does it: sealed, stamped, with a device id of its own."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.tables: Tables = {}
        self.journal: list[Changes] = []
        self.known: set[int] = set()
        self._backup: tuple[Tables, set[int]] = ({}, set())
        self._start()

    def _start(self) -> None:
        self.id = self.world.name()
        self._stamp = 0

    def store(self, changes: Changes) -> None:
        """Take changes over, and write them down as a journal does."""
        self.tables = applied(self.tables, changes)
        self.journal.append(changes)

    def rows(self, table: str) -> list[Record]:
        return sorted(self.tables.get(table, {}).values(), key=lambda record: record["uuid"])

    def pick(self, table: str, number: int) -> Record | None:
        rows = self.rows(table)
        return rows[number % len(rows)] if rows else None

    def write(self, table: str, uuid: str, record: Record | None) -> None:
        """Make one edit, as a transaction of one record."""
        self._stamp = max(self.world.clock, self._stamp + 1)
        key = identity.doc_id(uuid)
        sealer = Sealer(self.tables, self.id, self._stamp)
        self.store(sealer.seal({table: {key: record}}))
        for edit in sealer.edits:
            self._log(edit.table, edit.uuid, edit.old, edit.new)

    def _members(self, uuid: str) -> frozenset[str]:
        return frozenset({uuid, *(each for each in redirects(self.tables) if root(self.tables, each) == uuid)})

    def _log(self, table: str, uuid: str, old: Record | None, new: Record | None, *, forgets: bool = False) -> None:
        known = frozenset(self.known)
        members = self._members(uuid)
        if new is None:
            self._note(Event(len(self.world.log), table, uuid, members, "", frozenset(), "", known, forgets))
            return
        self.world.documents[uuid] = document_of(table, new)
        shape = SHAPES[table]
        before, after = values(shape, old or {}), values(shape, new)
        for path in {**before, **after}:
            settled = _beside(old or {}, path) != _beside(new, path)
            if before.get(path) != after.get(path) or settled:
                value = text(after[path]) if path in after else ""
                paths = self._paths(path)
                self._note(Event(len(self.world.log), table, uuid, members, path, paths, value, known))

    def _note(self, event: Event) -> None:
        self.world.log.append(event)
        self.known.add(event.number)

    def _paths(self, path: str) -> frozenset[str]:
        head, _, name = path.partition("/")
        return frozenset(f"tags/{uuid}" for uuid in self._members(name)) if head == "tags" else frozenset({path})

    def change(self, table: str, record: Record, writes: Record) -> None:
        self.write(table, record["uuid"], changed(SHAPES[table], record, writes))

    def receive(self, tables: Tables, known: set[int]) -> None:
        """Merge what another device has, and write back what went with a deletion."""
        found = merge(self.tables, tables)
        self.store(found.changes)
        self.known |= known
        for revived in found.revived:
            record = self.tables[revived.table][identity.doc_id(revived.uuid)]
            self.write(revived.table, revived.uuid, restored(record, revived))

    def forget(self, uuid: str) -> None:
        """Forget a document and what belongs to it."""
        for table in ("documents", "annotations", "memos", "bookmarks"):
            for key, record in list(self.tables.get(table, {}).items()):
                if uuid == (record["uuid"] if table == "documents" else document_of(table, record)):
                    grave = {
                        "uuid": record["uuid"],
                        "seen": record["seen"],
                        "deleted": identity.now(),
                        "forgotten": True,
                    }
                    self.store({table: {key: None}, "tombstones": {key: sealed(grave)}})
                    self._log(table, record["uuid"], record, None, forgets=True)
        positions = self.tables.get("positions", {})
        gone: dict[str, Record | None] = {key: None for key, each in positions.items() if each["document"] == uuid}
        self.store({"positions": gone})


def _beside(record: Record, path: str) -> list[str]:
    return sorted(text(other["value"]) for other in alternatives(record) if other["field"] == path)
