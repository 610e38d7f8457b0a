"""A footnote in place: its text at the bottom while the passage stays in view."""

from __future__ import annotations

from collections.abc import Callable

from textual.strip import Strip

from tui.panels.base import Panel, PanelStyles
from tui.reading import wrap
from tui.widgets.lines import line

_AIR = 6


class FootnotePanel(Panel):
    """Shows `string`. `go()` is called on enter; nothing is typed here."""

    hints = (("enter", "go there"), ("esc", "close"))

    def __init__(self, mark: str, string: str, go: Callable[[], None]) -> None:
        super().__init__()
        self.label = f"note {mark}"
        self._string, self._go = string, go
        self._width = 0
        self._rows: list[str] = []
        self._wrap(80)

    def key(self, name: str, character: str | None) -> None:
        """Close, go to the note, or scroll; all other keys do nothing."""
        del character
        if name in {"esc", "q", "F"}:
            self.cancel()
        elif name == "enter":
            self.closed = True
            self._go()
        elif name in {"down", "j"}:
            self.chosen += 1
        elif name in {"up", "k"}:
            self.chosen = max(0, self.chosen - 1)

    def paste(self, string: str) -> None:
        """Take nothing."""

    def __len__(self) -> int:
        """Return how many rows the note has."""
        return len(self._rows)

    def _wrap(self, width: int) -> None:
        if width != self._width:
            starts = wrap.paragraph(self._string, max(1, width - _AIR))
            ends = [*starts[1:], len(self._string)]
            self._width = width
            self._rows = [self._string[a:b].replace("\n", " ").rstrip() for a, b in zip(starts, ends, strict=True)]

    def rows(self, width: int, height: int, look: PanelStyles) -> list[Strip]:
        """Return the panel's rows, wrapped for its width."""
        self._wrap(width)
        return super().rows(width, height, look)

    def row(self, index: int, width: int, look: PanelStyles, *, chosen: bool) -> Strip:
        """Return one row of the note."""
        del chosen
        return line([("   " + self._rows[index], look.base)], width, look.base)
