"""The concordance: lines held against a search by hand, their contexts and their orders."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import concordance, records
from storage.concordance import ORDERS, Asked, Concordance, Finders, Line, _Inside, ask, matches, order_named, ordered
from storage.errors import UsageError
from storage.library import Library
from storage.model import Range
from storage.search import Finder
from storage.text import Text
from storage.texts import Snapshots
from tests.storage.making import FOX, place, text_of

WOLF = "Der Wolf liest. A “fox” is no wolf;\nfoxes are   many, Füchse too."


@pytest.fixture
def library(tmp_path):
    with Library.open(tmp_path / "library.json", state=tmp_path / "state") as made:
        for name, string in (("fox", FOX), ("wolf", WOLF)):
            made.receive(tmp_path / f"{name}.txt", text_of(string, name))
        yield made


def lines(library: Library, source: str, **how: bool) -> list[Line]:
    return [line for chunk in Concordance(library, ask(source, **how)).lines() for line in chunk]


def test_every_place_with_what_stands_around_it(library) -> None:
    found = lines(library, "fox")
    assert [(one.left[-6:], one.words, one.right[:5]) for one in found] == [
        ("brown ", "fox", " jump"),
        (". The ", "fox", " was."),
        ("d the ", "fox", "."),
        ("t. A “", "fox", "” is "),
    ]
    texts = {each.uuid: library.text(each).string for each in library.documents()}
    for one in found:
        assert texts[one.document][one.start : one.end] == one.exact
        whole = texts[one.document][: one.start] + one.exact + texts[one.document][one.end :]
        assert re.sub(r"\s+", " ", whole).startswith(one.left + one.words + one.right)


@pytest.mark.parametrize(
    ("source", "how", "words"),
    [
        ("fox*", {}, ["fox", "fox", "fox", "fox", "foxes"]),
        ("fox", {"whole_word": False}, ["fox"] * 5),
        ("fuchse", {}, ["Füchse"]),
        ("fuchse", {"exact": True}, []),
        ("are many", {}, ["are many"]),
        (r"\bf\w+", {"regex": True}, ["fox", "fox", "fox", "fox", "foxes", "Füchse"]),
        ("ox", {"regex": True}, []),
        ("in:wolf fox", {}, ["fox"]),
        ("-in:wolf fox", {}, ["fox"] * 3),
        ("tag:animal", {}, ["quick brown fox"]),
        ("tag:animal fox", {}, ["fox"]),
        ("tag:animal dog", {}, []),
        ("tag:no fox", {}, []),
        ("", {}, []),
        ("in:wolf", {}, []),
    ],
)
def test_what_can_be_asked(library, source: str, how: dict[str, bool], words: list[str]) -> None:
    fox = library.documents()[0]
    text = library.text(fox)
    library.annotate(fox.uuid, [place(text.string, "quick brown fox")], tags=["animal"], text=text)
    assert [one.words for one in lines(library, source, **how)] == words


@pytest.mark.parametrize(("source", "how"), [("(", {"regex": True}), ("tag:", {}), ("colour:mauve fox", {})])
def test_what_cannot_be_asked_is_said(source: str, how: dict[str, bool]) -> None:
    with pytest.raises(UsageError):
        ask(source, **how)


def test_scripts_without_spaces_have_no_whole_words(tmp_path) -> None:
    with Library.open(tmp_path / "l.json", state=tmp_path / "s") as library:
        library.receive(tmp_path / "zh.txt", text_of("我爱北京天安门", "zh"))
        assert [(one.left, one.words, one.right) for one in lines(library, "北京")] == [("我爱", "北京", "天安门")]


def test_an_expression_that_takes_for_ever_is_said(library, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("storage.patterns.SECONDS", 0.05)
    library.receive(tmp_path / "odd.txt", text_of("a" * 200 + "! b", "odd"))
    with pytest.raises(UsageError, match="takes too long"):
        lines(library, "(a|aa)+b", regex=True)


def test_an_expression_that_stands_for_nothing_nearly_everywhere_is_said(library, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("storage.patterns.MOST_EMPTY", 50)
    library.receive(tmp_path / "odd.txt", text_of("x" + "a" * 49 + "xx" + "a" * 50 + "!", "odd"))
    assert [line.words for line in lines(library, "in:odd x+", regex=True, whole_word=False)] == ["x", "xx"]
    with pytest.raises(UsageError, match="one character at least"):
        lines(library, "in:odd x*", regex=True, whole_word=False)
    monkeypatch.setattr("storage.patterns.MOST_EMPTY", 53)
    assert [line.words for line in lines(library, "in:odd x*", regex=True, whole_word=False)] == ["x", "xx"]


def test_highlights_of_a_text_that_is_not_there_hide_no_others(library) -> None:
    fox = library.documents()[0]
    old = library.text(fox)
    new = text_of(f"New. {FOX}", "fox")
    library.annotate(fox.uuid, [(4, 9)], tags=["t"], text=old)
    gone = library.annotate(fox.uuid, [(10, 15)], tags=["t"], text=old)
    library.annotate(fox.uuid, [(16, 19)], tags=["t"], text=old)
    with library.step("another version"):
        library._change("annotations", records.annotation_record(gone._replace(text=new.hash)))
    work = Concordance(library, ask("tag:t"))
    assert [line.words for chunk in work.lines() for line in chunk] == ["quick", "fox"]
    assert work.unread == 1


PLACES = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 8)).map(lambda each: Range(each[0], sum(each))), max_size=6
)


@given(PLACES, st.integers(0, 25), st.integers(1, 5))
def test_what_stands_in_a_highlight_is_found_as_by_looking_at_each(places: list[Range], start: int, long: int) -> None:
    end = start + long
    by_hand = any(one.start <= start and end <= one.end for one in places)
    assert _Inside(places).holds(start, end) == by_hand


def test_a_text_that_cannot_be_read_is_counted(library) -> None:
    library.snapshots.file(library.documents()[0].texts[-1]).unlink()
    work = Concordance(library, ask("fox"))
    assert [line.words for chunk in work.lines() for line in chunk] == ["fox"]
    assert (work.unread, work.done, work.total) == (1, 2, 2)


def test_there_is_an_end_to_the_lines(library, monkeypatch) -> None:
    monkeypatch.setattr("storage.concordance.MOST", 2)
    work = Concordance(library, ask("fox"))
    assert [line.words for chunk in work.lines() for line in chunk] == ["fox", "fox"]
    assert work.full


def made(left: str, words: str, right: str) -> Line:
    return Line("", "", 0, 0, left, words, right, words)


def test_orders_go_from_the_word_nearest_to_the_place() -> None:
    three = [made("b a ", "x", " c d"), made("a b ", "y", " “Ärger” z"), made("c a ", "x", ", B!")]
    assert ordered(three, ORDERS[0]) == three
    assert [one.right for one in ordered(three, ORDERS[1])] == [" “Ärger” z", ", B!", " c d"]
    assert [one.left for one in ordered(three, ORDERS[2])] == ["b a ", "c a ", "a b "]
    assert [(one.words, one.right) for one in ordered(three, ORDERS[3])] == [
        ("x", ", B!"),
        ("x", " c d"),
        ("y", " “Ärger” z"),
    ]
    assert order_named("left") == ORDERS[2]
    with pytest.raises(UsageError, match="sorted by"):
        order_named("size")


@given(st.text("ab x.\n", max_size=40), st.sampled_from(["a", "ab", "a b"]))
def test_whole_words_are_those_that_a_count_by_hand_finds(string: str, word: str) -> None:
    source = r"(?<!\w)" + word.replace(" ", r"\s+") + r"(?!\w)"
    by_hand = [match.span() for match in re.finditer(source, string)]
    asked = Asked(ask("").terms, word)
    assert [each for some in matches(Finder(text_of(string)), asked) for each in some] == by_hand


def test_texts_are_kept_folded_for_who_types_on_up_to_a_bound(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []
    real = Snapshots.load

    def loading(snapshots: Snapshots, version: str) -> Text:
        loaded.append(version)
        return real(snapshots, version)

    monkeypatch.setattr(Snapshots, "load", loading)
    finders = Finders(library.snapshots)

    def found(source: str) -> list[Line]:
        return [line for chunk in Concordance(library, ask(source), finders=finders).lines() for line in chunk]

    for source in ("fo*", "fox", "wolf", "tag:t"):
        assert found(source) == lines(library, source)
        loaded.clear()
    for source in ("fo*", "fox", "wolf"):
        found(source)
    assert not loaded
    monkeypatch.setattr(concordance, "KEPT", len(FOX))
    finders = Finders(library.snapshots)
    found("fox")
    found("fox")
    assert len(loaded) == 2 + 1
