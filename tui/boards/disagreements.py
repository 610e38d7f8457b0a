"""Where creators disagree on a tag, side by side: what those have who gave it, what those have who did not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.strip import Strip

from storage.analysis.coding import Coding, told_apart
from storage.analysis.disagreements import Disagreement, disagreements, with_decisions
from storage.analysis.judging import counts
from storage.errors import DocumentError
from storage.folding import fold
from storage.model import Annotation, Document, Range
from tui.boards.base import Board, BoardStyles
from tui.boards.table import TableBoard
from tui.reading import cells
from tui.session import Session
from tui.widgets.lines import Piece, clip, line

_LONGEST = 400
"""Characters of a passage that are read to be shown."""


class _Known(NamedTuple):
    """What was found in a document, and from what."""

    document: Document
    of: Sequence[Annotation]
    state: object
    found: list[Disagreement]


class DisagreementsBoard(Board):
    """Those on one tag (empty: on having been marked at all), in the units of the table that it was opened from."""

    scope = "disagreements"
    rows_each = 4
    orders = ("document and place", "those still open first")

    def __init__(self, session: Session, table: TableBoard, tag: str) -> None:
        super().__init__(session)
        self.back = table
        self.tag = tag
        self._by = table.table.by
        self._narrowed, self._beneath, self._sentences = table.query, table.beneath, table.sentences
        self._known: dict[str, _Known] = {}
        self._names: dict[str, str] = {}
        self._of: dict[str, Sequence[Annotation]] = {}
        self.found: list[Disagreement] = []
        self.reload()

    def __len__(self) -> int:
        return len(self.found)

    def uuid(self, index: int) -> str:
        """Return what a row is about: a tag on a stretch of a document."""
        one = self.found[index]
        return f"{one.document.uuid}:{one.start}:{one.end}:{one.tag}"

    def one(self) -> Disagreement | None:
        """Return the chosen disagreement."""
        return self.found[min(self.chosen, len(self.found) - 1)] if self.found else None

    def annotation(self) -> Annotation | None:
        """Return the chosen stretch as something whose place can be shown."""
        one = self.one()
        if one is None:
            return None
        version = one.document.texts[-1] if one.document.texts else ""
        place = (Range(one.start, one.end),)
        return Annotation(self.uuid(self.chosen), one.document.uuid, ranges=place, text=version)

    def go_on(self) -> None:
        """Choose the next one that is open, if there is one."""
        self.reload()
        after = [*range(self.chosen + 1, len(self.found)), *range(self.chosen)]
        self.chosen = next((index for index in after if not self.found[index].settled), self.chosen)

    def reload(self) -> None:
        """Find them anew in the documents in which something has changed; the chosen one stays chosen."""
        chosen = self.uuid(self.chosen) if self.chosen < len(self.found) else ""
        session, library = self.session, self.session.library
        among, sentences = session.people.visible, self._sentences
        coding = Coding(library, self._narrowed, beneath=self._beneath, among=among, sentences=sentences)
        self._names = told_apart({one.uuid: one.name for one in coding.creators})
        self._of = {}
        every = [one for document in coding.documents for one in self._in(coding, document)]
        words = fold(self.query)[0].split()
        self.found = [one for one in every if self._matches(one, words)] if words else every
        if self.order:
            self.found.sort(key=lambda one: bool(one.settled))
        self.keep_chosen(chosen)

    def _in(self, coding: Coding, document: Document) -> list[Disagreement]:
        seen, state = coding.seen(document), coding.library.tags_state
        known = self._known.get(document.uuid)
        if known is not None and known.of is seen and (known.document, known.state) == (document, state):
            return with_decisions(coding.library, document, known.found)
        found = disagreements(coding, document, self._by, self.tag)
        self._known[document.uuid] = _Known(document, seen, state, found)
        return found

    def _matches(self, one: Disagreement, words: Sequence[str]) -> bool:
        folded = fold(f"{one.document.title} {one.settled or 'open'} {self._passage(one)}")[0]
        return all(word in folded for word in words)

    def header(self) -> str:
        """Return how many there are, and how many of them are open."""
        still = sum(not one.settled for one in self.found)
        narrowed = f" that match {self.query}" if self.query else ""
        noun = "disagreement" if len(self.found) == 1 else "disagreements"
        return f"{self.tag or 'Marked at all'} · {len(self.found)} {noun}{narrowed}, {still} open · on {self._by}"

    def empty(self) -> str:
        """Return that all agree."""
        return super().empty() if self.query else "Everybody agrees here. esc goes back to the figures."

    def draw(self, index: int, width: int, look: BoardStyles, *, chosen: bool) -> list[Strip]:
        """Return a disagreement's rows: the passage and where it is, then both sides, then air."""
        one = self.found[index]
        base = look.strong if chosen else look.base
        percent = 100 * one.start // max(1, one.document.length)
        verdict = f"✓ {one.settled}" if one.settled else "open"
        left, right = self._side(one, one.holders), self._side(one, one.others)
        half = (width - 6) // 2
        front: Piece = (look.chosen if chosen else " ", look.accent)
        rows: list[list[Piece]] = [
            [front, ("  ", look.base), (self._passage(one), base)],
            _halves(self._who(one.holders, "has", "have"), self._who(one.others, "has not", "have not"), half, look),
            _halves(left, right, half, look),
            [("   ", look.base), (f"{verdict} · {one.document.title} · {percent} %", look.dim)],
        ]
        return [line(pieces, width, look.base) for pieces in rows]

    def _who(self, creators: Sequence[str], has: str, have: str) -> str:
        names = ", ".join(self._names.get(each, "") for each in creators)
        return f"{names} {has if len(creators) == 1 else have} it"

    def _side(self, one: Disagreement, creators: Sequence[str]) -> str:
        """Return what some creators marked that meets the stretch: tags, or that it is marked, and notes."""
        document = one.document
        if document.uuid not in self._of:
            seen = self.session.people.visible(self.session.library.annotations(document.uuid))
            self._of[document.uuid] = [each for each in seen if counts(each, document)]
        said = []
        for each in self._of[document.uuid]:
            meets = any(spot.start < one.end and one.start < spot.end for spot in each.ranges)
            if each.creator in creators and meets:
                paths = ", ".join(self.session.library.tag_paths(each)) or "marked, without a tag"
                said.append(f"{paths}: {' '.join(each.note.split())}" if each.note else paths)
        return " · ".join(dict.fromkeys(said)) or "nothing marked here"

    def _passage(self, one: Disagreement) -> str:
        document = one.document
        try:
            snapshots = self.session.library.snapshots
            words = snapshots.read_range(document.texts[-1], one.start, min(one.end, one.start + _LONGEST))
        except (DocumentError, IndexError):
            return "(the text is not there)"
        return " ".join(words.split()) or "(white space)"


def _halves(left: str, right: str, width: int, look: BoardStyles) -> list[Piece]:
    """Return two texts side by side."""
    shown = clip(left, width - 2)
    return [
        (f"   {shown}{' ' * (width - cells.width(shown))}", look.base),
        ("│ ", look.dim),
        (clip(right, width - 2), look.base),
    ]
