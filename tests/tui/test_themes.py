from itertools import combinations

import pytest

from storage.config import Config
from storage.errors import UsageError
from storage.model import COLORS
from tests.conftest import ROOT
from tests.tui.driving import press, shown
from tests.tui.room import MARKS
from tests.tui.tasks import Typed
from tui import ownthemes
from tui.reading.paint import _CODE
from tui.themes import CONTRAST, LETTERS, PALETTES, SAFE, SIXTEEN, contrast

ENOUGH = 4.5
APART = 10.0
"""How far two grounds are apart at least in CIELAB; 2.3 is a difference that is just seen."""
ALL = (*PALETTES.values(), SIXTEEN)


def test_contrast_is_that_of_the_standard():
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("palette", ALL, ids=lambda palette: palette.name)
def test_text_can_be_read_on_every_ground(palette):
    grounds = {
        name: getattr(palette, name)
        for name in ("ground", "panel", "code", "sentence", "selection", "match", "current_match")
    }
    for color, tint in palette.tints.items():
        grounds |= {f"{color} {tone}": getattr(tint, tone) for tone in ("ground", "strong", "overlap")}
    assert {name: ratio for name, ground in grounds.items() if (ratio := contrast(palette.text, ground)) < ENOUGH} == {}


@pytest.mark.parametrize("palette", ALL, ids=lambda palette: palette.name)
def test_quiet_words_and_margin_letters_can_be_read(palette):
    pairs = {(front, ground) for front in (palette.dim, palette.accent) for ground in (palette.ground, palette.panel)}
    pairs |= {(tint.bar, ground) for tint in palette.tints.values() for ground in (palette.ground, palette.panel)}
    pairs |= {
        (palette.tints[color].bar, ground) for color in _CODE.values() for ground in (palette.code, palette.sentence)
    }
    pairs |= {(palette.dim, palette.sentence)}
    pairs |= {(palette.heading, palette.ground), (palette.cursor_text, palette.cursor), (palette.dim, palette.code)}
    assert {pair for pair in pairs if contrast(*pair) < ENOUGH} == set()


def test_every_colour_has_its_own_letter():
    assert set(LETTERS) == set(COLORS)
    assert len(set(LETTERS.values())) == len(COLORS)


BLINDNESS = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
"""What a colour becomes, in linear light: Machado, Oliveira and Fernandes 2009, severity 1."""


def seen(color: str, matrix) -> tuple[float, float, float]:
    """Return a colour as CIELAB, seen through a matrix."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    light = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    r, g, b = (min(1.0, max(0.0, sum(a * c for a, c in zip(row, light, strict=True)))) for row in matrix)
    xyz = (
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505,
        0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089,
    )
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("kind", BLINDNESS)
@pytest.mark.parametrize("palette", [SAFE, CONTRAST], ids=lambda palette: palette.name)
def test_the_colours_are_told_apart_whatever_the_eyes(palette, kind):
    grounds = {color: seen(tint.ground, BLINDNESS[kind]) for color, tint in palette.tints.items()}
    grounds["no colour"] = seen(palette.ground, BLINDNESS[kind])
    close = {
        (one, other): round(distance, 1)
        for one, other in combinations(grounds, 2)
        if (distance := sum((a - b) ** 2 for a, b in zip(grounds[one], grounds[other], strict=True)) ** 0.5) < APART
    }
    assert close == {}


def test_a_theme_of_ones_own_is_read(places):
    folder = places.config.parent / "themes"
    folder.mkdir()
    (folder / "mine.toml").write_text('base = "manicula-light"\nground = "#ffffff"\n[tints.red]\nbar = "#aa0000"\n')
    made = ownthemes.palette("mine")
    assert (made.name, made.dark, made.ground, made.tints["red"].bar) == ("mine", False, "#ffffff", "#aa0000")
    assert made.tints["red"].ground == PALETTES["manicula-light"].tints["red"].ground
    assert ownthemes.names() == [*PALETTES, "mine"]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("ground =", "not TOML"),
        ('\nfront = "#ffffff"', "mine.toml, line 2: there is no colour front"),
        ('ground = "white"', "mine.toml, line 1: ground is a colour like"),
        ('base = "x"', "base is one of manicula-dark"),
        ('[tints.mauve]\nbar = "#000000"', "tints has a table for each"),
        ('[tints.red]\nfoot = "#000000"', "line 2: there is no colour foot"),
    ],
)
def test_a_theme_that_is_wrong_is_refused_with_its_place(places, source, says):
    folder = places.config.parent / "themes"
    folder.mkdir()
    (folder / "mine.toml").write_text(source)
    with pytest.raises(UsageError, match=says):
        ownthemes.palette("mine")


@pytest.mark.parametrize("name", ["nowhere", "../config", ""])
def test_an_unknown_theme_is_named(places, name):
    assert places.home
    if not name:
        assert ownthemes.palette(name).name == "manicula-dark"
        return
    with pytest.raises(UsageError, match="There is no theme"):
        ownthemes.palette(name)


async def test_a_setting_turns_all_signs_to_ascii(room):
    async with room.open(marks=MARKS, config=Config(ascii=True)) as (pilot, screen):
        await press(pilot, ["S", "space", "esc", "t", Typed("cl"), "tab"])
        rows = shown(screen)
        await press(pilot, ["esc", "T"])
        rows += shown(screen)
    strange = {character for character in rows if not character.isascii()}
    assert strange <= set("“”’á–"), "only the article's own characters are left"


def test_no_braille_patterns_are_used():
    sources = [path for folder in ("tui", "storage") for path in (ROOT / folder).rglob("*.py")]
    assert not [path for path in sources if any("\u2800" <= c <= "\u28ff" for c in path.read_text("utf-8"))]
