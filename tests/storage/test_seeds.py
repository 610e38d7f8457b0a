"""What the seeds are: other tests and the tour count on it."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from storage import readers, sentences
from tui.commands import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
ARTICLE = ROOT / "seeds" / "000_79abe80ec42c10f0.txt"
WELCOME = ROOT / "seeds" / "welcome.md"
ORIGINAL = ROOT.parent / "shared" / "seeds" / ARTICLE.name


@pytest.fixture(scope="module")
def text():
    return readers.read(ARTICLE)


@pytest.fixture(scope="module")
def found(text):
    return [text.string[start:end] for start, end in sentences.sentences(text)]


@pytest.mark.skipif(not ORIGINAL.exists(), reason="the original is not on this machine")
def test_the_article_is_the_users_own_byte_for_byte():
    assert ARTICLE.read_bytes() == ORIGINAL.read_bytes()


def test_the_article_reads_as_it_is(text):
    assert text.string == ARTICLE.read_bytes().decode()
    assert text.warnings == ()
    assert text.fill == 0
    assert text.meta.title == "Venezuelan President Nicolas Maduro announced the severance…"


def test_it_has_18_paragraphs_and_39_sentences(text, found):
    assert len(text.blocks) == 18
    assert {(block.kind, block.gap) for block in list(text.blocks)[1:]} == {("paragraph", 1)}
    assert len(found) == 39


def test_two_sentences_stand_twice_and_two_pairs_differ_in_the_final_stop(found):
    assert sorted(len([other for other in found if other == one]) for one in set(found))[-3:] == [1, 2, 2]
    near = [(a, b) for a, b in combinations(found, 2) if a != b and a.rstrip(".") == b.rstrip(".")]
    assert len(near) == 2


def test_the_phrase_stands_three_times(text):
    assert text.string.count("the severance of diplomatic relations with the United States") == 3


def test_there_are_11_quotations_and_one_holds_two_sentences(text):
    quotations = re.findall("“[^“”]*”", text.string)
    assert len(quotations) == 11
    assert text.string.count("“") == text.string.count("”") == 11
    assert {"“Kommersant”", "“Novosti”"} <= set(quotations)
    assert sum(". " in quotation for quotation in quotations) == 1


def test_names_vary(text):
    assert {"Nicolas", "Nicolás", "Nicholas"} <= set(re.findall(r"\w+", text.string))


TYPED = {
    *("margins", "margin", "reading/advice", "venez", "welc", "nicolas", "3)", "shift", "g"),
    *("tag:margins", "has:note", "colour:green -tag:draft"),
}


def test_the_tour_shows_every_kind_of_block():
    text = readers.read(WELCOME)
    assert text.meta.title == "Welcome to Manicula"
    assert text.warnings == ()
    kinds = {block.kind for block in text.blocks}
    assert kinds == {"heading", "paragraph", "item", "quote", "table", "code", "rule"}
    assert {span.kind for span in text.spans} == {"emphasis", "strong", "code", "link"}


def test_the_tour_names_only_keys_that_there_are():
    text = readers.read(WELCOME)
    named = {text.string[span.start : span.end] for span in text.spans if span.kind == "code"} - TYPED
    keys = {key.replace(" ", "") for command in COMMANDS for key in command.keys}
    assert named <= keys
    assert {"j", ")", "enter", "t", "a", "c", "v", "V", ".", "u", "U", "/", "n", "o", "E", "?", "q"} <= named
