"""Wrapping into rows: what stands where, and that nothing is lost or painted twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.text import Block, Text
from tests import marked
from tui.reading import cells, wrap
from tui.reading.layout import Layout, Place, Row


def painted(layout: Layout) -> list[str]:
    return [layout.row_text(row) for row in layout.rows(Place(0, 0), 1_000)]


@pytest.mark.parametrize(
    ("string", "width", "rows"),
    [
        ("the quick brown fox", 10, ["the quick", "brown fox"]),
        ("the quick   brown", 9, ["the quick", "brown"]),
        ("the quick   brown", 10, ["the quick", "brown"]),
        ("  indented line", 10, ["  indented", "line"]),
        ("            x", 5, ["", "x"]),
        ("a wellknownword here", 6, ["a", "wellkn", "ownwor", "d here"]),
        ("a well-known word", 7, ["a well-", "known", "word"]),
        ("1990-2000 -5", 6, ["1990-2", "000 -5"]),
        ("so--he said—and left", 11, ["so--he", "said—and", "left"]),
        ("so--he said—and left", 7, ["so--he", "said—", "and", "left"]),
        ("100\u00a0km away", 5, ["100\u00a0k", "m", "away"]),
        ("one\ntwo three", 20, ["one", "two three"]),
        ("漢字漢字。漢字", 8, ["漢字漢", "字。漢字"]),
        ("彼は「漢字」と", 6, ["彼は", "「漢", "字」と"]),
        ("漢字 and漢字", 9, ["漢字 and", "漢字"]),
        ("漢", 1, ["漢"]),
        ("e\u0301e\u0301e\u0301", 2, ["e\u0301e\u0301", "e\u0301"]),
        ("👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 5, ["👨‍👩‍👧👨‍👩‍👧", "👨‍👩‍👧"]),
        ("🇩🇪🇫🇷🇪🇸", 4, ["🇩🇪🇫🇷", "🇪🇸"]),
        ("שלום עולם", 6, ["שלום", "עולם"]),
        ("one\u200btwo", 4, ["one\u200b", "two"]),
        ("soft\u00adhyphen", 6, ["soft\u00adh", "yphen"]),
    ],
)
def test_rows(string, width, rows):
    assert painted(marked.layout(string, width)) == rows


def test_a_line_end_made_by_hand_at_the_fill_column_is_a_space():
    string = "The lines of this were broken\nwhere they were full, but\nthis\nwas meant."
    assert painted(marked.layout(string, 80, fill=30)) == [
        "The lines of this were broken where they were full, but",
        "this",
        "was meant.",
    ]
    assert len(painted(marked.layout(string, 80))) == 4


def test_what_was_indented_in_the_source_counts_for_its_first_line_only():
    string = "     Eleven long words that fill\nthe line."
    assert painted(Layout(Text(string, [Block(5, len(string))], fill=34), 80)) == [
        "Eleven long words that fill the line."
    ]
    assert len(painted(Layout(Text(string[5:], [Block(0, len(string) - 5)], fill=34), 80))) == 2


def test_an_indented_line_is_never_joined_to_the_one_above():
    assert painted(marked.layout("A line that is quite full here\n  and verse", 80, fill=30))[1] == "  and verse"


def test_code_keeps_its_lines_and_is_cut_at_the_width():
    body = "if x:\n    return y + z\n\nend"
    assert painted(Layout(Text(body, [Block(0, len(body), "code")]), 10)) == [
        "if x:",
        "    return",
        " y + z",
        "",
        "end",
    ]


def test_blank_rows_above_blocks_and_more_above_big_headings():
    text = marked.text("# One\n\nText\n\n# Two\n\n### Three")
    layout = Layout(text, 20)
    assert [layout.height(block) for block in range(4)] == [1, 2, 3, 2]
    gap = layout.row(Place(2, 0))
    assert gap == Row(text.blocks[2].start, text.blocks[2].start, 2, 0, "gap", first=False)
    assert layout.height(9) == layout.height(-1) == 0


def test_items_hang_under_their_text_and_quotes_are_indented():
    string = "one two\nmore\nten\nquoted"
    blocks = [
        Block(0, 7, "item", 1, 0, "•", 0),
        Block(8, 12, "item", 1, 0, "", 0),
        Block(13, 16, "item", 2, 0, "10.", 0),
        Block(17, 23, "quote", 0, 2, "", 0),
    ]
    layout = Layout(Text(string, blocks), 20)
    assert [layout.indent(block) for block in range(4)] == [3, 3, 7, 4]
    assert [(row.x, row.first) for row in Layout(Text(string, blocks), 7).rows(Place(0, 0), 2)] == [
        (3, True),
        (3, False),
    ]
    assert Layout(Text(string, blocks), 6).indent(2) == 3


def test_a_rule_is_one_row_of_its_own_kind():
    layout = Layout(Text("***", [Block(0, 3, "rule")]), 2)
    assert layout.rows(Place(0, 0), 9) == [Row(0, 3, 0, 0, "rule", first=True)]


def test_a_text_without_blocks_has_a_place_and_no_rows():
    layout = Layout(Text("", []), 10)
    assert layout.rows(Place(0, 0), 5) == []
    assert layout.last == layout.place(3) == layout.move(Place(0, 0), 4) == layout.move(Place(0, 0), -4) == Place(0, 0)
    assert layout.row(Place(0, 0)) == Row(0, 0, 0, 0, "text", first=True)
    assert layout.distance(Place(0, 0), Place(0, 0), 5) == 0


def test_what_is_left_out_at_a_rows_end_belongs_to_that_row():
    layout = marked.layout("aaaa   bbbb\n\ncccc", 4)
    assert [layout.place(offset) for offset in (4, 6, 7, 11, 12)] == [
        Place(0, 0),
        Place(0, 0),
        Place(0, 1),
        Place(0, 1),
        Place(0, 1),
    ]
    assert layout.cell(layout.row(Place(0, 0)), 6) == 4


def test_beyond_a_row_the_caret_stands_on_its_last_cluster_but_after_it_where_the_block_ends():
    layout = marked.layout("aaa e\u0301e\u0301 b", 6)
    assert [layout.offset_at(layout.row(Place(0, row)), 99) for row in (0, 1)] == [6, 10]
    assert layout.offset_at(layout.row(Place(0, 0)), -1) == 0


def test_both_cells_of_a_wide_character_are_its_own():
    layout = marked.layout("漢字", 10)
    assert [layout.offset_at(layout.row(Place(0, 0)), cell) for cell in range(5)] == [0, 0, 1, 1, 2]


def test_memory_is_bounded_however_many_blocks_are_seen():
    layout = marked.layout("\n\n".join("x" * 3_000), 10)
    assert layout.distance(Place(0, 0), layout.last, 10_000) == 5_998
    assert len(layout._laid) <= 2_000


WORDS = st.text(
    st.sampled_from("ab’—-\u0301\u200d\ufe0f👍🏽🇩🇪❤👩한\u1112\u1161漢。「」か\u3099क्\u093fนี้اש\u00ad\u200b\u3000\u00a0"),
    max_size=9,
)
PARAGRAPHS = st.lists(WORDS | st.sampled_from(["\n", " ", "plain", "well-known", "漢字かな。"]), max_size=12).map(
    " ".join
)
KINDS = st.sampled_from(["paragraph", "code", "item", "quote", "heading", "rule"])


@st.composite
def layouts(draw) -> Layout:
    string, blocks = "", []
    for _ in range(draw(st.integers(0, 5))):
        body, kind, level = draw(PARAGRAPHS), draw(KINDS), draw(st.integers(0, 3))
        marker = "•" if kind == "item" and draw(st.booleans()) else ""
        gap = draw(st.integers(0, 2))
        blocks.append(Block(len(string), len(string) + len(body), kind, level, draw(st.integers(0, 2)), marker, gap))
        string += body + "\n"
    return Layout(Text(string, blocks, fill=draw(st.sampled_from([0, 20]))), draw(st.integers(1, 60)))


def places(layout: Layout) -> list[Place]:
    return [Place(b, r) for b in range(len(layout.text.blocks)) for r in range(layout.height(b))]


@given(layouts())
def test_every_character_but_white_space_is_painted_once_and_in_order(layout):
    rows = [row for row in layout.rows(Place(0, 0), 10_000) if row.kind != "gap"]
    seen = [offset for row in rows for offset in range(row.start, row.end)]
    assert seen == sorted(set(seen))
    inside = {offset for block in layout.text.blocks for offset in range(block.start, block.end)}
    assert all(layout.text.string[offset] in wrap.SPACES for offset in inside - set(seen))


@given(layouts())
def test_rows_fit_and_never_split_a_cluster(layout):
    string = layout.text.string
    for place, row in zip(places(layout), layout.rows(Place(0, 0), 10_000), strict=True):
        assert layout.row(place) == row
        if row.kind != "text":
            continue
        assert cells.snap(string, row.start) == row.start
        assert cells.snap(string, row.end) == row.end
        fits = row.x + cells.width(layout.row_text(row)) <= layout.width
        assert fits or cells.next_grapheme(string, row.start) == row.end


@given(layouts())
def test_offsets_and_cells_are_each_others_inverse(layout):
    for place, row in zip(places(layout), layout.rows(Place(0, 0), 10_000), strict=True):
        offset = row.start
        while row.kind == "text" and offset < row.end:
            after = cells.next_grapheme(layout.text.string, offset)
            cell = layout.cell(row, offset)
            assert layout.place(offset) == place
            if layout.cell(row, after) > cell:
                assert layout.offset_at(row, cell) == offset
            offset = after


@given(layouts(), st.data())
def test_moving_by_rows_and_counting_them_agree(layout, data):
    all_places = places(layout)
    if not all_places:
        return
    one = data.draw(st.integers(0, len(all_places) - 1))
    other = data.draw(st.integers(0, len(all_places) - 1))
    limit = data.draw(st.integers(1, 9))
    assert layout.move(all_places[one], other - one) == all_places[other]
    assert layout.distance(all_places[one], all_places[other], limit) == max(-limit, min(limit, other - one))
    assert layout.move(all_places[one], 1_000) == all_places[-1] == layout.last
    assert layout.move(all_places[one], -1_000) == all_places[0]
