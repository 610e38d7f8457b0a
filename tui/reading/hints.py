"""Labels for going to what is on screen with two or three keys: which letters, and which places. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from storage.folding import fold
from storage.sentences import boundaries
from storage.text import Span, Text
from tui.reading import units

LETTERS = "asdfjklghqweruioptyzxcvbnm"
"""Home row first."""
SINGLE = 20
"""Places that get a label of one letter where there are more of them than the 26 letters."""


def seek_letters(count: int) -> str:
    """Return the letters for labels of `count` words: capitals too where there are more words than letters."""
    return LETTERS if count <= len(LETTERS) else LETTERS + LETTERS.upper()


def labels(count: int, letters: str = LETTERS) -> list[str]:
    """Return `count` labels, the best first, none the beginning of another, none longer than two letters.

    Where one letter each is not enough, those that are left after the first `SINGLE` of 26 begin the longer ones; there
    are no more than 176 labels of 26 letters, 664 of 52.
    """
    if count <= len(letters):
        return list(letters[:count])
    single = len(letters) - len(LETTERS) + SINGLE
    pairs = [first + second for first in letters[single:] for second in letters]
    return [*letters[:single], *pairs][:count]


def place_labels(offsets: Iterable[int], near: int, letters: str = LETTERS) -> dict[str, int]:
    """Return a label for each offset, the shortest and best for those nearest to `near`."""
    ordered = sorted(set(offsets), key=lambda offset: (abs(offset - near), offset))
    return dict(zip(labels(len(ordered), letters), ordered, strict=False))


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


FOLLOWED = frozenset({"link", "place", "note", "image"})
"""The kinds of span that lead somewhere."""


def links(text: Text, start: int, end: int) -> list[Span]:
    """Return the spans that lead somewhere and begin within ``[start, end)``; of several at one place the innermost."""
    found = (span for span in text.spans_in(start, end) if span.kind in FOLLOWED and span.target)
    return list({span.start: span for span in found if span.start >= start}.values())


def link_at(text: Text, offset: int) -> Span | None:
    """Return the innermost span around `offset` that leads somewhere."""
    around = [span for span in text.spans_in(offset, offset + 1) if span.kind in FOLLOWED and span.target]
    return min(around, key=lambda span: span.end - span.start, default=None)
