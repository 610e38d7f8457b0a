"""Highlighting and tagging what was found as one step: all matches in a text, or the marked rows of a list of passages.

Of few documents it is worked out at once what would come; of many when it is wanted, in the background.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TextIO

from storage import marking
from storage.errors import ManiculaError
from storage.marking import Passage, Plan
from storage.passages import Progress, StoppedError
from tui.actions import action
from tui.actions.tables import ask_for_file
from tui.boards.passages import PassagesBoard
from tui.clipboard import copy
from tui.panels.passages import PassagesQuestion, PassagesTagPanel, extent_named

if TYPE_CHECKING:
    from storage.text import Text
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen
    from tui.session import Session

_FEW = 20
"""Documents that are looked at while the reader waits, if they have no more than so many characters together:"""
_SHORT = 500_000
_PASSAGES = 500
"""And if no more passages than these are asked for."""
_LOOKING = "More is still being looked for; in a moment."
_CHANGED = "Texts have changed meanwhile, and nothing was highlighted. Try again."


class _Batch:
    """Passages to be highlighted, and what that would come to, by extent, as far as it is known."""

    def __init__(self, session: Session, passages: Sequence[Passage]) -> None:
        self.session = session
        self.passages = passages
        documents = {one.document for one in passages}
        visible = session.people.visible
        shown = (one for each in documents for one in visible(session.library.annotations(each)))
        self._there = marking.known(shown)
        self._texts = self._texts_of(documents)
        self._plans: dict[str, Plan] = {}
        self._count = len(documents)
        known = {each.uuid: each.length for each in session.library.documents()}
        size = sum(known.get(each, 0) for each in documents)
        self.small = len(documents) <= _FEW and size <= _SHORT and len(passages) <= _PASSAGES

    def _texts_of(self, documents: Iterable[str]) -> dict[str, tuple[str, ...]]:
        known = {each.uuid: each.texts for each in self.session.library.documents()}
        return {each: known.get(each, ()) for each in documents}

    @property
    def fresh(self) -> bool:
        """Whether the documents have the texts that they had."""
        return self._texts == self._texts_of(self._texts)

    def load(self, version: str) -> Text:
        """Return a text by its hash. Raises DocumentError."""
        text = self.session.text
        return text if text.hash == version else self.session.library.snapshots.load(version)

    def plan(self, extent: str, tell: marking.Tell = marking.silent) -> Plan:
        """Return what highlighting comes to; any thread may ask."""
        if extent not in self._plans:
            self._plans[extent] = marking.plan(self.passages, self._there, self.load, extent, tell)
        return self._plans[extent]

    def counted(self, extent: str) -> str:
        """Return in words what would be highlighted."""
        if not self.small and extent not in self._plans:
            which = "" if extent == marking.EXTENTS[0] else f", {extent_named(extent)}"
            return f"{_several(len(self.passages), self._count)}{which}"
        found = self.plan(extent)
        parts = [_several(found.size, found.documents, extent)]
        parts += [f"{len(found.known)} highlighted already"] if found.known else []
        parts += [f"{found.lost} not there any more"] if found.lost else []
        return ", ".join(parts)


def _several(count: int, documents: int, extent: str = "match") -> str:
    noun = "passage" if extent == marking.EXTENTS[0] else extent
    return f"{count} {noun}{'s' if count != 1 else ''} in {documents} document{'s' if documents != 1 else ''}"


def _mark(screen: ReaderScreen, batch: _Batch, tags: Sequence[str], extent: str) -> None:
    """Highlight, at once or in the background."""
    if batch.small:
        screen.message = _marked(screen, batch, tags, extent)
    else:
        screen.message = f"Looking at {len(batch.passages)} passages …"
        screen.run_worker(_mark_later(screen, batch, tags, extent), group="marking")


def _marked(screen: ReaderScreen, batch: _Batch, tags: Sequence[str], extent: str) -> str:
    session, planned = screen.session, batch.plan(extent)
    marking.mark(session.library, planned, tags)
    session.reload()
    if screen.here is not None:
        screen.here.marked.clear()
    words = _several(planned.size, planned.documents, extent)
    if not planned.new and not (tags and planned.known):
        return "All of it is highlighted already." if planned.known else "Nothing of it stands in a text any more."
    lost = f" · {planned.lost} stood in texts that are others now" if planned.lost else ""
    done = f"Tagged {', '.join(tags)}" if tags else "Highlighted"
    return f"{done}: {words}{lost} · u undo"


async def _mark_later(screen: ReaderScreen, batch: _Batch, tags: Sequence[str], extent: str) -> None:
    def run(progress: Progress, _: object) -> None:
        def tell(done: int, total: int) -> None:
            if not screen.is_running:
                raise StoppedError
            progress(f"{done:,} of {total:,} passages looked at")

        batch.plan(extent, tell)

    try:
        await screen.in_thread(run)
        screen.message = _marked(screen, batch, tags, extent) if batch.fresh else _CHANGED
    except StoppedError:
        return
    except ManiculaError as problem:
        screen.message = str(problem)
    screen.sync()


def _ask_tags(screen: ReaderScreen, passages: Sequence[Passage]) -> None:
    batch, library = _Batch(screen.session, passages), screen.session.library

    def apply(tags: Sequence[str], extent: str) -> None:
        _mark(screen, batch, tags, extent)

    screen.open_panel(PassagesTagPanel(library.recent_tags(), library.tag_counts(), batch.counted, apply))


def _ask(screen: ReaderScreen, passages: Sequence[Passage]) -> None:
    batch = _Batch(screen.session, passages)
    screen.open_panel(PassagesQuestion(batch.counted, lambda extent: _mark(screen, batch, (), extent)))


@action("passages.tag", "passages.highlight")
def mark_rows(screen: ReaderScreen, run: Run) -> str | None:
    """Highlight or tag the marked rows, else the chosen one."""
    board = screen.here
    if isinstance(board, PassagesBoard) and not board.ready():
        return _LOOKING
    passages = board.gathered() if isinstance(board, PassagesBoard) else []
    if not passages:
        return "There is no passage here to highlight: titles and notes stand in no text."
    (_ask_tags if run.command.id == "passages.tag" else _ask)(screen, passages)
    return None


@action("passages.copy")
def copy_rows(screen: ReaderScreen, run: Run) -> str | None:
    """Copy the marked rows, else all, as a table."""
    del run
    from storage.exchange.cells import as_text  # noqa: PLC0415  # imported when first used

    board = screen.here
    if isinstance(board, PassagesBoard) and not board.ready():
        return _LOOKING
    if not isinstance(board, PassagesBoard) or not len(board):
        return "There is nothing here to copy."
    return copy(screen.app, as_text(board.table(board.marked_rows() or range(len(board)))))


def export(screen: ReaderScreen) -> None:
    """Ask where to, and write the marked rows, else all, as CSV."""
    from storage.exchange.cells import as_csv  # noqa: PLC0415  # imported when first used

    board = screen.here
    if not isinstance(board, PassagesBoard) or not len(board):
        screen.message = "Nothing was found, so there is nothing to export."
        return

    def write(out: TextIO) -> None:
        out.write(as_csv(board.table(board.marked_rows() or range(len(board)))))

    ask_for_file(screen, "passages.csv", "what was found", write)


@action("find.tag", "find.highlight")
def mark_matches(screen: ReaderScreen, run: Run) -> str | None:
    """Highlight or tag all matches of the last find."""
    screen.find_all()
    session, matches = screen.session, screen.view.matches
    if not matches:
        return "Nothing is found here that could be highlighted. / finds."
    document, text = session.register_now(), session.text
    passages = list(marking.of_matches(document.uuid, text.hash, text.string, matches))
    (_ask_tags if run.command.id == "find.tag" else _ask)(screen, passages)
    return None
