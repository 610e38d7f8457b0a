import json
import os
import stat
from pathlib import Path

import pytest
from tinydb import TinyDB, where

from storage import codec, identity
from storage.base import ORDER
from storage.errors import LibraryError
from storage.library import Library
from storage.merge import merge
from storage.store import Store
from storage.text import Text
from tests.storage.making import THE_NOTE, content
from tests.storage.test_files import fail_at, listing


def files_of(file: Path) -> dict[str, bytes]:
    """The library and all that lies beside it."""
    return {str(path.relative_to(file.parent)): path.read_bytes() for path in file.parent.rglob("*") if path.is_file()}


needs_users = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")


def test_a_library_is_made_by_the_first_change_and_is_private(file: Path, state: Path, fox: Text) -> None:
    library = Library.open(file, state=state)
    assert library.documents() == []
    assert not file.parent.exists()
    library.receive(file.parent / "fox.txt", fox)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert all(stat.S_IMODE(each.stat().st_mode) == 0o600 for each in file.parent.rglob("*.text"))


def test_the_file_has_a_record_a_line_documents_first_annotations_grouped(filled: Library, file: Path) -> None:
    assert filled.fold()
    tables = json.loads(file.read_bytes())
    assert list(tables) == list(ORDER)
    documents = [record["uuid"] for record in tables["documents"].values()]
    assert [record["document"] for record in tables["annotations"].values()] == documents
    for table in tables.values():
        for key, record in table.items():
            line = f'"{key}":{json.dumps(record, ensure_ascii=False, separators=(",", ":"))}'
            assert line in [each.rstrip(",") for each in file.read_text("utf-8").splitlines()]
            assert record["sum"] == codec.checksum(record)
            assert key == identity.doc_id(record["uuid"])
            assert int(key) < 2**53
    assert filled.annotations()


def test_plain_tinydb_opens_and_queries_it(filled: Library, file: Path) -> None:
    filled.close()
    with TinyDB(file) as stock:
        found = stock.table("annotations").search(where("note").search("ünïcode"))
        assert [record["uuid"] for record in found] == [a.uuid for a in filled.annotations() if a.note]
        assert stock.table("tags").count(where("path").matches("animal")) == 2
    assert filled.db.table("annotations").search(where("note") != "") == found


def test_what_plain_tinydb_writes_is_taken_in(filled: Library, file: Path, state: Path) -> None:
    document = filled.documents()[0].uuid
    filled.fold()
    with TinyDB(file) as stock:
        stock.table("annotations").insert({"document": document, "note": "by hand"})
        stock.table("annotations").update({"note": "also by hand"}, where("note") == "")
    assert filled.refresh()
    by_hand = next(a for a in filled.annotations() if a.note == "by hand")
    filled.edit(by_hand.uuid, color="red")
    again = Library.open(file, state=state)
    assert again.annotation(by_hand.uuid)._replace(updated="") == by_hand._replace(color="red")
    assert {a.note for a in again.annotations()} == {"also by hand", "by hand", THE_NOTE}
    again.delete(by_hand.uuid)
    assert len(again.annotations()) == 2


def test_changes_through_the_tables_are_stamped_too(filled: Library) -> None:
    table = filled.db.table("annotations")
    old = table.search(where("note") != "")[0]
    table.update({"note": "other"}, doc_ids=[old.doc_id])
    new = table.get(doc_id=old.doc_id)
    assert isinstance(new, dict)
    assert new["dots"]["note"] > old["dots"]["note"]
    assert new["dots"]["ranges"] == old["dots"]["ranges"]
    assert new["sum"] == codec.checksum(new)
    table.remove(doc_ids=[old.doc_id])
    assert filled.db.table("tombstones").get(doc_id=old.doc_id)["uuid"] == old["uuid"]  # type: ignore[index]


def test_what_tinydb_inserts_stands_where_its_uuid_says(filled: Library) -> None:
    record = {**filled.db.table("annotations").all()[0], "uuid": identity.new_uuid(), "note": "inserted"}
    assert filled.db.table("annotations").insert(record) == int(identity.doc_id(record["uuid"]))
    others = [{**record, "uuid": identity.new_uuid()} for _ in range(2)]
    keys = filled.db.table("annotations").insert_multiple(others)
    assert keys == [int(identity.doc_id(each["uuid"])) for each in others]
    assert len({each.uuid for each in filled.annotations() if each.note == "inserted"}) == 3
    with pytest.raises(ValueError, match="already"):
        filled.db.table("annotations").insert(record)


def test_a_clock_that_goes_back_takes_no_record_back(filled: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    uuid = filled.annotations()[0].uuid
    later = filled.edit(uuid, note="later").updated
    monkeypatch.setattr(identity, "now", lambda: "2001-01-01T00:00:00Z")
    assert filled.edit(uuid, note="earlier").updated == later


def test_what_comes_back_from_a_deletion_is_as_its_replay_makes_it(
    filled: Library, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uuid = filled.annotations()[0].uuid
    monkeypatch.setattr(identity, "now", lambda: "2099-01-01T00:00:00Z")
    filled.delete(uuid)
    filled.undo()
    again = Library.open(file, state=tmp_path / "other")
    assert again.annotation(uuid) == filled.annotation(uuid)
    assert dict(again.store.tables["annotations"]) == dict(filled.store.tables["annotations"])


def test_a_deletion_covers_values_that_nobody_signed(filled: Library) -> None:
    (key, record), *_ = filled.store.tables["annotations"].items()
    other = {**record, "dots": {}, "seen": {}}
    filled.store.tables["annotations"][key] = other
    filled.delete(str(record["uuid"]))
    assert not merge(filled.store.tables, {"annotations": {key: other}}).changes


def test_two_processes_do_not_lose_each_others_saves(filled: Library, file: Path, tmp_path: Path, fox: Text) -> None:
    other = Library.open(file, state=tmp_path / "other")
    document = filled.documents()[0].uuid
    for number in range(6):
        library = (filled, other)[number % 2]
        library.annotate(document, [(number, number + 1)], note=f"{number}", tags=[f"t{number % 3}"], text=fox)
    assert filled.refresh()
    assert not filled.refresh()
    assert not other.refresh()
    assert content(filled) == content(other)
    assert [a.note for a in filled.annotations(document)] == ["0", "1", "2", "3", THE_NOTE, "4", "5"]
    assert sorted(tag.path for tag in filled.tags()) == ["animal", "animal/speed", "t0", "t1", "t2"]


def test_both_edit_one_annotation(filled: Library, file: Path, tmp_path: Path) -> None:
    other = Library.open(file, state=tmp_path / "other")
    uuid = filled.annotations()[0].uuid
    filled.edit(uuid, note="mine")
    other.edit(uuid, color="blue", add_tags=["x"])
    filled.refresh()
    found = filled.annotation(uuid)
    assert (found.note, found.color, "x" in filled.tag_paths(found)) == ("mine", "blue", True)


def test_a_step_on_what_another_process_deleted_is_refused(filled: Library, file: Path, tmp_path: Path) -> None:
    other = Library.open(file, state=tmp_path / "other")
    uuid = filled.annotations()[0].uuid
    filled.delete(uuid)
    with pytest.raises(Exception, match="There is no annotation"):
        other.edit(uuid, note="late")
    assert len(other.annotations()) == 1


def test_a_raising_step_changes_neither_memory_nor_file(filled: Library, file: Path) -> None:
    before, data = content(filled), files_of(file)
    with pytest.raises(RuntimeError), filled.step("half"):  # noqa: PT012  # what came before the error is the point
        filled.delete(filled.annotations()[0].uuid)
        filled.ensure_tag("new/tag")
        assert len(filled.annotations()) == 1
        raise RuntimeError
    assert content(filled) == before
    assert files_of(file) == data


BAD = {
    "text": (b"not a library", "damaged or not a library"),
    "half": (b'{"meta": {"1": {"schema": 1}}, "annotations": {"2": {"no', "damaged or not a library"),
    "list": (b"[]", "damaged or not a library"),
    "binary": (bytes(range(256)), "damaged or not a library"),
    "newer": (b'{"meta": {"1": {"schema": 99}}}', "newer Manicula .version 99"),
    "other": (b'{"_default": {"1": {"x": 1}}}', "another program"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_cannot_be_understood_is_named_and_left_alone(name: str, tmp_path: Path, state: Path) -> None:
    data, words = BAD[name]
    file = tmp_path / "my notes.json"
    file.write_bytes(data)
    with pytest.raises(LibraryError, match=rf"my notes\.json .*{words}"):
        Library.open(file, state=state)
    assert file.read_bytes() == data
    assert listing(tmp_path) == {"my notes.json"}


def test_an_empty_file_without_a_past_is_a_new_library(file: Path, state: Path, fox: Text) -> None:
    file.parent.mkdir()
    for data in (b"", b"{}", b'{"_default": {}}'):
        file.write_bytes(data)
        Library.open(file, state=state).receive(file.parent / "fox.txt", fox)
        assert len(Library.open(file, state=state).documents()) == 1
        for backup in file.parent.glob("library.backups/*"):
            backup.unlink()


def test_a_folder_is_no_library(tmp_path: Path, state: Path) -> None:
    with pytest.raises(LibraryError, match=r"is a folder; give a file's name"):
        Library.open(tmp_path, state=state)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_pipe_is_no_library(tmp_path: Path, state: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for odd in (tmp_path / "pipe", Path("/dev/null")):
        with pytest.raises(LibraryError, match="is no ordinary file"):
            Library.open(odd, state=state)


def test_a_path_through_a_file_is_refused(tmp_path: Path, state: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match=r"library\.json cannot be read: Not a directory"):
        Library.open(tmp_path / "file" / "library.json", state=state)


@needs_users
def test_a_file_that_may_not_be_read(filled: Library, file: Path, state: Path) -> None:
    file.chmod(0)
    with pytest.raises(LibraryError, match=r"library\.json cannot be read: Permission denied"):
        Library.open(file, state=state)
    assert filled.documents()


@pytest.mark.parametrize("refused", ["library.json", "home"])
def test_what_may_not_be_written_opens_for_reading(
    filled: Library, file: Path, state: Path, refused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != refused and real(path, mode))
    library = Library.open(file, state=state)
    assert library.readonly
    assert content(library) == content(filled)
    with pytest.raises(LibraryError, match=r"library\.json is read-only, so nothing can be changed"):
        library.delete(library.annotations()[0].uuid)
    library.close()


def test_a_medium_that_turns_out_read_only(filled: Library, file: Path) -> None:
    before = content(filled)
    with pytest.MonkeyPatch.context() as patch:
        fail_at(patch, "write", 1, 30)
        with pytest.raises(LibraryError, match=r"Read-only file system\. Make the file and its folder writable"):
            filled.delete(filled.annotations()[0].uuid)
    assert content(filled) == before
    assert file.is_file()


def test_reading_only_by_wish(filled: Library, file: Path, state: Path) -> None:
    library = Library.open(file, state=state, readonly=True)
    with pytest.raises(LibraryError, match="read-only"):
        library.ensure_tag("x")
    assert filled.ensure_tag("x").path == "x"


def test_a_symbolic_link_stays_one(filled: Library, file: Path, state: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(file)
    library = Library.open(link, state=state)
    library.edit(library.annotations()[0].uuid, note="through the link")
    assert link.is_symlink()
    assert filled.refresh()
    assert filled.annotations()[0].note == "through the link"
    assert library.snapshots.folder == filled.snapshots.folder
    assert listing(tmp_path) >= {"link.json", "home"}
    assert not (tmp_path / "link.texts").exists()


def test_what_records_hold_beyond_our_shapes_stays(filled: Library, file: Path, state: Path) -> None:
    uuid = filled.annotations()[0].uuid
    filled.db.table("annotations").update({"later": {"x": [1]}}, where("uuid") == uuid)
    filled.db.table("plugin").insert({"own": True})
    filled.fold()
    with TinyDB(file) as stock:
        stock.table("annotations").update({"later": {"x": [1]}}, where("uuid") == uuid)
    with Library.open(file, state=state) as library:
        library.edit(uuid, note="changed")
    filled.close()
    tables = json.loads(file.read_bytes())
    assert next(r for r in tables["annotations"].values() if r["uuid"] == uuid)["later"] == {"x": [1]}
    assert list(tables["plugin"].values()) == [{"own": True}]


def test_a_large_library_is_written_and_read_alike(file: Path, state: Path, fox: Text) -> None:
    library = Library.open(file, state=state)
    document = library.receive(file.parent / "fox.txt", fox)
    with library.step("import"):
        for number in range(40):
            library.annotate(document.uuid, [(number, number + 1)], note="lang “x” " * 5000, text=fox)
    library.fold()
    assert file.stat().st_size > codec.BIG
    library.edit_document(document.uuid, attributes={"age": 1e-5, "size": 2**62})
    again = Library.open(file, state=state)
    assert content(again) == content(library)
    for table in Store(file).tables.values():
        assert all(record["sum"] == codec.checksum(record) for record in table.values())
