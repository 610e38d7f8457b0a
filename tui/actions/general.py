"""What concerns the whole of Manicula: export, help, palette, leaving."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from storage import exchange
from storage.errors import ManiculaError
from storage.model import Document
from storage.query import Query, chosen
from tui.actions import action
from tui.actions.names import export as export_timeline
from tui.actions.tables import export as export_table
from tui.boards.everything import EverythingBoard
from tui.boards.table import TableBoard
from tui.boards.timeline import TimelineBoard
from tui.clipboard import copy
from tui.commands import BY_ID
from tui.panels.choice import ChoicePanel
from tui.panels.export import ExportPanel

if TYPE_CHECKING:
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen


def _wanted(screen: ReaderScreen) -> tuple[Query | str, list[Document] | None, str]:
    """Return what to export, of which documents (None: all), and a name for the file.

    That is what is marked in the list that has the focus, else what it shows, else what is in the open document; from
    the codebook and the memos it is the whole library.
    """
    session, board, document = screen.session, screen.here, screen.session.document
    of_all = board is not None
    marked = screen.marks_here() if isinstance(board, EverythingBoard) or screen.panes.current == "cards" else set()
    query: Query | str = "" if of_all else screen.query_source
    if isinstance(board, EverythingBoard):
        query = board.query if board.within is None else chosen({one.uuid for one in board.shown()})
    query = chosen(marked) if marked else query
    if of_all or document is None:
        return query, None, "annotations"
    stem = Path(document.paths[-1]).stem if document.paths else document.title
    return query, [session.library.document(document.uuid)], stem


@action("app.export")
def export(screen: ReaderScreen, run: Run) -> str | None:
    """Export this document's annotations, those of the sidebar's filter or marked there; or what the list shows."""
    del run
    session = screen.session
    if isinstance(screen.here, TableBoard):
        export_table(screen, screen.here)
        return None
    if isinstance(screen.here, TimelineBoard):
        export_timeline(screen, screen.here)
        return None
    query, documents, stem = _wanted(screen)
    if documents is not None and not session.annotations:
        return "Nothing is marked in this document yet, so there is nothing to export."
    if documents is None and screen.here is None:
        return "Nothing is open, so there is nothing to export."

    def write(name: str, destination: str, force: bool) -> str:
        try:
            result = exchange.export(session.library, query, name, destination, force=force, documents=documents)
        except exchange.ExistsError as problem:
            return f"{problem.path} is there already; enter again overwrites it."
        except (ManiculaError, OSError, RuntimeError, ValueError) as problem:
            return str(problem)
        lacks = f"; not carried: {exchange.in_words(result.lacks)}" if result.lacks else ""
        screen.message = f"Wrote {result.counted()} to {destination}{lacks}"
        return ""

    formats = [(one.name, one.suffix, one.description) for one in exchange.WRITABLE.values()]
    screen.open_panel(ExportPanel(formats, lambda suffix: str(Path.cwd() / f"{stem}{suffix}"), write))
    return None


@action("app.help")
def show_help(screen: ReaderScreen, run: Run) -> str | None:
    """Show all keys."""
    del run
    from tui.screens.help import HelpScreen  # noqa: PLC0415  # imported when first used

    screen.app.push_screen(HelpScreen(screen.view.look, screen.machine.keymap))
    return None


@action("app.palette")
def palette(screen: ReaderScreen, run: Run) -> str | None:
    """Open the command palette."""
    del run
    from tui.palette import choices  # noqa: PLC0415  # imported when first used

    def accept(chosen: str) -> str:
        screen.close_panel()
        screen.run_command(BY_ID[chosen])
        return ""

    screen.open_panel(ChoicePanel("command:", choices(screen.machine.keymap), accept))
    return None


@action("app.theme")
def theme(screen: ReaderScreen, run: Run) -> str | None:
    """Take the next theme."""
    del run
    return str(screen.app.switch_theme())  # type: ignore[attr-defined]  # the app is always ours


@action("app.interrupt")
def interrupt(screen: ReaderScreen, run: Run) -> str | None:
    """Copy the selection; without one say how to quit."""
    del run
    selection = screen.view.selection
    if selection.empty:
        return "q quits · nothing is lost"
    return copy(screen.app, screen.view.text.string[selection.start : selection.end])


@action("app.redraw")
def redraw(screen: ReaderScreen, run: Run) -> str | None:
    """Send all of the screen again."""
    del run
    screen.app.redraw()  # type: ignore[attr-defined]  # the app is always ours
    return None


@action("app.suspend")
def suspend(screen: ReaderScreen, run: Run) -> str | None:
    """Go back to the shell."""
    del run
    screen.save_position()
    screen.app.action_suspend_process()
    return None


@action("app.escape")
def escape(screen: ReaderScreen, run: Run) -> str | None:
    """Leave the selection, then the matches, then the highlight that was walked to."""
    del run
    if screen.relating is not None:
        screen.relating = None
        return "No relation was made."
    if screen.extending or not screen.view.selection.empty:
        screen.drop_selection()
    elif screen.view.matches:
        screen.find("", screen.view.selection.head)
    else:
        screen.view.active = ""
        screen.view.refresh_frame()
    return None


@action("app.quit")
def leave(screen: ReaderScreen, run: Run) -> str | None:
    """Close Manicula."""
    del run
    screen.app.leave()  # type: ignore[attr-defined]  # the app is always ours
    return None


@action("app.name")
def name(screen: ReaderScreen, run: Run) -> str | None:
    """Change the name that the reader's work is signed with."""
    del run
    screen.ask_name()
    return None
