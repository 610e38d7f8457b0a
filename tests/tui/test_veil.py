"""Nothing that comes after the first paint is done before it, however long that takes."""

from __future__ import annotations

import asyncio

from textual import events

from storage.config import Config
from storage.library import Library
from tests.tui.driving import event
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


async def test_what_is_typed_or_clicked_after_leaving_is_for_nobody(room: Room):
    with Library.open(room.path) as library:
        session = Session(library)
        arrive(session, [str(room.article)])
        app = ManiculaApp(session, Config(), keeps=True)
        async with app.run_test() as pilot:
            screen = app.screen
            assert isinstance(screen, ReaderScreen)
            while not screen.settled:
                await pilot.pause(0.02)
            caret = screen.view.selection.head
            await app.on_event(event("q"))
            x, y = screen.view.region.offset
            await app.on_event(events.MouseDown(None, x + 10, y + 10, 0, 0, 1, shift=False, meta=False, ctrl=False))
            async with asyncio.timeout(10):
                while app.return_value is None:
                    await app.on_event(event("enter"))
                    await asyncio.sleep(0.005)
        assert screen.view.selection.head == caret
        assert app.drawn
        assert library.annotations() == []
