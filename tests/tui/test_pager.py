"""The pages over the whole window are scrolled by the same keys, and closed."""

from __future__ import annotations

from tests.tui.driving import SMALL, event
from tests.tui.room import Room
from tui.screens.help import HelpScreen
from tui.screens.pager import Pager
from tui.widgets.lines import Lines


async def test_a_page_is_scrolled_to_both_ends_and_closed(room: Room):
    async with room.open(size=SMALL) as (pilot, screen):
        await screen.take_key(event("?"))
        page = pilot.app.screen
        assert isinstance(page, HelpScreen)
        await pilot.pause()
        shown = page.query_one(Lines)
        rows = [row.text for row in page.page_rows()]
        for keys, top in (("j", 1), ("jj", 3), ("k", 2), (["space"], 24), (["backspace"], 2), ("g", 0), ("k", 0)):
            for key in keys:
                await page.take_key(event(key))
            assert (page.top, [row.text for row in shown.rows]) == (top, rows[top : top + 24])
        for key in ("G", "end", "j"):
            await page.take_key(event(key))
            assert [row.text for row in shown.rows] == rows[-24:]
        await page.take_key(event("?"))
        assert not isinstance(pilot.app.screen, Pager)
