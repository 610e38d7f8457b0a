"""What is done to documents in their list: state, title, attributes, memo; to those marked, else to the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage import attributes as notation
from storage.errors import ManiculaError
from storage.model import STATES, Document, Value
from tui.actions import action
from tui.actions.boards import write_memo
from tui.panels.prompt import Prompt

if TYPE_CHECKING:
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen

NONE_CHOSEN = "No document is chosen."


def _chosen(screen: ReaderScreen) -> list[Document]:
    documents = [entry.document for entry in screen.entries() if entry.document.uuid]
    marked = [one for one in documents if one.uuid in screen.marks]
    return marked or documents[screen.shelf.chosen : screen.shelf.chosen + 1]


@action("documents.state")
def state(screen: ReaderScreen, run: Run) -> str | None:
    """Take the state after that of the chosen document."""
    del run
    found = _chosen(screen)
    if not found:
        return NONE_CHOSEN
    now = STATES[(STATES.index(found[0].state) + 1) % len(STATES)] if found[0].state in STATES else STATES[0]
    library = screen.session.library
    with library.step(f"state {now}"):
        for one in found:
            library.edit_document(one.uuid, state=now)
    what = f"“{found[0].title}” is" if len(found) == 1 else f"{len(found)} documents are"
    return f"{what} {now} · u undo"


@action("documents.rename")
def rename(screen: ReaderScreen, run: Run) -> str | None:
    """Edit the title of the chosen document."""
    del run
    found = _chosen(screen)
    if len(found) != 1:
        return "A title is that of one document." if found else NONE_CHOSEN

    def accept(title: str) -> str | None:
        if not title.strip():
            return "A document needs a title."
        screen.session.library.edit_document(found[0].uuid, title=title)
        screen.session.reload()
        screen.message = "Title changed · u undo"
        return None

    screen.open_panel(Prompt("title:", found[0].title, accept=accept))
    return None


@action("documents.attributes")
def attributes(screen: ReaderScreen, run: Run) -> str | None:
    """Edit the attributes of the chosen documents; of several, those typed are set on all."""
    del run
    found = _chosen(screen)
    if not found:
        return NONE_CHOSEN
    library = screen.session.library
    before = dict(found[0].attributes) if len(found) == 1 else {}

    def accept(typed: str) -> str | None:
        try:
            now = notation.read(typed)
            gone: dict[str, Value | None] = dict.fromkeys(set(before) - set(now))
            with library.step("attributes"):
                for one in found:
                    library.edit_document(one.uuid, attributes={**gone, **now})
        except ManiculaError as problem:
            return str(problem)
        screen.message = f"Attributes of {len(found)} document{'s' if len(found) > 1 else ''} set · u undo"
        return None

    label = "attributes:" if len(found) == 1 else f"attributes of {len(found)} documents:"
    prompt = Prompt(label, notation.written(before), accept=accept)
    prompt.problem = "" if before else "name=value, such as age=41 site=north"
    screen.open_panel(prompt)
    return None


@action("documents.memo")
def memo(screen: ReaderScreen, run: Run) -> str | None:
    """Write a memo on the chosen document."""
    del run
    found = _chosen(screen)
    if len(found) != 1:
        return "A memo is on one document." if found else NONE_CHOSEN
    write_memo(screen, f"document:{found[0].uuid}", f"document {found[0].title}")
    return None
