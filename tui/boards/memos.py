"""The memos: what was written on the library, its documents and its tags, in one list."""

from __future__ import annotations

from typing import NamedTuple

from textual.strip import Strip

from storage.folding import fold
from tui.boards.base import Board, BoardStyles
from tui.session import Session
from tui.widgets.lines import Piece, line


class Entry(NamedTuple):
    """One row: what the memo is about, as stored and in words, and its text, empty where none is written yet."""

    about: str
    name: str
    note: str


class MemosBoard(Board):
    """All memos; the library's and the open document's are listed before they are written."""

    scope = "memos"
    rows_each = 3

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.entries: list[Entry] = []
        self.reload()

    def __len__(self) -> int:
        return len(self.entries)

    def uuid(self, index: int) -> str:
        """Return what a memo is about."""
        return self.entries[index].about

    def entry(self) -> Entry | None:
        """Return the chosen row."""
        return self.entries[min(self.chosen, len(self.entries) - 1)] if self.entries else None

    def reload(self) -> None:
        """Read the memos anew."""
        notes = {memo.about: memo.note for memo in self.session.library.memos()}
        here = [f"document:{self.session.document.uuid}"] if self.session.document else []
        about = dict.fromkeys(["library", *here, *sorted(notes)])
        words = fold(self.query)[0].split()
        entries = [Entry(one, self.session.library.memo_subject(one), notes.get(one, "")) for one in about]
        self.entries = [one for one in entries if all(word in fold(f"{one.name} {one.note}")[0] for word in words)]

    def header(self) -> str:
        """Return how many are written."""
        written = sum(bool(one.note) for one in self.entries)
        return f"{written} match {self.query}" if self.query else f"Memos  {written} written"

    def draw(self, index: int, width: int, look: BoardStyles, *, chosen: bool) -> list[Strip]:
        """Return a memo's rows: what it is about, its first words, and air."""
        one = self.entries[index]
        head: list[Piece] = [
            (look.chosen if chosen else " ", look.accent),
            (f" {look.pen if one.note else ' '} ", look.accent),
            (one.name, look.strong if chosen else look.base),
        ]
        note = " ".join(one.note.split()) or "nothing written yet · e writes"
        foot: list[Piece] = [("    ", look.base), (note, look.base if one.note else look.dim)]
        return [line(head, width, look.base), line(foot, width, look.base), Strip.blank(width, look.base)]
