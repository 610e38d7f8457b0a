"""Web pages as text."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import readers
from storage.errors import DocumentError
from storage.readers import html
from storage.text import Text
from tests.storage import rendering
from tests.storage.soundness import assert_sound, mutations

SAMPLES = [path for path in rendering.SAMPLES if path.suffix == ".html"]
PIECES = st.lists(
    st.sampled_from(
        [
            *("<p>", "</p>", "<b>", "</b>", "<a href=#x>", "</a>", "<li>", "<ul>", "</ul>", "<ol start=4>", "<table>"),
            *("<tr>", "<td>", "</table>", "<pre>", "</pre>", "<br>", "<h2 id=x>", "</h2>", "<blockquote>", "<sup>"),
            *("</sup>", "<img alt='a b'>", "<hr>", "<dt>", "<dd>", "<rt>", "&#27;[1m", "&#x202e;", " ", "\n", "word "),
            *("7", "<svg>", "<q>", "<template>", "<!--", "-->", "<script>", "</script>", "</q>", "<td><p>"),
        ]
    ),
    max_size=40,
)


def read(source: str, form: str = "html-whole") -> Text:
    return readers.parse_here(source.encode(), "sample.html", form)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_samples_read_as_stored(sample):
    assert rendering.rendered(readers.read(sample)) == rendering.golden(sample).read_text(encoding="utf-8")


@given(PIECES)
def test_any_tags_give_sound_blocks_and_spans(pieces):
    try:
        text = read("".join(pieces))
    except DocumentError:
        return
    assert_sound(text)


def test_mutated_pages_are_read_or_refused():
    for data in mutations((rendering.GOLDENS / "blocks.html").read_bytes(), random.Random(7), 150):
        try:
            text = readers.parse_here(data, "sample.html")
        except DocumentError:
            continue
        assert_sound(text)


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 20_000 + "x",
        "<b><i>" * 10_000 + "x",
        "<ul><li>" * 10_000 + "x",
        "<blockquote>" * 20_000 + "x",
        "<table><tr><td>" * 2_000 + "x",
        "<a href=#x>" * 20_000 + "x",
        "word " * 400_000,
        "<p " + "a" * 400_000 + ">x",
        "<table>" + "<tr><td>a<td>b" * 5_000 + "</table>",
    ],
    ids=lambda source: source[:12],
)
def test_deep_long_and_broken_pages_end(source):
    began = time.process_time()
    text = read(source)
    assert time.process_time() - began < 20
    assert len(text) <= 4 * len(source) + 5_000
    assert_sound(text)


@pytest.mark.parametrize(
    ("head", "encoding", "string"),
    [
        ("<meta charset=iso-8859-1>", "cp1252", "Größe “zwei” – €"),
        ("<meta http-equiv=content-type content='text/html; charset=windows-1251'>", "cp1251", "Жил-был козлик"),
        ("<meta charset='Shift_JIS'>", "cp932", "吾輩は猫である"),
        ("<?xml version='1.0' encoding='koi8-r'?>", "koi8-r", "Жил-был козлик"),
        ("<meta charset=utf-8>", "utf-16", "é"),
        ("<meta charset=latin1>", "utf-8", "é"),
    ],
)
def test_the_encoding_is_the_one_that_the_page_says(head, encoding, string):
    data = f"{head}<p>{string}</p>".encode(encoding)
    assert readers.parse_here(data, "a.html").string == string


def test_what_a_page_hides_or_runs_is_not_read():
    text = read("<script>a</script><style>b</style><p hidden>c</p><p style='display:none'>d</p><!-- e --><p>seen</p>")
    assert text.string == "seen"


def test_notes_and_places_lead_to_offsets():
    text = read('<p>One<sup><a href="#n">1</a></sup> and <a href="#s">two</a>.<h2 id=s>Two</h2><p id=n>A note.</p>')
    spans = {text.string[span.start : span.end]: span for span in text.spans}
    assert spans["[1]"].kind == "note"
    assert text.string[int(spans["[1]"].target) :].startswith("A note.")
    assert (spans["two"].kind, int(spans["two"].target)) == ("place", text.string.index("Two"))


def test_a_link_to_nowhere_stays_a_link_and_a_note_without_text_does_not():
    text = read('<p>a<sup><a href="#gone">1</a></sup> <a href="#lost">b</a> <a href="javascript:x()">c</a></p>')
    assert [(span.kind, span.target) for span in text.spans] == [("link", "#lost")]


def test_no_control_character_comes_from_a_page():
    text = read(
        "<title>&#27;]0;evil&#7;T</title><p>a&#27;[31mb&#x202e;c</p><pre>&#155;31m\n&#8;x</pre>"
        "<a href='http://x/&#27;[1m'>l</a><img src='/&#27;c.png'><img alt='&#x202e;z'>"
    )
    assert_sound(text)
    assert text.meta.title == "T"


def test_a_page_of_links_alone_or_a_short_one_is_read_whole():
    text = readers.parse_here(b"<nav>Menu</nav><p>A few words.</p><footer>Foot</footer>", "a.html")
    assert text.string == "Menu\n\nA few words.\n\nFoot"
    assert text.warnings == ()


@pytest.mark.parametrize("tag", ["article", "main"])
def test_what_a_page_calls_its_article_is_taken_with_its_heading(tag):
    words = "Many words of the article itself. " * 20
    page = f"<body><h1>Title</h1><nav>Menu</nav><{tag}><p>{words}</p><aside>Ad</aside></{tag}><footer>F</footer>"
    text = readers.parse_here(page.encode(), "a.html")
    assert text.string == f"Title\n\n{words.strip()}"
    assert text.warnings == (html.ARTICLE_ALONE,)
    whole = readers.parse_here(page.encode(), "a.html", "html-whole")
    assert {"Menu", "Ad", "F"} <= set(whole.string.split("\n\n"))
    assert (whole.reader, whole.meta.format, whole.warnings) == ("html-whole/1", "html-whole", ())


def test_menus_within_menus_are_left_out():
    words = "Many words of the article itself. " * 20
    menus = "<footer><nav><form>Menu<aside>Ad</aside></form></nav>End</footer>" * 20
    text = readers.parse_here(f"<main>{menus}<p>{words}</p>{menus}</main>".encode(), "a.html")
    assert text.string == words.strip()


def test_depth_that_no_screen_can_show_is_not_told_apart():
    text = read("<blockquote>" * 500 + "<ul><li>" * 500 + "x")
    assert (text.blocks[0].quote, text.blocks[0].level) == (12, 12)


def test_a_table_does_not_end_what_it_stands_in():
    text = read("<b>One <table><tr><td>a<td>b<tr><td>c<td>d</table>two</b> three")
    assert [text.string[span.start : span.end] for span in text.spans if span.kind == "strong"] == ["One", "two"]
