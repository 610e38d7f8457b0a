"""Making sense of what was read, in a pseudo-terminal over the seeds: tags from a find, concordance, review, copies."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT, Places
from tests.e2e.terminal import Terminal, manicula

pytestmark = pytest.mark.e2e

LEAD = "Venezuelan President Nicolas Maduro announced the severance of diplomatic relations with the United States."


def run(places: Places, *words: str) -> str:
    command = [*manicula(), *words]
    environment = {**places.environment(), "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=environment, cwd=places.home, capture_output=True, text=True, check=True).stdout


def test_what_the_library_search_finds_is_tagged_in_one_step(places: Places, seeds: Path) -> None:
    (seeds / "zcopy.md").write_text("# Copied\n\nGuido said so, and Guido left.\n")
    with Terminal([*manicula(), seeds], places.environment(), places.home, columns=120, rows=40) as terminal:
        terminal.wait_for("Venezuelan President Nicolas Maduro")
        terminal.wait_for(Terminal.is_up)
        terminal.press("g", "/", "guido")
        terminal.wait_for("in 2 documents")
        terminal.press("tab", "*", "t")
        terminal.wait_for("tag 11 passages in 2 documents:")
        terminal.press("person/guido", "enter")
        terminal.wait_for("Tagged person/guido: 11 passages in 2 documents · u undo")
        terminal.press("u")
        terminal.wait_for("Undone")
        terminal.press("*", "t")
        terminal.wait_for("tag 11 passages in 2 documents:")
        terminal.press("person/guido", "enter")
        terminal.wait_for("Tagged person/guido: 11 passages")
        terminal.press("q")
        terminal.wait_for("Venezuelan President")
        terminal.press("q")
        assert terminal.wait_end() == 0
    made = json.loads(run(places, "annotations", "--json"))
    assert [(one["exact"].casefold(), *one["tags"]) for one in made] == [("guido", "person/guido")] * 11
    run(places, "undo")
    assert json.loads(run(places, "annotations", "--json")) == []


def test_what_is_found_is_tagged_listed_and_gone_through(places: Places, seeds: Path) -> None:
    (seeds / "zcopy.md").write_text(f"# Copied\n\nAs others say. {LEAD.replace('Nicolas', 'Nicolás')}\n")
    with Terminal([*manicula(), seeds], places.environment(), places.home, columns=120, rows=40) as terminal:
        terminal.wait_for("Venezuelan President Nicolas Maduro")
        terminal.press("/", "guido")
        terminal.wait_for("1/9")
        terminal.press("enter", "g", "t")
        terminal.wait_for("tag 9 passages in 1 document:")
        terminal.press("person/guido", "enter")
        terminal.wait_for("▎ person/guido")
        terminal.press("g", "k")
        terminal.wait_for("9 lines in 1 document")
        terminal.press("ctrl+u", "tag:person president", "ctrl+d")
        terminal.wait_for("Nothing was found")
        terminal.press("ctrl+u", "severance")
        terminal.wait_for("lines in 2 documents")
        terminal.press("esc", "g", "w", "tag:person", "enter")
        terminal.wait_for("1 of 9 · person/guido")
        terminal.press("j")
        terminal.wait_for("2 of 9 · person/guido")
        terminal.press("esc", "g", "A")
        terminal.wait_for("1 sentence in several documents")
        terminal.press("h")
        terminal.wait_for("Highlight 3 passages in 2 documents?")
        terminal.press("enter")
        terminal.wait_for("Highlighted: 3 passages in 2 documents")
        terminal.press("q")
        terminal.wait_for("Venezuelan President")
        terminal.press("q")
        assert terminal.wait_end() == 0
    found = json.loads(run(places, "repeats", "--json"))
    marked = json.loads(run(places, "annotations", "--json", "--", "-tag:person"))
    assert [one["documents"] for one in found] == [2]
    assert sorted(one["start"] for one in found[0]["places"]) == sorted(one["ranges"][0][0] for one in marked)
    lines = json.loads(run(places, "concordance", "tag:person", "--json"))
    assert [line["match"].casefold() for line in lines] == ["guido"] * 9
