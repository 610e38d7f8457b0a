"""What the lists of passages have in common: the library search, the concordance, the repeated passages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from storage.marking import Passage
from storage.model import Annotation, Range
from tui.boards.base import Board


class PassagesBoard(Board):
    """A list whose rows stand for passages, which can be shown in their texts, highlighted and tagged."""

    scope = "passages"

    def passages(self, index: int) -> Sequence[Passage]:
        """Return the passages that a row stands for; none where it stands for a title or a note."""
        raise NotImplementedError

    def marked_rows(self) -> list[int]:
        """Return which rows are marked."""
        return [index for index in range(len(self)) if self.uuid(index) in self.marked] if self.marked else []

    def gathered(self) -> list[Passage]:
        """Return the passages of the marked rows, else of the chosen one."""
        rows = self.marked_rows() or ([self.chosen] if self.chosen < len(self) else [])
        return [passage for index in rows for passage in self.passages(index)]

    def table(self, rows: Sequence[int]) -> Iterable[Sequence[object]]:
        """Return rows of the list as a table, the names of its columns first."""
        raise NotImplementedError

    def titles(self) -> dict[str, str]:
        """Return the titles of the documents by uuid."""
        return {each.uuid: each.title for each in self.session.library.documents()}

    def ready(self) -> bool:
        """Tell whether all that is to be marked is marked; may wait for that a little."""
        return True

    def annotation(self) -> Annotation | None:
        """Return the chosen row as something whose place can be shown."""
        found = self.passages(self.chosen) if self.chosen < len(self) else ()
        if not found:
            return None
        place = Range(found[0].start, found[0].end)
        return Annotation(self.uuid(self.chosen), found[0].document, ranges=(place,), text=found[0].version)

    def places(self) -> list[Range]:
        """Return where in the chosen row's document passages of the list stand, in order."""
        found = self.passages(self.chosen)
        document = found[0].document if found else ""
        rows = (self.passages(index) for index in range(len(self)))
        return sorted({Range(one.start, one.end) for row in rows for one in row if one.document == document})

    def said_marked(self) -> str:
        """Return how many rows are marked, to be put behind the header."""
        return f" · {len(self.marked)} marked" if self.marked else ""
