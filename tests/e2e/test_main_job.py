"""The main job as a reader does it, in a real pseudo-terminal: read, highlight, tag, note, leave, come back, export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from storage import readers
from tests.conftest import Places
from tests.e2e.terminal import Terminal, manicula

pytestmark = pytest.mark.e2e

SENTENCE = "Venezuelan President Nicolas Maduro announced the severance of diplomatic relations with the United States."
PHRASE = "the severance of diplomatic relations with the United States"
NOTE = "The same words as above.\nWho was first?"


def start(places: Places, *words: str | Path, columns: int = 80, rows: int = 24) -> Terminal:
    return Terminal([*manicula(), *words], places.environment(), places.home, columns=columns, rows=rows)


def occurrences(string: str, part: str) -> list[int]:
    return [at for at in range(len(string)) if string.startswith(part, at)]


def stored(places: Places, table: str) -> list[dict[str, Any]]:
    with TinyDB(places.library) as database:
        return [dict(record) for record in database.table(table)]


def marked(places: Places) -> list[dict[str, Any]]:
    return sorted(stored(places, "annotations"), key=lambda record: int(record["ranges"][0][0]))


def mark_and_write(terminal: Terminal) -> None:
    terminal.wait_for("Venezuelan President Nicolas Maduro")
    terminal.press("4p")
    terminal.wait_for(lambda t: t.cursor == t.find("Venezuelan President Nicolas", 1))
    terminal.press("enter")
    terminal.wait_for("Highlighted")
    terminal.press("t", "source/official", "enter")
    terminal.wait_for("Tagged source/official")
    terminal.press("/", PHRASE)
    terminal.wait_for("2/3")
    terminal.press("enter", "n")
    terminal.wait_for("3/3")
    terminal.press("v", "9e")
    terminal.wait_for("selection, 9 words")
    terminal.press("a", "claim", "enter")
    terminal.wait_for("note:")
    terminal.press("The same words as above.", "enter", "Who was first?", "esc")
    terminal.wait_for("Note saved")
    terminal.press("u")
    terminal.wait_for("Undone: note")
    terminal.press("U")
    terminal.wait_for("Redone: note")
    terminal.press("q")
    assert terminal.wait_end() == 0


def come_back_and_export(terminal: Terminal, target: Path) -> None:
    terminal.wait_for("source/official")
    terminal.wait_for("claim")
    terminal.wait_for("The same words")
    terminal.press("E")
    terminal.wait_for("export as:")
    terminal.press("markdown", "enter")
    terminal.wait_for("to:")
    terminal.press("ctrl+u", str(target), "enter")
    terminal.wait_for("Wrote 2 annotations")
    terminal.press("q")
    assert terminal.wait_end() == 0


def test_the_main_job(places: Places, article: Path) -> None:
    target = places.home / "taken-away.md"
    with start(places, article, columns=120, rows=40) as terminal:
        mark_and_write(terminal)
    with start(places, article, columns=120, rows=40) as terminal:
        come_back_and_export(terminal, target)

    string = readers.read(article).string
    second = occurrences(string, SENTENCE)[1]
    third = occurrences(string, PHRASE)[2]
    tags = {tag["path"]: tag["uuid"] for tag in stored(places, "tags")}
    made = marked(places)
    assert [record["ranges"] for record in made] == [
        [[second, second + len(SENTENCE)]],
        [[third, third + len(PHRASE)]],
    ]
    assert [record["anchor"]["exact"] for record in made] == [SENTENCE, PHRASE]
    assert [record["tags"] for record in made] == [[tags["source/official"]], [tags["claim"]]]
    assert [record["note"] for record in made] == ["", NOTE]

    exported = target.read_text(encoding="utf-8")
    for wanted in (SENTENCE, PHRASE, "#source/official", "#claim", "The same words as above.", "Who was first?"):
        assert wanted in exported
    assert exported.index("> " + SENTENCE) < exported.index("> " + PHRASE)


def test_keys_written_in_one_burst_all_arrive(places: Places, article: Path) -> None:
    with start(places, article) as terminal:
        terminal.wait_for("Venezuelan President")
        terminal.write("tsou\r")
        terminal.wait_for("Tagged sou")
        terminal.write(")aclaim\rA note.\x1b")
        terminal.wait_for("Note saved")
        terminal.wait_for(lambda t: t.cursor == t.find("It happened"))  # the terminal's own cursor is at the caret
        terminal.press("S")
        terminal.wait_for("A note.")
        terminal.press("q")
        terminal.wait_end()
    tags = {tag["uuid"]: tag["path"] for tag in stored(places, "tags")}
    made = marked(places)
    assert [[tags[uuid] for uuid in record["tags"]] for record in made] == [["sou"], ["claim"]]
    assert [record["note"] for record in made] == ["", "A note."]


def test_panes_fold_and_the_top_row_stays_while_the_window_changes(places: Places, article: Path) -> None:
    with start(places, article, columns=200, rows=60) as terminal:
        terminal.wait_for("Venezuelan President")
        terminal.wait_for("Library")
        terminal.wait_for("Nothing marked here.")
        terminal.press("pagedown")
        terminal.wait_gone("Tasnim News Agency /")
        terminal.settle()
        top = next(line[40:] for line in terminal.lines if line[40:].strip())
        words = " ".join(top.split()[:4])
        for columns, rows, panes in ((120, 40, 3), (110, 30, 2), (80, 24, 1)):
            terminal.resize(columns, rows)
            terminal.wait_for(lambda t, words=words: words in " ".join(" ".join(t.lines[:3]).split()))  # type: ignore[misc]
            shown = (panes > 1, panes > 2)
            terminal.wait_for(lambda t, shown=shown: ("Nothing marked here." in t.text, "Library" in t.text) == shown)  # type: ignore[misc]
        terminal.resize(20, 5)
        terminal.settle()
        terminal.resize(80, 24)
        terminal.wait_for(lambda t: words.split()[0] in t.lines[0] + t.lines[1])
        terminal.press("q")
        assert terminal.wait_end() == 0
    for restored in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1003l", b"\x1b[?2004l"):
        assert restored in terminal.raw[-400:], "leaving gives the terminal back as it was"


def test_a_hostile_file_in_the_smallest_terminal(places: Places) -> None:
    path = places.home / "[red]\x1b[31m[@click=app.quit]x.txt"
    path.write_bytes(b"[bold]One[/] \x1b]0;owned\x07two \x1b[2Jthree [@click=app.bell]four[/].\n\n\x9b31m five")
    with start(places, path, columns=20, rows=5) as terminal:
        terminal.wait_for("[bold]One")
        terminal.press("j", "enter", "G")
        terminal.settle()
        terminal.resize(120, 30)
        terminal.wait_for("[@click=app.bell]four[/]")
        terminal.press("gg", "t", "[red]x[/]", "enter")
        terminal.wait_for("Tagged [red]x[/]")
        assert b"owned\x07" not in terminal.raw
        assert b"\x1b[2Jthree" not in terminal.raw
        terminal.press("q")
        assert terminal.wait_end() == 0


def test_a_library_that_is_no_library_is_left_alone(places: Places, article: Path) -> None:
    places.library.parent.mkdir(parents=True)
    places.library.write_text("not a library")
    with start(places, article) as terminal:
        assert terminal.wait_end() == 3
        assert "library.json" in terminal.text
        assert terminal.raw.index(b"\x1b[?1049l") < terminal.raw.index(b"library.json")
    assert places.library.read_text() == "not a library"
