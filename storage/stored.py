"""Annotations made at once of the JSON that a library keeps of them, for whoever looks at a hundred thousand.

What stands in the way of that (a value of another kind than `storage.records` writes) is left to `storage.records`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from storage import codec, records
from storage.codec import Sealed
from storage.model import NO_VALUES, Annotation, Range
from storage.reading import reading_order
from storage.rows import Cell


class _Anchor(msgspec.Struct, gc=False):
    exact: str = ""
    prefix: str = ""
    suffix: str = ""
    text: str = ""
    reader: str = ""
    confidence: float = 1.0
    state: str = "anchored"


class _Record(msgspec.Struct, gc=False):
    uuid: str
    document: str
    creator: str
    ranges: tuple[Range, ...]
    anchor: _Anchor
    tags: tuple[str, ...]
    color: str
    note: str
    fields: dict[str, str | int | float]
    links: list[Any]
    reply_to: str
    created: str
    updated: str
    alternatives: list[Any] = []


class _Order(msgspec.Struct, gc=False):
    ranges: tuple[Range, ...]
    created: str


_decode = msgspec.json.Decoder(_Record).decode
_decode_order = msgspec.json.Decoder(_Order).decode
_new = tuple.__new__  # as in `storage.places`


def in_order(cells: Iterable[Cell]) -> Iterator[Annotation]:
    """Yield the annotations in `cells` in reading order, each made when it is asked for.

    Ten thousand that lie ready are more than a processor's cache holds: each would have to be fetched again.
    """
    return map(annotation, sorted(cells, key=_order))


def _order(cell: Cell) -> tuple[bool, int, int, str]:
    """Return what `reading_order` does of the annotation in a cell."""
    try:
        found = _decode_order(cell) if isinstance(cell, bytes) else None
    except msgspec.MsgspecError:
        found = None
    return reading_order(found or annotation(cell))


def annotation(cell: Cell) -> Annotation:
    """Return the annotation in a cell: the very same as `storage.records.annotation` does."""
    data = cell.json if isinstance(cell, Sealed) else cell
    if not isinstance(data, bytes):
        return records.annotation(data)
    try:
        found = _decode(data)
    except msgspec.MsgspecError:
        return records.annotation(codec.loads(data))
    anchor = found.anchor
    confidence = anchor.confidence
    return _new(
        Annotation,
        (
            found.uuid,
            found.document,
            found.creator,
            found.ranges,
            anchor.exact,
            anchor.prefix,
            anchor.suffix,
            anchor.text,
            anchor.reader,
            confidence if 0 <= confidence <= 1 else 1.0,
            anchor.state or "anchored",
            found.tags,
            found.color,
            found.note,
            found.fields or NO_VALUES,
            records.links(found.links) if found.links else (),
            found.reply_to,
            found.created,
            found.updated,
            records.alternatives(found.alternatives) if found.alternatives else (),
        ),
    )
