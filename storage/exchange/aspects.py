"""What an annotation can have that not every format carries, counted while annotations leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import compress
from operator import itemgetter

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


def count(met: Counter[str], annotation: Annotation) -> None:
    """Count what `annotation` has in `met`."""
    for name in compress(_NAMES, _values(annotation)):
        met[name] += 1
    ranges = annotation.ranges
    if not ranges and not annotation.exact:
        met["page notes"] += 1
    if len(ranges) > 1:
        met["pieces"] += 1
    if annotation.state == "orphan":
        met["orphans"] += 1


_FIELDS = {
    "notes": "note",
    "tags": "tags",
    "colours": "color",
    "fields": "fields",
    "relations": "links",
    "replies": "reply_to",
    "alternatives": "alternatives",
}
_NAMES = tuple(_FIELDS)
_values = itemgetter(*map(Annotation._fields.index, _FIELDS.values()))
