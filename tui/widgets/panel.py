"""Where panels are drawn: one widget at the bottom of the middle column; a note's text area stands below it."""

from __future__ import annotations

from textual.geometry import Offset

from tui.panels.base import Panel, PanelStyles
from tui.reading.paint import Styles
from tui.widgets.lines import Lines


class PanelView(Lines):
    """Draws the open panel's rows; hidden while there is none."""

    def __init__(self, styles: Styles, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.wear(styles)
        self.panel: Panel | None = None

    def wear(self, styles: Styles) -> None:
        """Take the colours of a theme."""
        self.panel_look = PanelStyles(styles)
        self.base = self.panel_look.base

    def draw(self) -> None:
        """Draw the panel as it is now."""
        if self.panel is not None:
            self.show_rows(self.panel.rows(self.size.width, max(1, self.size.height), self.panel_look))

    def cursor_cell(self) -> Offset | None:
        """Return the screen cell of the field's cursor."""
        if self.panel is None:
            return None
        x, y = self.panel.cursor()
        return self.content_region.offset + Offset(min(x, max(0, self.size.width - 1)), y)
