"""What devices do to their copies of a library, each by two numbers that choose among what is there."""

from collections.abc import Callable

from storage import identity
from storage.dots import SHAPES, alternatives, resolved, values
from storage.merge import merge
from tests.storage.devices import HASHES, PATHS, Device, merged

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
