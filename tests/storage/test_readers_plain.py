"""Plain text: paragraphs as they were set."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import readers
from storage.readers import plain
from tests.storage import rendering

SAMPLES = [path for path in rendering.SAMPLES if path.suffix == ".txt"]


def blocks(string: str) -> list[str]:
    text = plain.shape(string)
    return [text.string[block.start : block.end] for block in text.blocks]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_samples_read_as_stored(sample):
    assert rendering.rendered(readers.read(sample)) == rendering.golden(sample).read_text(encoding="utf-8")


def test_paragraphs_stand_between_blank_lines():
    assert blocks("\n\n  One,\ngoes on.  \n \n\n\u3000\nTwo.\n\n") == ["One,\ngoes on.", "Two."]


def test_lines_keep_their_indentation_where_later_lines_have_one():
    assert blocks("One.\n\n    def f():\n        return 1\n\n  Two.") == [
        "One.",
        "    def f():\n        return 1",
        "Two.",
    ]


def test_a_very_long_line_becomes_blocks_of_bounded_length():
    text = plain.shape("word " * 100_000)
    assert len(text.blocks) > 10
    assert max(block.end - block.start for block in text.blocks) <= 32_768
    assert {block.gap for block in text.blocks} == {0}


def test_a_list_of_short_lines_is_not_taken_for_running_text():
    assert plain.shape("one item of a list\ntwo items of it\nthree\n" * 50).fill == 0
    verse = "Whose are these lines, which all begin in capitals and end in air\n" * 30
    assert plain.shape(verse).fill == 0


@given(st.text("aB .,\n \u3000\u00a0", max_size=400))
def test_blocks_are_in_order_and_hold_all_that_is_written(string):
    text = plain.shape(string)
    seen, at = "", 0
    for block in text.blocks:
        assert at <= block.start < block.end <= len(text.string)
        assert "\n\n" not in text.string[block.start : block.end]
        seen += text.string[block.start : block.end]
        at = block.end
    assert "".join(seen.split()) == "".join(string.split())
