"""Packing and unpacking: the same library elsewhere; and zip files that are none of ours, or mean harm."""

import json
import shutil
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from storage import base, meta, packing, packs, unpacking
from storage.checking import check, quiet
from storage.errors import ManiculaError, UsageError
from storage.exchange.destination import ExistsError
from storage.library import Library
from storage.model import Document
from storage.readers import LIMIT
from tests.storage.making import content
from tests.storage.test_files import fail_at, listing

WORDS = {
    "articles/fox.txt": "The quick brown fox jumps over the lazy dog.",
    "articles/fox.md": "# A fox\n\nIt has a title, and *emphasis*.",
    "hen.txt": "A hen in the yard.",
    "../outside/cow.txt": "A cow outside.",
    "../outside/hen.txt": "Another hen, outside.",
    "ünïcode 🦊.txt": "Odd names are names.",
}


class Shelf:
    """A library of documents beneath it and elsewhere, each with an annotation."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.state = folder / "home", folder / "state"
        self.file = self.folder / "library.json"
        with self.open() as library:
            for name, words in WORDS.items():
                path = self.folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(words)
                document = library.add(path.resolve())[0]
                text = library.text(document)
                library.annotate(document.uuid, [(2, 5)], tags=["kind/animal"], note=f"in {name}", text=text)
            self.content = content(library)

    def open(self) -> Library:
        return Library.open(self.file, state=self.state)

    def pack(self, name: str = "pack.zip") -> Path:
        target = self.folder.parent / name
        with self.open() as library:
            packing.pack(library, target, quiet)
        return target


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pack that is made once, for what is done to packs."""
    return Shelf(tmp_path_factory.mktemp("sound")).pack()


@pytest.fixture
def archive(sound: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copy(sound, tmp_path / "pack.zip"))


def unpacked(archive: Path, folder: Path) -> Library:
    unpacking.unpack(archive, folder / "new.json", folder / "state", quiet)
    return Library.open(folder / "new.json", state=folder / "state")


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


Member = tuple[zipfile.ZipInfo, bytes]


def rewritten(archive: Path, change: Callable[[list[Member]], object]) -> Path:
    """The pack with its members changed."""
    with zipfile.ZipFile(archive) as opened:
        members = [(info, opened.read(info)) for info in opened.infolist()]
    change(members)
    target = archive.with_name("hostile.zip")
    with zipfile.ZipFile(target, "w") as made:
        for info, data in members:
            made.writestr(info, data)
    return target


def member(name: str, data: bytes = b"x", mode: int = 0o100600, kind: int = zipfile.ZIP_DEFLATED) -> Member:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr, info.compress_type = 3, mode << 16, kind
    return info, data


HASH = "0" * 64
BAD_NAMES = [
    "../evil.txt",
    "originals/../../evil.txt",
    "originals/../library.json",
    "/etc/evil",
    "originals//evil.txt",
    "originals/./evil.txt",
    "originals/a\\..\\..\\evil.txt",
    "originals/C:evil.txt",
    "originals/",
    "originals/folder/",
    "originals/nul",
    "originals/end.",
    "originals/\x1b[31m.txt",
    "originals/" + "x" * 300,
    "originals/" + "x/" * 60 + "y",
    "texts/evil.text",
    f"texts/{HASH}.text/more",
    f"texts/{HASH}.TEXT",
    "evil.txt",
    "library.texts/evil",
    "LIBRARY.JSON",
]


@pytest.mark.parametrize("name", BAD_NAMES)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_no_pack_has_is_refused(archive: Path, tmp_path: Path, name: str) -> None:
    hostile = rewritten(archive, lambda members: members.append(member(name)))
    place = tmp_path / "elsewhere"
    with pytest.raises(unpacking.PackError, match="was not unpacked, because of") as told:
        unpacked(hostile, place)
    assert "\x1b" not in str(told.value)
    assert not place.exists()


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        (member("originals/link", b"/etc/passwd", 0o120777), "it is a link"),
        (member("originals/device", b"", 0o020600), "a device"),
        (member("originals/folder", b"", 0o040700), "a folder"),
        (member("originals/HEN.TXT"), "the same name"),
        (member("originals/hen.txt/more"), "the same name"),
        (member("originals/strange", b"x" * 99, kind=zipfile.ZIP_BZIP2), "compressed in a way"),
        (member("originals/big", bytes(LIMIT + 1)), "and may have"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0].filename,
)
def test_a_member_that_no_pack_has_is_refused(archive: Path, tmp_path: Path, extra: Member, words: str) -> None:
    hostile = rewritten(archive, lambda members: members.append(extra))
    with pytest.raises(unpacking.PackError, match=words):
        unpacked(hostile, tmp_path / "elsewhere")
    assert not (tmp_path / "elsewhere").exists()


def test_a_bomb_is_refused_by_its_size(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "_SMALL", 1 << 20)
    zeros = bytes(1 << 20)
    hostile = rewritten(archive, lambda members: members.extend(member(f"originals/{n}", zeros) for n in range(4)))
    with pytest.raises(unpacking.PackError, match="it would become"):
        unpacked(hostile, tmp_path / "elsewhere")


def test_what_is_packed_is_never_taken_for_a_bomb(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "_SMALL", 1 << 20)
    with shelf.open() as library:
        (shelf.folder / "much.txt").write_text("the same " * (1 << 18))
        library.add(shelf.folder / "much.txt")
        packing.pack(library, tmp_path / "much.zip", quiet)
    with unpacked(tmp_path / "much.zip", tmp_path / "elsewhere") as there:
        assert len(there.documents()) == len(WORDS) + 1


def test_too_many_members_are_refused(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MOST", 5)
    with pytest.raises(unpacking.PackError, match="at most 5"):
        unpacked(archive, tmp_path / "elsewhere")


@pytest.mark.parametrize("said", [1, 5, 1 << 20])
def test_a_size_that_is_a_lie_is_found(archive: Path, tmp_path: Path, said: int) -> None:
    data = bytearray(archive.read_bytes())
    at = data.index(b"PK\x01\x02")
    while data[at + 46 : at + 46 + 10] != b"originals/":
        at = data.index(b"PK\x01\x02", at + 1)
    data[at + 24 : at + 28] = struct.pack("<I", said)
    archive = tmp_path / "lies.zip"
    archive.write_bytes(data)
    with pytest.raises(unpacking.PackError, match="lies about the size"):
        unpacked(archive, tmp_path / "elsewhere")
    assert listing(tmp_path / "elsewhere") == set()


def change_library(members: list[Member], change: Callable[[bytes], bytes]) -> None:
    members[:] = [(info, change(data) if info.filename == packs.LIBRARY else data) for info, data in members]


def of_a_newer_version(data: bytes) -> bytes:
    tables, _ = base.read(data)
    key, record = meta.of(tables) or meta.made()
    return base.written(tables, (key, {**record, "schema": 99}))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: data[:-9], "is not as it was packed"),
        (lambda _: b"words", "is not as it was packed"),
        (lambda _: b"{}", "is not as it was packed"),
        (of_a_newer_version, "newer Manicula"),
    ],
)
def test_a_library_that_is_not_as_it_was_packed_is_refused(
    archive: Path, tmp_path: Path, change: Callable[[bytes], bytes], words: str
) -> None:
    hostile = rewritten(archive, lambda members: change_library(members, change))
    with pytest.raises(unpacking.PackError, match=words):
        unpacked(hostile, tmp_path / "elsewhere")
    assert listing(tmp_path / "elsewhere") == set()


@pytest.mark.parametrize(
    "manifest",
    [
        b"words",
        b"[]",
        b"{}",
        b'{"format":"manicula-pack","version":1,"originals":[]}',
        b'{"format":"x","version":1,"originals":{}}',
        b"[" * 99999,
    ],
)
def test_a_manifest_that_says_nothing_is_refused(archive: Path, tmp_path: Path, manifest: bytes) -> None:
    def change(members: list[Member]) -> None:
        members[:] = [(info, manifest if info.filename == packs.MANIFEST else data) for info, data in members]

    with pytest.raises(unpacking.PackError):
        unpacked(rewritten(archive, change), tmp_path / "elsewhere")
    assert not (tmp_path / "elsewhere").exists()


def test_an_original_of_no_document_is_refused(archive: Path, tmp_path: Path) -> None:
    def change(members: list[Member]) -> None:
        found = json.loads(next(data for info, data in members if info.filename == packs.MANIFEST))
        found["originals"]["originals/hen.txt"] = "nobody"
        members[:] = [(i, json.dumps(found).encode() if i.filename == packs.MANIFEST else d) for i, d in members]

    with pytest.raises(unpacking.PackError, match="not as it was packed"):
        unpacked(rewritten(archive, change), tmp_path / "elsewhere")


@pytest.mark.parametrize("data", [b"", b"words", b"PK\x05\x06" + bytes(18), b"PK\x03\x04" + bytes(60)])
def test_a_file_that_is_no_pack_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "words.zip").write_bytes(data)
    with pytest.raises(unpacking.PackError, match="no pack of Manicula"):
        unpacked(tmp_path / "words.zip", tmp_path / "elsewhere")
    with pytest.raises(ManiculaError, match=r"none\.zip cannot be read"):
        unpacked(tmp_path / "none.zip", tmp_path / "elsewhere")


@pytest.mark.parametrize("at", range(20))
def test_a_damaged_pack_is_never_half_unpacked(archive: Path, tmp_path: Path, at: int) -> None:
    data = bytearray(archive.read_bytes())
    data[len(data) * at // 20] ^= 0x55
    archive.write_bytes(data)
    place = tmp_path / "elsewhere"
    try:
        with unpacked(archive, place) as library:
            assert {each.note for each in library.annotations()} == {f"in {name}" for name in WORDS}
    except ManiculaError:
        assert not place.exists() or listing(place) == set()
