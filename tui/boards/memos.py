"""The memos: what was written on the library, its documents and its tags, in one list."""

from __future__ import annotations

from typing import NamedTuple

from textual.strip import Strip

from storage.folding import fold
from storage.model import Memo
from tui import others
from tui.boards.base import Board, BoardStyles
from tui.session import Session
from tui.widgets.lines import Piece, line


class Entry(NamedTuple):
    """One row: what the memo is about, as stored and in words, its text and uuid, empty where none is written yet."""

    about: str
    name: str
    note: str = ""
    uuid: str = ""


class MemosBoard(Board):
    """All memos, of one subject several where several devices began one; two are listed before they are written.

    Those are the library's and the open document's.
    """

    scope = "memos"
    rows_each = 3

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.entries: list[Entry] = []
        self.reload()

    def __len__(self) -> int:
        return len(self.entries)

    def uuid(self, index: int) -> str:
        """Return a memo's uuid; where none is written yet what it is about."""
        return self.entries[index].uuid or self.entries[index].about

    def entry(self) -> Entry | None:
        """Return the chosen row."""
        return self.entries[min(self.chosen, len(self.entries) - 1)] if self.entries else None

    def reload(self) -> None:
        """Read the memos anew."""
        library = self.session.library
        first = ["library", *([f"document:{self.session.document.uuid}"] if self.session.document else [])]
        written = library.memos()
        every = [*(Memo("", about) for about in first if all(memo.about != about for memo in written)), *written]
        every.sort(key=lambda memo: (first.index(memo.about) if memo.about in first else len(first), memo.about))
        self._beside = library.unsettled("memos")
        words = fold(self.query)[0].split()
        entries = [Entry(memo.about, library.memo_subject(memo.about), memo.note, memo.uuid) for memo in every]
        self.entries = [one for one in entries if all(word in fold(f"{one.name} {one.note}")[0] for word in words)]

    def header(self) -> str:
        """Return how many are written."""
        written = sum(bool(one.note) for one in self.entries)
        return f"{written} match {self.query}" if self.query else f"Memos  {written} written"

    def draw(self, index: int, width: int, look: BoardStyles, *, chosen: bool) -> list[Strip]:
        """Return a memo's rows: what it is about, its first words, and air, or what was written at the same time."""
        one = self.entries[index]
        head: list[Piece] = [
            (look.chosen if chosen else " ", look.accent),
            (f" {look.pen if one.note else ' '} ", look.accent),
            (one.name, look.strong if chosen else look.base),
        ]
        note = " ".join(one.note.split()) or "nothing written yet · e writes"
        foot: list[Piece] = [("    ", look.base), (note, look.base if one.note else look.dim)]
        waiting = self._beside.get(one.uuid, ())
        last: list[Piece] = [("    ", look.base), (others.mark(waiting), look.accent)] if waiting else []
        return [line(head, width, look.base), line(foot, width, look.base), line(last, width, look.base)]
