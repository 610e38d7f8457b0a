import copy
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import identity
from storage.codec import Record, Tables, checksum, sealed
from storage.dots import SHAPES, alternatives, as_dots, as_seen, resolved
from storage.joining import State, _elements
from storage.merge import Merged, merge, restored
from storage.sealing import Sealer
from storage.summary import summary
from storage.transactions import Changes
from storage.twins import EMPTY
from tests.storage.devices import applied, merged

A, B, C = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "abc")
KEY = identity.doc_id(A)


def written(tables: Tables, device: str, stamp: int, table: str, record: Record) -> Tables:
    old = tables.get(table, {}).get(identity.doc_id(record["uuid"]), {})
    changes: Changes = {table: {identity.doc_id(record["uuid"]): {**old, **record}}}
    return applied(tables, Sealer(tables, device, stamp).seal(changes))


def removed(tables: Tables, device: str, stamp: int, table: str, uuid: str) -> Tables:
    return applied(tables, Sealer(tables, device, stamp).seal({table: {identity.doc_id(uuid): None}}))


def forgotten(tables: Tables, device: str, stamp: int, uuid: str) -> Tables:
    made = removed(tables, device, stamp, "documents", uuid)
    grave = made["tombstones"][identity.doc_id(uuid)]
    return applied(made, {"tombstones": {identity.doc_id(uuid): sealed({**grave, "forgotten": True})}})


def only(tables: Tables, table: str) -> Record:
    (record,) = tables[table].values()
    return record


def annotation(**values: object) -> Record:
    return {"uuid": A, "document": B, "note": "", "tags": [], "ranges": [], "anchor": {}, **values}


BASE = written({}, "a", 1, "annotations", annotation(note="first", tags=["t"], ranges=[[1, 2]]))


def test_notes_written_at_the_same_time_are_both_kept() -> None:
    one = written(BASE, "a", 5, "annotations", annotation(note="mine"))
    two = written(BASE, "b", 5, "annotations", annotation(note="yours"))
    both = merged(one, two)
    assert both == merged(two, one)
    assert only(both, "annotations")["note"] == "yours"
    assert only(both, "annotations")["alternatives"] == [{"field": "note", "value": "mine", "dot": ["a", 5]}]


def test_the_same_note_written_twice_is_one() -> None:
    one = written(BASE, "a", 5, "annotations", annotation(note="same"))
    two = written(BASE, "b", 4, "annotations", annotation(note="same"))
    record = only(merged(one, two), "annotations")
    assert record["alternatives"] == []
    assert record["dots"]["note"] == [["b", 4], ["a", 5]]
    after = written(merged(one, two), "c", 9, "annotations", {"uuid": A, "note": "new"})
    assert only(merged(after, two), "annotations")["alternatives"] == []


@pytest.mark.parametrize("chosen", ["mine", "yours"])
def test_a_choice_among_alternatives_ends_them_everywhere(chosen: str) -> None:
    one = written(BASE, "a", 5, "annotations", annotation(note="mine"))
    two = written(BASE, "b", 5, "annotations", annotation(note="yours"))
    both = merged(one, two)
    settled = written(
        both, "a", 9, "annotations", resolved(SHAPES["annotations"], only(both, "annotations"), "note", chosen)
    )
    for other in (one, two, both):
        record = only(merged(other, settled), "annotations")
        assert (record["note"], record["alternatives"]) == (chosen, [])


def test_an_alternative_added_by_an_edit_stays_beside_it() -> None:
    kept = {"field": "note", "value": "of the backup"}
    edited = written(BASE, "b", 5, "annotations", annotation(note="edited", alternatives=[kept, {**kept, "value": 3}]))
    record = only(merged(BASE, edited), "annotations")
    assert record["note"] == "edited"
    assert [other["value"] for other in record["alternatives"]] == [3, "of the backup"]
    again = only(merged(written(BASE, "c", 4, "annotations", {"uuid": A, "color": "red"}), edited), "annotations")
    assert (again["note"], again["alternatives"]) == ("edited", record["alternatives"])


def test_what_was_removed_does_not_return_and_what_was_missed_comes() -> None:
    one = written(BASE, "a", 5, "annotations", annotation(note="first", tags=[], ranges=[[1, 2]]))
    two = written(BASE, "b", 6, "annotations", annotation(note="first", tags=["t", "u"], ranges=[[1, 2]]))
    assert only(merged(one, two), "annotations")["tags"] == ["u"]


def test_a_deletion_holds_against_what_it_knew() -> None:
    gone = removed(BASE, "b", 5, "annotations", A)
    assert "annotations" not in merged(BASE, gone)
    assert merged(gone, BASE) == gone
    assert merge(gone, BASE).changes == {}


def test_an_edit_at_the_same_time_brings_a_record_back_whole() -> None:
    gone = removed(BASE, "b", 5, "annotations", A)
    edited = written(BASE, "a", 3, "annotations", {"uuid": A, "note": "edited"})
    found = merge(gone, edited)
    assert summary(found) == "1 annotation added; 1 annotation brought back."
    back = applied(gone, found.changes)
    assert (only(back, "annotations")["note"], only(back, "annotations")["tags"]) == ("edited", [])
    (revived,) = found.revived
    whole = written(back, "b", 6, "annotations", restored(only(back, "annotations"), revived))
    record = only(merged(edited, whole), "annotations")
    assert (record["note"], record["tags"], record["ranges"]) == ("edited", ["t"], [[1, 2]])
    assert "tombstones" not in merged(edited, whole)


def test_a_record_brought_back_goes_when_nothing_of_it_is_left() -> None:
    gone = removed(BASE, "b", 5, "annotations", A)
    edited = written(BASE, "a", 3, "annotations", {"uuid": A, "note": "edited"})
    emptied = written(edited, "c", 7, "annotations", {"uuid": A, "note": "", "tags": [], "ranges": []})
    assert "annotations" in merged(BASE, emptied)
    assert merged(merged(edited, gone), emptied) == merged(edited, merged(gone, emptied))
    assert "annotations" not in merged(merged(edited, gone), emptied)


def test_what_was_removed_stays_so_though_a_later_state_has_it() -> None:
    """No edit makes such a state; a device that lost its stamps and took its old name does."""
    removed_here: Tables = {"annotations": {KEY: {"uuid": A, "note": "", "dots": {}, "seen": {"a": 5}}}}
    there = {"uuid": A, "note": "old", "dots": {"note": ["a", 1]}, "seen": {"a": 5, "b": 9}}
    assert only(merged(removed_here, {"annotations": {KEY: there}}), "annotations")["note"] == ""


def test_undo_of_a_deletion_holds_against_the_deletion() -> None:
    gone = removed(BASE, "a", 5, "annotations", A)
    back = written(gone, "a", 6, "annotations", {**only(BASE, "annotations"), "dots": {}})
    for other in (gone, BASE):
        record = only(merged(other, back), "annotations")
        assert (record["note"], record["tags"]) == ("first", ["t"])


def test_the_forgotten_never_comes_back() -> None:
    home = written(BASE, "a", 2, "documents", {"uuid": B, "texts": ["h"]})
    home = written(home, "a", 3, "bookmarks", {"uuid": C, "document": B, "name": "x"})
    gone = forgotten(home, "a", 5, B)
    later = written(home, "b", 99, "documents", {"uuid": B, "title": "edited later"})
    later = written(later, "b", 99, "annotations", {"uuid": A, "note": "written later"})
    position = {"uuid": A, "document": B, "device": "b", "stamp": 99}
    later = written(later, "b", 99, "positions", position)
    both = merged(gone, later)
    assert both == merged(later, gone)
    assert set(both) == {"meta", "tombstones"}
    assert both["tombstones"][identity.doc_id(B)]["forgotten"] is True
    assert merged(both, later) == both


def test_documents_of_one_text_become_one_and_references_follow() -> None:
    one = written({}, "a", 1, "documents", {"uuid": A, "title": "t", "texts": ["h"], "paths": ["x"]})
    two = written({}, "b", 1, "documents", {"uuid": B, "title": "t", "texts": ["g", "h"], "paths": ["y"]})
    two = written(two, "b", 2, "annotations", {"uuid": C, "document": B, "note": "n"})
    two = written(two, "b", 2, "memos", {"uuid": C, "about": f"document:{B}", "note": "n"})
    two = written(two, "b", 2, "positions", {"uuid": C, "document": B, "device": "b", "stamp": 2})
    found = merge(two, one)
    assert found.united == {B: A}
    assert summary(found) == "1 document added, 1 joined with another."
    both = applied(two, found.changes)
    assert both == merged(one, two)
    document = only(both, "documents")
    assert (document["title"], document["paths"], document["alternatives"]) == ("t", ["x", "y"], [])
    assert sorted(document["texts"]) == ["g", "h"]
    assert only(both, "annotations")["document"] == only(both, "positions")["document"] == A
    assert only(both, "memos")["about"] == f"document:{A}"
    assert only(both, "annotations")["dots"] == {"note": ["b", 2]}


def test_what_twins_wrote_on_one_device_does_not_cover_each_other() -> None:
    one = written({}, "a", 5, "tags", {"uuid": A, "path": "p", "description": "early"})
    two = written({}, "a", 9, "tags", {"uuid": B, "path": "q"})
    two = written(two, "b", 10, "tags", {"uuid": B, "path": "p"})
    assert only(merged(one, two), "tags")["description"] == "early"


def test_a_late_copy_of_a_twin_goes_into_the_survivor() -> None:
    one = written({}, "a", 1, "tags", {"uuid": A, "path": "p"})
    two = written({}, "b", 1, "tags", {"uuid": B, "path": "p"})
    both = merged(one, two)
    late = written(two, "b", 5, "tags", {"uuid": B, "description": "late"})
    assert only(merged(both, late), "tags")["description"] == "late"
    renamed = written(two, "b", 5, "tags", {"uuid": B, "path": "q"})
    record = only(merged(both, renamed), "tags")
    assert (record["uuid"], record["path"]) == (A, "q")
    assert [other["value"] for other in record["alternatives"]] == ["p"]


def test_three_twins_in_any_order_lead_to_the_smallest() -> None:
    one, two, three = (
        written({}, uuid[0], 1, "creators", {"uuid": uuid, "name": "n", "id": "me"}) for uuid in (A, B, C)
    )
    all_three = merged(merged(three, two), one)
    assert all_three == merged(three, merged(two, one)) == merged(merged(one, three), two)
    assert {grave["uuid"]: grave["into"] for grave in all_three["tombstones"].values()} == {B: A, C: A}


def test_a_twin_that_was_deleted_takes_only_its_own_along() -> None:
    one = written({}, "a", 1, "tags", {"uuid": A, "path": "p", "color": "red"})
    two = written({}, "b", 1, "tags", {"uuid": B, "path": "p", "description": "d"})
    both = merged(one, two)
    gone = removed(one, "a", 5, "tags", A)
    record = only(merged(both, gone), "tags")
    assert (record["uuid"], record["color"], record["description"], record["path"]) == (A, "", "d", "p")


def test_a_tag_on_an_annotation_follows_with_all_its_dots() -> None:
    one = written({}, "a", 1, "tags", {"uuid": A, "path": "p"})
    one = written(one, "a", 2, "annotations", {"uuid": C, "tags": [A]})
    two = written(merged({}, {"annotations": one["annotations"]}), "b", 1, "tags", {"uuid": B, "path": "p"})
    two = written(two, "b", 2, "annotations", {"uuid": C, "tags": [A, B]})
    record = only(merged(one, two), "annotations")
    assert record["tags"] == [A]
    assert record["dots"] == {f"tags/{A}": [["a", 2], ["b", 2]]}


@pytest.mark.parametrize(
    ("table", "one", "two", "same"),
    [
        ("documents", {"texts": [EMPTY], "files": ["f"]}, {"texts": [EMPTY], "files": ["f"]}, False),
        ("documents", {"texts": [EMPTY, "t"]}, {"texts": ["t"]}, True),
        ("documents", {"texts": ["s"], "files": ["f"]}, {"texts": ["t"], "files": ["f"]}, True),
        ("documents", {"texts": ["x"]}, {"files": ["x"]}, False),
        ("tags", {"path": "é"}, {"path": "e\u0301"}, True),
        ("tags", {"path": "Claim"}, {"path": "claim"}, False),
        ("creators", {"name": "n", "id": ""}, {"name": "n", "id": ""}, False),
    ],
)
def test_who_is_a_twin(table: str, one: Record, two: Record, same: bool) -> None:
    both = merged(written({}, "a", 1, table, {"uuid": A, **one}), written({}, "b", 1, table, {"uuid": B, **two}))
    assert len(both[table]) == (1 if same else 2)


def test_an_empty_text_has_this_hash() -> None:
    assert hashlib.sha256(b"").hexdigest() == EMPTY


def test_positions_meta_and_foreign_tables() -> None:
    ours: Tables = {
        "positions": {KEY: sealed({"uuid": A, "document": "d", "device": "x", "top": 1, "stamp": 5})},
        "meta": {KEY: {"uuid": A, "schema": 1, "created": "2026", "clock": 7, "base": "o", "seen": {"x": 5}}},
        "todo": {"1": {"x": 1}, "2": {"x": 2}},
    }
    key = identity.doc_id(B)
    theirs: Tables = {
        "positions": {key: sealed({"uuid": B, "document": "d", "device": "x", "top": 2, "stamp": 6})},
        "meta": {key: {"uuid": B, "schema": 1, "created": "2025", "clock": 3, "base": "t", "seen": {"y": 1}}},
        "todo": {"2": {"x": 3}, "3": {"x": 1}},
    }
    both = merged(ours, theirs)
    assert only(both, "positions")["top"] == only(merged(theirs, ours), "positions")["top"] == 2
    meta = {"uuid": A, "schema": 1, "created": "2025", "clock": 7, "base": "o", "seen": {"x": 5, "y": 1}}
    assert both["meta"] == {KEY: meta}
    assert merged(theirs, ours)["meta"] == {KEY: {**meta, "base": "t"}}
    assert both["todo"] == merged(theirs, ours)["todo"] == {"1": {"x": 1}, "2": {"x": 3}, "3": {"x": 1}}


def test_two_records_of_one_doc_id_are_both_kept() -> None:
    near = A[:-1] + "1"
    one, two = (written({}, "a", 1, "bookmarks", {"uuid": uuid, "name": uuid[-1]}) for uuid in (A, near))
    both = merged(one, two)
    assert {record["uuid"] for record in both["bookmarks"].values()} == {A, near}
    assert merged(both, two) == both
    gone = removed(two, "a", 2, "bookmarks", near)
    assert only(merged(both, gone), "bookmarks")["uuid"] == A


def test_a_record_under_another_key_is_found() -> None:
    stray: Tables = {"annotations": {"7": only(BASE, "annotations")}}
    edited: Tables = {
        "annotations": {"8": only(written(BASE, "b", 5, "annotations", {"uuid": A, "note": "n"}), "annotations")}
    }
    assert list(merged(stray, edited)["annotations"]) == ["7"]
    assert only(merged(stray, edited), "annotations")["note"] == "n"
    assert merged({}, stray)["annotations"] == BASE["annotations"]


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ({"note": "other"}, "1 annotation changed; 1 note kept as an alternative."),
        ({"color": "red"}, "1 annotation changed."),
        ({"ranges": [[7, 8]]}, "1 annotation changed; 1 other value kept beside what is shown."),
    ],
)
def test_a_merge_in_words(edit: Record, words: str) -> None:
    ours = written(BASE, "a", 5, "annotations", {"uuid": A, "note": "mine", "ranges": [[5, 6]]})
    found = merge(ours, written(BASE, "b", 5, "annotations", {"uuid": A, **edit}))
    assert summary(found) == words
    assert summary(merge(BASE, BASE)) == "Nothing new."
    assert summary(merge({}, BASE)) == "1 annotation added."
    assert summary(merge(BASE, removed(BASE, "b", 9, "annotations", A))) == "1 annotation deleted."


NAMES = (
    *("uuid", "note", "tags", "fields", "links", "ranges", "anchor", "dots", "seen", "alternatives", "document"),
    *("updated", "deleted", "forgotten", "into", "path", "texts", "about", "id", "stamp", "device", "sum", "odd"),
)
texts = st.sampled_from(["", "a", "tags/a", "note", A, B, "2026"])
scalars = st.none() | st.booleans() | st.integers(-2, 3) | texts | st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(texts, inner, max_size=3).map(lambda found: dict(sorted(found.items())))
    ),
    max_leaves=6,
)
odd_records = st.dictionaries(st.sampled_from(NAMES), json_values, max_size=6)
odd_tables = st.dictionaries(
    st.sampled_from([*SHAPES, "meta", "positions", "tombstones", "other"]),
    st.dictionaries(st.sampled_from(["1", "2", KEY, identity.doc_id(B)]), odd_records, max_size=3),
    max_size=4,
)


@settings(max_examples=60)
@given(odd_tables, odd_tables)
def test_whatever_records_hold_merging_never_raises_and_changes_nothing_in_place(ours: Tables, theirs: Tables) -> None:
    before = copy.deepcopy((ours, theirs))
    found = merge(ours, theirs)
    assert (ours, theirs) == before
    assert isinstance(summary(found), str)
    for table, records in found.changes.items():
        for record in records.values():
            assert record is None or table in {"other", "meta"} or record["sum"] == checksum(record)


states = st.fixed_dictionaries(
    {"note": texts},
    optional={
        "tags": json_values,
        "fields": json_values,
        "links": json_values,
        "dots": st.dictionaries(texts, json_values, max_size=3),
        "seen": json_values,
        "alternatives": json_values,
        "sum": texts,
    },
).map(lambda record: {"annotations": {KEY: {"uuid": A, **record}}})


@settings(max_examples=60)
@given(states, states)
def test_a_note_of_whatever_record_is_kept(ours: Tables, theirs: Tables) -> None:
    """Unless the other side has seen its dot: then it was replaced there."""
    record = only(merged(ours, theirs), "annotations")
    held = [record.get("note"), *(other["value"] for other in alternatives(record))]
    for one, other in ((ours, theirs), (theirs, ours)):
        mine, seen = only(one, "annotations"), only(other, "annotations").get("seen")
        dots = as_dots(mine.get("dots", {}).get("note"))
        if mine["note"] and not (dots and isinstance(seen, dict)):
            assert mine["note"] in held


@settings(max_examples=60)
@given(states, states, states)
def test_odd_records_too_can_be_merged_in_any_order(one: Tables, two: Tables, three: Tables) -> None:
    assert known(merged(merged(one, two), three)) == known(merged(one, merged(two, three)))
    assert known(merged(one, two)) == known(merged(two, one))
    assert known(merged(one, one)) == known(one)


def known(tables: Tables) -> object:
    """What is known of the one record: it may be written in the way of either side."""
    record = only(tables, "annotations")
    return as_seen(record), _elements(SHAPES["annotations"], State(record))


def test_a_note_without_a_dot_stays_beside_one_with_a_dot() -> None:
    bare: Tables = {"annotations": {KEY: {"uuid": A, "note": "bare", "seen": {"a": 99}}}}
    record = only(merged(BASE, bare), "annotations")
    assert {record["note"], *(other["value"] for other in record["alternatives"])} == {"bare"}
    edited = written(BASE, "b", 5, "annotations", {"uuid": A, "note": "b"})
    record = only(merged(edited, bare), "annotations")
    assert {record["note"], *(other["value"] for other in record["alternatives"])} == {"bare", "b"}
    after = written(merged(edited, bare), "c", 9, "annotations", {"uuid": A, "note": "c"})
    assert only(merged(after, bare), "annotations")["alternatives"] == []


def test_one_note_changed_under_its_dot_is_kept_beside_the_old() -> None:
    spoilt = copy.deepcopy(BASE)
    only(spoilt, "annotations")["note"] = "changed"
    assert merged(BASE, spoilt) == merged(spoilt, BASE)
    record = only(merged(BASE, spoilt), "annotations")
    assert {record["note"], *(other["value"] for other in record["alternatives"])} == {"first", "changed"}


def test_a_merge_of_nothing_is_nothing() -> None:
    assert merge({}, {}) == Merged({}, [], [], {})
    assert merge(BASE, {}).changes == merge(BASE, copy.deepcopy(BASE)).changes == {}
    assert merged({}, BASE) == BASE
