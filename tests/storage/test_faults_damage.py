"""A library that was damaged, at rest and while open: cut, emptied, removed, bits turned, zeros, garbage."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from storage import mending
from storage.library import Library
from tests.storage.faults import Home, abandon, make, shown, unsynced
from tests.storage.making import FOX, text_of


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(1, len(data) - 2)]


def _flip(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]


def _zero(data: bytes, rng: random.Random) -> bytes:
    at, size = rng.randrange(len(data) - 1), rng.randrange(1, 600)
    return (data[:at] + bytes(size) + data[at + size :])[: len(data)]


def _append(data: bytes, rng: random.Random) -> bytes:
    return data + rng.randbytes(rng.randrange(1, 300))


def _empty(_data: bytes, _rng: random.Random) -> bytes:
    return b""


DAMAGES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "cut": _cut,
    "flip": _flip,
    "zero": _zero,
    "append": _append,
    "empty": _empty,
}


def damage(file: Path, kind: str, seed: int) -> None:
    """Damage a file in place, as disks do; `kind` may also be ``gone``."""
    if kind == "gone":
        file.unlink()
        return
    data = DAMAGES[kind](file.read_bytes(), random.Random(f"{kind} {seed}"))
    with file.open("r+b") as target:
        target.write(data)
        target.truncate()


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mending, "PATIENCE", 0.0)
    unsynced(monkeypatch)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A library that was folded several times, whose last writer died after two saves."""
    home = make(tmp_path_factory.mktemp("damage"))
    for number in range(3):
        with home.open() as library:
            grow(library, f"round {number}")
    library = home.open()
    grow(library, "journaled")
    library.edit(note_of(library, "first"), note="edited", color="blue")
    abandon(library)
    home.keep()
    return home


def grow(library: Library, note: str) -> None:
    text = text_of(FOX)
    place = len(library.annotations())
    library.annotate(library.documents()[0].uuid, [(place, place + 3)], note=note, tags=[f"t/{place}"], text=text)


def note_of(library: Library, note: str) -> str:
    return next(each.uuid for each in library.annotations() if each.note == note)


def notes(library: Library) -> set[str]:
    """All notes that a reader can get at."""
    found = library.annotations()
    return {each.note for each in found} | {str(other.value) for each in found for other in each.alternatives}


def journal_of(home: Home) -> Path:
    return next(home.file.parent.glob("*.journal"))


def newest_backup(home: Home) -> Path:
    return max(home.file.parent.glob("library.backups/*.json"))


def cases(count: int) -> list[tuple[str, int]]:
    """Kinds of damage, each at so many places."""
    return [(kind, seed) for kind in DAMAGES for seed in range(count if kind != "empty" else 1)] + [("gone", 0)]


FEW = cases(4)
MANY = [pytest.param(*case, marks=pytest.mark.long) for case in cases(400) if case not in FEW]
each_damage = pytest.mark.parametrize(("kind", "seed"), [*FEW, *MANY])


@each_damage
@pytest.mark.parametrize("backup", ["sound", "damaged"])
def test_a_library_damaged_at_rest_is_mended(home: Home, kind: str, seed: int, backup: str) -> None:
    home.restore()
    with home.elsewhere() as library:
        before, words = shown(library), notes(library)
    damage(home.file, kind, seed)
    if backup == "damaged":
        damage(newest_backup(home), kind, seed + 1)
    with home.open() as library:
        told = library.news()
        assert shown(library) == before or told
        assert kind == "flip" or shown(library) == before
        assert words <= notes(library)
        assert all(str(home.file) in sentence for sentence in told)
        after = shown(library)
    with home.open() as library:
        assert shown(library) == after
        assert not library.news()


@each_damage
def test_a_library_damaged_while_open_is_mended(home: Home, kind: str, seed: int) -> None:
    home.restore()
    library = home.open()
    grow(library, "before the damage")
    before, words = shown(library), notes(library)
    damage(home.file, kind, seed)
    changed = library.refresh()
    library.refresh()
    told = library.news()
    assert shown(library) == before or (changed and told)
    assert kind == "flip" or shown(library) == before
    assert words <= notes(library)
    grow(library, "after the damage")
    after = shown(library)
    with home.elsewhere() as other:
        assert shown(other) == after
    library.close()
    with home.open() as again:
        assert shown(again) == after
        assert not again.news()


@each_damage
@pytest.mark.parametrize("base", ["sound", "damaged"])
def test_a_journal_damaged_while_open_costs_nothing(home: Home, kind: str, seed: int, base: str) -> None:
    home.restore()
    library = home.open()
    grow(library, "before the damage")
    before = shown(library)
    damage(journal_of(home), kind, seed)
    if base == "damaged":
        damage(home.file, "zero", seed)
    library.refresh()
    assert shown(library) == before
    grow(library, "after the damage")
    after = shown(library)
    with home.elsewhere() as other:
        assert shown(other) == after
    library.close()
    with home.open() as again:
        assert shown(again) == after


@each_damage
def test_of_a_journal_damaged_at_rest_all_is_read_that_can_be(home: Home, kind: str, seed: int) -> None:
    home.restore()
    with home.elsewhere() as library:
        before = shown(library)
    lines = journal_of(home).read_bytes().split(b"\n")
    damage(journal_of(home), kind, seed)
    left = set(journal_of(home).read_bytes().split(b"\n")) if kind != "gone" else set()
    with home.open() as library:
        told = library.news()
        after = shown(library)
        known = notes(library)
        for line, note in zip(lines[1:3], ["journaled", "edited"], strict=True):
            assert note in known or line not in left
        assert kind != "flip" or after == before
        assert after == before or told or kind in {"cut", "empty", "gone"}
    with home.open() as library:
        assert shown(library) == after
        assert not library.news()
