"""The keyboard in a real pseudo-terminal: the budget's tasks, notes and editors, what a slow line has to carry."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path

import pytest

from storage.library import Library
from storage.sentences import boundaries
from tests.conftest import Places
from tests.e2e.terminal import Terminal, manicula
from tests.tui.tasks import LEAD, SECOND, TASKS, After, Key, Task, Typed

pytestmark = pytest.mark.e2e

CARET_BYTES = 2_048
PAGE_BYTES_A_CELL = 1.5
QUERIES = re.compile(rb"\x1b\[\??[56]n|\x1b\[>?0?[cq]|\x1b\[\?\d*(?:\$p|u)|\x1b\]\d+;\?|\x1b\[1[468]t")
"""What a program asks a terminal, which answers as late as the line is slow."""


def start(places: Places, path: Path, *, columns: int = 80, rows: int = 24, **variables: str) -> Terminal:
    environment = {**places.environment(), **variables}
    return Terminal([*manicula(), path], environment, places.home, columns=columns, rows=rows)


def _press(terminal: Terminal, keys: tuple[Key, ...]) -> None:
    burst: list[str] = []
    for key in keys:
        if callable(key):
            terminal.press(*burst)
            burst.clear()
            terminal.wait_for(lambda t: re.search(r"sworn in\.(\w)He", t.text))
            found = re.search(r"sworn in\.(\w)He", terminal.text)
            assert found is not None
            burst.append(found[1])
        else:
            burst.append(key.letters if isinstance(key, Typed) else key)
    terminal.press(*burst)


def _run(task: Task, places: Places, seeds: Path) -> After:
    article = seeds / "000_79abe80ec42c10f0.txt"
    with Library.open() as library:
        for path in (article, seeds / "welcome.md"):
            library.add(path)
        document = library.documents()[0]
        text = library.text(document)
        if task.prepare is not None:
            task.prepare(library, document.uuid, text)
    with start(places, article) as terminal:
        terminal.wait_for("Venezuelan President")
        terminal.wait_for(Terminal.is_up)
        _press(terminal, (*task.before, *task.keys))
        terminal.settle(0.4)
        screen = terminal.text
        terminal.press("q")
        assert terminal.wait_end() == 0
    with Library.open() as library:
        read = [place for one in library.documents() if (place := library.position(one.uuid))]
        last = max(read, key=lambda place: place.stamp)
        tags = {tag.uuid: tag.path for tag in library.tags()}
        title = library.document(last.document).title
        return After(library.annotations(document.uuid), tags, last.caret, screen, title, text)


def test_every_task_of_the_budget(places: Places, seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(places.home)
    failed = []
    for number, task in enumerate(task for task in TASKS if not task.reason):
        library = places.home / f"library-{number}" / "library.json"
        monkeypatch.setenv("MANICULA_LIBRARY", str(library))
        if not task.holds(_run(task, places._replace(library=library), seeds)):
            failed.append(task.name)
    assert failed == []


def test_the_readers_editor_writes_a_note_and_has_its_colours(places: Places, article: Path) -> None:
    script = places.home / "editor"
    script.write_text('#!/bin/sh\nprintf " and more ($NO_COLOR)" >> "$1"\n')
    script.chmod(0o755)
    with start(places, article, EDITOR=str(script), NO_COLOR="1") as terminal:
        terminal.wait_for("Venezuelan President")
        terminal.press("a", "enter", "Mine", "ctrl+o")
        terminal.wait_for("Back from the editor")
        terminal.press("esc")
        terminal.wait_for("Note saved")
        terminal.press("q")
        assert terminal.wait_end() == 0
    with Library.open() as library:
        assert [one.note for one in library.annotations()] == ["Mine and more (1)"]


def test_an_editor_that_fails_loses_nothing(places: Places, article: Path) -> None:
    with start(places, article, EDITOR="false") as terminal:
        terminal.wait_for("Venezuelan President")
        terminal.press("a", "enter", "Mine", "ctrl+o")
        terminal.wait_for("ended with 1")
        terminal.press("esc")
        terminal.wait_for("Note saved")
    with Library.open() as library:
        assert [one.note for one in library.annotations()] == ["Mine"]


def test_a_note_survives_the_death_of_the_program(places: Places, article: Path) -> None:
    with start(places, article) as terminal:
        terminal.wait_for("Venezuelan President")
        terminal.press("a", "enter", "A half")
        terminal.wait_for("A half")
        os.kill(terminal.pid, signal.SIGKILL)
        terminal.wait_end()
    with start(places, article) as terminal:
        terminal.wait_for("Venezuelan President")
        terminal.press("a", "enter")
        terminal.wait_for("was not finished last time")
        terminal.press(" thought", "esc")
        terminal.wait_for("Note saved")
        terminal.press("q")
        assert terminal.wait_end() == 0
    with Library.open() as library:
        assert [one.note for one in library.annotations()] == ["A half thought"]


def test_a_lost_line_keeps_what_was_typed_and_frees_the_library(places: Places, article: Path) -> None:
    with start(places, article) as terminal:
        terminal.wait_for("Venezuelan President")
        terminal.press("a", "enter", "Typed so far")
        terminal.wait_for("Typed so far")
        os.kill(terminal.pid, signal.SIGHUP)
        assert terminal.wait_end() == 0
    began = time.monotonic()
    with Library.open() as library:
        (annotation,) = library.annotations()
        assert annotation.note == "Typed so far"
        library.edit(annotation.uuid, color="red")
    assert time.monotonic() - began < 10


def test_what_another_program_wrote_over_is_drawn_anew(places: Places, article: Path) -> None:
    with start(places, article) as terminal:
        terminal.wait_for(Terminal.is_up)
        terminal.wait_for("saved")
        terminal.settle()
        before = terminal.lines[:20]
        terminal.disturb("A message to all terminals")
        terminal.press("ctrl+l")
        terminal.wait_gone("A message")
        assert terminal.lines[:20] == before


def _mark_every_other_sentence(article: Path) -> None:
    with Library.open() as library, library.step("marks"):
        document, _ = library.add(article)
        text = library.text(document)
        every = [one for block in range(len(text.blocks)) for one in boundaries(text, block)]
        for start, end in every[::2]:
            library.annotate(document.uuid, [(start, end)], tags=["source/official"], note="A note.", text=text)


@pytest.mark.parametrize("marked", [False, True])
def test_a_slow_line_has_little_to_carry(places: Places, article: Path, marked: bool) -> None:
    if marked:
        _mark_every_other_sentence(article)
    with start(places, article, columns=100, rows=30) as terminal:
        terminal.wait_for("Venezuelan President")
        terminal.wait_for("saved")
        terminal.settle(0.4)
        sent = {}
        for key in ("j", ")", "w", "J", "space", "pageup"):
            before = len(terminal.raw)
            terminal.press(key)
            terminal.wait_for(lambda t, before=before: len(t.raw) > before)  # type: ignore[misc]
            terminal.settle()
            sent[key] = len(terminal.raw) - before
        terminal.press("q")
        assert terminal.wait_end() == 0
    assert all(0 < sent[key] <= CARET_BYTES for key in ("j", ")", "w", "J")), sent
    assert all(0 < sent[key] <= PAGE_BYTES_A_CELL * 100 * 30 for key in ("space", "pageup")), sent


def test_sixteen_colours_are_a_set_of_their_own(places: Places, article: Path) -> None:
    with start(places, article, TERM="xterm", COLORTERM="") as terminal:
        terminal.wait_for("Venezuelan President")
        terminal.press("enter", "c", "b", "G")
        terminal.wait_for("100 %")
        terminal.press("gg")
        terminal.wait_for("Venezuelan President")
        terminal.settle(0.3)
        assert all(cell.underscore for cell in terminal.cells("diplomatic relations with the United States."))
        assert not any(cell.underscore for cell in terminal.cells("It happened a few"))
        assert terminal.cells("B ▎")[0].fg in {"brightcyan", "cyan"}
        assert not re.search(rb"[34]8;[25];", terminal.raw)
        terminal.press("q")
        assert terminal.wait_end() == 0


def test_no_key_waits_for_an_answer_of_the_line(places: Places, article: Path) -> None:
    """A line of 150 ms would cost 9 s if each of 60 keys went to and fro; this one never answers at all."""
    with start(places, article) as terminal:
        terminal.wait_for("Venezuelan President")
        terminal.wait_for(Terminal.is_up)
        terminal.settle(0.4)
        asked = len(terminal.raw)
        for key in [")"] * 25 + ["J", "t", "\x1b", "V", "+"] * 6 + ["\x1b", "g", "g"]:
            terminal.write(key)
            time.sleep(0.01)
        terminal.press("enter")
        terminal.wait_for("Highlighted")
        assert QUERIES.findall(bytes(terminal.raw[asked:])) == []
        terminal.press("q")
        assert terminal.wait_end() == 0
    with Library.open() as library:
        assert [one.exact for one in library.annotations()] == [LEAD]


def test_keys_typed_ahead_go_in_order_to_what_opens_and_to_what_is_there_when_it_closes(
    places: Places, article: Path
) -> None:
    with start(places, article) as terminal:
        terminal.wait_for("Venezuelan President")
        terminal.settle(0.3)
        terminal.press("?", "j", "q", ")", "ctrl+p", "codebook", "enter", "n", "ctrl+u", "claim", "enter", "esc")
        terminal.press("?", "q", "t", "cl", "enter", "S", "e", "Mine", "esc", "?", "esc", ")", "q")
        assert terminal.wait_end() == 0
    with Library.open() as library:
        (one,) = library.annotations()
        assert (one.exact, library.tag_paths(one), one.note) == (SECOND, ["claim"], "Mine")
