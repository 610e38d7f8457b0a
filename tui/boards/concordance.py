"""The concordance: every place of a word, an expression or a tag on a row of its own, aligned at what was found."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from textual.strip import Strip

from storage.concordance import MOST, ORDERS, Concordance, Finders, Line, ask, ordered, table
from storage.errors import UsageError
from storage.marking import Passage
from storage.model import Range
from tui.boards.base import BoardStyles
from tui.boards.passages import PassagesBoard
from tui.panels.find import How
from tui.reading import cells
from tui.session import Session
from tui.widgets.lines import Piece, clip, line

EMPTY = (
    "Type a word, begin* or two words; before them, if you like, in: author: tag: by: · tag:source alone lists a tag"
)

_FIRST = 0.002
_PATIENCE = 1.0
_TITLE_FROM = 100
"""Cells from which the rows have room for titles."""
_TITLE = 24
_FEW = 10_000
"""Lines up to which their documents are counted at every drawing."""


class Way(NamedTuple):
    """How to look: as in finding, in the open document alone where `here`."""

    how: How = How(whole_word=True)
    here: bool = False


class ConcordanceBoard(PassagesBoard):
    """The lines of the concordance, filled in slices."""

    orders = ORDERS

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.way = Way()
        self.problem = ""
        self._texts: tuple[object, ...] = ()
        self._finders = Finders(session.library.snapshots)
        self._work = Concordance(session.library, ask(""))
        self._lines: list[Line] = []
        self._shown: list[Line] = []
        self._chunks: Iterator[list[Line]] = iter(())
        self._state: object = None

    def __len__(self) -> int:
        return len(self._shown)

    def uuid(self, index: int) -> str:
        """Return what a row is about: a place in a document."""
        one = self._shown[index]
        return f"{one.document}:{one.start}:{one.end}"

    def passages(self, index: int) -> list[Passage]:
        """Return a row's place."""
        return [self._shown[index].passage]

    def table(self, rows: Sequence[int]) -> Iterable[Sequence[object]]:
        """Return rows of the list as a table."""
        return table((self._shown[index] for index in rows), self.titles())

    def places(self) -> list[Range]:
        """Return the places in the chosen row's document, in order."""
        document = self._shown[self.chosen].document
        return sorted(Range(one.start, one.end) for one in self._shown if one.document == document)

    def look(self, source: str, way: Way) -> str:
        """Look for something in a way, and return what is wrong with it."""
        self.way, self._state = way, None
        self.marked.clear()
        self.filter(source)
        return self.problem

    def reload(self) -> None:
        """Look anew where the texts, or highlights that are asked about, are others now."""
        library = self.session.library
        open_one = self.session.document.uuid if self.session.document and self.way.here else ""
        texts = tuple((each.uuid, each.texts[-1:]) for each in library.documents())
        try:
            asked = ask(
                self.query, regex=self.way.how.regex, whole_word=self.way.how.whole_word, exact=self.way.how.exact
            )
        except UsageError as problem:
            self.problem, self._state, self.more = str(problem), None, False
            self._lines, self._shown = [], []
            return
        revision = library.revision if asked.terms.about_annotations else 0
        state = (self.query, self.way, texts, revision)
        if state == self._state:
            return
        if texts != self._texts:
            self._texts, self._finders = texts, Finders(library.snapshots)
        self._state, self.problem = state, ""
        some = [each for each in library.documents() if each.uuid == open_one] if self.way.here else None
        self._work = Concordance(library, asked, some, self._finders)
        self._chunks, self._lines, self._shown, self.more = self._work.lines(), [], [], True
        self.step(_FIRST)

    def step(self, seconds: float) -> None:
        """Look on for about so long; another order than that of the texts is made when all is found."""
        end = time.monotonic() + seconds
        try:
            for chunk in self._chunks:
                self._lines += chunk
                if time.monotonic() > end:
                    break
            else:
                self.more = False
        except UsageError as problem:
            self.problem, self.more = str(problem), False
        self._shown = self._lines
        if not self.more:
            self._sort()

    def _sort(self) -> None:
        chosen = self.uuid(self.chosen) if self.chosen < len(self) else ""
        self._shown = ordered(self._lines, ORDERS[self.order])
        if self.order and chosen:
            self.keep_chosen(chosen)

    def next_order(self) -> str:
        """Take the next order and return its name."""
        self.order = (self.order + 1) % len(ORDERS)
        if not self.more:
            self._sort()
        return ORDERS[self.order]

    def ready(self) -> bool:
        """Tell whether all lines are there; wait for them a little."""
        end = time.monotonic() + _PATIENCE
        while self.more and time.monotonic() < end:
            self.step(_FIRST)
        return not self.more

    def wait(self) -> None:
        """Wait for the first line, but not for long."""
        end = time.monotonic() + _PATIENCE
        while self.more and not len(self) and time.monotonic() < end:
            self.step(_FIRST)

    def header(self) -> str:
        """Return how much was found, how far the looking is, and where the chosen line stands."""
        if self.problem:
            return self.problem
        if not self.query.strip():
            return "Concordance"
        documents = len({one.document for one in self._shown}) if len(self) < _FEW else 0
        where = f" in {documents} document{'s' if documents != 1 else ''}" if documents else ""
        most = f"the first {MOST:,}" if self._work.full else f"{len(self):,}"
        parts = [f"Concordance  {self.query}", f"{most} line{'s' if len(self) != 1 else ''}{where}"]
        parts += ["this document"] if self.way.here else []
        parts += [f"by {ORDERS[self.order]}"] if self.order else []
        if self.more:
            parts.append(f"looked through {self._work.done:,} of {self._work.total:,} documents")
        if self._work.unread:
            parts.append(f"{self._work.unread} texts cannot be read")
        if len(self) and not self.more:
            parts.append(self._where())
        return " · ".join(parts) + self.said_marked()

    def _where(self) -> str:
        one = self._shown[min(self.chosen, len(self) - 1)]
        document = self.session.library.document(one.document)
        return f"{document.title}, {100 * one.start // max(1, document.length)} %"

    def empty(self) -> str:
        """Return what to type, or that nothing was found."""
        if self.problem:
            return ""
        return f"Nothing was found. {EMPTY}" if self.query.strip() else EMPTY

    def draw(self, index: int, width: int, look: BoardStyles, *, chosen: bool) -> list[Strip]:
        """Return a line: what stands before, what was found in the same column on every row, what stands after."""
        one = self._shown[index]
        base = look.strong if chosen else look.base
        titled = _TITLE if width >= _TITLE_FROM else 0
        room = width - 4 - titled
        before = room * 2 // 5
        left = _tail(one.left, before)
        rest = room - before
        words = clip(one.words, rest)
        right = clip(one.right, rest - cells.width(words))
        pieces: list[Piece] = [
            (look.chosen if chosen else " ", look.accent),
            (f"{look.dot if self.uuid(index) in self.marked else ' '} ", look.accent),
            (" " * (before - cells.width(left)) + left, base),
            (words, look.accent),
            (right + " " * (rest - cells.width(words) - cells.width(right) + 1), base),
        ]
        if titled:
            pieces.append((clip(self.session.library.document(one.document).title, titled), look.dim))
        return [line(pieces, width, look.base)]


def _tail(string: str, width: int) -> str:
    """Return the end of `string` that fits into `width` cells."""
    string = string[-width:] if width > 0 else ""
    while cells.width(string) > width:
        string = string[cells.next_grapheme(string, 0) :]
    return string
