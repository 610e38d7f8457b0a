"""Transcripts: from turn to turn of who speaks, and all turns of one speaker tagged at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.actions import action
from tui.panels.tags import TagPanel

if TYPE_CHECKING:
    from storage.speakers import Turn
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen

_NOBODY = "This is no transcript: no names with a colon, or times, repeat at the start of its paragraphs."


def _turns(screen: ReaderScreen) -> Sequence[Turn]:
    return screen.session.places.turns.turns


@action("move.turn_next", "move.turn_prev")
def turn(screen: ReaderScreen, run: Run) -> str | None:
    """Go to the next or previous turn; while extending, the selection goes along."""
    turns, head = _turns(screen), screen.view.selection.head
    if not turns:
        return _NOBODY
    forward = run.command.id.endswith("next")
    starts = [one.start for one in turns if (one.start > head if forward else one.start < head)]
    if not starts:
        return f"No turn {'after' if forward else 'before'} this."
    count = min(max(1, run.times), len(starts))
    screen.go(starts[count - 1] if forward else starts[-count])
    here = screen.session.places.turns.at(screen.view.selection.head)
    return ", ".join(part for part in (here.speaker, here.time) if part) or None if here else None


@action("mark.speaker")
def speaker(screen: ReaderScreen, run: Run) -> str | None:
    """Tag every turn of who speaks at the caret."""
    del run
    if not _turns(screen):
        return _NOBODY
    turns = screen.session.places.turns
    here = turns.at(screen.view.selection.head)
    if here is None or not here.speaker:
        return "Nobody who is named speaks here."
    said = turns.by(here.speaker)
    session, library = screen.session, screen.session.library
    found = [session.highlights.exactly(one.words, one.end) for one in said]
    tags = [set(library.tag_paths(one)) if one else set() for one in found]

    def apply(add: Sequence[str], remove: Sequence[str]) -> None:
        if add or remove:
            count = session.tag_turns(said, add, remove)
            done = [f"Tagged {', '.join(add)}"] if add else []
            done += [f"took {', '.join(remove)} off"] if remove else []
            screen.message = f"{' · '.join(done)}: {count} turns of {here.speaker} · u undo"

    panel = TagPanel(library.recent_tags(), library.tag_counts(), set.intersection(*tags), apply)
    panel.label = f"tag {len(said)} turns of {here.speaker}:"
    screen.open_panel(panel)
    return None
