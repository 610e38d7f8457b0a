"""The pieces of a highlight as selectors of the W3C's model, which Hypothesis has too; and back.

A quote is a TextQuoteSelector, a place a TextPositionSelector; offsets count what the file counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from storage.exchange.parcel import clean
from storage.model import Range
from storage.records import JOINT

if TYPE_CHECKING:
    from storage.exchange.webmodel import Object
    from storage.model import Annotation


def split(one: Annotation) -> list[str]:
    """Return the words of each piece, which may be fewer than the ranges where they came from elsewhere."""
    return one.exact.split(JOINT) if len(one.ranges) > 1 else [one.exact]


def quotes(one: Annotation) -> Iterator[tuple[Object, Range]]:
    """Yield the quote and the range of each piece; what stands around the highlight is said of its ends."""
    pieces, last = split(one), len(one.ranges) - 1
    if len(pieces) != len(one.ranges):
        pieces = [one.exact] * len(one.ranges)
    for number, (exact, place) in enumerate(zip(pieces, one.ranges, strict=True)):
        quote: Object = {"type": "TextQuoteSelector", "exact": exact}
        quote.update({"prefix": one.prefix} if one.prefix and not number else {})
        quote.update({"suffix": one.suffix} if one.suffix and number == last else {})
        yield quote, place


class Piece:
    """A piece as its selectors say it, as far as they have been taken."""

    def __init__(self) -> None:
        self.exact = self.prefix = self.suffix = ""
        self.range: Range | None = None

    def take(self, selector: Any) -> bool:  # noqa: ANN401  # any JSON value
        """Take what a selector says; False where there is no place for it here."""
        if not isinstance(selector, dict):
            return False
        if selector.get("type") == "TextQuoteSelector" and isinstance(selector.get("exact"), str):
            self.exact, self.prefix, self.suffix = (clean(selector.get(key)) for key in ("exact", "prefix", "suffix"))
            return True
        start, end = selector.get("start"), selector.get("end")
        if selector.get("type") != "TextPositionSelector" or not isinstance(start, int) or not isinstance(end, int):
            return False
        if not 0 <= start <= end:
            return False
        self.range = Range(start, end)
        return True


def passage(pieces: Iterable[Piece]) -> Object:
    """Return the parts of an annotation that pieces make together."""
    found = [piece for piece in pieces if piece.exact or piece.range]
    quoted = [piece for piece in found if piece.exact]
    return {
        "ranges": tuple(piece.range for piece in found if piece.range),
        "exact": JOINT.join(piece.exact for piece in quoted),
        "prefix": quoted[0].prefix if quoted else "",
        "suffix": quoted[-1].suffix if quoted else "",
    }
