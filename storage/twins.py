"""Records made apart that mean the same: how they are told, how one goes into the other, how references follow.

The smaller uuid survives; of the larger a redirect is left, a tombstone with `into`. The values of a record that went
into another keep their history: their devices are written ``DEVICE@UUID`` there, in dots and in `seen`, since what the
survivor has taken in says nothing about what the other had. So a late copy of the record joins its own values only.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from storage.codec import Record, sealed
from storage.dots import Seen, Signed, alternatives, as_dots, as_seen, together, written
from storage.joining import State, forgotten

TWINNED = ("documents", "tags", "creators")
"""The tables whose records can be twins."""

REFERRING = ("annotations", "memos", "bookmarks")
"""The tables whose records name such records; `positions` do too."""

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"""SHA-256 of nothing: the hash of an empty text, which tells nothing of a document."""

Root = Callable[[str], str]
"""What finds the survivor that a uuid stands for now, most often that uuid itself."""


def identities(table: str, record: Record) -> set[tuple[str, str]]:
    """Return what `record` shares with its twins: hashes of a document, the path of a tag, the id of a creator."""
    if table == "documents":
        kinds = ("texts",) if EMPTY in _list(record, "texts") else ("texts", "files")
        return {(kind, str(found)) for kind in kinds for found in _list(record, kind)} - {
            (kind, EMPTY) for kind in kinds
        }
    name = "path" if table == "tags" else "id"
    value = record.get(name)
    return {(name, unicodedata.normalize("NFC", value))} if value and isinstance(value, str) else set()


def _list(record: Record, name: str) -> list[Any]:
    found = record.get(name)
    return found if isinstance(found, list) else []


def survivor(grave: Record | None) -> str | None:
    """Return the uuid that a tombstone redirects to; only a smaller one counts, so that no chain is a circle."""
    into, uuid = (grave.get("into"), grave.get("uuid")) if grave else (None, None)
    return into if isinstance(into, str) and isinstance(uuid, str) and into < uuid else None


def moved(record: Record, into: str) -> Record:
    """Return a record, or a tombstone, as a state of the record `into`, its history under its own name."""
    origin = record["uuid"]

    def own(device: str) -> str:
        return f"{device}@{origin}" if _plain(device) else device

    def renamed(dots: Any) -> list[Any]:  # noqa: ANN401  # any JSON value
        return written((own(device), stamp) for device, stamp in as_dots(dots))

    made = {**record, "uuid": into, "seen": {own(device): stamp for device, stamp in as_seen(record).items()}}
    made.pop("into", None)
    if isinstance(dots := record.get("dots"), dict):
        made["dots"] = {path: renamed(found) for path, found in dots.items()}
    if others := alternatives(record):
        odd = [other for other in record["alternatives"] if other not in others]
        made["alternatives"] = [*({**other, "dot": renamed(other.get("dot"))} for other in others), *odd]
    return made


def _plain(device: str) -> bool:
    """Tell whether this is a device in a record's own history, not in that of one that went into it."""
    return "@" not in device and not device.startswith("=")


def redirect(uuid: str, into: str, *states: State) -> Record:
    """Return the redirect from `uuid` to `into`, made of all that is known of the record: copies and tombstones."""
    seen: Seen = {}
    made: Record = {"deleted": ""}
    for state in states:
        seen = together(seen, {device: stamp for device, stamp in as_seen(state.record).items() if _plain(device)})
    if any(map(forgotten, states)):
        made["forgotten"] = True
    return sealed({**made, "uuid": uuid, "into": into, "seen": seen})


def document_of(table: str, record: Record) -> str:
    """Return the uuid of the document that a record belongs to; empty where there is none."""
    if table == "memos":
        kind, _, uuid = str(record.get("about", "")).partition(":")
        return uuid if kind == "document" else uuid.partition(":")[2] if kind == "kept" else ""
    return str(record.get("document", ""))


def followed(table: str, record: Record, root: Root) -> Record:
    """Return `record` with its references led to the survivors, which is no edit; itself where none changes."""
    if all(root(uuid) == uuid for uuid in _references(table, record)):
        return record
    made = dict(record)
    for name in ("document", "creator"):
        if isinstance(uuid := record.get(name), str):
            made[name] = root(uuid)
    if table == "memos":
        kind, colon, uuid = str(record.get("about", "")).rpartition(":")
        made["about"] = f"{kind}{colon}{root(uuid)}"
    if table == "annotations":
        made["tags"] = sorted({root(str(tag)) for tag in _list(record, "tags")})
        _rename_paths(made, root)
    return sealed(made)


def _references(table: str, record: Record) -> Iterator[str]:
    """Yield the uuids that a record names."""
    for name in ("document", "creator"):
        if isinstance(uuid := record.get(name), str):
            yield uuid
    if table == "memos":
        yield str(record.get("about", "")).rpartition(":")[2]
    if table == "annotations":
        yield from map(str, _list(record, "tags"))
        yield from (other["field"].removeprefix("tags/") for other in alternatives(record))


def _rename_paths(made: Record, root: Root) -> None:
    """Let the dots and alternatives of tags follow; two tags that are one now are one value with the dots of both."""

    def renamed(path: str) -> str:
        head, _, uuid = path.partition("/")
        return f"tags/{root(uuid)}" if head == "tags" and uuid else path

    dots = made.get("dots")
    if isinstance(dots, dict) and any(renamed(path) != path for path in dots):
        found: dict[str, set[Signed]] = {}
        for path, value in dots.items():
            found.setdefault(renamed(path), set()).update(as_dots(value))
        made["dots"] = {path: written(signed) for path, signed in found.items()}
    others = alternatives(made)
    if any(renamed(other["field"]) != other["field"] for other in others):
        odd = [other for other in made["alternatives"] if other not in others]
        made["alternatives"] = [*({**other, "field": renamed(other["field"])} for other in others), *odd]
