"""The document list: title over a dim line of author, date and format, with progress, count, and unread in bold."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from storage.attributes import written
from storage.model import Document
from tui.reading.paint import Styles
from tui.widgets.lines import Lines, Piece, line, wrap

EMPTY = "No documents yet. o opens a file · manicula add FOLDER adds many · ? keys"
BAR = 8
ROWS = 4
"""Rows that one document takes in the list."""


class Entry(NamedTuple):
    """One row of the list: `progress` from 0 to 1 (less than 0: never opened), `marked` the number of annotations.

    `beside` says what was written of the document at the same time on another device.
    """

    document: Document
    progress: float
    marked: int
    beside: str = ""


class DocumentList(Lines, can_focus=True):
    """Draws the entries around the chosen one; `entries` are already filtered and sorted."""

    class Clicked(Message):
        """A document was clicked."""

        def __init__(self, uuid: str) -> None:
            self.uuid = uuid
            super().__init__()

    def __init__(self, styles: Styles, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.wear(styles)
        self.chosen = 0
        self.first = 0
        self.entries: Sequence[Entry] = ()
        self.marked: Collection[str] = ()

    def wear(self, styles: Styles) -> None:
        """Take the colours of a theme."""
        palette = styles.palette
        self.base = Style(color=palette.text, bgcolor=palette.panel)
        self.dim = Style(color=palette.dim, bgcolor=palette.panel)
        self.bold = Style(color=palette.heading, bgcolor=palette.panel, bold=True)
        self.accent = Style(color=palette.accent, bgcolor=palette.panel)
        self.dot = styles.dot
        self.glyphs = ("#", "-", "|") if styles.bar == "|" else ("▰", "▱", "▌")

    def show(self, entries: Sequence[Entry], opened: str, header: str, empty: str = EMPTY) -> None:
        """Show these entries; `opened` is the uuid of the document being read."""
        self.entries = entries
        width, height = self.size
        self.chosen = max(0, min(self.chosen, len(entries) - 1))
        fit = max(1, (height - 1) // ROWS)
        self.first = max(0, min(max(self.first, self.chosen - fit + 1), self.chosen))
        rows = [line([(" ", self.base), (header, self.dim)], width, self.base)]
        for i in range(self.first, min(len(entries), self.first + fit + 1)):
            rows += self._entry(entries[i], width, chosen=i == self.chosen, opened=entries[i].document.uuid == opened)
        if not entries:
            rows.append(Strip.blank(width, self.base))
            rows += [line([(" ", self.base), (text, self.dim)], width, self.base) for text in wrap(empty, width - 1, 8)]
        self.show_rows(rows[:height])

    def _entry(self, entry: Entry, width: int, *, chosen: bool, opened: bool) -> list[Strip]:
        document = entry.document
        mark = self.glyphs[2] if chosen and self.has_focus else "›" if opened else " "
        dot = self.dot if document.uuid in self.marked else ""
        unread = entry.progress < 0
        title = self.bold if unread or opened else self.base
        known = [", ".join(document.authors), document.date, document.format, written(document.attributes)]
        about = " · ".join(part for part in known if part)
        done = round(max(0.0, entry.progress) * BAR)
        bar = self.glyphs[0] * done + self.glyphs[1] * (BAR - done)
        state = "R" if document.state == "new" and not unread else document.state[:1].upper()
        air: Piece = (mark if chosen and self.has_focus else " ", self.accent)
        return [
            line([(mark + dot, self.accent), (document.title, title)], width, self.base),
            line([air, (about, self.dim)], width, self.base),
            line([air, (bar, self.accent), (f"  {entry.marked}  {state}", self.dim)], width, self.base),
            line([air, (entry.beside, self.accent)], width, self.base),
        ]

    def on_click(self, event: events.Click) -> None:
        """Open the clicked document."""
        index = self.first + (event.y - 1) // ROWS
        if event.y >= 1 and index < len(self.entries):
            self.post_message(self.Clicked(self.entries[index].document.uuid))
