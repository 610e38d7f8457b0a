"""Bookmarks: a letter put on a place, and going there; capitals are found from any document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.errors import UsageError
from storage.model import Bookmark
from tui.actions import action

if TYPE_CHECKING:
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen


def in_reach(screen: ReaderScreen) -> list[Bookmark]:
    """Return the bookmarks that can be gone to: those of the open document, and capitals of all others."""
    session = screen.session
    here = session.document.uuid if session.document else ""
    every = [mark for document in session.library.documents() for mark in session.library.bookmarks(document.uuid)]
    own = {mark.name: mark for mark in every if mark.document != here and mark.name.isupper()}
    own |= {mark.name: mark for mark in every if mark.document == here}
    return [own[name] for name in sorted(own)]


@action("jump.set_mark")
def set_mark(screen: ReaderScreen, run: Run) -> str | None:
    """Put a bookmark at the caret; one at this very place is taken away."""
    library, document = screen.session.library, screen.session.register_now()
    name, head = run.argument, screen.view.selection.head
    with library.step(f"bookmark {name}"):
        if name.isupper():
            for other in in_reach(screen):
                if other.name == name and other.document != document.uuid:
                    library.delete_bookmark(other.uuid)
        for mark in library.bookmarks(document.uuid):
            if (mark.name, mark.offset) == (name, head):
                library.delete_bookmark(mark.uuid)
                return f"Bookmark {name} taken away · u undo"
        library.set_bookmark(document.uuid, name, head)
    return f"Bookmark {name} is here · M{name} comes back"


@action("jump.to_mark")
def to_mark(screen: ReaderScreen, run: Run) -> str | None:
    """Go to a bookmark."""
    for mark in in_reach(screen):
        if mark.name == run.argument:
            if screen.session.document is None or mark.document != screen.session.document.uuid:
                screen.open(screen.session.library.document(mark.document))
            screen.jump(min(mark.offset, len(screen.session.text)))
            return None
    names = " ".join(mark.name for mark in in_reach(screen))
    raise UsageError(
        f"There is no bookmark {run.argument}. " + (f"There are {names}." if names else "m and a letter puts one.")
    )
