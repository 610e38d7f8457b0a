"""Labels for going to what is on screen with two or three keys: which letters, and which places. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from storage.folding import fold
from storage.sentences import boundaries
from storage.text import Text
from tui.reading import units

LETTERS = "asdfjklghqweruioptyzxcvbnm"
"""Home row first."""
SINGLE = 20
"""Places that get a label of one letter where there are more of them than letters."""


def labels(count: int) -> list[str]:
    """Return `count` labels, the best first, none the beginning of another, none longer than two letters.

    Where one letter each is not enough, the first `SINGLE` keep one and the letters left over begin the longer ones;
    there are no more than 176 labels in all.
    """
    if count <= len(LETTERS):
        return list(LETTERS[:count])
    pairs = [first + second for first in LETTERS[SINGLE:] for second in LETTERS]
    return [*LETTERS[:SINGLE], *pairs][:count]


def place_labels(offsets: Iterable[int], near: int) -> dict[str, int]:
    """Return a label for each offset, the shortest and best for those nearest to `near`."""
    ordered = sorted(set(offsets), key=lambda offset: (abs(offset - near), offset))
    return dict(zip(labels(len(ordered)), ordered, strict=False))


def narrowed(places: Mapping[str, int], typed: str) -> dict[str, int]:
    """Return the places whose label begins with what was typed."""
    return {label: offset for label, offset in places.items() if label.startswith(typed)}


def sentence_starts(text: Text, blocks: Sequence[int], start: int, end: int) -> list[int]:
    """Return where the sentences of `blocks` begin within ``[start, end)``."""
    return [first for block in blocks for first, _ in boundaries(text, block) if start <= first < end]


def word_starts(text: Text, blocks: Sequence[int], start: int, end: int, letter: str) -> list[int]:
    """Return where the words that begin with `letter` begin within ``[start, end)``; case and accents do not count."""
    wanted = fold(letter)[0]
    return [
        first
        for block in blocks
        for first, _ in units.words(text, block)
        if start <= first < end and fold(text.string[first])[0].startswith(wanted)
    ]
