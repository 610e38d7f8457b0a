"""Locked documents: the password is asked for on the screen and on the shell."""

import getpass
import sys
from pathlib import Path

import pytest

from storage import readers
from storage.library import Library
from tests.storage.locked import locked
from tests.storage.pdfs import pdf, set_lines
from tests.tui.driving import opened, press, shown
from tests.tui.tasks import Typed


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setattr(readers, "_passwords", {})
    found = tmp_path / "locked.pdf"
    found.write_bytes(locked(pdf([set_lines(["What was locked."])]), "sesame"))
    return found


async def test_the_screen_asks_and_shows_dots(path, tmp_path):
    (tmp_path / "a.txt").write_text("Open.\n")
    with Library.open(tmp_path / "library.json") as library:
        async with opened(library, tmp_path / "a.txt") as (pilot, screen):
            await press(pilot, ["o", Typed(str(path)), "enter", Typed("wrong")])
            assert "password of locked.pdf: •••••" in shown(screen)
            await press(pilot, ["enter"])
            assert "not the password" in shown(screen)
            await press(pilot, [Typed("sesame"), "enter"])
            assert screen.view.text.string == "What was locked."
            assert screen.panel_view.panel is None


@pytest.mark.parametrize("way", ["{}", "./{}", ".//{}", "here/../{}"])
def test_the_shell_asks_where_somebody_is_there(path, shell, monkeypatch, way):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    Path("here").mkdir()
    path = way.format(path.name)
    status, _, error = shell("add", path)
    assert (status, "is locked with a password" in error) == (1, True)
    answers = iter(["wrong", "sesame"])
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(getpass, "getpass", lambda _: next(answers))
    status, out, error = shell("add", path)
    assert (status, "as 1" in out, "not the password" in error) == (0, True, True)
    assert shell("show", "1", "--text")[1] == "What was locked.\n"
