import pytest

from storage.model import COLORS
from tui.themes import LETTERS, PALETTES, contrast

ENOUGH = 4.5


def test_contrast_is_that_of_the_standard():
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("palette", PALETTES.values(), ids=lambda palette: palette.name)
def test_text_can_be_read_on_every_ground(palette):
    grounds = {
        name: getattr(palette, name)
        for name in ("ground", "panel", "code", "sentence", "selection", "match", "current_match")
    }
    for color, tint in palette.tints.items():
        grounds |= {f"{color} {tone}": getattr(tint, tone) for tone in ("ground", "strong", "overlap")}
    assert {name: ratio for name, ground in grounds.items() if (ratio := contrast(palette.text, ground)) < ENOUGH} == {}


@pytest.mark.parametrize("palette", PALETTES.values(), ids=lambda palette: palette.name)
def test_quiet_words_and_margin_letters_can_be_read(palette):
    pairs = {(front, ground) for front in (palette.dim, palette.accent) for ground in (palette.ground, palette.panel)}
    pairs |= {(tint.bar, ground) for tint in palette.tints.values() for ground in (palette.ground, palette.panel)}
    pairs |= {(palette.heading, palette.ground), (palette.cursor_text, palette.cursor)}
    assert {pair for pair in pairs if contrast(*pair) < ENOUGH} == set()


def test_every_colour_has_its_own_letter():
    assert set(LETTERS) == set(COLORS)
    assert len(set(LETTERS.values())) == len(COLORS)
