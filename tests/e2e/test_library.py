"""The library file while the screen is open: other commands, kills, damage, sync tools, in a real pseudo-terminal."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from tinydb import TinyDB, where

from storage.library import Library
from tests.conftest import Places
from tests.e2e.terminal import Terminal, manicula

pytestmark = pytest.mark.e2e


def start(places: Places, *words: str | Path) -> Terminal:
    return Terminal([*manicula(), *words], places.environment(), places.home, columns=120, rows=40)


def run(places: Places, *words: str | Path) -> str:
    command = [*map(str, manicula()), *map(str, words)]
    return subprocess.run(
        command, env=places.environment(), cwd=places.home, capture_output=True, text=True, check=True
    ).stdout


def beside(places: Places) -> set[str]:
    return {path.name for path in places.library.parent.iterdir()}


AT_REST = {"library.json", "library.texts", "library.backups"}


def test_the_screen_and_the_shell_see_each_others_saves(places: Places, article: Path) -> None:
    with start(places, article) as terminal:
        terminal.wait_for("Venezuelan President Nicolas Maduro")
        terminal.press("t", "claim", "enter")
        terminal.wait_for("Tagged claim")
        assert "claim" in run(places, "annotations")
        run(places, "annotate", "1", "--sentence", "3", "--tag", "from/shell", "--note", "Written on the shell.")
        terminal.wait_for("from/shell")
        terminal.wait_for("Written on the")
        assert "Undone: tag from/shell" in run(places, "undo")
        terminal.wait_gone("from/shell")
        terminal.wait_for("saved")
        terminal.press("q")
        assert terminal.wait_end() == 0
    assert beside(places) == AT_REST


def test_what_was_saved_is_there_after_a_kill(places: Places, article: Path) -> None:
    with start(places, article) as terminal:
        terminal.wait_for("Venezuelan President Nicolas Maduro")
        terminal.press("t", "kept", "enter")
        terminal.wait_for("Tagged kept")
        os.kill(terminal.pid, signal.SIGKILL)
        terminal.wait_end()
    assert any(name.endswith(".journal") for name in beside(places))
    with start(places, article) as terminal:
        terminal.wait_for("kept")
        terminal.press("q")
        assert terminal.wait_end() == 0
    assert beside(places) == AT_REST
    with TinyDB(places.library) as stock:
        assert stock.table("tags").count(where("path") == "kept") == 1


def test_a_damaged_library_is_restored_and_the_reader_told(places: Places, article: Path) -> None:
    run(places, "annotate", article, "--sentence", "1", "--tag", "kept", "--note", "Before the damage.")
    places.library.write_bytes(places.library.read_bytes()[:300])
    with start(places, article) as terminal:
        terminal.wait_for("It was restored from the backups")
        terminal.wait_for("Before the")
        terminal.press("q")
        assert terminal.wait_end() == 0
    assert beside(places) == AT_REST


def test_a_copy_that_a_sync_tool_leaves_is_merged_while_the_screen_is_open(places: Places, article: Path) -> None:
    run(places, "annotate", article, "--sentence", "1", "--note", "Common.")
    copy = places.home / "other" / "library.json"
    copy.parent.mkdir()
    shutil.copy(places.library, copy)
    with Library.open(copy, state=places.home / "other-state") as library:
        library.edit(library.annotations()[0].uuid, note="From the other machine.")
    with start(places, article) as terminal:
        terminal.wait_for("Common.")
        shutil.copy(copy, places.library.with_name("library.sync-conflict-20261124-183443-ABCDEFG.json"))
        terminal.wait_for("From the")
        terminal.wait_for("was merged")
        terminal.press("q")
        assert terminal.wait_end() == 0
    assert beside(places) == AT_REST
