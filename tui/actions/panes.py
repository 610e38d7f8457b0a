"""Panes and documents: opening, going from pane to pane, hiding them, the width of the text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from storage import config
from storage.errors import ManiculaError
from storage.model import Document
from tui.actions import action
from tui.panels.opener import OpenPanel

if TYPE_CHECKING:
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen

_STEP = 4
_NARROW, _WIDE = 40, 160


@action("pane.open")
def open_document(screen: ReaderScreen, run: Run) -> str | None:
    """Open a document by a part of its name, or a file by its path."""
    del run
    library = screen.session.library
    documents = library.documents()
    counts = {one.uuid: library.count(one.uuid) for one in documents}

    def accept(chosen: Document | Path) -> str:
        try:
            screen.open(chosen)
        except ManiculaError as problem:
            return str(problem)
        return ""

    screen.open_panel(OpenPanel(documents, counts, accept))
    return None


@action("pane.next")
def next_pane(screen: ReaderScreen, run: Run) -> str | None:
    """Go to the next pane that is shown."""
    del run
    return screen.panes.next_pane()


@action("pane.documents")
def documents(screen: ReaderScreen, run: Run) -> str | None:
    """Show the document list and go there; there: hide it."""
    del run
    screen.panes.toggle("documents")
    return None


@action("pane.sidebar")
def sidebar(screen: ReaderScreen, run: Run) -> str | None:
    """Show the annotations and go there; there: hide them."""
    del run
    screen.panes.toggle("cards")
    return None


@action("pane.zen")
def zen(screen: ReaderScreen, run: Run) -> str | None:
    """Show only the text, or everything again."""
    del run
    screen.panes.zen = not screen.panes.zen
    screen.panes.fold()
    return "Only the text. z brings the rest back." if screen.panes.zen else None


@action("pane.wider", "pane.narrower")
def measure(screen: ReaderScreen, run: Run) -> str | None:
    """Make the text column wider or narrower."""
    step = _STEP if run.command.id == "pane.wider" else -_STEP
    width = min(_WIDE, max(_NARROW, screen.view.measure + step * max(1, run.times)))
    screen.view.set_measure(width)
    return f"The text is {width} cells wide."


_FOCUS = {"": "sentence", "sentence": "paragraph", "paragraph": ""}


@action("pane.focus")
def focus(screen: ReaderScreen, run: Run) -> str | None:
    """Dim all but the sentence, then all but the paragraph, then nothing."""
    del run
    screen.view.focus_unit = _FOCUS[screen.view.focus_unit]
    screen.view.refresh_frame()
    unit = screen.view.focus_unit
    return f"All but the {unit} is dimmed." if unit else "Nothing is dimmed."


@action("pane.spacing")
def spacing(screen: ReaderScreen, run: Run) -> str | None:
    """Part paragraphs by a blank row, or by an indent."""
    del run
    screen.view.set_indented(indented=not screen.view.indented)
    config.save("spacing", "indent" if screen.view.indented else "blank")
    return "Paragraphs are indented." if screen.view.indented else "A blank row stands between paragraphs."


@action("pane.only_mine")
def only_mine(screen: ReaderScreen, run: Run) -> str | None:
    """Hide what others marked until it is switched off, also the next time."""
    del run
    people = screen.session.people
    people.only_mine = not people.only_mine
    config.save("only_mine", people.only_mine)
    screen.session.reload()
    screen.view.refresh_frame()
    if screen.here is not None:
        screen.here.reload()
    return "Only your own work is shown · g o shows that of others" if people.only_mine else "Everyone's work is shown."
