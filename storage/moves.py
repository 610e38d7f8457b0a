"""Moved stretches: what an alignment in order leaves without a partner, found elsewhere in the other string."""

from __future__ import annotations

from storage.alignment import Region, Run, align, gaps
from storage.tokens import Tokens

_GRAM = 6


def solid(runs: list[Run], old: Tokens, new: Tokens) -> list[Run]:
    """Return `runs` without those that are chance: no longer than what was changed on either side of them.

    This is the semantic cleanup of Neil Fraser's diff-match-patch; lengths are in characters.
    """
    kept: list[tuple[Run, int]] = []  # each with the size of the change before it
    whole = Region(0, len(old.ids), 0, len(new.ids))
    changes = [max(old.size(gap.old, gap.old_end), new.size(gap.new, gap.new_end)) for gap in gaps(runs, whole)]
    for number, run in enumerate(runs):
        before, after = changes[number], changes[number + 1]
        size = old.size(run.old, run.old + run.length)
        if size > min(before, after):
            kept.append((run, before))
    return [run for run, _ in kept]


def moved(a: str, b: str, runs: list[Run]) -> list[Run]:
    """Return the runs that stand in both strings apart from `runs`, in any order; each token is in one at most."""
    free = _Free(a, b, runs)
    found = free.seeds()
    found.sort(key=lambda run: -run.length)
    taken = [taken for run in found if (taken := free.take(run))]
    return sorted(taken + free.between(sorted(taken)))


class _Free:
    """The tokens of both strings that are in no run yet."""

    def __init__(self, a: str, b: str, runs: list[Run]) -> None:
        self.a, self.b = a, b
        self.old, self.new = bytearray(b"\1") * len(a), bytearray(b"\1") * len(b)
        for run in runs:
            self._use(run)

    def _use(self, run: Run) -> None:
        self.old[run.old : run.old + run.length] = self.new[run.new : run.new + run.length] = bytes(run.length)

    def seeds(self) -> list[Run]:
        """Return the stretches that stand once among the free tokens of each side."""
        mine = _grams(self.a, self.old)
        others = _grams(self.b, self.new)
        pairs = (
            Run(place, others[gram], _GRAM) for gram, place in mine.items() if place >= 0 and others.get(gram, -1) >= 0
        )
        found: list[Run] = []
        for run in pairs:
            last = found[-1] if found else None
            if last and run.old - run.new == last.old - last.new and run.old <= last.old + last.length:
                found[-1] = Run(last.old, last.new, run.old + _GRAM - last.old)
            else:
                found.append(run)
        return found

    def take(self, run: Run) -> Run | None:
        """Use what is still free of `run`, and the same tokens around it; None when that is nothing."""
        old, new, end = run.old, run.new, run.old + run.length
        shift = new - old
        while old < end and not (self.old[old] and self.new[old + shift]):
            old += 1
        stop = old
        while stop < len(self.a) and stop + shift < len(self.b) and self._same(stop, stop + shift):
            stop += 1
        if stop == old:
            return None
        while old > 0 and old + shift > 0 and self._same(old - 1, old - 1 + shift):
            old -= 1
        taken = Run(old, old + shift, stop - old)
        self._use(taken)
        return taken

    def _same(self, old: int, new: int) -> bool:
        return bool(self.old[old] and self.new[new]) and self.a[old] == self.b[new]

    def between(self, runs: list[Run]) -> list[Run]:
        """Return what is alike in the small gaps between runs that moved together, and just around them."""
        found: list[Run] = []
        for run in runs:
            for region in (self._before(run), self._after(run)):
                for each in align(self.a[region.old : region.old_end], self.b[region.new : region.new_end]):
                    here = Run(region.old + each.old, region.new + each.new, each.length)
                    self._use(here)
                    found.append(here)
        return found

    def _before(self, run: Run) -> Region:
        old, new = run.old, run.new
        while old > 0 and self.old[old - 1] and run.old - old < run.length:
            old -= 1
        while new > 0 and self.new[new - 1] and run.new - new < run.length:
            new -= 1
        return Region(old, run.old, new, run.new)

    def _after(self, run: Run) -> Region:
        old, new = run.old + run.length, run.new + run.length
        old_end, new_end = old, new
        while old_end < len(self.a) and self.old[old_end] and old_end - old < run.length:
            old_end += 1
        while new_end < len(self.b) and self.new[new_end] and new_end - new < run.length:
            new_end += 1
        return Region(old, old_end, new, new_end)


def _grams(string: str, free: bytearray) -> dict[str, int]:
    """Return where the stretches of `_GRAM` free tokens stand; -1 when at several places."""
    found: dict[str, int] = {}
    at = free.find(1)
    while at >= 0:
        end = free.find(0, at)
        end = len(free) if end < 0 else end
        for place in range(at, end - _GRAM + 1):
            gram = string[place : place + _GRAM]
            found[gram] = -1 if gram in found else place
        at = free.find(1, end)
    return found
