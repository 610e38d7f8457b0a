"""Annotations made at once of the JSON that a library keeps of them, for whoever looks at a hundred thousand.

What stands in the way of that (a value of another kind than `storage.records` writes) is left to `storage.records`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from storage import codec, records
from storage.codec import Sealed
from storage.model import NO_VALUES, Annotation, Range
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


_decode = msgspec.json.Decoder(_Record).decode
_new = tuple.__new__  # as in `storage.places`


def annotations_of(cells: Iterable[Cell]) -> list[Annotation]:
    """Return the annotations in `cells`: the very same as `storage.records.annotation` does."""
    return [_annotation(cell) for cell in cells]


def _annotation(cell: Cell) -> Annotation:
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
