"""What the pages over the whole window have in common: they are scrolled, and take their keys at once."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.geometry import Offset
from textual.screen import Screen
from textual.strip import Strip

from tui.keys import key_name
from tui.reading.paint import Styles
from tui.widgets.lines import Lines

_OVERLAP = 2
"""Rows of the last page that the next one begins with."""
_FAR = 10**6


class Pager(Screen[None]):
    """Rows that are scrolled, `top` being the first of them that shows; `fixed` others stay where they are.

    Keys come in by `take_key`, as on the reading screen; those typed ahead, also before it is drawn, are not lost.
    """

    fixed = 0
    closing = frozenset({"esc", "q", "enter"})

    def __init__(self, styles: Styles) -> None:
        super().__init__()
        self.look = styles
        self.top = 0

    def compose(self) -> ComposeResult:
        """One widget that draws the rows."""
        lines = Lines()
        lines.base = self.look.base
        yield lines

    def on_resize(self) -> None:
        """Draw for the new size."""
        self.draw()

    def page_rows(self) -> list[Strip]:
        """Return all rows that are scrolled, at the width of the window."""
        raise NotImplementedError

    def framed(self, rows: list[Strip], room: int) -> list[Strip]:
        """Return what is shown of the page, at most `room` rows, with what stays around it."""
        del room
        return rows

    def draw(self) -> None:
        """Draw what there is room for."""
        rows, room = self.page_rows(), self._room
        self.top = max(0, min(self.top, len(rows) - room))
        self.app.cursor_position = Offset(0, 0)
        for lines in self.query(Lines):  # there is none yet while keys typed ahead come in
            lines.show_rows(self.framed(rows[self.top :][:room], room)[: self.size.height])

    @property
    def _room(self) -> int:
        return max(1, self.size.height - self.fixed)

    async def take_key(self, event: events.Key) -> None:
        """Scroll, close, or do what else a key does here; the next one goes to what is shown then."""
        name = key_name(event.key, event.character)
        page = max(1, self._room - _OVERLAP)
        steps = {"j": 1, "down": 1, "k": -1, "up": -1, "space": page, "pagedown": page, "backspace": -page,
                 "pageup": -page, "home": -_FAR, "end": _FAR, "g": -_FAR, "G": _FAR}  # fmt: skip
        if name in self.closing:
            self.dismiss()
            return
        self.top += steps.get(name, 0)
        self.own_key(name)
        self.draw()

    def own_key(self, name: str) -> None:
        """Do what a key does on this page alone."""
