"""Moved stretches: what an alignment in order leaves without a partner, found elsewhere in the other string."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from storage.alignment import Region, Run, align, gaps, once, places, shared
from storage.tokens import Tokens

_GRAM = 6


def solid(runs: list[Run], old: Tokens, new: Tokens) -> list[Run]:
    """Return `runs` without those that may be chance: short, and no longer than what changed on either side of them.

    The latter, in characters, is the measure of the semantic cleanup in Neil Fraser's diff-match-patch.
    """
    whole = Region(0, len(old.ids), 0, len(new.ids))
    changes = [max(old.size(gap.old, gap.old_end), new.size(gap.new, gap.new_end)) for gap in gaps(runs, whole)]
    sizes = [old.size(run.old, run.old + run.length) for run in runs]
    return [
        run
        for number, run in enumerate(runs)
        if run.length >= _GRAM or sizes[number] > min(changes[number : number + 2])
    ]


def moved(a: str, b: str, runs: list[Run], beat: Callable[[], object]) -> list[Run]:
    """Return the runs that stand in both strings apart from `runs`, sorted; each token is in one at most."""
    free = _Free(a, b, runs)
    found = sorted(free.seeds(beat), key=lambda run: -run.length)
    taken = sorted(taken for run in found if (taken := free.take(run)))
    return sorted([*taken, *free.around(taken)])


class _Free:
    """The tokens of both strings that are in no run yet."""

    def __init__(self, a: str, b: str, runs: list[Run]) -> None:
        self.a, self.b = a, b
        self.old, self.new = bytearray(b"\1") * len(a), bytearray(b"\1") * len(b)
        for run in runs:
            self._use(run)

    def _use(self, run: Run) -> None:
        self.old[run.old : run.old + run.length] = self.new[run.new : run.new + run.length] = bytes(run.length)

    def seeds(self, beat: Callable[[], object]) -> list[Run]:
        """Return the stretches that stand once among the free tokens of each side."""
        return shared(_grams(self.a, self.old, beat), _grams(self.b, self.new, beat), _GRAM)

    def take(self, run: Run) -> Run | None:
        """Use what is still free of `run` and alike around it; None when nothing is."""
        old, end, shift = run.old, run.old + run.length, run.new - run.old
        while old < end and not self._same(old, old + shift):
            old += 1
        stop = old
        while stop < len(self.a) and stop + shift < len(self.b) and self._same(stop, stop + shift):
            stop += 1
        while old > 0 and old + shift > 0 and self._same(old - 1, old - 1 + shift):
            old -= 1
        taken = Run(old, old + shift, stop - old)
        self._use(taken)
        return taken if taken.length else None

    def _same(self, old: int, new: int) -> bool:
        return bool(self.old[old] and self.new[new]) and self.a[old] == self.b[new]

    def around(self, runs: list[Run]) -> Iterator[Run]:
        """Yield what is alike close around moved runs: no further off than the run is long, which vouches for it."""
        for run in runs:
            for region in (self._before(run), self._after(run)):
                for each in align(self.a[region.old : region.old_end], self.b[region.new : region.new_end]):
                    here = Run(region.old + each.old, region.new + each.new, each.length)
                    self._use(here)
                    yield here

    def _before(self, run: Run) -> Region:
        old, new = max(0, run.old - run.length), max(0, run.new - run.length)
        return Region(
            self.old.rfind(0, old, run.old) + 1 or old, run.old, self.new.rfind(0, new, run.new) + 1 or new, run.new
        )

    def _after(self, run: Run) -> Region:
        old, new = run.old + run.length, run.new + run.length
        old_end, new_end = self.old.find(0, old, old + run.length), self.new.find(0, new, new + run.length)
        return Region(
            old,
            old_end if old_end >= 0 else min(len(self.a), old + run.length),
            new,
            new_end if new_end >= 0 else min(len(self.b), new + run.length),
        )


def _grams(string: str, free: bytearray, beat: Callable[[], object]) -> dict[str, int]:
    """Return where the stretches of `_GRAM` free tokens stand; -1 when at several places."""
    share = bytes(_GRAM).replace(b"\0", b"\1")
    chosen = (place for place in places(string, 0, len(string) - _GRAM + 1) if free[place])
    return once(string, (place for place in chosen if free.startswith(share, place)), _GRAM, beat)
