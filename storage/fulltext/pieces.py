"""Cutting a text into the passages that are found: about a paragraph each, short ones together, long ones in parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_SHORT = 200
_LONG = 2_000

Piece = tuple[int, str]
"""Where a passage begins, in code points of the text, and its string."""


def pieces(string: str, starts: Iterable[int], ends: Iterable[int]) -> Iterator[Piece]:
    """Yield the passages of a text whose blocks begin and end there, in order; together they hold every block."""
    start, end = -1, 0
    for begin, stop in zip(starts, ends, strict=True):
        if start >= 0 and (end - start >= _SHORT or stop - start > _LONG):
            yield from _parts(string, start, end)
            start = -1
        start = begin if start < 0 else start
        end = stop
    if start >= 0:
        yield from _parts(string, start, end)


def _parts(string: str, start: int, end: int) -> Iterator[Piece]:
    """Yield ``string[start:end]``, a long one in parts that end at spaces where there are any."""
    while end - start > _LONG:
        cut = string.rfind(" ", start + _SHORT, start + _LONG) + 1 or start + _LONG
        yield start, string[start:cut]
        start = cut
    if end > start:
        yield start, string[start:end]
