"""Aligning two strings of tokens: which token of the old one is which of the new one.

First come stretches that stand once in both (the patience of Bram Cohen's diff), the heaviest chain of them that keeps
the order; between them the longest common subsequence, never over more than `CELLS` pairs at a time. What then has no
partner is looked for elsewhere: moved stretches. Memory is linear in the length of the strings.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

CELLS = 1 << 26
"""Pairs of tokens compared at once, at most: a matrix of 8 MB."""

_GRAMS = (16, 7)
_LAST_GRAM = 2
_PATIENT = 1 << 10
_EFFORT = 24
_MOVED = 6
_SLIDE = 400


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


def align(a: str, b: str) -> list[Run]:
    """Return the runs that `a` and `b` share, in the order of both, none touching the next on both sides."""
    runs: list[Run] = []
    effort = _EFFORT * (len(a) + len(b)) + _PATIENT
    regions = [Region(0, len(a), 0, len(b))]
    while regions:
        region = _trimmed(a, b, regions.pop(), runs)
        if not region.cells:
            continue
        anchors: list[Run] = []
        if region.cells > _PATIENT and effort > 0:
            for gram in _GRAMS if region.cells <= CELLS else (*_GRAMS, _LAST_GRAM):
                effort -= region.old_end - region.old + region.new_end - region.new
                anchors = _heaviest(_unique(a, b, region, gram))
                if anchors:
                    break
        if anchors:
            runs += anchors
            regions += gaps(anchors, region)
        elif region.cells <= CELLS:
            runs += _common(a, b, region)
        else:
            regions += _cut(region)
    return joined(sorted(runs))


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


def _once(string: str, places: Iterable[int], length: int) -> dict[str, int]:
    """Return the stretches of `length` at `places` of `string`, and where each stands; -1 when more than once."""
    found: dict[str, int] = {}
    for place in places:
        gram = string[place : place + length]
        found[gram] = -1 if gram in found else place
    return found


def _unique(a: str, b: str, region: Region, gram: int) -> list[Run]:
    """Return the stretches, `gram` tokens or longer, that stand once in each side, in the order of the old one."""
    mine = _once(a, range(region.old, region.old_end - gram + 1), gram)
    others = _once(b, range(region.new, region.new_end - gram + 1), gram)
    runs: list[Run] = []
    start = begin = expected = there = -1
    for stretch, place in mine.items():
        other = others.get(stretch, -1) if place >= 0 else -1
        if other < 0:
            continue
        if place == expected and other == there:
            expected, there = expected + 1, there + 1
            continue
        if start >= 0:
            runs.append(Run(start, begin, expected - start + gram - 1))
        start, begin, expected, there = place, other, place + 1, other + 1
    if start >= 0:
        runs.append(Run(start, begin, expected - start + gram - 1))
    return runs


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
