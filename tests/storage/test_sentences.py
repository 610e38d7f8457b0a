"""Where sentences start and end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import readers, sentences
from storage.readers import plain
from storage.text import Block, Meta, Text


def cut(string: str, kind: str = "paragraph", language: str = "") -> list[str]:
    text = Text(string, [Block(0, len(string), kind)], meta=Meta(language=language))
    return [string[start:end] for start, end in sentences.boundaries(text, 0)]


def test_sentences_have_no_space_around_them():
    assert cut("  One.  Two is\nlonger!  ") == ["One.", "Two is\nlonger!"]


def test_abbreviations_and_quotation_marks_belong_to_their_sentence():
    assert cut("Dr. Smith left. “Why?” she asked. It was 3.30 p.m. by then.") == [
        "Dr. Smith left.",
        "“Why?” she asked.",
        "It was 3.30 p.m. by then.",
    ]


def test_offsets_are_right_after_wide_characters():
    assert cut("Hi 😀 there. Second 👩‍🚀 one! Third.") == ["Hi 😀 there.", "Second 👩‍🚀 one!", "Third."]


def test_scripts_without_spaces_are_cut_at_their_own_stops():
    assert cut("彼は言った。「はい。」そうだ！本当？はい") == [
        "彼は言った。",
        "「はい。」",
        "そうだ！",
        "本当？",
        "はい",
    ]
    assert cut("天下大势，分久必合。合久必分！") == ["天下大势，分久必合。", "合久必分！"]
    thai = "สวัสดีครับ วันนี้อากาศดี"
    assert "".join("".join(cut(thai)).split()) == "".join(thai.split())


def test_headings_are_one_sentence_and_code_and_tables_one_a_line():
    assert cut("1. First. Second", "heading") == ["1. First. Second"]
    assert cut("a = b. c()\n\n    d = e", "code") == ["a = b. c()", "d = e"]
    assert cut("a. b │ c\nd │ e", "table") == ["a. b │ c", "d │ e"]


@pytest.mark.parametrize("language", ["en", "de-CH", "zz", "pt_BR"])
def test_any_language_tag_will_do(language):
    assert cut("One here. Two there.", language=language) == ["One here.", "Two there."]


def test_the_sentence_at_an_offset():
    text = plain.shape("One. Two.\n\n  Three.")
    found = [text.string[slice(*sentences.sentence_at(text, offset) or (0, 0))] for offset in range(len(text) + 1)]
    assert found == ["One."] * 5 + ["Two."] * 8 + ["Three."] * 7
    assert sentences.sentence_at(Text("", []), 0) is None


def test_two_texts_do_not_share_sentences():
    one, two = plain.shape("One. Two."), plain.shape("Onetwothree.")
    assert sentences.boundaries(one, 0) == [(0, 4), (5, 9)]
    assert sentences.boundaries(two, 0) == [(0, 12)]
    assert sentences.boundaries(one, 0) == [(0, 4), (5, 9)]


def test_all_sentences_are_those_of_the_blocks():
    text = readers.parse(b"# A head. Ing\n\nOne. Two.\n\n- item one. two\n", "a.md")
    by_block = [pair for index in range(len(text.blocks)) for pair in sentences.boundaries(text, index)]
    assert list(sentences.sentences(text)) == by_block
    assert len(by_block) == 5


@given(st.text(max_size=200))
def test_sentences_hold_everything_but_space(string):
    text = plain.shape(readers.encoding.clean(string)[0])
    seen, at = "", 0
    for start, end in sentences.sentences(text):
        assert at <= start < end
        assert text.string[start:end].strip() == text.string[start:end]
        seen += text.string[start:end]
        at = end
    assert "".join(seen.split()) == "".join(text.string.split())
