"""What changed between two pieces of text, word by word, as one text in which both can be read."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple

from storage.alignment import Region, align, gaps, settled
from storage.tokens import Tokens, Vocabulary, tokens

SAME, REMOVED, ADDED = "same", "removed", "added"


class Piece(NamedTuple):
    """A stretch of text: in both versions, only in the old one, or only in the new one.

    `marked` where it belongs to the passage that the comparison is about.
    """

    kind: str
    string: str
    marked: bool = False


def compare(before: str, after: str, was: tuple[int, int], now: tuple[int, int]) -> list[Piece]:
    """Return `before` and `after` as one; `was` and `now` are the passage's ranges in them, empty where it is not."""
    vocabulary = Vocabulary()
    old, new = tokens(before, vocabulary), tokens(after, vocabulary)
    runs = settled(align(old.ids, new.ids), old, new)
    whole = Region(0, len(old.ids), 0, len(new.ids))
    pieces: list[Piece] = []
    for number, gap in enumerate(gaps(runs, whole)):
        pieces += _cut(REMOVED, old, (gap.old, gap.old_end), was)
        pieces += _cut(ADDED, new, (gap.new, gap.new_end), now)
        if number < len(runs):
            run = runs[number]
            pieces += _cut(SAME, new, (run.new, run.new + run.length), now)
    return pieces


def _cut(kind: str, side: Tokens, part: tuple[int, int], passage: tuple[int, int]) -> Iterator[Piece]:
    """Yield the tokens of `part`, with the white space before them, cut where the passage begins and ends."""
    first, last = part
    if first == last:
        return
    start, end = side.ends[first - 1] if first else 0, side.ends[last - 1]
    cuts = sorted({start, end, *(at for at in passage if start < at < end)})
    for begin, stop in itertools.pairwise(cuts):
        yield Piece(kind, side.text[begin:stop], passage[0] < stop and begin < passage[1])
