"""What several devices wrote at the same time, in the whole library: each value that waits for a choice."""

from __future__ import annotations

from textual.strip import Strip

from storage.choosing import Unsettled
from storage.folding import fold
from tui import others
from tui.boards.base import Board, BoardStyles
from tui.session import Session
from tui.widgets.lines import Piece, line


class VersionsBoard(Board):
    """One row for each such value: whose it is, what is shown, and what is kept beside it."""

    scope = "versions"
    rows_each = 3

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.rows: list[tuple[Unsettled, str]] = []
        self.reload()

    def __len__(self) -> int:
        return len(self.rows)

    def uuid(self, index: int) -> str:
        """Return what a row is about: the record and the path in it."""
        waiting, _ = self.rows[index]
        return f"{waiting.uuid}/{waiting.field}"

    def waiting(self) -> Unsettled | None:
        """Return the chosen value."""
        return self.rows[min(self.chosen, len(self.rows) - 1)][0] if self.rows else None

    def reload(self) -> None:
        """Read what waits anew."""
        library = self.session.library
        words = fold(self.query)[0].split()
        every = [(each, others.subject(library, each.table, each.uuid)) for each in library.all_unsettled()]
        self.total = len(every)
        self.rows = [row for row in every if all(word in fold(f"{row[1]} {_said(row[0])}")[0] for word in words)]

    def header(self) -> str:
        """Return how many there are."""
        if self.query:
            return f"{len(self.rows)} of {self.total} match {self.query}"
        return f"Written at the same time on several devices  {self.total} to choose among"

    def empty(self) -> str:
        """Return that there is nothing to do."""
        return (
            super().empty() if self.query else "Nothing waits for a choice: no two devices wrote something different."
        )

    def draw(self, index: int, width: int, look: BoardStyles, *, chosen: bool) -> list[Strip]:
        """Return a value's rows: whose it is, what is shown and what is kept beside it, and air."""
        waiting, name = self.rows[index]
        head: list[Piece] = [
            (look.chosen if chosen else " ", look.accent),
            ("  ", look.base),
            (name, look.strong if chosen else look.base),
            (f"  {others.field(waiting.field)}", look.accent),
        ]
        foot: list[Piece] = [("   ", look.base), (_said(waiting), look.base)]
        return [line(head, width, look.base), line(foot, width, look.base), Strip.blank(width, look.base)]


def _said(waiting: Unsettled) -> str:
    said = [others.said_of(waiting.field, value) for value in (waiting.shown, *(one.value for one in waiting.others))]
    return f"{said[0]}   also written: {'; '.join(said[1:])}"
