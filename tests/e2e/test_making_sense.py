"""Counting, comparing, names and dates over the seeds in a real pseudo-terminal."""

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
        terminal.press("g", "b")
        terminal.wait_for("Tags  of 3 annotations")
        terminal.press("t", *"toge", "enter", "b")
        terminal.wait_for("Tags that overlap")
        terminal.press("l", "enter")
        terminal.wait_for("claim · wording · Tags that overlap 2:")
        terminal.press("esc")
        terminal.wait_for("Tags that overlap  of 3 annotations")
        terminal.press("q")
        assert terminal.wait_end() == 0


def test_disagreements_of_two_accounts_are_settled(
    places: Places, article: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for login, quote in (("anna", "the ouster of the head"), ("bert", "ouster")):
        monkeypatch.setenv("LOGNAME", login)
        with Library.open() as library:
            document, _ = library.add(article)
            text = library.text(document)
            start = text.string.index(quote)
            library.annotate(document.uuid, [(start, start + len(quote))], tags=["claim"], text=text)
    environment = {**places.environment(), "LOGNAME": "anna"}
    with Terminal([*manicula(), article], environment, places.home, columns=100, rows=30) as terminal:
        terminal.wait_for("Venezuelan President")
        terminal.wait_for(Terminal.is_up)
        terminal.press("g", "b", "t", *"agree", "enter")
        terminal.wait_for("Agreement on characters in 1 document")
        terminal.press("j", "enter")
        terminal.wait_for("claim · 2 disagreements, 2 open")
        terminal.press("s", "x")
        terminal.wait_for("0 open")
        terminal.press("q")
        assert terminal.wait_end() == 0
    with Library.open() as library:
        decided = [dict(one.fields)["settled"] for one in library.annotations() if one.fields]
    assert sorted(decided) == ["falls", "stands"]


def test_names_and_dates_of_the_seed_are_tagged(places: Places, article: Path) -> None:
    with Terminal([*manicula(), article], places.environment(), places.home, columns=100, rows=30) as terminal:
        terminal.wait_for("Venezuelan President")
        terminal.wait_for(Terminal.is_up)
        terminal.press("g", "e")
        terminal.wait_for("Nicholas Maduro 1")
        terminal.press("/", *"nicholas", "enter")
        terminal.wait_for("1 proposed that match")
        terminal.press("t")
        terminal.wait_for("Tag Nicolas Maduro at")
        terminal.press("enter")
        terminal.wait_for("Tagged Nicolas Maduro at")
        terminal.press("g", "l", "n")
        terminal.wait_for("????-01-21")
        terminal.press("*", "t", *"2019", "enter")
        terminal.wait_for("Marked 6 dates")
        terminal.press("esc")
        terminal.wait_for("Timeline  6 dates")
        terminal.press("q")
        assert terminal.wait_end() == 0
    with Library.open() as library:
        tag = library.tag_by_path("names/Nicolas Maduro")
        assert tag is not None
        assert set(tag.aliases) >= {"Maduro", "Nicholas Maduro", "Nicolás Maduro"}
        assert min(str(one.fields["date"]) for one in library.annotations() if one.fields) == "2019-01-10"
