"""Accepting names and dates, and the timeline of what is dated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.analysis.accepting import mark_dates, tag_names, year_of
from storage.errors import ManiculaError
from storage.text import Text
from tui.actions import action
from tui.boards.names import NamesBoard
from tui.boards.timeline import DatesBoard, TimelineBoard
from tui.panels.choice import Choice, ChoicePanel
from tui.panels.prompt import Prompt, Question

if TYPE_CHECKING:
    from storage.analysis.names import Name
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen


@action("board.names", "board.timeline")
def open_list(screen: ReaderScreen, run: Run) -> str | None:
    """Open the list; where it is open already, go back to the text."""
    kind = NamesBoard if run.command.id == "board.names" else TimelineBoard
    if isinstance(screen.here, kind) and screen.peeked is None:
        screen.panes.go("text")
        return None
    board = screen.board
    if isinstance(board, kind):
        board.reload()
    else:
        board = kind(screen.session)
    screen.open_board(board)
    return None


def show(screen: ReaderScreen) -> str | None:
    """Show the chosen place in its text; the second time go back."""
    board = screen.here
    found = board.annotation() if isinstance(board, NamesBoard | TimelineBoard | DatesBoard) else None
    return screen.peek(found) if found is not None else "There is nothing to show."


@action("names.part")
def part(screen: ReaderScreen, run: Run) -> str | None:
    """Say that a way of writing is another name's."""
    del run
    board = screen.here
    name = board.name() if isinstance(board, NamesBoard) else None
    if name is None or not isinstance(board, NamesBoard) or len(name.variants) == 1:
        return "This name is written in one way only."
    names = board

    def accept(variant: str) -> None:
        names.part(name, variant)
        screen.message = f"{variant} stands by itself now."

    choices = [Choice(each, each, f"{len(spots)}") for each, spots in name.variants.items()]
    screen.open_panel(ChoicePanel("another name:", choices, accept))
    return None


@action("names.tag")
def tag(screen: ReaderScreen, run: Run) -> str | None:
    """Tag the accepted names wherever they stand, as one step, after saying where that is."""
    del run
    board = screen.here
    names = board.accepted() if isinstance(board, NamesBoard) else []
    if not names or not isinstance(board, NamesBoard):
        return "There is no name here."
    spots = [spot for name in names for spot in name.spots]
    documents = len({spot.document for spot in spots})
    what = names[0].name if len(names) == 1 else f"{len(names)} names"
    where = f"{len(spots)} place{'s' if len(spots) != 1 else ''} in {documents} document{'s' if documents != 1 else ''}"
    screen.open_panel(Question(f"Tag {what} at {where}? enter does it.", lambda: _tag(screen, names)))
    return None


def _tag(screen: ReaderScreen, names: list[Name]) -> None:
    library = screen.session.library

    def text_of(document: str) -> Text:
        return library.snapshots.load(library.document(document).texts[-1])

    try:
        count = tag_names(library, names, text_of)
    except ManiculaError as problem:
        screen.message = str(problem)
        return
    screen.marks_here().clear()
    screen.session.reload()
    what = names[0].name if len(names) == 1 else f"{len(names)} names"
    screen.message = f"Tagged {what} at {count} place{'s' if count != 1 else ''} · u undo"


@action("timeline.dates")
def propose_dates(screen: ReaderScreen, run: Run) -> str | None:
    """Propose the dates of the open document."""
    del run
    if screen.session.document is None:
        return "Nothing is open. o opens a document."
    screen.complete()
    board = DatesBoard(screen.session)
    board.back = screen.here
    screen.open_board(board)
    return None


@action("dates.mark")
def mark(screen: ReaderScreen, run: Run) -> str | None:
    """Mark the accepted dates; where the year of some is not known, ask for it once."""
    del run
    board = screen.here
    if not isinstance(board, DatesBoard) or not board.found:
        return "There is no date here."
    if board.year() or all(one.year for one in board.accepted()):
        return _mark(screen, board, board.year())
    _ask_year(screen, board)
    return None


@action("dates.year")
def ask_year(screen: ReaderScreen, run: Run) -> str | None:
    """Ask again in which year dates without one are, and mark the accepted ones."""
    del run
    board = screen.here
    if not isinstance(board, DatesBoard) or not board.found:
        return "There is no date here."
    _ask_year(screen, board)
    return None


def _ask_year(screen: ReaderScreen, board: DatesBoard) -> None:
    def accept(written: str) -> str | None:
        year = year_of(written)
        if not year:
            return "Type a year, such as 2019."
        screen.message = _mark(screen, board, year)
        return None

    start = str(board.year() or board.likely_year())
    screen.open_panel(
        Prompt("dates without a year are of:", start, accept=accept, hints=(("enter", "mark"), ("esc", "close")))
    )


def _mark(screen: ReaderScreen, board: DatesBoard, year: int) -> str:
    session = screen.session
    accepted = board.accepted()
    try:
        count = mark_dates(session.library, session.register_now(), accepted, year, session.text)
    except ManiculaError as problem:
        return str(problem)
    session.reload()
    board.marked.clear()
    left = len(accepted) - count
    lost = f"; {left} is no day of {year}" if left else ""
    return f"Marked {count} date{'s' if count != 1 else ''}{lost} · u undo"


def export(screen: ReaderScreen) -> None:
    """Ask where to, and write the timeline as CSV."""
    from storage.analysis.timeline import write_csv  # noqa: PLC0415  # imported when first used
    from tui.actions.tables import ask_for_file  # noqa: PLC0415  # the same

    board = screen.here
    if isinstance(board, TimelineBoard):
        board.finish()
        found = board.found
        ask_for_file(screen, "timeline.csv", "the timeline", lambda out: write_csv(found, out))
