"""The which-key panel: laid over the last rows above the status row, while a sequence waits for its next key."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style

from tui.reading import cells
from tui.reading.paint import Styles
from tui.widgets.lines import Lines, Piece, clip, line

_COLUMN = 28
_KEYS = 5


class WhichKey(Lines):
    """Draws pairs of keys and words in columns; hidden while there is nothing to say."""

    def __init__(self, styles: Styles, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.wear(styles)

    def wear(self, styles: Styles) -> None:
        """Take the colours of a theme."""
        palette = styles.palette
        self.base = Style(color=palette.text, bgcolor=palette.panel)
        self.key = Style(color=palette.accent, bgcolor=palette.panel, bold=True)

    def tell(self, pairs: Sequence[tuple[str, str]], width: int) -> None:
        """Show pairs, read down the columns; none hide the panel."""
        self.display = bool(pairs)
        if not pairs:
            return
        columns = max(1, width // _COLUMN)
        height = -(-len(pairs) // columns)
        self.styles.height = height
        rows = []
        for y in range(height):
            pieces: list[Piece] = []
            for key, word in pairs[y::height]:
                pieces += [(" " + key.rjust(_KEYS) + " ", self.key), (_fit(word, _COLUMN - _KEYS - 2), self.base)]
            rows.append(line(pieces, width, self.base))
        self.show_rows(rows)


def _fit(word: str, width: int) -> str:
    shown = clip(word, width - 1)
    return shown + " " * (width - cells.width(shown))
