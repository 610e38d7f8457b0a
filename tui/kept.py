"""What the sidebar lists: the open document's annotations that a filter lets through, in an order. No Textual.

There may be thousands of them, so what was found is mended where only a few have changed.
"""

from __future__ import annotations

import time
from bisect import insort
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from storage.model import Annotation
from storage.reading import reading_order
from tui.opened import FEW, differing
from tui.session import Session
from tui.standing import group_of

if TYPE_CHECKING:
    from storage.query import Query, Subject

ORDERS = ("place", "newest first", "tag")


def parsed(source: str) -> Query:
    """Parse a query. Raises UsageError for a bad one."""
    from storage.query import parse  # noqa: PLC0415  # imported when first used

    return parse(source)


class Kept:
    """The lists of one session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._key: object = None
        self._all: Sequence[Annotation] = []
        self._found: Sequence[Annotation] = []
        self._subjects: list[Subject] = []
        self._subjects_key: object = None
        self._subjects_of: Sequence[Annotation] = []
        self._warming: Iterator[Subject] | None = None

    def of(self, source: str, order: str) -> Sequence[Annotation]:
        """Return what the query `source` lets through. Raises UsageError for a bad one."""
        session = self.session
        key = (source, order, self._state(), session.text.hash, session.version)
        if key != self._key or not self._mend(source, order):
            self._found = self._made(source, order)
        self._key, self._all = key, session.annotations
        return self._found

    def _state(self) -> object:
        """Return what is the same as long as queries see the same of what has not changed itself."""
        session = self.session
        return session.document, session.people.state, session.library.links_state

    def _mend(self, source: str, order: str) -> bool:
        """Take in what has changed; False where it is less work to begin anew."""
        if self._all is (now := self.session.annotations):
            return True
        gone, come = differing(self._all, now)
        left, new = self._all[gone], now[come]
        if not left and not new:
            return True
        if max(len(left), len(new)) > FEW or order != "place" or self.session.without_place:
            return False
        if not source:
            self._found = now
            return True
        doomed = {one.uuid for one in left}
        found = [one for one in self._found if one.uuid not in doomed]
        for one in parsed(source).sift([self._subject(one) for one in new]):
            if one.annotation is not None:
                insort(found, one.annotation, key=reading_order)
        self._found = found
        return True

    def _made(self, source: str, order: str) -> Sequence[Annotation]:
        session = self.session
        found: Sequence[Annotation] = session.annotations
        if source and session.document is not None:
            found = [one.annotation for one in parsed(source).sift(self._asked()) if one.annotation is not None]
        if order == "newest first":
            return sorted(found, key=lambda one: one.updated, reverse=True)
        if order == "tag":
            return sorted(found, key=lambda one: session.people.paths(one) or ["~"])
        if not (lost := session.without_place):
            return found
        first = sorted((one for one in found if one.uuid in lost), key=lambda one: group_of(one, session))
        return [*first, *(one for one in found if one.uuid not in lost)]

    def _subject(self, annotation: Annotation) -> Subject:
        document = self.session.document
        assert document is not None  # noqa: S101  # where nothing is open nothing is annotated
        return self.session.subject(annotation, document)

    def _asked(self) -> Sequence[Subject]:
        """Return the annotations as queries look at them."""
        key, now = self._state(), self.session.annotations
        gone, come = differing(self._subjects_of, now) if key == self._subjects_key else (slice(None), slice(None))
        self._subjects[gone] = [self._subject(one) for one in now[come]]
        self._subjects_key, self._subjects_of = key, now
        return self._subjects

    def warm(self, seconds: float) -> bool:
        """Have the words of all annotations ready to be looked through, for about so long; False when they are."""
        if self._warming is None:
            self._warming = iter(list(self._asked())) if self.session.document is not None else iter(())
        end = time.monotonic() + seconds
        for subject in self._warming:
            if subject.words and time.monotonic() > end:
                return True
        self._warming = None
        return False
