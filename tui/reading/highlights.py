"""The highlights of one document, indexed so that a screenful is found without looking at the others. Pure."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
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


class Highlights:
    """Marks sorted by start, longest first, with a running maximum of ends: overlaps are found by two bisections."""

    def __init__(
        self,
        annotations: Sequence[Annotation] = (),
        color: Callable[[Annotation], str] = lambda one: one.color or "yellow",
        by: Callable[[Annotation], str] = lambda _: "",
    ) -> None:
        marks = [
            Mark(piece.start, piece.end, annotation, color(annotation), by(annotation))
            for annotation in annotations
            if annotation.state != "orphan"
            for piece in annotation.ranges
        ]
        marks.sort(key=lambda mark: (mark.start, -mark.end, mark.annotation.created, mark.annotation.uuid))
        self.marks = marks
        self._starts = array("I", (mark.start for mark in marks))
        self._reach = array("I")
        reach = 0
        for mark in marks:
            reach = max(reach, mark.end)
            self._reach.append(reach)

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
