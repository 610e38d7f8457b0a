"""The part of the reading screen that follows the mouse; everything it does the keyboard does too."""

from __future__ import annotations

from textual.widget import Widget

from storage.errors import ManiculaError
from storage.model import Annotation
from tui.reading import cells
from tui.reading.selection import Selection
from tui.reading.view import ReadingView
from tui.screens.boards import Boards
from tui.screens.finds import Finds
from tui.screens.jumps import Jumps
from tui.screens.panes import BOARD
from tui.widgets.board import BoardView
from tui.widgets.cards import Sidebar
from tui.widgets.documents import DocumentList
from tui.widgets.lines import Lines


class Mouse(Finds, Jumps, Boards):
    """Mixed into ReaderScreen, which sets the attributes."""

    def _busy(self) -> bool:
        return self.panel_view.panel is not None or self.hinting

    def on_reading_view_pointed(self, event: ReadingView.Pointed) -> None:
        """Put the caret under the pointer; a drag selects from where it began."""
        if self._busy():
            return
        if self.panes.current != "text":
            self.panes.go("text")
        view = self.view
        if not event.extend:
            self.drop_selection()
            self.go(event.offset)
        elif event.offset != view.selection.anchor or not view.selection.empty:
            anchor, head = view.selection.anchor, event.offset
            if head >= anchor:
                head = cells.next_grapheme(view.text.string, head)
            self.extending = True
            view.selection = Selection(anchor, head)
            self.after_move()
        self.sync()

    def on_reading_view_wheeled(self, event: ReadingView.Wheeled) -> None:
        """Scroll the text; the caret stays on screen."""
        self.view.scroll_rows(event.rows)
        if self.view.selection.empty:
            head = self.view.visible_caret()
            self.view.selection = Selection(head, head)
        self.sync()

    def on_sidebar_clicked(self, event: Sidebar.Clicked) -> None:
        """Go to the clicked card's passage."""
        if not self._busy():
            self.follow(event.uuid)

    def on_document_list_clicked(self, event: DocumentList.Clicked) -> None:
        """Open the clicked document."""
        if self._busy() or not event.uuid:
            return
        try:
            self.open(self.session.library.document(event.uuid))
        except ManiculaError as problem:
            self.message = str(problem)
        self.sync()

    def on_board_view_clicked(self, event: BoardView.Clicked) -> None:
        """Choose the clicked row."""
        board = self.here
        if board is not None and not self._busy():
            self.choose(board.first + event.row // board.rows_each)
            self.sync()

    def on_lines_wheeled(self, event: Lines.Wheeled) -> None:
        """Go through the list under the pointer while it has the focus; else the text scrolls."""
        shown = {self.pane(name): name for name in ("cards", "documents", BOARD)}
        if shown.get(event.lines) == self.panes.current and not self._busy():
            self.choose(self.list_index() + event.rows)
            self.sync()
        else:
            self.on_reading_view_wheeled(ReadingView.Wheeled(event.rows))

    def pane(self, name: str) -> Widget:
        """Return the widget of a pane; ReaderScreen does."""
        raise NotImplementedError

    def go_to(self, annotation: Annotation) -> None:
        """Go to an annotation; ReaderScreen does."""
        raise NotImplementedError

    def follow(self, uuid: str) -> None:
        """Go to an annotation by its uuid, to stay there."""
        try:
            self.go_to(self.session.library.annotation(uuid))
        except ManiculaError as problem:
            self.message = str(problem)
        self.sync()
