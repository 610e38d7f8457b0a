"""The part of the reading screen that finds: the nearest match at once, all of them counted in slices."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import suppress
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
_CHUNK = 100
_LONG_SLICE = 0.008
_SLICE = 0.002
"""Seconds of looking between two looks at the keys."""
_PAUSE = 0.001
_PAINT = 0.03
"""Seconds after a key in which the screen is painted, before the other matches are looked for."""


class Finds(Caret):
    """Mixed into ReaderScreen, which sets the attributes."""

    panel_view: PanelView
    pattern = ""
    find_how = How()
    find_problem = ""
    """What was wrong with the pattern, as far as it was looked for."""
    _finder: Finder | None = None
    _rest: Iterator[tuple[int, int]] | None = None
    """What is still to be looked through; None where all matches are known."""
    _found: list[Range]
    _readying: Iterator[float] | None = None
    _asked: tuple[str, int, How | None] | None = None
    """What is to be found as soon as the text is ready for it."""

    def find(self, pattern: str, start: int, how: How | None = None, *, wait: bool = False) -> str:
        """Show the nearest match after `start` and mark what is on screen; returns the count, or what is wrong.

        In a long text the other matches are counted while nothing else is to do; `find_all` waits for them. The first
        time a long text that is not ASCII has to be made ready, which takes a while: that is waited for only if asked.
        """
        view = self.view
        self.pattern, self.find_problem, self._rest, self._asked = pattern, "", None, None
        view.matches, view.match = (), None
        view.refresh_frame()
        if not pattern:
            return ""
        self.prepare_find()
        regex, _, exact = how or How()
        if not (regex or exact or self._ready(wait=wait)):
            self._asked = (pattern, start, how)
            return self._progress(0.0)
        try:
            first = next(self._look(start, how), None) or next(self._look(0, how), None)
            self._rest, self._found = self._look(0, how), []
        except UsageError as problem:
            self._rest, self.find_problem = None, str(problem)
            return self.find_problem
        if first is None:
            self._rest = None
            return "not found"
        view.match = Range(*first)
        self.go(first[0])
        self._look_on(seconds=0.0)
        if not self.counting():
            return self.match_count()
        with suppress(UsageError):  # told where all matches are counted
            self._mark_screen(how)
        self.set_timer(_PAINT, self._go_on)
        return "counting"

    def counting(self) -> bool:
        """Tell whether matches are still to be found."""
        return self._rest is not None

    def prepare_find(self) -> None:
        """Have the text ready to be looked through."""
        from storage.search import Finder  # noqa: PLC0415  # imported when first used

        if self._finder is None or self._finder.text is not self.view.text:
            self._finder, self._readying = Finder(self.view.text), None

    def warm_find(self) -> None:
        """Begin to make the text ready to be looked through, before anything is typed."""
        self.prepare_find()
        self._ready()

    def _ready(self, *, wait: bool = False) -> bool:
        """Tell whether the text can be looked through at once; if not, begin to make it ready, or do it now."""
        assert self._finder is not None  # noqa: S101  # `prepare_find` came before
        if not self._finder.ready and self._readying is None:
            self._readying = self._finder.prepare()
            self.set_timer(_PAUSE, self._fold_on)
        if wait:
            self._make_ready(float("inf"))
        return self._finder.ready

    def _make_ready(self, seconds: float) -> float:
        """Make the text ready for about so long; return how much is done, up to 1."""
        end = time.monotonic() + seconds
        for done in self._readying or ():
            if time.monotonic() > end:
                return done
        self._readying = None
        return 1.0

    def _fold_on(self) -> None:
        """Go on making the text ready; then find what was asked for meanwhile."""
        done, panel = self._make_ready(_LONG_SLICE), self.panel_view.panel
        if self._readying is not None:
            self.set_timer(_PAUSE, self._fold_on)
        if self._asked is not None and isinstance(panel, FindPanel):
            panel.problem = self._progress(done) if self._readying is not None else self.find(*self._asked)
            self.sync()

    @staticmethod
    def _progress(done: float) -> str:
        return f"reading the text … {done:.0%}"

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
            chunk = self._chunk(self._rest)
            self._found += chunk
            if len(chunk) < _CHUNK or len(self._found) >= _MOST:
                self.view.matches, self._rest = self._found, None
                self.view.refresh_frame()
            elif time.monotonic() > end:
                return

    def _chunk(self, rest: Iterator[tuple[int, int]]) -> list[Range]:
        """Return the next matches; fewer than `_CHUNK` where there are no more, or none can be found."""
        chunk: list[Range] = []
        try:
            chunk.extend(Range(*one) for one in islice(rest, _CHUNK))
        except UsageError as problem:
            self.find_problem = str(problem)
            return chunk[: _CHUNK - 1]
        return chunk

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
        """Return which of the matches is the current one: ``3/17``, and what kept the others from being found."""
        if not self.view.matches:
            return self.find_problem or "not found"
        problem = f" · {self.find_problem}" if self.find_problem else ""
        return f"{self.match_index(0) + 1}/{len(self.view.matches)}{problem}"

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
