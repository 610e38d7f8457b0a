"""Where else a passage stands in its text, near repeats included.

Words are compared without case; white space, quotation marks and a passage's final punctuation do not count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from storage.model import Range
from storage.tokens import Vocabulary, few_ends

QUOTES = "'\"`«»‹›‘’‚‛“”„‟「」『』〝〞〟＂＇"
FINAL = ".,;:!?…。、，．：；！？"
_EDGES = QUOTES + FINAL
_LEAST_TOKENS = 3
_LEAST_CHARACTERS = 12
MOST = 1_000
"""Places found at most."""


class _Loose(Vocabulary):
    """Gives words the same character whatever their case."""

    def __missing__(self, token: str) -> str:
        plain = token.casefold()
        if plain == token:
            return super().__missing__(token)
        self[token] = given = self[plain]
        return given


class Repeats:
    """Finds the other places of passages of one text. Ranges are half-open, in code points.

    `tick` is told what share of taking the text apart is done, and may raise to give it up.
    """

    def __init__(self, string: str, tick: Callable[[float], object] | None = None) -> None:
        vocabulary = _Loose()
        self._side = few_ends(string, vocabulary, tick, frozenset(QUOTES))
        self._final = {vocabulary[mark] for mark in FINAL}
        self._last: tuple[tuple[int, int], list[Range]] = ((0, 0), [])

    def elsewhere(self, start: int, end: int) -> list[Range]:
        """Return the other places at which ``string[start:end]`` stands, in order, `MOST` at most.

        A passage of less than three words (a few characters, in scripts without spaces) stands everywhere: none.
        """
        if self._last[0] != (start, end):
            self._last = (start, end), self._found(start, end)
        return self._last[1]

    def _found(self, start: int, end: int) -> list[Range]:
        ids = self._side.ids
        first, last = self._side.within(start, end)
        while last > first and ids[last - 1] in self._final:
            last -= 1
        enough = last - first >= _LEAST_TOKENS and self._side.size(first, last) >= _LEAST_CHARACTERS
        if not enough:
            return []
        found = (self._range(at, first, last, (start, end)) for at in _places(ids, ids[first:last]) if at != first)
        others = (each for each in found if each.end <= start or each.start >= end)
        return [each for _, each in zip(range(MOST), others, strict=False)]

    def _range(self, at: int, first: int, last: int, passage: tuple[int, int]) -> Range:
        """Return the place at token `at` with edges like those of the passage over the tokens `first` to `last`."""
        side, string = self._side, self._side.text
        head, tail = passage[0] - side.starts[first], passage[1] - side.ends[last - 1]
        start, end = side.starts[at], side.ends[at + last - first - 1]
        if head > 0:
            start += min(head, side.ends[at] - start - 1)
        if tail < 0:
            end = max(start + 1, end + tail)
        for _ in string[passage[0] : side.starts[first]].lstrip():
            start -= start > 0 and string[start - 1] in QUOTES
        for _ in string[side.ends[last - 1] : passage[1]].rstrip():
            end += end < len(string) and string[end] in _EDGES
        return Range(start, end)


def _places(ids: str, wanted: str) -> Iterator[int]:
    at = ids.find(wanted)
    while at >= 0:
        yield at
        at = ids.find(wanted, at + len(wanted))
