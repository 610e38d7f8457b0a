"""Finding a quoted passage again without the text it was taken from."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.anchor import Anchor, make
from storage.fuzzy import MIN_FUZZY, candidates, locate_fuzzy

FILLER = "Trains ran late all week. Shops along the quay stayed shut. A choir sang in the square at noon. "
LEAD = "The council closed the old bridge on Monday because the river had risen."
EDITED = "The council has closed the old stone bridge since Monday because the river had risen."
CHINESE = "市议会星期一关闭了旧桥因为河水上涨。"


def anchored(text, passage):
    start = text.index(passage)
    return make(text, start, start + len(passage))


def quoted(string, anchor):
    place = locate_fuzzy(string, anchor)
    return place and string[place[0] : place[1]]


def test_the_same_words_are_found_first():
    anchor = anchored(FILLER + LEAD + FILLER, LEAD)
    new = "Something new. " + FILLER + LEAD + FILLER
    assert locate_fuzzy(new, anchor) == (new.index(LEAD), new.index(LEAD) + len(LEAD), 1.0)


def test_an_edited_passage_is_found_by_what_is_left_and_scores_less():
    anchor = anchored(FILLER + LEAD + FILLER, LEAD)
    new = "Something new. " + FILLER + EDITED + " " + FILLER
    place = locate_fuzzy(new, anchor)
    assert place
    assert new[place[0] : place[1]] == EDITED
    assert MIN_FUZZY <= place[2] < 1


def test_a_passage_that_is_gone_is_not_found():
    anchor = anchored(FILLER + LEAD + FILLER, LEAD)
    assert locate_fuzzy("Nothing of the kind was ever written in these pages. " * 20, anchor) is None
    assert locate_fuzzy("", anchor) is None


def test_a_quote_without_context_as_imports_have_it():
    new = FILLER * 3 + EDITED + " " + FILLER * 3
    assert quoted(new, Anchor(0, len(LEAD), LEAD, "", "")) == EDITED


def test_of_equal_places_the_nearest_to_the_old_position():
    new = FILLER + EDITED + " " + FILLER * 6 + EDITED + " " + FILLER
    last = new.rindex(EDITED)
    place = locate_fuzzy(new, Anchor(last + 3, last + 3 + len(LEAD), LEAD, "", ""))
    assert place
    assert place[0] == last


def test_a_scanned_quote_is_found_letter_by_letter():
    scanned = "The councll cl0sed theold br1dge onMonday becausethe rlver hadrisen."
    new = "An entirely other beginning of some page. " * 3 + LEAD + " And an end."
    place = locate_fuzzy(new, Anchor(0, len(scanned), scanned, "", ""))
    assert place
    assert LEAD[4:-4] in new[place[0] : place[1] + 4]
    assert place[2] < 1


@pytest.mark.parametrize("passage", [CHINESE, "สภาเมืองปิดสะพานเก่าในวันจันทร์เพราะแม่น้ำสูงขึ้น"])
def test_scripts_without_spaces(passage):
    rng = random.Random(1)  # the same text at every run, nothing secret
    before, after = ("".join(rng.choices(sorted(set(passage)), k=60)) for _ in range(2))
    edited = passage[:6] + passage[8:]
    assert quoted("xyz" + before + edited + after, anchored(before + passage + after, passage)) == edited


@settings(max_examples=60, derandomize=True)
@given(st.text("abc d.", max_size=60), st.text("abc d.", min_size=1, max_size=60), st.data())
def test_what_is_found_is_a_range_of_the_text(new, old, data):
    start = data.draw(st.integers(0, len(old) - 1))
    anchor = make(old, start, data.draw(st.integers(start + 1, len(old))))
    place = locate_fuzzy(new, anchor)
    if place:
        assert 0 <= place[0] < place[1] <= len(new)
        assert MIN_FUZZY <= place[2] <= 1


def test_candidates_come_best_first_and_do_not_overlap():
    string = FILLER + "The council met on Monday. " + FILLER + EDITED + " " + FILLER
    found = candidates(string, Anchor(0, len(LEAD), LEAD, "", ""))
    assert string[found[0][0] : found[0][1]] == EDITED
    assert [place[2] for place in found] == sorted((place[2] for place in found), reverse=True)
    assert all(a[1] <= b[0] or b[1] <= a[0] for a in found for b in found if a is not b)


def test_nothing_like_it_has_no_candidates():
    assert candidates("Nothing of it was ever written.", Anchor(0, 12, "zzz yyy xxxx", "", "")) == []
    assert candidates("", Anchor(0, 12, "zzz yyy xxxx", "", "")) == []
