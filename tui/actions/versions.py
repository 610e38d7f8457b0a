"""What was written at the same time on several devices, such as two notes or titles: which of it is to stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from storage.model import Alternative, Annotation, Range
from tui import others
from tui.actions import action
from tui.boards.codebook import CodebookBoard
from tui.boards.memos import MemosBoard
from tui.boards.versions import VersionsBoard
from tui.panels.offer import OfferPanel, Row

if TYPE_CHECKING:
    from storage.choosing import Unsettled
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen

Choice = tuple["Unsettled", Alternative | None]
"""A value that waits, and one of those kept beside the shown one; None is the shown one."""


@action("mark.choose")
def choose_here(screen: ReaderScreen, run: Run) -> str | None:
    """Choose among what was written to the highlight at the caret."""
    del run
    return _of_annotation(screen, screen.session.highlight_at(screen.view.selection.head, screen.view.active))


@action("sidebar.choose")
def choose_chosen(screen: ReaderScreen, run: Run) -> str | None:
    """Choose among what was written to the chosen annotation."""
    del run
    return _of_annotation(screen, screen.chosen_annotation())


@action("documents.choose")
def choose_of_document(screen: ReaderScreen, run: Run) -> str | None:
    """Choose among what was written of the chosen document."""
    del run
    chosen = screen.entries()[screen.shelf.chosen : screen.shelf.chosen + 1]
    return _of(screen, "documents", chosen[0].document.uuid if chosen else "")


@action("codebook.choose")
def choose_of_tag(screen: ReaderScreen, run: Run) -> str | None:
    """Choose among what was written of the chosen tag."""
    del run
    tag = screen.here.tag() if isinstance(screen.here, CodebookBoard) else None
    return _of(screen, "tags", tag.uuid if tag else "")


@action("memos.choose")
def choose_of_memo(screen: ReaderScreen, run: Run) -> str | None:
    """Choose among what was written in the chosen memo."""
    del run
    entry = screen.here.entry() if isinstance(screen.here, MemosBoard) else None
    return _of(screen, "memos", entry.uuid if entry else "")


@action("versions.choose")
def choose_of_all(screen: ReaderScreen, run: Run) -> str | None:
    """Choose among what was written to the chosen value."""
    del run
    return choose_value(screen)


def choose_value(screen: ReaderScreen) -> str | None:
    """Choose among what was written to the chosen value of the list of all of them."""
    waiting = screen.here.waiting() if isinstance(screen.here, VersionsBoard) else None
    return _choose(screen, [waiting] if waiting else [])


def _of_annotation(screen: ReaderScreen, annotation: Annotation | None) -> str | None:
    if annotation is None:
        return _choose(screen, [])
    return _of(screen, "annotations", annotation.uuid, annotation.ranges)


def _of(screen: ReaderScreen, table: str, uuid: str, ranges: Sequence[Range] = ()) -> str | None:
    return _choose(screen, screen.session.library.waiting(table, uuid), ranges)


def _choose(screen: ReaderScreen, waiting: Sequence[Unsettled], ranges: Sequence[Range] = ()) -> str | None:
    """Offer all values, those of a field together, the shown one first."""
    if not waiting:
        return "Nothing else was written here at the same time."
    offered: list[Choice] = [(each, other) for each in waiting for other in (None, *each.others)]

    def row(choice: Choice) -> Row:
        each, other = choice
        said = others.said_of(each.field, each.shown if other is None else other.value)
        behind = "shown" if other is None else "kept beside it"
        front = "✓" if other is None else " "
        return front, said, behind if len(waiting) == 1 else f"{others.field(each.field)}, {behind}"

    def take(choice: Choice) -> None:
        screen.session.choose(*choice)
        screen.message = f"This {others.field(choice[0].field)} stands; the others went · u undo"

    hints = (("enter", "this one stands"), ("esc", "keep all"))
    label = f"which {others.field(waiting[0].field)}:" if len(waiting) == 1 else "which stands:"
    screen.open_panel(OfferPanel(label, lambda _: offered, row, take, hints=hints, nothing=""), show=ranges)
    return None
