"""Naming a passage, and finding it again."""

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from storage.anchor import CONTEXT, MIN_SCORE, locate, make

SEED = (Path(__file__).resolve().parents[2] / "seeds" / "000_79abe80ec42c10f0.txt").read_text(encoding="utf-8")
LEAD = "Venezuelan President Nicolas Maduro announced the severance of diplomatic relations with the United States."
PHRASE = "the severance of diplomatic relations with the United States"
REPEATING = st.text("ab \n", max_size=120)


def places(wanted: str) -> list[int]:
    found, at = [], SEED.find(wanted)
    while at >= 0:
        found.append(at)
        at = SEED.find(wanted, at + 1)
    return found


def test_context_is_whole_words_of_both_sides():
    start = SEED.index("Reuters Pompeo")
    anchor = make(SEED, start, start + len("Reuters Pompeo"))
    assert SEED[anchor.start : anchor.end] == anchor.exact
    assert SEED[: anchor.start].endswith(anchor.prefix)
    assert SEED[anchor.end :].startswith(anchor.suffix)
    assert min(len(anchor.prefix), len(anchor.suffix)) >= CONTEXT
    assert max(len(anchor.prefix), len(anchor.suffix)) <= 48
    assert SEED[anchor.start - len(anchor.prefix) - 1].isspace()
    assert SEED[anchor.end + len(anchor.suffix)].isspace()


def test_context_is_wider_where_the_same_words_stand_twice():
    for start in places(LEAD):
        anchor = make(SEED, start, start + len(LEAD))
        assert SEED.count(anchor.prefix + anchor.exact + anchor.suffix) == 1
        assert len(anchor.prefix + anchor.suffix) <= 2 * (512 + 16)


def test_context_ends_with_the_text_and_keeps_marks():
    assert make("a short text", 2, 7)[2:] == ("short", "a ", " text")
    marks = "e\u0301" * 60
    anchor = make(marks, 58, 60)
    assert not anchor.prefix.startswith("\u0301")
    assert not marks[60 + len(anchor.suffix) :].startswith("\u0301")


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2), (0, 5)])
def test_only_a_range_has_an_anchor(start, end):
    with pytest.raises(ValueError, match="not a range"):
        make("text", start, end)


@given(REPEATING, st.data())
def test_a_passage_is_found_where_it_was(string, data):
    start = data.draw(st.integers(0, len(string)))
    end = data.draw(st.integers(start, len(string)))
    assert locate(string, make(string, start, end)) == (start, end, 1.0)


@pytest.mark.parametrize("wanted", [LEAD, PHRASE, "Nicolas Maduro", "Previously Juan Guido"])
@pytest.mark.parametrize("new", ["Something else came before. ", "More.\n\n" * 40, "\n\n"], ids=len)
def test_repeated_passages_are_told_apart_after_an_insertion(wanted, new):
    assert len(places(wanted)) > 1
    for start in places(wanted):
        moved = start + len(new)
        assert locate(new + SEED, make(SEED, start, start + len(wanted))) == (moved, moved + len(wanted), 1.0)
        assert locate(SEED + new, make(SEED, start, start + len(wanted))) == (start, start + len(wanted), 1.0)


def test_text_taken_out_before_it_does_not_lead_to_the_other_place():
    first, second = places(LEAD)
    changed = SEED[:260] + SEED[540:]
    at = second - 280
    assert changed[at:].startswith(LEAD)
    for start, now in ((first, first), (second, at)):
        found = locate(changed, make(SEED, start, start + len(LEAD)))
        assert found is not None
        assert found[0] == now


@given(st.integers(0, len(SEED) - 80), st.integers(8, 80), st.integers(20, 90))
def test_white_space_is_free(start, length, width):
    exact = SEED[start : start + length].strip()
    assume(exact)
    start = SEED.index(exact, start)
    words = SEED.split()
    lines, line = [], ""
    for word in words:
        if len(line) + len(word) > width:
            lines.append(line)
            line = ""
        line += f"{word} "
    reflowed = "\n".join([*lines, line])
    found = locate(reflowed, make(SEED, start, start + len(exact)))
    assert found is not None
    assert reflowed[found[0] : found[1]].split() == exact.split()
    assert len("".join(reflowed[: found[0]].split())) == len("".join(SEED[:start].split()))


def test_changed_context_lowers_the_score_and_keeps_the_place():
    anchor = make(SEED, 588, 694)
    changed = SEED.replace("Asamblea Nacional / Twitter", "A caption", 1)
    start, end, score = locate(changed, anchor) or (0, 0, 0)
    assert changed[start:end] == anchor.exact
    assert start == 588 - len("Asamblea Nacional / Twitter") + len("A caption")
    assert MIN_SCORE <= score < 1


def test_what_is_gone_is_not_found_elsewhere():
    anchor = make(SEED, 4000, 4060)
    assert locate(SEED[:3900] + SEED[4200:], anchor) is None
    assert locate("", anchor) is None
    the = make(SEED, SEED.index("the ", 2000), SEED.index("the ", 2000) + 3)
    assert locate("Here is the only one that an unrelated text has.", the) is None


def test_a_long_quote_alone_is_found_in_another_text():
    anchor = make(SEED, *(places(LEAD)[0], places(LEAD)[0] + len(LEAD)))
    other = f"A digest. {LEAD} And nothing more."
    start, end, score = locate(other, anchor) or (0, 0, 0)
    assert other[start:end] == LEAD
    assert score < 1


def test_edges_of_white_space_are_taken_along():
    string = "one two  three four"
    anchor = make(string, 3, 9)
    assert anchor.exact == " two  "
    assert locate(f"zero {string}", anchor) == (8, 14, 1.0)


@given(REPEATING | st.text(max_size=60), st.data())
def test_in_utf_8_the_anchor_is_the_same(string, data):
    assume(max(string, default="") < "\ud800" or max(string) > "\udfff")
    start = data.draw(st.integers(0, len(string)))
    end = data.draw(st.integers(start, len(string)))
    assert make(string, start, end, string.encode()) == make(string, start, end)
