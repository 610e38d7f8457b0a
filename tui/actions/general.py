"""What concerns the whole of Manicula: help, palette, leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.actions import action
from tui.clipboard import copy
from tui.commands import BY_ID
from tui.panels.choice import ChoicePanel

if TYPE_CHECKING:
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen


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
