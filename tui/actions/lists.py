"""What all lists have in common, and what is done to annotations from the sidebar or the list of all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from storage.errors import UsageError
from storage.model import Annotation
from tui.actions import action, boards, deciding, names, reviewing, tables, versions
from tui.actions.marking import COLORS_SAID, color_named, delete_all, tag_target
from tui.actions.relating import list_relations
from tui.actions.reviewing import completed
from tui.boards.concordance import ConcordanceBoard
from tui.boards.review import ReviewBoard
from tui.boards.search import SearchBoard
from tui.panels.prompt import Prompt
from tui.panels.tags import TagPanel

if TYPE_CHECKING:
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen


@action("list.down", "list.up", "list.page_down", "list.page_up", "list.first", "list.last")
def move(screen: ReaderScreen, run: Run) -> str | None:
    """Go through the list."""
    how = run.command.id.removeprefix("list.")
    step = {"down": 1, "up": -1, "page_down": screen.list_page(), "page_up": -screen.list_page()}.get(how)
    if step is None:
        screen.choose(0 if how == "first" else screen.list_length() - 1)
    else:
        screen.choose(screen.list_index() + step * max(1, run.times))
    return None


@action("list.choose")
def choose(screen: ReaderScreen, run: Run) -> str | None:
    """Open the chosen document or tag; of an annotation show the passage, and the second time go back."""
    del run
    shown = _OPENED.get(screen.scope())
    if shown is not None:
        return shown(screen)
    if screen.peeked is not None and not screen.pane(screen.panes.current).display:
        screen.unpeek()
        return "Back where you were."
    found = screen.chosen_annotation()
    return screen.peek(found) if found else None


_OPENED: dict[str, Callable[[ReaderScreen], str | None]] = {
    "documents": lambda screen: screen.open_chosen(),
    "memos": boards.edit_memo,
    "codebook": boards.show_tagged,
    "passages": boards.show_found,
    "table": tables.open_cell,
    "disagreements": deciding.show,
    "names": names.show,
    "timeline": names.show,
    "dates": names.show,
    "versions": versions.choose_value,
}
"""What enter does in the lists whose rows are no annotations, by scope."""


@action("list.mark")
def mark(screen: ReaderScreen, run: Run) -> str | None:
    """Mark rows from the chosen one on, or unmark them, and go on to the next."""
    for _ in range(max(1, run.times)):
        uuids = screen.row_uuids()
        if not uuids:
            return "There is nothing to mark."
        screen.marks_here().symmetric_difference_update({uuids[min(screen.list_index(), len(uuids) - 1)]})
        screen.choose(screen.list_index() + 1)
    screen.touch_documents()
    return _marked(screen)


@action("list.mark_all")
def mark_all(screen: ReaderScreen, run: Run) -> str | None:
    """Mark everything that is shown; where all of it is marked, unmark it."""
    del run
    board = screen.here
    if isinstance(board, SearchBoard) and board.cut_short:
        board.mark_every()
        return "Looking for every passage there is, to mark all of them …"
    if isinstance(board, ConcordanceBoard) and not board.ready():
        return "More lines are still being looked for; in a moment."
    uuids, marks = set(screen.row_uuids()), screen.marks_here()
    if uuids <= marks:
        marks -= uuids
    else:
        marks |= uuids
    screen.touch_documents()
    return _marked(screen)


def _marked(screen: ReaderScreen) -> str:
    count = len(screen.marks_here())
    return f"{count} marked" if count else "Nothing is marked."


@action("list.filter", "sidebar.tag_filter")
def narrow(screen: ReaderScreen, run: Run) -> str | None:
    """Filter the list as the query is typed; esc brings everything back."""
    if isinstance(screen.here, SearchBoard | ConcordanceBoard):
        boards.ask(screen, screen.here)
        return None
    if isinstance(screen.here, ReviewBoard):
        reviewing.ask(screen, screen.here.asked)
        return None
    before = screen.list_query()
    start = "tag:" if run.command.id == "sidebar.tag_filter" else before

    def typed(source: str) -> str:
        try:
            return screen.filter_list(completed(source, screen.session.library))
        except UsageError as problem:
            return str(problem)

    def cancelled() -> None:
        typed("")

    prompt = Prompt("filter:", start, typed=typed, accept=lambda source: typed(source) and None, cancelled=cancelled,
                    hints=(("enter", "keep"), ("esc", "clear")))  # fmt: skip
    screen.open_panel(prompt)
    if start:
        prompt.problem = typed(start)
    return None


@action("list.sort")
def sort(screen: ReaderScreen, run: Run) -> str | None:
    """Take the next order."""
    del run
    return f"Sorted by {screen.next_order()}"


@action("list.leave")
def leave(screen: ReaderScreen, run: Run) -> str | None:
    """Clear the marks, then the filter; where there is neither, go back to the text."""
    del run
    if screen.marks_here():
        screen.marks_here().clear()
        screen.touch_documents()
    elif screen.list_query():
        screen.filter_list("")
    elif screen.here is not None and screen.here.back is not None:
        screen.here.back.reload()
        screen.open_board(screen.here.back)
    else:
        if screen.here is not None and screen.here.shows:
            screen.unpeek()
        screen.panes.go("text")
    return None


NONE_CHOSEN = "No annotation is chosen."


@action("sidebar.edit")
def edit(screen: ReaderScreen, run: Run) -> str | None:
    """Edit the chosen annotation's note."""
    del run
    found = screen.chosen_annotation()
    if found is None:
        return NONE_CHOSEN
    screen.open_note(found, in_card=screen.here is None)
    return None


@action("sidebar.tag")
def tag(screen: ReaderScreen, run: Run) -> str | None:
    """Tag what is marked, else the chosen annotation."""
    del run
    found = screen.chosen_annotations()
    if not found:
        return NONE_CHOSEN
    if len(found) == 1:
        tag_target(screen, screen.session.as_target(found[0]))
    else:
        _tag_all(screen, found)
    return None


def _tag_all(screen: ReaderScreen, found: Sequence[Annotation]) -> None:
    library = screen.session.library
    common = set.intersection(*(set(library.tag_paths(one)) for one in found))

    def apply(add: Sequence[str], remove: Sequence[str]) -> None:
        if add or remove:
            screen.session.tag_all(found, add, remove)
            done = [f"Tagged {', '.join(add)}"] if add else []
            done += [f"took {', '.join(remove)} off"] if remove else []
            screen.message = f"{' · '.join(done)}: {len(found)} annotations · u undo"

    panel = TagPanel(library.recent_tags(), library.tag_counts(), common, apply)
    panel.label = f"tag {len(found)} annotations:"
    screen.open_panel(panel)


@action("sidebar.color")
def color(screen: ReaderScreen, run: Run) -> str | None:
    """Colour what is marked, else the chosen annotation."""
    found, name = screen.chosen_annotations(), color_named(run.argument)
    if not found or not name:
        return COLORS_SAID if found else NONE_CHOSEN
    now = screen.session.color_all(found, name)
    many = f" {len(found)} annotations" if len(found) > 1 else ""
    return f"Coloured{many} {now} · u undo" if now else "Colour taken off · u undo"


@action("sidebar.delete")
def delete(screen: ReaderScreen, run: Run) -> str | None:
    """Delete what is marked, else the chosen annotation."""
    del run
    found = screen.chosen_annotations()
    if not found:
        return NONE_CHOSEN
    screen.marks_here().clear()
    return delete_all(screen, found)


@action("sidebar.relations")
def relations(screen: ReaderScreen, run: Run) -> str | None:
    """List what the chosen annotation is related to."""
    del run
    found = screen.chosen_annotation()
    return list_relations(screen, found) if found else NONE_CHOSEN
