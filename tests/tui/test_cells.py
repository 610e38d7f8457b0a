"""Cell widths and grapheme clusters, against wcwidth's own segmentation."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from wcwidth import iter_graphemes

from tui.reading import cells

ODD = "ab \n’—\u0301\u200d\ufe0f\ufe0e👍🏽🇩🇪❤⌚👨👩한\u1112\u1161\u11ab漢。か\u3099क्\u093fषนี้اש\u00ad\u200b\u0600"
strings = st.text(st.sampled_from(ODD) | st.characters(exclude_categories=["Cs"]), max_size=20)


@pytest.mark.parametrize(
    ("string", "expected"),
    [
        ("", 0),
        ("Maduro’s – “yes”…", 17),
        ("Привет, Ωμέγα", 13),
        ("e\u0301", 1),
        ("漢字かな", 8),
        ("👨‍👩‍👧", 2),
        ("🇩🇪🇫🇷", 4),
        ("❤️", 2),
        ("❤", 1),
        ("한", 2),
        ("שלום", 4),
        ("a\u200bb", 2),
        ("\x1b\x07", 0),
    ],
)
def test_width(string, expected):
    assert cells.width(string) == expected


@example("\r\n")
@given(strings)
def test_clusters_agree_with_the_standard_from_every_offset(string):
    borders = [0]
    for cluster in iter_graphemes(string):
        borders.append(borders[-1] + len(cluster))
    for offset in range(len(string)):
        start = max(border for border in borders if border <= offset)
        assert cells.snap(string, offset) == start
        assert cells.prev_grapheme(string, offset + 1) == start
        assert cells.next_grapheme(string, offset) == min(border for border in borders if border > offset)


@given(strings, st.integers(0, 30))
def test_cut_takes_the_most_whole_clusters_that_fit(string, room):
    taken = cells.cut(string, room)
    assert cells.snap(string, taken) == taken
    assert cells.width(string[:taken]) <= room
    if taken < len(string):
        assert cells.width(string[: cells.next_grapheme(string, taken)]) > room


@given(strings, strings)
def test_width_is_the_sum_over_clusters(one, other):
    both = one + "\n" + other
    assert cells.width(both) == sum(map(cells.width, cells.graphemes(both)))
    assert cells.width(both) == cells.width(one) + cells.width(other)


@pytest.mark.parametrize("offset", [1, 2, 4_001, 5_999])
def test_a_flag_deep_inside_a_long_run_of_flags(offset):
    assert cells.snap("🇩🇪" * 3_000, offset) == offset // 2 * 2


def test_a_cluster_longer_than_the_window_is_one():
    string = "b" + "a" + "\u0301" * 3_000 + "b"
    assert cells.snap(string, 1_500) == 1
    assert cells.next_grapheme(string, 5) == 3_002


@pytest.mark.parametrize("offset", [-5, 0, 3, 9])
def test_offsets_outside_stay_inside(offset):
    for found in (cells.snap("abc", offset), cells.prev_grapheme("abc", offset), cells.next_grapheme("abc", offset)):
        assert 0 <= found <= 3
