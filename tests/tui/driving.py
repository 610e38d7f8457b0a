"""The real app, driven by keys named as in the command table."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from textual import events
from textual.pilot import Pilot

from storage.config import Config
from storage.library import Library
from tests.tui.tasks import Typed
from tui.app import ManiculaApp
from tui.arrival import arrive
from tui.screens.reader import ReaderScreen
from tui.session import Session

SMALL = (80, 24)
_NAMES = {"esc": "escape", "space": "space"}


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
    await pilot.pause()
    return pressed


def shown(screen: ReaderScreen) -> str:
    """Return what the panes, the panel and the status row show."""
    parts = [screen.shelf, screen.cards, screen.board_view, screen.panel_view, screen.status]
    rows = [strip.text.rstrip() for part in parts if part.display for strip in part.rows]
    if screen.view.display:
        rows = [strip.text.rstrip() for strip in screen.view.render_lines(screen.view.size.region)] + rows
    return "\n".join(rows)
