"""How the reading screen comes up: the caret in view, keys kept for it, one whole paint."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from storage import readers
from storage.config import Config
from storage.library import Library
from storage.model import ReadingPosition
from storage.readers import apart, forks
from storage.text import Block, Text
from tests.tui.desk import until
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


def long_text(folder: Path, suffix: str) -> Path:
    """Write a text of more than half a megabyte."""
    heading = {".md": "## Part {}\n\n", ".html": "<p>"}.get(suffix, "")
    made = (
        heading.format(n) + f"Sentence {n} says a few words more than nothing, {n} of them. " * 9 for n in range(1200)
    )
    path = folder / f"long{suffix}"
    path.write_text("\n\n".join(made))
    return path


@asynccontextmanager
async def coming_up(path: Path, folder: Path) -> AsyncIterator[tuple[Pilot[int], ReaderScreen, Session]]:
    """Open the screen at a file, and do not wait for what follows the first paint."""
    with Library.open(folder / "library.json") as library:
        session = Session(library)
        arrive(session, [str(path)])
        async with ManiculaApp(session, Config()).run_test(size=(100, 30)) as pilot:
            screen = pilot.app.screen
            assert isinstance(screen, ReaderScreen)
            yield pilot, screen, session


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html"])
async def test_moving_about_in_the_beginning_of_a_long_text_does_not_wait_for_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    path = long_text(tmp_path, suffix)
    whole = readers.read(path)
    readers_of_the_rest: list[str] = []
    parse = readers.parse

    def noted(data: bytes, name: str) -> Text:
        readers_of_the_rest.append(threading.current_thread().name)
        return parse(data, name)

    monkeypatch.setattr(readers, "parse", noted)
    async with coming_up(path, tmp_path) as (pilot, screen, session):
        assert readers_of_the_rest == []
        assert len(session.text) < len(whole) / 2
        for key in ("j", "space", ")"):
            await screen.take_key(event(key))
        before = screen.view.selection.head
        assert before > 0
        await until(pilot, lambda screen: screen.settled)
        assert screen.view.selection.head == before
        assert screen.view.text is session.text
        assert session.text.string == whole.string
        assert readers_of_the_rest
        assert threading.main_thread().name not in readers_of_the_rest


async def test_what_needs_the_whole_text_reads_it_at_once(tmp_path: Path) -> None:
    path = long_text(tmp_path, ".txt")
    whole = readers.read(path)
    async with coming_up(path, tmp_path) as (_, screen, session):
        assert len(session.text) < len(whole)
        await screen.take_key(event("G"))
        assert screen.view.selection.head > len(whole) - 1000
        await screen.take_key(event("enter"))
        assert [one.text for one in session.annotations] == [whole.hash]


async def test_a_long_text_opened_from_the_list_shows_its_beginning_first(article: Path, tmp_path: Path) -> None:
    path = long_text(tmp_path, ".md")
    whole = readers.read(path)
    with Library.open(tmp_path / "library.json") as library:
        async with opened(library, article) as (pilot, screen):
            screen.open(path)
            assert 0 < len(screen.view.text) < len(whole) / 2
            await until(pilot, lambda screen: screen.session.document is not None)
            assert screen.view.text.string == whole.string
            assert library.lookup(path) is not None


async def test_keys_are_taken_also_where_the_window_has_no_room_for_the_text(article: Path, tmp_path: Path) -> None:
    with Library.open(tmp_path / "library.json") as library:
        session = Session(library)
        arrive(session, [str(article)])
        app = ManiculaApp(session, Config())
        async with app.run_test(size=(20, 1)) as pilot:
            await pilot.press("q")
            for _ in range(300):
                await pilot.pause(0.01)
                if app.return_value is not None:
                    break
        assert app.return_value == 0


async def test_where_the_whole_shows_that_something_of_the_beginning_is_none_of_the_text_nothing_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = long_text(tmp_path, ".txt")
    whole = readers.read(path)
    first = readers.beginning(path.read_bytes(), path.name)
    assert first is not None
    head = "A running head that stands on each page.\n\n"
    noted = Text(head + first.string, [Block(0, len(head) - 2), *(shifted(each, len(head)) for each in first.blocks)])
    monkeypatch.setattr(readers, "beginning", lambda *_: noted)
    async with coming_up(path, tmp_path) as (pilot, screen, session):
        await screen.take_key(event("space"))
        at, top = screen.view.selection.head, screen.view.top_offset
        await until(pilot, lambda screen: screen.settled)
        assert session.text.string == whole.string
        assert (screen.view.selection.head, screen.view.top_offset) == (at - len(head), top - len(head))


def shifted(block: Block, by: int) -> Block:
    return block._replace(start=block.start + by, end=block.end + by)


async def test_files_that_wait_are_added_in_their_order_and_leaving_waits_for_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    names = [f"{number}.txt" for number in range(7)]
    for name in names:
        (folder / name).write_text(f"Words of {name}.", encoding="utf-8")
    (folder / "3.txt").write_bytes(b"\x89PNG")
    for name in ("8.html", "9.html"):
        (folder / name).write_text("<p>Words.</p>", encoding="utf-8")
    for each in (apart, forks):
        monkeypatch.setattr(each, "_CODE", "import time; time.sleep(600)")
    with Library.open(tmp_path / "library.json") as library:
        session = Session(library)
        arrive(session, [str(folder)])
        app = ManiculaApp(session, Config())
        async with app.run_test() as pilot:
            await until(pilot, lambda _: _being_read() >= 2)
            assert [each.title for each in library.documents()] == [
                f"Words of {name}." for name in names if "3" not in name
            ]
            app.exit()
        await asyncio.to_thread(_readers_ended)
        assert len(library.documents()) == len(names) - 1


def _being_read() -> int:
    return len(apart._running) + sum(len(each.waiting) for each in apart._forks)


def _readers_ended() -> None:
    until = time.monotonic() + 60
    while _being_read():
        assert time.monotonic() < until, "they are still read"
        time.sleep(0.01)
