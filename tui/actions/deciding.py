"""Walking through disagreements, and deciding on each with a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.analysis.disagreements import settle
from storage.errors import DocumentError
from tui.actions import action
from tui.boards.disagreements import DisagreementsBoard

if TYPE_CHECKING:
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen


def show(screen: ReaderScreen) -> str | None:
    """Show the chosen stretch in its text; the second time go back."""
    board = screen.here
    found = board.annotation() if isinstance(board, DisagreementsBoard) else None
    return screen.peek(found) if found is not None else None


@action("disagreements.stands", "disagreements.falls")
def decide(screen: ReaderScreen, run: Run) -> str | None:
    """Decide on the chosen disagreement and go on; the same once more leaves it open."""
    board = screen.here
    one = board.one() if isinstance(board, DisagreementsBoard) else None
    if one is None or not isinstance(board, DisagreementsBoard):
        return "There is no disagreement here."
    wanted = run.command.id.removeprefix("disagreements.")
    verdict = "" if one.settled == wanted else wanted
    try:
        settle(screen.session.library, one, verdict)
    except DocumentError as problem:
        return str(problem)
    screen.session.reload()
    if verdict:
        board.go_on()
    name = one.tag or "The highlight"
    return f"{name} {verdict} here · u undo" if verdict else f"{name} is open again · u undo"
