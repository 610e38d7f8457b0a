"""Where the blocks and drawers of an Org document end, worked out once for all of its lines."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

HEADING = re.compile(r"(\*+) +(.*)")
"""A heading; it ends whatever is open before it."""

_DRAWER = ":end:"
_BLOCK = "#+end_"
_LONGEST = 1_000
"""Lines that a drawer may have."""


class Ends:
    """The ends among `lines`, and the headings that nothing goes on over. Numbers are those of lines, from 0."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._headings: list[int] = []
        self._ends: dict[str, list[int]] = {}
        for number, line in enumerate(lines):
            if HEADING.fullmatch(line):
                self._headings.append(number)
            elif (word := line.strip().lower()) == _DRAWER or word.startswith(_BLOCK):
                self._ends.setdefault(word, []).append(number)

    def of_block(self, kind: str, at: int) -> int:
        """Return the line with which a block ends whose first line is `at`; -1 where it never does."""
        return self._next(f"{_BLOCK}{kind}", at)

    def of_drawer(self, at: int) -> int:
        """Return the line with which a drawer ends whose first line is `at`; -1 where it never does, or too late."""
        end = self._next(_DRAWER, at)
        return end if end < at + _LONGEST else -1

    def _next(self, word: str, at: int) -> int:
        ends, headings = self._ends.get(word, []), self._headings
        end, heading = bisect_left(ends, at), bisect_left(headings, at)
        if end == len(ends) or (heading < len(headings) and headings[heading] < ends[end]):
            return -1
        return ends[end]
