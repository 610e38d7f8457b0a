import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import codec, records, stored
from storage.model import NO_VALUES, Annotation, Range
from storage.reading import reading_order
from tests.storage.test_records import annotations

UUID = "09ef8aab-0000-4000-8000-000000000000"
WHOLE = records.annotation_record(Annotation(UUID, "d", "c", (Range(1, 5),), "that", note="n", tags=("t",)))

odd: Any = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
"""Whatever another program may put anywhere."""


def _both(record: dict[str, Any]) -> tuple[Annotation, Annotation]:
    data = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
    return stored.annotation(data), records.annotation(codec.loads(data))


def _kinds(annotation: Annotation) -> list[type]:
    return [type(value) for value in annotation] + [type(one) for one in annotation.ranges]


@given(annotations)
def test_annotations_are_the_same_as_by_their_records(annotation: Annotation) -> None:
    sealed = codec.sealed(records.annotation_record(annotation))
    assert stored.annotation(sealed) == stored.annotation(sealed.json) == records.annotation(sealed)


@given(st.sampled_from(sorted(set(WHOLE) - {"uuid"})), odd)
def test_another_programs_value_in_a_record_is_taken_as_ever(name: str, value: Any) -> None:
    ours, theirs = _both({**WHOLE, name: value})
    assert (ours, _kinds(ours)) == (theirs, _kinds(theirs))


@given(st.sampled_from(sorted(WHOLE["anchor"])), odd)
def test_another_programs_value_in_an_anchor_is_taken_as_ever(name: str, value: Any) -> None:
    ours, theirs = _both({**WHOLE, "anchor": {**WHOLE["anchor"], name: value}})
    assert (ours, _kinds(ours)) == (theirs, _kinds(theirs))


@pytest.mark.parametrize(
    "changes",
    [
        {"ranges": [[1.0, 5]]},
        {"ranges": [[True, 5]]},
        {"ranges": [[1, 5], [7]]},
        {"ranges": [[1, 5, 9]]},
        {"tags": [5]},
        {"fields": {"sure": True, "n": 1, "x": 1.5, "none": None}},
        {"links": [{"to": "a", "type": 5}, "no link"]},
        {"alternatives": [{"field": "note", "value": [1], "dot": ["d", 4]}, {}]},
        {"anchor": {**WHOLE["anchor"], "confidence": 1}},
        {"anchor": {**WHOLE["anchor"], "confidence": 2.5}},
        {"anchor": {**WHOLE["anchor"], "confidence": True}},
        {"anchor": {}, "ranges": []},
    ],
)
def test_what_is_no_more_than_nearly_right_is_taken_as_ever(changes: dict[str, Any]) -> None:
    ours, theirs = _both({**WHOLE, **changes})
    assert (ours, _kinds(ours)) == (theirs, _kinds(theirs))


def test_what_is_missing_in_a_record_is_empty() -> None:
    for name in set(WHOLE) - {"uuid"}:
        ours, theirs = _both({key: value for key, value in WHOLE.items() if key != name})
        assert ours == theirs


@given(st.lists(annotations, max_size=5), st.booleans())
def test_they_come_in_reading_order(some: list[Annotation], odd: bool) -> None:
    made = [codec.sealed({**records.annotation_record(one), **({"created": None} if odd else {})}) for one in some]
    cells = [one.json for one in made]
    assert list(stored.in_order(cells)) == sorted(map(records.annotation, made), key=reading_order)


def test_a_record_of_ours_is_not_made_in_the_slow_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(records, "annotation")
    made = stored.annotation(codec.sealed(WHOLE))
    assert (made.uuid, made.ranges, made.fields) == (UUID, (Range(1, 5),), NO_VALUES)
