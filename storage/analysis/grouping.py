"""Which ways of writing may be one name's; found a little at a time, and only names that begin alike are compared.

They are one where they are folded alike, where each word is at most an edit or two from the other's, where a last word
alone is that of one longer name, where one is written the other way round with a comma, or where the last words agree
and the first are a name and its short form.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from storage.folding import folded_string
from storage.steps import Steps

Words = tuple[str, ...]
"""The folded words of a name."""

_SHORT_FORMS = {
    "mike": "michael",
    "bill": "william",
    "bob": "robert",
    "dick": "richard",
    "jim": "james",
    "jack": "john",
    "joe": "joseph",
    "tony": "anthony",
    "ted": "edward",
    "liz": "elizabeth",
    "kate": "katherine",
    "peggy": "margaret",
    "pepe": "jose",
    "paco": "francisco",
    "sasha": "alexander",
}
_SOON, _LATER = 4, 7
"""Letters from which on a word may differ by one edit, and by two."""
_MOST_EDITS = 2
_FEW = 200
"""Names that are looked at between two steps."""


class _Groups:
    """Sets that are joined two by two."""

    def __init__(self, members: Iterable[Words]) -> None:
        self._leader = {each: each for each in members}

    def top(self, each: Words) -> Words:
        leader = self._leader
        while leader[each] != each:
            leader[each] = leader[leader[each]]
            each = leader[each]
        return each

    def join(self, one: Words, other: Words) -> None:
        self._leader[self.top(one)] = self.top(other)


def grouped(names: Sequence[str]) -> Steps[list[list[str]]]:
    """Return ways of writing that may be one name's together, in the order given; yields how much is done, up to 1."""
    words: dict[str, Words] = {}
    for number, each in enumerate(names):
        words[each] = tuple(folded_string(each).split())
        if number % _FEW == 0:
            yield 0.0
    there = set(words.values())
    for each in names:
        if "," in each:
            straight = tuple(folded_string(each.replace(",", "")).split())
            words[each] = straight if straight in there else straight[::-1]
    distinct = list(dict.fromkeys(words.values()))
    groups = _Groups(distinct)
    for number, pairs in enumerate(_near(distinct)):
        for pair in pairs:
            groups.join(*pair)
        yield number / len(distinct)
    for pair in _short(distinct):
        groups.join(*pair)
    yield 1.0
    for pair in _alone(distinct, groups):
        groups.join(*pair)
    found: dict[Words, list[str]] = {}
    for each in names:
        found.setdefault(groups.top(words[each]), []).append(each)
    return list(found.values())


def _near(distinct: Iterable[Words]) -> Iterator[list[tuple[Words, Words]]]:
    """Yield for each name those that are alike word by word, each pair once; only what begins alike is compared."""
    rooms: dict[str, list[Words]] = {}
    for each in filter(None, distinct):
        rooms.setdefault(" ".join(part[0] for part in each), []).append(each)
    for room in rooms.values():
        room.sort(key=_length)
        firsts = [each[0] for each in room]
        for at, one in enumerate(room, 1):
            long = bisect_right(room, len(one[0]) + _MOST_EDITS, key=_length)
            close = process.extract(
                one[0], firsts[at:long], scorer=OSA.distance, processor=None, score_cutoff=_MOST_EDITS, limit=None
            )
            others = (room[at + index] for _, _, index in close)
            yield [(one, other) for other in others if all(map(_alike, one, other))]


def _length(words: Words) -> int:
    return len(words[0])


def _alike(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    allowed = 0 if shorter < _SOON else 1 if shorter < _LATER else _MOST_EDITS
    return one == other or OSA.distance(one, other, score_cutoff=allowed) <= allowed


def _short(distinct: Iterable[Words]) -> Iterator[tuple[Words, Words]]:
    """Yield pairs that differ in the first word alone, of which one is short for the other."""
    rooms: dict[Words, list[str]] = {}
    for each in distinct:
        if each:
            rooms.setdefault(each[1:], []).append(each[0])
    for rest, firsts in rooms.items():
        there = set(firsts)
        pairs = [(first, full) for first in firsts if (full := _SHORT_FORMS.get(first)) in there and full]
        for first, full in (*pairs, *(_beginnings(firsts) if rest else ())):
            yield (first, *rest), (full, *rest)


def _beginnings(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield words with the longest of the others that they begin with, where that is not too short to tell."""
    open_ones: list[str] = []
    for word in sorted(words):
        while open_ones and not word.startswith(open_ones[-1]):
            open_ones.pop()
        if open_ones:
            yield open_ones[-1], word
        if len(word) >= _SOON:
            open_ones.append(word)


def _alone(distinct: Iterable[Words], groups: _Groups) -> Iterator[tuple[Words, Words]]:
    """Yield last words that stand alone with a longer name that ends so, where all that do are one name."""
    by_last: dict[str, list[Words]] = {}
    for each in distinct:
        if len(each) > 1:
            by_last.setdefault(each[-1], []).append(each)
    for each in distinct:
        holders = by_last.get(each[0], []) if len(each) == 1 else []
        if len({groups.top(one) for one in holders}) == 1:
            yield each, holders[0]
