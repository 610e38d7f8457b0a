"""Moving the caret; while extending, the selection's head moves and its other end stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.actions import action
from tui.commands import COMMANDS
from tui.reading.highlights import Mark
from tui.reading.motion import MOTIONS, extend

if TYPE_CHECKING:
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen


@action(*(command.id for command in COMMANDS if command.id.removeprefix("move.") in MOTIONS))
def motion(screen: ReaderScreen, run: Run) -> str | None:
    """Move by the motion that the command is named after."""
    name = run.command.id.removeprefix("move.")
    view = screen.view
    count = max(1, run.times)
    if name.startswith("document"):
        screen.remember_place()
    if screen.extending:
        screen.go(extend(name, view.text, view.layout_rows, view.selection, count))
    else:
        screen.go(MOTIONS[name](view.text, view.layout_rows, view.selection.head, count))
    return None


@action("move.down", "move.up")
def rows(screen: ReaderScreen, run: Run) -> str | None:
    """Move by rows in the wanted column."""
    screen.go_rows(max(1, run.times) * (1 if run.command.id == "move.down" else -1))
    return None


@action("move.table_right", "move.table_left")
def table(screen: ReaderScreen, run: Run) -> str | None:
    """Move a wide table sideways by half of what is seen of it; the caret stays, and is led back by moving it."""
    view = screen.view
    step = max(1, view.layout_rows.wide // 2) * max(1, run.times)
    right = run.command.id.endswith("right")
    if len(view.text.blocks) and view.layout_rows.move_sideways(view.selection.head, step if right else -step):
        view.refresh_frame()
        return None
    return "There is no more of a table here on that side."


@action("move.page_down", "move.page_up", "move.half_down", "move.half_up")
def page(screen: ReaderScreen, run: Run) -> str | None:
    """Turn pages: text and caret move by the same rows, two rows of the old page stay in view."""
    height = screen.view.size.height
    step = max(1, height - 2) if "page" in run.command.id else max(1, height // 2)
    screen.turn(max(1, run.times) * (step if run.command.id.endswith("down") else -step))
    return None


def _walk(screen: ReaderScreen, times: int, *, forward: bool, noted: bool) -> Mark | None:
    highlights = screen.session.highlights
    offset, active, found = screen.view.selection.head, screen.view.active, None
    for _ in range(times):
        step = highlights.after(offset, active) if forward else highlights.before(offset, active)
        while step is not None and noted and not step.annotation.note:
            offset, active = step.start, step.annotation.uuid
            step = highlights.after(offset, active) if forward else highlights.before(offset, active)
        if step is None:
            break
        found, offset, active = step, step.start, step.annotation.uuid
    return found


@action("move.highlight_next", "move.highlight_prev", "move.note_next", "move.note_prev")
def highlight(screen: ReaderScreen, run: Run) -> str | None:
    """Go to the next or previous highlight; overlapping ones are walked through one by one."""
    forward, noted = run.command.id.endswith("next"), "note" in run.command.id
    found = _walk(screen, max(1, run.times), forward=forward, noted=noted)
    if found is None:
        what = "highlight with a note" if noted else "highlight"
        return f"No {what} {'after' if forward else 'before'} this."
    screen.go(found.start, active=found.annotation.uuid)
    return None
