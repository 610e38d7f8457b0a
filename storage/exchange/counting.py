r"""How another program counted in a text: code points or UTF-16 units, a line end as one character or two, the end in.

Formats say how it is done, and programs do otherwise. Where a file gives some of the words that it counted, they tell:
of all ways to count the one is taken in which the most of them stand where they should.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from typing import NamedTuple

from storage.exchange.placing import utf16_units

CUT = "…"
"""What a program ends words with that it has cut short."""

_MARK = "\ufeff"


class Passage(NamedTuple):
    """A passage as a file has it: where it says that it begins and ends, and its words, empty where it gives none."""

    start: int
    end: int
    words: str = ""


class Counted:
    r"""A text that another program counted in. `string` is it with ``\n`` line ends and without a byte order mark.

    `passages` tell how it counted; where they tell nothing it is `usual`: (UTF-16 units, line ends as one character).
    """

    def __init__(self, raw: str, passages: Iterable[Passage], usual: tuple[bool, bool] = (False, False)) -> None:
        raw = raw.removeprefix(_MARK)
        self._returns = array("L", (found.start() for found in re.finditer("\r\n", raw)))
        self.string = raw.replace("\r\n", "\n").replace("\r", "\n")
        self._units = {False: utf16_units(raw), True: utf16_units(self.string)}
        told = [each for each in passages if each.words.strip()]
        ways = [(utf16, folded, more) for utf16 in (False, True) for folded in (False, True) for more in (0, 1)]
        ways.sort(key=lambda way: (way[:2] != usual, way[0] != usual[0], way[2]))
        self._way = max(ways, key=lambda way: sum(self._fits(each, way) for each in told)) if told else ways[0]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where a passage stands in `string`, in code points; it may be beyond it."""
        return self._place(start, end, self._way)

    def _place(self, start: int, end: int, way: tuple[bool, bool, int]) -> tuple[int, int]:
        utf16, folded, more = way
        return self._offset(start, utf16, folded), self._offset(end + more, utf16, folded)

    def _offset(self, at: int, utf16: bool, folded: bool) -> int:
        at -= bisect_left(self._units[folded], at) if utf16 else 0
        return at if folded else at - bisect_left(self._returns, at)

    def _fits(self, passage: Passage, way: tuple[bool, bool, int]) -> int:
        """Tell how well the words of a passage fit: not at all, but for white space, or just so."""
        start, end = self._place(passage.start, passage.end, way)
        if not 0 <= start < end <= len(self.string):
            return 0
        piece = self.string[start:end]
        if piece == passage.words:
            return 3
        found, words = " ".join(piece.split()), " ".join(passage.words.split())
        if found != words and not (words.endswith(CUT) and found.startswith(words.removesuffix(CUT).rstrip())):
            return 0
        return 2 if piece == piece.strip() else 1
