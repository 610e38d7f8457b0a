"""Markdown shown as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import readers
from storage.errors import DocumentError
from storage.readers.preview import SIZE, preview
from storage.text import Text
from tests.storage import rendering

SAMPLES = [path for path in rendering.SAMPLES if path.suffix == ".md"]
MARKS = st.text("ab#>-*_`~[](){}<>!|&;:/\\\n \"'=+1.x", max_size=200)


def read(source: str) -> Text:
    return readers.parse(source.encode(), "sample.md")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_samples_read_as_stored(sample):
    assert rendering.rendered(readers.read(sample)) == rendering.golden(sample).read_text(encoding="utf-8")


@given(MARKS)
def test_any_marks_give_sound_blocks_and_spans(source):
    try:
        text = read(source)
    except DocumentError:
        return
    assert all(block.start < block.end for block in text.blocks)
    assert all(a.end < b.start for a, b in zip(text.blocks, list(text.blocks)[1:], strict=False))
    assert list(text.spans) == sorted(text.spans, key=lambda span: (span.start, -span.end))
    for span in text.spans:
        block = text.blocks[text.blocks.at(span.start)]
        assert block.start <= span.start < span.end <= block.end


@pytest.mark.parametrize(
    "source",
    [
        ">" * 20_000 + " x",
        "> - " * 5_000 + "x",
        "[" * 5_000 + "x" + "]" * 5_000,
        "![" * 300 + "x" + "](y)" * 300,
        "*_" * 5_000 + "x" + "_*" * 5_000,
        "<!--" * 20_000 + "x",
        "<script>" * 5_000,
        "|a" * 500 + "|\n" + "|-" * 500 + "|\n" + "|\n" * 500,
        "x\n" + " " * 200_000 + "y",
    ],
    ids=lambda source: source[:8].strip(),
)
def test_deep_and_broken_markup_ends(source):
    try:
        length = len(read(source))
    except DocumentError:
        length = 0
    assert length <= 4 * len(source) + 5_000


def test_what_is_nested_too_deep_is_told():
    source = "\n".join("  " * depth + f"- level {depth}" for depth in range(80))
    assert any("100 levels" in warning for warning in read(source).warnings)


def test_a_long_code_block_is_cut_between_lines():
    text = read("```\n" + "a line of code\n" * 5_000 + "```\n")
    assert len(text.blocks) > 1
    assert {block.kind for block in text.blocks} == {"code"}
    assert all(text.string[block.start : block.end].endswith("code") for block in text.blocks)


def test_dashes_without_keys_are_not_front_matter():
    assert read("---\n\nText\n\n---\n").string == "* * *\n\nText\n\n* * *"
    assert read("---\ntitle: Only this\n").string.startswith("* * *")


def test_entities_bring_no_control_characters():
    text = read("a&#x202e;b&#12;c&#x1b;[31m <p>&#x9b;31m&#x202e;x</p>\n\n<div>&#x9b;1m&#7;y</div>")
    assert not any(character < " " and character != "\n" for character in text.string)
    assert not {"\x9b", "\u202e"} & set(text.string)


def test_a_table_that_padding_would_blow_up_is_not_padded():
    rows = "".join("|a|b|\n" for _ in range(500))
    text = read(f"|{'x' * 60}|{'y' * 60}|\n|-|-|\n{rows}|{'w' * 5000}|z|\n")
    assert "\na │ b\n" in text.string


def test_a_preview_is_the_beginning_of_the_whole():
    source = "# One\n\nSee [this][there], *now*.\n\n" + "Words and more of them, again.\n\n" * 5_000
    source += "# Two\n\n" + "Other words, at length.\n\n" * 5_000 + "[there]: https://example.org\n"
    early = source.replace("again.", "again.\n\n## Within", 1_200)
    whole, first = read(early), preview(early.encode(), "sample.md")
    assert first is not None
    assert SIZE / 2 < len(first) < len(whole) / 4
    assert whole.string.startswith(first.string)
    assert list(whole.blocks)[: len(first.blocks)] == list(first.blocks)
    assert whole.spans[: len(first.spans)] == first.spans
    assert first.spans[0].target == "https://example.org"
    assert first.meta == whole.meta


@pytest.mark.parametrize(
    "source",
    [
        "short\n\n# Heading\n",
        "word " * 60_000,
        "```\n" + "code\n\n# not a heading\n" * 10_000,
        "<!--\n" + "comment\n\n# not a heading\n" * 10_000,
    ],
    ids=["short", "no heading", "code", "comment"],
)
def test_there_is_no_preview_where_it_might_be_wrong(source):
    assert preview(source.encode(), "sample.md") is None


def test_a_preview_may_end_with_code_that_was_closed():
    section = "# Heading\n\nWords of it.\n\n```sh\nls  # not a heading\n```\n\n"
    source = section * 6_000
    whole, first = read(source), preview(source.encode(), "sample.md")
    assert first is not None
    assert whole.string.startswith(first.string)
    assert list(whole.blocks)[: len(first.blocks)] == list(first.blocks)
