"""Writers that are killed at random instants: what they said was saved is there, and nothing deleted comes back."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from storage.library import Library
from tests.conftest import ROOT
from tests.storage.making import FOX, text_of

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="writers are forked")

AT_REST = {"library.json", "library.backups", "library.texts"}


class Nursery:
    """Starts writers and kills them."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.storage.writers"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def start(self, **order: object) -> int:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        return int(self._process.stdout.readline())

    def kill(self, child: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
            while True:
                os.kill(child, 0)
                time.sleep(0.001)

    def close(self) -> None:
        self._process.communicate()


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


class Ledger:
    """What the writers said: `allowed`, what each annotation may be by now; of most only one thing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[Path, int] = {}
        self.allowed: dict[str, set[str | None]] = {}
        self.tags: set[str] = set()
        self.begun: set[str] = set()
        self.saves = 0
        self.said: dict[str, int] = {}

    def read(self) -> None:
        """Take in what was said since the last time; the writers are dead."""
        for file in sorted(self._folder.glob("*.says")):
            data = file.read_bytes()[self._read.get(file, 0) :]
            self._read[file] = self._read.get(file, 0) + len(data)
            pending: list[tuple[str, str | None]] = []
            for line in data.splitlines():
                pending = self._take(*json.loads(line), pending=pending)
            for uuid, note in pending:
                self.allowed.setdefault(uuid, {None}).add(note)

    def _take(self, word: str, *rest: Any, pending: list[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
        assert word not in {"failed", "trouble"}, rest
        self.said[word] = self.said.get(word, 0) + 1
        match word:
            case "will" | "may":
                return [*pending, (rest[0], rest[1])]
            case "made":
                return [(rest[1], rest[0])]
            case "did":
                self.allowed[rest[0]] = {rest[1]}
                self.saves += 1
                return []
            case "will tag":
                self.begun.add(rest[0])
            case "did tag":
                self.tags.add(rest[0])
                self.saves += 1
        return pending

    def check(self, library: Library) -> None:
        """Compare with the library, and go on from what it has."""
        found = {each.uuid: each.note for each in library.annotations() if each.note[:2] in {"a-", "b-", "c-"}}
        for uuid, notes in self.allowed.items():
            if not uuid.startswith(("a-", "b-", "c-")):  # else it is a note of which nobody knows whether it was saved
                assert found.get(uuid) in notes, uuid
        begun = {note for notes in self.allowed.values() for note in notes}
        for uuid, note in found.items():
            assert uuid in self.allowed or note in begun
        shared = next(each for each in library.annotations() if each.note == "shared")
        there = {path for path in library.tag_paths(shared) if "-" in path}
        assert self.tags <= there <= self.tags | self.begun
        self.allowed = {uuid: {found.get(uuid)} for uuid in {*self.allowed, *found}}
        self.tags = there


class Home:
    """A library, another one to be merged, and the state folders of two devices."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "home" / "library.json"
        self.other = folder / "other" / "other.json"
        self.states = [folder / "one", folder / "two"]
        fox = text_of(FOX)
        with self.open(0) as library:
            document = library.receive(folder / "fox.txt", fox)
            library.annotate(document.uuid, [(4, 9)], note="shared", text=fox)
        with Library.open(self.other, state=folder / "three") as library:
            document = library.receive(folder / "fox.txt", fox)
            library.annotate(document.uuid, [(10, 15)], note="merged", text=fox)

    def order(self, name: str, device: int) -> dict[str, str]:
        """What a writer has to know."""
        places = {"library": self.file, "state": self.states[device], "other": self.other}
        says = self.folder / f"{name}.says"
        return {"name": name, "says": str(says), **{place: str(path) for place, path in places.items()}}

    def open(self, device: int) -> Library:
        return Library.open(self.file, state=self.states[device])


SETUPS = {"one writer": [("a", 0)], "two writers": [("a", 0), ("b", 0)], "two devices": [("a", 0), ("b", 1)]}
SETUPS["three writers"] = [("a", 0), ("b", 0), ("c", 1)]


def run(nursery: Nursery, folder: Path, setup: str, rounds: int) -> Ledger:
    """Let writers write and kill them, so many times; check all that was said each time."""
    rng = random.Random(setup)
    home, ledger = Home(folder), Ledger(folder)
    for number in range(rounds):
        seed = f"{setup} {number}"
        children = [nursery.start(**home.order(name, device), seed=seed) for name, device in SETUPS[setup]]
        rng.shuffle(children)
        for child in children:
            time.sleep(rng.uniform(0.02, 0.3) / len(children))
            nursery.kill(child)
        ledger.read()
        library = home.open(number % 2)
        ledger.check(library)
        assert not library.news()
        library.close()
        if number % 2:
            assert {path.name for path in home.file.parent.iterdir()} - AT_REST <= {
                path.name for path in home.file.parent.glob("*.journal")
            }
    for device in (0, 1, 0):
        with home.open(device) as library:
            ledger.check(library)
    assert {path.name for path in home.file.parent.iterdir()} == AT_REST
    assert not [path for path in home.folder.rglob("*manicula-tmp*") if path.parent.name != "library.texts"]
    with TinyDB(home.file) as stock:
        assert {each["note"] for each in stock.table("annotations")} >= {"shared"}
    return ledger


def test_plain_readers_always_see_a_whole_file(nursery: Nursery, tmp_path: Path) -> None:
    home, ledger = Home(tmp_path), Ledger(tmp_path)
    reader = nursery.start(reads=True, library=str(home.file), says=str(tmp_path / "r.says"))
    writers = [nursery.start(**home.order(name, device), seed=name) for name, device in SETUPS["two devices"]]
    says, end = tmp_path / "r.says", time.monotonic() + 20
    while time.monotonic() < end and (not says.exists() or b"10]" not in says.read_bytes()):
        time.sleep(0.02)
    for child in (reader, *writers):
        nursery.kill(child)
    ledger.read()
    assert ledger.said["read"] >= 10


@pytest.mark.parametrize("setup", SETUPS)
def test_killed_writers(nursery: Nursery, tmp_path: Path, setup: str) -> None:
    ledger = run(nursery, tmp_path, setup, 6)
    assert ledger.saves


@pytest.mark.long
@pytest.mark.parametrize("setup", SETUPS)
def test_writers_killed_hundreds_of_times(nursery: Nursery, tmp_path: Path, setup: str) -> None:
    ledger = run(nursery, tmp_path, setup, 150)
    assert ledger.saves > 1000, ledger.said
