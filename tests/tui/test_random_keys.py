"""Any keys in any order: nothing crashes, nothing is lost, and undoing everything leads back to where it began.

The same sequences at every run. ``MANICULA_SEQUENCES=1000`` runs that many instead of the few that plain pytest runs.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.library import Library
from tests.storage.making import content
from tests.tui.driving import event, opened
from tests.tui.room import MARKS
from tui.commands import COMMANDS
from tui.screens.reader import ReaderScreen

SEQUENCES = int(os.environ.get("MANICULA_SEQUENCES", "20"))
_LEAVING = {"app.quit", "app.suspend", "app.palette", "app.help"}
_SEQUENCE_KEYS = {key for one in COMMANDS if one.id not in _LEAVING for keys in one.keys for key in keys.split(" ")}
_OTHERS = {key for one in COMMANDS if one.id in _LEAVING for keys in one.keys for key in keys.split(" ")}
KEYS = sorted((_SEQUENCE_KEYS | {*"abcdefghi0123456789/", "backspace", "tab", "ctrl+g"}) - _OTHERS)
COMMON = [
    "enter",
    "t",
    "c",
    "a",
    "d",
    "u",
    "U",
    "v",
    "w",
    ")",
    "J",
    "x",
    "S",
    "T",
    "esc",
    "esc",
    "space",
    "r",
    "y",
    ".",
]

sequences = st.lists(st.sampled_from(COMMON) | st.sampled_from(KEYS), min_size=5, max_size=40)


class Bench:
    """One app that stays open; `runner` keeps its loop and its context from one sequence to the next."""

    def __init__(self, runner: asyncio.Runner, library: Library, article: Path) -> None:
        self.runner = runner
        self.library = library
        self._opening = opened(library, article, size=(110, 30))
        self.pilot, self.screen = runner.run(self._opening.__aenter__())
        self.start = content(library)

    def close(self) -> None:
        self.runner.run(self._opening.__aexit__(None, None, None))

    def press(self, keys: list[str]) -> None:
        self.runner.run(self._press(keys))

    async def _press(self, keys: list[str]) -> None:
        for key in keys:
            assert isinstance(self.pilot.app.screen, ReaderScreen)
            await self.screen.take_key(event(key))
        await asyncio.sleep(0)

    def leave_everything(self) -> None:
        """Close what is open, keeping what was written."""
        for _ in range(20):
            if self.screen.panel_view.panel is None and self.screen.panes.current == "text":
                break
            self.press(["esc"])
        self.press(["esc", "esc", "esc"])
        assert self.screen.panel_view.panel is None
        assert self.screen.scope() == "reader"


@pytest.fixture
def bench(tmp_path: Path, seeds: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.chdir(tmp_path)
    article, path = seeds / "000_79abe80ec42c10f0.txt", tmp_path / "library.json"
    with Library.open(path, state=tmp_path / "another machine") as library:
        document, _ = library.add(article)
        library.add(seeds / "welcome.md")
        text = library.text(document)
        for quote, tags in MARKS:
            start = text.string.index(quote)
            library.annotate(document.uuid, [(start, start + len(quote))], tags=tags, text=text)
    with asyncio.Runner() as runner, Library.open(path) as library:
        made = Bench(runner, library, article)
        try:
            yield made
        finally:
            made.close()


@settings(
    max_examples=SEQUENCES,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(keys=sequences)
def test_nothing_crashes_and_undoing_all_leads_back(bench: Bench, keys: list[str]) -> None:
    bench.press(keys)
    bench.leave_everything()
    while outcome := bench.library.undo():
        assert not outcome.skipped, (outcome, keys)
    bench.screen.session.reload()
    assert content(bench.library) == bench.start
