"""Labels on the screen: at every size each place has one that can be read, and typing it goes there."""

from __future__ import annotations

import pytest

from tests.tui.driving import press
from tests.tui.room import MARKS
from tui.reading.hints import sentence_starts, word_starts

SIZES = [(80, 24), (120, 30), (200, 60)]


def labels_seen(screen) -> list[str]:
    """Return the labels as they stand on screen, in the style that only they have."""
    rows = screen.view.render_lines(screen.view.size.region)
    return [segment.text for row in rows for segment in row if segment.style == screen.view.look.hint]


@pytest.mark.parametrize("size", SIZES)
async def test_every_sentence_on_screen_has_a_label_of_its_own(room, size):
    async with room.open(["f"], MARKS, size) as (pilot, screen):
        blocks, start, end = screen.view.on_screen()
        places = sentence_starts(screen.view.text, blocks, start, end)
        hints = dict(screen.view.hints)
        assert sorted(hints.values()) == places
        assert sorted(labels_seen(screen)) == sorted(hints)
        assert max(map(len, hints)) <= (1 if len(places) <= 26 else 2)
        assert hints["a"] == screen.view.selection.head, "the home row's first key is for the nearest"
        await press(pilot, ["esc"])
        for label, offset in hints.items():
            await press(pilot, ["g", "g", "f", *label])
            assert screen.view.selection.head == offset
            assert not screen.hinting


@pytest.mark.parametrize("size", SIZES)
async def test_seeking_labels_every_word_that_begins_so(room, size):
    async with room.open(["s", "t"], MARKS, size) as (pilot, screen):
        blocks, start, end = screen.view.on_screen()
        places = word_starts(screen.view.text, blocks, start, end, "t")
        hints = dict(screen.view.hints)
        assert sorted(hints.values()) == places
        assert {len(label) for label in hints} == {1} or len(places) > 52
        last = max(hints, key=hints.__getitem__)
        await press(pilot, list(last))
        assert screen.view.selection.head == places[-1]


async def test_a_letter_that_no_label_has_puts_them_away_and_says_so(room):
    async with room.open(["f", "M"]) as (pilot, screen):
        assert not screen.hinting
        assert screen.message == "No label begins so."
        await press(pilot, ["f", "esc", "enter"])
        assert len(screen.session.annotations) == 1
