"""Finding in one text."""

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from storage import search
from storage.errors import UsageError
from storage.folding import fold
from storage.search import Finder
from storage.text import Block, Text

LETTERS = st.text("aábB e\u0301ßﬁ\u00ad’'–- \n日İñ\u200bͅ", max_size=40)


def finder(string: str) -> Finder:
    return Finder(Text(string, [Block(0, len(string))]))


def found(string: str, pattern: str, **options: bool) -> list[str]:
    return [string[start:end] for start, end in finder(string).find_all(pattern, **options)]


@pytest.mark.parametrize(
    ("string", "pattern", "matches"),
    [
        ("Nicolas, Nicolás, NICOLA\u0301S", "nicolas", ["Nicolas", "Nicolás", "NICOLA\u0301S"]),
        ("Nicolas", "Nicolás", ["Nicolas"]),
        ("Maduro’s own", "maduro's", ["Maduro’s"]),
        ("he said “No”", 'said "no"', ["said “No”"]),
        ("« oui »", '" oui "', ["« oui »"]),
        ("1990–2000 — ever", "1990-2000 - EVER", ["1990–2000 — ever"]),
        ("the\n  United\u00a0States", "the united states", ["the\n  United\u00a0States"]),
        ("the eﬃcient ﬁsh", "efficient fish", ["eﬃcient ﬁsh"]),
        ("in\u00adter\u00adest", "interest", ["in\u00adter\u00adest"]),
        ("Straße STRASSE", "strasse", ["Straße", "STRASSE"]),
        ("Łódź, Ærø, Iğdır", "lodz", ["Łódź"]),
        ("Łódź, Ærø, Iğdır", "igdir", ["Iğdır"]),
        ("ΟΔΟΣ οδός", "οδος", ["ΟΔΟΣ", "οδός"]),
        ("ёлка ЁЛКА", "елка", ["ёлка", "ЁЛКА"]),
        ("שָׁלוֹם", "שלום", ["שָׁלוֹם"]),
        ("ｆｕｌｌ width", "full", ["ｆｕｌｌ"]),
        ("日本語", "本", ["本"]),
        ("한국", "하", []),
        ("a.b axb", "a.b", ["a.b"]),
        ("abc", "   ", []),
        ("abc", "", []),
        ("abc", "\u0301", []),
    ],
)
def test_folding_finds_what_looks_alike(string, pattern, matches):
    assert found(string, pattern) == matches


def test_without_folding_only_the_same_is_found():
    assert found("Nicolas nicolas Nicolás", "Nicolas", fold=False) == ["Nicolas"]
    assert found("Nicola\u0301s", "Nicola", fold=False) == []
    assert found("two\nlines", "two lines", fold=False) == ["two\nlines"]


def test_whole_words_only():
    assert found("the other, the, THE end", "the", whole_word=True) == ["the", "the", "THE"]
    assert found("a-b (c) c++", "c++", whole_word=True) == ["c++"]
    assert found("élan elan", "lan", whole_word=True) == []


def test_regular_expressions_see_the_text_as_it_is():
    assert found("US 2019, us 24", r"us \d+", regex=True) == ["US 2019", "us 24"]
    assert found("US 2019, us 24", r"us \d+", regex=True, fold=False) == ["us 24"]
    assert found("abc", "x*", regex=True) == []
    assert found("cat concat", "cat", regex=True, whole_word=True) == ["cat"]
    assert found("e\u0301e", "e", regex=True) == ["e\u0301", "e"]
    with pytest.raises(UsageError, match="regular expression"):
        finder("abc").find_all("(", regex=True)


def test_a_limit_and_a_start():
    assert finder("aaaa").find_all("a", limit=2) == [(0, 1), (1, 2)]
    assert finder("aaaa").find_all("a", start=3) == [(3, 4)]
    assert finder("aaaa").find_all("a", limit=0) == []


def test_the_next_and_the_previous():
    text = "x é x é x"
    assert finder(text).find_next("e", 0) == (2, 3)
    assert finder(text).find_next("e", 3) == (6, 7)
    assert finder(text).find_next("e", 7) is None
    assert finder(text).find_next("e", 6, backwards=True) == (2, 3)
    assert finder(text).find_next("e", 2, backwards=True) is None
    assert finder(text).find_next(" ", 0) is None


def test_the_previous_one_is_found_from_far_away():
    string = "needle " + "hay " * 50_000 + "needle" + " hay" * 50_000
    last = string.rindex("needle")
    assert finder(string).find_next("needle", len(string), backwards=True) == (last, last + 6)
    assert finder(string).find_next("needle", last, backwards=True) == (0, 6)


@given(LETTERS)
def test_folding_knows_the_way_back(string):
    folded = fold(string)
    for origin, character in enumerate(string):
        place, after = folded.place(origin), folded.place(origin + 1)
        assert folded.string[place:after] == fold(character).string
        if place < after:
            assert folded.origin(place) == origin
            assert folded.origin_end(after) == origin + 1


@given(LETTERS)
def test_folding_twice_changes_nothing(string):
    once = fold(string).string
    assert fold(once).string == once


@given(LETTERS, st.integers(0, 40), st.integers(1, 10))
def test_any_piece_is_found_where_it_stands(string, start, length):
    piece = string[start : start + length]
    wanted = fold(piece).string.split()
    assume(wanted)
    matches = finder(string).find_all(piece)
    assert matches
    for first, last in matches:
        matched = fold(string[first:last]).string
        assert " ".join(wanted) in " ".join(matched.split())
        assert not unicodedata.combining(string[first])
        assert last == len(string) or not unicodedata.combining(string[last])


@given(LETTERS, st.sampled_from(["a", "b", "ss", "fi", "a b"]), st.integers(0, 40))
def test_the_next_is_the_first_of_all_from_there(string, pattern, offset):
    looking = finder(string)
    after = [match for match in looking.find_all(pattern, start=offset) if match[0] >= offset]
    assert looking.find_next(pattern, offset) == (after[0] if after else None)


@given(st.text(alphabet="aAéß’ıﬁ\u0301\u200d 的Ж", max_size=60), st.integers(1, 7))
def test_folding_in_steps_is_folding_at_once(string: str, step: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        whole = fold(string)
        patch.setattr("storage.folding._STEP", step)
        assert fold(string) == whole


@pytest.mark.parametrize("pattern", ["(a|aa)+b", "(a|aa)+$"])
def test_an_expression_that_backtracks_for_ever_is_given_up(pattern: str, monkeypatch) -> None:
    monkeypatch.setattr("storage.patterns.SECONDS", 0.05)
    with pytest.raises(UsageError, match="takes too long"):
        finder("a" * 200 + "! b").find_all(pattern, regex=True)


@pytest.mark.parametrize("pattern", ["(?:(?:a{300}){300}){300}", "x{1000000}"])
def test_an_expression_that_would_fill_the_memory_is_refused(pattern: str) -> None:
    with pytest.raises(UsageError, match="repeats something"):
        finder("abc").find_all(pattern, regex=True)


@pytest.mark.parametrize("pattern", ["(?R)", "((?R)|a)+", "(a(?1)?)", "(?P<x>a(?&x)?)"])
def test_an_expression_that_calls_itself_is_refused(pattern: str) -> None:
    with pytest.raises(UsageError, match="calls itself"):
        finder("abc").find_all(pattern, regex=True)
    assert found("(R", r"\(?R", regex=True) == ["(R"]


@given(
    LETTERS | st.text("aAbé \n", max_size=80),
    st.sampled_from(["a", "ab", "b", "B", "a b", "ss", "n"]),
    st.booleans(),
    st.booleans(),
)
def test_in_steps_finds_what_is_found_at_once(string: str, pattern: str, whole_word: bool, smart: bool) -> None:
    at_once = list(finder(string).matches(pattern, whole_word=whole_word, smart=smart))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_STEP", 7)
        steps = list(finder(string).in_steps(pattern, whole_word=whole_word, smart=smart))
    assert [match for some in steps for match in some] == at_once
    assert len(steps) == -(-len(string) // 7)
