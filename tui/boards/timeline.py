"""What is dated, in the order of time, and the dates of the open document that nobody has marked yet."""

from __future__ import annotations

import time
from typing import NamedTuple

from textual.strip import Strip

from storage.analysis.accepting import DATE, known_year
from storage.analysis.coding import Coding
from storage.analysis.dates import Found, dates
from storage.analysis.judging import merged, touches
from storage.analysis.timeline import Beginnings, Event, dating
from storage.model import Annotation, Range
from storage.query import parse
from storage.steps import Steps
from tui.boards.base import Board, BoardStyles
from tui.session import Session
from tui.widgets.lines import Piece, line

_DATE = 12
_FIRST = 0.05
"""Seconds of looking before the list is drawn."""
_BEFORE, _AFTER = 24, 60
"""Characters shown before a date, and after it."""


class TimelineBoard(Board):
    """Every annotation that has a date, in the order of time."""

    scope = "timeline"
    rows_each = 2

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.found: list[Event] = []
        self._beginnings = Beginnings(session.library)
        self._steps: Steps[list[Event]] | None = None
        self._done = 0.0
        self.reload()

    def __len__(self) -> int:
        return len(self.found)

    def uuid(self, index: int) -> str:
        """Return an annotation's uuid."""
        return self.found[index].annotation.uuid

    def annotation(self) -> Annotation | None:
        """Return the chosen annotation."""
        return self.found[min(self.chosen, len(self.found) - 1)].annotation if self.found else None

    def filter(self, source: str) -> str:
        """Show only what a query matches. Raises UsageError and changes nothing for a bad one."""
        parse(source)
        return super().filter(source)

    def reload(self) -> None:
        """Read the dates anew, in slices; what was found stays shown meanwhile."""
        coding = Coding(self.session.library, self.query, among=self.session.people.visible)
        self._steps, self._done, self.more = dating(coding, self._beginnings), 0.0, True
        self.step(_FIRST)

    def step(self, seconds: float) -> None:
        """Look through further documents for about so long; the chosen date stays chosen."""
        if self._steps is None:
            return
        end = time.monotonic() + seconds
        while True:
            try:
                self._done = next(self._steps)
            except StopIteration as done:
                chosen = self.uuid(self.chosen) if self.chosen < len(self.found) else ""
                self.found, self._steps, self.more = done.value, None, False
                self.keep_chosen(chosen)
                return
            if time.monotonic() > end:
                return

    def finish(self) -> None:
        """Look through all."""
        while self.more:
            self.step(1.0)

    def header(self) -> str:
        """Return how many dates there are."""
        if self.more:
            documents = len(self.session.library.documents())
            return f"Timeline  looking through {round(self._done * documents)} of {documents} documents"
        noun = "date" if len(self.found) == 1 else "dates"
        return f"Timeline  {len(self.found)} {noun}" + (f" match {self.query}" if self.query else "")

    def empty(self) -> str:
        """Return how to find dates."""
        return super().empty() if self.query else "Nothing is dated yet. n proposes the dates of the open document."

    def draw(self, index: int, width: int, look: BoardStyles, *, chosen: bool) -> list[Strip]:
        """Return an event's rows: its date, its words and tags; where it stands."""
        one = self.found[index]
        words = " ".join((one.annotation.note or one.sentence or one.annotation.exact).split())
        head: list[Piece] = [
            (look.chosen if chosen else " ", look.accent),
            ("  ", look.base),
            (one.date.ljust(_DATE), look.accent),
            (words, look.strong if chosen else look.base),
            (f"  {', '.join(one.tags)}", look.dim),
        ]
        foot: list[Piece] = [(" " * (_DATE + 3), look.base), (one.document, look.dim)]
        return [line(head, width, look.base), line(foot, width, look.base)]


class Proposed(NamedTuple):
    """A date in the open document, with the words around it."""

    found: Found
    before: str
    words: str
    after: str


class DatesBoard(Board):
    """The dates of the open document that are not marked as dates; those accepted are marked."""

    scope = "dates"
    rows_each = 2

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.found: list[Proposed] = []
        self._string = ""
        self._dates: list[Found] = []
        self.reload()

    def __len__(self) -> int:
        return len(self.found)

    def uuid(self, index: int) -> str:
        """Return where a date stands."""
        return str(self.found[index].found.start)

    def accepted(self) -> list[Found]:
        """Return the dates that are marked, else the chosen one."""
        marked = [one.found for one in self.found if str(one.found.start) in self.marked]
        return marked or [one.found for one in self.found[self.chosen : self.chosen + 1]]

    def year(self) -> int:
        """Return the year that dates without one are of, 0 where nobody has said so."""
        document = self.session.document
        return known_year(document) if document is not None else 0

    def likely_year(self) -> str:
        """Return the year that is proposed: the one that other dates have, else that of the document."""
        years = [one.found.year for one in self.found if one.found.year]
        document = self.session.document
        dated = document.date[:4] if document is not None and document.date[:4].isdecimal() else ""
        return str(max(set(years), key=years.count)) if years else dated

    def annotation(self) -> Annotation | None:
        """Return the chosen date as something whose place can be shown."""
        document = self.session.document
        if document is None or not self.found:
            return None
        one = self.found[min(self.chosen, len(self.found) - 1)].found
        place = (Range(one.start, one.end),)
        return Annotation(f"date:{one.start}", document.uuid, ranges=place, text=self.session.text.hash)

    def reload(self) -> None:
        """Look for dates that are not marked."""
        string = self.session.text.string
        if string != self._string:
            self._string, self._dates = string, list(dates(string))
        there = merged(spot for one in self.session.annotations if DATE in one.fields for spot in one.ranges)
        self.found = [
            Proposed(
                one,
                string[max(0, one.start - _BEFORE) : one.start],
                string[one.start : one.end],
                string[one.end : one.end + _AFTER],
            )
            for one in self._dates
            if not touches(there, one.start, one.end)
        ]
        self.marked &= {str(one.found.start) for one in self.found}

    def filter(self, source: str) -> str:
        """Dates are few: there is no filter."""
        del source
        return "There is no filter here."

    def header(self) -> str:
        """Return how many there are."""
        marked = f" · {len(self.marked)} accepted" if self.marked else ""
        of = f" · those without a year are of {self.year()}" if self.year() else ""
        return f"Dates in this document  {len(self.found)} proposed{marked}{of}"

    def empty(self) -> str:
        """Return that there are none."""
        return "No dates in this document but those that are marked. esc goes back to the timeline."

    def draw(self, index: int, width: int, look: BoardStyles, *, chosen: bool) -> list[Strip]:
        """Return a date's rows: as it will be kept, as it is written, then air."""
        one = self.found[index]
        year = one.found.year or self.year()
        iso = one.found.iso(year) if year else f"????-{one.found.month:02}-{one.found.day:02}"
        mark = look.dot if self.uuid(index) in self.marked else " "
        head: list[Piece] = [
            (look.chosen if chosen else " ", look.accent),
            (f"{mark} ", look.accent),
            (iso.ljust(_DATE), look.accent),
            (" ".join(f"…{one.before}".split()) + " ", look.dim),
            (one.words, look.strong if chosen else look.base),
            (f" {' '.join(one.after.split())}…", look.dim),
        ]
        return [line(head, width, look.base), Strip.blank(width, look.base)]
