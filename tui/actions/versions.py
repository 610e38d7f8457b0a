"""Notes that were written at the same time on two machines: which of them is to stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.model import Alternative, Annotation
from tui.actions import action
from tui.panels.offer import OfferPanel, Row

if TYPE_CHECKING:
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen

Choice = Alternative | None
"""One of the notes kept beside the shown one; None is the shown one."""


@action("mark.choose_note")
def choose_here(screen: ReaderScreen, run: Run) -> str | None:
    """Choose among the notes of the highlight at the caret."""
    del run
    return _choose(screen, screen.session.highlight_at(screen.view.selection.head, screen.view.active))


@action("sidebar.choose_note")
def choose_chosen(screen: ReaderScreen, run: Run) -> str | None:
    """Choose among the notes of the chosen annotation."""
    del run
    return _choose(screen, screen.chosen_card())


def _choose(screen: ReaderScreen, annotation: Annotation | None) -> str | None:
    if annotation is None or not annotation.other_notes:
        return "Nobody wrote another note here at the same time."

    def row(choice: Choice) -> Row:
        note = annotation.note if choice is None else choice.value
        return "✓" if choice is None else " ", " ".join(note.split()), "shown" if choice is None else "kept beside it"

    def take(choice: Choice) -> None:
        screen.session.choose_note(annotation, choice)
        screen.message = "This note stands; the others went · u undo"

    offered: list[Choice] = [None, *annotation.other_notes]
    hints = (("enter", "this one stands"), ("esc", "keep all"))
    screen.open_panel(
        OfferPanel("which note:", lambda _: offered, row, take, hints=hints, nothing=""), show=annotation.ranges
    )
    return None
