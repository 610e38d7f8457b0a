"""The reading view: one widget that draws the rows on screen and nothing else, whatever the document's length.

It scrolls by place (block and row), never by a global row number, so opening, resizing and turning a page cost only
what is on screen. It knows the text, the caret and the layers over the text; it never calls the library.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.segment import Segment
from textual import events
from textual.geometry import Offset, Size
from textual.message import Message
from textual.strip import Strip

from storage.model import Range
from storage.text import Blocks, Text
from tui.reading.drawn import Drawn, strip_of
from tui.reading.highlights import Highlights
from tui.reading.layout import Layout, Place, Row
from tui.reading.page import MEASURE, Dimensions, Frame, Page
from tui.reading.paint import GUTTER, Styles
from tui.reading.selection import Selection
from tui.reading.syntax import is_behind

_PAUSE = 0.02
"""Seconds between two slices of a long block of code being coloured."""


class ReadingView(Drawn, Page, can_focus=True):
    """Draws a document and holds the caret. Its attributes are set by the screen, followed by `refresh_frame`."""

    class Pointed(Message):
        """The mouse put the caret at `offset`; `extend` while dragging."""

        def __init__(self, offset: int, *, extend: bool) -> None:
            self.offset = offset
            self.extend = extend
            super().__init__()

    class Wheeled(Message):
        """The wheel turned by `rows`."""

        def __init__(self, rows: int) -> None:
            self.rows = rows
            super().__init__()

    class Resized(Message):
        """The view has a new size; its rows have moved."""

    def __init__(self, styles: Styles, *, measure: int = MEASURE, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.wear(styles)
        self.measure = measure
        self.indented = False
        self.focus_unit = ""
        self.text = Text("", Blocks())
        self.layout_rows = Layout(self.text, MEASURE)
        self.highlights = Highlights()
        self.selection = Selection(0, 0)
        self.active = ""
        self.matches: Sequence[Range] = ()
        self.match: Range | None = None
        self.hints: dict[str, int] = {}
        self.keep_visible: int | None = None
        self.top = Place(0, 0)
        self.left = 0
        self._wanted_top = 0
        self._fitted = self.top
        self._fitted_size: Dimensions = Size(0, 0)
        self._frame: Frame | None = None
        self._stale = True
        self._dragging = self._coloring = False

    def wear(self, styles: Styles) -> None:
        """Take the colours of a theme."""
        self.look, self.base = styles, styles.base
        self.refresh_frame()

    def show(self, text: Text, top: int = 0, caret: int = 0) -> None:
        """Show another text with `top` on the first row and the caret at `caret`."""
        self.text = text
        self.selection = Selection(caret, caret)
        self.active, self.matches, self.match = "", (), None
        self._wanted_top = top
        self._fit()
        self.reveal(caret)

    def show_rest(self, text: Text, offset: Callable[[int], int] = int) -> None:
        """Show the whole of the text whose beginning is shown; nothing on screen moves.

        `offset` tells where in it an offset is that was one of the beginning.
        """
        top = offset(self.top_offset)
        self.text = text
        self.selection = Selection(*map(offset, self.selection))
        before = self.layout_rows
        self.layout_rows = Layout(text, before.width, indented=self.indented, wide=before.wide)
        self.top = self._fitted = self.layout_rows.place(top)
        self._wanted_top = top
        self.refresh_frame()

    def show_top(self, top: int) -> None:
        """Put the row that holds offset `top` on the first row of the screen."""
        self.top = self.layout_rows.place(top) if len(self.text.blocks) else Place(0, 0)
        self.refresh_frame()

    def set_measure(self, measure: int) -> None:
        """Change the width of the text column, keeping the top row's text at the top."""
        self._keep_top()
        self.measure = measure
        self._fit()
        self.reveal(self.selection.head)

    def set_indented(self, *, indented: bool) -> None:
        """Part paragraphs by an indent, or by a blank row."""
        self._keep_top()
        self.indented = indented
        self._fit()
        self.reveal(self.selection.head)

    @property
    def bottom_offset(self) -> int:
        """Offset after the last character shown."""
        rows = self.frame.rows
        return rows[-1].end if rows else 0

    def refresh_frame(self) -> None:
        """Have the frame made anew; `catch_up` then sends what differs."""
        self._frame = None
        self._stale = True

    def catch_up(self) -> None:
        """Draw the frame where it was made anew, and have only the rows that differ painted.

        A paint may come before the word of a new size: it is drawn for that size.
        """
        resized = self._keep_fit()
        if not self._stale:
            return
        self._stale = False
        width, height = self.size
        frame = self.frame
        before, self.rows = self.rows, [self._draw(frame, y, width) for y in range(height)]
        if not resized:  # else all of it is painted anyway
            self.paint_changed(before)
        rows = frame.rows
        if self.syntax and not self._coloring and rows and is_behind(self.text, rows[0].start, rows[-1].end + 1):
            self._coloring = True
            self.set_timer(_PAUSE, self._color_on)

    def _color_on(self) -> None:
        self._coloring = False
        self.refresh_frame()
        self.catch_up()

    def caret_place(self) -> Offset | None:
        """Return the screen cell of the caret, None where it is not on screen."""
        if not len(self.text.blocks):
            return None
        start = self.caret_range().start
        y = self.frame.row_of(start)
        if y is None:
            return None
        cell = self.layout_rows.cell(self.frame.rows[y], start)
        if not 0 <= cell <= self.layout_rows.wide:
            return None
        x = self.left + GUTTER + cell
        return self.content_region.offset + Offset(x, y)

    def scroll_rows(self, delta: int) -> None:
        """Move the text by `delta` rows under a caret that stays where it is."""
        self.top = self.layout_rows.move(self.top, delta)
        if delta > 0:
            self._keep_full()
        self.refresh_frame()

    def visible_caret(self) -> int:
        """Return the caret's offset, or the nearest offset on screen where the caret is not."""
        place = self.layout_rows.place(self.selection.head)
        rows = self.layout_rows.distance(self.top, place, 2 * self.size.height)
        if 0 <= rows < self.size.height:
            return self.selection.head
        shown = [row for row in self.frame.rows if row.kind != "gap"]
        return shown[0 if rows < 0 else -1].start if shown else self.selection.head

    def _draw(self, frame: Frame, y: int, width: int) -> Strip:
        strip = strip_of(self.drawn(frame, y), width, self.look.base)
        if self.hints and y < len(frame.rows):
            strip = self._labelled(strip, frame.rows[y], self.following(frame, y)).crop(0, width)
        return strip

    def _labelled(self, strip: Strip, row: Row, following: int) -> Strip:
        """Lay labels over a row: in the gutter for what begins the row, else from the space before it on."""
        for label, offset in self.hints.items():
            if row.kind == "gap" or not row.start <= offset < max(following, row.start + 1):
                continue
            cell = self.layout_rows.cell(row, offset)
            if not 0 <= cell <= self.layout_rows.wide:
                continue  # of a wide table, and not to be seen
            x = self.left if offset == row.start else self.left + GUTTER + cell - 1
            over = Strip([Segment(label, self.look.hint)])
            strip = Strip.join([strip.crop(0, x), over, strip.crop(x + len(label), strip.cell_length)])
        return strip

    def on_screen(self) -> tuple[list[int], int, int]:
        """Return the blocks on screen, and the first and the last offset shown."""
        rows = self.frame.rows
        if not rows:
            return [], 0, 0
        return sorted({row.block for row in rows if row.kind == "text"}), rows[0].start, rows[-1].end

    def on_resize(self, event: events.Resize) -> None:
        """Lay out for the new size, and say so."""
        event.stop()
        self._keep_fit()
        self.post_message(self.Resized())

    def _offset_at(self, event: events.MouseEvent) -> int | None:
        rows = self.frame.rows
        if not rows:
            return None
        row = rows[min(max(0, event.y), len(rows) - 1)]
        return self.layout_rows.offset_at(row, max(0, event.x - self.left - GUTTER))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Put the caret under the pointer."""
        offset = self._offset_at(event)
        if offset is not None:
            self._dragging = True
            self.capture_mouse()
            self.post_message(self.Pointed(offset, extend=event.shift))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Extend the selection while the button is held."""
        offset = self._offset_at(event) if self._dragging else None
        if offset is not None:
            self.post_message(self.Pointed(offset, extend=True))

    def on_mouse_up(self) -> None:
        """End a drag."""
        self._dragging = False
        self.release_mouse()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll by three rows."""
        event.stop()
        self.post_message(self.Wheeled(3))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll back by three rows."""
        event.stop()
        self.post_message(self.Wheeled(-3))
