"""Two versions of a passage as one text in which both can be read."""

from hypothesis import given, settings
from hypothesis import strategies as st

from storage.changes import ADDED, REMOVED, SAME, compare


def told(before, after, was=(0, 0), now=(0, 0)):
    pieces = compare(before, after, was, now)
    signs = {SAME: "{}", REMOVED: "[-{}-]", ADDED: "[+{}+]"}
    return "".join(signs[piece.kind].format(piece.string) for piece in pieces)


def test_words_that_went_and_words_that_came():
    assert told("The old bridge is closed.", "The bridge is now closed.") == "The[- old-] bridge is[+ now+] closed."
    assert told("Same words.", "Same\nwords.") == "Same\nwords."
    assert told("", "New.") == "[+New.+]"
    assert told("Old.", "") == "[-Old.-][- -]"


def test_the_passage_is_marked_in_both():
    pieces = compare("It is so: the old bridge.", "It is so: the bridge.", (10, 24), (10, 20))
    assert "".join(piece.string for piece in pieces if piece.marked) == "the old bridge"
    assert next(piece for piece in pieces if piece.kind == REMOVED).marked


@settings(max_examples=100, derandomize=True)
@given(st.text("ab .", max_size=40), st.text("ab .", max_size=40))
def test_both_versions_can_be_read_from_it(before, after):
    pieces = compare(before, after, (0, 0), (0, 0))
    old = "".join(piece.string for piece in pieces if piece.kind != ADDED)
    new = "".join(piece.string for piece in pieces if piece.kind != REMOVED)
    assert "".join(old.split()) == "".join(before.split())
    assert "".join(new.split()) == "".join(after.split())
