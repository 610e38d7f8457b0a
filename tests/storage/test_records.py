import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import identity, records
from storage.codec import Record, sealed
from storage.dots import SHAPES, changed, stamped, values
from storage.model import (
    Alternative,
    Annotation,
    Bookmark,
    Creator,
    Document,
    Link,
    Memo,
    Range,
    ReadingPosition,
    Tag,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
uuids = st.builds(identity.new_uuid)
offsets = st.integers(0, 2**31)
scalars = texts | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
named = st.dictionaries(texts, scalars, max_size=3)
hashes = st.lists(texts, max_size=3, unique=True).map(tuple)

annotations = st.builds(
    Annotation,
    uuid=uuids,
    document=uuids,
    creator=uuids,
    ranges=st.lists(st.builds(Range, offsets, offsets), max_size=3).map(tuple),
    exact=texts.filter(bool),
    prefix=texts,
    suffix=texts,
    text=texts,
    reader=texts,
    confidence=st.integers(0, 10_000).map(lambda n: n / 10_000),
    state=st.sampled_from(["anchored", "orphan"]),
    tags=st.lists(uuids, max_size=3, unique=True).map(sorted).map(tuple),
    color=texts,
    note=texts,
    fields=named,
    links=st.lists(st.builds(Link, uuids, texts, texts), max_size=3, unique_by=lambda link: link[:2]).map(tuple),
    reply_to=texts,
    created=texts,
    updated=texts,
    alternatives=st.lists(st.builds(Alternative, texts, texts, texts, offsets), max_size=2).map(tuple),
)
documents = st.builds(
    Document,
    uuid=uuids,
    title=texts,
    authors=st.lists(texts, max_size=2).map(tuple),
    date=texts,
    language=texts,
    source=texts,
    format=texts,
    files=hashes,
    texts=hashes,
    paths=hashes,
    length=offsets,
    attributes=named,
    state=st.sampled_from(["new", "reading", "done"]),
    added=texts,
)

PLAIN = {
    records.document: documents,
    records.tag: st.builds(Tag, uuids, *[texts] * 6),
    records.creator: st.builds(Creator, uuids, texts, texts),
    records.memo: st.builds(Memo, uuids, *[texts] * 5),
    records.bookmark: st.builds(Bookmark, uuids, texts, texts, offsets, texts),
    records.position: st.builds(ReadingPosition, texts, texts, *[offsets] * 4),
}


@given(annotations)
def test_an_annotation_comes_back(annotation: Annotation) -> None:
    record = sealed(records.annotation_record(annotation))
    assert records.annotation(json.loads(json.dumps(record))) == annotation


@pytest.mark.parametrize("read", PLAIN, ids=lambda read: read.__name__)
@given(st.data())
def test_every_other_value_comes_back(read, data) -> None:
    value = data.draw(PLAIN[read])
    assert read(sealed(records.plain_record(value))) == value


def test_a_page_note_has_an_empty_anchor() -> None:
    assert records.annotation_record(Annotation("u", "d", note="n"))["anchor"] == {}


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
FIELDS = [*records.annotation_record(Annotation("", "")), *Document._fields]


@given(st.dictionaries(st.sampled_from(FIELDS), junk))
def test_whatever_another_program_wrote_is_read_as_something(record: dict[str, object]) -> None:
    record["uuid"] = "u"
    annotation, document = records.annotation(record), records.document(record)
    assert isinstance(annotation.note, str)
    assert all(isinstance(tag, str) for tag in annotation.tags)
    assert isinstance(annotation.start, int)
    assert isinstance(document.title, str)
    assert isinstance(document.length, int)


def test_the_docstring_names_every_field() -> None:
    told = set(re.findall(r"`(\w+)`", records.__doc__ or ""))
    models = (Document, Annotation, Tag, Creator, ReadingPosition, Memo, Bookmark)
    anchored = {"start", "end"}
    assert {field for model in models for field in model._fields} - anchored <= told


tables: dict[str, st.SearchStrategy[Record]] = {
    "annotations": annotations.map(records.annotation_record),
    "documents": documents.map(records.plain_record),
    "tags": st.builds(Tag, uuids, *[texts] * 6).map(records.plain_record),
}
pairs = st.one_of([st.tuples(st.just(table), made, made) for table, made in tables.items()])


@given(pairs)
def test_values_and_changes_are_inverse(pair) -> None:
    table, old, new = pair
    shape = SHAPES[table]
    wanted = values(shape, new)
    changes = {path: wanted.get(path) for path in {**values(shape, old), **wanted}}
    made = changed(shape, old, changes)
    assert values(shape, made) == wanted
    assert list(made) == list(old)


@given(pairs)
def test_exactly_what_differs_gets_a_new_dot(pair) -> None:
    table, first, second = pair
    shape = SHAPES[table]
    for record in (first, second):
        record.update({name: sorted(record[name]) for name in shape.sets}, alternatives=[])
    old = stamped(shape, None, first, "a", 1)
    assert old
    assert old["dots"] == {path: ["a", 1] for path in values(shape, first)}
    new = stamped(shape, old, {**old, **second}, "b", 2)
    before, after = values(shape, first), values(shape, second)
    if new is None:
        assert before == after
        return
    assert set(new["dots"]) == set(after)
    for path, dot in new["dots"].items():
        assert dot == (["a", 1] if before.get(path) == after[path] else ["b", 2])
    assert new["seen"] == {"a": 1, "b": 2}


def test_an_edit_supersedes_the_alternatives_of_its_value() -> None:
    shape = SHAPES["annotations"]
    others = [{"field": "note", "value": "x", "dot": ["b", 3]}, {"field": "color", "value": "red", "dot": ["b", 3]}]
    old = {"note": "n", "color": "", "alternatives": others, "dots": {"note": ["a", 4]}, "seen": {"a": 4, "b": 3}}
    new = stamped(shape, old, {**old, "note": "m"}, "a", 5)
    assert new
    assert new["alternatives"] == others[1:]


def test_paths_are_flat() -> None:
    link, tag, target = Link("u2", "a/b", "why"), "t1", "ranges"
    record = records.annotation_record(
        Annotation("u", "d", ranges=(Range(1, 2),), tags=(tag,), note="n", fields={"x/y": 1}, links=(link,))
    )
    assert set(values(SHAPES["annotations"], record)) == {target, "tags/t1", "note", "fields/x/y", "links/a/b/u2"}


def test_the_first_53_bits_of_a_uuid_are_its_doc_id() -> None:
    made = {identity.new_uuid() for _ in range(200)}
    assert len({identity.doc_id(uuid) for uuid in made}) == 200
    for uuid in made:
        assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", uuid)
        doc_id = identity.doc_id(uuid)
        assert f"{int(doc_id):053b}" == f"{int(uuid.replace('-', ''), 16):0128b}"[:53]
        assert identity.doc_id(identity.uuid_for(int(doc_id))) == doc_id


def test_a_device_is_the_same_every_time(tmp_path: Path) -> None:
    first = identity.device(tmp_path / "state")
    assert identity.device(tmp_path / "state") == first
    assert identity.device(tmp_path / "other") != first
    (tmp_path / "state" / "device").write_bytes(b"\xff damaged")
    assert re.fullmatch("[0-9a-f]{10}", identity.device(tmp_path / "state"))
