"""A table of figures: walked cell by cell, with bars and sparklines beside them where there is room."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import chain

from textual.strip import Strip

from storage.analysis.analyses import ANALYSES, analysing
from storage.analysis.coding import Coding
from storage.analysis.table import Row, Table, figure
from storage.analysis.units import Sentences
from storage.query import parse
from tui.boards.base import Board, BoardStyles
from tui.reading import cells
from tui.session import Session
from tui.widgets.lines import Piece, clip, line

LEVELS = "▁▂▃▄▅▆▇█"
_LABEL = 34
"""Cells that the name of a row takes at most; of a narrow window a third."""
_FIGURES = 16
"""Cells that a column takes at most."""
_GAP = 2
_BAR = 20
_LEAST_BAR = 6
_FIRST = 0.05
"""Seconds of counting before a table is drawn."""

NOTHING = Table("", "", "", (), ())


class TableBoard(Board):
    """One of the tables that there are, of the annotations that the filter lets through."""

    scope = "table"
    orders = ("as they come", "the chosen column, most first")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.name = next(iter(ANALYSES))
        self.by = ""
        self.beneath = False
        self.column = 0
        self.table = NOTHING
        self._order: Sequence[int] = ()
        self._first_column = 0
        self._label = 0
        self._columns: list[tuple[int, int]] = []
        self._most: float = 0
        self._coding: Coding | None = None
        self.sentences = Sentences(session.library.snapshots)
        self._work: Iterator[str] = iter(())
        self._counted: object = None
        self._doing = ""
        self._gathered = False
        self.reload()

    def __len__(self) -> int:
        return len(self._order)

    def uuid(self, index: int) -> str:
        """Return a row's key: no two rows have one."""
        return self.table.rows[self._order[index]].key

    def choices(self) -> list[tuple[str, str]]:
        """Return the tables there are: name, and what it counts."""
        return [(each.name, each.about) for each in ANALYSES.values()]

    def show(self, name: str) -> None:
        """Show another table."""
        self.name, self.by = name, ""
        self.chosen = self.first = self.column = self._first_column = 0
        self.marked.clear()
        self._make()

    def next_by(self, times: int) -> str:
        """Take the table by the next of its choices, and return what to say."""
        choices = self.by_choices()
        if not choices:
            return f"{self.table.title} are counted in one way only. t shows the other tables."
        now = choices.index(self.table.by) if self.table.by in choices else 0
        self.by = choices[(now + times) % len(choices)]
        self._make()
        return "" if self.more else self.table.title

    def by_choices(self) -> Sequence[str]:
        """Return what the table can be taken by."""
        return ANALYSES[self.name].by(self._coding) if self._coding is not None else ()

    def toggle_beneath(self) -> str:
        """Count sub-tags under the tags above them, or not, and return what to say."""
        self.beneath = not self.beneath
        self.reload()
        return "Sub-tags count under the tags above them too." if self.beneath else "Each tag counts by itself."

    def filter(self, source: str) -> str:
        """Count only what a query matches. Raises UsageError and changes nothing for a bad one."""
        parse(source)
        return super().filter(source)

    def reload(self) -> None:
        """Count anew what has changed; what takes longer is counted in slices, and the old table shown meanwhile."""
        library, people = self.session.library, self.session.people
        state = library.revision, people.state, library.links_state, self.query, self.beneath
        if state == self._counted:
            return
        self._counted = state
        among, sentences = people.visible, self.sentences
        self._coding = Coding(library, self.query, beneath=self.beneath, among=among, sentences=sentences)
        self._gathered = False
        self._begin(chain(self._gather(self._coding), self._count(self._coding)))

    def _begin(self, work: Iterator[str]) -> None:
        self._work, self.more = work, True
        self.step(_FIRST)

    def _gather(self, coding: Coding) -> Iterator[str]:
        for done in coding.gather():
            yield f"{done} of {len(coding.documents)} documents"

    def step(self, seconds: float) -> None:
        """Go on counting for about so long."""
        end = time.monotonic() + seconds
        for doing in self._work:
            self._doing = doing
            if time.monotonic() > end:
                return
        self.more = False

    def finish(self) -> None:
        """Count to the end."""
        while self.more:
            self.step(1.0)

    def _make(self) -> None:
        """Make another table of what is gathered; where that is under way, the table comes after it."""
        if self._coding is None or (self.more and not self._gathered):
            return
        self._begin(self._count(self._coding))

    def _count(self, coding: Coding) -> Iterator[str]:
        """Make the table, and show it; yields how far that is. What is asked for is asked when all is gathered."""
        self._gathered = True
        if self.by not in self.by_choices():
            self.by = ""
        steps = analysing(coding, self.name, self.by)
        while True:
            try:
                done = next(steps)
            except StopIteration as last:
                chosen = self.uuid(self.chosen) if self.chosen < len(self) else ""
                self.table = last.value
                self.go(0)
                self._arrange()
                self.keep_chosen(chosen)
                return
            yield f"{round(100 * done)} %"

    def _arrange(self) -> None:
        rows = self.table.rows
        kept = [index for index, row in enumerate(rows) if any(row.cells) or not self.query]
        if self.order and self.table.columns:
            kept.sort(key=lambda index: -(rows[index].cells[self.column] or 0))
        self._order = kept

    def next_order(self) -> str:
        """Take the next order and return its name."""
        self.order = (self.order + 1) % len(self.orders)
        self._arrange()
        return self.orders[self.order]

    def go(self, step: int) -> None:
        """Go some columns to the right, or to the left."""
        self.column = max(0, min(self.column + step, len(self.table.columns) - 1))
        if step and self.order:
            self._arrange()

    def cell(self) -> tuple[list[str], str]:
        """Return the annotations behind the chosen cell, and what they are."""
        self.finish()
        if not len(self) or not self.table.columns:
            return [], ""
        index = self._order[min(self.chosen, len(self) - 1)]
        row = self.table.rows[index]
        about = (
            f"{row.label} · {self.table.columns[self.column]} · {self.table.title} {figure(row.cells[self.column])}:"
        )
        return self.table.members(index, self.column), about

    def shown(self) -> Table:
        """Return the table as it is shown, or its marked rows."""
        marked = [index for index in self._order if self.table.rows[index].key in self.marked]
        return self.table.only(marked or self._order)

    def header(self) -> str:
        """Return what is counted, of what."""
        total = len(self._coding.items) if self._coding is not None else 0
        if self.more:
            return f"{self.table.title or 'Tables'}  counting: {self._doing}"
        parts = [f"{self.table.title}  of {total} annotation{'s' if total != 1 else ''}"]
        parts += [f"that match {self.query}"] if self.query else []
        parts += ["sub-tags count above"] if self.beneath else []
        parts += [f"{len(self.marked)} marked"] if self.marked else []
        return " · ".join([*parts, *(self.table.notes[:1] if len(self) else ())])

    def empty(self) -> str:
        """Return how to have something to count."""
        if self.table.notes:
            return self.table.notes[0]
        return super().empty() if self.query else "Nothing to count yet. esc goes to the text, t tags a passage there."

    def _width(self, column: int) -> int:
        """Return the cells of a column: its head's, or those of its longest figure."""
        longest = max((len(figure(row.cells[column])) for row in self.table.rows), default=1)
        return _GAP + max(longest, min(_FIGURES, cells.width(self.table.columns[column])))

    def _spread(self, width: int) -> tuple[int, list[tuple[int, int]]]:
        """Return the cells of the rows' names, and the columns that fit beside them with theirs."""
        label = min(_LABEL, width // 3)
        self._first_column = min(self._first_column, self.column)
        while True:
            fits: list[tuple[int, int]] = []
            used = label + 3
            for column in range(self._first_column, len(self.table.columns)):
                used += self._width(column)
                if used > width and fits:
                    break
                fits.append((column, self._width(column)))
            if not fits or fits[-1][0] >= self.column:
                return label, fits
            self._first_column += 1

    def heads(self, width: int, look: BoardStyles) -> Strip:
        """Return the names of the columns."""
        self._label, self._columns = self._spread(width)
        self._most = self._mosts()
        pieces: list[Piece] = [("   ", look.base), (_left(self.table.corner, self._label), look.dim)]
        for column, wide in self._columns:
            style = look.strong if column == self.column else look.dim
            pieces.append((_right(self.table.columns[column], wide), style))
        return line(pieces, width, look.base)

    def _mosts(self) -> float:
        column = self.column if self.table.columns else None
        return max((row.cells[column] or 0 for row in self.table.rows), default=0) if column is not None else 0

    def draw(self, index: int, width: int, look: BoardStyles, *, chosen: bool) -> list[Strip]:
        """Return a row: its name, its figures, and what they look like."""
        row = self.table.rows[self._order[index]]
        mark = look.dot if row.key in self.marked else " "
        used = 3 + self._label
        pieces: list[Piece] = [
            (look.chosen if chosen else " ", look.accent),
            (f"{mark} ", look.accent),
            (_left(row.label, self._label), look.strong if chosen else look.base),
        ]
        for column, wide in self._columns:
            here = chosen and column == self.column
            style = look.accent if here else look.base if row.cells[column] else look.dim
            used += wide
            pieces.append((_right(figure(row.cells[column]), wide), style))
            if here:
                self.cursor = min(width - 1, used - 1)
        if width - used - _GAP >= _LEAST_BAR:
            picture = self._picture(row, min(_BAR, width - used - _GAP))
            pieces += [("  ", look.base), (picture, look.accent if chosen else look.dim)]
        return [line(pieces, width, look.base)]

    def _picture(self, row: Row, width: int) -> str:
        """Return a row of times as a sparkline, else the chosen figure as a bar."""
        if self.table.series:
            return sparkline(row.cells, width)
        value = row.cells[self.column] if self.table.columns else 0
        return bar(value or 0, self._most, width)


def bar(value: float, most: float, width: int) -> str:
    """Return a bar of at most `width` cells; what is more than nothing has one."""
    if value <= 0 or most <= 0:
        return ""
    return "▰" * max(1, round(width * value / most))


def sparkline(values: Sequence[float | None], width: int) -> str:
    """Return a column of one of eight heights for each value; where they are too many, for each run of them."""
    each = -(-len(values) // width) if values else 1
    runs = [int(sum(value or 0 for value in values[at : at + each])) for at in range(0, len(values), each)]
    most = max(runs, default=0)
    if not most:
        return ""
    return "".join(LEVELS[-(-run * len(LEVELS) // most) - 1] if run > 0 else " " for run in runs)


def _left(string: str, width: int) -> str:
    shown = clip(string, width)
    return shown + " " * (width - cells.width(shown))


def _right(string: str, width: int) -> str:
    shown = clip(string, width - _GAP)
    return " " * (width - cells.width(shown)) + shown
