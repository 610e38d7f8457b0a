"""Motions and extending, written as marked strings before and after."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import marked
from tui.reading import cells, motion
from tui.reading.selection import Selection


def moved(name: str, before: str, count: int = 1, width: int = 72) -> str:
    string, selection = marked.parse(before)
    layout = marked.layout(string, width)
    head = motion.MOTIONS[name](layout.text, layout, selection.head, count)
    return marked.show(string, selection.move(head))


def extended(name: str, before: str, count: int = 1, width: int = 72) -> str:
    string, selection = marked.parse(before)
    layout = marked.layout(string, width)
    return marked.show(string, selection.extend(motion.extend(name, layout.text, layout, selection, count)))


@pytest.mark.parametrize(
    ("name", "count", "before", "after"),
    [
        ("right", 1, "|ab", "a|b"),
        ("right", 9, "|ab", "ab|"),
        ("right", 1, "a|e\u0301b", "ae\u0301|b"),
        ("right", 1, "|👨‍👩‍👧b", "👨‍👩‍👧|b"),
        ("right", 1, "ab|\n\ncd", "ab\n\n|cd"),
        ("right", 1, "ab|", "ab|"),
        ("left", 1, "ab\n\n|cd", "ab|\n\ncd"),
        ("left", 1, "ae\u0301|b", "a|e\u0301b"),
        ("left", 5, "a|b", "|ab"),
        ("word_next", 1, "|one, two", "one, |two"),
        ("word_next", 2, "|don’t well-known x", "don’t well-known |x"),
        ("word_next", 1, "U.|S. army", "U.S. |army"),
        ("word_next", 1, "on|e\n\n— two", "one\n\n— |two"),
        ("word_next", 9, "|one two.", "one |two."),
        ("word_next", 1, "one |two.", "one |two."),
        ("word_next", 2, "|これはペンです", "これはペン|です"),
        ("word_next", 1, "|漢字", "漢|字"),
        ("word_next", 1, "|नमस्ते दुनिया", "नमस्ते |दुनिया"),
        ("word_next", 1, "|שלום עולם", "שלום |עולם"),
        ("word_prev", 1, "one, |two", "|one, two"),
        ("word_prev", 1, "one tw|o", "one |two"),
        ("word_prev", 1, "one\n\n|two", "|one\n\ntwo"),
        ("word_prev", 1, "|one", "|one"),
        ("word_end", 1, "|one two", "on|e two"),
        ("word_end", 1, "on|e two", "one tw|o"),
        ("word_end", 1, "|cafe\u0301 x", "caf|e\u0301 x"),
        ("word_end", 1, "one tw|o.", "one tw|o."),
        ("sentence_next", 1, "O|ne here. Two here.", "One here. |Two here."),
        ("sentence_next", 1, "Two he|re.\n\nThree.", "Two here.\n\n|Three."),
        ("sentence_next", 1, "|彼は来た。私も来た。", "彼は来た。|私も来た。"),
        ("sentence_prev", 1, "One here. Two |here.", "One here. |Two here."),
        ("sentence_prev", 2, "One here. Two |here.", "|One here. Two here."),
        ("sentence_prev", 1, "One here. Two.\n\n|Three.", "One here. |Two.\n\nThree."),
        ("paragraph_next", 1, "o|ne\n\ntwo\n\nthree", "one\n\n|two\n\nthree"),
        ("paragraph_next", 5, "o|ne\n\ntwo\n\nthree", "one\n\ntwo\n\n|three"),
        ("paragraph_prev", 1, "one\n\nt|wo", "one\n\n|two"),
        ("paragraph_prev", 1, "one\n\n|two", "|one\n\ntwo"),
        ("section_next", 1, "|a\n\n# B\n\nc\n\n## D", "a\n\n|# B\n\nc\n\n## D"),
        ("section_next", 2, "|a\n\n# B\n\nc\n\n## D", "a\n\n# B\n\nc\n\n|## D"),
        ("section_prev", 1, "a\n\n# B\n\nc|", "a\n\n|# B\n\nc"),
        ("section_prev", 1, "a\n\n|# B", "|a\n\n# B"),
        ("quotation_next", 1, "|He said “no” and “yes”", "He said |“no” and “yes”"),
        ("quotation_next", 1, "He “no|”\n\nand “yes”", "He “no”\n\nand |“yes”"),
        ("quotation_prev", 1, "He said “no” and “yes|”", "He said “no” and |“yes”"),
        ("document_end", 1, "|a\n\nb", "a\n\nb|"),
        ("document_start", 1, "a\n\nb|", "|a\n\nb"),
    ],
)
def test_moving(name, count, before, after):
    assert moved(name, before, count) == after


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("row_start", "aaa b|b ccc", "aaa |bb ccc"),
        ("row_end", "|aaa bb ccc", "aa|a bb ccc"),
        ("row_end", "aaa bb |ccc", "aaa bb ccc|"),
        ("right", "aa|a   bb", "aaa|   bb"),
        ("right", "aaa|   bb", "aaa   |bb"),
        ("left", "aaa   |bb", "aaa|   bb"),
        ("right", "aaa|abbb", "aaaa|bbb"),
        ("left", "aaaa|bbb", "aaa|abbb"),
    ],
)
def test_moving_on_rows_of_four_cells(name, before, after):
    assert moved(name, before, width=4) == after


@pytest.mark.parametrize(
    ("name", "count", "before", "after"),
    [
        ("sentence_next", 1, "One |here. Two here.", "One [here.|] Two here."),
        ("sentence_next", 2, "One |here. Two here.", "One [here. Two here.|]"),
        ("sentence_next", 1, "One [here.|] Two here.", "One [here. Two here.|]"),
        ("sentence_prev", 1, "One [here. Two here.|]", "One [here.|] Two here."),
        ("sentence_prev", 1, "One [here.|] Two here.", "One |here. Two here."),
        ("sentence_prev", 2, "One [here.|] Two here.", "[|One ]here. Two here."),
        ("sentence_next", 1, "Two |here.\n\nThree.", "Two [here.|]\n\nThree."),
        ("word_next", 1, "|one two", "[one|] two"),
        ("word_next", 2, "[one|] two, three four", "[one two, three|] four"),
        ("word_prev", 2, "[one two three|]", "[one|] two three"),
        ("word_prev", 1, "one |two", "[|one ]two"),
        ("word_next", 1, "[|one two ]three", "one [|two ]three"),
        ("word_next", 1, "one [|two ]three", "one two |three"),
        ("word_end", 1, "|one two", "[one|] two"),
        ("word_end", 1, "[one|] two", "[one two|]"),
        ("paragraph_next", 1, "one |two\n\nthree", "one [two|]\n\nthree"),
        ("section_next", 1, "# A\n\n|b\n\n# C", "# A\n\n[b|]\n\n# C"),
        ("quotation_next", 1, "|He “no” “yes”", "[He “no”|] “yes”"),
        ("right", 1, "[a|]e\u0301", "[ae\u0301|]"),
        ("document_end", 1, "a|b\n\nc", "a[b\n\nc|]"),
    ],
)
def test_extending_takes_units_whole(name, count, before, after):
    assert extended(name, before, count) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [("|aaaabbb", "[aaaa|]bbb"), ("[aaaa|]bbb", "[aaaa|]bbb"), ("[aaaab|]bb", "[aaaabbb|]")],
)
def test_extending_to_the_end_of_a_row_stays_on_it(before, after):
    assert extended("row_end", before, width=4) == after


@pytest.mark.parametrize(
    ("count", "before", "after"),
    [
        (1, "abc|d e\n\nfgh ij kl", "abcd e\n\nfgh| ij kl"),
        (2, "abc|d e\n\nfgh ij kl", "abcd e\n\nfgh ij kl|"),
        (-1, "abcd e\n\nf|gh ij kl", "a|bcd e\n\nfgh ij kl"),
        (-9, "abcd e\n\nfgh ij k|l", "a|bcd e\n\nfgh ij kl"),
        (9, "abcd |e", "abcd |e"),
    ],
)
def test_rows_are_counted_without_the_blank_ones_and_keep_their_column(count, before, after):
    string, selection = marked.parse(before)
    layout = marked.layout(string, 6)
    column = motion.column(layout, selection.head)
    head = motion.by_rows(layout.text, layout, selection.head, count, column)
    assert marked.show(string, selection.move(head)) == after


def test_nothing_moves_in_a_text_without_blocks():
    layout = marked.layout("")
    for name, move in motion.MOTIONS.items():
        assert move(layout.text, layout, 0, 3) == 0
        assert motion.extend(name, layout.text, layout, Selection(0, 0), 1) == 0
    assert motion.by_rows(layout.text, layout, 0, 3, 0) == 0


PIECES = st.sampled_from(
    [
        "one",
        "two.",
        " ",
        " ",
        "\n\n",
        "\n",
        "# ",
        "“",
        "”",
        "’",
        "e\u0301",
        "👨‍👩‍👧",
        "🇩🇪",
        "漢字。",
        "か\u3099",
        "नमस्ते",
        "שלום",
        "\u00ad",
        "\u200b",
    ]
)
STRINGS = st.lists(PIECES, max_size=15).map("".join)
NAMES = st.sampled_from(sorted(motion.MOTIONS))
BACK = {"left", "row_start", "document_start"}


def caret(layout, data) -> int:
    offsets = [offset for block in layout.text.blocks for offset in range(block.start, block.end + 1)] or [0]
    return cells.snap(layout.text.string, data.draw(st.sampled_from(offsets)))


@given(STRINGS, NAMES, st.integers(1, 12), st.data())
def test_a_motion_stays_inside_goes_its_way_and_never_splits_a_cluster(string, name, width, data):
    layout = marked.layout(string, width)
    head = caret(layout, data)
    once = motion.MOTIONS[name](layout.text, layout, head, 1)
    assert 0 <= once <= len(string)
    assert cells.snap(string, once) == once
    if name not in {"row_end", "document_end"}:
        assert (once <= head) if name in BACK or name.endswith("prev") else (once >= head)
    if not name.startswith("row"):
        assert motion.MOTIONS[name](layout.text, layout, once, 1) == motion.MOTIONS[name](layout.text, layout, head, 2)


@given(STRINGS, NAMES, st.integers(1, 12), st.data())
def test_extending_step_by_step_is_extending_by_a_count(string, name, width, data):
    layout = marked.layout(string, width)
    anchor, head = caret(layout, data), caret(layout, data)
    one = motion.extend(name, layout.text, layout, Selection(anchor, head), 1)
    assert cells.snap(string, one) == one
    if not name.startswith("row"):
        two = motion.extend(name, layout.text, layout, Selection(anchor, one), 1)
        assert two == motion.extend(name, layout.text, layout, Selection(anchor, head), 2)
