"""What concerns the whole of Manicula: export, help, palette, leaving."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from storage import exchange
from storage.errors import ManiculaError
from tui.actions import action
from tui.clipboard import copy
from tui.panels.export import ExportPanel

if TYPE_CHECKING:
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen


@action("app.export")
def export(screen: ReaderScreen, run: Run) -> str | None:
    """Export this document's annotations, those of the sidebar's filter where there is one."""
    del run
    session = screen.session
    if session.document is None or not session.annotations:
        return "Nothing is marked in this document yet, so there is nothing to export."
    document = session.document
    stem = Path(document.paths[-1]).stem if document.paths else document.title

    def write(name: str, destination: str, force: bool) -> str:
        try:
            result = exchange.export(
                session.library, screen.query_source, name, destination, force=force, documents=[document]
            )
        except exchange.ExistsError as problem:
            return f"{problem.path} is there already; enter again overwrites it."
        except (ManiculaError, OSError, RuntimeError, ValueError) as problem:
            return str(problem)
        plural = "annotation" if result.count == 1 else "annotations"
        screen.message = f"Wrote {result.count} {plural} to {destination}"
        return ""

    formats = [(one.name, one.suffix, one.description) for one in exchange.FORMATS.values()]
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
    screen.hold_keys()
    screen.app.action_command_palette()
    return None


@action("app.theme")
def theme(screen: ReaderScreen, run: Run) -> str | None:
    """Switch between dark and light."""
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
