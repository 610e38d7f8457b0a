"""The part of the reading screen that asks, once, which name the reader signs with.

It asks in a pause after the first thing this login marks in a library, and takes no key that is meant for the text.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from textual.screen import Screen

from storage.errors import ManiculaError
from storage.model import Range
from tui.panels.base import Panel
from tui.panels.prompt import Aside, Prompt
from tui.session import Session
from tui.widgets.panel import PanelView

PAUSE = 4.0
"""Seconds without a key before it is asked."""
_SEEN = 0.4
"""Seconds until the reader can have seen the question; a key before that is not an answer, and it is asked again."""


class Signing(Screen[None]):
    """Mixed into ReaderScreen, which sets the attributes."""

    session: Session
    panel_view: PanelView
    message = ""
    _signed = True
    _last_key = 0.0

    def expect_signing(self) -> None:
        """Take note of whether this login has signed anything in the library yet."""
        self._signed = bool(self.session.library.me().uuid)

    def look_signed(self) -> None:
        """Ask in the next pause, if this login has just signed for the first time."""
        if not self._signed and self.session.library.me().uuid:
            self._signed = True
            self.set_timer(PAUSE, self._ask)

    def note_key(self) -> None:
        """Take note of when the reader pressed a key."""
        self._last_key = time.monotonic()

    def _ask(self) -> None:
        if self.panel_view.panel is not None or self.scope() != "reader" or self._key_within(PAUSE):
            self.set_timer(PAUSE, self._ask)
            return
        name, asked = self.session.library.me().name, time.monotonic()

        def passed() -> None:
            if time.monotonic() < asked + _SEEN:
                self.set_timer(PAUSE, self._ask)

        self.open_panel(
            Aside(
                f"What you mark is signed “{name}”.",
                {"enter": ("keep", self._keep), "n": ("another", self.ask_name)},
                passed,
                unseen=lambda: time.monotonic() < asked + _SEEN,
            )
        )
        self.sync()

    def _key_within(self, seconds: float) -> bool:
        return time.monotonic() < self._last_key + seconds

    def _keep(self) -> None:
        self.message = f"You sign as “{self.session.library.me().name}”."

    def ask_name(self) -> None:
        """Ask for the name that the reader's work is signed with."""
        library = self.session.library

        def accept(typed: str) -> str | None:
            try:
                self.message = f"You sign as “{library.rename_me(typed).name}”."
            except ManiculaError as problem:
                return str(problem)
            return None

        self.open_panel(Prompt("your name:", library.me().name, accept=accept))

    def open_panel(self, panel: Panel, *, show: Sequence[Range] = ()) -> None:
        """Open a panel; ReaderScreen does."""
        raise NotImplementedError

    def scope(self) -> str:
        """Return the scope whose keys work now; ReaderScreen does."""
        raise NotImplementedError

    def sync(self) -> None:
        """Paint; ReaderScreen does."""
        raise NotImplementedError
