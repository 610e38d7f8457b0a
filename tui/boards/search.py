"""The library search: passages of all documents that answer a question, as it is typed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from textual.strip import Strip

from storage.fulltext.finding import Question
from storage.fulltext.hits import MOST, Hit, excerpt, grouped, passages_of, table
from storage.fulltext.index import KINDS, TEXT
from storage.marking import Passage
from storage.model import Annotation, Range
from tui.boards.base import BoardStyles
from tui.boards.passages import PassagesBoard
from tui.searching import Searching
from tui.session import Session
from tui.widgets.lines import Piece, line

EMPTY = 'Type words that stand in a document; "two words" · begin* · a OR b · -not · tag: · in: · author:'

_SOON = 0.005
"""Seconds in which most answers come, so that the screen is drawn once for a key."""
_PATIENCE = 1.0
_EVERY = 1_000_000
"""Passages asked for where all of them are wanted."""


class SearchBoard(PassagesBoard):
    """The passages found, document by document, that of the best first."""

    rows_each = 3
    orders = ("document, best first", "best first")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._searching: Searching = session.search()
        self._asked: Question | None = None
        self._found: list[Hit] = []
        self._hits: list[Hit] = []
        self._go: Callable[[], None] | None = None
        self._marks_all = False
        self.more = True

    def __len__(self) -> int:
        return len(self._hits)

    def uuid(self, index: int) -> str:
        """Return what a row is about: a place in a document."""
        hit = self._hits[index]
        return f"{hit.document}:{hit.kind}:{hit.start}:{hit.about}"

    def hit(self) -> Hit | None:
        """Return the chosen passage."""
        return self._hits[self.chosen] if self.chosen < len(self._hits) else None

    def filter(self, source: str) -> str:
        """Ask, and return what to say of it."""
        self.query = source
        self.chosen = self.first = 0
        self._go, self._marks_all = None, False
        self.marked.clear()
        self._searching = self.session.search()
        self._asked = self._searching.ask(source, MOST)
        self.more = True
        self.step(_SOON)
        return "searched as plain words" if self._asked.asked.plain else ""

    def reload(self) -> None:
        """Arrange what was found, and look whether the index is behind."""
        self.more = self.more or self._searching.busy
        self._found = self._searching.hits
        there = {each.uuid for each in self.session.library.documents()}
        found = [hit for hit in self._found if hit.document in there]
        self._hits = found if self.order else list(chain.from_iterable(grouped(found).values()))

    def step(self, seconds: float) -> None:
        """Take in what was found meanwhile."""
        self._searching.step(seconds)
        self.more = self._searching.busy
        if self._searching.hits is not self._found:
            chosen = self.uuid(self.chosen) if self.chosen < len(self._hits) else ""
            self.reload()
            self.keep_chosen(chosen)
        if self._go is not None and (self._hits or not self.more):
            self.go(self._go)
        if self._marks_all and self._searching.answered:
            self._marks_all = False
            self.marked |= {self.uuid(index) for index in range(len(self))}

    def ready(self) -> bool:
        """Tell whether every passage is marked, where that was wanted; wait for that a little."""
        end = time.monotonic() + _PATIENCE
        while self._marks_all and not self._searching.problem and time.monotonic() < end:
            self.step(0.02)
        return not self._marks_all

    @property
    def cut_short(self) -> bool:
        """Whether there may be more passages than those shown, which are the best."""
        return len(self._found) == MOST

    def mark_every(self) -> None:
        """Ask for every passage there is, and mark all of them when they are there."""
        self._searching.ask(self.query, _EVERY)
        self._marks_all = self.more = True

    def go(self, go: Callable[[], None]) -> None:
        """Go to a passage: now, or, where none is found before the index has all documents, to the first that comes."""
        self._wait()
        self._go = None if self._hits or not self.more else go
        if self._hits:
            go()

    def _wait(self) -> None:
        """Wait for the answer to what was typed last, but not for long."""
        end = time.monotonic() + _PATIENCE
        self._go = None
        while self._lacking and time.monotonic() < end:
            self.step(0.02)

    @property
    def _lacking(self) -> bool:
        """Whether the answer is still to come, or one that finds something may be."""
        searching = self._searching
        return not searching.problem and (not searching.answered or (not searching.hits and searching.busy))

    def annotation(self) -> Annotation | None:
        """Return the chosen passage as something whose place can be shown; the annotation it belongs to, if any."""
        hit = self.hit()
        if hit is None:
            return None
        if hit.about:
            return self.session.library.annotation(hit.about)
        start, end = hit.marks[0] if hit.marks and hit.kind == TEXT else (0, 0)
        place = Range(hit.start + start, hit.start + end)
        return Annotation(self.uuid(self.chosen), hit.document, ranges=(place,), text=self._version(hit.document))

    def passages(self, index: int) -> list[Passage]:
        """Return where in a row the words stand that were found."""
        return list(passages_of(self._hits[index], self._version(self._hits[index].document)))

    def table(self, rows: Sequence[int]) -> Iterable[Sequence[object]]:
        """Return rows of the list as a table."""
        return table((self._hits[index] for index in rows), self.titles())

    def _version(self, document: str) -> str:
        texts = self.session.library.document(document).texts
        return texts[-1] if texts else ""

    def header(self) -> str:
        """Return how much was found, and whether the index is behind."""
        if self._searching.problem:
            return self._searching.problem
        documents = len({hit.document for hit in self._hits})
        parts = [f"Search  {self.query}" if self.query else "Search the library"]
        if self.query:
            noun = "passage" if len(self._hits) == 1 else "passages"
            best = "the best " if self.cut_short else ""
            parts.append(f"{best}{len(self._hits)} {noun} in {documents} document{'s' if documents != 1 else ''}")
        if self._searching.behind and self._searching.total:
            parts.append(f"the index has {self._searching.done} of {self._searching.total}")
        return " · ".join(parts) + self.said_marked()

    def empty(self) -> str:
        """Return what to type, or that nothing was found."""
        if self._searching.problem:
            return ""
        if self._asked is not None and self._asked.asked.words is None and self._asked.highlights is None:
            return EMPTY if self._asked.within is None else f"Type words to be found there as well. {EMPTY}"
        return f"Nothing was found. {EMPTY}" if self.query.strip() else EMPTY

    def draw(self, index: int, width: int, look: BoardStyles, *, chosen: bool) -> list[Strip]:
        """Return a passage's rows: its words, where it stands, air."""
        hit = self._hits[index]
        base = look.strong if chosen else look.base
        mark = look.dot if self.uuid(index) in self.marked else " "
        head: list[Piece] = [(look.chosen if chosen else " ", look.accent), (f"{mark} ", look.accent)]
        for text, marked in excerpt(hit, max(20, width - 6)):
            head.append((" ".join(text.split(" ")).replace("\n", " "), look.accent if marked else base))
        document = self.session.library.document(hit.document)
        percent = f"{100 * hit.start // document.length} %" if hit.kind == TEXT and document.length else KINDS[hit.kind]
        foot: list[Piece] = [("   ", look.base), (f"{document.title} · {percent}", look.dim)]
        return [line(head, width, look.base), line(foot, width, look.base), Strip.blank(width, look.base)]
