"""What the lists of annotations have in common: the list of all of them, and those that are gone through one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.strip import Strip

from storage.model import Annotation
from tui import others
from tui.boards.base import Board, BoardStyles
from tui.themes import LETTERS
from tui.widgets.lines import Piece, line

if TYPE_CHECKING:
    from storage.query import Subject


class AnnotationsBoard(Board):
    """A list whose rows are annotations of any documents."""

    rows_each = 3

    def uuid(self, index: int) -> str:
        """Return an annotation's uuid."""
        return self.annotation(index).uuid

    def annotation(self, index: int) -> Annotation:
        """Return the annotation of a row."""
        raise NotImplementedError

    def subject(self, index: int) -> Subject:
        """Return the annotation of a row as queries look at it."""
        raise NotImplementedError

    def shown(self) -> list[Annotation]:
        """Return all annotations that are shown, in order."""
        return [self.annotation(index) for index in range(len(self))]

    def draw(self, index: int, width: int, look: BoardStyles, *, chosen: bool) -> list[Strip]:
        """Return an annotation's rows: quote, then tags, note and document, then air."""
        subject, one = self.subject(index), self.annotation(index)
        color = self.session.people.color(one)
        mark = look.dot if one.uuid in self.marked else " "
        front = look.strong if chosen else look.base
        quote = " ".join(one.exact.split()) or "page note"
        about = [" · ".join(subject.tags), " ".join(one.note.split())]
        head: list[Piece] = [
            (look.chosen if chosen else " ", look.accent),
            (mark + " ", look.accent),
            (f"{LETTERS[color]}{look.pen if one.note else ' '}{look.bar} ", look.colors[color]),
            (quote, front),
        ]
        foot: list[Piece] = [("       ", look.base)]
        foot += [(f"{part}  ", look.base) for part in about if part]
        foot += [(f"also written: {others.words(other)}  ", look.accent) for other in one.others]
        foot.append((subject.document.title, look.dim))
        return [line(head, width, look.base), line(foot, width, look.base), Strip.blank(width, look.base)]
