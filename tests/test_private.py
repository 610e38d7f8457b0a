"""What Manicula writes is the reader's alone: 0600 files in 0700 folders, whatever the umask."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.config import Config
from storage.library import Library
from storage.paths import last_copy
from tests.conftest import Places
from tui import cli
from tui.app import ManiculaApp
from tui.arrival import arrive
from tui.screens.reader import ReaderScreen
from tui.session import Session

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there are no such modes")


@pytest.fixture(autouse=True)
def _generous() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def exposed(folder: Path) -> list[str]:
    """Return what in a folder others than its owner may read, change or enter."""
    return [
        f"{stat.S_IMODE(path.lstat().st_mode):o} {path.relative_to(folder)}"
        for path in folder.rglob("*")
        if stat.S_IMODE(path.lstat().st_mode) != (0o700 if path.is_dir() else 0o600)
    ]


async def read(places: Places, article: Path) -> None:
    """Read, mark, copy, undo: a session on the screen."""
    with Library.open(places.library) as library:
        session = Session(library)
        arrive(session, [str(article)])
        async with ManiculaApp(session, Config()).run_test(size=(100, 30)) as pilot:
            screen = pilot.app.screen
            assert isinstance(screen, ReaderScreen)
            while not screen.settled:
                await pilot.pause(0.02)
            await pilot.press("enter", "y", "j", "j", "t", "x", "enter", "u", "U", "q")


def command(*words: str) -> None:
    assert cli.main(list(words)) == 0, words


def leave_conflict(places: Places) -> None:
    """Leave a conflict copy that everybody may read, as a sync tool does."""
    copy = places.library.with_name("library.sync-conflict-20260101-010101-ABCDEFG.json")
    shutil.copy(places.library, copy)
    copy.chmod(0o644)


async def test_whatever_was_done_nobody_else_may_see_it(places: Places, article: Path) -> None:
    await read(places, article)
    kept = places.library.parent
    command("annotate", "1", "--sentence", "5", "--note", "Why?")
    leave_conflict(places)
    places.library.write_bytes(places.library.read_bytes()[:-99])
    command("annotate", "1", "--sentence", "6", "--note", "And why this?")
    command("check", "--repair")
    command("pack", str(kept / "pack.zip"))
    command("unpack", str(kept / "pack.zip"), "--library", str(kept / "new" / "library.json"))
    await read(places, article)
    crash = Library.open(places.library)
    crash.ensure_tag("left in the journal")
    names = {path.name for path in (*kept.rglob("*"), *places.state.rglob("*"))}
    assert {
        "library.json",
        "library.texts",
        "library.backups",
        "undo",
        "replicas",
        last_copy().name,
        "pack.zip",
    } <= names
    assert any(name.endswith(".journal") for name in names)
    assert any(name.startswith("aside-") for name in names)
    assert exposed(kept) == []
    assert exposed(places.state) == []
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    assert stat.S_IMODE(places.state.stat().st_mode) == 0o700
    crash.close()


def test_a_folder_that_was_there_keeps_its_mode_and_what_is_written_in_it_is_private(
    places: Places, article: Path
) -> None:
    for folder in (places.library.parent, places.state):
        folder.mkdir(mode=0o775)
        (folder / "theirs.txt").write_text("of somebody else")
    command("add", str(article))
    command("annotate", "1", "--sentence", "2")
    for folder in (places.library.parent, places.state):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o775
        assert exposed(folder) == ["666 theirs.txt"]


def test_one_that_was_made_readable_for_all_is_private_after_the_next_fold(places: Places, article: Path) -> None:
    command("add", str(article))
    places.library.chmod(0o644)
    command("annotate", "1", "--sentence", "2")
    assert exposed(places.library.parent) == []


def test_a_conflict_copy_that_all_could_read_is_put_aside_as_a_private_one(places: Places, article: Path) -> None:
    command("add", str(article))
    leave_conflict(places)
    command("list")
    assert any(path.name.startswith("aside-") for path in places.library.parent.rglob("*"))
    assert exposed(places.library.parent) == []
