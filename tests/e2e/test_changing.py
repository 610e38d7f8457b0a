"""The life of a document that changes under the reader's eyes, in a real pseudo-terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from storage.library import Library
from storage.model import Annotation
from tests.conftest import Places
from tests.e2e.terminal import Terminal, manicula

pytestmark = pytest.mark.e2e

LEAD = "Venezuelan President Nicolas Maduro announced the severance of diplomatic relations with the United States."
SAID = "He declared his commitment to the freedom of citizens."
RESAID = "He declared once more his firm commitment to the freedom of all citizens."
MOVED = "While across the country held protests against Maduro."


def start(places: Places, article: Path, columns: int = 120, rows: int = 40) -> Terminal:
    return Terminal([*manicula(), article], places.environment(), places.home, columns=columns, rows=rows)


def stored(places: Places) -> dict[str, Annotation]:
    """Return the annotations by their notes, as another process sees them at this moment."""
    with Library.open(places.library, state=places.state, readonly=True) as library:
        return {annotation.note: annotation for annotation in library.annotations()}


def write_as_editors_do(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.swp")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def annotate(terminal: Terminal, find: str, note: str, *, nth: int = 1) -> None:
    """Highlight the sentence that `find` begins, where it stands for the nth time, and write a note on it."""
    terminal.press("gg", "/", find)
    terminal.wait_for("1/")
    terminal.press("enter")
    terminal.wait_gone("find:")
    terminal.settle()  # an enter just after another would be taken for a double press
    terminal.press(*["n"] * (nth - 1), "enter")
    terminal.wait_for("Highlighted")
    terminal.press("a", "enter")
    terminal.wait_for("note:")
    terminal.press(note, "esc")
    terminal.wait_for("Note saved")


def changed(text: str) -> str:
    """Delete the second lead, reword one sentence and move another to the end."""
    second = text.index(LEAD, text.index(LEAD) + 1)
    text = text[:second] + text[second + len(LEAD) + 1 :]
    assert SAID in text
    assert MOVED in text
    return text.replace(SAID, RESAID).replace(MOVED, "") + f"\n\n{MOVED}\n"


def mark_four(terminal: Terminal) -> None:
    terminal.wait_for("Venezuelan President")
    annotate(terminal, "Venezuelan President Nicolas", "first")
    terminal.wait_for("also stands in")
    annotate(terminal, "Venezuelan President Nicolas", "second", nth=2)
    annotate(terminal, "He declared his commitment", "reworded", nth=2)
    annotate(terminal, "While across the country", "moved")


def see_what_changed(terminal: Terminal) -> None:
    terminal.press("S", "gg")
    terminal.wait_for("Lost their place")
    terminal.press("gd")
    terminal.wait_for("What changed")
    terminal.wait_for("lost its place")
    terminal.press("J")
    terminal.wait_for("his firm commitment")
    terminal.press("q")
    terminal.wait_for("Lost their place")
    terminal.press("tab", "tab")


def read_the_old_version(terminal: Terminal) -> None:
    terminal.press("gv")
    terminal.wait_for("newest")
    terminal.press("down", "enter")
    terminal.wait_for("this is an older version")
    terminal.press("gv")
    terminal.wait_for("newest")
    terminal.press("enter")
    terminal.wait_gone("this is an older version")
    terminal.wait_for("1 lost")


def relink(terminal: Terminal) -> None:
    terminal.press("S", "gg", "R")
    terminal.wait_for("place:")
    terminal.press("It happened a few hours", "enter")
    terminal.wait_for("It stands in")
    terminal.wait_gone("Lost their place")


def test_the_life_of_a_changed_document(places: Places, article: Path) -> None:
    before = article.read_text("utf-8")
    with start(places, article) as terminal:
        mark_four(terminal)
        original = stored(places)
        write_as_editors_do(article, changed(before))
        terminal.wait_for("This file has changed: 1 kept, 1 moved, 1 edited, 1 lost")
        after = stored(places)
        see_what_changed(terminal)
        read_the_old_version(terminal)
        terminal.press("u")
        terminal.wait_for("Undone: new version")
        terminal.wait_for("this is an older version")
        undone = stored(places)
        terminal.press("U")
        terminal.wait_for("Redone: new version")
        terminal.wait_for("1 lost")
        redone = stored(places)
        relink(terminal)
        relinked = stored(places)
        elsewhere = article.rename(places.home / "elsewhere.txt")
        terminal.wait_for("is gone; its text and all annotations are kept")
        terminal.press("q")
        assert terminal.wait_end() == 0
    with start(places, elsewhere) as terminal:
        terminal.wait_for("4 in all")
        terminal.press("q")
        assert terminal.wait_end() == 0

    def of(annotations: dict[str, Annotation], name: str) -> dict[str, Any]:
        return {note: getattr(annotation, name) for note, annotation in annotations.items()}

    assert of(after, "exact") == {"first": LEAD, "second": LEAD, "reworded": RESAID, "moved": MOVED}
    anchored = dict.fromkeys(original, "anchored")
    assert of(after, "state") == {**anchored, "second": "orphan"}
    assert after["first"].confidence == 1
    assert 0 < after["reworded"].confidence < 1
    assert after["first"].ranges == original["first"].ranges
    assert (of(undone, "ranges"), of(undone, "state")) == (of(original, "ranges"), anchored)
    assert (of(redone, "ranges"), of(redone, "state")) == (of(after, "ranges"), of(after, "state"))
    assert relinked["second"].exact.startswith("It happened a few hours after the ouster")
    assert stored(places) == relinked


def test_all_occurrences_are_highlighted_in_one_step(places: Places, article: Path) -> None:
    with start(places, article, columns=80, rows=24) as terminal:
        terminal.wait_for("Venezuelan President")
        terminal.wait_for("also stands in ¶ 5")
        terminal.press("tclaim", "enter")
        terminal.wait_for("Tagged claim")
        terminal.press("A")
        terminal.wait_for("Highlighted in 1 more place")
        terminal.press("q")
        assert terminal.wait_end() == 0
    with TinyDB(places.library) as database:
        made = database.table("annotations").all()
    assert [record["anchor"]["exact"] for record in made] == [LEAD, LEAD]
    assert made[0]["tags"] == made[1]["tags"] != []
