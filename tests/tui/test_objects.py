"""Text objects, written as marked strings: the caret before, the object after."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.model import Range
from tests import marked
from tests.tui.test_motion import STRINGS
from tui.reading import cells, units
from tui.reading.objects import OBJECTS, grow, highlight, section


def selected(found, before: str, count: int = 1, *, around: bool = False) -> str | None:
    string, selection = marked.parse(before)
    one = found(marked.text(string), selection.head, count, around)
    return None if one is None else marked.show(string, one)


@pytest.mark.parametrize(
    ("key", "count", "around", "before", "after"),
    [
        ("w", 1, False, "the qu|ick fox", "the [quick|] fox"),
        ("w", 2, False, "the qu|ick fox.", "the [quick fox|]."),
        ("w", 1, True, "the qu|ick fox", "the [quick |]fox"),
        ("w", 1, True, "the fo|x", "the[ fox|]"),
        ("w", 1, False, "one|, two", "[one|], two"),
        ("w", 1, False, "one, | two", "one,  [two|]"),
        ("w", 1, False, "one …|", "[one|] …"),
        ("w", 1, False, "Maduro|’s own", "[Maduro’s|] own"),
        ("w", 1, False, "漢|字", "漢[字|]"),
        ("w", 1, False, "caf|e\u0301 x", "[cafe\u0301|] x"),
        ("w", 1, False, "| — ", None),
        ("s", 1, False, "One. T|wo here. Three.", "One. [Two here.|] Three."),
        ("s", 1, True, "One. T|wo here. Three.", "One. [Two here. |]Three."),
        ("s", 1, True, "One. T|wo here.", "One.[ Two here.|]"),
        ("s", 2, False, "One. T|wo here.\n\nThree.", "One. [Two here.\n\nThree.|]"),
        ("s", 1, False, "彼は来た。私も|来た。", "彼は来た。[私も来た。|]"),
        ("p", 1, False, "one\n\nt|wo two\n\nthree", "one\n\n[two two|]\n\nthree"),
        ("p", 1, True, "one\n\nt|wo two\n\nthree", "one\n\n[two two\n\n|]three"),
        ("p", 2, False, "one\n\nt|wo\n\nthree", "one\n\n[two\n\nthree|]"),
        ("p", 9, True, "one\n\nt|wo\n\nthree", "one\n\n[two\n\nthree|]"),
        ("q", 1, False, "said “it. |Was” so", "said “[it. Was|]” so"),
        ("q", 1, True, "said “it. |Was” so", "said [“it. Was”|] so"),
        ("q", 1, True, "said |“it” so", "said [“it”|] so"),
        ("q", 1, False, "« no|n »", "« [non|] »"),
        ("q", 1, False, "“a ‘b|c’ d”", "“a ‘[bc|]’ d”"),
        ("q", 2, False, "“a ‘b|c’ d”", "“[a ‘bc’ d|]”"),
        ("q", 1, False, "‘do|n’t’", "‘[don’t|]’"),
        ("q", 1, False, "said “it”| so", None),
        ("q", 3, False, "“a ‘b|c’ d”", None),
        ("q", 1, False, "“|”", None),
        ("q", 1, False, "“open|", None),
        ("q", 1, False, "“a|\n\nb”", None),
    ],
)
def test_objects(key, count, around, before, after):
    assert selected(OBJECTS[key], before, count, around=around) == after


@pytest.mark.parametrize(
    ("count", "around", "before", "after"),
    [
        (1, True, "# A\n\nb\n\n## C\n\n|d\n\n# E", "# A\n\nb\n\n[## C\n\nd|]\n\n# E"),
        (1, False, "# A\n\nb\n\n## C\n\n|d\n\n# E", "# A\n\nb\n\n## C\n\n[d|]\n\n# E"),
        (2, True, "# A\n\nb\n\n## C\n\n|d\n\n# E", "[# A\n\nb\n\n## C\n\nd|]\n\n# E"),
        (3, True, "# A\n\n## C\n\n|d", None),
        (1, False, "# A|", None),
        (1, True, "a|\n\n# B", None),
    ],
)
def test_sections(count, around, before, after):
    assert selected(section, before, count, around=around) == after


@pytest.mark.parametrize(
    ("string", "quotations"),
    [
        ("“yes. No.” and “no”", ["“yes. No.”", "“no”"]),
        ('say "one" and "two", 5" wide', ['"one"', '"two"']),
        ('a "lost mark and "one"', ['"one"']),
        ("„Zitat“ »noch« ›eins‹ ‚und‘", ["„Zitat“", "»noch«", "›eins‹", "‚und‘"]),
        ("„cytat” i ”citat”", ["„cytat”", "”citat”"]),
        ("« a « b » c »", ["« a « b » c »", "« b »"]),
        ("「彼は『はい』と」", ["「彼は『はい』と」", "『はい』"]),
        ("他说“你好。”", ["“你好。”"]),
        ("‘the boys’ toys are here,’ she said", ["‘the boys’ toys are here,’"]),
        ("rock ’n’ roll, ’tis the dogs’ day", []),
        ("“a ‘b” c", ["“a ‘b”"]),
        ("closed” but not opened, then “so”", ["“so”"]),
    ],
)
def test_quotation_marks_find_their_partners(string, quotations):
    text = marked.text(string)
    assert [string[start:end] for start, end in units.quotations(text, 0)] == quotations


def test_growing_goes_from_the_word_to_the_document():
    string, caret = marked.parse("# A\n\nOne here. Two |here.\n\nThree.\n\n# B")
    text, steps, grown = marked.text(string), [], Range(*caret)
    for _ in range(6):
        grown = grow(text, grown)
        steps.append(string[slice(*grown)])
    assert steps == ["here", "Two here.", "One here. Two here.", string[:-5], string, string]


def test_growing_a_selection_over_borders_takes_in_all_it_touches():
    string, selection = marked.parse("One of [them. Two of|] them. Three.")
    assert marked.show(string, grow(marked.text(string), (selection.start, selection.end))) == (
        "[One of them. Two of them.|] Three."
    )


def test_the_innermost_highlight_is_the_shortest():
    assert highlight([(0, 9), (2, 6), (5, 9)], 5) == (2, 6) or highlight([(0, 9), (2, 6), (5, 9)], 5) == (5, 9)
    assert highlight([(0, 9), (2, 5)], 3) == (2, 5)
    assert highlight([(0, 9), (2, 5)], 9) is None


@given(STRINGS, st.sampled_from(sorted(OBJECTS)), st.integers(1, 3), st.booleans(), st.data())
def test_an_object_is_inside_the_text_and_made_of_whole_clusters(string, key, count, around, data):
    at = cells.snap(string, data.draw(st.integers(0, len(string))))
    found = OBJECTS[key](marked.text(string), at, count, around)
    if found is not None:
        assert 0 <= found.start < found.end <= len(string)
        assert [cells.snap(string, offset) for offset in found] == list(found)


@given(STRINGS, st.data())
def test_growing_never_loses_what_it_had_and_ends(string, data):
    text = marked.text(string)
    start = data.draw(st.integers(0, len(string)))
    grown = (start, data.draw(st.integers(start, len(string))))
    for _ in range(30):
        before, grown = grown, grow(text, grown)
        assert grown[0] <= before[0]
        assert grown[1] >= before[1]
        if grown == before:
            return
    pytest.fail("it grows for ever")


@given(STRINGS)
def test_words_are_whole_clusters_with_a_letter_or_digit(string):
    text = marked.text(string)
    found = [one for index in range(len(text.blocks)) for one in units.words(text, index)]
    assert found == sorted(found)
    for start, end in found:
        assert any(map(str.isalnum, string[start:end]))
        assert cells.snap(string, start) == start
        assert cells.snap(string, end) == end
