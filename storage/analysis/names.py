"""Names proposed without a model: runs of capitalised words, and which of them may be one person's, place's or body's.

What begins a sentence is a name only where it is written so elsewhere too, or where the word never stands in small
letters. Titles before a name are left away. Which names are one is found in `storage.analysis.grouping`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from storage.analysis.grouping import grouped
from storage.folding import folded_string
from storage.steps import Steps, finished
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
_POSSESSIVE = re.compile("['’]s?$")
_ENDS = re.compile(r"[.!?:;…\"“”«»‘(\[–—-]\s*$|^\s*$|\n\s*$")
_BEFORE = 12
_PASSES = 3
"""How often names are cut out of longer runs: what one time leaves is known the next."""
_LONGEST = 12
"""Words that a name has at most, so that a page in capitals is no name."""
_FEW = 200
"""Runs that are looked at between two steps."""


Piece = TypeVar("Piece")


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
    def places(self) -> int:
        """In how many places it stands."""
        return sum(map(len, self.variants.values()))

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
            if run and not (joined and (capital or found[0] in _PARTICLES) and len(run) < _LONGEST):
                self._close(document, run, body, at)
                run = []
            if capital or run:
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
        return finished(self.proposing())

    def proposing(self) -> Steps[list[Name]]:
        """Return what `proposed` does, a few milliseconds' work at a time; yields how much of it is done, up to 1."""
        runs = self._runs
        self._folded = set()
        for words in _pieces(tuple(self._sure)):
            self._folded.update(folded_string(word) for word in words)
            yield 0.0
        for turn in range(_PASSES):
            known = yield from _counted(runs, turn / (2 * _PASSES))
            kept: list[_Run] = []
            for number, part in enumerate(_pieces(runs)):
                kept += [each for run in part for each in self._kept(run, known)]
                yield (turn + number * _FEW / len(runs)) / (2 * _PASSES)
            runs = kept
        known = yield from _counted(runs, 0.5)
        spots: dict[str, list[Spot]] = {}
        for number, run in enumerate(_turned(runs, known)):
            if self._is_name(run):
                spots.setdefault(run.string, []).append(run.spot)
            if number % _FEW == 0:
                yield 0.5
        groups = yield from _second_half(grouped(tuple(spots)))
        found: list[Name] = []
        for some in _pieces(groups):
            found += [_name({variant: tuple(spots[variant]) for variant in group}) for group in some]
            yield 1.0
        return sorted(found, key=lambda one: (-one.places, one.name))

    def _kept(self, run: _Run, known: Counter[str]) -> Iterator[_Run]:
        """Yield what of a run is a name: without a word that only begins a sentence, and two that meet one by one."""
        first, _, rest = run.string.partition(" ")
        doubtful = run.initial and rest and folded_string(first) not in self._folded
        if doubtful and ((rest in known and " " in rest) or self._small[first.lower()]):
            run = run.cut(1)[1]
        words = run.string.split(" ")
        for at in range(len(words) - 2, 0, -1):
            if " ".join(words[:at]) in known:
                yield from run.cut(at)
                return
        yield run

    def _is_name(self, run: _Run) -> bool:
        """Tell whether words are a name: of one alone whether it is written so within sentences, and more often."""
        if " " in run.string:
            return True
        return len(run.string) > 1 and self._sure[run.string] > self._small[run.string.lower()]


def _pieces(of: Sequence[Piece]) -> Iterator[Sequence[Piece]]:
    return (of[at : at + _FEW] for at in range(0, len(of), _FEW))


def _counted(runs: Sequence[_Run], done: float) -> Steps[Counter[str]]:
    """Return how often each string is one of the runs; yields what is `done`."""
    known: Counter[str] = Counter()
    for part in _pieces(runs):
        known.update(run.string for run in part)
        yield done
    return known


def _second_half(steps: Steps[list[list[str]]]) -> Steps[list[list[str]]]:
    """Return what `steps` do; what they have done is half of all."""
    while True:
        try:
            yield 0.5 + next(steps) / 2
        except StopIteration as done:
            groups: list[list[str]] = done.value
            return groups


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
