"""Finding a quoted passage in a text that may say it a little differently, without the text it was taken from.

For imports and lost snapshots. Short stretches of the quote and its context vote for places; at the best of them the
quote with its context is aligned as an old version is with a new one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from storage.anchor import Anchor, locate
from storage.diffmap import MIN_KEPT, DiffMap, Place
from storage.tokens import Tokens, Vocabulary, tokens

MIN_FUZZY = 0.65
"""A place that scores less is not reported."""

_CERTAIN = 0.8
_LEAST = 0.3
_GRAMS = (3, 2, 1)
_SAMPLES = 200
_PLACES = 50
_CANDIDATES = 6
_MIN_LETTERS, _MAX_LETTERS = 24, 1_024
_MIN_RATIO = 85.0


def locate_fuzzy(string: str, anchor: Anchor) -> Place | None:
    """Return where the passage stands in `string` and a score from `MIN_FUZZY` to 1; None when it is not found.

    The quote standing there word for word is preferred; else the place is taken that agrees best with quote and
    context, of equal ones the nearest to the old position.
    """
    exact = locate(string, anchor)
    if exact and exact[2] >= _CERTAIN:
        return exact
    found = [exact] if exact and exact[2] >= MIN_FUZZY else []
    text = _taken_apart(string)
    near = [*_candidates(text, anchor)]
    found += [place for window in near if (place := _aligned(string, anchor, *window)) and place[2] >= MIN_FUZZY]
    if not found and (spelled := _misspelled(string, anchor)):
        return spelled
    return max(found, key=lambda place: (round(place[2], 2), -abs(place[0] - anchor.start)), default=None)


def candidates(string: str, anchor: Anchor, most: int = 5) -> list[Place]:
    """Return places in `string` that have something of the quote, the best first: for a reader to choose from.

    The last of the three numbers is the share of words in common. Places do not overlap.
    """
    quote = anchor._replace(prefix="", suffix="")
    text = _taken_apart(string)
    windows = [window for length in _GRAMS for window in _windows(text, quote, length)]
    found = [place for window in windows if (place := _aligned(string, quote, *window, _LEAST))]
    chosen: list[Place] = []
    for place in sorted(found, key=lambda place: (-round(place[2], 2), abs(place[0] - anchor.start))):
        if place[2] >= _LEAST and all(place[1] <= other[0] or place[0] >= other[1] for other in chosen):
            chosen.append(place)
    return chosen[:most]


_last: list[tuple[Tokens, Vocabulary]] = []


def _taken_apart(string: str) -> tuple[Tokens, Vocabulary]:
    """Return the tokens of `string`; those of the last one are kept, because many anchors are looked for in one."""
    if not _last or _last[0][0].text is not string:
        vocabulary = Vocabulary()
        _last[:] = [(tokens(string, vocabulary), vocabulary)]
    return _last[0]


def _candidates(text: tuple[Tokens, Vocabulary], anchor: Anchor) -> list[tuple[int, int]]:
    """Return the windows of the text, in offsets, in which most of the quote and its context seems to stand."""
    return next((found for length in _GRAMS if (found := [*_windows(text, anchor, length)])), [])


def _windows(text: tuple[Tokens, Vocabulary], anchor: Anchor, length: int) -> Iterator[tuple[int, int]]:
    """Yield the windows that share most stretches of `length` tokens with the quote and its context."""
    side, vocabulary = text
    ids = tokens(anchor.prefix + anchor.exact + anchor.suffix, vocabulary).ids
    expected = side.within(anchor.start, anchor.start)[0]
    reach = max(16, len(ids) // 2)
    votes = _votes(ids, side.ids, length, reach)
    best = sorted(votes, key=lambda bucket: (-votes[bucket], abs(bucket * reach - expected)))
    for bucket in best[:_CANDIDATES]:
        first = max(0, (bucket - 1) * reach)
        last = min(len(side.ids), (bucket + 2) * reach + len(ids))
        if first < last:
            yield side.starts[first], side.ends[last - 1]


def _votes(ids: str, within: str, length: int, reach: int) -> dict[int, float]:
    """Return how much speaks for the quote to begin in each stretch of `reach` tokens; what is rare counts more."""
    votes: defaultdict[int, float] = defaultdict(float)
    count = len(ids) - length + 1
    for at in range(0, count, max(1, count // _SAMPLES)):
        places = list(islice(_all(within, ids[at : at + length]), _PLACES))
        for place in places if len(places) < _PLACES else ():
            votes[(place - at) // reach] += 1 / len(places)
    return votes


def _all(string: str, wanted: str) -> Iterator[int]:
    at = string.find(wanted)
    while at >= 0:
        yield at
        at = string.find(wanted, at + 1)


def _aligned(string: str, anchor: Anchor, first: int, last: int, least: float = MIN_KEPT) -> Place | None:
    """Return where the passage stands in ``string[first:last]``, in offsets of `string`."""
    start = len(anchor.prefix)
    mapped = DiffMap(anchor.prefix + anchor.exact + anchor.suffix, string[first:last])
    place = mapped.place(start, start + len(anchor.exact), least)
    return (place[0] + first, place[1] + first, place[2]) if place else None


def _misspelled(string: str, anchor: Anchor) -> Place | None:
    """Return where the quote stands letter by letter, when hardly a word of it is the same (scans, transcripts)."""
    from rapidfuzz import fuzz  # noqa: PLC0415  # imported when first used

    if not _MIN_LETTERS <= len(anchor.exact) <= min(_MAX_LETTERS, len(string)):
        return None
    found = fuzz.partial_ratio_alignment(anchor.exact, string, score_cutoff=_MIN_RATIO)
    if not found or found.dest_start >= found.dest_end:
        return None
    return found.dest_start, found.dest_end, found.score / 100 * _CERTAIN
