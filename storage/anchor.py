"""Anchors: how an annotation names its passage by position, exact quote and context.

The terms and the units are those of the W3C Web Annotation Data Model: a TextPositionSelector (offsets in code points,
half-open) joined with a TextQuoteSelector (exact, prefix, suffix). Everything here is pure.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate, islice, zip_longest
from typing import AnyStr, NamedTuple

CONTEXT = 32
"""Characters of prefix and suffix that are kept, widened to a whole word; more where the same words stand twice."""

MIN_SCORE = 0.5
"""A place that scores less is not reported: better no place than a wrong one."""

_CONTEXTS = (CONTEXT, 64, 128, 256, 512)
_TO_WORD_END = 16
_WORD = re.compile(r"\S+")
_MARK = re.compile(
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u200d\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\U0001f3fb-\U0001f3ff]"
)
_CANDIDATES = 500
_QUOTE_ALONE = 0.6
_AMBIGUOUS = 0.8


class Anchor(NamedTuple):
    """A passage: ``string[start:end] == exact``, after `prefix` and before `suffix`."""

    start: int
    end: int
    exact: str
    prefix: str
    suffix: str


def make(string: str, start: int, end: int, encoded: bytes = b"") -> Anchor:
    """Return the anchor of ``string[start:end]``, with the words around it; ValueError when that is not a range.

    Where the passage stands several times with the same words around it, the context is widened until it is unique, as
    far as the longest of `_CONTEXTS`. For many anchors `encoded` is the string in UTF-8, in which they are looked for
    several times faster.
    """
    if not 0 <= start <= end <= len(string):
        raise ValueError(f"{start}:{end} is not a range of a text of {len(string)} characters")
    for context in _CONTEXTS:
        first, last = _back(string, start, context), _on(string, end, context)
        whole = string[first:last]
        if not (_twice(encoded, whole.encode()) if encoded else _twice(string, whole)):
            break
    return Anchor(start, end, string[start:end], string[first:start], string[end:last])


def _twice(string: AnyStr, wanted: AnyStr) -> bool:
    return string.find(wanted, string.find(wanted) + 1) >= 0


def locate(string: str, anchor: Anchor) -> tuple[int, int, float] | None:
    """Return where the passage stands in `string`, and a score from `MIN_SCORE` to 1; None when it is not found.

    The quote has to stand there with the same characters, white space aside. Of several places the one with most of
    the old context directly around it is taken, of equal ones the nearest to the old position.
    """
    if string[anchor.start : anchor.end] == anchor.exact:
        before = string[max(0, anchor.start - len(anchor.prefix)) : anchor.start]
        after = string[anchor.end : anchor.end + len(anchor.suffix)]
        if before == anchor.prefix and after == anchor.suffix:
            return anchor.start, anchor.end, 1.0
    quote = _Quote(*("".join(part.split()) for part in (anchor.exact, anchor.prefix, anchor.suffix)))
    if not quote.exact:
        return None
    squeezed = _squeeze(string)
    found = _best(squeezed, quote, squeezed.index(anchor.start))
    if not found or found[1] < MIN_SCORE:
        return None
    start, end = squeezed.origin(found[0]), squeezed.origin(found[0] + len(quote.exact) - 1) + 1
    return *_with_edges(string, start, end, anchor.exact), found[1]


class _Quote(NamedTuple):
    """A quote and its context without white space."""

    exact: str
    prefix: str
    suffix: str

    def context(self, string: str, at: int) -> float:
        """Return how much of the context stands directly around the quote at `at`, from 0 to 1."""
        wanted = len(self.prefix) + len(self.suffix)
        if not wanted:
            return 1.0
        end = at + len(self.exact)
        before = string[max(0, at - len(self.prefix)) : at]
        after = string[end : end + len(self.suffix)]
        return (_common(before[::-1], self.prefix[::-1]) + _common(after, self.suffix)) / wanted


class _Squeezed:
    """A string without its white space, and the way back to its offsets."""

    def __init__(self, string: str) -> None:
        self.original = string
        words = string.split()
        self.string = "".join(words)
        self._ends = array("I", accumulate(map(len, words)))
        self._starts = array("I", [match.start() for match in _WORD.finditer(string)])

    def origin(self, index: int) -> int:
        """Return the offset in the original of the character at `index`."""
        word = bisect_right(self._ends, index)
        return self._starts[word] + index - (self._ends[word - 1] if word else 0)

    def index(self, origin: int) -> int:
        """Return the index of the first character at the offset `origin` or after it."""
        word = bisect_right(self._starts, origin) - 1
        if word < 0:
            return 0
        before = self._ends[word - 1] if word else 0
        return min(self._ends[word], before + origin - self._starts[word])


_last: list[_Squeezed] = []


def _squeeze(string: str) -> _Squeezed:
    """Return `string` squeezed; the last one is kept, because many anchors are looked for in one text."""
    if not _last or _last[0].original is not string:
        _last[:] = [_Squeezed(string)]
    return _last[0]


def _best(squeezed: _Squeezed, quote: _Quote, expected: int) -> tuple[int, float] | None:
    """Return the best index of the quote and its score."""
    string = squeezed.string
    whole = list(islice(_nearest(string, quote.prefix + quote.exact + quote.suffix, expected - len(quote.prefix)), 2))
    if whole:
        doubt = len(whole) > 1 and whole[0] + len(quote.prefix) != expected
        return whole[0] + len(quote.prefix), _AMBIGUOUS if doubt else 1.0
    places = list(islice(_nearest(string, quote.exact, expected), _CANDIDATES))
    if not places:
        return None
    scores = [quote.context(string, at) for at in places]
    context = max(scores)
    enough = 40 if len(places) == 1 else 160
    alone = min(_QUOTE_ALONE, len(quote.exact) / enough)
    return places[scores.index(context)], context + (1 - context) * alone


def _nearest(string: str, wanted: str, expected: int) -> Iterator[int]:
    """Yield the places of `wanted`, the nearest to `expected` first."""
    ahead, behind = string.find(wanted, max(0, expected)), string.rfind(wanted, 0, max(0, expected - 1 + len(wanted)))
    while ahead >= 0 or behind >= 0:
        if behind < 0 or 0 <= ahead - expected <= expected - behind:
            yield ahead
            ahead = string.find(wanted, ahead + 1)
        else:
            yield behind
            behind = string.rfind(wanted, 0, behind - 1 + len(wanted)) if behind else -1


def _common(a: str, b: str) -> int:
    """Return how many characters `a` and `b` have in common from the start."""
    return next((i for i, (x, y) in enumerate(zip_longest(a, b)) if x != y), len(a))


def _with_edges(string: str, start: int, end: int, exact: str) -> tuple[int, int]:
    """Take in the white space with which the quote began and ended, where it is still there."""
    before = len(exact) - len(exact.lstrip())
    after = len(exact) - len(exact.rstrip())
    whole = max(0, start - before), end + after
    return whole if string[whole[0] : whole[1]] == exact else (start, end)


def _back(string: str, start: int, context: int) -> int:
    """Return where a prefix before `start` begins: `context` characters back, then at the start of that word."""
    at, first = start - context, max(0, start - context - _TO_WORD_END)
    if at <= 0:
        return 0
    while at > first and not string[at - 1].isspace():
        at -= 1
    while at > 0 and _MARK.match(string, at):
        at -= 1
    return at


def _on(string: str, end: int, context: int) -> int:
    """Return where a suffix after `end` stops: `context` characters on, then at the end of that word."""
    at, last = end + context, min(len(string), end + context + _TO_WORD_END)
    if at >= len(string):
        return len(string)
    while at < last and not string[at].isspace():
        at += 1
    while at < len(string) and _MARK.match(string, at):
        at += 1
    return at
