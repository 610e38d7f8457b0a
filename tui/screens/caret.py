"""The part of the reading screen that moves the caret, the selection and the matches of find."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from textual.screen import Screen

from storage.errors import UsageError
from storage.model import Annotation, Range
from tui.panels.find import How
from tui.reading.selection import Selection
from tui.reading.view import ReadingView
from tui.session import Session

if TYPE_CHECKING:
    from storage.search import Finder

_MOST_MATCHES = 100_000


class Caret(Screen[None]):
    """Mixed into ReaderScreen, which sets the attributes."""

    view: ReadingView
    session: Session
    extending: bool
    grown: list[Selection]
    pattern = ""
    message = ""
    find_how = How()
    keep_visible: int | None = None
    reshaping: Annotation | None = None
    _column: int | None = None
    _finder: Finder | None = None

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

    def find(self, pattern: str, start: int, how: How | None = None) -> str:
        """Mark every match and show the nearest one after `start`; returns the count to show, or what is wrong."""
        view = self.view
        self.pattern = pattern
        view.matches, view.match = (), None
        if not pattern:
            view.refresh_frame()
            return ""
        from storage.search import Finder  # noqa: PLC0415  # imported when first used

        if self._finder is None or self._finder.text is not view.text:
            self._finder = Finder(view.text)
        regex, whole_word, exact = how or (False, False, False)
        try:
            found = self._finder.find_all(
                pattern, regex=regex, whole_word=whole_word, fold=not exact, smart=True, limit=_MOST_MATCHES
            )
        except UsageError as problem:
            view.refresh_frame()
            return str(problem)
        view.matches = [Range(*one) for one in found]
        if not view.matches:
            view.refresh_frame()
            return "not found"
        index = bisect_left(view.matches, (start, start)) % len(view.matches)
        self.show_match(index)
        return f"{index + 1}/{len(view.matches)}"

    def match_index(self, step: int) -> int:
        """Return the index of the match `step` matches away from the current one, round the ends."""
        view = self.view
        here = view.match if view.match is not None else Range(view.selection.head, view.selection.head)
        index = bisect_left(view.matches, here)
        if step and (index >= len(view.matches) or view.matches[index] != here):
            step -= step > 0
        return (index + step) % len(view.matches)

    def show_match(self, index: int) -> None:
        """Go to a match."""
        self.view.match = self.view.matches[index]
        self.go(self.view.match.start)
