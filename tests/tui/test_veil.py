"""Nothing that comes after the first paint is done before it, however long that takes."""

from __future__ import annotations

from storage.config import Config
from storage.library import Library
from tests.tui.room import Room
from tui.app import ManiculaApp
from tui.arrival import arrive
from tui.screens.reader import ReaderScreen
from tui.session import Session


async def test_a_late_first_paint_comes_before_all_else(room: Room, monkeypatch):
    late = []
    monkeypatch.setattr(ManiculaApp, "ready", lambda _app, screen: late.append(screen))
    with Library.open(room.path) as library:
        session = Session(library)
        arrive(session, [str(room.article)])
        app = ManiculaApp(session, Config())
        async with app.run_test() as pilot:
            screen = app.screen
            assert isinstance(screen, ReaderScreen)
            await pilot.pause(0.6)
            before = screen.settled
            monkeypatch.undo()
            app.ready(screen)
            for _ in range(200):
                await pilot.pause(0.02)
                if screen.settled:
                    break
            assert (bool(late), before, screen.settled) == (True, False, True)
