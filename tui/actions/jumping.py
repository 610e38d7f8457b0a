"""Jumping: hints, seek, the outline, and back and forward in the list of places left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.actions import action
from tui.panels.outline import OutlinePanel
from tui.reading import hints
from tui.reading.motion import extend
from tui.reading.selection import Selection

if TYPE_CHECKING:
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen


def _land(screen: ReaderScreen, offset: int, unit: str) -> None:
    """Go to a place; while extending forward the head takes in the unit that begins there."""
    view = screen.view
    if screen.extending and offset >= view.selection.anchor:
        at = Selection(offset, offset)
        offset = extend(f"{unit}_next", view.text, view.layout_rows, at, 1)
    screen.jump(offset)


def _ask(screen: ReaderScreen, offsets: list[int], unit: str, letters: str = hints.LETTERS) -> str | None:
    places = hints.place_labels(offsets, screen.view.selection.head, letters)
    if not places:
        return "There is none on screen."
    screen.show_hints(places, lambda offset: _land(screen, offset, unit))
    return None


@action("jump.hints")
def sentences(screen: ReaderScreen, run: Run) -> str | None:
    """Label every sentence on screen."""
    del run
    blocks, start, end = screen.view.on_screen()
    return _ask(screen, hints.sentence_starts(screen.view.text, blocks, start, end), "sentence")


@action("jump.seek")
def words(screen: ReaderScreen, run: Run) -> str | None:
    """Label every word on screen that begins with the letter typed."""
    if len(run.argument) != 1:
        return "Type the first letter of a word."
    blocks, start, end = screen.view.on_screen()
    found = hints.word_starts(screen.view.text, blocks, start, end, run.argument)
    return _ask(screen, found, "word", hints.seek_letters(len(found)))


@action("jump.back", "jump.forward")
def history(screen: ReaderScreen, run: Run) -> str | None:
    """Go back, or forward again, in the list of places that were left by a jump."""
    for _ in range(max(1, run.times)):
        if not screen.travel(back=run.command.id == "jump.back"):
            return (
                "There is no place before this." if run.command.id == "jump.back" else "There is no place after this."
            )
    return None


@action("jump.outline")
def outline(screen: ReaderScreen, run: Run) -> str | None:
    """List the sections and go to one."""
    del run
    sections = screen.view.text.sections
    if not sections:
        return "This document has no headings."
    screen.open_panel(OutlinePanel(sections, screen.view.selection.head, lambda section: screen.jump(section.start)))
    return None
