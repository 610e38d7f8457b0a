"""One page of a document: where its rows stand in a view of some size, and what lies over them. No Textual.

The reading view is a page; so is what is shown before the app is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rich.segment import Segment

from storage.model import Range
from storage.sentences import sentence_at
from storage.text import Text
from tui.reading import cells
from tui.reading.highlights import Highlights
from tui.reading.layout import Layout, Place, Row
from tui.reading.paint import GUTTER, Layers, Styles, content, gutter, indent
from tui.reading.selection import Selection
from tui.reading.syntax import tokens

MARGIN = 2
"""Rows kept between the caret and the view's edge while moving by rows."""
MEASURE = 72
"""Cells of the text column, unless the reader sets another."""
_NARROWEST = 8


class Dimensions(Protocol):
    """A size in cells."""

    @property
    def width(self) -> int:
        """Columns."""

    @property
    def height(self) -> int:
        """Rows."""


class Frame:
    """What is on screen now: the rows from the top down and the layers over them."""

    __slots__ = ("layers", "rows")

    def __init__(self, rows: list[Row], layers: Layers) -> None:
        self.rows = rows
        self.layers = layers

    def row_of(self, offset: int) -> int | None:
        """Return the screen row that shows `offset`, None where it is not on screen."""
        found = None
        for y, row in enumerate(self.rows):
            if row.kind == "gap":
                continue
            if row.start > offset:
                break
            found = y
        last = self.rows[found] if found is not None else None
        if last is not None and found == len(self.rows) - 1 and offset > last.end + 1:
            return None
        return found


class Page:
    """A view's part of a text; who mixes it in has a `size` and sets the other attributes."""

    look: Styles
    measure: int
    indented: bool
    focus_unit: str
    syntax = False
    """Whether code is coloured: not before the first paint is out."""
    text: Text
    layout_rows: Layout
    highlights: Highlights
    selection: Selection
    active: str
    matches: Sequence[Range]
    match: Range | None
    top: Place
    left: int
    _wanted_top: int
    _fitted: Place
    _frame: Frame | None
    _fitted_size: Dimensions
    keep_visible: int | None

    @property
    def size(self) -> Dimensions:
        """The size of the view, in cells."""
        raise NotImplementedError

    def refresh_frame(self) -> None:
        """Have the frame made anew."""
        self._frame = None

    def _fit(self) -> None:
        width = max(_NARROWEST, min(self.measure, self.size.width - GUTTER - 1))
        self.left = max(0, (self.size.width - width - GUTTER) // 2)
        wide = self.size.width - GUTTER - 1 - self.left
        self.layout_rows = Layout(self.text, width, indented=self.indented, wide=wide)
        self.top = self.layout_rows.place(self._wanted_top) if len(self.text.blocks) else Place(0, 0)
        self._fitted, self._fitted_size = self.top, self.size
        self.refresh_frame()

    def _keep_fit(self) -> bool:
        """Lay out for a new size, if there is one; what is worked on, or the caret if it was there, stays on screen.

        At first the caret is brought there.
        """
        if self.size == self._fitted_size:
            return False
        first = not self._fitted_size.height
        seen = first or (self._frame is not None and self._frame.row_of(self.selection.head) is not None)
        if len(self.text.blocks) and self._frame is not None:
            self._keep_top()
        self._fit()
        if self.keep_visible is not None:
            self.reveal(self.keep_visible)
        elif seen:
            self.reveal(self.selection.head, margin=0)
        return True

    def _keep_top(self) -> None:
        """Remember the top's offset, unless it is still the one that the last fit was made for."""
        if self.top != self._fitted:
            self._wanted_top = self.top_offset

    @property
    def top_offset(self) -> int:
        """Offset of the first character shown."""
        if not len(self.text.blocks):
            return 0
        return self.layout_rows.row(self.top).start

    @property
    def frame(self) -> Frame:
        """The rows and layers of the next paint."""
        self._keep_fit()
        if self._frame is None:
            self._frame = self._make_frame()
        return self._frame

    def _make_frame(self) -> Frame:
        if not len(self.text.blocks):
            return Frame([], Layers())
        rows = self.layout_rows.rows(self.top, max(1, self.size.height))
        start, end = rows[0].start, rows[-1].end + 1
        marks = self.highlights.between(start, end)
        shown = [match for match in self.matches if match.start < end and match.end > start]
        sentence, selection, caret = None, None, None
        if self.selection.empty:
            found = sentence_at(self.text, self.selection.head)
            sentence = Range(*found) if found else None
        else:
            selection = Range(self.selection.start, self.selection.end)
        caret = self.caret_range()
        code = tokens(self.text, start, end) if self.syntax else ()
        layers = Layers(marks, self.active, sentence, selection, shown, self.match, caret, self._focused(), code)
        return Frame(rows, layers)

    def _focused(self) -> Range | None:
        """Return what is not dimmed, None where nothing is."""
        if not self.focus_unit:
            return None
        if self.focus_unit == "paragraph":
            block = self.text.blocks[self.text.blocks.at(self.selection.head)]
            return Range(block.start, block.end)
        found = sentence_at(self.text, self.selection.head)
        return Range(*found) if found else Range(self.selection.head, self.selection.head)

    def caret_range(self) -> Range:
        """Return the cluster that the caret stands on; empty where a row's text has ended."""
        head = self.selection.head
        if not self.selection.empty and head == self.selection.end:
            head = cells.prev_grapheme(self.text.string, head)
        row = self.layout_rows.row(self.layout_rows.place(head))
        if head >= row.end:
            return Range(row.end, row.end)
        return Range(head, min(row.end, cells.next_grapheme(self.text.string, head)))

    def reveal(self, offset: int, *, margin: int = MARGIN) -> None:
        """Scroll as little as needed for `offset` to be on screen; a far jump puts it a third from the top."""
        height = self.size.height
        if not len(self.text.blocks) or height < 1:
            return
        margin = min(margin, (height - 1) // 3)
        self.layout_rows.show_sideways(offset)
        place = self.layout_rows.place(offset)
        rows = self.layout_rows.distance(self.top, place, 2 * height)
        if abs(rows) >= 2 * height - 1 or rows < -height:
            self.top = self.layout_rows.move(place, -(height // 3))
        elif rows < margin:
            self.top = self.layout_rows.move(place, -margin)
        elif rows > height - 1 - margin:
            self.top = self.layout_rows.move(self.top, rows - (height - 1 - margin))
        self._keep_full()
        self.refresh_frame()

    def _keep_full(self) -> None:
        """Do not scroll past the end: the last row stays at the bottom where the text is longer than the view."""
        last = self.layout_rows.last
        below = self.layout_rows.distance(self.top, last, self.size.height)
        if below < self.size.height - 1:
            self.top = self.layout_rows.move(last, -(self.size.height - 1))

    def following(self, frame: Frame, y: int) -> int:
        """Return the offset at which the row below row `y` starts."""
        rows = frame.rows
        return rows[y + 1].start if y + 1 < len(rows) else rows[y].end + 1

    def drawn(self, frame: Frame, y: int) -> list[Segment]:
        """Return row `y` of the view as far as there is something in it; nothing below the text."""
        if y >= len(frame.rows):
            return []
        row, layers = frame.rows[y], frame.layers
        margin = [Segment(" " * self.left, self.look.base)] if self.left else []
        return [
            *margin,
            *gutter(row, self.following(frame, y), layers, self.look),
            *indent(self.layout_rows, row, self.look),
            *content(self.layout_rows, row, layers, self.look),
        ]
