"""Packing and unpacking: the same library elsewhere."""

import shutil
import stat
import zipfile
from pathlib import Path

import pytest

from storage import packing, unpacking
from storage.checking import check, quiet
from storage.errors import ManiculaError, UsageError
from storage.exchange.destination import ExistsError
from storage.library import Library
from storage.model import Document
from tests.storage.making import content
from tests.storage.packed import WORDS, Shelf, unpacked
from tests.storage.test_files import fail_at, listing


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def opens_everything(library: Library, words: set[str]) -> None:
    """Every document opens from a file beneath the library's folder, and without that from its snapshot."""
    found: list[tuple[Document, Path]] = []
    for document in library.documents():
        path = library.find_file(document)
        assert path is not None
        assert library.folder in path.parents
        assert path.read_text("utf-8") in words
        assert library.text(document).file_hash == document.files[-1]
        found.append((document, path))
    for document, path in found:
        path.unlink()
        text = library.text(document)
        assert text.hash == document.texts[-1]
        for each in library.annotations(document.uuid):
            assert text.string[each.start : each.end] == each.exact


def test_a_library_goes_elsewhere_and_is_the_same_there(shelf: Shelf, tmp_path: Path) -> None:
    archive = shelf.pack()
    there = tmp_path / "elsewhere" / "deep"
    with unpacked(archive, there) as library:
        assert content(library) == shelf.content
        shutil.rmtree(shelf.folder)
        shutil.rmtree(tmp_path / "outside")
        assert check(library.path, there / "state").problems == []
        opens_everything(library, set(WORDS.values()))
        library.edit(library.annotations()[0].uuid, note="goes on there")
    assert listing(there) == {"new.json", "new.texts", "new.originals", "new.backups", "state"}


def test_it_can_be_merged_back(shelf: Shelf, tmp_path: Path) -> None:
    with unpacked(shelf.pack(), tmp_path / "elsewhere") as library:
        library.edit(library.annotations()[0].uuid, note="written there")
    with shelf.open() as here:
        here.merge(tmp_path / "elsewhere" / "new.json")
        assert "written there" in {each.note for each in here.annotations()}
        assert len(here.documents()) == len(WORDS)
        assert {here.find_file(each) for each in here.documents()} <= {
            (shelf.folder / name).resolve() for name in WORDS
        } | set((tmp_path / "elsewhere" / "new.originals").rglob("*"))


def test_a_library_moves_with_its_documents_without_being_packed(shelf: Shelf, tmp_path: Path) -> None:
    beneath = {name for name in WORDS if not name.startswith("..")}
    shutil.move(shelf.folder, tmp_path / "another" / "root")
    with Library.open(tmp_path / "another" / "root" / "library.json", state=tmp_path / "there") as library:
        assert content(library) == shelf.content
        found = {
            path.relative_to(library.folder).as_posix()
            for path in map(library.find_file, library.documents())
            if path and library.folder in path.parents
        }
        assert found == beneath
        shutil.rmtree(tmp_path / "outside")
        for document in library.documents():
            assert library.text(document).hash == document.texts[-1]


def test_the_same_library_makes_the_same_file(shelf: Shelf) -> None:
    first, second = shelf.pack("first.zip"), shelf.pack("second.zip")
    assert first.read_bytes() == second.read_bytes()
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    names = zipfile.ZipFile(first).namelist()
    assert {f"originals/{name}" for name in WORDS if not name.startswith("..")} <= set(names)
    assert sum(name.startswith("originals/elsewhere/") for name in names) == 2
    with shelf.open() as library:
        library.edit(library.annotations()[0].uuid, note="changed")
        packing.pack(library, shelf.folder.parent / "third.zip", quiet)
    assert first.read_bytes() != (shelf.folder.parent / "third.zip").read_bytes()


def test_what_is_not_folded_yet_is_packed_too(shelf: Shelf, tmp_path: Path) -> None:
    with shelf.open() as library:
        library.edit(library.annotations()[0].uuid, note="not folded yet")
        packing.pack(library, tmp_path / "pack.zip", quiet)
    with unpacked(tmp_path / "pack.zip", tmp_path / "elsewhere") as there:
        assert "not folded yet" in {each.note for each in there.annotations()}


def test_documents_whose_file_is_gone_are_named_and_open_from_their_snapshot(shelf: Shelf, tmp_path: Path) -> None:
    (shelf.folder / "hen.txt").unlink()
    with shelf.open() as library:
        result = packing.pack(library, tmp_path / "pack.zip", quiet)
        assert [document.title for document in result.missing] == ["A hen in the yard."]
        assert result[:4] == (len(WORDS), len(WORDS), len(WORDS), len(WORDS) - 1)
    with unpacked(tmp_path / "pack.zip", tmp_path / "elsewhere") as there:
        assert {there.text(each).string[:5] for each in there.documents()} >= {"A hen", "A cow"}


def test_names_that_some_system_cannot_have_are_changed(tmp_path: Path) -> None:
    with Library.open(tmp_path / "home" / "library.json", state=tmp_path / "state") as library:
        names = [
            "a:b?.txt",
            "con.txt",
            "same.txt",
            "SAME.txt",
            "dots..txt",
            "tail .txt",
            "x" * 210 + ".txt",
            "a/b.txt",
            "a.txt",
        ]
        for number, name in enumerate(names):
            path = library.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"Words number {number}.")
            library.add(path)
        packing.pack(library, tmp_path / "pack.zip", quiet)
    with unpacked(tmp_path / "pack.zip", tmp_path / "there") as there:
        opens_everything(there, {f"Words number {number}." for number in range(len(names))})


def test_a_pack_is_never_written_over_anything_unasked(shelf: Shelf, tmp_path: Path) -> None:
    target = tmp_path / "pack.zip"
    target.write_bytes(b"theirs")
    with shelf.open() as library:
        with pytest.raises(ExistsError):
            packing.pack(library, target, quiet)
        assert target.read_bytes() == b"theirs"
        packing.pack(library, target, quiet, force=True)
        for spared in (shelf.file, shelf.folder / "hen.txt"):
            with pytest.raises(UsageError):
                packing.pack(library, spared, quiet, force=True)
        with pytest.raises(UsageError, match="folder does not exist"):
            packing.pack(library, tmp_path / "none" / "pack.zip", quiet)
    assert zipfile.is_zipfile(target)


@pytest.mark.parametrize(("call", "number"), [("open", 2), ("fsync", 1), ("fsync", 2)])
def test_a_pack_that_cannot_be_written_is_not_there(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    with shelf.open() as library, monkeypatch.context() as patch:
        before = listing(shelf.folder.parent)
        fail_at(patch, call, number)
        with pytest.raises(ManiculaError, match=r"pack\.zip cannot be written"):
            packing.pack(library, shelf.folder.parent / "pack.zip", quiet)
        assert listing(shelf.folder.parent) == before


@pytest.mark.parametrize("there", ["new.json", "new.texts", "new.originals", "new.json.0123456789.journal"])
def test_nothing_is_unpacked_where_something_is(shelf: Shelf, tmp_path: Path, there: str) -> None:
    archive, place = shelf.pack(), tmp_path / "elsewhere"
    place.mkdir()
    (place / there).write_bytes(b"theirs")
    with pytest.raises(UsageError, match="there already"):
        unpacked(archive, place)
    assert listing(place) == {there}
    assert (place / there).read_bytes() == b"theirs"


@pytest.mark.parametrize("call", ["open", "write", "fsync", "link", "rename"])
@pytest.mark.parametrize("number", [1, 3, 9])
def test_one_that_cannot_be_unpacked_leaves_nothing(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    archive, place = shelf.pack(), tmp_path / "elsewhere"
    place.mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(unpacking, "_settle", lambda *_: None)
        failed = fail_at(patch, call, number)
        try:
            unpacking.unpack(archive, place / "new.json", place / "state", quiet)
        except ManiculaError:
            assert failed
            assert listing(place) == set()
        else:
            assert not failed or call == "link"


def test_what_is_unpacked_is_private(shelf: Shelf, tmp_path: Path) -> None:
    place = tmp_path / "elsewhere"
    place.mkdir(mode=0o755)
    unpacked(shelf.pack(), place).close()
    assert stat.S_IMODE(place.stat().st_mode) == 0o755
    for path in place.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
