"""The part of the reading screen that opens lists over the whole window, fills them, and marks rows of any list."""

from __future__ import annotations

import time
from collections.abc import Sequence

from textual.geometry import Offset
from textual.timer import Timer

from storage.model import Annotation
from tui.boards.annotations import AnnotationsBoard
from tui.boards.base import Board
from tui.screens.lists import Lists
from tui.screens.panes import BOARD
from tui.widgets.board import TOP, BoardView

_SLICE = 0.008
"""Seconds that a long list is filled before keys are looked at again."""
_PAUSE = 0.002
_REST = 0.1
"""Seconds without a key after which a list that fills the screen is filled to its end; it is drawn so often at most."""
_UNHURRIED = 0.1


class Boards(Lists):
    """Mixed into ReaderScreen, which sets the attributes."""

    board_view: BoardView
    board: Board | None = None
    _board_revision = -1
    _filler: Timer | None = None
    _drawn = 0.0
    _keeping = False

    def on_unmount(self) -> None:
        """Leave no thread behind."""
        if self.session.searching is not None:
            self.session.searching.close()
        if self.session.repeating is not None:
            self.session.repeating.close()

    def keep_search(self) -> None:
        """Bring the index of the library search up to date, where there is one, a little at a time."""
        session = self.session
        if session.searching is None and (session.library.partial or not session.library.has_search):
            return
        searching = session.searching or session.search()
        if searching.behind and not self._keeping and not (self.board is not None and self.board.more):
            searching.step(0)
            self._keeping = True
            self.set_timer(_UNHURRIED, self._keep_on)

    def _keep_on(self) -> None:
        self._keeping = False
        self.keep_search()

    def open_board(self, board: Board) -> None:
        """Show a list over the whole window and give it the focus."""
        self.board = board
        self._board_revision = self.session.library.revision
        self.panes.go(BOARD)

    def draw_board(self) -> None:
        """Draw the open board, anew where the library has changed, and go on filling it."""
        board = self.board
        if board is not None and board.shows and self.here is board:
            self._look_anew(board)
        if board is None or not self.board_view.display or not self.board_view.size.width:
            return
        self._look_anew(board)
        self.board_view.show(board)
        self._drawn = time.monotonic()
        self._fill_later(_PAUSE if board.first + self.board_view.fit(board) > len(board) else _REST)

    def _look_anew(self, board: Board) -> None:
        """Have a board read its rows anew where the library has changed; what is shown of it in a text follows."""
        if self._board_revision != self.session.library.revision:
            self._board_revision = self.session.library.revision
            chosen = board.uuid(board.chosen) if board.shows and len(board) else ""
            board.reload()
            if board.shows and (not len(board) or board.uuid(board.chosen) != chosen):
                self.show_chosen()

    def show_chosen(self) -> None:
        """Show the chosen row of a board that does so in its text; the list, where it stands in none."""
        board = self.here
        if not isinstance(board, AnnotationsBoard) or not board.shows:
            return
        found = board.annotation(board.chosen) if len(board) else None
        if found is None or not self._seen(found):
            self.unpeek()
        self.message = board.said()

    def _seen(self, annotation: Annotation) -> bool:
        """Show an annotation's passage; False where it has none."""
        if self.peeked is None or self.peeked.uuid != annotation.uuid:
            self.peek(annotation)
        return self.peeked is not None and self.peeked.uuid == annotation.uuid

    def _fill_later(self, pause: float) -> None:
        if self._filler is not None:
            self._filler.stop()
            self._filler = None
        if self.board is not None and self.board.more:
            self._filler = self.set_timer(pause, self._fill)

    def _fill(self) -> None:
        """Go on filling the board; what is drawn meanwhile is drawn now and then, the reader's keys come first."""
        self._filler = None
        if self.board is None or not self.board.more:
            return
        self.board.step(_SLICE)
        if not self.board.more or time.monotonic() > self._drawn + _REST:
            self.sync()
        if self.board.more:
            self._fill_later(_PAUSE)

    def marks_here(self) -> set[str]:
        """Return the marks of the focused list."""
        return self.here.marked if self.here is not None else self.marks

    def row_uuids(self) -> Sequence[str]:
        """Return what the rows of the focused list are about."""
        board = self.here
        if board is not None:
            return [board.uuid(index) for index in range(len(board))]
        if self.panes.current == "cards":
            return [one.uuid for one in self.kept()]
        return [entry.document.uuid for entry in self.entries()]

    def chosen_annotations(self) -> list[Annotation]:
        """Return the annotations to act on: those marked in the focused list, else the chosen one."""
        board, chosen = self.here, self.chosen_annotation()
        if isinstance(board, AnnotationsBoard):
            shown: Sequence[Annotation] = board.shown() if board.marked else ()
        else:
            shown = self.kept()
        marked = [one for one in shown if one.uuid in self.marks_here()]
        return marked or ([chosen] if chosen is not None else [])

    def chosen_annotation(self) -> Annotation | None:
        """Return the annotation chosen in the focused list."""
        board = self.here
        if isinstance(board, AnnotationsBoard):
            return board.annotation(min(board.chosen, len(board) - 1)) if len(board) else None
        return self.chosen_card()

    @property
    def here(self) -> Board | None:
        """The open board while it has the focus."""
        return self.board if self.panes.current == BOARD else None

    def list_query(self) -> str:
        """Return the filter of the focused list."""
        if self.here is not None:
            return self.here.query
        return self.query_source if self.panes.current == "cards" else self.document_query

    def filter_list(self, source: str) -> str:
        """Filter the focused list and return what to say. Raises UsageError for a bad query."""
        if self.here is not None:
            return self.here.filter(source)
        return self.filter_cards(source) if self.panes.current == "cards" else self.filter_documents(source)

    def list_length(self) -> int:
        """Return the number of rows of the focused list."""
        return len(self.here) if self.here is not None else super().list_length()

    def list_index(self) -> int:
        """Return the chosen row of the focused list."""
        return self.here.chosen if self.here is not None else super().list_index()

    def list_page(self) -> int:
        """Return the rows of one page of the focused list."""
        if self.here is not None:
            return self.board_view.fit(self.here)
        return super().list_page()

    def choose(self, index: int) -> None:
        """Choose a row of the focused list."""
        if self.here is not None:
            if not self.here.shows:
                self.unpeek()
            self.here.chosen = max(0, min(index, len(self.here) - 1))
            self.show_chosen()
        else:
            super().choose(index)

    def next_order(self) -> str:
        """Take the next order of the focused list, and return its name."""
        if self.here is not None:
            name = self.here.next_order()
            self.show_chosen()
            return f"{name} · {self.here.said()}" if self.here.shows else name
        return super().next_order()

    def list_cursor(self) -> Offset | None:
        """Return the screen cell of the focused list's active row."""
        board = self.here
        if board is not None:
            row = TOP + (board.chosen - board.first) * board.rows_each
            return self.board_view.content_region.offset + Offset(board.cursor, row)
        return super().list_cursor()
