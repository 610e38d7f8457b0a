"""What an annotation can have that not every format carries, counted while annotations leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
    met.update(
        name
        for name, has in (
            ("notes", annotation.note),
            ("tags", annotation.tags),
            ("colours", annotation.color),
            ("page notes", not annotation.ranges and not annotation.exact),
            ("pieces", len(annotation.ranges) > 1),
            ("orphans", annotation.state == "orphan"),
            ("fields", annotation.fields),
            ("relations", annotation.links),
            ("replies", annotation.reply_to),
            ("alternatives", annotation.alternatives),
        )
        if has
    )
