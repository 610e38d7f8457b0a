"""Zip files that are no packs of ours, or mean harm: refused whole, and nothing is written."""

import json
import shutil
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from storage import base, meta, packing, packs, unpacking
from storage.checking import quiet
from storage.errors import ManiculaError
from storage.readers import LIMIT
from tests.storage.packed import WORDS, Member, Shelf, unpacked
from tests.storage.test_files import listing


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
