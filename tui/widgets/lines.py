"""Rows of styled text for the panes: cropped and padded to a width in cells, never given to a widget as markup."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from tui.reading import cells
from tui.reading.drawn import Drawn, strip_of

Piece = tuple[str, Style]


def clip(string: str, width: int) -> str:
    """Return `string` cut to `width` cells, with an ellipsis where something was cut off."""
    if cells.width(string) <= width:
        return string
    return string[: cells.cut(string, width - 1)].rstrip() + "…" if width > 0 else ""


def line(pieces: Iterable[Piece], width: int, base: Style) -> Strip:
    """Return one row of exactly `width` cells; what does not fit is cut off, the rest is filled with `base`."""
    segments, used = [], 0
    for string, style in pieces:
        shown = clip(string, width - used)
        if shown:
            segments.append(Segment(shown, style))
            used += cells.width(shown)
    return strip_of(segments, width, base)


def wrap(string: str, width: int, limit: int) -> list[str]:
    """Return at most `limit` rows of `string` broken at spaces, the last one with an ellipsis where more follows."""
    rows: list[str] = []
    words = string.split()
    while words and len(rows) < limit:
        row = words.pop(0)
        while words and cells.width(row) + 1 + cells.width(words[0]) <= width:
            row += " " + words.pop(0)
        if cells.width(row) > width:
            cut = max(1, cells.cut(row, width))
            words.insert(0, row[cut:])
            row = row[:cut]
        rows.append(row)
    if words and rows:
        rows[-1] = clip(rows[-1] + " …", width) if cells.width(rows[-1]) + 2 <= width else clip(rows[-1] + "…", width)
    return rows


_ASCII = str.maketrans("·→←✓•…“”‘’¶›▰▱▌▎▏✎●▸▁▂▃▄▅▆▇█", "-><x*~\"\"''P>#-|||*+>_.-=ox%#")
"""Our signs and their stand-ins, each one cell wide."""


class Lines(Drawn):
    """A widget whose rows are made elsewhere: `rows` holds the strips from the top, the rest is blank.

    `redraw`, where it is set, makes them anew: a paint may come before the word of a new size, and has the rows of it.
    """

    ascii_only = False
    redraw: Callable[[], object] | None = None
    _drawn_size = Size(0, 0)
    _painting = False

    class Resized(Message):
        """These lines have a new size, or the first one since they were shown."""

        def __init__(self, lines: Lines) -> None:
            self.lines = lines
            super().__init__()

    class Wheeled(Message):
        """The wheel turned by `rows` over these lines."""

        def __init__(self, lines: Lines, rows: int) -> None:
            self.lines = lines
            self.rows = rows
            super().__init__()

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)

    def on_resize(self) -> None:
        """Tell who makes the rows; a callback after a refresh may come before the layout."""
        self.post_message(self.Resized(self))

    def _plain(self, rows: list[Strip]) -> list[Strip]:
        """Return rows with our signs in ASCII; what a document or a note says stays as it is, but for these few."""
        return [
            Strip([segment._replace(text=segment.text.translate(_ASCII)) for segment in row], row.cell_length)
            for row in rows
        ]

    def show_rows(self, rows: list[Strip]) -> None:
        """Show other rows at the next paint; only those that differ are painted."""
        before, self.rows = self.rows, self._plain(rows) if self.ascii_only else rows
        self._drawn_size = self.size
        if not self._painting:
            self.paint_changed(before)

    def catch_up(self) -> None:
        """Have the rows of another size made."""
        if self.size != self._drawn_size and self.redraw is not None:
            self._drawn_size, self._painting = self.size, True
            self.redraw()
            self._painting = False

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Tell of the wheel."""
        event.stop()
        self.post_message(self.Wheeled(self, 3))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Tell of the wheel."""
        event.stop()
        self.post_message(self.Wheeled(self, -3))
