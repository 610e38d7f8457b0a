"""The shell as tests use it: a command in, exit code, output and errors out."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import pytest

from tests.conftest import SEEDS
from tests.tui.room import Room
from tui.cli import main

Answer = tuple[int, str, str]


@pytest.fixture
def shell(tmp_path, monkeypatch, capsys) -> Callable[..., Answer]:
    """Run a command in a folder with `article.txt` and an empty library; return exit code, output, errors."""
    for name in ("LIBRARY", "STATE", "CONFIG"):
        monkeypatch.setenv(f"MANICULA_{name}", str(tmp_path / "private" / name.lower()))
    shutil.copy(SEEDS / "000_79abe80ec42c10f0.txt", tmp_path / "article.txt")
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Answer:
        status = main(list(words))
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture
def filled(shell):
    """Return the shell of a library with the article as document 1."""
    assert shell("add", "article.txt")[0] == 0
    return shell


@pytest.fixture
def room(tmp_path, seeds) -> Room:
    """Return a place for a library with the seeds."""
    return Room(tmp_path, seeds)


@pytest.fixture(autouse=True)
def _unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test be asked for a name because the machine is slow."""
    monkeypatch.setattr("tui.screens.signing.PAUSE", 1000.0)
