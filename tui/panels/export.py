"""Export: first the format, then where to; enter twice writes Markdown beside the reader's other files."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.strip import Strip

from tui.panels.base import Panel, PanelStyles
from tui.panels.picker import folded, narrow
from tui.widgets.lines import Piece, line

Format = tuple[str, str, str]
"""Name, file suffix, description."""


class ExportPanel(Panel):
    """`write(format, destination, force)` returns a remark, or nothing when it is done.

    Nothing is overwritten without asking: a remark that ends in ``overwrites it.`` asks for a second enter.
    """

    label = "export as:"
    hints = (("enter", "next"), ("esc", "close"))

    def __init__(
        self, formats: Sequence[Format], suggest: Callable[[str], str], write: Callable[[str, str, bool], str]
    ) -> None:
        super().__init__()
        self.formats = formats
        self.suggest = suggest
        self.write = write
        self.format = ""
        self._asked = ""
        self._shown = list(formats)

    def changed(self) -> None:
        """Narrow the formats; typing in the path takes a question back."""
        if not self.format:
            self._shown = narrow(self.edit.value, self.formats, lambda one: folded(one[0]))
        elif self.edit.value != self._asked:
            self._asked = self.problem = ""

    def enter(self) -> None:
        """Go on to the path; then write."""
        if not self.format:
            if self._shown:
                name, suffix, _ = self._shown[min(self.chosen, len(self._shown) - 1)]
                self.format = name
                self.label, self.hints = f"{name} to:", (("enter", "write"), ("esc", "close"))
                self.height = 1
                self.edit = type(self.edit)(self.suggest(suffix))
            return
        path = self.edit.value.strip()
        self.problem = self.write(self.format, path, self._asked == path and bool(path)) if path else "Type a path."
        self._asked = path if self.problem.endswith("overwrites it.") else ""
        self.closed = not self.problem

    def __len__(self) -> int:
        """Return how many formats fit, none while the path is typed."""
        return 0 if self.format else len(self._shown)

    def row(self, index: int, width: int, look: PanelStyles, *, chosen: bool) -> Strip:
        """Return a format's row."""
        name, suffix, about = self._shown[index]
        base = look.chosen if chosen else look.base
        pieces: list[Piece] = [("   ", base), (name.ljust(12), base), (suffix.ljust(12), base), (about, base)]
        return line(pieces, width, base)
