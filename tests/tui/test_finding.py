"""Finding in a long text that has to be made ready first, which takes a while."""

from __future__ import annotations

import pytest

from storage.config import Config
from storage.library import Library
from tests.tui.driving import event, opened, press, settle, shown
from tests.tui.tasks import Typed
from tui.screens import finds

WORDS = "Это длинный текст о Викторе и его реке. "


@pytest.fixture
def long_text(tmp_path, monkeypatch):
    """A text whose making ready takes many slices."""
    monkeypatch.setattr("storage.folding._STEP", 64)
    monkeypatch.setattr(finds, "_LONG_SLICE", 0.0)
    path = tmp_path / "long.txt"
    path.write_text("\n\n".join([WORDS * 10] * 20 + ["Здесь стоит Ёлка."]))
    return path


async def test_it_is_made_ready_while_the_reader_types_and_then_found(long_text, tmp_path):
    with Library.open(tmp_path / "library.json") as library:
        async with opened(library, long_text, Config()) as (pilot, screen):
            await screen.take_key(event("/"))
            for letter in "елка":
                await screen.take_key(event(letter))
            panel = screen.panel_view.panel
            assert panel is not None
            assert panel.problem.startswith("reading the text … ")
            assert screen.view.selection.head == 0
            for _ in range(500):
                await settle(pilot)
                if not panel.problem.startswith("reading"):
                    break
            assert "1/1" in shown(screen)
            assert screen.view.text.string[screen.view.selection.head :].startswith("Ёлка")
            await press(pilot, ["esc", "/", Typed("виктор")])
            assert "1/200" in shown(screen)


async def test_who_types_ahead_waits_but_finds(long_text, tmp_path):
    with Library.open(tmp_path / "library.json") as library:
        async with opened(library, long_text, Config()) as (pilot, screen):
            for key in ("/", *"елка", "enter", "g", "g", "n"):
                await screen.take_key(event(key))
            assert screen.view.text.string[screen.view.selection.head :].startswith("Ёлка")
            assert screen.message == "“елка” 1/1"
            await settle(pilot)
            await press(pilot, ["g", "g", "*"])
            assert screen.message == "“это” 1/200"


async def test_leaving_while_it_is_made_ready_moves_nothing(long_text, tmp_path):
    with Library.open(tmp_path / "library.json") as library:
        async with opened(library, long_text, Config()) as (pilot, screen):
            for key in ("/", *"елка", "esc"):
                await screen.take_key(event(key))
            await settle(pilot)
            assert screen.view.selection.head == 0
            assert screen.view.matches == ()


async def test_an_expression_that_backtracks_for_ever_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("storage.patterns.SECONDS", 0.05)
    path = tmp_path / "odd.txt"
    path.write_text("aab. " + "a" * 200 + "! b")
    with Library.open(tmp_path / "library.json") as library:
        async with opened(library, path, Config()) as (pilot, screen):
            await press(pilot, ["/", "ctrl+r", Typed("(a|aa)+b")])
            await settle(pilot)
            assert "takes too long" in shown(screen)
            await press(pilot, ["enter", "n"])
            assert screen.view.matches == [(0, 3)]
            await press(pilot, ["j", "enter"])
            assert len(screen.session.annotations) == 1
