"""The review: the annotations of a query one by one, each shown in its text, in an order or as chance has it."""

from __future__ import annotations

import random
from collections.abc import Sequence

from storage.model import Annotation
from storage.query import Subject
from tui.boards.annotations import AnnotationsBoard
from tui.session import Session


class ReviewBoard(AnnotationsBoard):
    """Those annotations that matched when the review began; what is done to them takes none out but deleting does."""

    scope = "review"
    orders = ("document and place", "chance", "newest first")
    shows = True

    def __init__(self, session: Session, asked: str, found: Sequence[Annotation]) -> None:
        super().__init__(session)
        self.asked = asked
        self._began = [(one.document, one.uuid) for one in found]
        self._arranged = self._began
        self._there = self._began

    def __len__(self) -> int:
        return len(self._there)

    def uuid(self, index: int) -> str:
        """Return an annotation's uuid."""
        return self._there[index][1]

    def annotation(self, index: int) -> Annotation:
        """Return the annotation of a row."""
        return self.session.library.annotation(self._there[index][1])

    def subject(self, index: int) -> Subject:
        """Return the annotation of a row as queries look at it."""
        one = self.annotation(index)
        return self.session.subject(one, self.session.library.document(one.document))

    def reload(self) -> None:
        """Leave out what is deleted, and take in again what is brought back."""
        chosen = self.uuid(self.chosen) if self.chosen < len(self) else ""
        documents = {document for document, _ in self._began}
        alive = {one.uuid for document in documents for one in self.session.library.annotations(document)}
        self._there = [each for each in self._arranged if each[1] in alive]
        if chosen in alive:
            self.keep_chosen(chosen)
        self.chosen = max(0, min(self.chosen, len(self) - 1))

    def next_order(self) -> str:
        """Take the next order, begin at its first annotation, and return the order's name."""
        self.order = (self.order + 1) % len(self.orders)
        self._arranged = list(self._began)
        if self.order == 1:
            random.shuffle(self._arranged)
        elif self.order:
            times = {one.uuid: one.updated for one in self.shown()}
            self._arranged.sort(key=lambda each: times.get(each[1], ""), reverse=True)
        self.reload()
        self.chosen = self.first = 0
        return self.orders[self.order]

    def said(self) -> str:
        """Return which one is shown, of how many, its tags and the beginning of its note."""
        if not len(self):
            return "Every one of them is deleted · esc ends the review"
        subject, one = self.subject(self.chosen), self.annotation(self.chosen)
        note = " ".join(one.note.split())
        parts = [f"{self.chosen + 1} of {len(self)}", ", ".join(subject.tags) or "no tags", *([note] if note else [])]
        return " · ".join(parts)

    def header(self) -> str:
        """Return what is gone through."""
        return f"Review  {self.asked or 'all annotations'} · {self.said()} · by {self.orders[self.order]}"
