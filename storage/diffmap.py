"""Where passages of an old version of a text stand in a new one.

The two versions are aligned once, token by token, for all passages. A passage goes where most of its words went, in
their order; if too little of it is left anywhere it has no place, rather than a wrong one.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator

from storage.alignment import Run, Tick, align, settled, silent
from storage.moves import moved, solid
from storage.tokens import Tokens, Vocabulary, tokens

Place = tuple[int, int, float]
"""A half-open range of the new text, and the confidence from 0 to 1; 1 is the same words in their aligned place."""

MIN_KEPT = 0.5
"""The share of a passage's characters that must be left, where its surroundings went."""

MIN_KEPT_MOVED = 0.6
"""The same for a passage found elsewhere: that it was moved and changed takes more proof."""

_MOVED = 0.9
_ALONE = 0.3
_NEIGHBOURS = 8
_DISTANCE = 0.15
_SLACK = 20
_LOOK_BACK = 64
_HUNK = 400
_BEYOND = 16
_TAKEN_APART, _ALIGNED = 0.2, 0.8


class DiffMap:
    """The alignment of `old_text` with `new_text`. Offsets are code points, ranges half-open.

    `tick` is told what share of the work is done, and may raise to give it up.
    """

    def __init__(self, old_text: str, new_text: str, tick: Tick = silent) -> None:
        vocabulary = Vocabulary()
        self.old = tokens(old_text, vocabulary, lambda share: tick(_TAKEN_APART * share / 2))
        self.new = tokens(new_text, vocabulary, lambda share: tick(_TAKEN_APART * (1 + share) / 2))
        a, b = self.old.ids, self.new.ids
        ordered = align(a, b, lambda share: tick(_TAKEN_APART + (_ALIGNED - _TAKEN_APART) * share))
        runs = settled(ordered, self.old, self.new)
        #: the new token that each old one is, -1 where it is gone
        self.partners = array("i", (-1,)) * len(a)
        self._moved = bytearray(len(a))
        self._pair(runs, moved(a, b, solid(runs, self.old, self.new), lambda: tick(_ALIGNED)))

    def _pair(self, runs: list[Run], elsewhere: list[Run]) -> None:
        """Note each token's partner: in order, unless it is in a run that moved."""
        owners = array("i", (-1,)) * len(self.new.ids)
        for run in runs:
            self.partners[run.old : run.old + run.length] = array("i", range(run.new, run.new + run.length))
            owners[run.new : run.new + run.length] = array("i", range(run.old, run.old + run.length))
        for old, new, length in elsewhere:
            if self.partners[old] == new and self.partners[old + length - 1] == new + length - 1:
                continue
            self._moved[old : old + length] = b"\1" * length
            for at, to in zip(range(old, old + length), range(new, new + length), strict=True):
                if owners[to] >= 0:
                    self.partners[owners[to]] = -1
                if self.partners[at] >= 0:
                    owners[self.partners[at]] = -1
                self.partners[at], owners[to] = to, at

    def turn(self) -> DiffMap:
        """Turn the alignment round, so that `old` is what was `new`, and return it."""
        partners, moved = self.partners, self._moved
        self.old, self.new = self.new, self.old
        self.partners = array("i", (-1,)) * len(self.old.ids)
        self._moved = bytearray(len(self.old.ids))
        for at, to in enumerate(partners):
            if to >= 0:
                self.partners[to], self._moved[to] = at, moved[at]
        return self

    def place(self, start: int, end: int, least: float = MIN_KEPT) -> Place | None:
        """Return where ``old_text[start:end]`` stands now; None when less than the share `least` of it is left."""
        first, last = self.old.within(start, end)
        chain, kept, elsewhere = self._left(first, last)
        size = _characters(self.old, first, last)
        if not kept or kept < (max(least, MIN_KEPT_MOVED) if elsewhere else least) * size:
            return None
        new_first, new_last = self._head(first, chain[0]), self._tail(last, chain[-1])
        alike = min(1.0, 2 * kept / (size + _characters(self.new, new_first, new_last)))
        doubt = _ALONE * (1 - self._support(first, last, chain)) / (1 + size / 50)
        confidence = alike * (1 - doubt) * (_MOVED if elsewhere else 1)
        return *self._edges(start, end, (first, last), (new_first, new_last)), confidence

    def has_moved(self, start: int, end: int) -> bool:
        """Tell whether most of what is left of ``old_text[start:end]`` stands out of its order now."""
        return self._left(*self.old.within(start, end))[2]

    def offset(self, at: int) -> int:
        """Return the offset in the new text of what stood at `at`, or of what comes next of that which is left."""
        first = self.old.within(at, at)[0]
        size = len(self.partners)
        token = next((token for token in range(first, size) if self.partners[token] >= 0), size)
        if token == size:
            return len(self.new.text)
        inside = max(0, at - self.old.starts[token]) if token == first else 0
        return self.new.starts[self.partners[token]] + inside

    def origin(self, start: int, end: int) -> tuple[int, int] | None:
        """Return the range of the old text from which ``new_text[start:end]`` came; None when all of it is new."""
        first, last = self.new.within(start, end)
        came = [at for at, partner in enumerate(self.partners) if first <= partner < last]
        return (self.old.starts[came[0]], self.old.ends[came[-1]]) if came else None

    def _left(self, first: int, last: int) -> tuple[list[Run], int, bool]:
        """Return the best chain of what is left of a passage, its characters, and whether it moved."""
        runs = list(self._runs(first, last))
        if self._mostly_moved(runs):  # then what stayed behind does not tell where it went
            weights = [self._weight(run) for run in runs]
        else:
            weights = [self._anchored(run, first, last) for run in runs]
        chain = self._chain(runs, weights)
        return chain, sum(map(self._weight, chain)), self._mostly_moved(chain)

    def _mostly_moved(self, runs: list[Run]) -> bool:
        moved = sum(self._weight(run) for run in runs if self._moved[run.old])
        return 2 * moved > sum(map(self._weight, runs))

    def _runs(self, first: int, last: int) -> Iterator[Run]:
        """Yield what is left of the tokens from `first` to before `last`, wherever it is now."""
        partners, begin = self.partners, first
        for at in range(first, last):
            if at + 1 < last and partners[at] >= 0 and partners[at + 1] == partners[at] + 1:
                continue
            if partners[at] >= 0:
                yield Run(begin, partners[begin], at + 1 - begin)
            begin = at + 1

    def _weight(self, run: Run) -> int:
        return _characters(self.old, run.old, run.old + run.length)

    def _anchored(self, run: Run, first: int, last: int) -> int:
        """Return the weight of `run` with what goes on unbroken beyond the passage, which vouches for its edges."""
        old, end, shift = run.old, run.old + run.length, run.new - run.old
        if old == first:
            while old > max(0, first - _BEYOND) and self.partners[old - 1] == old - 1 + shift:
                old -= 1
        if end == last:
            while end < min(len(self.partners), last + _BEYOND) and self.partners[end] == end + shift:
                end += 1
        return _characters(self.old, old, end)

    def _chain(self, runs: list[Run], weights: list[int]) -> list[Run]:
        """Return those of `runs` that go on in order, not far from each other, with most weight together."""
        best: list[float] = []
        before: list[int] = []
        for number, run in enumerate(runs):
            value, link = 0.0, -1
            for other in range(max(0, number - _LOOK_BACK), number):
                reached = best[other] - self._distance(runs[other], run)
                if reached > value and runs[other].new + runs[other].length <= run.new:
                    value, link = reached, other
            best.append(value + weights[number])
            before.append(link)
        at = best.index(max(best)) if best else -1
        chain: list[Run] = []
        while at >= 0:
            chain.append(runs[at])
            at = before[at]
        return chain[::-1]

    def _distance(self, run: Run, following: Run) -> float:
        """Return what it costs to go on at `following`: the more has come between, the less it is one passage."""
        between = self.new.starts[following.new] - self.new.ends[run.new + run.length - 1]
        was = self.old.starts[following.old] - self.old.ends[run.old + run.length - 1]
        return _DISTANCE * max(0, between - was - _SLACK)

    def _head(self, first: int, run: Run) -> int:
        """Return the first token of the passage in the new text; `run` is its first that is left."""
        at, begin = run.old, run.new
        while at > first and begin and self.old.ids[at - 1] == self.new.ids[begin - 1]:
            at, begin = at - 1, begin - 1
        missing = at - first
        if not missing or self.partners[at - 1] >= 0 or self._moved[run.old]:
            return begin
        hunk = first
        while hunk and first - hunk < _HUNK and not 0 <= self.partners[hunk - 1] < begin:
            hunk -= 1
        after = self.partners[hunk - 1] + 1 if hunk else 0
        return begin - _share(missing, at - hunk, begin - after)

    def _tail(self, last: int, run: Run) -> int:
        """Return the token after the passage in the new text; `run` is its last that is left."""
        stop, end = run.old + run.length, run.new + run.length
        while stop < last and end < len(self.new.ids) and self.old.ids[stop] == self.new.ids[end]:
            stop, end = stop + 1, end + 1
        missing = last - stop
        if not missing or self.partners[stop] >= 0 or self._moved[run.old]:
            return end
        hunk, size = last, len(self.partners)
        while hunk < size and hunk - last < _HUNK and self.partners[hunk] < end:
            hunk += 1
        limit = self.partners[hunk] if hunk < size else len(self.new.ids)
        return end + _share(missing, hunk - stop, limit - end)

    def _support(self, first: int, last: int, chain: list[Run]) -> float:
        """Return how much of what stood directly before or after the passage still does, the better side of the two."""
        start, end = chain[0].new - chain[0].old, chain[-1].new - chain[-1].old
        sides = (
            [(at, start) for at in range(max(0, first - _NEIGHBOURS), first)],
            [(at, end) for at in range(last, min(len(self.partners), last + _NEIGHBOURS))],
        )
        near = _NEIGHBOURS
        shares = [
            sum(self.partners[at] >= 0 and abs(self.partners[at] - at - shift) <= near for at, shift in side)
            / len(side)
            for side in sides
            if side
        ]
        return max(shares, default=1.0)

    def _edges(self, start: int, end: int, was: tuple[int, int], now: tuple[int, int]) -> tuple[int, int]:
        """Return the offsets of the new tokens `now`, with the parts of words and the spaces the old edges had."""
        old, new = self.old, self.new
        begin, stop = new.starts[now[0]], new.ends[now[1] - 1]
        head, tail = start - old.starts[was[0]], end - old.ends[was[1] - 1]
        spaces_before = head < 0 and new.text[max(0, begin + head) : begin] == old.text[start : start - head]
        spaces_after = tail > 0 and new.text[stop : stop + tail] == old.text[end - tail : end]
        if spaces_before or (head > 0 and self.partners[was[0]] == now[0]):
            begin += head
        if spaces_after or (tail < 0 and self.partners[was[1] - 1] == now[1] - 1):
            stop += tail
        return begin, max(stop, begin + 1)


def _characters(side: Tokens, first: int, last: int) -> int:
    """Return how many characters the tokens from `first` to before `last` have."""
    return sum(side.ends[first:last]) - sum(side.starts[first:last])


def _share(missing: int, changed: int, instead: int) -> int:
    """Return how many of the `instead` tokens that replaced `changed` ones belong to the `missing` of a passage."""
    if not 0 < instead <= _HUNK:
        return 0
    return min(round(instead * missing / changed), 2 * missing + 6)


class _Reanchor:
    """Finds passages of one version of a text in another."""

    def __call__(self, old_text: str, new_text: str, start: int, end: int) -> Place | None:
        """Return where ``old_text[start:end]`` stands in `new_text`, and the confidence; None when it is gone.

        Aligns the whole texts: for several passages use :meth:`batch`.
        """
        return self.batch(old_text, new_text, ((start, end),))[0]

    @staticmethod
    def batch(old_text: str, new_text: str, spans: Iterable[tuple[int, int]]) -> list[Place | None]:
        """Return the place of each of `spans`, aligning the two texts once."""
        if old_text == new_text:
            return [(start, end, 1.0) for start, end in spans]
        mapped = DiffMap(old_text, new_text)
        return [mapped.place(start, end) for start, end in spans]


reanchor = _Reanchor()
