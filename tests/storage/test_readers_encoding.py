"""From bytes to clean characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from storage.readers import encoding

TEXT = "Nicolás said: “No” – twice. Ελληνικά, 日本語, 😀.\nSecond line.\n"


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_with_and_without_a_mark_reads_alike(name):
    assert encoding.decode(TEXT.encode(name), "a.txt") == (TEXT, [])


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_found_and_told(name):
    string, warnings = encoding.decode(("A plain letter é. " * 20).encode(name), "a.txt")
    assert string == "A plain letter é. " * 20
    assert name.upper() in warnings[0]


@pytest.mark.parametrize(
    "string",
    [
        "Nicolás Maduro’s “serious mistake” – he said.",
        "Der Käfer läuft über die Straße; Größe: 5 €.",
        "L’été, où ça ? « Là-bas », répondit-il.",
        "é",
    ],
)
def test_windows_text_of_western_europe_is_found(string):
    assert encoding.decode(string.encode("cp1252"), "a.txt")[0] == string


@pytest.mark.parametrize(
    ("string", "name"),
    [
        (
            "Жил-был у бабушки серенький козлик, вот как, вот как, серенький козлик. Бабушка козлика очень любила. ",
            "cp1251",
        ),
        (
            "Жил-был у бабушки серенький козлик, вот как, вот как, серенький козлик. Бабушка козлика очень любила. ",
            "koi8-r",
        ),
        ("吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。", "shift_jis"),
        ("吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。", "euc-jp"),
        ("话说天下大势，分久必合，合久必分。周末七国分争，并入于秦。", "gb18030"),
    ],
)
def test_other_legacy_encodings_are_guessed_and_told(string, name):
    found, warnings = encoding.decode((string * 5).encode(name), "a.txt")
    assert found == string * 5
    assert "encoding was guessed" in warnings[0]


def test_a_character_cut_at_the_end_is_told_and_the_rest_read():
    whole = "It ends in the middle of é".encode()
    string, warnings = encoding.decode(whole[:-1], "a.txt")
    assert string == "It ends in the middle of "
    assert "incomplete" in warnings[0]
    string, warnings = encoding.decode("cut".encode("utf-16")[:-1], "a.txt")
    assert string == "cu"
    assert "incomplete" in warnings[0]


def test_line_ends_of_every_kind_become_one():
    assert encoding.clean("a\r\nb\rc\x0bd\x85e\u2028f")[0] == "a\nb\nc\nd\ne\nf"
    assert encoding.clean("a\x0cb\u2029c")[0] == "a\n\nb\n\nc"


def test_tabs_reach_the_next_stop_of_their_line():
    assert encoding.clean("a\tb\n\tc\nabcd\te")[0] == "a   b\n    c\nabcd    e"


@pytest.mark.parametrize(
    ("string", "seen"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07rest", "rest"),
        ("\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bP1$r0m\x1b\\rest", "rest"),
        ("\x9b31mred\x9d0;t\x9crest", "redrest"),
        ("\x1b(B\x1bcplain", "plain"),
        ("\x1b]never ended\nnext", "never ended\nnext"),
        ("lone \x1b", "lone "),
        ("b\x08bo\x08o_\x08x bell\x07", "box bell"),
        ("\ud800x\udfff", "x"),
    ],
)
def test_terminal_sequences_are_left_out_whole(string, seen):
    found, warnings = encoding.clean(string)
    assert found == seen
    assert "Control characters" in warnings[0]


def test_marks_of_order_go_and_joiners_stay():
    assert encoding.clean("a\ufeffb") == ("ab", [])
    found, warnings = encoding.clean("a\u202eb\u202c\u2066c\u2069")
    assert found == "abc"
    assert "4 places" in warnings[0]
    kept = "👩\u200d🚀 soft\u00adhyphen می\u200cخواهم \u200f"
    assert encoding.clean(kept) == (kept, [])


@given(st.text())
def test_what_is_clean_stays_so(string):
    cleaned, _ = encoding.clean(string)
    assert encoding.clean(cleaned) == (cleaned, [])
    cleaned.encode()


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cf"])))
def test_clean_text_is_what_it_was(string):
    assert encoding.decode(string.encode(), "a.txt") == (string, [])


@pytest.mark.parametrize(
    ("page", "clean"),
    [
        (b"<p>Plain.\n\tText</p>", True),
        (b"<p>It&#8217;s &#160; &#x2014; &#39; &#x27;</p>", True),
        (b"<p>\x1b[31m</p>", False),
        (b"<p>\x7f</p>", False),
        (b"<p>&#27;[31m</p>", False),
        (b"<p>&#0027 x</p>", False),
        (b"<p>&#7</p>", False),
        (b"<p>&#127;</p>", False),
        (b"<p>&#x1B;</p>", False),
        (b"<p>&#X001b;</p>", False),
        (b"<p>&#x7f;</p>", False),
    ],
)
def test_a_page_tells_whether_its_ascii_text_has_controls(page, clean):
    assert encoding.without_controls(page) is clean
    body = LexborHTMLParser(page).body
    assert body is not None
    string = body.text()
    assert not clean or all(one >= " " or one in "\n\t" for one in string)
