"""What is on the screen before anything is loaded: what the app shows then, and nothing that is not so any more."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path

import pytest
from pyte.screens import Char

from storage.library import Library
from tests.conftest import Places
from tests.e2e.terminal import Terminal, cells_of, manicula

pytestmark = pytest.mark.e2e

SIZES = ((80, 24), (120, 40), (200, 60))
THEMES = ("manicula-dark", "manicula-light")
DEPTHS = ("truecolor", "")
_TAKEN_OVER = b"\x1b[?1000h"
"""What Textual sends first; entering the alternate screen again is left out."""
_ENTER = b"\x1b[?1049h"
_HOME = b"\x1b[1;1H"
_MARK = re.compile(rb"\x1b\[\?2026[hl]")


@pytest.fixture
def marked(places: Places, seeds: Path) -> Path:
    """The seeds, with a few highlights in both."""
    with Library.open(places.library) as library:
        for path in sorted(seeds.iterdir()):
            document = library.add(path)[0]
            text = library.text(document)
            for start, tags, note in ((80, ["claim"], "Why?"), (400, ["source/official"], ""), (430, [], "x")):
                library.annotate(document.uuid, [(start, start + 90)], tags=tags, note=note, text=text)
    return seeds


def started(places: Places, path: Path | str = "", size: tuple[int, int] = (80, 24), **more: str) -> Terminal:
    words = [*manicula(), *([str(path)] if path else [])]
    columns, rows = size
    return Terminal(words, places.environment() | more, places.home, columns=columns, rows=rows)


def read_once(places: Places, path: Path, size: tuple[int, int] = (80, 24), *keys: str, **more: str) -> None:
    """Open a document, press keys, and leave."""
    with started(places, path, size, **more) as terminal:
        terminal.wait_for("saved")
        terminal.press(*keys, "q")
        assert terminal.wait_end() == 0


def first_frames(terminal: Terminal) -> tuple[bytes, bytes]:
    """Return what was sent before the app was there, and the app's own first frame.

    Paints are sent between two marks, but for those that are sent before the terminal has said that it knows them.
    """
    terminal.wait_for(Terminal.is_up)
    if not _MARK.search(terminal.raw, terminal.raw.index(_HOME, terminal.raw.index(_TAKEN_OVER))):
        terminal.settle()
    before, _, after = bytes(terminal.raw).partition(_TAKEN_OVER)
    start = after.index(_HOME)
    end = _MARK.search(after, start)
    return before, after[start : end.start() if end else None]


def first_sent(terminal: Terminal) -> bytes:
    return first_frames(terminal)[0]


@pytest.mark.parametrize("depth", DEPTHS, ids=lambda depth: depth or "256")
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_it_is_the_first_frame_of_the_app(places: Places, marked: Path, size, theme: str, depth: str) -> None:
    article = next(marked.glob("*.txt"))
    same_as_first(places, article, size, theme, depth)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_it_is_the_first_frame_of_a_markdown_file_too(places: Places, marked: Path, size) -> None:
    same_as_first(places, marked / "welcome.md", size, THEMES[0], DEPTHS[0])


def text_of(row: list[Char]) -> str:
    return "".join(cell.data for cell in row)


def seen(cell: Char) -> Char:
    """Return a cell as one sees it: of a blank the foreground is not seen, and is not always sent."""
    return cell._replace(fg="") if cell.data == " " and not (cell.reverse or cell.underscore) else cell


def same_as_first(places: Places, path: Path, size: tuple[int, int], theme: str, depth: str) -> None:
    places.config.write_text(f'theme = "{theme}"\n')
    read_once(places, path, size, "20j", "S", "j", "esc", COLORTERM=depth)  # a passage that stands once
    with started(places, path, size, COLORTERM=depth) as terminal:
        early, own = first_frames(terminal)
        assert early.startswith(_ENTER)
        shown, again = cells_of(early, *size), cells_of(own, *size)
        for row, (one, other) in enumerate(zip(shown.rows, again.rows, strict=True)):
            assert one == other, f"row {row}:\n{text_of(one)}\n{text_of(other)}"
        text = "".join(map(text_of, shown.rows))
        assert "saved" in text
        assert len({cell.bg for row in shown.rows for cell in row}) > 3
        assert shown.cursor == again.cursor
        assert terminal.raw.count(_ENTER) == 1
        assert b"\x1b[2J" not in terminal.raw


def test_the_document_read_last_and_that_of_a_folder_are_shown_at_once_too(places: Places, marked: Path) -> None:
    read_once(places, marked)
    for path in (marked, ""):
        with started(places, path) as terminal:
            assert b"Maduro" in first_sent(terminal)
            terminal.press("q")
            terminal.wait_end()


@pytest.mark.parametrize("known", [False, True], ids=["new", "other size"])
@pytest.mark.parametrize("size", [(90, 30), (120, 40)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_without_a_frame_the_text_stands_where_the_app_puts_it(places: Places, marked: Path, size, known: bool) -> None:
    article = next(marked.glob("*.txt"))
    library = places.library if known else places.home / "other" / "library.json"
    if known:
        read_once(places, article, (100, 24), "9j")
    with started(places, article, size, MANICULA_LIBRARY=str(library)) as terminal:
        early, own = first_frames(terminal)
        shown, again = cells_of(early, *size), cells_of(own, *size)
        edges = [x for x, cell in enumerate(again.rows[0]) if cell.data == "│"] or [-1, size[0]]
        text = slice(edges[0] + 1, edges[-1])
        for one, other in zip(shown.rows[:-1], again.rows[:-1], strict=True):
            here, there = ([seen(cell) for cell in row[text]] for row in (one, other))
            assert here == there, f"{text_of(one)}\n{text_of(other)}"
        assert shown.cursor == again.cursor


def deleted_here(places: Places) -> None:
    with Library.open(places.library) as library:
        library.delete(*(each.uuid for each in library.annotations()))


def deleted_by_another_program(places: Places) -> None:
    from tinydb import TinyDB  # noqa: PLC0415  # stands for another program

    with TinyDB(places.library) as database:
        database.table("annotations").truncate()


@pytest.mark.parametrize("delete", [deleted_here, deleted_by_another_program])
def test_nothing_that_was_deleted_since_is_shown(places: Places, marked: Path, delete) -> None:
    article = next(marked.glob("*.txt"))
    read_once(places, article, (120, 40))
    with started(places, article, (120, 40)) as terminal:
        assert b"claim" in first_sent(terminal)
        terminal.press("q")
        terminal.wait_end()
    delete(places)
    with started(places, article, (120, 40)) as terminal:
        assert b"claim" not in first_sent(terminal)


def test_a_file_that_has_changed_is_not_shown_as_it_was(places: Places, marked: Path) -> None:
    article = next(marked.glob("*.txt"))
    read_once(places, article)
    article.write_text(article.read_text().replace("Maduro", "Somebody"))
    with started(places, article) as terminal:
        assert b"Maduro" not in first_sent(terminal)


def test_the_frame_of_another_library_is_not_shown(places: Places, marked: Path) -> None:
    article = next(marked.glob("*.txt"))
    read_once(places, article, (120, 40))
    other = {"MANICULA_LIBRARY": str(places.home / "other" / "library.json")}
    with started(places, article, (120, 40), **other) as terminal:
        assert b"claim" not in first_sent(terminal)


def test_keys_of_the_first_moment_are_taken_in_their_order(places: Places, marked: Path) -> None:
    article = next(marked.glob("*.txt"))
    read_once(places, article)
    with started(places, article) as terminal:
        terminal.press("/")
        terminal.write("embassy")
        terminal.wait_for("find: embassy")
        terminal.press("esc", "q")
        assert terminal.wait_end() == 0
    with started(places, article) as terminal:
        terminal.wait_for(lambda each: _ENTER in each.raw)
        terminal.press("/")
        terminal.write("commitment")
        terminal.press("enter", "enter", "a")
        terminal.write("early")
        terminal.press("enter")
        terminal.write("noted")
        terminal.wait_for("noted")
        assert b"commitment" not in first_sent(terminal).rpartition(b"\x1b[")[2]


def test_it_is_off_where_the_settings_say_so(places: Places, marked: Path) -> None:
    article = next(marked.glob("*.txt"))
    read_once(places, article)
    places.config.write_text("prepaint = false\n")
    for _ in range(2):
        with started(places, article) as terminal:
            terminal.wait_for("saved")
            assert first_sent(terminal) == _ENTER
            terminal.press("q")
            terminal.wait_end()
    assert not list((places.state / "frames").rglob("*.frame"))


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_before_the_app_is_there_leaves_the_terminal_as_it_was(
    places: Places, marked: Path, name: str
) -> None:
    article = next(marked.glob("*.txt"))
    read_once(places, article)
    with started(places, article) as terminal:
        terminal.wait_for(lambda each: _ENTER in each.raw)
        time.sleep(0.02)
        os.kill(terminal.pid, getattr(signal, name))
        terminal.wait_end()
        assert terminal.raw.count(_ENTER) == terminal.raw.count(b"\x1b[?1049l") == 1
        assert terminal.raw.rstrip().endswith((b"\x1b[?25h", b"\x1b[?1004l"))


def test_a_start_that_fails_says_so_on_the_screen_of_before(places: Places, marked: Path) -> None:
    article = next(marked.glob("*.txt"))
    read_once(places, article)
    places.library.with_name("library.backups").rename(places.home / "gone")
    content = places.library.read_bytes()
    stamp = places.library.stat()
    places.library.write_bytes(b"[" + content[1:])
    os.utime(places.library, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    with started(places, article) as terminal:
        assert terminal.wait_end() == 3
        assert terminal.raw.index(_ENTER) < terminal.raw.index(b"\x1b[?1049l") < terminal.raw.index(b"manicula: ")
        assert re.search(rb"library\.json", terminal.raw)
