"""How the reading screen comes up: the caret in view, keys kept for it, one whole paint."""

from __future__ import annotations

from pathlib import Path

from storage.config import Config
from storage.library import Library
from storage.model import ReadingPosition
from tests.tui.driving import event, opened, press, settle
from tui.app import ManiculaApp
from tui.arrival import arrive
from tui.screens.reader import ReaderScreen
from tui.session import Session


async def test_a_caret_below_a_smaller_screen_is_brought_into_view(article: Path, tmp_path: Path) -> None:
    with Library.open(tmp_path / "library.json") as library:
        document = library.add(article)[0]
        library.save_position(ReadingPosition(document.uuid, "", 0, 1500, 1500))
        async with opened(library, article) as (_, screen):
            assert screen.view.selection.head == 1500
            assert screen.view.frame.row_of(1500) is not None


async def test_keys_before_the_first_paint_wait_for_it(article: Path, tmp_path: Path) -> None:
    with Library.open(tmp_path / "library.json") as library:
        session = Session(library)
        arrive(session, [str(article)])
        app = ManiculaApp(session, Config())
        for key in ("space", "j"):
            await app.on_event(event(key))
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            screen = app.screen
            assert isinstance(screen, ReaderScreen)
            taken = screen.view.selection.head
            assert taken > 900
            await press(pilot, ["k"])
            assert 800 < screen.view.selection.head < taken
