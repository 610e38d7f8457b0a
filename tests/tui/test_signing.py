"""The reader is asked once for the name to sign with, in a pause, and no key that is meant for the text is taken."""

from __future__ import annotations

import pytest

from storage.config import Config
from tests.tui.driving import press, settle, shown
from tests.tui.room import MARKS
from tests.tui.tasks import LEAD, SECOND, Typed
from tui.screens import signing

ASKS = "What you mark is signed “anna”."


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    monkeypatch.setenv("LOGNAME", "anna")
    monkeypatch.setattr(signing, "PAUSE", 0.04)
    monkeypatch.setattr(signing, "_SEEN", 0.0)


async def test_it_is_asked_after_the_first_mark_and_only_then(room):
    async with room.open() as (pilot, screen):
        assert ASKS not in shown(screen)
        await press(pilot, ["enter"])
        await settle(pilot)
        assert f"{ASKS}  enter keep · n another" in shown(screen)
        await press(pilot, ["enter"])
        assert screen.message == "You sign as “anna”."
        await press(pilot, [")", "enter"])
        await settle(pilot)
        assert ASKS not in shown(screen)
        assert [one.exact for one in screen.session.annotations] == [LEAD, SECOND]
    async with room.open(["p", "enter"]) as (pilot, screen):
        await settle(pilot)
        assert ASKS not in shown(screen)


async def test_another_name_is_typed(room):
    async with room.open(["enter"]) as (pilot, screen):
        await settle(pilot)
        await press(pilot, ["n", "ctrl+u", Typed("Anna M."), "enter"])
        assert screen.message == "You sign as “Anna M.”."
        assert [one.name for one in screen.session.library.creators()] == ["Anna M."]


@pytest.mark.parametrize("key", [")", "t", "v", "S", "/"])
async def test_any_other_key_does_what_it_does(room, key):
    async with room.open(["enter"]) as (pilot, screen):
        await settle(pilot)
        assert ASKS in shown(screen)
        await press(pilot, [key])
        await settle(pilot)
        assert ASKS not in shown(screen)
        head, panel = screen.view.selection.head, screen.panel_view.panel
        assert {
            ")": head == len(LEAD) + 1,
            "t": panel is not None and panel.label == "tag:",
            "v": screen.extending,
            "S": screen.panes.current == "cards",
            "/": panel is not None and panel.label == "find:",
        }[key]


async def test_esc_leaves_it_as_it_is(room):
    async with room.open(["enter", "t", Typed("claim"), "enter"]) as (pilot, screen):
        await settle(pilot)
        await press(pilot, ["esc"])
        await settle(pilot)
        assert screen.panel_view.panel is None
        assert screen.session.library.me().name == "anna"


async def test_a_key_just_as_it_is_asked_is_not_an_answer(room, monkeypatch):
    monkeypatch.setattr(signing, "_SEEN", 60.0)
    async with room.open(["enter"]) as (pilot, screen):
        await settle(pilot)
        await press(pilot, [")", "enter"])
        assert [one.exact for one in screen.session.annotations] == [LEAD, SECOND]


async def test_nobody_is_asked_who_has_signed_before(room):
    async with room.open([")", "enter"], MARKS, config=Config()) as (pilot, screen):
        await settle(pilot)
        assert ASKS not in shown(screen)


async def test_it_waits_while_something_else_is_going_on(room, monkeypatch):
    monkeypatch.setattr(signing, "PAUSE", 0.06)
    async with room.open(["enter", "t"]) as (pilot, screen):
        await pilot.pause(0.2)
        assert ASKS not in shown(screen)
        await press(pilot, ["esc"])
        await pilot.pause(0.2)
        await settle(pilot)
        assert ASKS in shown(screen)
