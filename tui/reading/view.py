"""The reading view: one widget that draws the rows on screen and nothing else, whatever the document's length.

It scrolls by place (block and row), never by a global row number, so opening, resizing and turning a page cost only
what is on screen. It knows the text, the caret and the layers over the text; it never calls the library.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from textual import events
from textual.geometry import Offset, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from storage.model import Range
from storage.sentences import sentence_at
from storage.text import Blocks, Text
from tui.reading import cells
from tui.reading.highlights import Highlights
from tui.reading.layout import Layout, Place, Row
from tui.reading.paint import GUTTER, Layers, Styles, content, gutter, indent
from tui.reading.repaint import paint_changed
from tui.reading.selection import Selection

MARGIN = 2
"""Rows kept between the caret and the view's edge while moving by rows."""
MEASURE = 72
"""Cells of the text column, unless the reader sets another."""
_NARROWEST = 8


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


class ReadingView(Widget, can_focus=True):
    """Draws a document and holds the caret. Its attributes are set by the screen, followed by `refresh_frame`."""

    ALLOW_SELECT = False

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
        self.look = styles
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
        self._fitted_size = Size(0, 0)
        self._frame: Frame | None = None
        self._strips: list[Strip] = []
        self._stale = True
        self._dragging = False

    def wear(self, styles: Styles) -> None:
        """Take the colours of a theme."""
        self.look = styles
        self.refresh_frame()

    def show(self, text: Text, top: int = 0, caret: int = 0) -> None:
        """Show another text with `top` on the first row and the caret at `caret`."""
        self.text = text
        self.selection = Selection(caret, caret)
        self.active, self.matches, self.match = "", (), None
        self._wanted_top = top
        self._fit()
        self.reveal(caret)

    def show_rest(self, text: Text) -> None:
        """Show the whole of the text whose beginning is shown; nothing on screen moves."""
        top = self.top_offset
        self.text = text
        self.layout_rows = Layout(text, self.layout_rows.width, indented=self.indented)
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
    def top_offset(self) -> int:
        """Offset of the first character shown."""
        if not len(self.text.blocks):
            return 0
        return self.layout_rows.row(self.top).start

    @property
    def bottom_offset(self) -> int:
        """Offset after the last character shown."""
        rows = self.frame.rows
        return rows[-1].end if rows else 0

    def _keep_top(self) -> None:
        """Remember the top's offset, unless it is still the one that the last fit was made for."""
        if self.top != self._fitted:
            self._wanted_top = self.top_offset

    def _fit(self) -> None:
        width = max(_NARROWEST, min(self.measure, self.size.width - GUTTER - 1))
        self.left = max(0, (self.size.width - width - GUTTER) // 2)
        self.layout_rows = Layout(self.text, width, indented=self.indented)
        self.top = self.layout_rows.place(self._wanted_top) if len(self.text.blocks) else Place(0, 0)
        self._fitted, self._fitted_size = self.top, self.size
        self.refresh_frame()

    def _keep_fit(self) -> bool:
        """Lay out for a new size, if there is one; what is worked on, or the caret if it was there, stays on screen."""
        if self.size == self._fitted_size:
            return False
        seen = self._frame is not None and self._frame.row_of(self.selection.head) is not None
        if len(self.text.blocks) and self._frame is not None:
            self._keep_top()
        self._fit()
        if self.keep_visible is not None:
            self.reveal(self.keep_visible)
        elif seen:
            self.reveal(self.selection.head, margin=0)
        return True

    def refresh_frame(self) -> None:
        """Have the frame made anew; `repaint` then sends what differs."""
        self._frame = None
        self._stale = True

    def repaint(self) -> None:
        """Draw the frame where it was made anew, and have only the rows that differ painted.

        A paint may come before the word of a new size: it is drawn for that size.
        """
        resized = self._keep_fit()
        if not self._stale:
            return
        self._stale = False
        width, height = self.size
        frame = self.frame
        drawn = [self._draw(frame, y, width) for y in range(height)]
        before, self._strips = self._strips, drawn
        if not resized:  # else all of it is painted anyway
            paint_changed(self, before, drawn, width)

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
        layers = Layers(marks, self.active, sentence, selection, shown, self.match, caret, self._focused())
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

    def caret_place(self) -> Offset | None:
        """Return the screen cell of the caret, None where it is not on screen."""
        if not len(self.text.blocks):
            return None
        start = self.caret_range().start
        y = self.frame.row_of(start)
        if y is None:
            return None
        x = self.left + GUTTER + self.layout_rows.cell(self.frame.rows[y], start)
        return self.content_region.offset + Offset(x, y)

    def reveal(self, offset: int, *, margin: int = MARGIN) -> None:
        """Scroll as little as needed for `offset` to be on screen; a far jump puts it a third from the top."""
        height = self.size.height
        if not len(self.text.blocks) or height < 1:
            return
        margin = min(margin, (height - 1) // 3)
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

    def render_line(self, y: int) -> Strip:
        """Draw one row (Textual's Line API)."""
        self.repaint()
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width, self.look.base)

    def _draw(self, frame: Frame, y: int, width: int) -> Strip:
        rows = frame.rows
        if y >= len(rows):
            return Strip.blank(width, self.look.base)
        row = rows[y]
        following = rows[y + 1].start if y + 1 < len(rows) else row.end + 1
        layers = frame.layers
        margin = [Segment(" " * self.left, self.look.base)] if self.left else []
        segments = [*margin, *gutter(row, following, layers, self.look)]
        segments += indent(self.layout_rows, row, self.look)
        segments += content(self.layout_rows, row, layers, self.look)
        strip = Strip(segments)
        if self.hints:
            strip = self._labelled(strip, row, following)
        return strip.adjust_cell_length(width, self.look.base).simplify()

    def _labelled(self, strip: Strip, row: Row, following: int) -> Strip:
        """Lay labels over a row: in the gutter for what begins the row, else from the space before it on."""
        for label, offset in self.hints.items():
            if row.kind == "gap" or not row.start <= offset < max(following, row.start + 1):
                continue
            x = self.left if offset == row.start else self.left + GUTTER + self.layout_rows.cell(row, offset) - 1
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
