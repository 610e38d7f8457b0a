"""Annotations made at once of the JSON that a library keeps of them, for whoever looks at a hundred thousand.

What stands in the way of that (a value of another kind than `storage.records` writes) is left to `storage.records`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from storage import codec, records
from storage.codec import Sealed
from storage.model import NO_VALUES, Annotation, Range
from storage.reading import reading_order
from storage.rows import Cell

AT_ONCE = 3_000
"""Annotations of one document that may lie in memory together, at 2 kB each: a processor keeps no more at hand."""


class _Anchor(msgspec.Struct, gc=False):
    confidence: float = 1.0
    exact: str = ""
    prefix: str = ""
    reader: str = ""
    state: str = "anchored"
    suffix: str = ""
    text: str = ""


class _Record(msgspec.Struct, gc=False):
    """A record, its fields in the order in which they are written: so they are found at once."""

    anchor: _Anchor
    color: str
    created: str
    creator: str
    document: str
    fields: dict[str, str | int | float]
    links: list[Any]
    note: str
    ranges: tuple[Range, ...]
    reply_to: str
    tags: tuple[str, ...]
    updated: str
    uuid: str
    alternatives: list[Any] = []


class _Order(msgspec.Struct, gc=False):
    ranges: tuple[Range, ...]
    created: str


_decode = msgspec.json.Decoder(_Record).decode
_decode_order = msgspec.json.Decoder(_Order).decode
_new = tuple.__new__  # as in `storage.places`


def in_order(cells: Sequence[Cell]) -> Iterable[Annotation]:
    """Return the annotations in `cells` in reading order; of very many each is made when it is asked for."""
    if len(cells) > AT_ONCE:
        return map(annotation, sorted(cells, key=_order))
    return sorted(map(annotation, cells), key=reading_order)


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
