"""A library under git, merged by ``manicula merge-driver``."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tinydb import TinyDB, where

from storage import base, driving
from storage.errors import LibraryError
from storage.library import Library
from storage.text import Text
from tests.conftest import ROOT
from tests.storage.making import content


@pytest.fixture
def versions(filled: Library, file: Path, tmp_path: Path) -> tuple[Path, Path, Path]:
    """Three copies of one library: the ancestor, ours and theirs."""
    filled.close()
    made = [tmp_path / name for name in ("ancestor", "ours", "theirs")]
    for path in made:
        shutil.copy(file, path)
    return made[0], made[1], made[2]


def edited(path: Path, **values: str) -> None:
    with Library.open(path, state=path.with_name(f"state-{path.name}")) as library:
        library.edit(next(each.uuid for each in library.annotations() if each.note), **values)  # type: ignore[arg-type]


def opened(path: Path) -> Library:
    return Library.open(path, state=path.with_name(f"state-{path.name}"))


def test_both_sides_are_in_the_file_afterwards(versions: tuple[Path, Path, Path]) -> None:
    ancestor, ours, theirs = versions
    edited(ours, color="red", note="ours")
    edited(theirs, note="theirs")
    driving.drive(ancestor, ours, theirs)
    assert base.read(ours.read_bytes())[1]
    found = next(each for each in opened(ours).annotations() if each.note == "theirs")
    assert (found.color, [other.value for other in found.alternatives]) == ("red", ["ours"])


def test_what_another_program_changed_on_a_side_counts_as_its_edit(versions: tuple[Path, Path, Path]) -> None:
    ancestor, ours, theirs = versions
    edited(ours, color="red")
    with TinyDB(theirs) as stock:
        stock.table("annotations").update({"note": "by hand"}, where("note") != "")
    driving.drive(ancestor, ours, theirs)
    assert [(each.note, each.color) for each in opened(ours).annotations() if each.note] == [("by hand", "red")]


def test_what_a_side_deleted_stays_deleted_whoever_deleted_it(versions: tuple[Path, Path, Path]) -> None:
    ancestor, ours, theirs = versions
    with opened(ours) as library:
        library.delete(next(each.uuid for each in library.annotations() if each.note))
    with TinyDB(theirs) as stock:
        stock.table("annotations").remove(where("note") == "")
    driving.drive(ancestor, ours, theirs)
    assert opened(ours).annotations() == []


def test_without_an_ancestor_both_are_taken_as_they_are(versions: tuple[Path, Path, Path], fox: Text) -> None:
    ancestor, ours, theirs = versions
    ancestor.write_bytes(b"")
    with opened(theirs) as library:
        library.annotate(library.documents()[0].uuid, [(0, 3)], text=fox)
    driving.drive(ancestor, ours, theirs)
    assert content(opened(ours)) == content(opened(theirs))


def test_what_is_no_library_is_left_to_git(versions: tuple[Path, Path, Path]) -> None:
    ancestor, ours, theirs = versions
    before = ours.read_bytes()
    theirs.write_text("<<<<<<< half a merge")
    with pytest.raises(LibraryError, match="git keeps both versions"):
        driving.drive(ancestor, ours, theirs)
    assert ours.read_bytes() == before


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_git_itself_merges_two_branches(versions: tuple[Path, Path, Path], tmp_path: Path) -> None:
    ancestor, ours, theirs = versions
    edited(ours, color="red")
    edited(theirs, note="theirs")
    folder = tmp_path / "repository"
    folder.mkdir()
    driver = f"{sys.executable} -m tui merge-driver %O %A %B"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}

    def git(*words: str) -> None:
        names = ["-c", "user.name=reader", "-c", "user.email=reader@localhost", "-c", "init.defaultBranch=main"]
        subprocess.run(["git", *names, *words], cwd=folder, env=environment, check=True, capture_output=True)

    def commit(version: Path) -> None:
        shutil.copy(version, folder / "library.json")
        git("add", ".")
        git("commit", "-m", version.name)

    git("init")
    git("config", "merge.manicula.driver", driver)
    (folder / ".gitattributes").write_text("library.json merge=manicula -text\n")
    commit(ancestor)
    git("branch", "other")
    commit(ours)
    git("checkout", "other")
    commit(theirs)
    git("merge", "main")
    found = opened(folder / "library.json").annotations()
    assert [(each.note, each.color) for each in found if each.note] == [("theirs", "red")]
