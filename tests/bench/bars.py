"""The bars of opening and turning: first text against vim, everything else against the floor, each pair in one run.

The text is made here, 4.3 MB of common words with 10,000 highlights in it (`tests.bench.keys`), 1 MB of Markdown, and
the text again as a book and as a PDF. They are known: they were opened and left before; but for the book of one row. A
key that is written at the start is answered when the text that it changes is on the screen; a resize when the text has
changed for the last time.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import re
import shutil
import struct
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any, NamedTuple

from storage import readers
from tests.bench import books, keys, seeded
from tests.bench.inputs import ROOT
from tests.bench.screens import SIZES, Row, command

_QUIET = 0.06
_PATIENCE = 30.0
_CALM = 0.6
"""Seconds after the first text in which a program may do what it put off."""
_KNOWN = {"md": "Markdown of 1 MB", "epub": "EPUB of 4.3 MB", "pdf": "PDF of 1,510 pages"}
_TURNS = {"page": [" "], "line": ["j"], "end/top": ["G", "gg"], "next highlight": ["J"], "sentence": [")"]}
_FIRST = slice(36, 64)
"""Characters of the text by which its first row is told; those before stand in the list of documents too."""
_PARAGRAPH = "¶"
"""What the status row says wherever the reader is: a frame is drawn from the top down, so all of it is there."""
_BOTTOM = "gg40j20j"
"""Puts the caret on the last row, so that each further line moves the text."""


_Times = dict[str, list[float]]


class Peer(NamedTuple):
    """A program that is measured: its words, what ends it, and variables of its own."""

    words: list[str]
    leave: list[bytes]
    environment: dict[str, str]


class Stand(NamedTuple):
    """What is compared: the stick, the texts, and the programs on them."""

    stick: ModuleType
    ready: dict[str, re.Pattern[str]]
    peers: dict[str, Peer]


def prepare(stick: Path, work: Path) -> Stand:
    """Make the texts and the libraries in `work`."""
    specification = importlib.util.spec_from_file_location("tui_bench", stick / "tui_bench.py")
    assert specification is not None  # there is such a file
    assert specification.loader is not None  # the same
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    folder = work / "bars"
    folder.mkdir()
    keys.library(folder)
    big = folder / "big.txt"
    markdown = _markdown(folder)
    book = books.epub(folder / "big.epub", big.read_text().split("\n\n"))
    pages = books.pdf(folder / "big.pdf", big.read_text().split("\n\n"))
    small = seeded.seeds(work / "bars-seeds")
    floor = [sys.executable, str(stick / "floors" / "floor.py"), str(big)]
    vim = ["vim", "-u", "NONE", "-N", "-R"]
    ours = {"PYTHONPATH": str(ROOT), "MANICULA_CONFIG": str(folder / "none.toml")}
    peers = {
        "floor": Peer(floor, [b"q"], {}),
        "vim": Peer([*vim, str(big)], [b":q!\r"], {}),
        "vim.md": Peer([*vim, str(markdown)], [b":q!\r"], {}),
        "vim.epub": Peer([*vim, str(_dumped(book))], [b":q!\r"], {}),
        "vim.pdf": Peer([*vim, str(_dumped(pages))], [b":q!\r"], {}),
        "big": _manicula(folder / "library.json", big, ours | {"MANICULA_STATE": str(work / "state-big")}),
        "md": _manicula(folder / "library.json", markdown, ours | {"MANICULA_STATE": str(work / "state-big")}),
        "epub": _manicula(folder / "library.json", book, ours | {"MANICULA_STATE": str(work / "state-big")}),
        "pdf": _manicula(folder / "library.json", pages, ours | {"MANICULA_STATE": str(work / "state-big")}),
        "new": _manicula(work / "new" / "library.json", book, ours | {"MANICULA_STATE": str(work / "new")}),
        "seeds": _manicula(small, big, ours | {"MANICULA_STATE": str(work / "state-seeds")}),
    }
    first = re.compile(re.escape(big.read_text()[_FIRST]))
    ready = dict.fromkeys(peers, first)
    ready["md"] = ready["vim.md"] = re.compile("A first line")
    return Stand(module, ready, peers)


def _dumped(path: Path) -> Path:
    """Write the text of a document beside it."""
    written = path.with_name(f"{path.name}.txt")
    written.write_text(readers.read(path).string)
    return written


def _manicula(library: Path, path: Path, environment: dict[str, str]) -> Peer:
    return Peer([*command().split(), "--library", str(library), str(path)], [b"q"], environment)


def _markdown(folder: Path) -> Path:
    words = keys.text(folder, "words.txt", 1_000_000, 7).read_text().split("\n\n")
    parts = [f"## Part {number}\n\n{one}" if number % 8 == 0 else one for number, one in enumerate(words)]
    path = folder / "big.md"
    path.write_text("A first line.\n\n" + "\n\n".join(parts))
    return path


@contextmanager
def _running(stand: Stand, name: str, size: tuple[int, int], home: Path) -> Iterator[Any]:
    peer = stand.peers[name]
    environment = {**os.environ, "HOME": str(home), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    environment |= {"LC_ALL": "C.UTF-8", **peer.environment}
    session = stand.stick.Session(peer.words, *size, environment, str(home))
    try:
        yield session
    finally:
        session.press(b"".join(peer.leave))
        end = time.perf_counter() + _PATIENCE
        while not session.eof and time.perf_counter() < end:
            time.sleep(0.01)
        session.close()


def _first_text(stand: Stand, name: str, size: tuple[int, int], home: Path) -> float:
    with _running(stand, name, size, home) as session:
        shown = session.wait_for(stand.ready[name], _PATIENCE)
        session.settle(shown, _CALM, _PATIENCE, need_change=False)
        return float((shown - session.t0) * 1e3)


def _first_key(stand: Stand, name: str, size: tuple[int, int], home: Path) -> float:
    """Return when a page turned by a key that is written at the start is on the screen."""
    with _running(stand, name, size, home) as session:
        session.press(b" ")
        first, end = stand.ready[name], time.perf_counter() + _PATIENCE
        while time.perf_counter() < end:
            for at, changed in session.pump():
                if changed and _PARAGRAPH in session.text and not first.search(stand.stick.squeeze(session.text)):
                    session.settle(at, _CALM, _PATIENCE, need_change=False)
                    session.press(b"gg")
                    return float((at - session.t0) * 1e3)
            time.sleep(0.001)
    raise RuntimeError(f"{name} did not answer the first key")


def _presses(stand: Stand, session: Any, words: Sequence[str], count: int) -> dict[str, list[float]]:
    took: dict[str, list[float]] = {word: [] for word in words}
    for number in range(count * len(words)):
        word = words[number % len(words)]
        pressed = session.press(stand.stick.keybytes(word))
        _, last = session.settle(pressed, _QUIET, 2.0)
        if last is not None:
            took[word].append((last - pressed) * 1e3)
    return took


def _resizes(stand: Stand, name: str, size: tuple[int, int], home: Path, count: int) -> list[float]:
    took = []
    with _running(stand, name, size, home) as session:
        shown = session.wait_for(stand.ready[name], _PATIENCE)
        session.settle(shown, _CALM, _PATIENCE, need_change=False)
        for number in range(count):
            columns, rows = (size[0] - 12, size[1] - 4) if number % 2 == 0 else size
            session.screen.resize(rows, columns)
            at = time.perf_counter()
            fcntl.ioctl(session.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            _, last = session.settle(at, 0.15, 3.0)
            if last is not None:
                took.append((last - at) * 1e3)
    return took


def _turning(
    stand: Stand, name: str, size: tuple[int, int], home: Path, count: int
) -> tuple[dict[str, list[float]], float]:
    """Return what each key took, and the peak of memory in MB."""
    took: dict[str, list[float]] = {}
    with _running(stand, name, size, home) as session:
        shown = session.wait_for(stand.ready[name], _PATIENCE)
        session.settle(shown, 1.5, _PATIENCE, need_change=False)
        for what, words in _TURNS.items() if name != "floor" else [("page", [" "])]:
            before = _BOTTOM if what == "line" else "gg" if name != "floor" else "g"
            session.settle(session.press(before.encode()), 0.3, 2.0)
            for word, times in _presses(stand, session, words, count).items():
                took[{"G": "end", "gg": "top"}.get(word, what)] = times
        session.settle(session.press(b"gg" if name != "floor" else b"g"), 0.3, 2.0)  # the next start is at the top
        return took, float(session.peak_rss())


def _p99(times: Sequence[float]) -> float:
    return sorted(times)[min(len(times) - 1, round(0.99 * (len(times) - 1)))] if times else 0.0


def one_round(stand: Stand, work: Path, starts: int, presses: int) -> list[Row]:
    """Measure everything once."""
    made: list[Row] = []
    for text in SIZES:
        columns, rows = map(int, text.split("x"))
        made += _starting(stand, (columns, rows), work, starts, text)
        made += _going_on(stand, (columns, rows), work, presses, text)
    return made


def _starting(stand: Stand, size: tuple[int, int], home: Path, starts: int, text: str) -> Iterator[Row]:
    for name in ("big", *_KNOWN, "seeds"):
        _first_text(stand, name, size, home)  # from now on the frame is kept
    found: dict[str, list[float]] = {
        name: []
        for name in ("vim", "big", *(f"{vim}{name}" for name in _KNOWN for vim in ("vim.", "")), "floor", "key")
    }
    found["new"] = []
    for _ in range(starts):
        for name, times in found.items():
            shutil.rmtree(home / "new", ignore_errors=True)
            times.append(
                _first_key(stand, "seeds", size, home) if name == "key" else _first_text(stand, name, size, home)
            )
    figures = {name: median(times) for name, times in found.items()}
    yield Row(f"first text, 4.3 MB plain text reopened, vim, {text}", figures["big"], figures["vim"], 1.0)
    for name, what in _KNOWN.items():
        yield Row(f"first text, known {what}, vim, {text}", figures[name], figures[f"vim.{name}"], 1.2)
    yield Row(f"first key answered, {text}", figures["key"], figures["floor"], 1.4)
    yield Row(f"first text, EPUB of 4.3 MB never seen, {text}", figures["new"], figures["floor"], 1.5)


def _going_on(stand: Stand, size: tuple[int, int], home: Path, presses: int, text: str) -> Iterator[Row]:
    base, floor_peak = _turning(stand, "floor", size, home, presses)
    ours, peak = _turning(stand, "big", size, home, presses)
    _, seeds_peak = _turning(stand, "seeds", size, home, 2)
    page, slow = median(base["page"]), _p99(base["page"])
    bar = 1.5 if text == SIZES[0] else 1.75
    for what, times in ours.items():
        yield Row(f"{what}, 10,000 highlights, {text}", median(times) if times else None, page, bar)
        yield Row(f"{what} p99, 10,000 highlights, {text}", _p99(times) or None, slow, 1.5)
    theirs, our_own = (median(_resizes(stand, name, size, home, 9)) for name in ("floor", "big"))
    yield Row(f"resize, {text}", our_own, theirs, 1.5)
    yield Row(f"peak memory, seeds, {text}", seeds_peak, floor_peak, 1.6, "MB")
    yield Row(f"peak memory, 10,000 highlights and 90,000 elsewhere, {text}", peak, floor_peak, 2.5, "MB")


def measure(stick: Path, work: Path, rounds: int, starts: int, presses: int) -> list[Row]:
    """Return of every row the round whose ratio is the median."""
    stand = prepare(stick, work)
    made = [one_round(stand, work, starts, presses) for _ in range(rounds)]
    return [sorted(same, key=lambda row: row.ratio)[len(same) // 2] for same in zip(*made, strict=True)]
