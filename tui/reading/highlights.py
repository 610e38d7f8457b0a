"""The highlights of one document, indexed so that a screenful is found without looking at the others. Pure."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from storage.model import Annotation


class Mark(NamedTuple):
    """One range of one annotation; an annotation of several ranges has several marks.

    `color` is the one it is shown in, `by` the margin letter of who made it, empty for the reader's own.
    """

    start: int
    end: int
    annotation: Annotation
    color: str = "yellow"
    by: str = ""


def _order(mark: Mark) -> tuple[int, int, str, str]:
    return mark.start, -mark.end, mark.annotation.created, mark.annotation.uuid


class Highlights:
    """Marks sorted by start, longest first, with a running maximum of ends: overlaps are found by two bisections."""

    def __init__(
        self,
        annotations: Sequence[Annotation] = (),
        color: Callable[[Annotation], str] = lambda one: one.color or "yellow",
        by: Callable[[Annotation], str] = lambda _: "",
    ) -> None:
        self._color, self._by = color, by
        self.marks = sorted(self._marks(annotations), key=_order)
        self._starts = array("I", [mark.start for mark in self.marks])
        self._ends = array("I", [mark.end for mark in self.marks])
        self._reach = array("I", accumulate(self._ends, max))

    def _marks(self, annotations: Iterable[Annotation]) -> list[Mark]:
        return [
            Mark(piece.start, piece.end, annotation, self._color(annotation), self._by(annotation))
            for annotation in annotations
            if annotation.state != "orphan"
            for piece in annotation.ranges
        ]

    def changed(self, gone: Sequence[Annotation], come: Sequence[Annotation]) -> Highlights:
        """Return these highlights without those of `gone` and with those of `come`."""
        made = Highlights((), self._color, self._by)
        made.marks, made._starts, made._ends = list(self.marks), self._starts[:], self._ends[:]
        first, last = len(made.marks), 0
        for mark in self._marks(gone):
            index = bisect_left(made.marks, _order(mark), key=_order)
            while made.marks[index].annotation.uuid != mark.annotation.uuid:
                index += 1
            del made.marks[index], made._starts[index], made._ends[index]
            first, last = min(first, index), max(last - (last > index), index)
        for mark in self._marks(come):
            index = bisect_left(made.marks, _order(mark), key=_order)
            made.marks.insert(index, mark)
            made._starts.insert(index, mark.start)
            made._ends.insert(index, mark.end)
            first, last = min(first, index), max(last + (last >= index), index)
        made._reach = self._reached(made._ends, first, last)
        return made

    def _reached(self, ends: array[int], first: int, last: int) -> array[int]:
        """Return the running maximum of `ends`, of which only those from `first` to `last` are not as here."""
        before, shift = self._reach, len(ends) - len(self._reach)
        reach, made = before[first - 1] if first else 0, before[:first]
        for index in range(first, len(ends)):
            reach = max(reach, ends[index])
            made.append(reach)
            if index > last and before[index - shift] == reach:
                return made + before[index - shift + 1 :]
        return made

    def between(self, start: int, end: int) -> list[Mark]:
        """Return the marks that share a character with ``[start, end)``, in order."""
        if end <= start:
            return []
        first = bisect_right(self._reach, start)
        last = bisect_left(self._starts, end)
        return [mark for mark in self.marks[first:last] if mark.end > start]

    def at(self, offset: int) -> list[Mark]:
        """Return the marks that hold the character at `offset`, the innermost (shortest) first."""
        return sorted(self.between(offset, offset + 1), key=lambda mark: (mark.end - mark.start, -mark.start))

    def after(self, offset: int, uuid: str = "") -> Mark | None:
        """Return the mark that follows `offset` in order; with `uuid`, the one after that annotation's at `offset`."""
        index = self._index(offset, uuid)
        start = index + 1 if index is not None else bisect_right(self._starts, offset)
        return self.marks[start] if start < len(self.marks) else None

    def before(self, offset: int, uuid: str = "") -> Mark | None:
        """Return the mark before `offset` in order; with `uuid`, the one before that annotation's at `offset`."""
        index = self._index(offset, uuid)
        end = index if index is not None else bisect_left(self._starts, offset)
        return self.marks[end - 1] if end > 0 else None

    def _index(self, offset: int, uuid: str) -> int | None:
        if uuid:
            for i in range(bisect_right(self._reach, max(0, offset)), bisect_right(self._starts, offset)):
                if self.marks[i].annotation.uuid == uuid and self.marks[i].end > offset:
                    return i
        return None

    def exactly(self, start: int, end: int) -> Annotation | None:
        """Return the annotation whose one range is just ``[start, end)``."""
        for mark in self.between(start, end):
            if (mark.start, mark.end) == (start, end) and len(mark.annotation.ranges) == 1:
                return mark.annotation
        return None
