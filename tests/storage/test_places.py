"""Where an annotation stands, worked out once for each stretch in which it is the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import readers
from storage.model import Annotation, Range
from storage.places import NOWHERE, Places

TALK = "\n\n".join(
    f"# Part {part}\n\n" + "\n\n".join(f"{who}: They said {what} of it." for who in ("ANNA", "BORIS") for what in "abc")
    for part in range(4)
)


@pytest.fixture(scope="module")
def places() -> dict[str, Places]:
    """Return the places of a talk in plain text, where it has turns, and in Markdown, where it has sections."""
    return {form: Places(readers.parse_here(TALK.encode(), f"talk.{form}")) for form in ("txt", "md")}


@given(st.sampled_from(["txt", "md"]), st.lists(st.integers(0, len(TALK)), min_size=1, max_size=40))
def test_a_stretch_says_of_each_offset_what_is_said_of_it_alone(
    places: dict[str, Places], form: str, offsets: list[int]
) -> None:
    there = places[form]
    found = there.of_each([Annotation("u", "d", ranges=(Range(one, one + 1),)) for one in offsets])
    for offset, place in zip(offsets, found, strict=True):
        turn = there.turns.at(offset)
        assert place[:3] == there.at(offset)[:3]
        assert place.speaker == (turn.speaker if turn else "")


def test_the_talk_has_turns_and_sections(places: dict[str, Places]) -> None:
    assert places["txt"].turns.turns
    assert places["md"].at(len(TALK) // 2).sections


def test_what_stands_in_another_version_or_nowhere_has_no_place(places: dict[str, Places]) -> None:
    passage = Annotation("u", "d", ranges=(Range(3, 5),))
    others = [passage._replace(text="0" * 64), passage._replace(state="orphan"), passage._replace(ranges=())]
    assert places["txt"].of_each(others) == [NOWHERE] * 3
    assert places["txt"].of(passage) != NOWHERE
