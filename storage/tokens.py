"""Tokens: the words and marks of texts that are compared, each as one character of a string.

White space is no token, so that it is free. Scripts that write no spaces between words (Chinese, Japanese, Thai, Lao,
Khmer, Burmese, Tibetan) give one token a character. Typographic quotation marks, dashes and their plain forms are the
same token.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple, overload

_UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u2e80-\u2fdf\u3005-\u3007"
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\ua9e0-\ua9ff\uaa60-\uaa7f\uf900-\ufaff\uff66-\uff9f"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
_PIECE = re.compile(rf"\s+|[^\W{_UNSPACED}]+|\S")
_SAME = str.maketrans("‘’‚‛“”„‟‐‑‒–—−", "''''\"\"\"\"------")
_FINAL_WIDE = "。！？；"
_FINAL = ".!?;:…" + _FINAL_WIDE
_SPACE = re.compile(r"\s")
_CHUNK = 1 << 15
"""Characters that are taken apart together: few, for what is made of them meanwhile is many times as large."""
_LAST = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)
_SHARED = 4_096


class Vocabulary(dict[str, str]):
    """The character that stands for each token, given out when the token is first met.

    There are 1.1 million characters; tokens beyond them share the last `_SHARED`.
    """

    def __init__(self) -> None:
        self._next = 1

    def __missing__(self, token: str) -> str:
        if self._next > _LAST - _SHARED:
            return chr(_LAST - hash(token) % _SHARED)
        self[token] = given = chr(self._next)
        self._next += 1
        if self._next == _SURROGATES.start:
            self._next = _SURROGATES.stop
        return given


class Tokens(NamedTuple):
    """A text taken apart: `ids` has one character a token, `starts` and `ends` their offsets in the text."""

    text: str
    ids: str
    starts: array[int]
    ends: Sequence[int]

    def within(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open range of the tokens that touch ``text[start:end]``."""
        first = bisect_right(self.ends, start)
        return first, max(first, bisect_left(self.starts, end))

    def border(self, token: int) -> int:
        """Return how much of a border there is before `token`: 3 a paragraph's, 2 a line's or sentence's, 1 a space."""
        if not 0 < token < len(self.ids):
            return 3
        end, start = self.ends[token - 1], self.starts[token]
        between = self.text[end:start]
        if between.count("\n") > 1:
            return 3
        if "\n" in between or (self.text[end - 1] in _FINAL and (between or self.text[end - 1] in _FINAL_WIDE)):
            return 2
        return 1 if between else 0

    def size(self, first: int, last: int) -> int:
        """Return the characters of the text that the tokens from `first` to before `last` take up, spaces included."""
        return self.ends[last - 1] - self.starts[first] if last > first else 0


class Ends(Sequence[int]):
    """The ends of tokens by their starts alone, for who keeps many and asks for few."""

    def __init__(self, text: str, starts: array[int]) -> None:
        self._text, self._starts = text, starts

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, index: int) -> int: ...

    @overload
    def __getitem__(self, index: slice) -> list[int]: ...

    def __getitem__(self, index: int | slice) -> int | list[int]:
        if isinstance(index, slice):
            return [self[each] for each in range(len(self))[index]]
        found = _PIECE.match(self._text, self._starts[index])
        return found.end() if found else self._starts[index]


def tokens(
    text: str,
    vocabulary: Vocabulary,
    tick: Callable[[float], object] | None = None,
    left_out: frozenset[str] = frozenset(),
) -> Tokens:
    """Return `text` taken apart but for `left_out`, its tokens named by `vocabulary`; `tick` hears how much is done."""
    ids: list[str] = []
    starts, ends = array("I"), array("I")
    for more, begin, end in pieces(text, vocabulary, tick, left_out):
        ids.append(more)
        starts.extend(begin)
        ends.extend(end)
    return Tokens(text, "".join(ids), starts, ends)


def few_ends(
    text: str, vocabulary: Vocabulary, tick: Callable[[float], object] | None, left_out: frozenset[str]
) -> Tokens:
    """Do what `tokens` does but for the tokens `left_out`, and keep as little of it as can be."""
    ids: list[str] = []
    starts = array("I")
    for more, begin, _ in pieces(text, vocabulary, tick, left_out):
        ids.append(more)
        starts.extend(begin)
    return Tokens(text, "".join(ids), starts, Ends(text, starts))


def pieces(
    text: str,
    vocabulary: Vocabulary,
    tick: Callable[[float], object] | None = None,
    left_out: frozenset[str] = frozenset(),
) -> Iterator[tuple[str, list[int], list[int]]]:
    """Yield the tokens of one piece of `text` after the other: their characters, starts and ends."""
    at = 0
    while at < len(text):
        space = _SPACE.search(text, at + _CHUNK, at + 2 * _CHUNK)
        stop = space.start() if space else min(len(text), at + 2 * _CHUNK)
        found = _PIECE.findall(text[at:stop].translate(_SAME) if not text.isascii() else text[at:stop])
        borders = list(accumulate(map(len, found), initial=at))
        kept = [number for number, piece in enumerate(found) if not (piece.isspace() or piece in left_out)]
        given = "".join([vocabulary[found[number]] for number in kept])
        yield given, [borders[number] for number in kept], [borders[number + 1] for number in kept]
        at = stop
        if tick:
            tick(at / len(text))
