"""White space, offsets and the bound on the length of blocks."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.readers import builder
from storage.readers.builder import Builder, Inline
from storage.text import Block, Span

PARTS = st.lists(st.text("ab \n\t", max_size=6), max_size=8)


def inline(*parts: str) -> str:
    made = Inline()
    for part in parts:
        made.add(part)
    return made.finish()[0]


@given(PARTS)
def test_white_space_collapses_across_parts(parts):
    assert inline(*parts) == " ".join("".join(parts).split())


def test_a_meant_line_end_has_no_space_around_it():
    made = Inline()
    made.newline()
    made.add("one ")
    made.newline()
    made.newline()
    made.add(" two ")
    made.newline()
    assert made.finish() == ("one\ntwo", [])


@given(st.lists(st.tuples(st.text("ab ", max_size=5), st.booleans()), max_size=8))
def test_spans_hold_their_text(parts):
    made = Inline()
    for string, marked in parts:
        if marked:
            made.open("strong")
        made.add(string)
        if marked:
            made.close()
    string, spans = made.finish()
    assert all(0 <= span.start < span.end <= len(string) for span in spans)
    assert (
        "".join(string[s.start : s.end] for s in spans).split()
        == "".join(string for string, marked in parts if marked).split()
        or len(spans) > 1
    )


def test_blocks_are_separated_and_counted():
    made = Builder()
    made.block("", shape=Block(0, 0, "heading", 1))
    made.block("Title", [Span(0, 2, "strong")], Block(0, 0, "heading", 1, gap=2))
    made.block("one", shape=Block(0, 0, "item", 1, marker="•"))
    made.block("two", [Span(1, 3, "emphasis")], Block(0, 0, "item", 1, marker="•", gap=0))
    text = made.build(reader="test/1")
    assert text.string == "Title\n\none\ntwo"
    assert [text.string[b.start : b.end] for b in text.blocks] == ["Title", "one", "two"]
    assert [b.gap for b in text.blocks] == [0, 1, 0]
    assert [text.string[s.start : s.end] for s in text.spans] == ["Ti", "wo"]


def test_sections_end_where_one_of_their_level_begins():
    made = Builder()
    for level, title in [(1, "A"), (2, "B"), (3, "C"), (2, "D"), (1, "E")]:
        made.block(title, shape=Block(0, 0, "heading", level))
    string = "A\n\nB\n\nC\n\nD\n\nE"
    text = made.build(reader="test/1")
    assert text.string == string
    assert [(s.title, string[s.end : s.end + 1] or "end") for s in text.sections] == [
        ("A", "E"),
        ("B", "D"),
        ("C", "D"),
        ("D", "E"),
        ("E", "end"),
    ]
    assert [s.title for s in text.sections_at(string.index("C"))] == ["A", "B", "C"]


@pytest.mark.parametrize(
    "unit",
    ["x", "word ", "e\u0301", "a longer line of words\n", "x" * 30_000 + " "],
    ids=["letters", "words", "marks", "lines", "long words"],
)
@pytest.mark.parametrize("size", [10, 32_768, 32_769, 200_000])
def test_long_blocks_are_cut_and_nothing_is_lost(unit, size):
    string = (unit * (size // len(unit) + 1))[:size].rstrip()
    pieces = list(builder.cuts(string, 0, len(string)))
    assert all(0 < end - start <= builder.LONGEST for start, end in pieces)
    between = [string[before[1] : after[0]] for before, after in pairwise(pieces)]
    assert set(between) <= {"", " ", "\n"}
    assert "".join(string[start:end] for start, end in pieces) == string or any(between)
    assert not any(string[start] == "\u0301" for start, _ in pieces)
    assert (pieces[0][0], pieces[-1][1]) == (0, len(string))


def test_spans_are_cut_with_their_block():
    made = Builder()
    made.block("word " * 10_000 + "end", [Span(5, 50_000, "strong")])
    text = made.build(reader="test/1")
    assert len(text.blocks) == 2
    assert text.blocks[1].gap == 0
    assert [(span.start, span.end) for span in text.spans] == [
        (5, text.blocks[0].end),
        (text.blocks[1].start, 50_000),
    ]


def test_a_title_is_a_short_first_line_or_its_first_words():
    assert builder.title_of("\n  A Short Title\n\nText", "stem") == "A Short Title"
    assert builder.title_of("word " * 40, "stem") == "word " * 11 + "word…"
    assert builder.title_of("x" * 200, "stem") == "x" * 60 + "…"
    assert builder.title_of("=====\n", "stem") == "stem"
    assert builder.stem("/a/b.c/notes.txt") == "notes"
    assert builder.stem("C:\\docs\\.hidden") == ".hidden"


@given(st.lists(st.text("ab \n\t\xa0", max_size=6), max_size=5), st.booleans())
def test_paragraphs_together_are_those_that_come_one_by_one(strings, begun):
    together, alone = Builder(), Builder()
    for made in (together, alone) if begun else ():
        made.block("Before.")
    found = together.paragraphs(strings)
    starts = [(alone.block(builder.words_of(string)), builder.words_of(string)) for string in strings]
    assert found == next((one for one in starts if one[0] >= 0), (-1, ""))
    first, second = together.build(reader="test/1"), alone.build(reader="test/1")
    assert (first.string, list(first.blocks)) == (second.string, list(second.blocks))


@given(st.lists(st.sampled_from(["a ", " b", "c\n", "\n", "<", ">", "!", "|"]), max_size=12), st.integers(0, 12))
def test_asking_for_the_length_changes_nothing(pieces, asked):
    one, other = Inline(), Inline()
    marks = {"<": Inline.close, ">": lambda made: made.open("strong"), "!": Inline.newline}
    for number, piece in enumerate(pieces):
        for made in (one, other):
            if piece == "|":
                made.verbatim(" | ")
            elif piece in marks:
                marks[piece](made)
            else:
                made.add(piece)
        if number == asked:
            len(other)
    assert one.finish() == other.finish()
    assert one.begun == other.begun
    assert one.finish() == ("", [])
