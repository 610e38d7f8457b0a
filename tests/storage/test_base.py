import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tinydb import TinyDB

from storage import base, codec, files, identity, meta, parts, rows
from storage.codec import Record
from storage.rows import Grouped, Rows
from tests.storage.test_codec import records, texts

contents = st.dictionaries(
    texts.filter(lambda name: name not in {"meta", "annotations"}),
    st.dictionaries(st.integers(0, 2**53).map(str), records, max_size=4),
    max_size=4,
)


def written(tables: dict[str, Rows]) -> bytes:
    key, record = meta.made()
    writing = base.Writing(tables, (key, {**record, "base": "new"}))
    chunks = list(writing.chunks())
    return writing.head() + b"".join(chunks[1:])


def annotations(rng: random.Random, documents: int, most: int) -> dict[str, Rows]:
    """Documents with up to `most` annotations each, added in any order, and some of no document at all."""
    uuids = [identity.new_uuid() for _ in range(documents)]
    table = Grouped()
    for document in [*uuids, "nowhere"]:
        for number in range(rng.randrange(most + 1)):
            uuid = identity.new_uuid()
            record = {"uuid": uuid, "document": document, "note": "ü" * rng.randrange(200), "n": number}
            table[identity.doc_id(uuid)] = codec.sealed(record)
    rng.shuffle(uuids)
    kept: dict[str, rows.Cell] = {identity.doc_id(uuid): {"uuid": uuid} for uuid in uuids}
    return {"documents": Rows(kept), "annotations": table}


@given(contents)
def test_a_base_comes_back(content: dict[str, dict[str, Record]]) -> None:
    data = written({name: rows.table(name, dict(table)) for name, table in content.items()})
    found, intact = base.read(data)
    assert intact
    assert {name: dict(table) for name, table in found.items() if table and name != "meta"} == {
        name: table for name, table in content.items() if table
    }
    assert json.loads(data) == {name: dict(table) for name, table in found.items()}


@given(contents, st.integers(0, 2**30), st.integers(0, 255))
def test_any_change_of_a_byte_is_noticed(content: dict[str, dict[str, Record]], at: int, byte: int) -> None:
    data = bytearray(written({name: rows.table(name, dict(table)) for name, table in content.items()}))
    at %= len(data)
    if data[at] == byte:
        return
    data[at] = byte
    try:
        _, intact = base.read(bytes(data))
    except ValueError:
        return
    assert not intact


@given(contents, st.integers(0, 2**30))
def test_a_base_cut_short_is_none(content: dict[str, dict[str, Record]], at: int) -> None:
    data = written({name: rows.table(name, dict(table)) for name, table in content.items()})
    with pytest.raises(ValueError, match=r"."):
        base.read(data[: at % (len(data) - 2)])


def test_what_another_program_rewrote_is_read_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "library.json"
    tables = annotations(random.Random(1), 3, 4)
    file.write_bytes(written(tables))
    with TinyDB(file, indent=2) as stock:
        stock.table("tags").insert({"path": "x"})
    found, intact = base.read(file.read_bytes())
    assert not intact
    assert found["annotations"] == tables["annotations"]
    assert isinstance(found["annotations"], Grouped)
    assert found["annotations"].groups.keys() == tables["annotations"].groups.keys()  # type: ignore[attr-defined]


@pytest.mark.parametrize("seed", range(12))
def test_groups_are_told_without_looking_at_every_record(seed: int) -> None:
    rng = random.Random(seed)
    tables = annotations(rng, rng.randrange(1, 30), rng.choice([1, 3, 40]))
    found, _ = base.read(written(tables))
    expected = tables["annotations"]
    assert isinstance(expected, Grouped)
    assert isinstance(found["annotations"], Grouped)
    assert found["annotations"] == expected
    assert {name: set(group) for name, group in found["annotations"].groups.items()} == {
        name: set(group) for name, group in expected.groups.items()
    }


def opened(tmp_path: Path, data: bytes) -> Iterator[parts.Parts]:
    (tmp_path / "library.json").write_bytes(data)
    found = parts.Parts(tmp_path / "library.json")
    try:
        yield found
    finally:
        found.close()


@pytest.mark.parametrize("seed", range(12))
def test_a_base_is_read_in_parts(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(seed)
    monkeypatch.setattr(parts, "_SLICE", rng.choice([7, 300, 1 << 18]))
    monkeypatch.setattr(parts, "_LINE", rng.choice([16, 200, 1 << 12]))
    tables = annotations(rng, rng.randrange(1, 30), rng.choice([1, 3, 40]))
    data = written(tables)
    expected = tables["annotations"]
    assert isinstance(expected, Grouped)
    for found in opened(tmp_path, data):
        head = found.head()
        assert head["documents"] == tables["documents"]
        for record in tables["documents"].values():
            group = dict(found.group(record["uuid"]))
            assert set(group) == set(expected.groups.get(record["uuid"], ()))
            assert all(rows.record_of(cell) == expected[key] for key, cell in group.items())
        slices = list(found.slices())
        assert slices[-1].last
        assert {key: rows.record_of(cell) for part in slices for key, cell in part.cells} == dict(expected)
        assert {part.table for part in slices if part.cells} <= {"annotations"}


def test_a_base_that_is_not_as_written_is_noticed_when_all_of_it_is_read(tmp_path: Path) -> None:
    tables = annotations(random.Random(3), 4, 9)
    data = written(tables).replace("ü".encode(), "ö".encode(), 1)
    for found in opened(tmp_path, data):
        found.head()
        with pytest.raises(ValueError, match="not as it was written"):
            list(found.slices())


def test_a_base_is_written_whole_and_its_head_last(tmp_path: Path) -> None:
    tables = annotations(random.Random(5), 3, 5)
    key, record = meta.made()
    writing = base.Writing(tables, (key, record))
    with files.prepared(tmp_path / "library.json", writing.chunks(), writing.head) as temporary:
        assert base.read(temporary.read_bytes())[1]
    assert not list(tmp_path.iterdir())
