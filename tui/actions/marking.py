"""Marking: highlight, tag, annotate, repeat, colour, delete, undo, copy. The object is named as KEYS gives it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from storage import drafts
from storage.library import Outcome
from storage.model import Annotation, Document
from tui.actions import action
from tui.clipboard import copy
from tui.names import at_home
from tui.panels.tags import TagPanel
from tui.screens.notes import Writing
from tui.session import Target
from tui.themes import LETTERS

if TYPE_CHECKING:
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen

NOTHING = "There is no text here to mark."


@action("mark.highlight")
def highlight(screen: ReaderScreen, run: Run) -> str | None:
    """Highlight the selection, else the sentence; while reshaping keep the new ends."""
    del run
    if screen.reshaping is not None:
        annotation = screen.session.reshape(screen.reshaping, screen.view.selection)
        screen.marked(annotation)
        return "Reshaped · u undo"
    target = screen.session.passage(screen.view.selection)
    if target is None:
        return NOTHING
    first, unknown = screen.session.first_time, not screen.session.library.me().uuid
    annotation, made = screen.session.highlight(target)
    screen.repeat = lambda again: screen.session.highlight(again)[0]
    screen.marked(annotation)
    if not made:
        return "This is highlighted already. t tags it · d deletes it"
    if first:
        screen.session.first_time = False
        place = at_home(screen.session.library.path)
        return f"Highlighted · t tag · a note · u undo · everything is saved at once to {place}"
    if unknown:
        return f"Highlighted · signed {screen.session.library.me().name}, g y changes the name"
    return "Highlighted · t tag · a note · u undo"


def tag_target(screen: ReaderScreen, target: Target, *, then_note: bool = False) -> None:
    """Open the tag picker for a target; `then_note` goes on to the note."""
    library = screen.session.library
    has = library.tag_paths(target.annotation) if target.annotation else []

    def apply(add: Sequence[str], remove: Sequence[str]) -> None:
        if add or remove or then_note:
            annotation = screen.session.apply_tags(target, add, remove)
            if add:
                tags = tuple(add)
                screen.repeat = lambda again: screen.session.apply_tags(again, tags, ())
            screen.marked(annotation)
            done = [f"Tagged {', '.join(add)}"] if add else []
            done += [f"took {', '.join(remove)} off"] if remove else []
            screen.message = " · ".join(done) + " · u undo" if done else ""
            if then_note:
                screen.open_note(annotation)

    panel = TagPanel(library.recent_tags(), library.tag_counts(), has, apply, then_note=then_note)
    screen.open_panel(panel, show=target.ranges)


@action("mark.tag", "mark.annotate")
def tag(screen: ReaderScreen, run: Run) -> str | None:
    """Tag (and annotate) the selection, else the highlight at the caret, else the sentence."""
    target = screen.session.target(screen.view.selection, screen.view.active)
    if target is None:
        return NOTHING
    tag_target(screen, target, then_note=run.command.id == "mark.annotate")
    return None


@action("mark.page_note")
def page_note(screen: ReaderScreen, run: Run) -> str | None:
    """Write a note on the document as a whole; one that stays empty is none."""
    del run
    session = screen.session
    document = session.register_now()

    def keep(text: str) -> str:
        session.library.annotate(document.uuid, [], note=text, text=session.text)
        session.reload()
        return "Page note saved · S lists it · u undo"

    screen.write(Writing(drafts.page(document.uuid), "page note", f"on {document.title}", "", keep))
    return None


@action("mark.repeat")
def repeat(screen: ReaderScreen, run: Run) -> str | None:
    """Do the last highlight or tag action to the selection, else to the sentence."""
    del run
    target = screen.session.passage(screen.view.selection)
    if target is None:
        return NOTHING
    if screen.repeat is None:
        return "Nothing to repeat yet: highlight or tag something first."
    annotation = screen.repeat(target)
    screen.marked(annotation)
    return f"{screen.session.as_target(annotation).name} · u undo"


@action("mark.color")
def color(screen: ReaderScreen, run: Run) -> str | None:
    """Colour the selection, else the highlight at the caret, else the sentence."""
    target = screen.session.target(screen.view.selection, screen.view.active)
    return color_target(screen, target, run.argument) if target else NOTHING


_NAMES = {short.lower(): name for name, short in LETTERS.items()}
COLORS_SAID = " · ".join(f"{short} {name}" for short, name in _NAMES.items())
"""What to say where the letter of no colour was typed."""


def color_named(letter: str) -> str:
    """Return the colour that has `letter`, empty where none has."""
    return _NAMES.get(letter.lower(), "")


def color_target(screen: ReaderScreen, target: Target, letter: str) -> str:
    """Give a target the colour that has `letter`."""
    name = color_named(letter)
    if not name:
        return COLORS_SAID
    annotation, now = screen.session.set_color(target, name)
    screen.marked(annotation)
    return f"Coloured {now} · u undo" if now else "Colour taken off · u undo"


@action("mark.reshape")
def reshape(screen: ReaderScreen, run: Run) -> str | None:
    """Make the highlight at the caret the selection, to move its ends."""
    del run
    found = screen.session.highlight_at(screen.view.selection.head, screen.view.active)
    if found is None:
        return "There is no highlight here to reshape."
    if len(found.ranges) != 1:
        return "This highlight has several parts, which cannot be reshaped here."
    screen.select(found.start, found.end)
    screen.reshaping = found
    return "Motions move the end · o the other end · enter keeps · esc leaves it as it was"


@action("mark.delete")
def delete(screen: ReaderScreen, run: Run) -> str | None:
    """Delete the highlight at the caret, or those inside the selection."""
    del run
    selection, session = screen.view.selection, screen.session
    if selection.empty:
        found = session.highlight_at(selection.head, screen.view.active)
        doomed = [found] if found else []
    else:
        inside = session.highlights.between(selection.start, selection.end)
        doomed = [mark.annotation for mark in inside if selection.start <= mark.start and mark.end <= selection.end]
    if not doomed:
        return "There is no highlight here to delete."
    return delete_all(screen, doomed)


def delete_all(screen: ReaderScreen, doomed: Sequence[Annotation]) -> str:
    """Delete annotations as one step."""
    unique = {annotation.uuid: annotation for annotation in doomed}
    screen.session.delete(list(unique.values()))
    screen.drop_selection()
    screen.view.active = ""
    what = "Deleted" if len(unique) == 1 else f"Deleted {len(unique)} annotations"
    return f"{what} · u brings it back"


def _tell(outcome: Outcome | None, verb: str) -> str:
    if outcome is None:
        return "Nothing to undo." if verb == "Undone" else "Nothing to redo."
    left = f" · {len(outcome.skipped)} left as changed since" if outcome.skipped else ""
    return f"{verb}: {outcome.label}{left}"


@action("mark.undo", "mark.redo")
def undo(screen: ReaderScreen, run: Run) -> str | None:
    """Take a step back, or do it again; the caret goes to what changed when that is in this document."""
    back = run.command.id == "mark.undo"
    outcome = None
    for _ in range(max(1, run.times)):
        step = screen.session.undo() if back else screen.session.redo()
        if step is None:
            break
        outcome = step
    if outcome is not None and not screen.show_marked():
        touched = set(outcome.annotations)
        here = (one for one in screen.session.annotations if one.uuid in touched)
        if first := next((one for one in here if one.ranges and screen.session.stands(one)), None):
            screen.go(first.start, active=first.uuid)
    return _tell(outcome, "Undone" if back else "Redone")


@action("mark.copy", "mark.cite")
def copy_quote(screen: ReaderScreen, run: Run) -> str | None:
    """Copy the selection, else the highlight, else the sentence; with Y its source too."""
    target = screen.session.target(screen.view.selection, screen.view.active)
    if target is None or not target.ranges:
        return "There is nothing here to copy."
    quote = " ".join(" ".join(screen.view.text.string[one.start : one.end].split()) for one in target.ranges)
    if run.command.id == "mark.cite":
        quote = _cited(screen, quote, target)
    return copy(screen.app, quote)


def _cited(screen: ReaderScreen, quote: str, target: Target) -> str:
    """Return `quote` with its source, by the reader's pattern."""
    from storage.citing import Passage, cite  # noqa: PLC0415  # imported when first used
    from storage.exchange.sources import citekeys  # noqa: PLC0415  # the same

    session = screen.session
    library, annotation = session.library, target.annotation
    document = library.document(session.document.uuid) if session.document else Document("", session.title)
    tags = tuple(library.tag_paths(annotation)) if annotation else ()
    note, uuid = (annotation.note, annotation.uuid) if annotation else ("", "")
    last = session.text.page_at(target.ranges[-1].end - 1)
    key = citekeys(library.documents()).get(document.uuid, "")
    passage = Passage(quote, document, key, session.place(target.ranges[0].start), last, tags, note, uuid)
    return cite(screen.app.config.citation, passage)  # type: ignore[attr-defined]  # the app is always ours
