"""The outline: the document's headings, narrowed by typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.strip import Strip

from storage.text import Section
from tui.panels.base import Panel, PanelStyles
from tui.panels.picker import folded, narrow
from tui.widgets.lines import line


class OutlinePanel(Panel):
    """Lists sections; the one around `here` is chosen first. `go(section)` is called on enter."""

    label = "outline:"
    hints = (("enter", "go"), ("esc", "close"))

    def __init__(self, sections: Sequence[Section], here: int, go: Callable[[Section], None]) -> None:
        super().__init__()
        self.sections = sections
        self.go = go
        self._shown = list(sections)
        self.chosen = max((i for i, one in enumerate(sections) if one.start <= here), default=0)

    def changed(self) -> None:
        """Narrow the list."""
        self._shown = narrow(self.edit.value, self.sections, lambda one: folded(one.title))

    def enter(self) -> None:
        """Go to the chosen section."""
        if self._shown:
            self.closed = True
            self.go(self._shown[min(self.chosen, len(self._shown) - 1)])
        else:
            self.problem = "No heading has that in its name."

    def __len__(self) -> int:
        """Return how many headings fit."""
        return len(self._shown)

    def row(self, index: int, width: int, look: PanelStyles, *, chosen: bool) -> Strip:
        """Return a section's row, indented by its level."""
        one, base = self._shown[index], look.chosen if chosen else look.base
        return line([("   " + "  " * (one.level - 1) + one.title, base)], width, base)
