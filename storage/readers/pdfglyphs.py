"""The lines of one page of a PDF: its characters, and of those that tell where lines begin and end the boxes.

pdfium gives one box at a call, and the thousands of calls for a page are what reading takes longest with: so only those
boxes are asked for that are needed, beside spaces and in each line, all at once and in loops that are not Python.
"""

# ruff: noqa: PLC0415  # imported when first used: the version is asked for by who does not parse

from __future__ import annotations

import ctypes
import re
from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import accumulate, compress, repeat
from operator import add, floordiv, gt, mul, sub
from typing import TYPE_CHECKING, Any, NamedTuple

from storage.readers import encoding
from storage.readers.pdflines import SOFT, Line

if TYPE_CHECKING:
    from pypdfium2 import PdfTextPage

_WIDE_GAP = 1.25
_CUTS = ("\x02", "\ufffe")
_BOX = 16
"""Bytes of a box: four numbers of single precision."""
_AT_ONCE = 4_096
"""Boxes that there is memory for."""
_ROW = re.compile("[^\r\n\x02\ufffe]+[\x02\ufffe]?")

_END = "\r\n"

_new = tuple.__new__
_Pieces = tuple[list[str], list[int], list[int], list[int]]
"""The strings of pieces of lines, and the indices of their first, last and middle characters."""


class _Boxes(NamedTuple):
    """The boxes of some characters, side by side."""

    left: array[float]
    top: array[float]
    right: array[float]
    bottom: array[float]


class Glyphs:
    """What gets the lines of text pages, one after the other, and the memory that pdfium writes boxes to meanwhile."""

    def __init__(self) -> None:
        import pypdfium2.raw

        raw: Any = pypdfium2.raw
        self._get_box = _quick(raw.FPDFText_GetLooseCharBox, None)
        self._get_index = _quick(raw.FPDFText_GetCharIndexFromTextIndex, ctypes.c_int)
        self._memory = (ctypes.c_float * (4 * _AT_ONCE))()
        self._places = [ctypes.byref(self._memory, _BOX * number) for number in range(_AT_ONCE)]
        self._page = ctypes.c_void_p()
        self._same = True

    def lines(self, page: PdfTextPage) -> list[Line]:
        """Return the lines of a page in the order of the file; one with gaps as wide as between columns in pieces."""
        string = page.get_text_range()
        self._page, self._same = ctypes.cast(page.raw, ctypes.c_void_p), len(string) == page.count_chars()
        gaps = self._gaps(string)
        strings, firsts, lasts, middles = pieces_of(string, gaps) if gaps or not is_plain(string) else rows_of(string)
        first, last, middle = map(self._boxes, (firsts, lasts, middles))
        heights = map(sub, first.top, first.bottom)
        sizes = map(max, map(sub, middle.top, middle.bottom), heights, repeat(1.0))
        upright = map(gt, first.top, first.bottom)
        bottoms = [own if up else other for own, up, other in zip(first.bottom, upright, middle.bottom, strict=True)]
        tops = [
            own if own > low else other for own, low, other in zip(first.top, first.bottom, middle.top, strict=True)
        ]
        return list(map(_new, repeat(Line), zip(strings, first.left, last.right, bottoms, tops, sizes, strict=True)))

    def _boxes(self, wanted: Sequence[int]) -> _Boxes:
        """Return the boxes of characters by their index in the string."""
        found, page = array("f"), repeat(self._page)
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            at = part if self._same else map(self._get_index, page, part)
            deque(map(self._get_box, page, at, self._places), maxlen=0)
            found.frombytes(memoryview(self._memory).cast("B")[: _BOX * len(part)])
        return _Boxes(*(found[side::4] for side in range(4)))

    def _gaps(self, string: str) -> list[tuple[int, int]]:
        """Return the runs of spaces that are as wide as those between columns."""
        words = string.split(" ")
        starts = list(accumulate(map(add, map(len, words), repeat(1)), initial=0))
        begins = list(compress(starts, words))[1:]
        lasts = list(compress(map(sub, starts[1:], repeat(2)), words))[:-1]
        before, after = self._boxes(lasts), self._boxes(begins)
        heights = map(mul, repeat(_WIDE_GAP), map(sub, before.top, before.bottom))
        wide = map(gt, map(sub, after.left, before.right), heights)
        return [(last + 1, begin) for last, begin in compress(zip(lasts, begins, strict=True), wide)]


def _quick(function: Any, answer: Any) -> Any:  # noqa: ANN401  # pdfium's, untyped
    """Return a function of pdfium's that takes what it is given: a call costs half as much so."""
    return ctypes.PYFUNCTYPE(answer)(ctypes.cast(function, ctypes.c_void_p).value or 0)


def is_plain(string: str) -> bool:
    """Tell whether the rows of a page are its lines as they are, which holds for most."""
    spaced = "  " in string or "\n " in string or " \r" in string or string[:1] == " " or string[-1:] == " "
    return not spaced and string.replace(_END, "").isprintable()


def rows_of(string: str) -> _Pieces:
    """Return what `pieces_of` does of a page that is plain and has no gaps."""
    rows = string.split(_END)
    starts = accumulate(map(add, map(len, rows), repeat(len(_END))), initial=0)
    strings, firsts = list(filter(None, rows)), list(compress(starts, rows))
    lengths = list(map(len, strings))
    lasts, middles = map(sub, map(add, firsts, lengths), repeat(1)), map(add, firsts, map(floordiv, lengths, repeat(2)))
    return strings, firsts, list(lasts), list(middles)


def _parted(string: str, gaps: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the rows of a page without `gaps`."""
    at = 0
    for found in _ROW.finditer(string):
        start, end = found.span()
        while at < len(gaps) and gaps[at][0] < start:
            at += 1
        while at < len(gaps) and gaps[at][1] < end:
            yield start, gaps[at][0]
            start, at = gaps[at][1], at + 1
        yield start, end


def pieces_of(string: str, gaps: Sequence[tuple[int, int]]) -> _Pieces:
    """Return what stands between `gaps` and the ends of rows, but for what is blank."""
    strings, firsts, lasts, middles = [], [], [], []
    for start, end in _parted(string, gaps):
        words = string[start:end]
        if words[-1:] in _CUTS:
            words = words[:-1] + SOFT
        kept = words.rstrip()
        if not kept:
            continue
        shown = kept.lstrip()
        lead = len(kept) - len(shown)
        firsts.append(start + lead)
        lasts.append(start + len(kept) - 1 - (kept[-1] == SOFT))
        middles.append(start + (lead + len(kept)) // 2)
        strings.append(encoding.one_line(shown) if "  " in shown or not shown.isprintable() else shown)
    return strings, firsts, lasts, middles
