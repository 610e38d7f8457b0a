"""A full disk, a failing one and a machine that stops, at every call that changes the disk."""

import errno
import itertools
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from tinydb import TinyDB, where

from storage import compact, mending
from storage.errors import LibraryError
from storage.library import Library
from tests.conftest import ROOT
from tests.storage.faults import SYNCS, Crash, Fault, Home, abandon, failing, make, shown, unsynced
from tests.storage.making import FOX, text_of
from tests.storage.test_files import fail_at

AT_REST = {"library.json", "library.backups", "library.texts"}


def annotation(library: Library, note: str) -> str:
    return next(each.uuid for each in library.annotations() if each.note == note)


def edit(library: Library) -> None:
    library.edit(annotation(library, "first"), note="edited", add_tags=["c"])


def insert(library: Library) -> None:
    library.annotate(library.documents()[0].uuid, [(16, 19)], note="third", text=text_of(FOX))


def delete(library: Library) -> None:
    library.delete(annotation(library, "first"))


def undo(library: Library) -> None:
    assert library.undo()


def fold(library: Library) -> None:
    library.fold()


def fold_while_saving(library: Library) -> None:
    real = compact._put
    with pytest.MonkeyPatch.context() as patch:

        def put(*args):
            edit(library)
            return real(*args)

        patch.setattr(compact, "_put", put)
        library.fold()


def fold_without_links(library: Library) -> None:
    with pytest.MonkeyPatch.context() as patch:
        fail_at(patch, "link", 1, errno.EPERM)
        library.fold()


def merge(library: Library) -> None:
    library.merge(library.path.parent.parent / "other" / "library.json")


def close(library: Library) -> None:
    library.close()


class Case(NamedTuple):
    """What is done while the disk fails, and what was done before, of which there may be none on the disk."""

    action: Callable[[Library], object]
    before: Callable[[Library], object] | None = None


CASES = {
    "save that starts a journal": Case(edit),
    "save": Case(edit, insert),
    "insert": Case(insert, edit),
    "delete": Case(delete, insert),
    "undo": Case(undo, delete),
    "fold": Case(fold, insert),
    "fold while saving": Case(fold_while_saving, insert),
    "fold without links": Case(fold_without_links, insert),
    "merge": Case(merge, insert),
    "close": Case(close, edit),
}


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    unsynced(monkeypatch)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make(tmp_path_factory.mktemp("faults"))


def ready(home: Home, case: Case) -> Library:
    home.restore()
    library = home.open()
    if case.before:
        case.before(library)
    return library


def expected(home: Home, case: Case) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """What the library shows before and after the action, when nothing fails."""
    library = ready(home, case)
    before = shown(library)
    case.action(library)
    after = shown(library)
    abandon(library)
    return before, after


WAYS = [("full", errno.ENOSPC), ("once", errno.EIO), ("dead", errno.EIO), ("short", errno.ENOSPC)]


@pytest.mark.parametrize(
    ("kind", "error"), [*WAYS[:2], *(pytest.param(*way, marks=pytest.mark.long) for way in WAYS[2:])]
)
@pytest.mark.parametrize("name", CASES)
def test_a_disk_that_fails_at_any_call(home: Home, name: str, kind: str, error: int) -> None:
    case = CASES[name]
    before, after = expected(home, case)
    for at in itertools.count(1):
        library = ready(home, case)
        told = ""
        with failing(Fault(kind, at, error=error)) as fault:
            try:
                case.action(library)
            except LibraryError as problem:
                told = str(problem)
        place = f"{name}, call {at}, {fault.hit}: {told}"
        assert not told or re.match(rf"(.*{re.escape(str(home.file))}).*\.$", told), place
        assert shown(library) == after or (told and shown(library) == before), place
        with home.elsewhere() as other:
            unsure = kind == "dead" and fault.hit in SYNCS  # what could not be synced could not be taken back either
            assert shown(other) == shown(library) or (unsure and shown(other) == after), place
            assert not other.news(), place
            left = shown(other)
        ended(home, library, left, place)
        if not fault.hit:
            assert not told
            return


def ended(home: Home, library: Library, left: list[tuple[object, ...]], place: str) -> None:
    """What holds after the library was closed, and opened and closed again."""
    library.close()
    with home.open() as again:
        assert shown(again) == left, place
        assert not again.news(), place
        edit_any(again)
        left = shown(again)
    assert home.beside() == AT_REST, place
    assert not home.litter(), place
    with home.open() as again:
        assert shown(again) == left, place
    with TinyDB(home.file) as stock:
        assert len(stock.table("annotations")) == len(left), place


def edit_any(library: Library) -> None:
    library.edit(library.annotations()[0].uuid, note="after all")


@pytest.mark.parametrize("kind", ["torn", pytest.param("crash", marks=pytest.mark.long)])
@pytest.mark.parametrize("name", CASES)
def test_a_machine_that_stops_at_any_call(home: Home, name: str, kind: str) -> None:
    case = CASES[name]
    before, after = expected(home, case)
    for at in itertools.count(1):
        library = ready(home, case)
        done = False
        with failing(Fault(kind, at)) as fault:
            try:
                case.action(library)
                done = True
            except Crash:
                pass
        abandon(library)
        place = f"{name}, call {at}, {fault.hit}"
        with home.elsewhere() as other:
            assert shown(other) in ([after] if done else [before, after]), place
        library = home.open()
        left = shown(library)
        assert left in ([after] if done else [before, after]), place
        assert not library.news(), place
        ended(home, library, left, place)
        if not fault.hit:
            return


def cut_short(home: Home) -> None:
    home.file.write_bytes(home.file.read_bytes()[:-500])


def emptied(home: Home) -> None:
    home.file.write_bytes(b"")


def removed(home: Home) -> None:
    home.file.unlink()


def edited_by_another_program(home: Home) -> None:
    with TinyDB(home.file) as stock:
        table = stock.table("annotations")
        table.insert({"document": table.all()[0]["document"], "note": "new by hand"})
        table.update({"note": "by hand"}, where("note") == "second")
        table.remove(where("note") == "first")


@pytest.mark.parametrize("change", [cut_short, emptied, removed, edited_by_another_program])
def test_a_machine_that_stops_while_a_library_is_mended(
    home: Home, change: Callable[[Home], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mending, "PATIENCE", 0.0)
    home.restore()
    change(home)
    with home.open() as library:
        expected = shown(library)
    for at in itertools.count(1):
        home.restore()
        change(home)
        opened: list[Library] = []
        with failing(Fault("torn", at)) as fault, suppress(Crash):
            opened.append(home.open())
            opened[0].close()
        for library in opened:
            abandon(library)
        with home.open() as library:
            assert shown(library) == expected, f"call {at}, {fault.hit}"
        assert home.beside() == AT_REST
        if not fault.hit:
            return


def test_what_the_disk_did_not_confirm_is_never_tried_again(home: Home) -> None:
    library = ready(home, CASES["save"])
    before = shown(library)
    with failing(Fault("once", 1, calls=SYNCS, error=errno.EIO)), pytest.raises(LibraryError) as first:
        edit(library)
    assert str(first.value).startswith(f"The disk did not confirm a change of {home.file} (Input/output error)")
    files = {path: path.read_bytes() for path in home.file.parent.rglob("*") if path.is_file()}
    with pytest.raises(LibraryError) as second:
        insert(library)
    assert str(second.value) == str(first.value)
    assert not library.fold()
    library.close()
    assert {path: path.read_bytes() for path in home.file.parent.rglob("*") if path.is_file()} == files
    with home.open() as again:
        assert shown(again) == before
        edit(again)


FULL = """
import sys
from pathlib import Path
from storage.errors import LibraryError
from storage.library import Library
from tests.storage.making import FOX, text_of
library = Library.open(Path(sys.argv[1]) / "library.json", state=Path(sys.argv[1]) / "state")
text = text_of(FOX)
document = library.receive(Path("/fox.txt"), text).uuid
saved, refused = 0, 0
while refused < 20:
    try:
        library.annotate(document, [(0, 3)], note=f"{saved} " + "x" * 3000, text=text)
        saved += 1
    except LibraryError as error:
        assert "No space left on device. Make room" in str(error), error
        refused += 1
    try:
        library.fold()
    except LibraryError as error:
        assert "No space left on device. Make room" in str(error), error
assert len(library.annotations()) == saved
library.close()
print(saved)
"""


def test_a_small_medium_that_is_full(tmp_path: Path) -> None:
    medium = tmp_path / "medium"
    medium.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(medium)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("mounting is not permitted here")
    try:
        done = subprocess.run(
            [sys.executable, "-c", FULL, str(medium)], check=False, capture_output=True, text=True, cwd=ROOT
        )
        assert not done.returncode, done.stderr
        library = Library.open(medium / "library.json", state=medium / "state", readonly=True)
        notes = sorted(int(each.note.split()[0]) for each in library.annotations())
        assert notes == list(range(int(done.stdout)))
        assert notes
    finally:
        subprocess.run(["umount", str(medium)], check=True)
