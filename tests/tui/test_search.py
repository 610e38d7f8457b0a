"""The library search on the screen: typed, walked through, gone to and back; kept up while the app is open."""

from __future__ import annotations

import sqlite3
import threading

import pytest

from storage import forgetting
from storage.fulltext import keeping, path_of
from tests.tui.driving import answered, event, press, settle, shown
from tests.tui.room import MARKS
from tests.tui.tasks import Typed
from tui.searching import Searching


async def test_what_is_typed_is_found_in_all_documents_and_gone_to(room):
    async with room.open(["g", "/"]) as (pilot, screen):
        assert "Type words that stand in a document" in shown(screen)
        await press(pilot, [Typed("hand")])
        await answered(pilot, screen, "in 1 document")
        assert "Welcome to Manicula" in shown(screen)
        before = screen.session.title
        await press(pilot, ["down", "enter"])
        text, match = screen.view.text.string, screen.view.match
        assert text[match.start : match.end].casefold().startswith("hand")
        assert screen.session.title == "Welcome to Manicula" != before
        assert match in screen.view.matches
        await pilot.pause(0.3)
        await press(pilot, ["enter"])
        assert screen.session.title == before
        await press(pilot, ["j", "enter", "tab"])
        assert screen.panes.current == "text"
        assert screen.session.title == "Welcome to Manicula"


async def test_enter_before_anything_is_found_goes_to_what_is_found_first(room, monkeypatch):
    gate = threading.Event()
    monkeypatch.setattr("tui.searching.read", lambda *args: gate.wait() and keeping.read(*args))
    monkeypatch.setattr("tui.boards.search._PATIENCE", 0)
    async with room.open([]) as (pilot, screen):
        for key in ("g", "/", *"sleeves", "enter"):  # without waiting for the rest in between
            await screen.take_key(event(key))
        assert len(screen.board) == 0
        gate.set()
        await settle(pilot)
        text, match = screen.view.text.string, screen.view.match
        assert text[match.start : match.end] == "sleeves"
        assert screen.session.title == "Welcome to Manicula"


async def test_only_in_highlights_and_their_notes(room):
    keys = ["g", "/", Typed("tag:claim venezuel*")]
    async with room.open(keys, MARKS) as (pilot, screen):
        await answered(pilot, screen, "1 passage in 1 document")
        await press(pilot, ["ctrl+u", Typed("tag:source")])
        await answered(pilot, screen, "2 passages in 1 document")


async def test_nothing_found_says_what_can_be_typed(room):
    async with room.open(["g", "/", Typed("xyzzy")]) as (pilot, screen):
        await answered(pilot, screen, "Nothing was found")
        await press(pilot, ["esc"])
        assert screen.view.display
        assert screen.panes.current == "text"


async def test_what_is_written_while_the_search_is_open_is_found(room):
    async with room.open(["g", "/", Typed("unheard")], MARKS) as (pilot, screen):
        await answered(pilot, screen, "Nothing was found")
        library = screen.session.library
        library.edit(library.annotations()[0].uuid, note="an unheard story")
        screen.sync()
        await answered(pilot, screen, "note")
        assert "unheard story" in shown(screen)


async def test_an_index_that_is_there_is_kept_up_while_nobody_searches(room):
    async with room.open(["g", "/", Typed("hand")], MARKS) as (pilot, screen):
        await answered(pilot, screen, "in 1 document")
    async with room.open(["ctrl+l"], MARKS) as (pilot, screen):
        library = screen.session.library
        library.edit(library.annotations()[0].uuid, note="later words")
        for _ in range(300):
            await pilot.pause(0.02)
            if _count(room, "later"):
                break
        assert _count(room, "later") == 1
    assert not [thread for thread in threading.enumerate() if thread.name == "search"]
    assert [path.name for path in room.path.parent.glob("*.search.db*")] == ["library.search.db"]


def _count(room, word: str) -> int:
    with sqlite3.connect(path_of(room.path)) as database:
        (found,) = database.execute("SELECT count(*) FROM words WHERE words MATCH ?", (word,)).fetchone()
    database.close()
    return int(found)


async def test_an_index_that_cannot_be_made_is_said_and_the_rest_goes_on(room):
    path_of(room.path).mkdir()
    async with room.open(["g", "/", Typed("hand")]) as (pilot, screen):
        await answered(pilot, screen, "cannot be used for searching")
        await press(pilot, ["esc", "j", "enter"])
        assert len(screen.session.annotations) == 1


@pytest.mark.parametrize("source", ["a OR", '"', "((", "NEAR", "x NEAR/"])
async def test_what_is_half_typed_does_no_harm(room, source: str):
    async with room.open(["g", "/", Typed(source)]) as (pilot, screen):
        await settle(pilot)
        await press(pilot, ["enter", "esc"])
        assert not isinstance(screen.session.searching, Searching) or not screen.session.searching.problem


async def test_a_search_that_had_to_be_given_up_is_begun_anew(room):
    path_of(room.path).mkdir()
    async with room.open(["g", "/", Typed("hand")]) as (pilot, screen):
        await answered(pilot, screen, "cannot be used for searching")
        path_of(room.path).rmdir()
        await press(pilot, ["esc", "g", "/", Typed("hand")])
        await answered(pilot, screen, "in 1 document")


async def test_a_document_forgotten_meanwhile_leaves_the_list(room):
    async with room.open(["g", "/", Typed("hand")]) as (pilot, screen):
        await answered(pilot, screen, "in 1 document")
        library = screen.session.library
        welcome = next(each for each in library.documents() if each.title.startswith("Welcome"))
        forgetting.forget(library, forgetting.plan(library, welcome.uuid), lambda *_: None)
        screen.sync()
        await settle(pilot)
        assert "0 passages" in shown(screen)


async def test_documents_alone_ask_for_words(room):
    async with room.open(["g", "/", Typed("in:welcome")]) as (pilot, screen):
        await answered(pilot, screen, "Type words to be found there")
