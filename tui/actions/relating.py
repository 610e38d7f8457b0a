"""What joins passages: relations between highlights, following them, highlights split in two and joined to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.errors import ManiculaError, UsageError
from storage.model import Annotation
from tui.actions import action
from tui.panels.choice import Choice, ChoicePanel

if TYPE_CHECKING:
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen

NONE_HERE = "There is no highlight here."


def _here(screen: ReaderScreen) -> Annotation | None:
    return screen.session.highlight_at(screen.view.selection.head, screen.view.active)


def _short(annotation: Annotation) -> str:
    words = " ".join(annotation.exact.split()) or " ".join(annotation.note.split()) or "page note"
    return words if len(words) <= 32 else f"{words[:32].rstrip()}…"  # noqa: PLR2004  # what a message has room for


@action("mark.relate")
def relate(screen: ReaderScreen, run: Run) -> str | None:
    """Begin a relation at the highlight under the caret; at another one choose what the first is to it."""
    del run
    found, first = _here(screen), screen.relating
    if found is None:
        return f"{NONE_HERE} x is pressed on two highlights." if first is None else f"{NONE_HERE} x on one, or esc."
    if first is None:
        screen.relating = found
        return f"“{_short(found)}” is … go to the other highlight and press x · esc leaves it"
    if first.uuid == found.uuid:
        screen.relating = None
        return "That is the same highlight; nothing is related."

    def accept(kind: str) -> str | None:
        try:
            screen.session.library.link(first.uuid, found.uuid, kind)
        except ManiculaError as problem:
            return str(problem)
        screen.relating = None
        screen.session.reload()
        screen.message = f"“{_short(first)}” {kind} “{_short(found)}” · u undo"
        return None

    kinds = [Choice(kind, kind) for kind in screen.session.library.link_types()]
    screen.open_panel(ChoicePanel("is to this one:", kinds, accept, new=True), show=found.ranges)
    return None


@action("mark.relations")
def relations(screen: ReaderScreen, run: Run) -> str | None:
    """List what the highlight at the caret is related to; enter follows."""
    del run
    found = _here(screen)
    return list_relations(screen, found) if found else NONE_HERE


def list_relations(screen: ReaderScreen, annotation: Annotation) -> str | None:
    """Open the list of an annotation's relations: enter goes to the other end, delete takes the relation away."""
    library = screen.session.library
    links = {f"{number}": link for number, link in enumerate(library.relations(annotation))}
    if not links:
        return "It is related to nothing yet: x on a highlight in the text begins a relation."

    def accept(value: str) -> str | None:
        try:
            screen.go_to(library.annotation(links[value].other))
        except UsageError:
            return "The other end was deleted."
        return None

    def delete(value: str) -> str | None:
        link = links[value]
        ends = (annotation.uuid, link.other) if link.out else (link.other, annotation.uuid)
        try:
            library.unlink(*ends, link.type)
        except ManiculaError as problem:
            return str(problem)
        screen.session.reload()
        screen.message = "Relation taken away · u brings it back"
        return None

    choices = [Choice(value, screen.relation_line(link), link.note) for value, link in links.items()]
    screen.open_panel(ChoicePanel("follow:", choices, accept, delete=delete), show=annotation.ranges)
    return None


@action("mark.split")
def split(screen: ReaderScreen, run: Run) -> str | None:
    """Cut the highlight at the caret in two, before the caret."""
    del run
    found = _here(screen)
    if found is None:
        return NONE_HERE
    _, second = screen.session.library.split(found.uuid, screen.view.selection.head, screen.session.text)
    screen.session.reload()
    screen.marked(second)
    return "Split in two; the note stays with the first · u undo"


@action("mark.join")
def join(screen: ReaderScreen, run: Run) -> str | None:
    """Join the highlights that the selection touches, else the one at the caret with the next."""
    del run
    selection, session = screen.view.selection, screen.session
    if selection.empty:
        found = _here(screen)
        following = session.highlights.after(found.start, found.uuid) if found else None
        joined = [found, following.annotation] if found and following else []
    else:
        joined = [mark.annotation for mark in session.highlights.between(selection.start, selection.end)]
    if len({one.uuid for one in joined}) < 2:  # noqa: PLR2004  # a join takes two
        return "Joining takes two highlights: select over both, or stand on one that another follows."
    made = session.library.join([one.uuid for one in joined], session.text)
    session.reload()
    screen.marked(made)
    return "Joined; tags, notes and relations are together · u undo"
