"""Where a board is drawn: its header, and the rows around the chosen one, whatever its length."""

from __future__ import annotations

from textual import events
from textual.message import Message

from tui.boards.base import Board, BoardStyles
from tui.reading.paint import Styles
from tui.widgets.lines import Lines, line, wrap

TOP = 2
"""Rows above the first row of the list."""


class BoardView(Lines, can_focus=True):
    """Draws the open board."""

    class Clicked(Message):
        """A screen row of the list was clicked, counted from the first."""

        def __init__(self, row: int) -> None:
            self.row = row
            super().__init__()

    def __init__(self, styles: Styles, *, id: str | None = None) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self.wear(styles)

    def wear(self, styles: Styles) -> None:
        """Take the colours of a theme."""
        self.board_look = BoardStyles(styles)
        self.base = self.board_look.base

    def on_click(self, event: events.Click) -> None:
        """Tell which row was clicked."""
        self.post_message(self.Clicked(max(0, event.y - TOP)))

    def fit(self, board: Board) -> int:
        """Return how many rows of the list fit."""
        return max(1, (self.size.height - TOP + 1) // board.rows_each)

    def show(self, board: Board) -> None:
        """Draw a board as it is now."""
        width, height, look = self.size.width, self.size.height, self.board_look
        fit = self.fit(board)
        board.chosen = max(0, min(board.chosen, len(board) - 1))
        board.first = max(0, min(max(board.first, board.chosen - fit + 1), board.chosen))
        rows = [line([("  ", look.base), (board.header(), look.dim)], width, look.base), board.heads(width, look)]
        for index in range(board.first, min(len(board), board.first + fit + 1)):
            rows += board.draw(index, width, look, chosen=index == board.chosen)
        if not len(board) and not board.more:
            rows += [
                line([("  ", look.base), (text, look.dim)], width, look.base)
                for text in wrap(board.empty(), width - 4, 4)
            ]
        self.show_rows(rows[:height])
