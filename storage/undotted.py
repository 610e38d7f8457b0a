"""What is merged whole, having no dots: reading positions, the library's own record, what other programs store."""

from __future__ import annotations

from typing import Any

from storage.codec import Record, canonical
from storage.dots import as_seen, together
from storage.joining import text


def place(record: Record) -> tuple[Any, Any]:
    """Return what a reading position is the only one of: its document and device."""
    return record.get("document"), record.get("device")


def latest(one: Record, other: Record) -> Record:
    """Return the reading position with the larger stamp."""

    def rank(record: Record) -> tuple[int, bytes]:
        stamp = record.get("stamp")
        return stamp if isinstance(stamp, int) else 0, canonical(record)

    return max(one, other, key=rank)


def library(ours: Record, theirs: Record) -> Record:
    """Return the `meta` record of two libraries that are one now; what else stands in ours stays."""
    made = dict(ours)
    for name, choose in (("uuid", min), ("created", min), ("schema", max), ("clock", max)):
        found = [record[name] for record in (ours, theirs) if record.get(name)]
        if found:
            made[name] = choose(found, key=_rank)
    if seen := together(as_seen(ours), as_seen(theirs)):
        made["seen"] = seen
    return made


def _rank(value: Any) -> tuple[bool, Any]:  # noqa: ANN401  # any JSON value
    return isinstance(value, (int, float)), value if isinstance(value, (int, float)) else text(value)


def larger(ours: Any, theirs: Any) -> Any:  # noqa: ANN401  # any JSON values
    """Return the one with the larger canonical JSON, which says nothing but is the same everywhere."""
    return max(ours, theirs, key=text)
