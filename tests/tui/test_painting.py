"""What changes on the screen changes once: no paint before its layout, and one paint for all that hangs on it."""

from __future__ import annotations

from textual.screen import Screen

from tests.tui.driving import press
from tui.reading.view import ReadingView


async def test_the_first_paint_has_the_rows_of_the_width_it_is_painted_at(room, monkeypatch):
    drawn = []
    render_line = ReadingView.render_line

    def drawing(view, y):
        drawn.append(render_line(view, y))
        return drawn[-1]

    monkeypatch.setattr(ReadingView, "render_line", drawing)
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
