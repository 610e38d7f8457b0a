"""What is written with fewer bytes shows the same on a terminal."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.style import Style

from tui.cells import Cells
from tui.thrift import thinned

COLORS = st.sampled_from(["red", "bright_blue", "color(100)", "#102030", "#fffefd", "default", None])
FLAG = st.sampled_from([True, False, None])
STYLES = st.builds(
    Style, color=COLORS, bgcolor=COLORS, bold=FLAG, italic=FLAG, underline=FLAG, reverse=FLAG, strike=FLAG
)
SYSTEM = st.sampled_from([ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT, ColorSystem.STANDARD])
PIECES = st.lists(st.tuples(STYLES, st.sampled_from(["word", "   ", " x ", "é日", "a"]), SYSTEM), max_size=6)
ROWS = st.lists(st.tuples(st.integers(1, 8), st.integers(1, 12), PIECES), max_size=6)


def written(rows, end: str) -> str:
    parts = []
    for y, x, pieces in rows:
        parts.append(f"\x1b[{y};{x}H")
        parts += [style.render(text, color_system=system) for style, text, system in pieces]
        parts += [end]
    return "".join([*parts, "\x1b[3;4H"])


def shown(*data: str):
    screen = pyte.Screen(40, 10)
    for each in data:
        pyte.Stream(screen).feed(each)
    cells = []
    for y in range(10):
        for x in range(40):
            cell = screen.buffer[y][x]
            seen = cell.data.strip() or cell.underscore or cell.reverse or cell.strikethrough
            style = cell._replace(italics=False, bold=False) if not cell.data.strip() else cell
            cells.append(style if seen else (cell.data, cell.bg))
    return cells, (screen.cursor.x, screen.cursor.y), screen.cursor.attrs


@given(ROWS, st.sampled_from(["", "\n", "\r\n"]))
def test_it_shows_the_same(rows, end) -> None:
    data = written(rows, end)
    thin = thinned(data)
    assert shown(thin) == shown(data)
    assert len(thin) <= len(data)


@given(st.lists(st.tuples(ROWS, st.sampled_from(["", "\x1b[?25h", "\x1b[2J", "\x1b[2;5H\x1b[7mz\x1b[0m"])), max_size=5))
def test_what_stands_there_already_is_not_sent_again(frames) -> None:
    cells, whole, sent = Cells(), [], []
    for rows, then in frames:
        whole.append(written(rows, "") + then + "\x1b[1;1H")
        sent.append(thinned(whole[-1], cells))
        assert shown(*sent) == shown(*whole)


def test_a_frame_that_is_the_same_costs_the_place_of_the_cursor() -> None:
    frame = "\x1b[1;1H\x1b[31mred\x1b[0m words\x1b[2;1Hmore\x1b[3;3H"
    cells = Cells()
    assert thinned(frame, cells) == frame
    assert thinned(frame, cells) == "\x1b[3;3H"
    assert thinned(frame.replace("more", "mora"), cells) == "\x1b[2;4Ha\x1b[3;3H"
    assert thinned(frame.replace("red", "rod"), cells) == "\x1b[1;2H\x1b[31mo\x1b[2;4H\x1b[0me\x1b[3;3H"
    cells.forget()
    assert thinned(frame, cells) == frame


def test_after_a_wide_letter_the_row_is_sent_whole() -> None:
    cells = Cells()
    for _ in range(2):
        assert thinned("\x1b[1;1Ha\x1b[1m日\x1b[0mb\x1b[2;1H", cells) == "\x1b[1;1Ha\x1b[1m日\x1b[0mb\x1b[2;1H"
    thinned("\x1b[1;1Habcd\x1b[2;1H", cells)
    assert thinned("\x1b[1;1Habcd\x1b[2;1H", cells) == "\x1b[2;1H"


@pytest.mark.parametrize(
    ("data", "thin"),
    [
        ("plain", "plain"),
        ("\x1b[31;42mab\x1b[0m\x1b[31;42mcd\x1b[0m", "\x1b[31;42mabcd\x1b[0m"),
        ("\x1b[1;31mab\x1b[0m\x1b[31mcd\x1b[0m", "\x1b[1;31mab\x1b[22mcd\x1b[0m"),
        ("\x1b[38;2;1;2;3;48;5;7m  \x1b[0m", "\x1b[48;5;7m  \x1b[0m"),
        ("\x1b[1;2H\r\n\x1b[2;3Hx\r\n\x1b[3;1H", "\x1b[2;3Hx\x1b[3;1H"),
        ("a\r\nb", "a\r\nb"),
        ("\x1b[?2026h\x1b[31mx\x1b[0m\x1b[?2026l", "\x1b[?2026h\x1b[31mx\x1b[0m\x1b[?2026l"),
        ("\x1b]52;c;YQ==\x07\x1b[5mx\x1b[0my", "\x1b]52;c;YQ==\x07\x1b[5mx\x1b[0my"),
    ],
)
def test_what_is_sent(data, thin) -> None:
    assert thinned(data) == thin
