"""What changes on the screen changes once: no paint before its layout, and one paint for all that hangs on it."""

from __future__ import annotations

import pytest
from textual.screen import Screen
from textual.widget import Widget

from storage.config import Config
from tests.tui.driving import press
from tui.reading.drawn import Drawn
from tui.reading.view import ReadingView
from tui.themes import PALETTES


async def test_the_first_paint_has_the_rows_of_the_width_it_is_painted_at(room, monkeypatch):
    drawn = []
    render_lines = ReadingView.render_lines

    def drawing(view, crop):
        drawn.extend(render_lines(view, crop))
        return drawn[-crop.height :]

    monkeypatch.setattr(ReadingView, "render_lines", drawing)
    async with room.open():
        assert "Venezuelan President Nicolas Maduro announced" in drawn[0].text


async def test_a_panel_opens_in_one_paint_with_all_that_follows_from_it(room, monkeypatch):
    painted = []
    paint = Screen._compositor_refresh

    def painting(screen):
        painted.append(set(screen._compositor._dirty_regions))
        paint(screen)

    async with room.open(["enter"], size=(120, 30)) as (pilot, _):
        monkeypatch.setattr(Screen, "_compositor_refresh", painting)
        await press(pilot, ["t"])
    first, *later = (regions for regions in painted if regions)
    assert {region.y for region in first} >= {0, 29}, "the text and the status row"
    assert all(region.area == 1 for regions in later for region in regions), "but for the cursor's cell"


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("theme", PALETTES)
async def test_rows_that_are_drawn_are_what_textual_would_make_of_them(room, theme, ascii_only):
    config = Config(theme=theme, ascii=ascii_only)
    async with room.open(["enter"], size=(160, 30), config=config) as (pilot, screen):
        await press(pilot, ["t"])
        widgets = [widget for widget in screen.query(Drawn) if widget.display and widget.region]
        assert {type(widget).__name__ for widget in widgets} >= {"ReadingView", "Sidebar", "PanelView", "DocumentList"}
        for widget in widgets:
            crop = widget.outer_size.region
            ours, theirs = widget.render_lines(crop), Widget.render_lines(widget, crop)
            assert [list(strip.simplify()) for strip in ours] == [list(strip.simplify()) for strip in theirs]
