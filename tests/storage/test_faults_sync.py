"""Other hands on the file while it is open: sync tools, other devices, stock TinyDB, a moved link, a wrong clock."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tinydb import TinyDB, where

from storage import compact, files, identity, mending
from storage.backups import Backups
from storage.errors import LibraryError
from storage.library import Library
from tests.conftest import ROOT
from tests.storage.faults import Home, abandon, make, shown, unsynced
from tests.storage.making import FOX, text_of


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr(mending, "PATIENCE", 0.0)
    unsynced(monkeypatch)
    return make(tmp_path)


def grow(library: Library, note: str) -> None:
    text = text_of(FOX)
    library.annotate(library.documents()[0].uuid, [(len(library.annotations()), 40)], note=note, text=text)


def notes(library: Library) -> set[str]:
    return {each.note for each in library.annotations()}


def uuid_of(library: Library, note: str) -> str:
    return next(each.uuid for each in library.annotations() if each.note == note)


def put(data: bytes, file: Path) -> None:
    """Replace a file as a sync tool does."""
    arriving = file.with_name(".syncing")
    arriving.write_bytes(data)
    arriving.replace(file)


def older(home: Home) -> bytes:
    """The library as it was before all that the tests do."""
    return (home.folder.parent / "kept" / "library" / "library.json").read_bytes()


def diverged(home: Home) -> bytes:
    """The library as another machine has gone on with it from the same beginning."""
    other = home.folder.parent / "machine" / "library.json"
    other.parent.mkdir()
    other.write_bytes(older(home))
    with Library.open(other, state=other.parent / "state") as library:
        grow(library, "from the other machine")
        library.edit(uuid_of(library, "second"), color="green")
    return other.read_bytes()


@pytest.mark.parametrize("folded", [True, False], ids=["folded", "journaled"])
@pytest.mark.parametrize("copy", [older, diverged])
def test_a_sync_tool_puts_another_copy_in_its_place(home: Home, copy: Callable[[Home], bytes], folded: bool) -> None:
    library = home.open()
    grow(library, "mine")
    library.delete(uuid_of(library, "first"))
    if folded:
        library.fold()
        grow(library, "mine too")
    before = notes(library)
    put(copy(home), home.file)
    library.refresh()
    expected = before | ({"from the other machine"} if copy is diverged else set())
    assert notes(library) == expected
    with home.elsewhere() as other:
        assert notes(other) == expected
    grow(library, "afterwards")
    library.close()
    with home.open() as again:
        assert notes(again) == expected | {"afterwards"}
        assert not again.news()


def test_a_sync_tool_puts_another_library_in_its_place(home: Home) -> None:
    library = home.open()
    grow(library, "unfolded")
    before = shown(library)
    put(home.other.read_bytes(), home.file)
    assert library.refresh()
    told = library.news()
    assert len(told) == 1
    assert str(home.file) in told[0]
    assert notes(library) == {"from elsewhere"}
    grow(library, "in the other one")
    library.close()
    with home.open() as again:
        assert notes(again) == {"from elsewhere", "in the other one"}
    kept = next(path for path in Backups(home.file).folder.iterdir() if str(path) in told[0])
    with Library.open(kept, state=home.folder / "third", readonly=True) as whole:
        assert shown(whole) == before


def insert(file: Path) -> None:
    with TinyDB(file) as stock:
        table = stock.table("annotations")
        table.insert({"document": table.all()[0]["document"], "note": "by hand"})


def update(file: Path) -> None:
    with TinyDB(file) as stock:
        stock.table("annotations").update({"note": "by hand"}, where("note") == "second")


def remove(file: Path) -> None:
    with TinyDB(file) as stock:
        stock.table("annotations").remove(where("note") == "second")


def truncate(file: Path) -> None:
    with TinyDB(file) as stock:
        stock.table("annotations").truncate()


EDITS: dict[str, tuple[Callable[[Path], None], set[str]]] = {
    "insert": (insert, {"first", "second", "by hand"}),
    "update": (update, {"first", "by hand"}),
    "remove": (remove, {"first"}),
    "truncate": (truncate, set()),
}


@pytest.mark.parametrize("when", ["closed", "open", "closed with a journal", "open with a journal"])
@pytest.mark.parametrize("name", EDITS)
def test_stock_tinydb_edits_it(home: Home, name: str, when: str) -> None:
    edit, expected = EDITS[name]
    library = home.open()
    if "journal" in when:
        grow(library, "journaled")
        expected = expected | {"journaled"}
    if "closed" in when:
        if "journal" in when:
            abandon(library)
        else:
            library.close()
        edit(home.file)
        library = home.open()
    else:
        edit(home.file)
        library.refresh()
    assert notes(library) == expected
    assert len(library.news()) == 1
    grow(library, "afterwards")
    library.close()
    with home.open() as again:
        assert notes(again) == expected | {"afterwards"}
        assert not again.news()
        while notes(again) != notes(again) | {"first", "second"}:
            assert again.undo()


def test_a_clock_that_goes_backwards(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    library = home.open()
    grow(library, "before")
    library.fold()
    real = identity.milliseconds()
    monkeypatch.setattr(identity, "milliseconds", lambda: real - 10**10)
    clock = time.time_ns() - 10**16
    monkeypatch.setattr("time.time_ns", lambda: clock)
    uuid = uuid_of(library, "before")
    library.edit(uuid, note="after")
    assert library.annotation(uuid).note == "after"
    for number in range(5):
        grow(library, f"round {number}")
        library.fold()
    expected = shown(library)
    library.close()
    with home.open() as again:
        assert shown(again) == expected
    newest = Backups(home.file).newest()
    assert newest
    home.file.unlink()
    with home.open() as again:
        assert shown(again) == expected


def test_a_link_that_is_led_elsewhere(home: Home) -> None:
    link = home.folder / "link.json"
    link.symlink_to(home.file)
    library = Library.open(link, state=home.state)
    grow(library, "through the link")
    link.unlink()
    link.symlink_to(home.other)
    library.refresh()
    grow(library, "still there")
    library.close()
    with home.open() as first:
        assert notes(first) >= {"through the link", "still there"}
    with Library.open(link, state=home.state) as second:
        assert notes(second) == {"from elsewhere"}
    assert link.is_symlink()


READING = """
import importlib, os, pkgutil, sys
from pathlib import Path
import storage
for module in pkgutil.iter_modules(storage.__path__):
    importlib.import_module(f"storage.{module.name}")  # whoever it becomes may not read the interpreter's own folder
os.setgid(65534)
os.setuid(65534)
from storage.errors import LibraryError
from storage.library import Library
file = Path(sys.argv[1])
library = Library.open(file, state=Path(sys.argv[2]))
assert library.readonly
print(len(library.annotations()), *library.news())
try:
    library.delete(library.annotations()[0].uuid)
except LibraryError as error:
    print(error)
library.close()
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may become somebody else")
def test_a_folder_that_may_only_be_read(home: Home) -> None:
    with home.open() as library:
        grow(library, "unfolded")
        above = [path for path in home.folder.parents if path.is_relative_to(tempfile.gettempdir())][:-1]
        for path in (*above, home.folder, *home.folder.rglob("*")):
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
        before = {path: path.read_bytes() for path in home.folder.rglob("*") if path.is_file()}
        done = subprocess.run(
            [sys.executable, "-c", READING, str(home.file), str(home.folder / "nowhere")],
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
        )
        assert not done.returncode, done.stderr
        assert done.stdout.splitlines() == [
            "3",
            f"{home.file} is read-only, so nothing can be changed in it.",
        ]
        assert {path: path.read_bytes() for path in home.folder.rglob("*") if path.is_file()} == before


def test_a_medium_that_is_read_only(home: Home) -> None:
    mount = ["mount", "--bind", str(home.folder), str(home.folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not permitted here")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(home.folder)], check=True)
        with home.open() as library:
            assert library.readonly
            assert notes(library) == {"first", "second"}
            with pytest.raises(LibraryError, match=r"library\.json is read-only, so nothing can be changed in it"):
                grow(library, "in vain")
    finally:
        subprocess.run(["umount", str(home.folder)], check=True)


def test_two_devices_write_at_once(home: Home) -> None:
    one, two = home.open(), Library.open(home.file, state=home.folder / "other state")
    for number in range(12):
        grow((one, two)[number % 2], f"{number}")
        if number % 5 == 4:
            (two, one)[number % 2].fold()
    one.refresh()
    two.refresh()
    expected = {"first", "second", *map(str, range(12))}
    assert notes(one) == notes(two) == expected
    one.close()
    two.close()
    assert home.beside() == {"library.json", "library.backups", "library.texts"}
    with home.open() as again:
        assert notes(again) == expected


@pytest.mark.parametrize("state", ["a file", "spoiled"])
def test_a_state_folder_that_cannot_be_used(home: Home, state: str) -> None:
    if state == "a file":
        shutil.rmtree(home.state)
        home.state.touch()
    else:
        for path in home.state.rglob("*.json"):
            path.write_bytes(b"\0\0")
    for number in range(3):
        with home.open() as library:
            grow(library, f"{number}")
            if number:
                assert library.undo() or state == "a file"
                grow(library, f"{number} again")
    with home.elsewhere() as library:
        assert notes(library) >= {"0", "1 again", "2 again"}
    assert home.beside() == {"library.json", "library.backups", "library.texts"}
    if state == "spoiled":
        with home.open() as library, home.open() as other:
            assert library.device == other.device


def test_a_foreign_journal_comes_grows_and_goes(home: Home) -> None:
    far = home.folder.parent / "far" / "library.json"
    far.parent.mkdir()
    far.write_bytes(older(home))
    elsewhere = Library.open(far, state=far.parent / "state")
    grow(elsewhere, "far")
    journal = next(far.parent.glob("*.journal"))
    here = home.file.with_name(journal.name)
    library = home.open()
    grow(library, "near")
    data = journal.read_bytes()
    put(data[: len(data) // 2], here)
    library.refresh()
    assert notes(library) == {"first", "second", "near"}
    put(data, here)
    library.refresh()
    assert notes(library) == {"first", "second", "near", "far"}
    grow(elsewhere, "farther")
    put(journal.read_bytes(), here)
    library.refresh()
    assert "farther" in notes(library)
    here.unlink()
    library.refresh()
    grow(library, "nearer")
    expected = {"first", "second", "near", "far", "farther", "nearer"}
    assert notes(library) == expected
    library.close()
    with home.open() as again:
        assert notes(again) == expected
    abandon(elsewhere)


def test_a_journal_begun_anew_while_another_process_folds_is_not_overwritten(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, other = home.open(), home.open()
    grow(library, "one")
    other.refresh()
    real = compact._put

    def put_late(*args: object) -> bool:
        next(home.file.parent.glob("*.journal")).unlink()
        grow(other, "two")
        return bool(real(*args))  # type: ignore[arg-type]

    monkeypatch.setattr(compact, "_put", put_late)
    library.fold()
    monkeypatch.setattr(compact, "_put", real)
    with home.elsewhere() as reader:
        assert notes(reader) == {"first", "second", "one", "two"}
    library.close()
    other.close()
    with home.open() as again:
        assert notes(again) == {"first", "second", "one", "two"}


def test_what_another_process_is_writing_is_not_swept_away(tmp_path: Path) -> None:
    with files.prepared(tmp_path / "library.json", [b"new"]) as temporary:
        files.sweep(tmp_path, "library.json")
        assert temporary.exists()
    temporary.touch()
    files.sweep(tmp_path, "library.json")
    assert not temporary.exists()


def test_a_journal_of_the_same_number_is_told_from_the_one_before(home: Home) -> None:
    """File systems give the number of a removed file to the next one."""
    library, other = home.open(), home.open()
    grow(library, "one")
    other.refresh()
    journal = next(home.file.parent.glob("*.journal"))
    first = journal.read_bytes()
    library.fold()
    grow(library, "two, and longer than the one before it was")
    journal = next(home.file.parent.glob("*.journal"))
    kept = journal.stat()
    own = other._file.own  # type: ignore[attr-defined]
    assert len(first) < kept.st_size
    own._version = own._version._replace(inode=kept.st_ino)
    other.refresh()
    assert "two, and longer than the one before it was" in notes(other)
