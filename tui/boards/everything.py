"""All annotations of all documents, narrowed by the same query as the sidebar, filled in slices however many."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from storage.model import Annotation, Document
from storage.query import Subject, parse
from tui.boards.annotations import AnnotationsBoard
from tui.opened import FEW, differing
from tui.session import Session

_CHUNK = 1_000
"""Annotations looked at between two looks at the clock."""
_FIRST = 0.002
"""Seconds of looking before a list that begins anew is drawn."""


class _Of(NamedTuple):
    """What the annotations of one document were looked at for."""

    document: Document
    state: object
    annotations: Sequence[Annotation]


class EverythingBoard(AnnotationsBoard):
    """The annotations that the filter lets through, by document and place, newest first, or by tag.

    Where `within` is given, only those with these uuids are there, and `about` says what they are.
    """

    scope = "everything"
    orders = ("document and place", "newest first", "tag")

    def __init__(
        self, session: Session, query: str = "", *, within: Collection[str] | None = None, about: str = ""
    ) -> None:
        super().__init__(session)
        self.query = query
        self.within = within
        self._about = about
        self.found: list[Subject] = []
        self.seen = 0
        self._known: list[Subject] = []
        self._source: Iterator[list[Subject]] = iter(())
        self._state: object = None
        self._of: dict[str, tuple[_Of, list[Subject]]] = {}
        self._chunks: Iterator[list[Subject]] = iter(())
        self.reload()

    def __len__(self) -> int:
        return len(self.found)

    def annotation(self, index: int) -> Annotation:
        """Return the annotation of a row."""
        found = self.found[index].annotation
        assert found is not None  # noqa: S101  # every subject here was made of one
        return found

    def shown(self) -> list[Annotation]:
        """Return all annotations that are shown, in order; those still to be looked at are looked at first."""
        while self.more:
            self.step(1.0)
        return super().shown()

    def subject(self, index: int) -> Subject:
        """Return the annotation of a row as queries look at it."""
        return self.found[index]

    def filter(self, source: str) -> str:
        """Show what a query matches. Raises UsageError and changes nothing for a bad one."""
        parse(source)
        super().filter(source)
        return f"{len(self.found)}{'+' if self.more else ''} of {self._total}"

    def reload(self) -> None:
        """Begin anew; the rows that fit on a screen are there at once, and all up to the chosen one."""
        chosen = self.uuid(self.chosen) if self.chosen < len(self.found) else ""
        library = self.session.library
        state = library.revision, self.session.people.state, library.links_state
        if self._state != state:
            self._state, self._known, self._source = state, [], self._made()
        self.found, self.seen, self.more = [], 0, True
        self._total = sum(library.count(one.uuid) for one in library.documents())
        self._wanted = parse(self.query)
        self._chunks = self._subjects()
        self.step(_FIRST)
        while self.more and (self.order or len(self.found) <= self.chosen):
            self.step(_FIRST)
        near = range(max(0, self.chosen - FEW), min(len(self.found), self.chosen + FEW))
        self.chosen = next((index for index in near if self.uuid(index) == chosen), self.chosen)

    def _subjects(self) -> Iterator[list[Subject]]:
        """Yield all annotations as queries look at them, those that are known already first."""
        at = 0
        while True:
            while at < len(self._known):
                yield self._known[at : at + _CHUNK]
                at += _CHUNK
            at = len(self._known)
            made = next(self._source, None)
            if made is None:
                return
            self._known += made

    def _made(self) -> Iterator[list[Subject]]:
        """Yield the annotations of one document after the other; what has not changed is kept from the last time."""
        session = self.session
        state = session.people.state, session.library.links_state
        for document in session.library.documents():
            annotations = session.people.visible(session.library.annotations(document.uuid))
            before, kept = self._of.get(document.uuid, (None, []))
            if before is None or (before.document, before.state) != (document, state):
                kept = []
                for start in range(0, len(annotations), _CHUNK):
                    chunk = [session.subject(one, document) for one in annotations[start : start + _CHUNK]]
                    kept += chunk
                    yield chunk
                self._of[document.uuid] = (_Of(document, state, annotations), kept)
            else:
                gone, come = differing(before.annotations, annotations)
                kept[gone] = [session.subject(one, document) for one in annotations[come]]
                self._of[document.uuid] = (_Of(document, state, annotations), kept)
                yield kept

    def step(self, seconds: float) -> None:
        """Look at further annotations for about so long."""
        end = time.monotonic() + seconds
        for chunk in self._chunks:
            self.seen += len(chunk)
            self.found += self._wanted.sift(self._there(chunk))
            if self.seen < self._total and time.monotonic() > end:
                return
        self.more = False
        if self.order == 1:
            self.found.sort(key=lambda one: one.annotation.updated if one.annotation else "", reverse=True)
        elif self.order:
            self.found.sort(key=lambda one: list(one.tags) or ["\U0010ffff"])

    def _there(self, chunk: Sequence[Subject]) -> Sequence[Subject]:
        within = self.within
        if within is None:
            return chunk
        return [each for each in chunk if each.annotation is not None and each.annotation.uuid in within]

    def header(self) -> str:
        """Return how many are shown."""
        count = f"{len(self.found)}{'+' if self.more else ''}"
        marked = f" · {len(self.marked)} marked" if self.marked else ""
        if self.query:
            return f"{count} of {self._total} annotations match {self.query}{marked}"
        if self.within is not None:
            return f"{self._about}  {count}{marked}"
        documents = len(self.session.library.documents())
        return f"All annotations  {self._total} in {documents} document{'s' if documents != 1 else ''}{marked}"

    def empty(self) -> str:
        """Return how to make an annotation."""
        return super().empty() if self.query else "Nothing is marked in any document yet. esc goes back to the text."
