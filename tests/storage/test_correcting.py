import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import correcting, journal
from storage.journal import Journal

HEAD = {"journal": "00ff", "device": "d", "library": "u", "schema": 1}


def written(notes: list[str]) -> bytes:
    lines = [journal.encode(at, {"annotations": {"1": {"note": note}}}, fast=False) for at, note in enumerate(notes)]
    return b"".join([journal.encode_head(HEAD), *lines])


def read(file: Path, data: bytes) -> tuple[list[str], Journal]:
    file.write_bytes(data)
    found = Journal(file)
    notes = [record["note"] for line in found.read() for record in line.changes["annotations"].values() if record]
    return notes, found


@given(st.lists(st.text(max_size=30), min_size=1, max_size=4), st.integers(0, 2**30))
def test_any_turned_bit_of_a_journal_is_turned_back(
    tmp_path_factory: pytest.TempPathFactory, notes: list[str], place: int
) -> None:
    data = written(notes)
    at, bit = divmod(place % (len(data) * 8), 8)
    damaged = data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]
    found, journal_read = read(tmp_path_factory.getbasetemp() / "journal", damaged)
    assert found == notes
    assert journal_read.head == HEAD
    assert not journal_read.bad


@pytest.mark.parametrize("bit", range(8))
def test_a_turned_bit_in_the_last_line_end_hides_no_save(tmp_path: Path, bit: int) -> None:
    data = bytearray(written(["one", "two"]))
    data[-1] ^= 1 << bit
    notes, found = read(tmp_path / "journal", bytes(data))
    assert (notes, found.bad, found.corrected) == (["one", "two"], [], 1)
    found.append(journal.encode(3, {"annotations": {"1": {"note": "three"}}}, fast=False), durable=True)
    again = Journal(tmp_path / "journal")
    assert [record["note"] for line in again.read() for record in line.changes["annotations"].values() if record] == [
        "one",
        "two",
        "three",
    ]


@given(st.binary(min_size=2, max_size=200), st.data())
def test_what_is_more_than_one_bit_is_not_guessed(body: bytes, data: st.DataObject) -> None:
    bits = data.draw(st.lists(st.integers(0, len(body) * 8 - 1), min_size=2, max_size=2, unique=True))
    damaged = bytearray(body)
    for bit in bits:
        damaged[bit // 8] ^= 1 << bit % 8
    assert correcting.turned(bytes(damaged), zlib.crc32(body)) is None


def test_two_turned_bits_are_reported(tmp_path: Path) -> None:
    data = written(["one", "two", "three"]).replace(b"two", b"twp").replace(b'"twp', b'"uwp')
    notes, found = read(tmp_path / "journal", data)
    assert notes == ["one", "three"]
    assert len(found.bad) == 1
    assert not found.corrected


def test_a_line_being_written_is_not_read_yet(tmp_path: Path) -> None:
    data = written(["one", "two"])
    for cut in range(1, 40):
        assert read(tmp_path / "journal", data[:-cut])[0] == ["one"]
