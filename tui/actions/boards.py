"""Opening the lists over the whole window, and what is done to memos."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage import drafts
from tui.actions import action
from tui.boards.base import Board
from tui.boards.codebook import CodebookBoard
from tui.boards.concordance import ConcordanceBoard, Way
from tui.boards.everything import EverythingBoard
from tui.boards.memos import MemosBoard
from tui.boards.passages import PassagesBoard
from tui.boards.repeats import RepeatsBoard
from tui.boards.search import SearchBoard
from tui.boards.versions import VersionsBoard
from tui.panels.concordance import ConcordancePanel
from tui.panels.search import SearchPanel
from tui.screens.notes import Writing

if TYPE_CHECKING:
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen

_KINDS: dict[str, type[Board]] = {"everything": EverythingBoard, "codebook": CodebookBoard, "memos": MemosBoard}
_KINDS |= {"unsettled": VersionsBoard}


@action("board.everything", "board.codebook", "board.memos", "board.unsettled")
def open_board(screen: ReaderScreen, run: Run) -> str | None:
    """Open a list as it was left; where it is open already, go back to the text."""
    name = run.command.id.removeprefix("board.")
    kind = _KINDS[name]
    if isinstance(screen.here, kind) and screen.peeked is None:
        screen.panes.go("text")
        return None
    board = screen.board
    if board is not None and isinstance(board, kind):
        board.reload()
        screen.open_board(board)
    else:
        screen.open_board(kind(screen.session))
    return None


@action("board.search")
def search(screen: ReaderScreen, run: Run) -> str | None:
    """Open the library search as it was left, and ask for words; the answer follows the typing."""
    del run
    found = screen.board if isinstance(screen.board, SearchBoard) else SearchBoard(screen.session)
    found.reload()
    screen.open_board(found)
    ask(screen, found)
    return None


@action("board.concordance")
def concordance(screen: ReaderScreen, run: Run) -> str | None:
    """Open the concordance as it was left, or with what is found in the text just now."""
    del run
    board = screen.board if isinstance(screen.board, ConcordanceBoard) else ConcordanceBoard(screen.session)
    if screen.panes.current == "text" and screen.view.matches and screen.pattern:
        board.look(screen.pattern, Way(screen.find_how, here=True))
    board.reload()
    screen.open_board(board)
    ask(screen, board)
    return None


@action("board.repeats")
def repeats(screen: ReaderScreen, run: Run) -> str | None:
    """Open the repeated passages, looked for anew where texts have changed; where they are open, leave them."""
    del run
    board = screen.board if isinstance(screen.board, RepeatsBoard) else RepeatsBoard(screen.session)
    if board.outdated:
        board.again()
    elif screen.here is board and screen.peeked is None:
        screen.panes.go("text")
        return None
    screen.open_board(board)
    return None


def ask(screen: ReaderScreen, board: SearchBoard | ConcordanceBoard) -> None:
    """Open the field of the library search, or of the concordance."""

    def cancelled() -> None:
        board.filter("")
        screen.panes.go("text")

    def show() -> None:
        if screen.here is board:
            screen.message = show_found(screen) or ""
            screen.sync()

    def move(step: int) -> None:
        board.chosen = max(0, min(board.chosen + step, len(board) - 1))

    if isinstance(board, SearchBoard):
        screen.open_panel(
            SearchPanel(board.query, asked=board.filter, move=move, accept=lambda: board.go(show), cancelled=cancelled)
        )
        return

    def accept() -> None:
        board.wait()
        show()

    screen.open_panel(
        ConcordancePanel(board.query, board.way, looked=board.look, move=move, accept=accept, cancelled=cancelled)
    )


def show_found(screen: ReaderScreen) -> str | None:
    """Show the chosen passage in its text, with the words marked; the second time go back."""
    board = screen.here
    found = board.annotation() if isinstance(board, PassagesBoard) else None
    if found is None or not isinstance(board, PassagesBoard):
        return "Nothing was found that could be shown."
    said = screen.peek(found)
    if screen.peeked is not None and screen.peeked.uuid == found.uuid:
        screen.view.matches = board.places()
        screen.view.match = found.ranges[0]
        screen.view.refresh_frame()
    return said


def show_tagged(screen: ReaderScreen) -> str | None:
    """Show all annotations that have the chosen tag."""
    board = screen.here
    tag = board.tag() if isinstance(board, CodebookBoard) else None
    if tag is None:
        return "There is no tag here."
    screen.open_board(EverythingBoard(screen.session, f'tag:"{tag.path}"'))
    return None


def write_memo(screen: ReaderScreen, about: str, subject: str, uuid: str = "") -> None:
    """Open the panel for a memo, the one with this `uuid` where there are several on its subject."""
    library = screen.session.library
    memo, first = library.memo(about, uuid), library.memo(about)

    def keep(text: str) -> str:
        library.write_memo(about, text, uuid)
        return "Memo saved · u undo" if text else "Memo deleted · u brings it back"

    draft = drafts.memo(about) if memo == first else uuid
    screen.write(Writing(draft, "memo", f"on {subject}", memo.note if memo else "", keep))


@action("memos.edit")
def edit(screen: ReaderScreen, run: Run) -> str | None:
    """Write the chosen memo."""
    del run
    return edit_memo(screen)


def edit_memo(screen: ReaderScreen) -> str | None:
    """Open the panel for the chosen memo."""
    board = screen.here
    entry = board.entry() if isinstance(board, MemosBoard) else None
    if entry is None:
        return "There is no memo here."
    write_memo(screen, entry.about, entry.name, entry.uuid)
    return None


@action("memos.delete")
def delete(screen: ReaderScreen, run: Run) -> str | None:
    """Delete the chosen memo."""
    del run
    board = screen.here
    entry = board.entry() if isinstance(board, MemosBoard) else None
    if entry is None or not entry.note:
        return "Nothing is written here."
    screen.session.library.write_memo(entry.about, "", entry.uuid)
    return "Memo deleted · u brings it back"
