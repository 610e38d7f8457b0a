"""Names proposed without a model: runs of capitalised words, and which of them may be one person's, place's or body's.

What begins a sentence is a name only where it is written so elsewhere too, or where the word never stands in small
letters. Titles before a name are left away. Names are one where they are folded alike, where each word is at most an
edit or two from the other's, where a last word alone is that of one longer name, where one is written the other way
round with a comma, or where the last words agree and the first are a name and its short form.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import NamedTuple

from rapidfuzz.distance import OSA

from storage.folding import fold
from storage.text import Text

_LETTER = r"[^\W\d_]"
_WORD = re.compile(rf"{_LETTER}(?:[\w'’.-]*\w)?")
_PARTICLES = frozenset(
    re.split(" ", "al bin ben da de del della den der di do dos du el ibn la las le van von y zu zur")
)
_TITLES = frozenset(
    re.split(
        " ",
        "president vice-president secretary minister mr mrs ms miss dr prof professor sir lady lord king queen prince"
        " princess pope bishop saint general colonel captain senator governor mayor judge chancellor ambassador herr"
        " frau señor señora monsieur madame",
    )
)
_CALENDAR = frozenset(
    re.split(
        " ",
        "january february march april may june july august september october november december monday tuesday"
        " wednesday thursday friday saturday sunday",
    )
)
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
_POSSESSIVE = re.compile("['’]s?$")
_ENDS = re.compile(r"[.!?:;…\"“”«»‘(\[–—-]\s*$|^\s*$|\n\s*$")
_BEFORE = 12
_PASSES = 3
"""How often names are cut out of longer runs: what one time leaves is known the next."""
_SOON, _LATER = 4, 7
"""Letters from which on a word may differ by one edit, and by two."""


class Spot(NamedTuple):
    """Where a name stands: a document's uuid, and ``[start, end)`` in its newest text."""

    document: str
    start: int
    end: int


class Name(NamedTuple):
    """A proposal: what it is called, and where each way of writing it stands, the commonest first."""

    name: str
    variants: dict[str, tuple[Spot, ...]]

    @property
    def spots(self) -> list[Spot]:
        """Where it stands, by document and place."""
        return sorted(spot for spots in self.variants.values() for spot in spots)


class _Run(NamedTuple):
    """Capitalised words one after the other; `initial`: they begin a sentence; `comma`: one is before them."""

    string: str
    spot: Spot
    initial: bool = False
    comma: bool = False

    def cut(self, at: int) -> tuple[_Run, _Run]:
        """Return the first `at` words, and the rest."""
        words = self.string.split(" ")
        head, tail = " ".join(words[:at]), " ".join(words[at:])
        document, start, end = self.spot
        return (
            _Run(head, Spot(document, start, start + len(head)), self.initial, self.comma),
            _Run(tail, Spot(document, end - len(tail), end)),
        )


class Names:
    """Takes texts in, one after the other, and proposes the names that stand in them."""

    def __init__(self) -> None:
        self._runs: list[_Run] = []
        self._small: Counter[str] = Counter()
        self._sure: Counter[str] = Counter()
        self._folded: set[str] = set()

    def take(self, document: str, text: Text) -> None:
        """Look at the text of a document."""
        for block in text.blocks:
            if block.kind != "code":
                self._take_block(document, text.string[block.start : block.end], block.start)

    def _take_block(self, document: str, body: str, at: int) -> None:
        run: list[re.Match[str]] = []
        for found in _WORD.finditer(body):
            joined = bool(run) and body[run[-1].end() : found.start()] in {" ", "\n", "\u00a0"}
            capital = found[0][0].isupper()
            if not capital:
                self._small[found[0]] += 1
            if run and not (joined and (capital or found[0] in _PARTICLES)):
                self._close(document, run, body, at)
                run = []
            if capital or (run and joined):
                run.append(found)
        if run:
            self._close(document, run, body, at)

    def _close(self, document: str, run: list[re.Match[str]], body: str, at: int) -> None:
        initial = bool(_ENDS.search(body[max(0, run[0].start() - _BEFORE) : run[0].start()]))
        while run and run[-1][0] in _PARTICLES:
            run = run[:-1]
        titled = [index for index, word in enumerate(run) if word[0].lower().rstrip(".") in _TITLES]
        if titled:
            after = run[titled[-1] + 1 :]
            initial, run = initial and not after, after or run[: titled[0]]
        while run and run[0][0].lower() in _CALENDAR | _PARTICLES:
            initial, run = False, run[1:]
        if not run:
            return
        self._sure.update(word[0] for word in (run[1:] if initial else run))
        start = run[0].start()
        string = _POSSESSIVE.sub("", body[start : run[-1].end()]).replace("\n", " ").replace("\u00a0", " ")
        comma = body[max(0, start - 2) : start] == ", "
        self._runs.append(_Run(string, Spot(document, at + start, at + start + len(string)), initial, comma))

    def proposed(self) -> list[Name]:
        """Return the names, those in most places first."""
        runs = self._runs
        self._folded = {fold(word).string for word in self._sure}
        for _ in range(_PASSES):
            known = Counter(run.string for run in runs)
            runs = [kept for run in runs for kept in self._kept(run, known)]
        known = Counter(run.string for run in runs)
        runs = [run for run in _turned(runs, known) if self._is_name(run)]
        spots: dict[str, list[Spot]] = {}
        for run in runs:
            spots.setdefault(run.string, []).append(run.spot)
        groups = _grouped({string: len(places) for string, places in spots.items()})
        made = [_name({variant: tuple(spots[variant]) for variant in group}) for group in groups]
        return sorted(made, key=lambda one: (-len(one.spots), one.name))

    def _kept(self, run: _Run, known: Counter[str]) -> Iterator[_Run]:
        """Yield what of a run is a name: without a word that only begins a sentence, and two that meet one by one."""
        first, _, rest = run.string.partition(" ")
        doubtful = run.initial and rest and fold(first).string not in self._folded
        if doubtful and ((rest in known and " " in rest) or self._small[first.lower()]):
            run = run.cut(1)[1]
        words = run.string.split(" ")
        for at in range(len(words) - 2, 0, -1):
            head, tail = run.cut(at)
            if head.string in known:
                yield from (head, tail)
                return
        yield run

    def _is_name(self, run: _Run) -> bool:
        """Tell whether words are a name: of one alone whether it is written so within sentences, and more often."""
        if " " in run.string:
            return True
        return len(run.string) > 1 and self._sure[run.string] > self._small[run.string.lower()]


def _turned(runs: list[_Run], known: Counter[str]) -> Iterator[_Run]:
    """Yield runs, two of one word with a comma between as one where they are a name without it, this way or that."""
    at = 0
    while at < len(runs):
        one = runs[at]
        other = runs[at + 1] if at + 1 < len(runs) else None
        if other is not None and other.comma and other.spot.start == one.spot.end + 2:
            a, b = one.string, other.string
            if one.spot.document == other.spot.document and (f"{a} {b}" in known or f"{b} {a}" in known):
                yield _Run(f"{a}, {b}", Spot(one.spot.document, one.spot.start, other.spot.end))
                at += 2
                continue
        yield one
        at += 1


def _name(variants: dict[str, tuple[Spot, ...]]) -> Name:
    """Return a name called by its commonest way of writing with most words, the first that was met of several."""
    most = min(variants, key=lambda each: ("," in each, -len(each.split()), -len(variants[each])))
    ordered = sorted(variants, key=lambda each: (-len(variants[each]), each))
    return Name(most, {each: variants[each] for each in ordered})


def _grouped(counts: dict[str, int]) -> Iterator[list[str]]:
    """Yield ways of writing that may be one name's."""
    leader = {each: each for each in counts}

    def top(each: str) -> str:
        while leader[each] != each:
            each = leader[each]
        return each

    words = {each: tuple(fold(each).string.split()) for each in counts}
    there = set(words.values())
    for each in counts:
        if "," in each:
            straight = tuple(fold(each.replace(",", "")).string.split())
            words[each] = straight if straight in there else straight[::-1]
    for pairs in (_near(words), _short(words), _alone(words, top)):
        for one, other in pairs:
            leader[top(one)] = top(other)
    found: dict[str, list[str]] = {}
    for each in counts:
        found.setdefault(top(each), []).append(each)
    yield from found.values()


def _near(words: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Yield pairs of as many words that are alike one by one; only those are compared whose words begin alike."""
    rooms: dict[str, list[str]] = {}
    for each, parts in words.items():
        rooms.setdefault(" ".join(part[0] for part in parts), []).append(each)
    for room in rooms.values():
        for one, other in combinations(room, 2):
            if all(map(_alike, words[one], words[other])):
                yield one, other


def _alike(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    allowed = 0 if shorter < _SOON else 1 if shorter < _LATER else 2
    return one == other or OSA.distance(one, other, score_cutoff=allowed) <= allowed


def _short(words: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Yield pairs that differ in the first word alone, of which one is short for the other."""
    rooms: dict[tuple[str, ...], list[str]] = {}
    for each, parts in words.items():
        rooms.setdefault(parts[1:], []).append(each)
    for rest, room in rooms.items():
        for one, other in combinations(room, 2):
            first, second = sorted((words[one][0], words[other][0]), key=len)
            begins = bool(rest) and len(first) >= _SOON and second.startswith(first)
            if begins or (_SHORT_FORMS.get(first) == second):
                yield one, other


def _alone(words: dict[str, tuple[str, ...]], top: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """Yield last words that stand alone with the longer names that end so, where these are one name."""
    by_last: dict[str, set[str]] = {}
    for each, parts in words.items():
        if len(parts) > 1:
            by_last.setdefault(parts[-1], set()).add(each)
    for each, parts in words.items():
        holders = by_last.get(parts[0], set()) if len(parts) == 1 else set()
        if len({top(one) for one in holders}) == 1:
            yield each, min(holders)
