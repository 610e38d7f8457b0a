"""What was written at the same time on two machines, such as two notes: which of it is to stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.model import Alternative, Annotation
from tui import others
from tui.actions import action
from tui.panels.offer import OfferPanel, Row

if TYPE_CHECKING:
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen

Choice = tuple[str, Alternative | None]
"""A field, and one of the values kept beside the shown one; None is the shown one."""


@action("mark.choose")
def choose_here(screen: ReaderScreen, run: Run) -> str | None:
    """Choose among what was written to the highlight at the caret."""
    del run
    return _choose(screen, screen.session.highlight_at(screen.view.selection.head, screen.view.active))


@action("sidebar.choose")
def choose_chosen(screen: ReaderScreen, run: Run) -> str | None:
    """Choose among what was written to the chosen annotation."""
    del run
    return _choose(screen, screen.chosen_card())


def _choose(screen: ReaderScreen, annotation: Annotation | None) -> str | None:
    if annotation is None or not annotation.others:
        return "Nothing else was written here at the same time."
    fields = dict.fromkeys(other.field for other in annotation.others)
    offered: list[Choice] = []
    for field in fields:
        offered += [(field, None), *((field, other) for other in annotation.others if other.field == field)]

    def row(choice: Choice) -> Row:
        field, other = choice
        said = others.shown(annotation, field) if other is None else others.said_of(field, other.value)
        behind = "shown" if other is None else "kept beside it"
        return "✓" if other is None else " ", said, behind if len(fields) == 1 else f"{others.field(field)}, {behind}"

    def take(choice: Choice) -> None:
        screen.session.choose(annotation, *choice)
        screen.message = f"This {others.field(choice[0])} stands; the others went · u undo"

    hints = (("enter", "this one stands"), ("esc", "keep all"))
    label = f"which {others.field(next(iter(fields)))}:" if len(fields) == 1 else "which stands:"
    screen.open_panel(OfferPanel(label, lambda _: offered, row, take, hints=hints, nothing=""), show=annotation.ranges)
    return None
