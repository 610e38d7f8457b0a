"""Devices with copies of one library, in memory: what they do to it, and a log of who had seen what when they did it.

The log is the judge of merges: a value is to be there at the end when nobody who had seen it wrote something else in
its place, or deleted the record. It knows nothing of dots, stamps and `seen`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest import mock

from storage import identity
from storage.codec import Record, Tables, sealed
from storage.dots import SHAPES, alternatives, changed, resolved, values
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


Act = Callable[[Device, int, int], None]


def add_document(device: Device, a: int, b: int) -> None:
    shared = HASHES[a % len(HASHES)]
    if not any(shared in record["texts"] for record in device.rows("documents")):
        uuid = device.world.uuid()
        device.write(
            "documents",
            uuid,
            {"uuid": uuid, "title": f"title {b}", "texts": [shared], "paths": [f"p{b}"], "added": identity.now()},
        )


def add_version(device: Device, a: int, b: int) -> None:
    shared = HASHES[a % len(HASHES)]
    document = device.pick("documents", b)
    if document and not any(shared in record["texts"] for record in device.rows("documents")):
        device.change("documents", document, {f"texts/{shared}": True})


def title(device: Device, a: int, b: int) -> None:
    if document := device.pick("documents", a):
        device.change("documents", document, {"title": f"title {b}", f"attributes/k{b % 2}": b})


def add_tag(device: Device, a: int, _: int) -> None:
    path = PATHS[a % len(PATHS)]
    if not _has_path(device, path):
        uuid = device.world.uuid()
        device.write("tags", uuid, {"uuid": uuid, "path": path, "created": identity.now()})


def _has_path(device: Device, path: str) -> bool:
    same = {"e\u0301", "é"} if path in {"e\u0301", "é"} else {path}
    return any(record.get("path") in same for record in device.rows("tags"))


def rename_tag(device: Device, a: int, b: int) -> None:
    path = PATHS[b % len(PATHS)]
    if (tag := device.pick("tags", a)) and not _has_path(device, path):
        device.change("tags", tag, {"path": path})


def describe(device: Device, a: int, b: int) -> None:
    if tag := device.pick("tags", a):
        device.change("tags", tag, {"description": f"text {b % 3}" if b % 4 else None})


def add_creator(device: Device, a: int, b: int) -> None:
    name = f"login{a % 2}"
    if not any(record["id"] == name for record in device.rows("creators")):
        uuid = device.world.uuid()
        device.write("creators", uuid, {"uuid": uuid, "name": f"name {b % 2}", "id": name})


def annotate(device: Device, a: int, b: int) -> None:
    document, tag, creator = device.pick("documents", a), device.pick("tags", b), device.pick("creators", a + b)
    if document:
        uuid = device.world.uuid()
        record = {
            "uuid": uuid,
            "document": document["uuid"],
            "creator": creator["uuid"] if creator else "",
            "ranges": [[a, a + 1]] if a % 3 else [],
            "anchor": {"exact": f"q{a}"} if a % 3 else {},
            "tags": [tag["uuid"]] if tag else [],
            "color": "",
            "note": f"note {b % 5}",
            "fields": {},
            "links": [],
            "reply_to": "",
            "created": identity.now(),
            "updated": identity.now(),
            "alternatives": [],
        }
        device.write("annotations", uuid, record)


def note(device: Device, a: int, b: int) -> None:
    if annotation := device.pick("annotations", a):
        device.change("annotations", annotation, {"note": f"note {b % 7}" if b % 5 else None})


def mark(device: Device, a: int, b: int) -> None:
    if annotation := device.pick("annotations", a):
        ranges = {"ranges": [[b, b + 1]], "anchor": {"exact": f"q{b}"}} if b % 4 else None
        writes = {"color": f"c{b % 3}", "ranges": ranges, f"fields/f{b % 2}": b if b % 3 else None}
        writes[f"links/see/{annotation['uuid']}"] = f"why {b % 2}" if b % 3 else None
        names = list(writes)
        device.change("annotations", annotation, {name: writes[name] for name in names[b % 4 :][:2]})


def tag(device: Device, a: int, b: int) -> None:
    annotation, found = device.pick("annotations", a), device.pick("tags", b)
    if annotation and found:
        on = found["uuid"] not in annotation["tags"]
        device.change("annotations", annotation, {f"tags/{found['uuid']}": True if on else None})


def untag_all(device: Device, a: int, _: int) -> None:
    if annotation := device.pick("annotations", a):
        device.change("annotations", annotation, {f"tags/{tag}": None for tag in annotation["tags"]})


def delete_annotation(device: Device, a: int, _: int) -> None:
    if record := device.pick("annotations", a):
        device.write("annotations", record["uuid"], None)


def delete(device: Device, a: int, b: int) -> None:
    table = ("tags", "documents", "memos", "creators", "bookmarks")[b % 5]
    if record := device.pick(table, a):
        device.write(table, record["uuid"], None)


def undelete(device: Device, a: int, b: int) -> None:
    """Take a deletion back, as undo does: the record is put again as it was."""
    graves = [grave["uuid"] for grave in device.rows("tombstones") if "into" not in grave and "forgotten" not in grave]
    older = [record for record in device._backup[0].get("annotations", {}).values() if record["uuid"] in graves]
    if older:
        record = older[a % len(older)]
        device.write("annotations", record["uuid"], {**record, "note": f"note {b}", "dots": {}})


def choose(device: Device, a: int, b: int) -> None:
    """Settle what was written at the same time: keep what is shown, or take another."""
    table = tuple(SHAPES)[b % len(SHAPES)]
    rows = [record for record in device.rows(table) if alternatives(record)]
    if rows:
        record = rows[a % len(rows)]
        other = alternatives(record)[b % len(alternatives(record))]
        shape = SHAPES[table]
        value = values(shape, record)[other["field"]] if a % 2 else other["value"]
        device.write(table, record["uuid"], resolved(shape, record, other["field"], value))


def memo(device: Device, a: int, b: int) -> None:
    about = device.pick(("documents", "tags")[b % 2], a)
    if about:
        uuid = device.world.uuid()
        kind = ("document", "tag")[b % 2]
        device.write("memos", uuid, {"uuid": uuid, "about": f"{kind}:{about['uuid']}", "note": f"memo {b}"})


def bookmark(device: Device, a: int, b: int) -> None:
    if document := device.pick("documents", a):
        uuid = device.world.uuid()
        device.write("bookmarks", uuid, {"uuid": uuid, "document": document["uuid"], "name": f"{b % 3}", "offset": b})


def position(device: Device, a: int, b: int) -> None:
    if document := device.pick("documents", a):
        old = next(
            (p for p in device.rows("positions") if (p["document"], p["device"]) == (document["uuid"], device.id)), None
        )
        uuid = old["uuid"] if old else device.world.uuid()
        place = {"uuid": uuid, "document": document["uuid"], "device": device.id, "top": b, "stamp": device.world.clock}
        device.write("positions", uuid, place)


def foreign(device: Device, a: int, b: int) -> None:
    """Let another program rewrite a record in its own way, which the library then takes for an edit of this device."""
    table = ("annotations", "tags")[b % 2]
    if record := device.pick(table, a):
        kept = {name: value for name, value in record.items() if name not in {"dots", "seen", "sum", "alternatives"}}
        kept["note" if table == "annotations" else "description"] = f"foreign {b}"
        device.write(table, record["uuid"], kept)


def forget(device: Device, a: int, b: int) -> None:
    if b % 4 == 0 and (document := device.pick("documents", a)):
        device.forget(document["uuid"])


def back_up(device: Device, _: int, __: int) -> None:
    device._backup = (device.tables, set(device.known))


def restore(device: Device, _: int, __: int) -> None:
    """Fall back to the backup; the device goes on under a new id, since it has lost its stamps."""
    device.tables, device.known = device._backup[0], set(device._backup[1])
    device._start()


def turn_back(device: Device, a: int, _: int) -> None:
    device.world.clock = max(0, device.world.clock - a * 20)


def exchange(device: Device, a: int, _: int) -> None:
    other = device.world.devices[a % len(device.world.devices)]
    if other is not device:
        one, two = merged(device.tables, other.tables), merged(other.tables, device.tables)
        assert one == two
        assert not merge(one, other.tables).changes
        device.receive(other.tables, other.known)


PLAIN: tuple[Act, ...] = (
    *(annotate, note, note, mark, mark, tag, untag_all, delete_annotation, choose, exchange, exchange, exchange),
    *(undelete, foreign, back_up, restore, turn_back, bookmark, memo, position, title, describe),
)
"""What makes no twins."""

TWINS: tuple[Act, ...] = (*PLAIN, add_document, add_version, add_tag, add_tag, add_creator)
"""What makes twins, which stay what they are."""

EVERYTHING: tuple[Act, ...] = (*TWINS, rename_tag, rename_tag, delete, forget)
"""What makes twins, and takes away what made them."""
