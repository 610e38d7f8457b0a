"""What is done in a table of figures: going from cell to cell, opening one, counting by something else, export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from storage.errors import ManiculaError
from tui.actions import action
from tui.boards.disagreements import DisagreementsBoard
from tui.boards.everything import EverythingBoard
from tui.boards.table import TableBoard
from tui.clipboard import copy
from tui.panels.choice import Choice, ChoicePanel
from tui.panels.prompt import Prompt

if TYPE_CHECKING:
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen


@action("board.tables")
def open_tables(screen: ReaderScreen, run: Run) -> str | None:
    """Open the table of figures as it was left; where it is open already, go back to the text."""
    del run
    if isinstance(screen.here, TableBoard) and screen.peeked is None:
        screen.panes.go("text")
        return None
    board = screen.board
    while board is not None and not isinstance(board, TableBoard):
        board = board.back
    if board is None:
        board = TableBoard(screen.session)
    else:
        board.reload()
    screen.open_board(board)
    return None


@action("table.left", "table.right", "table.start", "table.end")
def move(screen: ReaderScreen, run: Run) -> str | None:
    """Go to another column."""
    board = screen.here
    if isinstance(board, TableBoard):
        steps = {"left": -1, "right": 1, "start": -len(board.table.columns), "end": len(board.table.columns)}
        board.go(steps[run.command.id.removeprefix("table.")] * max(1, run.times))
    return None


def open_cell(screen: ReaderScreen) -> str | None:
    """List the annotations behind the chosen cell, or where people disagree; esc comes back to the table."""
    board = screen.here
    if not isinstance(board, TableBoard):
        return None
    board.finish()
    if board.name == "agreement" and len(board):
        tag = board.uuid(min(board.chosen, len(board) - 1))
        walked = DisagreementsBoard(screen.session, board, tag)
        screen.open_board(walked)
        return None
    found, about = board.cell()
    if not found:
        return "There is nothing behind this figure."
    opened = EverythingBoard(screen.session, within=frozenset(found), about=about)
    opened.back = board
    screen.open_board(opened)
    return None


@action("table.choose")
def choose(screen: ReaderScreen, run: Run) -> str | None:
    """Choose another table."""
    del run
    board = screen.here
    if not isinstance(board, TableBoard):
        return None
    table = board

    def accept(name: str) -> None:
        table.show(name)

    choices = [Choice(name, name, about) for name, about in board.choices()]
    screen.open_panel(ChoicePanel("table:", choices, accept))
    return None


@action("table.by")
def take_by(screen: ReaderScreen, run: Run) -> str | None:
    """Take the table by the next of what it can be taken by."""
    board = screen.here
    return board.next_by(max(1, run.times)) if isinstance(board, TableBoard) else None


@action("table.beneath")
def count_beneath(screen: ReaderScreen, run: Run) -> str | None:
    """Count sub-tags under the tags above them, or not."""
    del run
    board = screen.here
    return board.toggle_beneath() if isinstance(board, TableBoard) else None


@action("table.copy")
def copy_table(screen: ReaderScreen, run: Run) -> str | None:
    """Copy the table, or its marked rows."""
    del run
    from storage.analysis.table import as_text  # noqa: PLC0415  # imported when first used

    board = screen.here
    if not isinstance(board, TableBoard):
        return None
    board.finish()
    return copy(screen.app, as_text(board.shown()))


def export(screen: ReaderScreen) -> None:
    """Ask where to, and write the table as CSV."""
    from storage.analysis.table import write_csv  # noqa: PLC0415  # imported when first used

    board = screen.here
    if not isinstance(board, TableBoard):
        return
    board.finish()
    ask_for_file(screen, f"{board.table.name}.csv", board.table.title, lambda out: write_csv(board.shown(), out))


def ask_for_file(screen: ReaderScreen, start: str, what: str, write: Callable[[TextIO], None]) -> None:
    """Ask where to write CSV, and do it; what exists is replaced only by a second enter."""
    from storage.exchange.destination import ExistsError, writing  # noqa: PLC0415  # imported when first used

    asked = ""

    def accept(words: str) -> str:
        nonlocal asked
        path = Path(words.strip()).expanduser()
        if not words.strip():
            return "Type a path."
        try:
            with writing(path, force=asked == words) as out:
                write(out)
        except ExistsError:
            asked = words
            return f"{path.name} exists: enter again overwrites it."
        except ManiculaError as problem:
            return str(problem)
        screen.message = f"Wrote {what} to {path.absolute()}"
        return ""

    screen.open_panel(Prompt("CSV to:", start, accept=accept, hints=(("enter", "write"), ("esc", "close"))))
