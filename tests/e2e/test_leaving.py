"""Leaving because the system says so: the place is saved and the terminal is as it was."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from tinydb import TinyDB

from tests.conftest import Places
from tests.e2e.terminal import Terminal, manicula

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_ends_it_in_order(places: Places, article: Path, name: str) -> None:
    command: list[str | Path] = [*manicula(), article]
    with Terminal(command, places.environment(), places.home, columns=80, rows=24) as terminal:
        terminal.wait_for("Venezuelan President")
        terminal.press("4p", "enter")
        terminal.wait_for("Highlighted")
        os.kill(terminal.pid, getattr(signal, name))
        assert terminal.wait_end() == 0
        assert b"\x1b[?1049l" in terminal.raw
    with TinyDB(places.library) as database:
        (annotation,) = database.table("annotations").all()
        (position,) = database.table("positions").all()
    assert position["caret"] == annotation["ranges"][0][0]
