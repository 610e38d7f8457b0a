"""What the terminal is sent: nothing before the reading screen is whole, so that a frame shown before is not broken up.

When the reader leaves, the screen is opened once more behind the veil, where the next start will open it, and what that
sends is the frame that the next start shows first (`storage.frames`).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from rich.control import Control
from textual import events
from textual._compositor import CompositorUpdate
from textual.app import App

from tui import prepaint
from tui.painting import Painted
from tui.screens.reader import ReaderScreen
from tui.thrift import forget_shown, is_thrifty, thinned

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.driver import Driver
    from textual.geometry import Size
    from textual.screen import Screen

PATIENCE = 3.0
"""Seconds that are waited for a screen to be drawn at most."""


def driver() -> type[Driver] | None:
    """Return the driver that takes over a screen on which something is shown, None where nothing is."""
    if not prepaint.shown.waiting:
        return None
    from tui.takeover import Takeover  # noqa: PLC0415  # only there is it one for this system

    return Takeover


class Veiled(App[int]):
    """An app that shows nothing and takes no input before its reading screen is drawn; then all that was typed."""

    _veiled = True
    _early: list[events.Event] | None
    _drawn: asyncio.Event | None = None
    _shown_size: Size | None = None
    drawn = b""
    """What the terminal would be sent for the screen as it opens next time; empty before the reader left."""

    def __init__(self) -> None:
        super().__init__()
        self._early = []

    @property
    def veiled(self) -> bool:
        """Whether the screen is still being drawn for the first time."""
        return self._veiled and self._drawn is None

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        if not self._veiled:
            size = screen._compositor.size  # noqa: SLF001  # as below
            if size != self._shown_size:  # what a terminal makes of its rows when it changes, nobody knows
                self._shown_size = size
                forget_shown(self._driver)
            super()._display(screen, self._painted(renderable) or renderable)  # type: ignore[arg-type]  # Textual's own

    def _painted(self, update: object) -> Painted | None:
        """Return an update that sends no more than it has to, where the driver knows what is shown."""
        if isinstance(update, CompositorUpdate) and is_thrifty(self._driver):
            return Painted(update, self._driver)
        return None

    def redraw(self) -> None:
        """Send the terminal all of the screen, also what should stand there."""
        forget_shown(self._driver)
        if isinstance(self.screen, ReaderScreen):
            self._display(self.screen, self._whole(self.screen))  # type: ignore[arg-type]  # as Textual itself does
        else:
            self.refresh()

    def ready(self, screen: ReaderScreen) -> None:
        """Show a reading screen that has drawn all its parts for the first time."""
        if self._drawn is not None:
            self.drawn = self._sent(screen)
            self._drawn.set()
        elif self._veiled:
            self._veiled = False
            self._display(screen, self._whole(screen))  # type: ignore[arg-type]  # as Textual itself does
            self.call_next(self._take_early)

    def ready_anyway(self) -> None:
        """Show the reading screen as it is, where the window has no room for the text."""
        if self._veiled and self._drawn is None and isinstance(self.screen, ReaderScreen):
            self.ready(self.screen)

    def early(self, event: events.Event) -> bool:
        """Keep a key or a click that comes before the screen is drawn; False where it need not be kept."""
        if self._early is None:
            return False
        self._early.append(event)
        return True

    async def _take_early(self) -> None:
        typed, self._early = self._early or [], None
        for event in typed:
            await self.on_event(event)

    def _whole(self, screen: ReaderScreen) -> CompositorUpdate:
        """Return all of a screen; what asked to be painted so far need not be painted once more."""
        compositor = screen._compositor  # noqa: SLF001  # Textual has no other way to ask for it
        compositor.update_widgets(set(compositor.visible_widgets))
        return compositor.render_full_update()

    def _sent(self, screen: ReaderScreen) -> bytes:
        """Return what the terminal is sent for a screen, the place of the cursor last."""
        cursor = screen.outer_size.clamp_offset(self.cursor_position)
        drawn = self._whole(screen).render_segments(self.console) + Control.move_to(*cursor).segment.text
        return thinned(drawn).encode(errors="replace")

    async def draw_next(self, screen: ReaderScreen) -> None:
        """Have `drawn` be what the terminal would be sent for another reading screen; what is shown stays."""
        self._veiled, self._drawn = True, asyncio.Event()
        await self.push_screen(screen)
        try:
            await asyncio.wait_for(self._drawn.wait(), PATIENCE)
        except TimeoutError:
            self.drawn = b""
