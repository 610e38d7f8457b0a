"""The part of the reading screen that writes notes: the panel, the text area below it, and what esc and ctrl+g do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.geometry import Offset
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from storage.model import Annotation
from tui.panels.base import Panel, PanelStyles
from tui.session import Session
from tui.widgets.lines import line

if TYPE_CHECKING:
    from tui.widgets.note import NoteArea
    from tui.widgets.panel import PanelView


_ROWS = 8
"""Rows of the text area, a third of the height at most."""


class NotePanel(Panel):
    """The row above the text area; its keys go to the area, which the screen mounts when first needed."""

    hints: Sequence[tuple[str, str]] = (("esc", "keep and close"), ("ctrl+g", "discard"))

    def __init__(self, screen: Notes, annotation: Annotation) -> None:
        super().__init__()
        self.screen = screen
        self.annotation = annotation
        self.label = "note:"

    def key(self, name: str, character: str | None) -> None:
        """Keep on esc, discard on ctrl+g, else type."""
        area = self.screen.note_area
        if area is None:
            return
        if name == "esc":
            self.screen.keep_note(self.annotation, area.text)
            self.closed = True
        elif name == "ctrl+g":
            self.screen.message = "Discarded what was typed; the note is as it was."
            self.closed = True
        else:
            area.feed(name, character)

    def paste(self, string: str) -> None:
        """Paste into the area, line ends kept."""
        if self.screen.note_area is not None:
            self.screen.note_area.insert(string)

    def rows(self, width: int, height: int, look: PanelStyles) -> list[Strip]:
        """Return the one row above the area: the passage that the note is on."""
        del height
        quote = " ".join(self.annotation.exact.split()) or "page note"
        return [line([(" ", look.base), ("note: ", look.accent), (f"“{quote}", look.dim)], width, look.base)]


class Notes(Screen[None]):
    """Mixed into ReaderScreen, which sets the attributes."""

    session: Session
    panel_view: PanelView
    middle: Widget
    message = ""
    note_area: NoteArea | None = None

    def open_note(self, annotation: Annotation) -> None:
        """Open the note of an annotation; the area is there before the next key is taken."""
        self.panel_view.panel = NotePanel(self, annotation)

    async def prepare_note(self) -> None:
        """Mount or hide the text area, as the open panel asks."""
        panel = self.panel_view.panel
        if isinstance(panel, NotePanel):
            if self.note_area is None:
                from tui.widgets.note import NoteArea  # noqa: PLC0415  # imported when first used

                self.note_area = NoteArea(id="note")
                await self.middle.mount(self.note_area)
            if not self.note_area.display or self.note_area.annotation != panel.annotation.uuid:
                self._show_note(self.note_area, panel)
        elif self.note_area is not None and self.note_area.display:
            self.note_area.display = False
            self.note_area.annotation = ""
            self.return_focus()

    def _show_note(self, area: NoteArea, panel: NotePanel) -> None:
        area.annotation = panel.annotation.uuid
        area.load_text(panel.annotation.note)
        area.move_cursor(area.document.end)
        area.styles.height = max(3, min(_ROWS, self.app.size.height // 3 - 1))
        area.display = True
        self.panel_view.styles.height = 2
        self.panel_view.display = True
        self.set_focus(area)

    def return_focus(self) -> None:
        """Give the focus back to the current pane; ReaderScreen does."""
        raise NotImplementedError

    def keep_note(self, annotation: Annotation, note: str) -> None:
        """Save what was written, where it is new."""
        if note.strip() != annotation.note.strip():
            self.session.set_note(annotation, note.strip())
            self.message = "Note saved · u undo"
        else:
            self.message = "Nothing new in the note."

    def note_cursor(self) -> Offset | None:
        """Return the screen cell of the area's cursor, while a note is written."""
        if self.note_area is None or not isinstance(self.panel_view.panel, NotePanel):
            return None
        return self.note_area.cursor_screen_offset
