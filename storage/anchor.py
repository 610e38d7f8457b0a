"""Anchors: how an annotation names its passage by position, exact quote and context.

The terms and the units are those of the W3C Web Annotation Data Model: a TextPositionSelector (offsets in code points,
half-open) joined with a TextQuoteSelector (exact, prefix, suffix).
"""

from __future__ import annotations

from typing import NamedTuple

CONTEXT = 32
"""Characters of prefix and suffix that are kept; widened to a whole word, never cut inside one."""


class Anchor(NamedTuple):
    """A passage: ``string[start:end] == exact``, after `prefix` and before `suffix`."""

    start: int
    end: int
    exact: str
    prefix: str
    suffix: str


_WIDEST = 48


def make(string: str, start: int, end: int) -> Anchor:
    """Return the anchor of ``string[start:end]``, with the words around it; ValueError when that is not a range."""
    if not 0 <= start <= end <= len(string):
        raise ValueError(f"{start}:{end} is not a range of a text of {len(string)} characters")
    return Anchor(start, end, string[start:end], string[_back(string, start) : start], string[end : _on(string, end)])


def _back(string: str, start: int) -> int:
    """Return where a prefix before `start` begins: `CONTEXT` characters back, then at the start of that word."""
    at, first = start - CONTEXT, max(0, start - _WIDEST)
    if at <= 0:
        return 0
    while at > first and not string[at - 1].isspace():
        at -= 1
    return at


def _on(string: str, end: int) -> int:
    """Return where a suffix after `end` stops: `CONTEXT` characters on, then at the end of that word."""
    at, last = end + CONTEXT, min(len(string), end + _WIDEST)
    if at >= len(string):
        return len(string)
    while at < last and not string[at].isspace():
        at += 1
    return at
