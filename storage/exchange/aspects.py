"""What an annotation can have that not every format carries, counted while annotations leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from storage.model import Annotation

ASPECTS = {
    "notes": "note",
    "tags": "tag",
    "colours": "colour",
    "page notes": "page note",
    "pieces": "highlight of several pieces",
    "orphans": "orphan",
    "fields": "field",
    "relations": "relation",
    "replies": "reply",
    "alternatives": "alternative",
    "memos": "memo",
    "bookmarks": "bookmark",
}
"""The words for it, of several and of one; an annotation's `alternatives` were written at the same time elsewhere."""

ALL = frozenset(ASPECTS)


def in_words(met: Mapping[str, int]) -> str:
    """Return ``12 notes, 1 reply``; empty for nothing."""
    return ", ".join(f"{number} {name if number > 1 else ASPECTS[name]}" for name, number in met.items())


def count(met: Counter[str], annotations: Sequence[Annotation], own: str = "") -> None:
    """Count what `annotations` have in `met`; the field `own` is one that the format keeps itself."""
    columns = dict(zip(Annotation._fields, zip(*annotations, strict=True), strict=True))
    for name, field in _FIELDS.items():
        met[name] += sum(map(bool, columns[field]))
    if own:
        met["fields"] -= sum(fields.keys() == {own} for fields in columns["fields"])
    pieces = list(map(len, columns["ranges"]))
    met["pieces"] += len(pieces) - pieces.count(1) - pieces.count(0)
    if 0 in pieces:
        met["page notes"] += sum(not (one.ranges or one.exact) for one in annotations)
    met["orphans"] += columns["state"].count("orphan")


_FIELDS = {
    "notes": "note",
    "tags": "tags",
    "colours": "color",
    "fields": "fields",
    "relations": "links",
    "replies": "reply_to",
    "alternatives": "alternatives",
}
