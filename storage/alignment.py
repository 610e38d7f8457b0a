"""Aligning two strings of tokens: which token of the old one is which of the new one.

First come stretches that stand once in both (the patience of Bram Cohen's diff), the heaviest chain of them that keeps
the order; between them the longest common subsequence, never over more than `CELLS` pairs at a time. What then has no
partner is looked for elsewhere: moved stretches. Memory is linear in the length of the strings.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from storage.tokens import Tokens

CELLS = 1 << 26
"""Pairs of tokens compared at once, at most: a matrix of 8 MB."""

SAMPLE = 1 << 17
"""Stretches compared at once, at most about twice this."""

_GRAMS = (16, 7)
_LAST_GRAM = 2
_PATIENT = 1 << 10
_EFFORT = 8
_SLIDE = 400
_BEAT = 1 << 16


class Run(NamedTuple):
    """`length` tokens that stand from `old` on in the one string and from `new` on in the other."""

    old: int
    new: int
    length: int


class Region(NamedTuple):
    """A stretch of each string."""

    old: int
    old_end: int
    new: int
    new_end: int

    @property
    def cells(self) -> int:
        """The number of pairs of tokens."""
        return (self.old_end - self.old) * (self.new_end - self.new)


Tick = Callable[[float], object]
"""Is told every now and then what share of the work is done; it may raise to give the work up."""


def silent(_: float) -> None:
    """Take no notice of how far the work is."""


def align(a: str, b: str, tick: Tick = silent) -> list[Run]:
    """Return the runs that `a` and `b` share, in the order of both, none touching the next on both sides."""
    runs: list[Run] = []
    left = len(a)

    def beat() -> None:
        tick(1 - left / len(a))

    effort = _EFFORT * (len(a) + len(b)) + _PATIENT
    regions = [Region(0, len(a), 0, len(b))]
    while regions:
        whole = regions.pop()
        region = _trimmed(a, b, whole, runs)
        left -= whole.old_end - whole.old
        if not region.cells:
            continue
        beat()
        anchors: list[Run] = []
        if region.cells > _PATIENT and effort > 0:
            for gram in _GRAMS if region.cells <= CELLS else (*_GRAMS, _LAST_GRAM):
                effort -= region.old_end - region.old + region.new_end - region.new
                anchors = _heaviest(_unique(a, b, region, gram, beat))
                if anchors:
                    break
        if anchors:
            runs += anchors
            between = list(gaps(anchors, region))
            left += sum(gap.old_end - gap.old for gap in between)
            regions += between
        elif region.cells <= CELLS:
            runs += _common(a, b, region)
        else:
            regions += _cut(region)
            left += region.old_end - region.old
    return joined(sorted(runs))


def settled(runs: list[Run], old: Tokens, new: Tokens) -> list[Run]:
    """Return `runs` with what was put in or taken out between two of them at its most natural place.

    ``a B B c`` can have come from ``a B c`` in two ways. Of the positions that are possible the one is taken that has
    the strongest borders at both ends of the change, of equal ones the last.
    """
    found: list[Run] = []
    for run in runs:
        rest: Run | None = run
        while found and rest:
            last = found[-1]
            added, gone = rest.new - last.new - last.length, rest.old - last.old - last.length
            if bool(added) == bool(gone):
                break
            side, at = (new, rest.new) if added else (old, rest.old)
            shift, whole = _slide(side, at - (added or gone), at, (last.length - 1, rest.length))
            found[-1] = last._replace(length=last.length + shift)
            rest = Run(rest.old + shift, rest.new + shift, rest.length - shift) if shift < rest.length else None
            if not whole:
                break
        if rest:
            found.append(rest)
    return joined(found)


def _slide(side: Tokens, start: int, end: int, room: tuple[int, int]) -> tuple[int, bool]:
    """Return by how much the change over the tokens `start` to `end` is best shifted, and whether over all after it.

    `room` is how many tokens there are to shift over before and after.
    """
    ids = side.ids
    up = _agreement(min(room[0], _SLIDE), lambda n: ids[start - n : start] == ids[end - n : end])
    down = _agreement(min(room[1], _SLIDE), lambda n: ids[start : start + n] == ids[end : end + n])
    if not up and not down:
        return 0, False
    shift = max(range(-up, down + 1), key=lambda n: (side.border(start + n) + side.border(end + n), n))
    return shift, shift == room[1]


def gaps(runs: Iterable[Run], region: Region) -> Iterator[Region]:
    """Yield what lies between `runs` within `region`, also where one side is empty."""
    old, new = region.old, region.new
    for run in runs:
        yield Region(old, run.old, new, run.new)
        old, new = run.old + run.length, run.new + run.length
    yield Region(old, region.old_end, new, region.new_end)


def joined(runs: Iterable[Run]) -> list[Run]:
    """Return `runs` with those that touch made one."""
    found: list[Run] = []
    for run in runs:
        last = found[-1] if found else None
        if last and last.old + last.length == run.old and last.new + last.length == run.new:
            found[-1] = Run(last.old, last.new, last.length + run.length)
        else:
            found.append(run)
    return found


def _trimmed(a: str, b: str, region: Region, runs: list[Run]) -> Region:
    """Return `region` without what both sides begin and end with, which is added to `runs`."""
    old, old_end, new, new_end = region
    most = min(old_end - old, new_end - new)
    head = _agreement(most, lambda n: a[old : old + n] == b[new : new + n])
    tail = _agreement(most - head, lambda n: a[old_end - n : old_end] == b[new_end - n : new_end])
    if head:
        runs.append(Run(old, new, head))
    if tail:
        runs.append(Run(old_end - tail, new_end - tail, tail))
    return Region(old + head, old_end - tail, new + head, new_end - tail)


def _agreement(most: int, agree: Callable[[int], bool]) -> int:
    """Return the largest number up to `most` for which `agree` holds, as it does for all smaller ones."""
    low, step = 0, 1
    while low + step <= most and agree(low + step):
        low += step
        step *= 2
    while step:
        if low + step <= most and agree(low + step):
            low += step
        step //= 2
    return low


def _cut(region: Region) -> list[Region]:
    """Return a region that has nothing to hold on to in two halves."""
    old, new = (region.old + region.old_end) // 2, (region.new + region.new_end) // 2
    return [Region(region.old, old, region.new, new), Region(old, region.old_end, new, region.new_end)]


def _common(a: str, b: str, region: Region) -> list[Run]:
    """Return the longest common subsequence of the two sides as runs."""
    from rapidfuzz.distance import LCSseq  # noqa: PLC0415  # imported when first used

    old, old_end, new, new_end = region
    blocks = LCSseq.opcodes(a[old:old_end], b[new:new_end])
    return [
        Run(old + block.src_start, new + block.dest_start, block.src_end - block.src_start)
        for block in blocks
        if block.tag == "equal"
    ]


def places(string: str, start: int, end: int) -> Iterable[int]:
    """Return the places from `start` to `end` at which to compare: of very many a share, chosen by the tokens there."""
    share = (end - start) // SAMPLE
    if share < 2:  # noqa: PLR2004  # all of them
        return range(start, end)
    return [place for place in range(start, end) if ord(string[place]) % share == 0]


def once(string: str, chosen: Iterable[int], length: int, beat: Callable[[], object]) -> dict[str, int]:
    """Return the stretches of `length` at the places `chosen`, and where each stands; -1 when more than once."""
    found: dict[str, int] = {}
    rest = iter(chosen)
    while some := list(islice(rest, _BEAT)):
        beat()
        for place in some:
            gram = string[place : place + length]
            found[gram] = -1 if gram in found else place
    return found


def shared(mine: dict[str, int], others: dict[str, int], length: int) -> list[Run]:
    """Return the stretches of `length` that stand once on both sides as runs, those that overlap made one."""
    runs: list[Run] = []
    for gram, place in mine.items():
        other = others.get(gram, -1) if place >= 0 else -1
        if other < 0:
            continue
        last = runs[-1] if runs else None
        if last and place - other == last.old - last.new and place <= last.old + last.length:
            runs[-1] = Run(last.old, last.new, place + length - last.old)
        else:
            runs.append(Run(place, other, length))
    return runs


def _unique(a: str, b: str, region: Region, gram: int, beat: Callable[[], object]) -> list[Run]:
    """Return the stretches, `gram` tokens or longer, that stand once in each side, in the order of the old one."""
    mine = once(a, places(a, region.old, region.old_end - gram + 1), gram, beat)
    return shared(mine, once(b, places(b, region.new, region.new_end - gram + 1), gram, beat), gram)


def _heaviest(runs: list[Run]) -> list[Run]:
    """Return the chain of `runs`, which are sorted by the old side, that rises on the new side and has most tokens.

    Runs overlap by less than the length of a gram, so a run is a link once its start lies after the other's start; what
    overlaps is cut off.
    """
    order = sorted(range(len(runs)), key=lambda number: runs[number].new)
    rank = array("I", bytes(4 * len(runs)))
    for position, number in enumerate(order):
        rank[number] = position
    best = _Maxima(len(runs))
    before = array("i", bytes(4 * len(runs)))
    top, weight = -1, 0
    for number, run in enumerate(runs):
        ahead, last = best.below(rank[number])
        before[number] = last
        best.put(rank[number], ahead + run.length, number)
        if ahead + run.length > weight:
            top, weight = number, ahead + run.length
    chain: list[Run] = []
    while top >= 0:
        chain.append(runs[top])
        top = before[top]
    return list(_disjoint(reversed(chain)))


def _disjoint(chain: Iterable[Run]) -> Iterator[Run]:
    old = new = 0
    for run in chain:
        cut = max(0, old - run.old, new - run.new)
        if cut < run.length:
            yield Run(run.old + cut, run.new + cut, run.length - cut)
            old, new = run.old + run.length, run.new + run.length


class _Maxima:
    """The largest weight at any place below a given one (a Fenwick tree), and the number it was put there with."""

    def __init__(self, size: int) -> None:
        self._weights = [0] * (size + 1)
        self._numbers = [-1] * (size + 1)

    def put(self, place: int, weight: int, number: int) -> None:
        """Record `weight` at `place`."""
        index = place + 1
        while index < len(self._weights):
            if weight > self._weights[index]:
                self._weights[index], self._numbers[index] = weight, number
            index += index & -index

    def below(self, place: int) -> tuple[int, int]:
        """Return the largest weight at a place before `place` and its number; 0 and -1 when there is none."""
        weight, number, index = 0, -1, place
        while index:
            if self._weights[index] > weight:
                weight, number = self._weights[index], self._numbers[index]
            index -= index & -index
        return weight, number
