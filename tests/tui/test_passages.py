"""Tagging and highlighting what was found: the matches in a text, or rows of the library search."""

from __future__ import annotations

from tests.tui.driving import answered, event, press, settle, shown
from tests.tui.room import MARKS
from tests.tui.tasks import Typed


async def test_all_matches_of_a_find_are_tagged_as_one_step(room):
    async with room.open(["/", Typed("maduro"), "enter", "g", "t"]) as (pilot, screen):
        count = len(screen.view.matches)
        assert count > 3
        assert f"tag {count} passages in 1 document:" in shown(screen)
        await press(pilot, [Typed("person"), "enter"])
        assert room.tags(screen) == [(one.exact, ["person"]) for one in screen.session.annotations]
        assert len(screen.session.annotations) == count
        assert f"Tagged person: {count} passages in 1 document · u undo" in shown(screen)
        await press(pilot, ["u"])
        assert len(screen.session.annotations) == 0


async def test_their_sentences_are_highlighted_where_that_is_wanted(room):
    async with room.open(["/", Typed("maduro"), "enter", "g", "h"], MARKS) as (pilot, screen):
        await press(pilot, ["ctrl+t"])
        assert "sentences in 1 document, 1 highlighted already?" in shown(screen)
        await press(pilot, ["enter"])
        text = screen.view.text.string
        made = [one for one in screen.session.annotations if not one.tags]
        assert made
        assert all("aduro" in one.exact and text[one.start : one.end] == one.exact for one in made)


async def test_nothing_happens_where_nothing_is_found_or_esc_is_pressed(room):
    async with room.open(["g", "t"]) as (pilot, screen):
        assert "/ finds" in shown(screen)
        await press(pilot, ["/", Typed("maduro"), "enter", "g", "h", "esc"])
        await press(pilot, ["g", "t", Typed("x"), "esc"])
        assert not screen.session.annotations


async def test_chosen_hits_of_the_library_search(room):
    async with room.open(["g", "/", Typed("guido")]) as (pilot, screen):
        await answered(pilot, screen, "in 1 document")
        await press(pilot, ["tab", "space", "space"])
        assert "2 marked" in shown(screen)
        await press(pilot, ["t"])
        assert "in 1 document:" in shown(screen)
        await press(pilot, [Typed("person"), "enter"])
        tagged = room.tags(screen)
        assert tagged
        assert {(words.casefold(), *tags) for words, tags in tagged} == {("guido", "person")}
        assert "marked" not in shown(screen)


async def test_all_hits_are_all_there_are_not_only_the_best(room, monkeypatch):
    monkeypatch.setattr("tui.boards.search.MOST", 2)
    async with room.open(["g", "/", Typed("the")]) as (pilot, screen):
        await answered(pilot, screen, "the best 2 passages")
        await press(pilot, ["tab", "*"])
        await answered(pilot, screen, "marked")
        assert len(screen.board) > 2
        assert len(screen.board.marked) == len(screen.board)
        await press(pilot, ["esc", "/", "backspace", "e"])
        await answered(pilot, screen, "the best 2 passages")
        for key in ("tab", "*", "t"):  # typed ahead
            await screen.take_key(event(key))
        await settle(pilot)
        count = sum(len(screen.board.passages(index)) for index in range(len(screen.board)))
        assert f"tag {count} passages in 2 documents:" in shown(screen)


async def test_many_documents_are_looked_at_in_the_background(room, monkeypatch):
    monkeypatch.setattr("tui.actions.passages._FEW", 0)
    async with room.open(["/", Typed("maduro"), "enter", "g", "t", Typed("person"), "enter"]) as (pilot, screen):
        await screen.workers.wait_for_complete()
        await settle(pilot)
        assert f"Tagged person: {len(screen.view.matches)} passages" in shown(screen)
        assert len(screen.session.annotations) == len(screen.view.matches)


async def test_other_work_that_begins_does_not_end_it(room, monkeypatch):
    monkeypatch.setattr("tui.actions.passages._FEW", 0)
    async with room.open(["/", Typed("maduro"), "enter", "g", "h"]) as (pilot, screen):
        count = len(screen.view.matches)
        for key in ("enter", "g", "r"):  # read again
            await screen.take_key(event(key))
        await screen.workers.wait_for_complete()
        await settle(pilot)
        assert len(screen.session.annotations) == count > 3


async def test_a_text_that_changes_meanwhile_is_told(room, monkeypatch):
    monkeypatch.setattr("tui.actions.passages._FEW", 0)
    monkeypatch.setattr("tui.actions.passages._Batch.fresh", False)
    async with room.open(["/", Typed("maduro"), "enter", "g", "h", "enter"]) as (pilot, screen):
        await screen.workers.wait_for_complete()
        await settle(pilot)
        assert "Texts have changed meanwhile" in shown(screen)
        assert not screen.session.annotations
