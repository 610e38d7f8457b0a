"""The one status row: what the next action takes, where we are, and `saved` with the keys that matter now."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from textual.strip import Strip

from tui.reading import cells
from tui.reading.paint import Styles
from tui.widgets.lines import Lines, Piece, clip, line

Hints = Sequence[tuple[str, str]]
_SURE_HINTS = 2


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

    def tell(self, left: str, middle: Sequence[str], saved: str, hints: Hints, *, strong: bool = False) -> None:
        """Show the row. Where there is little room the parts of `middle` go first, from the end, then the last hints.

        `hints` are (key, word).
        """
        width = self.size.width
        front = Style(bold=True) + self.base if strong else self.base
        left = clip(left, width - 2)
        room = width - cells.width(left) - 4
        kept = list(middle)
        while kept and room < cells.width(" · ".join(kept)) + self._wide(saved, hints[:_SURE_HINTS]) + 3:
            kept.pop()
        room -= cells.width(" · ".join(kept))
        shown = list(hints)
        while shown and self._wide(saved, shown) > room:
            shown.pop()
        right: list[Piece] = [(saved, self.dim)] if self._wide(saved, shown) <= room else []
        for key, word in shown:
            right += [("  ", self.dim), (key, self.key), (" " + word, self.dim)]
        self.show_rows([self._join([(left, front)], [(" · ".join(kept), self.dim)], right, width)])

    @staticmethod
    def _wide(saved: str, hints: Hints) -> int:
        return cells.width(saved) + sum(cells.width(key) + cells.width(word) + 3 for key, word in hints)

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
            (" " * before, self.dim),
            *middle,
            (" " * max(1, spare - before), self.dim),
        ]
        return line([*pieces, *right], width, self.base)
