"""Export: first the format, then where to; enter twice writes Markdown beside the reader's other files."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.strip import Strip

from tui.panels.base import Panel, PanelStyles
from tui.panels.picker import folded, narrow
from tui.widgets.lines import Piece, line

Format = tuple[str, str, str, bool]
"""Name, file suffix, description, whether a folder of notes can be brought up to date."""


class ExportPanel(Panel):
    """`write(format, destination, force, update)` returns a remark, or nothing when it is done.

    With `update` the destination is a folder whose notes are brought up to date; ``tab`` changes between the two.

    Nothing is overwritten without asking: a remark that ends in ``overwrites it.`` asks for a second enter.
    """

    label = "export as:"
    hints = (("enter", "next"), ("esc", "close"))

    def __init__(
        self, formats: Sequence[Format], suggest: Callable[[str], str], write: Callable[[str, str, bool, bool], str]
    ) -> None:
        super().__init__()
        self.formats = formats
        self.suggest = suggest
        self.write = write
        self.format = ""
        self.update = False
        self._suffix = ""
        self._noted = False
        self._asked = ""
        self._shown = list(formats)

    def changed(self) -> None:
        """Narrow the formats; typing in the path takes a question back."""
        if not self.format:
            self._shown = narrow(self.edit.value, self.formats, lambda one: folded(one[0]))
        elif self.edit.value != self._asked:
            self._asked = self.problem = ""

    def key(self, name: str, character: str | None) -> None:
        """Take one key."""
        if name == "tab" and self._noted:
            self._turn(update=not self.update)
        else:
            super().key(name, character)

    def enter(self) -> None:
        """Go on to the path; then write."""
        if not self.format:
            if self._shown:
                self.format, self._suffix, _, self._noted = self._shown[min(self.chosen, len(self._shown) - 1)]
                self.height = 1
                self._turn(update=False)
            return
        path = self.edit.value.strip()
        again = self._asked == path and bool(path)
        self.problem = self.write(self.format, path, again, self.update) if path else "Type a path."
        self._asked = path if self.problem.endswith("overwrites it.") else ""
        self.closed = not self.problem

    def _turn(self, *, update: bool) -> None:
        """Ask for a file, or for the folder whose notes are to be brought up to date."""
        self.update, self._asked, self.problem = update, "", ""
        self.label = f"{self.format}, update the notes in:" if update else f"{self.format} to:"
        other = (("tab", "to a file" if update else "update notes"),) if self._noted else ()
        self.hints = (("enter", "update" if update else "write"), *other, ("esc", "close"))
        self.edit = type(self.edit)(self.suggest("" if update else self._suffix))

    def __len__(self) -> int:
        """Return how many formats fit, none while the path is typed."""
        return 0 if self.format else len(self._shown)

    def row(self, index: int, width: int, look: PanelStyles, *, chosen: bool) -> Strip:
        """Return a format's row."""
        name, suffix, about, _ = self._shown[index]
        base = look.chosen if chosen else look.base
        pieces: list[Piece] = [("   ", base), (name.ljust(12), base), (suffix.ljust(12), base), (about, base)]
        return line(pieces, width, base)
