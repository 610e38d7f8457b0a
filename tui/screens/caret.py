"""The part of the reading screen that moves the caret and the selection."""

from __future__ import annotations

from textual.screen import Screen

from storage.model import Annotation
from tui.reading.selection import Selection
from tui.reading.view import ReadingView
from tui.session import Session


class Caret(Screen[None]):
    """Mixed into ReaderScreen, which sets the attributes."""

    view: ReadingView
    session: Session
    extending: bool
    grown: list[Selection]
    message = ""
    reshaping: Annotation | None = None
    _column: int | None = None

    def first_caret(self) -> int:
        """Return the offset of the first text."""
        blocks = self.session.text.blocks
        return blocks[0].start if len(blocks) else 0

    def go(self, offset: int, *, active: str = "") -> None:
        """Move the caret, or the selection's head while extending."""
        view = self.view
        view.selection = view.selection.extend(offset) if self.extending else view.selection.move(offset)
        view.active = active
        self._column = None
        self.after_move()

    def after_move(self) -> None:
        """Keep the caret in view and the highlight under it current."""
        view = self.view
        if view.active and not any(mark.annotation.uuid == view.active for mark in self._under()):
            view.active = ""
        if not view.active and view.selection.empty:
            under = self._under()
            view.active = under[0].annotation.uuid if under else ""
        view.reveal(view.caret_range().start if not view.selection.empty else view.selection.head)

    def _under(self) -> list:  # type: ignore[type-arg]
        return self.session.highlights.at(self.view.selection.head)

    def _wanted(self) -> int:
        """Return the column that moving by rows aims for: where the caret was before the first of them."""
        layout = self.view.layout_rows
        if self._column is None:
            return layout.cell(layout.row(layout.place(self.view.selection.head)), self.view.selection.head)
        return self._column

    def go_rows(self, delta: int) -> None:
        """Move by rows, keeping the column that the caret came from."""
        from tui.reading.motion import by_rows  # noqa: PLC0415  # imported when first used

        view, wanted = self.view, self._wanted()
        self.go(by_rows(view.text, view.layout_rows, view.selection.head, delta, wanted))
        self._column = wanted

    def turn(self, delta: int) -> None:
        """Scroll by rows and take the caret along; at the document's ends the caret alone goes on."""
        view, layout = self.view, self.view.layout_rows
        if not len(view.text.blocks):
            return
        top, place, wanted = view.top, layout.place(view.selection.head), self._wanted()
        view.scroll_rows(delta)
        moved = layout.distance(top, view.top, abs(delta) + 1)
        target = layout.move(place, moved if abs(moved) >= abs(delta) else delta)
        if layout.row(target).kind == "gap":
            target = layout.move(target, 1)
        self.go(layout.offset_at(layout.row(target), wanted))
        self._column = wanted

    def select(self, start: int, end: int) -> None:
        """Select a range and stay in extending."""
        self.extending = True
        self.view.selection = Selection(start, end)
        self.after_move()

    def drop_selection(self) -> None:
        """Leave extending; the caret goes to the selection's start."""
        view = self.view
        if not view.selection.empty:
            view.selection = Selection(view.selection.start, view.selection.start)
        self.extending, self.grown, self.reshaping = False, [], None
        self.after_move()
