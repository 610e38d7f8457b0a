"""Annotations whose doc_id another program chose are found by their uuid, and so is that there is none."""

from __future__ import annotations

from contextlib import nullcontext, suppress

import pytest
from tinydb.table import Document as Stored

from storage import records
from storage.codec import Record
from storage.errors import UsageError
from storage.library import Library
from storage.model import Annotation, Document
from storage.rows import Rows
from storage.text import Text

UUIDS = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(1, 9)]


def put(library: Library, uuid: str, doc_id: int, note: str = "") -> None:
    record = records.annotation_record(Annotation(uuid, "d", note=note))
    library.db.table("annotations").insert(Stored(record, doc_id=doc_id))


@pytest.mark.parametrize("in_a_step", [False, True])
def test_a_stray_is_found_as_long_as_it_is_there(library: Library, in_a_step: bool) -> None:
    for number, uuid in enumerate(UUIDS[:4]):
        put(library, uuid, number + 1)
    with library.step("more") if in_a_step else nullcontext():
        for number, uuid in enumerate(UUIDS[4:]):
            put(library, uuid, number + 50)
            assert library.annotation(uuid).uuid == uuid
            assert library.annotation(UUIDS[number]).uuid == UUIDS[number]
            library.edit(uuid, note="x")
            assert library.annotation(uuid).note == "x"
            library.delete(UUIDS[number])
            with pytest.raises(UsageError):
                library.annotation(UUIDS[number])
    assert [one.uuid for one in library.annotations()] == UUIDS[4:]


def test_a_step_that_fails_leaves_no_stray_behind(library: Library) -> None:
    put(library, UUIDS[0], 1)
    with suppress(ZeroDivisionError), library.step("fails"):
        put(library, UUIDS[1], 2)
        assert library.annotation(UUIDS[1])
        raise ZeroDivisionError
    with library.step("other"):
        put(library, UUIDS[2], 2)
        with pytest.raises(UsageError):
            library.annotation(UUIDS[1])
        assert library.annotation(UUIDS[2])


def test_doing_again_looks_through_no_table(
    library: Library, document: Document, fox: Text, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(200):
        put(library, f"{number:08x}-0000-4000-9000-000000000000", number + 1)
    with library.step("three"):
        for at in range(3):
            library.annotate(document.uuid, [(at, at + 1)], text=fox)
    library.undo()
    library.tag_counts()
    looked: list[str] = []
    get = Rows.__getitem__

    def counted(rows: Rows, key: str) -> Record:
        looked.append(key)
        return get(rows, key)

    monkeypatch.setattr(Rows, "__getitem__", counted)
    library.redo()
    assert len(looked) < 100
    assert len(library.annotations(document.uuid)) == 3
