"""The one status row: what the next action takes, where we are, and `saved` with the keys that matter now."""

from __future__ import annotations

from rich.style import Style
from textual.strip import Strip

from tui.reading import cells
from tui.reading.paint import Styles
from tui.widgets.lines import Lines, Piece, clip, line


class StatusLine(Lines):
    """Draws the row from its three parts; a message takes the place of the left one until the next key."""

    def __init__(self, styles: Styles, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.wear(styles)

    def wear(self, styles: Styles) -> None:
        """Take the colours of a theme."""
        palette = styles.palette
        self.base = Style(color=palette.text, bgcolor=palette.panel)
        self.dim = Style(color=palette.dim, bgcolor=palette.panel)
        self.key = Style(color=palette.accent, bgcolor=palette.panel, bold=True)

    def tell(self, left: str, middle: str, saved: str, hints: list[tuple[str, str]], *, strong: bool = False) -> None:
        """Show the row; hints are (key, word) and are left out from the end where there is no room."""
        width = self.size.width
        front = Style(bold=True) + self.base if strong else self.base
        if cells.width(left) + cells.width(middle) + 6 > width:
            middle = ""
        left = clip(left, width - 2)
        room = width - cells.width(left) - cells.width(middle) - cells.width(saved) - 8
        right: list[Piece] = []
        for key, word in hints:
            room -= cells.width(key) + cells.width(word) + 3
            if room < 0:
                break
            right += [("  ", self.base), (key, self.key), (" " + word, self.dim)]
        if room >= 0 or right:
            right.insert(0, (saved, self.dim))
        self.show_rows([self._join([(left, front)], [(middle, self.dim)], right, width)])

    def _join(self, left: list[Piece], middle: list[Piece], right: list[Piece], width: int) -> Strip:
        used = sum(cells.width(text) for text, _ in [*left, *middle, *right])
        spare = max(2, width - used - 2)
        before = max(
            1,
            min(
                spare - 1,
                (width - sum(cells.width(t) for t, _ in middle)) // 2 - sum(cells.width(t) for t, _ in left) - 1,
            ),
        )
        pieces = [
            (" ", self.base),
            *left,
            (" " * before, self.base),
            *middle,
            (" " * max(1, spare - before), self.base),
        ]
        return line([*pieces, *right], width, self.base)
