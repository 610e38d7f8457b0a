"""Notes are written where they stand: in their card, while the sidebar has the focus."""

from __future__ import annotations

import pytest

from storage.library import Library
from tests.tui.driving import press, settle
from tests.tui.room import MARKS
from tests.tui.tasks import Typed

NOTE = "Who says so, and to whom was it said?"


@pytest.mark.parametrize("size", [(80, 24), (120, 30), (200, 60)])
async def test_a_note_is_edited_in_its_card(room, size):
    async with room.open(["S", "j", "e", Typed(NOTE)], MARKS, size) as (
        pilot,
        screen,
    ):
        area, cards = screen.note_area, screen.cards
        assert area is not None
        assert area.region.y > cards.region.y
        assert cards.region.contains_region(area.region)
        assert not screen.panel_view.display
        assert "citizens" in cards.rows[area.region.y - 1].text
        assert {cards.rows[y].text.strip() for y in range(area.region.y, area.region.bottom)} == {"▎"}
        assert area.region.contains_point(pilot.app.cursor_position)
        await press(pilot, ["esc"])
        assert [one.note for one in screen.session.annotations] == ["", NOTE, ""]
        assert screen.scope() == "sidebar"
        assert not area.display


async def test_the_card_grows_with_its_note_and_what_is_below_makes_room(room):
    async with room.open(["S", "e"], MARKS, (200, 40)) as (pilot, screen):
        row = next(y for y, strip in enumerate(screen.cards.rows) if "freedom" in strip.text)
        await press(pilot, ["a", "enter", "b", "enter", "c"])
        assert "freedom" in screen.cards.rows[row + 2].text
        assert screen.note_area.region.height == 3
        await press(pilot, ["ctrl+g"])
        assert "freedom" in screen.cards.rows[row - 1].text
        assert screen.session.annotations[0].note == ""


async def test_after_the_sidebar_a_note_in_the_text_stands_below_it_again(room):
    async with room.open(["S", "e", Typed("x"), "esc", "esc", "a", "enter"], MARKS) as (pilot, screen):
        assert screen.note_area.region.y > screen.view.region.bottom
        assert screen.note_area.text == "x"
        await press(pilot, [Typed("y"), "esc"])
        assert screen.session.annotations[0].note == "xy"


async def test_a_card_that_goes_away_while_its_note_is_written_loses_nothing(room):
    async with room.open(["S", "j", "e", Typed("mine")], MARKS) as (pilot, screen):
        with Library.open(room.path) as other:
            other.annotate(screen.session.document.uuid, [(0, 5)], text=screen.session.text)
            other.delete(screen.session.annotations[0].uuid)
        screen.poll()
        await settle(pilot)
        assert screen.chosen_card().exact == "freedom of citizens"
        await press(pilot, [Typed("!"), "esc"])
        notes = {one.exact: one.note for one in screen.session.annotations}
        assert notes == {"Venez": "", "freedom of citizens": "mine!", "coup": ""}
