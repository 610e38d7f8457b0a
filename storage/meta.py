"""The library's own record, the only one of its table ``meta``: who it is, and up to when it knows each device."""

from __future__ import annotations

from collections.abc import Mapping

from storage import identity, migrations
from storage.codec import Record

NAME = "meta"


def of(tables: Mapping[str, Mapping[str, Record]]) -> tuple[str, Record] | None:
    """Return doc_id and record; None where there is no library yet."""
    table = tables.get(NAME, {})
    for key in table:
        return key, table[key]
    return None


def uuid_of(tables: Mapping[str, Mapping[str, Record]]) -> str:
    """Return the library's uuid, empty where there is none yet."""
    found = of(tables)
    return str(found[1].get("uuid", "")) if found else ""


def clock_of(tables: Mapping[str, Mapping[str, Record]]) -> int:
    """Return the largest stamp in the library."""
    found = of(tables)
    return _clock(found[1]) if found else 0


def _clock(record: Record) -> int:
    clock = record.get("clock", 0)
    return clock if isinstance(clock, int) else 0


def seen_of(tables: Mapping[str, Mapping[str, Record]]) -> dict[str, int]:
    """Return up to which stamp of each device the library has taken everything in."""
    found = of(tables)
    return _seen(found[1]) if found else {}


def _seen(record: Record) -> dict[str, int]:
    seen = record.get("seen")
    return {str(device): stamp for device, stamp in seen.items() if isinstance(stamp, int)} if seen else {}


def mended(record: Record) -> bool:
    """Tell whether a repair put records in order in the very base that has this record."""
    return bool(record.get("base")) and record.get("mended") == record["base"]


def made(uuid: str = "", created: str = "") -> tuple[str, Record]:
    """Return doc_id and record of a new library, or of the one with this uuid."""
    uuid = uuid or identity.new_uuid()
    schema = migrations.SCHEMA_VERSION
    return identity.doc_id(uuid), {
        "uuid": uuid,
        "schema": schema,
        "created": created or identity.now(),
        "clock": 0,
        "seen": {},
    }


def signed(tables: Mapping[str, Mapping[str, Record]], device: str, stamp: int) -> tuple[str, Record]:
    """Return doc_id and record with what `device` wrote at `stamp` taken in."""
    key, record = of(tables) or made()
    seen = _seen(record)
    seen[device] = max(stamp, seen.get(device, 0))
    return key, {**record, "clock": max(stamp, _clock(record)), "seen": seen}


def still(tables: Mapping[str, Mapping[str, Record]], merged: Mapping[str, Record | None]) -> tuple[str, Record]:
    """Return doc_id and record of a library that another was merged into: it knows what that knew, and stays itself."""
    mine, both = of(tables), next(((key, record) for key, record in merged.items() if record), None)
    if not mine or not both:
        return mine or both or made()
    key, record = mine
    return key, {**both[1], "uuid": record["uuid"], "created": record.get("created", "")}
