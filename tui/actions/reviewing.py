"""The review: asking which annotations, then going through them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from storage.errors import UsageError
from tui.actions import action
from tui.boards.everything import EverythingBoard
from tui.boards.review import ReviewBoard
from tui.panels.picker import folded
from tui.panels.prompt import Prompt

if TYPE_CHECKING:
    from storage.library import Library
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen

_LAST_TAG = re.compile(r'(?:^|\s)-?tag:([^\s"*]+)$')


def completed(source: str, library: Library) -> str:
    """Return a query whose last ``tag:`` is still being typed as one for every tag that begins so."""
    typed = _LAST_TAG.search(source)
    if typed is None:
        return source
    wanted = folded(typed[1])
    paths = (folded(tag.path) for tag in library.tags())
    known = {segment for path in paths for segment in (path, *path.split("/"))}
    return source if wanted in known else f"{source}*"


@action("board.review")
def review(screen: ReaderScreen, run: Run) -> str | None:
    """Ask which annotations are to be gone through."""
    del run
    board = screen.board
    before = (
        board.query if isinstance(board, EverythingBoard) else board.asked if isinstance(board, ReviewBoard) else ""
    )
    ask(screen, screen.query_source if screen.panes.current == "cards" else before)
    return None


def ask(screen: ReaderScreen, query: str) -> None:
    """Open the field for a query over the list of what it matches; enter begins, or goes on with what was left."""
    before = screen.board if screen.here is not None else None
    left = screen.board if isinstance(screen.board, ReviewBoard) else None
    board = EverythingBoard(screen.session)
    screen.unpeek()
    screen.open_board(board)

    def typed(source: str) -> str:
        try:
            return board.filter(completed(source, screen.session.library))
        except UsageError as problem:
            return str(problem)

    def accept(source: str) -> str | None:
        said = typed(source)
        found = board.shown()
        if not found:
            return said if not said[:1].isdigit() else "Nothing matches; other words, or esc."
        goes_on = left is not None and left.asked == board.query and 0 < left.chosen < len(left) - 1
        screen.open_board(left if left and goes_on else ReviewBoard(screen.session, board.query, found))
        screen.show_chosen()
        return None

    def cancelled() -> None:
        if before is None:
            screen.panes.go("text")
        else:
            screen.open_board(before)
            screen.show_chosen()

    hints = (("enter", "begin"), ("esc", "leave"))
    prompt = Prompt("review:", query, typed=typed, accept=accept, cancelled=cancelled, hints=hints)
    screen.open_panel(prompt)
    prompt.problem = typed(query)
