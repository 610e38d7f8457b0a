"""Where passages of an old version of a text stand in a new one.

The two versions are aligned once, token by token, for all passages. A passage goes where most of its words went, in
their order; if too little of it is left anywhere it has no place, rather than a wrong one.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator

from storage.alignment import Run, align
from storage.moves import moved, solid
from storage.tokens import Vocabulary, tokens

Place = tuple[int, int, float]
"""A half-open range of the new text, and the confidence that it is the passage, from 0 to 1."""

MIN_KEPT = 0.5
_FAR = 0.15
_SLACK = 20
_LOOK_BACK = 64


class DiffMap:
    """The alignment of `old_text` with `new_text`. Offsets are code points, ranges half-open."""

    def __init__(self, old_text: str, new_text: str) -> None:
        vocabulary = Vocabulary()
        self.old, self.new = tokens(old_text, vocabulary), tokens(new_text, vocabulary)
        a, b = self.old.ids, self.new.ids
        runs = align(a, b)
        elsewhere = moved(a, b, solid(runs, self.old, self.new))
        self._partners = array("i", (-1,)) * len(a)
        owned = bytearray(len(b))
        for run in elsewhere:
            self._partners[run.old : run.old + run.length] = array("i", range(run.new, run.new + run.length))
            owned[run.new : run.new + run.length] = b"\1" * run.length
        for run in runs:
            for step in range(run.length):
                if self._partners[run.old + step] < 0 and not owned[run.new + step]:
                    self._partners[run.old + step] = run.new + step

    def place(self, start: int, end: int) -> Place | None:
        """Return where ``old_text[start:end]`` stands now; None when it is gone."""
        first, last = self.old.within(start, end)
        if first == last:
            return None
        chain = self._chain(list(self._runs(first, last)))
        if not chain:
            return None
        size = sum(self.old.ends[i] - self.old.starts[i] for i in range(first, last))
        kept = sum(self._weight(run) for run in chain)
        if kept < MIN_KEPT * size:
            return None
        new_first, new_last = self._head(first, chain[0]), self._tail(last, chain[-1])
        new_size = sum(self.new.ends[i] - self.new.starts[i] for i in range(new_first, new_last))
        confidence = 2 * kept / (size + new_size)
        return self.new.starts[new_first], self.new.ends[new_last - 1], confidence

    def _runs(self, first: int, last: int) -> Iterator[Run]:
        partners = self._partners
        begin = first
        for at in range(first, last):
            if at + 1 < last and partners[at] >= 0 and partners[at + 1] == partners[at] + 1:
                continue
            if partners[at] >= 0:
                yield Run(begin, partners[begin], at + 1 - begin)
            begin = at + 1

    def _weight(self, run: Run) -> int:
        return sum(self.old.ends[i] - self.old.starts[i] for i in range(run.old, run.old + run.length))

    def _chain(self, runs: list[Run]) -> list[Run]:
        """Return the runs that go on in order and not far from each other, of the most weight."""
        best: list[float] = []
        before: list[int] = []
        for number, run in enumerate(runs):
            value, link = 0.0, -1
            for other in range(number - 1, max(-1, number - 1 - _LOOK_BACK), -1):
                if runs[other].new + runs[other].length <= run.new:
                    far = best[other] - self._far(runs[other], run)
                    if far > value:
                        value, link = far, other
            best.append(value + self._weight(run))
            before.append(link)
        if not runs:
            return []
        at = best.index(max(best))
        chain: list[Run] = []
        while at >= 0:
            chain.append(runs[at])
            at = before[at]
        return chain[::-1]

    def _far(self, one: Run, other: Run) -> float:
        gap = self.new.starts[other.new] - self.new.ends[one.new + one.length - 1]
        was = self.old.starts[other.old] - self.old.ends[one.old + one.length - 1]
        return _FAR * max(0, gap - was - _SLACK)

    def _head(self, first: int, run: Run) -> int:
        """Return the first token of the passage in the new text; `run` is its first that is left."""
        missing = run.old - first
        if not missing:
            return run.new
        hunk = first
        while hunk > 0 and not 0 <= self._partners[hunk - 1] < run.new:
            hunk -= 1
            if first - hunk > 400:
                break
        begin = self._partners[hunk - 1] + 1 if hunk else 0
        if run.new - begin > 400 or begin < 0:
            return run.new
        share = round((run.new - begin) * missing / (run.old - hunk))
        return run.new - min(share, 2 * missing + 6)

    def _tail(self, last: int, run: Run) -> int:
        """Return the token after the passage in the new text; `run` is its last that is left."""
        stop, end = run.old + run.length, run.new + run.length
        missing = last - stop
        if not missing:
            return end
        hunk = last
        while hunk < len(self._partners) and self._partners[hunk] < end:
            hunk += 1
            if hunk - last > 400:
                break
        limit = self._partners[hunk] if hunk < len(self._partners) else len(self.new.ids)
        if limit - end > 400 or limit < end:
            return end
        share = round((limit - end) * missing / (hunk - stop))
        return end + min(share, 2 * missing + 6)


def reanchor(old_text: str, new_text: str, start: int, end: int) -> Place | None:
    """Return where ``old_text[start:end]`` stands in `new_text`, and the confidence; None when it is gone."""
    return batch(old_text, new_text, ((start, end),))[0]


def batch(old_text: str, new_text: str, spans: Iterable[tuple[int, int]]) -> list[Place | None]:
    """Return the place of each of `spans`, as :func:`reanchor` does, aligning the two texts once."""
    if old_text == new_text:
        return [(start, end, 1.0) for start, end in spans]
    mapped = DiffMap(old_text, new_text)
    return [mapped.place(start, end) for start, end in spans]


reanchor.batch = batch  # type: ignore[attr-defined]  # one function for one passage and for many
