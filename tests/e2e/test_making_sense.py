"""Counting over the seeds in a real pseudo-terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.library import Library
from tests.conftest import Places
from tests.e2e.terminal import Terminal, manicula

pytestmark = pytest.mark.e2e

QUOTES = {"the ouster of the head": "claim", "ouster": "wording", "hours after the ouster": "claim"}


def test_a_figure_of_the_matrix_is_opened_and_left(places: Places, article: Path) -> None:
    with Library.open() as library:
        document, _ = library.add(article)
        text = library.text(document)
        for quote, tag in QUOTES.items():
            start = text.string.index(quote)
            library.annotate(document.uuid, [(start, start + len(quote))], tags=[tag], text=text)
    with Terminal([*manicula(), article], places.environment(), places.home, columns=100, rows=30) as terminal:
        terminal.wait_for("Venezuelan President")
        terminal.wait_for(Terminal.is_up)
        terminal.press("g", "t")
        terminal.wait_for("Tags  of 3 annotations")
        terminal.press("t", *"toge", "enter", "b")
        terminal.wait_for("Tags that overlap")
        terminal.press("l", "enter")
        terminal.wait_for("claim · wording · Tags that overlap 2:")
        terminal.press("esc")
        terminal.wait_for("Tags that overlap  of 3 annotations")
        terminal.press("q")
        assert terminal.wait_end() == 0
