"""Selecting: extending by motions, whole objects, growing and shrinking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.model import Range
from tui.actions import action
from tui.reading import motion
from tui.reading.objects import OBJECTS, grow, highlight
from tui.reading.selection import Selection

if TYPE_CHECKING:
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen


@action("select.extend")
def extend(screen: ReaderScreen, run: Run) -> str | None:
    """Begin to extend, or leave the selection."""
    del run
    screen.extending = not screen.extending
    if not screen.extending:
        screen.drop_selection()
    return None


@action("select.sentence")
def sentence(screen: ReaderScreen, run: Run) -> str | None:
    """Select the sentence at the caret; while extending by sentences, take the next one too."""
    view = screen.view
    found = screen.session.sentence(view.selection.head)
    if found is None:
        return "There is no sentence here."
    start, end = found
    if screen.extending and not view.selection.empty:
        start = min(start, view.selection.start)
        end = motion.extend("sentence_next", view.text, view.layout_rows, Selection(start, view.selection.end), 1)
    if run.times > 1:
        end = motion.extend("sentence_next", view.text, view.layout_rows, Selection(start, end), run.times - 1)
    screen.select(start, end)
    return None


@action(
    "select.left", "select.right", "select.word_next", "select.word_prev", "select.row_start", "select.row_end"
)  # fmt: skip
def by_key(screen: ReaderScreen, run: Run) -> str | None:
    """Extend by one motion, as shift and an arrow do everywhere."""
    name = run.command.id.removeprefix("select.")
    view = screen.view
    screen.extending = True
    screen.go(motion.extend(name, view.text, view.layout_rows, view.selection, max(1, run.times)))
    return None


@action("select.down", "select.up")
def by_rows(screen: ReaderScreen, run: Run) -> str | None:
    """Extend by rows."""
    screen.extending = True
    screen.go_rows(max(1, run.times) * (1 if run.command.id == "select.down" else -1))
    return None


@action("select.other_end")
def other_end(screen: ReaderScreen, run: Run) -> str | None:
    """Swap the selection's ends."""
    del run
    screen.view.selection = screen.view.selection.flip()
    screen.after_move()
    return None


@action("select.inside", "select.around")
def select_object(screen: ReaderScreen, run: Run) -> str | None:
    """Select a text object named by a letter: s p w q h."""
    view = screen.view
    around = run.command.id == "select.around"
    head = view.selection.head
    if run.argument == "h":
        marks = screen.session.highlights.at(head)
        found = highlight([Range(mark.start, mark.end) for mark in marks], head)
    elif run.argument in OBJECTS:
        found = OBJECTS[run.argument](view.text, head, max(1, run.times), around)
    else:
        return "s sentence · p paragraph · w word · q quotation · h highlight"
    if found is None:
        return "There is none here."
    screen.select(found[0], found[1])
    return None


@action("select.grow")
def grow_selection(screen: ReaderScreen, run: Run) -> str | None:
    """Grow to the next larger object."""
    del run
    selection = screen.view.selection
    screen.grown.append(selection)
    start, end = grow(screen.view.text, Range(selection.start, selection.end))
    screen.select(start, end)
    return None


@action("select.shrink")
def shrink_selection(screen: ReaderScreen, run: Run) -> str | None:
    """Shrink back to what was selected before growing."""
    del run
    if not screen.grown:
        return "Nothing to shrink back to."
    before: Selection = screen.grown.pop()
    screen.view.selection = before
    screen.after_move()
    return None
