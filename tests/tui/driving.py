"""The real app, driven by keys named as in the command table."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from textual import events
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.widget import Widget

from storage.config import Config
from storage.library import Library
from tests.tui.tasks import Typed
from tui.app import ManiculaApp
from tui.arrival import arrive
from tui.screens.reader import ReaderScreen
from tui.session import Session

SMALL = (80, 24)
_NAMES = {"esc": "escape", "space": "space"}
_SOON = 0.05
"""Seconds: a timer up to this long is a step of work under way, a longer one waits for the reader."""


@asynccontextmanager
async def opened(
    library: Library, path: Path, config: Config | None = None, size: tuple[int, int] = SMALL
) -> AsyncIterator[tuple[Pilot[int], ReaderScreen]]:
    """Open the screen at a file and wait until everything that follows the first paint is done."""
    session = Session(library)
    arrive(session, [str(path)])
    app = ManiculaApp(session, config or Config())
    async with app.run_test(size=size) as pilot:
        screen = app.screen
        assert isinstance(screen, ReaderScreen)
        for _ in range(500):
            await pilot.pause(0.02)
            if screen.settled and not session.waiting:
                break
        yield pilot, screen


def event(key: str) -> events.Key:
    """Return the event of a key, as the terminal's driver makes it."""
    character = key if len(key) == 1 else " " if key == "space" else None
    return events.Key(_NAMES.get(key, key), character)


async def press(pilot: Pilot[int], keys: Iterable[str | Typed | Callable[[ReaderScreen], str]]) -> list[str]:
    """Press keys one after the other, and return them as they were pressed."""
    pressed: list[str] = []
    for key in keys:
        screen = pilot.app.screen
        assert isinstance(screen, ReaderScreen)
        names = list(key.letters) if isinstance(key, Typed) else [key if isinstance(key, str) else key(screen)]
        for name in names:
            await screen.take_key(event(name))
        pressed += names
    await settle(pilot)
    return pressed


async def settle(pilot: Pilot[int]) -> None:
    """Wait until the screen has laid out, painted and worked off what was asked of it, however slow the machine is.

    ``Pilot.pause`` takes a process that gets no processor time for one that is done.
    """
    calm = 0
    for _ in range(2000):
        await pilot._wait_for_screen()
        screen = pilot.app.screen
        widgets = list(screen.walk_children(Widget, with_self=True))
        asked = any(widget._layout_required or widget._repaint_required for widget in widgets)
        busy = asked or screen._dirty_widgets or screen._callbacks or _under_way(widgets)
        calm = 0 if busy else calm + 1
        if calm == 2:  # what a timer asked for when it ended is done by the second look
            return
        await asyncio.sleep(0.002)
    raise AssertionError("the screen does not come to rest")


def _under_way(widgets: Iterable[MessagePump]) -> bool:
    timers = [timer for widget in widgets for timer in widget._timers if timer._repeat == 0]
    return any(timer._interval <= _SOON and timer._task is not None and not timer._task.done() for timer in timers)


def shown(screen: ReaderScreen) -> str:
    """Return what the panes, the panel and the status row show."""
    parts = [screen.shelf, screen.cards, screen.board_view, screen.panel_view, screen.status]
    rows = [strip.text.rstrip() for part in parts if part.display for strip in part.rows]
    if screen.view.display:
        rows = [strip.text.rstrip() for strip in screen.view.render_lines(screen.view.size.region)] + rows
    return "\n".join(rows)


async def answered(pilot: Pilot[int], screen: ReaderScreen, words: str) -> None:
    """Wait until the screen says something."""
    for _ in range(500):
        await settle(pilot)
        if words in shown(screen):
            return
        await pilot.pause(0.01)
    raise AssertionError(shown(screen))
