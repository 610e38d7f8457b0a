"""Places as a reader names them, paragraph and percent (`storage.places`), found again in a text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from storage.model import Range
from storage.records import JOINT

if TYPE_CHECKING:
    from storage.model import Annotation
    from storage.text import Text


class Spots:
    """The spots in `text`. A spot is written as a range that is none: paragraph, and as long as the percentage."""

    def __init__(self, text: Text) -> None:
        self._text = text
        headings = set(text.blocks.of_kind("heading"))
        self._paragraphs = [number for number in range(len(text.blocks)) if number not in headings]

    def find(self, annotation: Annotation) -> tuple[Range, ...]:
        """Return the ranges of what begins at the spot of `annotation`, white space free; none where it does not."""
        start, end = self._bounds(annotation)
        for pieces in ([annotation.exact], annotation.exact.split(JOINT)):
            found = self._pieces(pieces, start)
            if found and found[0].start < end:
                return found
        return ()

    def near(self, annotation: Annotation) -> Range:
        """Return a range at the spot of `annotation`, as long as its words."""
        start, _ = self._bounds(annotation)
        return Range(start, start + len(annotation.exact))

    def _bounds(self, annotation: Annotation) -> tuple[int, int]:
        """Return the offsets between which an annotation begins."""
        (start, end) = annotation.ranges[0] if annotation.ranges else (0, 0)
        if 0 < start <= len(self._paragraphs):
            block = self._text.blocks[self._paragraphs[start - 1]]
            return block.start, block.end
        length, percent = len(self._text), end - start
        return length * percent // 100, length * (percent + 1) // 100 + 1

    def _pieces(self, pieces: list[str], at: int) -> tuple[Range, ...]:
        """Return where pieces stand one after the other from `at` on; nothing where one of them does not."""
        found: list[Range] = []
        for piece in pieces:
            words = r"\s+".join(map(re.escape, piece.split()))
            match = re.compile(words).search(self._text.string, at) if words else None
            if match is None:
                return ()
            found.append(Range(*match.span()))
            at = match.end()
        return tuple(found)
