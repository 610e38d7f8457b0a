"""Find in the open document: incremental, folded, with the matches marked and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.model import Range
from tui.actions import action
from tui.panels.find import FindPanel, How
from tui.reading.objects import OBJECTS

if TYPE_CHECKING:
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen


@action("find.find")
def find(screen: ReaderScreen, run: Run) -> str | None:
    """Open the find field; the view follows the typing and comes back on esc."""
    del run
    view = screen.view
    start, top = view.selection, view.top

    def typed(pattern: str, how: How) -> str:
        screen.find_how = how
        return screen.find(pattern, start.head, how)

    def accept(pattern: str) -> str | None:
        if pattern:
            view.selection, found = start, view.selection
            screen.remember_place()
            view.selection = found
            screen.find(pattern, start.head, screen.find_how, wait=True)
            screen.find_all()
            if not view.matches:
                return screen.find_problem or "Not found."
        return None

    def cancelled() -> None:
        screen.find("", start.head)
        view.selection, view.top = start, top
        view.refresh_frame()

    screen.warm_find()
    screen.open_panel(FindPanel(screen.find_how, typed, accept, cancelled))
    return None


@action("find.next", "find.prev")
def walk(screen: ReaderScreen, run: Run) -> str | None:
    """Go to the next or previous match, round the document's ends."""
    screen.find_all()
    matches = screen.view.matches
    if not matches:
        return "Nothing to find yet. / finds." if not screen.pattern else f"“{screen.pattern}” is not in this document."
    step = max(1, run.times) * (1 if run.command.id == "find.next" else -1)
    index = screen.match_index(step)
    screen.show_match(index)
    return f"“{screen.pattern}” {index + 1}/{len(matches)}"


@action("find.word")
def word(screen: ReaderScreen, run: Run) -> str | None:
    """Find the word at the caret."""
    del run
    view = screen.view
    found = OBJECTS["w"](view.text, view.selection.head, 1, False)  # noqa: FBT003  # an object's signature
    if found is None:
        return "There is no word here."
    start, end = Range(*found)
    screen.find(view.text.string[start:end].lower(), start, How(whole_word=True), wait=True)
    screen.find_all()
    return f"“{screen.pattern}” {screen.match_index(0) + 1}/{len(view.matches)}"
