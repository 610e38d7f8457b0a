"""The part of the reading screen that finds: the nearest match at once, all of them counted in slices."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from storage.errors import UsageError
from storage.model import Range
from tui.panels.find import FindPanel, How
from tui.screens.caret import Caret
from tui.widgets.panel import PanelView

if TYPE_CHECKING:
    from storage.search import Finder

_MOST = 100_000
_CHUNK = 250
_SLICE = 0.002
"""Seconds of looking between two looks at the keys."""
_PAUSE = 0.001


class Finds(Caret):
    """Mixed into ReaderScreen, which sets the attributes."""

    panel_view: PanelView
    pattern = ""
    find_how = How()
    _finder: Finder | None = None
    _rest: Iterator[tuple[int, int]] | None = None
    """What is still to be looked through; None where all matches are known."""
    _found: list[Range]

    def find(self, pattern: str, start: int, how: How | None = None) -> str:
        """Show the nearest match after `start` and mark what is on screen; returns the count, or what is wrong.

        In a long text the other matches are counted while nothing else is to do; `find_all` waits for them.
        """
        view = self.view
        self.pattern, self._rest = pattern, None
        view.matches, view.match = (), None
        view.refresh_frame()
        if not pattern:
            return ""
        self.prepare_find()
        try:
            first = next(self._look(start, how), None) or next(self._look(0, how), None)
            self._rest, self._found = self._look(0, how), []
        except UsageError as problem:
            return str(problem)
        if first is None:
            self._rest = None
            return "not found"
        view.match = Range(*first)
        self.go(first[0])
        self._look_on()
        if not self.counting():
            return self.match_count()
        self._mark_screen(how)
        self.set_timer(_PAUSE, self._go_on)
        return "counting"

    def counting(self) -> bool:
        """Tell whether matches are still to be found."""
        return self._rest is not None

    def prepare_find(self) -> None:
        """Have the text ready to be looked through."""
        from storage.search import Finder  # noqa: PLC0415  # imported when first used

        if self._finder is None or self._finder.text is not self.view.text:
            self._finder = Finder(self.view.text)

    def _look(self, start: int, how: How | None) -> Iterator[tuple[int, int]]:
        regex, whole_word, exact = how or (False, False, False)
        assert self._finder is not None  # noqa: S101  # `prepare_find` came before
        return self._finder.matches(
            self.pattern, regex=regex, whole_word=whole_word, fold=not exact, smart=True, start=start
        )

    def _mark_screen(self, how: How | None) -> None:
        """Mark the matches on screen before all are known."""
        self.view.refresh_frame()
        _, start, end = self.view.on_screen()
        shown = []
        for one in self._look(max(0, start - len(self.pattern)), how):
            if one[0] >= end:
                break
            shown.append(Range(*one))
        self.view.matches = shown
        self.view.refresh_frame()

    def _look_on(self, *, seconds: float = _SLICE) -> None:
        """Look for further matches for about so long."""
        end = time.monotonic() + seconds
        while self._rest is not None:
            chunk = [Range(*one) for one in islice(self._rest, _CHUNK)]
            self._found += chunk
            if len(chunk) < _CHUNK or len(self._found) >= _MOST:
                self.view.matches, self._rest = self._found, None
                self.view.refresh_frame()
            elif time.monotonic() > end:
                return

    def _go_on(self) -> None:
        if not self.counting():
            return
        self._look_on()
        panel = self.panel_view.panel
        if self.counting():
            self.set_timer(_PAUSE, self._go_on)
        elif isinstance(panel, FindPanel):
            panel.problem = self.match_count()
            self.sync()

    def find_all(self) -> None:
        """Wait until all matches are known."""
        self._look_on(seconds=float("inf"))

    def match_count(self) -> str:
        """Return which of the matches is the current one: ``3/17``."""
        return f"{self.match_index(0) + 1}/{len(self.view.matches)}"

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

    def sync(self) -> None:
        """Paint; ReaderScreen does."""
        raise NotImplementedError
