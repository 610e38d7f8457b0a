"""Taking annotations away: what is asked for where the focus is, at once or, where it is much, in the background."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from storage import exchange
from storage.errors import ManiculaError
from storage.library import Library
from storage.model import Document
from storage.passages import Progress, StoppedError, counting
from storage.query import Query, chosen
from tui.actions import action, names, passages, tables
from tui.boards.annotations import AnnotationsBoard
from tui.boards.everything import EverythingBoard
from tui.panels.export import ExportPanel

if TYPE_CHECKING:
    from storage.exchange.updating import Update
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen

_WRONG = (ManiculaError, OSError, RuntimeError, ValueError)

MUCH = 5_000
"""Annotations from which on an export is not waited for."""


def _wanted(screen: ReaderScreen) -> tuple[Query | str, list[Document] | None, str]:
    """Return what to export, of which documents (None: all), and a name for the file.

    That is what is marked in the list that has the focus, else what it shows, else what is in the open document; from
    the codebook and the memos it is the whole library.
    """
    session, board, document = screen.session, screen.here, screen.session.document
    of_all = board is not None
    marked = screen.marks_here() if isinstance(board, AnnotationsBoard) or screen.panes.current == "cards" else set()
    query: Query | str = "" if of_all else screen.query_source
    if isinstance(board, EverythingBoard):
        query = board.query if board.within is None else chosen({one.uuid for one in board.shown()})
    elif isinstance(board, AnnotationsBoard):
        query = chosen({one.uuid for one in board.shown()})
    query = chosen(marked) if marked else query
    if of_all or document is None:
        return query, None, "annotations"
    stem = Path(document.paths[-1]).stem if document.paths else document.title
    return query, [session.library.document(document.uuid)], stem


class Job(NamedTuple):
    """An export that was asked for."""

    library: Library
    query: Query | str
    documents: list[Document] | None
    name: str
    destination: str
    force: bool
    update: bool

    def size(self) -> int:
        """Return how many annotations have to be looked at."""
        documents = self.library.documents() if self.documents is None else self.documents
        return sum(self.library.count(one.uuid) for one in documents)

    def refuse(self) -> None:
        """Raise ExistsError when there is such a file, and it may not be replaced."""
        path = Path(self.destination).expanduser()
        if path.is_file() and not self.force:
            raise exchange.ExistsError(path)

    def run(self, progress: exchange.Progress | None = None) -> str:
        """Do it, and return what is to be said. Raises what `_WRONG` has."""
        done: Update | None = None
        what = (self.library, self.query, self.name, self.destination)
        if self.update:
            result, done = exchange.update(*what, documents=self.documents, progress=progress)
        else:
            result = exchange.export(*what, force=self.force, documents=self.documents, progress=progress)
        return f"{_said(result, self.destination, done)}{_beside(result, done)}"


async def _behind(screen: ReaderScreen, job: Job) -> None:
    """Export in the background, and say what came of it; the work gives way to other work."""
    said: list[str] = []

    def run(progress: Progress, stopped: Callable[[], bool]) -> None:
        try:
            said.append(job.run(counting(progress, stopped)))
        except _WRONG as problem:
            said.append(str(problem))

    try:
        await screen.in_thread(run)
    except (StoppedError, asyncio.CancelledError):
        screen.message = f"{job.destination} was not written, because other work began: E writes it again."
        raise
    screen.message = said[0]
    screen.sync()


_FIGURES: dict[str, Callable[[ReaderScreen], None]] = {
    "table": tables.export,
    "timeline": names.export,
    "passages": passages.export,
}
"""What exports the lists of which there is nothing but CSV, by scope."""


@action("app.export")
def export(screen: ReaderScreen, run: Run) -> str | None:
    """Export this document's annotations, those of the sidebar's filter or marked there; or those of the whole list."""
    del run
    if screen.here is not None and screen.here.scope in _FIGURES:
        _FIGURES[screen.here.scope](screen)
        return None
    session = screen.session
    query, documents, stem = _wanted(screen)
    if documents is not None and not session.annotations:
        return "Nothing is marked in this document yet, so there is nothing to export."
    if documents is None and screen.here is None:
        return "Nothing is open, so there is nothing to export."

    def write(name: str, destination: str, force: bool, update: bool) -> str:
        job = Job(session.library, query, documents, name, destination, force, update)
        try:
            if job.size() < MUCH:
                screen.message = job.run()
                return ""
            job.refuse()
        except exchange.ExistsError as problem:
            return f"{problem.path} is there already; enter again overwrites it."
        except _WRONG as problem:
            return str(problem)
        screen.message = f"Writing {destination} …"
        screen.begin(_behind, screen, job)
        return ""

    def suggest(suffix: str) -> str:
        return str(Path.cwd() / f"{stem}{suffix}") if suffix else f"{Path.cwd() / 'notes'}/"

    from storage.exchange.template import own  # noqa: PLC0415  # imported when first used

    formats = [(one.name, one.suffix, one.description, one.notes) for one in (*exchange.WRITABLE.values(), *own())]
    screen.open_panel(ExportPanel(formats, suggest, write))
    return None


def _said(result: exchange.Result, destination: str, done: Update | None) -> str:
    if done is None:
        return f"Wrote {result.counted()} to {destination}"
    return f"Notes in {destination} are up to date: {done.counted() or 'none'}"


def _beside(result: exchange.Result, done: Update | None) -> str:
    """Return what is to be said beside it: problems, blocks that stay as they are, what was not carried."""
    said = [*done.problems, *done.remarks] if done else []
    said += [f"not carried: {exchange.in_words(result.lacks)}"] if result.lacks else []
    return f"; {'; '.join(said)}" if said else ""
