"""Where an annotation stands, worked out once for each stretch in which it is the same."""

from __future__ import annotations

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from storage import readers
from storage.model import Annotation, Range
from storage.places import NOWHERE, Places
from storage.speakers import Turns

TALK = "\n\n".join(
    f"# Part {part}\n\n" + "\n\n".join(f"{who}: They said {what} of it." for who in ("ANNA", "BORIS") for what in "abc")
    for part in range(4)
)


@cache
def _places(form: str) -> tuple[Places, int]:
    text = readers.parse_here(TALK.encode(), f"talk.{form}")
    return Places(text), len(text)


@given(st.sampled_from(["txt", "md"]), st.data())
def test_a_stretch_says_of_each_offset_what_is_said_of_it_alone(form: str, data: st.DataObject) -> None:
    places, length = _places(form)
    offsets = data.draw(st.lists(st.integers(0, length + 5), min_size=1, max_size=40))
    found = places.of_each([Annotation("u", "d", ranges=(Range(one, one + 1),)) for one in offsets])
    for offset, place in zip(offsets, found, strict=True):
        turn = places.turns.at(offset)
        assert place[:3] == places.at(offset)[:3]
        assert place.speaker == (turn.speaker if turn else "")


def test_the_talk_has_turns_and_sections() -> None:
    text = readers.parse_here(TALK.encode(), "talk.md")
    assert Turns.of(text).turns
    assert len(text.sections) == 4


def test_what_stands_in_another_version_or_nowhere_has_no_place() -> None:
    places, _ = _places("txt")
    there = Annotation("u", "d", ranges=(Range(3, 5),))
    others = [there._replace(text="0" * 64), there._replace(state="orphan"), there._replace(ranges=())]
    assert places.of_each(others) == [NOWHERE] * 3
    assert places.of(there) != NOWHERE
