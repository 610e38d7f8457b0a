"""Markdown export: its structure, and that nothing foreign ever becomes structure."""

from __future__ import annotations

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from storage.exchange.entry import Collection
from storage.exchange.markdown import dump, escape
from storage.query import parse
from storage.visible import visible
from tests.storage.exchange_library import Desk, text_of

HOSTILE = (
    "# not a heading",
    "> not a quote",
    "- not an item",
    "+ nor this",
    "12. nor this",
    "=====",
    "---",
    "    not code",
    "```",
    "~~~ sh",
    "<script>alert(1)</script>",
    "&lt; &#35;",
    "[red] [/] [@click=app.quit]x[/] [a](b) ![c](d) [e]: f",
    "*a* _b_ `c` ~~d~~ a_b_c | e \\ f\\",
    "a |\n---|---\n b | c",
    "trailing #",
    "two spaces  ",
    "\u00a0no-break\u00a0",
)


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    yield desk
    desk.library.close()


def dumped(desk) -> str:
    out = io.StringIO()
    dump(Collection(desk.library, parse("")), out)
    return out.getvalue()


def rendered(markdown: str) -> str:
    """Return what a CommonMark parser with tables and strikethrough reads out of one paragraph."""
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(markdown)
    kinds = [token.type for token in tokens]
    assert kinds == ["paragraph_open", "inline", "paragraph_close"], kinds
    children = tokens[1].children or []
    assert {child.type for child in children} <= {"text", "text_special", "softbreak", "hardbreak"}, children
    return "".join("\n" if child.type.endswith("break") else child.content for child in children)


@pytest.mark.parametrize("line", [line for string in HOSTILE for line in string.split("\n")])
def test_a_hostile_line_is_read_back_as_itself(line):
    assert rendered(escape(line)) == line


@given(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"])).filter(lambda line: line.strip()))
@example("\t#")
@example("1)")
@example("a&amp;#b")
def test_every_line_is_read_back_as_itself(line):
    assert rendered(escape(line)) == visible(line)


def test_document_sections_quote_tags_note_place(desk):
    parts = [("heading", "Guide"), ("paragraph", "First one."), ("heading", "Part"), ("paragraph", "Second one.")]
    guide = desk.receive("guide.txt", text_of("Guide", *parts))
    desk.mark(guide, "", note="About it all.")
    desk.mark(guide, "First", tags=["a/b c"], color="red")
    desk.mark(guide, "Second", note="See\n\nthere\nand here.")
    desk.mark(guide, "Second one", state="orphan")
    assert dumped(desk) == (
        "# Guide\n\nA. Writer · 2019 · guide.txt\n\nAbout it all.\n\n— page note\n\n"
        "> First\n\n#a/b-c\n\n— ¶ 1, 18 %, red\n\n"
        "> Second one\n\n— orphan: the text no longer has this passage\n\n"
        "## Part\n\n> Second\n\nSee\n\nthere\\\nand here.\n\n— ¶ 2, 66 %\n"
    )


def test_a_quote_over_several_blocks_keeps_them_apart(desk):
    text = text_of("T", ("paragraph", "One\ntwo."), ("paragraph", "Three."))
    desk.mark(desk.receive("t.txt", text), text.string)
    assert "> One\\\n> two.\n>\n> Three.\n" in dumped(desk)


def test_line_ends_of_a_filled_text_stay_soft(desk):
    text = text_of("T", ("paragraph", "One\n- two."), fill=20)
    desk.mark(desk.receive("t.txt", text), text.string)
    desk.lose_texts()
    assert "> One\\\n> \\- two.\n" in dumped(desk)
    desk.library.snapshots.save(text)
    assert "> One\n> \\- two.\n" in dumped(desk)


def test_the_deepest_sections_stay_headings(desk):
    text = text_of("T", ("heading", "H"), ("paragraph", "words"))
    text.sections = tuple(text.sections[0]._replace(title=f"S{level}", level=level) for level in range(1, 9))
    desk.mark(desk.receive("t.txt", text), "words")
    assert "\n##### S4\n\n###### S5\n\n###### S6\n" in dumped(desk)


def test_a_document_that_cannot_be_read_is_exported_all_the_same(desk):
    text = text_of("T", ("paragraph", "A B\n\nC"))
    desk.mark(desk.receive("gone.txt", text), text.string, note="kept")
    desk.lose_texts()
    assert dumped(desk) == "# T\n\nA. Writer · 2019 · gone.txt\n\n> A B\n>\n> C\n\nkept\n\n— 0 %\n"


def test_hostile_text_title_tag_and_note_add_no_structure(desk):
    hostile = "\n".join(HOSTILE) + "\n\x1b[31m\u202e"
    text = text_of("# <b>\n[red]\x1b", ("paragraph", hostile))
    desk.mark(desk.receive("[x](y) *t*.txt", text), hostile, note=hostile, tags=["#", "[red]", "*b*"])
    out = dumped(desk)
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(out)
    headings = [token.tag for token in tokens if token.type == "heading_open"]
    kinds = {token.type for token in tokens} | {child.type for token in tokens for child in token.children or []}
    assert headings == ["h1"]
    assert kinds <= {
        *("heading_open", "heading_close", "blockquote_open", "blockquote_close", "paragraph_open", "paragraph_close"),
        *("inline", "text", "text_special", "softbreak", "hardbreak"),
    }
    assert "\x1b" not in out
    assert "\u202e" not in out
