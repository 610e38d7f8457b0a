import random
import stat
import zlib
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import texts
from storage.errors import DocumentError
from storage.library import Library
from storage.text import KINDS, SPAN_KINDS, Block, Meta, Section, Span, Text
from storage.texts import Snapshots
from tests.storage.making import text_of

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
small = st.integers(0, 200)
whole = st.builds(
    Text,
    st.text(st.characters(exclude_categories=["Cs"]), max_size=400),
    st.lists(
        st.builds(Block, small, small, st.sampled_from(KINDS), st.integers(0, 6), st.integers(0, 3), words, small)
    ),
    st.lists(st.builds(Span, small, small, st.sampled_from(SPAN_KINDS), words)),
    st.lists(st.builds(Section, small, small, st.integers(1, 6), words)),
    meta=st.builds(Meta, words, st.lists(words, max_size=2).map(tuple), words, words, words, words),
    fill=st.integers(0, 99),
    reader=words,
    file_hash=words,
    warnings=st.lists(words, max_size=2),
)


def parts_of(text: Text) -> list[object]:
    return [list(text.blocks) if name == "blocks" else getattr(text, name) for name in sorted(Text.__slots__)]


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    return Snapshots(tmp_path / "library.texts")


@pytest.fixture
def long() -> Text:
    """A text of some 200 KB of UTF-8 in characters of one to four bytes."""
    draw = random.Random(1)  # any text will do
    string = "".join(draw.choice("aé–語\U0001f98a") for _ in range(75_000))
    return Text(string, [Block(0, len(string))], reader="plain/1", file_hash="f")


@given(text=whole, chunk=st.integers(4, 64))
def test_a_text_comes_back_whole(tmp_path_factory: pytest.TempPathFactory, text: Text, chunk: int) -> None:
    snapshots = Snapshots(tmp_path_factory.mktemp("texts"))
    with patch.object(texts, "CHUNK", chunk):
        snapshots.save(text)
    found = snapshots.load(text.hash)
    assert found.hash == text.hash
    assert parts_of(found) == parts_of(text)


@given(string=st.text(max_size=200).filter(str.isprintable), start=st.integers(0, 210), length=st.integers(0, 210))
def test_any_range_is_read_alone(
    tmp_path_factory: pytest.TempPathFactory, string: str, start: int, length: int
) -> None:
    snapshots, text = Snapshots(tmp_path_factory.mktemp("texts")), Text(string, [])
    with patch.object(texts, "CHUNK", 16):
        snapshots.save(text)
    assert snapshots.read_range(text.hash, start, start + length) == string[start : start + length]


def test_a_range_is_read_without_the_rest(snapshots: Snapshots, long: Text, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshots.save(long)
    inflated = []
    real = zlib.decompress

    def counted(data: bytes) -> bytes:
        inflated.append(len(data))
        return real(data)

    monkeypatch.setattr(zlib, "decompress", counted)
    assert snapshots.read_range(long.hash, 40_000, 40_100) == long.string[40_000:40_100]
    assert len(inflated) == 1
    assert len(long.string.encode()) > 2 * texts.CHUNK


def test_snapshots_are_private_and_made_once(snapshots: Snapshots, long: Text) -> None:
    assert not snapshots.has(long.hash)
    snapshots.save(long)
    file = snapshots.file(long.hash)
    assert snapshots.has(long.hash)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(snapshots.folder.stat().st_mode) == 0o700
    inode = file.stat().st_ino
    snapshots.save(long)
    assert file.stat().st_ino == inode
    read_anew = Text(long.string, [Block(0, 5), Block(5, len(long))], reader="plain/2", file_hash="f")
    snapshots.save(read_anew)
    assert len(snapshots.load(long.hash).blocks) == 2
    assert [each.name for each in snapshots.folder.iterdir()] == [f"{long.hash}.text"]


@pytest.mark.parametrize("at", [0, 20, 60, 400, 2000, -400, -30])
def test_a_damaged_snapshot_is_named(snapshots: Snapshots, long: Text, at: int) -> None:
    snapshots.save(long)
    file = snapshots.file(long.hash)
    data = bytearray(file.read_bytes())
    data[at] ^= 4
    file.write_bytes(data)
    with pytest.raises(DocumentError, match=rf"{long.hash}\.text is damaged\. Add the document's file again"):
        snapshots.load(long.hash)
    snapshots.save(long)
    assert snapshots.load(long.hash).string == long.string


@pytest.mark.parametrize("size", [0, 10, 100, 1000, 25_000])
def test_a_truncated_snapshot_is_named(snapshots: Snapshots, long: Text, size: int) -> None:
    snapshots.save(long)
    file = snapshots.file(long.hash)
    file.write_bytes(file.read_bytes()[:size])
    with pytest.raises(DocumentError, match="is damaged"):
        snapshots.load(long.hash)
    with pytest.raises(DocumentError, match="is damaged"):
        snapshots.read_range(long.hash, 60_000, 70_000)
    snapshots.save(long)
    assert snapshots.load(long.hash).string == long.string


def test_a_missing_snapshot_is_named(snapshots: Snapshots) -> None:
    with pytest.raises(DocumentError, match=r"0{64}\.text cannot be read: No such file"):
        snapshots.load("0" * 64)


def test_a_snapshot_is_that_of_its_name(snapshots: Snapshots, long: Text) -> None:
    snapshots.save(long)
    snapshots.file(long.hash).rename(snapshots.file("0" * 64))
    with pytest.raises(DocumentError, match="is damaged"):
        snapshots.load("0" * 64)


@pytest.mark.parametrize(
    "version", ["../victim", "a/../../victim", "/etc/passwd", "victim", "", "F" * 64, "f" * 64 + "/x"]
)
def test_what_is_no_hash_names_no_file(version: str, tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path / "home" / "library.texts")
    text = text_of("A text that lies outside.")
    snapshots.save(text)
    kept = snapshots.file(text.hash).read_bytes()
    for place in (tmp_path / "home" / "victim.text", snapshots.folder / "victim.text"):
        place.write_bytes(kept)
    assert not snapshots.has(version)
    assert snapshots.when(version) == 0
    with pytest.raises(DocumentError):
        snapshots.load(version)
    with pytest.raises(DocumentError):
        snapshots.read_range(version, 0, 5)


def test_a_merge_takes_no_text_from_elsewhere_and_puts_none_there(tmp_path: Path) -> None:
    text = text_of("A text of the other library.")
    with Library.open(tmp_path / "other" / "other.json", state=tmp_path / "one") as other:
        document = other.receive(tmp_path / "a.txt", text)
        other.db.table("documents").update({"texts": [text.hash, "../../victim"]})
        (tmp_path / "victim.text").write_bytes(other.snapshots.file(text.hash).read_bytes())
    before = sorted(path.name for path in tmp_path.iterdir())
    with Library.open(tmp_path / "deep" / "home" / "library.json", state=tmp_path / "one") as library:
        library.merge(other.path)
        assert library.document(document.uuid).texts[-1] == "../../victim"
        assert library.snapshots.has(text.hash)
    assert {path.name for path in tmp_path.iterdir()} == {*before, "deep"}
    assert not list((tmp_path / "deep").rglob("victim*"))
