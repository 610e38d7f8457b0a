from hypothesis import given
from hypothesis import strategies as st

from storage.text import Block, Text
from tui.reading.hints import LETTERS, SINGLE, labels, narrowed, place_labels, sentence_starts, word_starts


@given(st.integers(0, 400))
def test_no_label_begins_another_and_none_is_longer_than_two(count):
    made = labels(count)
    assert len(made) == min(count, SINGLE + (len(LETTERS) - SINGLE) * len(LETTERS))
    assert all(len(label) <= 2 for label in made)
    assert not any(one != other and other.startswith(one) for one in made for other in made)


@given(st.sets(st.integers(0, 5000), max_size=100), st.integers(0, 5000))
def test_the_nearest_places_have_the_shortest_labels(offsets, near):
    places = place_labels(offsets, near)
    assert set(places.values()) == offsets
    shortest = [abs(offset - near) for label, offset in places.items() if len(label) == 1]
    longer = [abs(offset - near) for label, offset in places.items() if len(label) == 2]
    assert not longer or max(shortest) <= min(longer)


def test_typing_narrows():
    assert narrowed({"a": 1, "sd": 2, "sf": 3}, "s") == {"sd": 2, "sf": 3}


def test_sentences_and_words_on_screen():
    text = Text("One two. Ändert alles. an apple", [Block(0, 31)])
    assert sentence_starts(text, [0], 0, 31) == [0, 9, 23]
    assert word_starts(text, [0], 0, 31, "a") == [9, 16, 23, 26]
    assert word_starts(text, [0], 10, 31, "a") == [16, 23, 26]
