"""Where else a passage stands: word for word, and nearly."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import tokens
from storage.repeats import Repeats
from tests.storage.making import place

LEAD = "The council closed the old bridge."


def others(string, quote, nth=1):
    return [string[start:end] for start, end in Repeats(string).elsewhere(*place(string, quote, nth))]


@pytest.mark.parametrize(
    "again",
    [
        LEAD,
        "THE COUNCIL closed the Old Bridge.",
        "The council\n  closed the old\u00a0bridge.",
        "“The council closed the ‘old’ bridge”",
        "The council closed the old bridge",
        "The council closed the old bridge!",
    ],
)
def test_near_repeats_count(again):
    string = f"It rained. {LEAD} Nobody was hurt. {again}\n\nThe mayor spoke."
    found = others(string, LEAD)
    assert len(found) == 1
    assert found[0].strip("“”.!") == again.strip("“”.!")


@pytest.mark.parametrize("other", ["The council closed an old bridge.", "The council closed the old bridges."])
def test_other_words_are_another_passage(other):
    assert others(f"{LEAD} {other}", LEAD) == []


def test_final_punctuation_is_taken_along_where_the_passage_has_it():
    string = f"{LEAD} And: the council closed the old bridge! Again the council closed the old bridge, they say."
    assert others(string, LEAD) == ["the council closed the old bridge!", "the council closed the old bridge,"]
    assert others(string, LEAD[:-1]) == ["the council closed the old bridge"] * 2


def test_parts_of_words_stay_parts():
    string = f"{LEAD} {LEAD}"
    assert others(string, "uncil closed the old brid") == ["uncil closed the old brid"]


def test_a_short_passage_stands_everywhere_so_it_is_not_told():
    assert others("the end of the end", "the end") == []
    assert others("a b c a b c", "a b c") == []


def test_scripts_without_spaces():
    string = "市议会星期一关闭了旧桥因为河水上涨。别的。市议会星期一关闭了旧桥因为河水上涨"
    assert others(string, "市议会星期一关闭了旧桥因为河水上涨。") == ["市议会星期一关闭了旧桥因为河水上涨"]


@settings(max_examples=80, derandomize=True)
@given(st.text("aB \n.\"“'c", max_size=60), st.data())
def test_places_lie_in_the_text_and_not_over_the_passage(string, data):
    start = data.draw(st.integers(0, len(string)))
    end = data.draw(st.integers(start, len(string)))
    for first, last in Repeats(string).elsewhere(start, end):
        assert 0 <= first < last <= len(string)
        assert last <= start or first >= end


@given(st.text(st.sampled_from("aB1 \n'“”—.,字ไé\u0301👍🏽-_"), max_size=60))
def test_ends_are_told_by_starts_alone(text):
    whole = tokens.tokens(text, tokens.Vocabulary())
    few = tokens.few_ends(text, tokens.Vocabulary(), None, frozenset())
    assert (few.ids, few.starts, few.ends[:]) == (whole.ids, whole.starts, list(whole.ends))
