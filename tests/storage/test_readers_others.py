"""E-mail, FictionBook, Org, reStructuredText, RTF, subtitles and transcripts."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import readers
from storage.errors import DocumentError
from storage.readers import orglines, rtf
from tests.storage import rendering
from tests.storage.soundness import assert_sound, mutations, read_or_told

SAMPLES = [
    path for path in rendering.SAMPLES if path.suffix in {".eml", ".fb2", ".org", ".rst", ".rtf", ".srt", ".vtt"}
]
BOOK = rendering.GOLDENS / "book.fb2"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_samples_read_as_stored(sample):
    assert rendering.rendered(readers.read(sample)) == rendering.golden(sample).read_text(encoding="utf-8")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_mutated_samples_are_read_or_told(sample):
    for made in mutations(sample.read_bytes(), random.Random(31), 80):
        read_or_told(made, sample.name)


@pytest.mark.parametrize("data", [b"words", b"<html/>", b"<FictionBook", b"\0" * 100])
def test_what_is_no_fictionbook_is_told(data):
    with pytest.raises(DocumentError, match=r"^a\.fb2 "):
        readers.parse_here(data, "a.fb2")


def test_deep_sections_and_entities_end():
    deep = f"<FictionBook><body>{'<section>' * 20_000}<p>x</p>"
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><FictionBook><body><p>&l11;</p></body></FictionBook>'
    for source in (deep, bomb):
        text = read_or_told(source.encode(), "a.fb2")
        assert text is None or len(text) < 1_000


CUES = st.lists(st.sampled_from(["00:01.000 --> 00:02.000", "A: ", "\n", "\n\n", "<v B>", "word ", "&#27;[1m", "-->"]))


@given(CUES)
def test_any_cues_give_a_sound_text(pieces):
    try:
        assert_sound(readers.parse_here("".join(pieces).encode() + b"\n", "a.vtt"))
    except DocumentError:
        return


def test_a_file_without_times_has_nothing_to_read():
    with pytest.raises(DocumentError, match="nothing to read"):
        readers.parse_here(b"WEBVTT\n\nJust words.\n", "a.vtt")


def test_messages_inside_of_messages_end():
    inner = "From: a@example.org\nContent-Type: message/rfc822\n\n" * 200 + "Subject: x\n\nThe innermost."
    text = read_or_told(inner.encode(), "a.eml")
    assert text is None or len(text) < 20_000


def test_an_empty_form_of_a_message_does_not_hide_the_other():
    parts = ("Content-Type: text/html\n\n<p>The words.</p>", "Content-Type: text/plain\n\n \n", "")
    for kind in ("alternative", "mixed"):
        head = f"Subject: x\nContent-Type: multipart/{kind}; boundary=b\n\n"
        for order in (parts, (parts[1], parts[0], "")):
            source = head + "".join(f"--b\n{part}\n" for part in order)
            assert "The words." in readers.parse_here(source.encode(), "a.eml").string


def test_a_message_without_headers_is_its_text():
    assert readers.parse_here(b"\nJust words.\n", "a.eml").string == "Just words."


def test_headers_steer_nothing():
    source = b"From: =?utf-8?q?=1b[31mA=9b?= <a@b>\nSubject: =?utf-8?q?x=0ay=e2=80=ae?=\nDate: nonsense\n\nWords.\n"
    text = readers.parse_here(source, "a.eml")
    assert_sound(text)
    assert text.meta.date == ""


def test_what_a_document_names_is_not_included(tmp_path):
    (tmp_path / "secret").write_text("a secret")
    table = f".. csv-table:: Table\n   :file: {tmp_path}/secret\n"
    source = f"Words.\n\n.. include:: {tmp_path}/secret\n\n.. raw:: html\n   :file: {tmp_path}/secret\n\n{table}"
    text = readers.parse_here(source.encode(), "a.rst")
    assert text.string == "Words."
    assert "left out" in text.warnings[0]


def test_deep_markup_of_restructuredtext_ends():
    source = "\n".join("  " * depth + "- x\n" for depth in range(400))
    text = read_or_told(source.encode(), "a.rst")
    assert text is None or len(text) < 10_000


RTF = (
    *("{", "}", "\\par ", "\\b ", "\\u8364?", "\\'e9", "words ", "{\\footnote ", "\\intbl ", "\\cell ", "\\row ", "\\"),
    *("{\\field{\\*\\fldinst HYPERLINK x}", "{\\fldrslt ", "{\\listtext 1.}", "\\bin3 ", "\\uc0 ", "\\u-10179?"),
    *("\\footnote ", "\\annotation ", "{\\*\\annotation ", "{\\*\\atrfstart 1}", "{\\*\\atnref 1}", "\\title "),
)


@given(st.lists(st.sampled_from(RTF)))
def test_any_rtf_gives_a_sound_text(pieces):
    source = r"{\rtf1 " + "".join(pieces)
    read_or_told(source.encode(), "a.rtf")
    assert not rtf._Reading(source).page._outer


ORG = (
    *(
        "* ",
        "** ",
        "words ",
        "\n",
        "\n\n",
        "- ",
        "  - ",
        "1. ",
        "| ",
        ":A:\n",
        ":END:\n",
        "[fn:1]",
        "[fn::x]",
        "[[a][b]]",
    ),
    *("#+begin_quote\n", "#+end_quote\n", "#+begin_src\n", "#+title: x\n", "*", "/", "=", ": ", "-----\n", " :: "),
)


@given(st.lists(st.sampled_from(ORG)))
def test_any_org_gives_a_sound_text(pieces):
    read_or_told("".join(pieces).encode() + b"\n", "a.org")


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("a.rtf", r"{\rtf1 " + r"{\b " * 50_000 + "x"),
        ("a.rtf", r"{\rtf1 " + r"{\footnote x" * 5_000),
        ("a.rtf", r"{\rtf1 " + r"{\pard{\listtext 1.}\ilvl8 x\par}" * 5_000),
        ("a.org", "*" * 50_000 + " x\n" + "#+begin_quote\n" * 5_000 + "x"),
        ("a.org", "".join(" " * depth + "- x\n" for depth in range(500))),
        ("a.org", f"* a{' ' * 200_000}x\n- a{' ' * 200_000}x\n" + ":a:\n" * 20_000),
        ("a.org", "/*x " * 20_000 + "x" + " */" * 20_000),
    ],
)
def test_deep_ones_end(name, source):
    text = read_or_told(source.encode(), name)
    assert text is not None
    assert "x" in text.string


@pytest.mark.parametrize("kind", ["src", "quote", "comment", "verse", "centre"])
def test_a_block_that_never_ends_takes_nothing_of_the_document(kind):
    text = readers.parse_here(f"* H\n#+begin_{kind}\nwords\n* I\n- last\n\n#+begin_{kind}\nend\n".encode(), "a.org")
    blocks = [(block.kind, text.string[block.start : block.end]) for block in text.blocks]
    begin = f"#+begin_{kind}"
    assert blocks == [
        ("heading", "H"),
        ("paragraph", f"{begin} words"),
        ("heading", "I"),
        ("item", "last"),
        ("paragraph", f"{begin} end"),
    ]


def test_code_and_verse_stand_inside_of_a_quotation():
    code, verse = "#+begin_src python\n x = 1\n y = 2\n#+end_src\n", "#+begin_verse\none\ntwo\n#+end_verse\n"
    source = f"#+begin_quote\nsays\n{code}{verse}#+begin_center\nlast\n#+end_quote\nend\n"
    text = readers.parse_here(source.encode(), "a.org")
    assert [(block.kind, block.quote, text.string[block.start : block.end]) for block in text.blocks] == [
        ("quote", 1, "says"),
        ("code", 1, "x = 1\ny = 2"),
        ("quote", 1, "one\ntwo"),
        ("quote", 1, "#+begin_center last"),
        ("paragraph", 0, "end"),
    ]


def test_the_ends_of_drawers_are_looked_for_once():
    lines = ["* a", *[":a:"] * 3, ":end:", *[":b:"] * 3, "* c", ":d:", *["x"] * 1_000, ":end:"]
    ends = orglines.Ends(lines)
    assert [ends.of_drawer(at) for at in (1, 3, 5, 9, 10, 11)] == [4, 4, -1, -1, -1, 1010]
    assert readers.parse_here("\n".join(lines[:9]).encode(), "a.org").string == "a\n\n:b: :b: :b:\n\nc"


@pytest.mark.parametrize(
    ("source", "passages"),
    [
        (r"first\par a{\footnote one MAIN", ["first", "a[1]", "one MAIN"]),
        (r"a{\footnote one {\footnote two} x} MAIN TEXT\par more\par}", ["a[1] MAIN TEXT", "more", "one two x"]),
        (r"a{\footnote\annotation one} MAIN\par}", ["a[1] MAIN"]),
        (r"a{\footnote b{\annotation c\footnote d}e} MAIN\par}", ["a[1] MAIN", "bde"]),
        (r"a\par}\footnote b", ["a", "[1]", "b"]),
    ],
)
def test_a_note_takes_nothing_of_the_document(source, passages):
    text = readers.parse_here((r"{\rtf1 " + source).encode(), "a.rtf")
    assert [text.string[block.start : block.end] for block in text.blocks] == passages


def test_a_link_ends_although_there_is_a_field_in_it():
    page = r"{\field{\*\fldinst PAGEREF one}{\fldrslt 5}}"
    link = rf"{{\field{{\*\fldinst HYPERLINK https://example.org}}{{\fldrslt See {page}}}}}"
    text = readers.parse_here(rf"{{\rtf1 {link} and\par more\par}}".encode(), "a.rtf")
    (found,) = [span for span in text.spans if span.kind == "link"]
    assert text.string[found.start : found.end] == "See 5"


def test_what_is_no_rtf_is_told():
    with pytest.raises(DocumentError, match=r"^a\.rtf is damaged or no RTF"):
        readers.parse_here(b"words", "a.rtf")
