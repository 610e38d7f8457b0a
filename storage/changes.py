"""What changed between two pieces of text, word by word, as one text in which both can be read."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from storage.alignment import Region, align, gaps, settled
from storage.tokens import Tokens, Vocabulary, tokens

if TYPE_CHECKING:
    from storage.diffmap import DiffMap
    from storage.text import Text

Span = tuple[int, int]
"""A half-open range of code points."""

_AT_MOST = 2_000
SAME, REMOVED, ADDED = "same", "removed", "added"


class Piece(NamedTuple):
    """A stretch of text: in both versions, only in the old one, or only in the new one.

    `marked` where it belongs to the passage that the comparison is about.
    """

    kind: str
    string: str
    marked: bool = False


def around(old: Text, new: Text, mapped: DiffMap, was: Span | None, now: Span | None) -> list[Piece]:
    """Return what changed around a passage, with the paragraph before and after it.

    The passage stands at `was` in the old text, at `now` in the new one; None where that is not known, or is nowhere.
    """
    if was is None and now is not None:
        was = mapped.origin(*now)
    before = _paragraphs(old, was, 1) if was else (0, 0)
    after = (mapped.offset(before[0]), mapped.offset(before[1])) if was else (0, 0)
    if now is not None and not (was and after[0] <= now[0] and now[1] <= after[1] and _near(before, after)):
        before = _paragraphs(old, was, 0) if was else (0, 0)
        after = _paragraphs(new, now, 0)
    elif after[0] < after[1]:
        after = after[0], _trimmed(new.string, *after)
    return compare(
        old.string[slice(*before)], new.string[slice(*after)], _shifted(was, before[0]), _shifted(now, after[0])
    )


def _paragraphs(text: Text, passage: Span, beyond: int) -> Span:
    """Return the range of the blocks that `passage` touches, and of so many `beyond` on either side."""
    touched = text.blocks.between(*passage)
    first, last = max(0, touched.start - beyond), min(len(text.blocks), max(touched.stop, touched.start + 1) + beyond)
    return text.blocks[min(first, last - 1)].start, text.blocks[last - 1].end


def _near(before: Span, after: Span) -> bool:
    return after[1] - after[0] <= _AT_MOST + 4 * (before[1] - before[0])


def _trimmed(string: str, start: int, end: int) -> int:
    return start + len(string[start:end].rstrip())


def _shifted(passage: Span | None, start: int) -> Span:
    return (max(0, passage[0] - start), max(0, passage[1] - start)) if passage else (0, 0)


def compare(before: str, after: str, was: tuple[int, int], now: tuple[int, int]) -> list[Piece]:
    """Return `before` and `after` as one; `was` and `now` are the passage's ranges in them, empty where it is not."""
    vocabulary = Vocabulary()
    old, new = tokens(before, vocabulary), tokens(after, vocabulary)
    runs = settled(align(old.ids, new.ids), old, new)
    whole = Region(0, len(old.ids), 0, len(new.ids))
    pieces: list[Piece] = []
    for number, gap in enumerate(gaps(runs, whole)):
        pieces += _cut(REMOVED, old, (gap.old, gap.old_end), was)
        if pieces and not gap.new:
            pieces.append(Piece(REMOVED, " "))  # the new text begins here
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
