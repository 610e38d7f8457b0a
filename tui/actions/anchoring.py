"""Passages that stand several times, that changed with their document, or lost their place."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from storage.model import Annotation, Range, doubtful
from storage.sentences import sentence_at
from tui.actions import action
from tui.comparing import date_of
from tui.panels.offer import OfferPanel, Row

if TYPE_CHECKING:
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen

_MOST_CANDIDATES = 8
_LONG = 2_000_000
"""Characters from which candidates are looked for in the background; a million take 0.15 s."""


def _squeezed(string: str) -> str:
    return " ".join(string.split())


@action("anchor.all")
def highlight_all(screen: ReaderScreen, run: Run) -> str | None:
    """Highlight every place where the passage stands, as the one here is."""
    del run
    target = screen.session.target(screen.view.selection, screen.view.active)
    if target is None or len(target.ranges) != 1:
        return "There is no passage here that could stand elsewhere."
    annotation, made = screen.session.highlight_all(target)
    screen.marked(annotation)
    if not made:
        return "This passage stands nowhere else that is not highlighted already."
    return f"Highlighted in {made} more {'place' if made == 1 else 'places'} · u undo"


@action("anchor.doubt_next", "anchor.doubt_prev")
def walk(screen: ReaderScreen, run: Run) -> str | None:
    """Go to the next or previous highlight that is not certain."""
    forward = run.command.id.endswith("next")
    highlights, found = screen.session.highlights, None
    offset, active = screen.view.selection.head, screen.view.active
    for _ in range(max(1, run.times)):
        step = highlights.after(offset, active) if forward else highlights.before(offset, active)
        while step is not None and not doubtful(step.annotation):
            offset, active = step.start, step.annotation.uuid
            step = highlights.after(offset, active) if forward else highlights.before(offset, active)
        if step is None:
            break
        found, offset, active = step, step.start, step.annotation.uuid
    if found is None:
        return f"No highlight in doubt {'after' if forward else 'before'} this."
    screen.go(found.start, active=found.annotation.uuid)
    return f"{found.annotation.confidence:.0%} sure · C stands right · r moves its ends · gd what changed"


def _confirm(screen: ReaderScreen, annotation: Annotation | None) -> str:
    if annotation is None:
        return "There is no highlight here to confirm."
    if not doubtful(annotation):
        return (
            "This one has no place yet; R gives it one." if annotation.state == "orphan" else "There is no doubt here."
        )
    screen.session.confirm(annotation)
    left = sum(map(doubtful, screen.session.annotations))
    more = f" · {left} more: gn" if left else ""
    return f"Confirmed{more} · u undo"


@action("anchor.confirm")
def confirm(screen: ReaderScreen, run: Run) -> str | None:
    """Make the highlight at the caret certain."""
    del run
    return _confirm(screen, screen.session.highlight_at(screen.view.selection.head, screen.view.active))


@action("sidebar.confirm")
def confirm_chosen(screen: ReaderScreen, run: Run) -> str | None:
    """Make the chosen annotation certain."""
    del run
    return _confirm(screen, screen.chosen_card())


@action("anchor.relink")
def relink_here(screen: ReaderScreen, run: Run) -> str | None:
    """Give the selection, else the sentence, to an annotation that has no place."""
    del run
    session = screen.session
    orphans = [one for one in session.annotations if one.state == "orphan"]
    target = session.passage(screen.view.selection)
    if not orphans:
        return "Every annotation of this document has its place."
    if target is None:
        return "There is no text here to give an annotation to."

    def take(orphan: Annotation) -> None:
        screen.marked(session.relink(orphan, target.ranges))
        screen.message = "It stands here now · u undo"

    if len(orphans) == 1:
        take(orphans[0])
        return None
    panel = OfferPanel(
        "give this place to:",
        lambda typed: [one for one in orphans if typed.casefold() in one.exact.casefold()],
        lambda one: ("", f"“{_squeezed(one.exact)}”", ", ".join(session.library.tag_paths(one))),
        take,
        hints=(("enter", "give"), ("esc", "close")),
        nothing="No annotation without place has these words.",
    )
    screen.open_panel(panel, show=target.ranges)
    return None


@action("sidebar.relink")
def relink_chosen(screen: ReaderScreen, run: Run) -> str | None:
    """Choose a place for the chosen annotation: the best candidates first, or the sentences with the typed words."""
    del run
    session, annotation = screen.session, screen.chosen_card()
    if annotation is None or not annotation.ranges:
        return "Only a highlight has a place in the text."
    if len(session.text.string) > _LONG:
        screen.begin(_seek, screen, annotation)
        return "Looking for places that are like it …"
    _offer(screen, annotation, session.candidates(annotation, _MOST_CANDIDATES))
    return None


async def _seek(screen: ReaderScreen, annotation: Annotation) -> None:
    """Look for candidates in the background, and offer them unless the reader does something else by then."""
    session, text = screen.session, screen.session.text
    found: list[tuple[Range, float]] = []

    def run(_progress: object, _stopped: object) -> None:
        found.extend(session.candidates(annotation, _MOST_CANDIDATES))

    await screen.in_thread(run)
    if session.text is not text:
        return
    if screen.free():
        screen.message = ""
        _offer(screen, annotation, found)
    else:
        screen.message = "Places that are like it are found · R on its card shows them"
    screen.sync()


def _offer(screen: ReaderScreen, annotation: Annotation, offered: Sequence[tuple[Range, float]]) -> None:
    """Let the reader choose among places, or search for others by typing."""
    session, view = screen.session, screen.view
    if screen.narrow():
        screen.panes.go("text")
    before = view.selection, view.top, view.matches, view.match

    def search(typed: str) -> Sequence[tuple[Range, float]]:
        return session.sentences_with(typed) if typed.strip() else offered

    def row(option: tuple[Range, float]) -> Row:
        place, score = option
        words = _squeezed(session.text.string[place.start : place.end])
        taken = " · highlighted already" if session.highlights.exactly(*place) else ""
        return (f"{score:4.0%}" if score else "    "), f"“{words}”", f"{session.place(place.start)}{taken}"

    def show(option: tuple[Range, float]) -> None:
        view.matches, view.match = [option[0]], option[0]
        view.reveal(option[0].start)

    def leave() -> None:
        view.selection, view.top, view.matches, view.match = before
        view.refresh_frame()

    def take(option: tuple[Range, float]) -> None:
        leave()
        session.relink(annotation, [option[0]])
        screen.message = f"It stands in {session.place(option[0].start)} now · u undo"

    panel = OfferPanel(
        "place:",
        search,
        row,
        take,
        show=show,
        leave=leave,
        hints=(("enter", "stands here"), ("type", "search"), ("esc", "keep as it is")),
        nothing="Nothing in this text is like it; type words to search for, or esc keeps it as it is.",
    )
    screen.open_panel(panel)


@action("anchor.versions")
def versions(screen: ReaderScreen, run: Run) -> str | None:
    """Choose a version of the document to read."""
    del run
    session = screen.session
    snapshots = session.library.snapshots
    known = [each for each in reversed(session.document.texts if session.document else ()) if snapshots.has(each)]
    if len(known) <= 1 and not session.version:
        return "This document has had one version so far."

    def row(version: str) -> Row:
        name = "newest" if version == known[0] else f"read {date_of(snapshots.when(version))}"
        return ("▸" if version == session.text.hash else " "), name, ""

    def take(version: str) -> None:
        if version == known[0]:
            screen.begin(screen.show_newest)
        else:
            screen.begin(partial(screen.show_version, version, chosen=True))

    hints = (("enter", "read"), ("esc", "close"))
    screen.open_panel(OfferPanel("version:", lambda _: known, row, take, hints=hints, nothing=""))
    return None


@action("anchor.refresh")
def refresh(screen: ReaderScreen, run: Run) -> str | None:
    """Read the file again now."""
    del run
    return screen.read_again()


@action("anchor.changes")
def changes(screen: ReaderScreen, run: Run) -> str | None:
    """Show what changed around the highlight at the caret, else around the sentence."""
    del run
    session, view = screen.session, screen.view
    found = session.highlight_at(view.selection.head, view.active)
    here = found.ranges[0] if found else Range(*(sentence_at(session.text, view.selection.head) or (0, 0)))
    return screen.compare(found, here)


@action("sidebar.changes")
def changes_of_chosen(screen: ReaderScreen, run: Run) -> str | None:
    """Show what changed around the chosen annotation."""
    del run
    annotation = screen.chosen_card()
    if annotation is None or not annotation.ranges:
        return "Only around a highlight can something have changed."
    return screen.compare(annotation, annotation.ranges[0])
