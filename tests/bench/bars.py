"""The bars of opening and turning: first text against vim, everything else against the floor, each pair in one run.

The text is made here, 4.3 MB of common words with 10,000 highlights in it (`tests.bench.keys`), 1 MB of Markdown, and
the text again as a book and as a PDF. They are known: they were opened and left before; but for the book of one row. A
key that is written at the start is answered when the text that it changes is on the screen; a resize when the text has
changed for the last time.
"""

from __future__ import annotations

import fcntl
import re
import shutil
import struct
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from storage import readers
from tests.bench import books, keys, seeded
from tests.bench.inputs import ROOT
from tests.bench.pairs import PATIENCE, Both, Pair, Pairs, Peer, loaded, running
from tests.bench.screens import SIZES, Row, command

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


class Stand(NamedTuple):
    """What is compared: the stick, the texts, and the programs on them."""

    stick: ModuleType
    ready: dict[str, re.Pattern[str]]
    peers: dict[str, Peer]


def prepare(stick: Path, work: Path) -> Stand:
    """Make the texts and the libraries in `work`."""
    module = loaded(stick)
    folder = work / "bars"
    folder.mkdir()
    keys.library(folder)
    few = work / "few"
    few.mkdir()
    keys.library(few, 0)
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
        "few": _manicula(few / "library.json", few / "big.txt", ours | {"MANICULA_STATE": str(work / "state-few")}),
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


def _running(stand: Stand, name: str, size: tuple[int, int], home: Path) -> AbstractContextManager[Any]:
    return running(stand.stick, stand.peers[name], size, home)


def _first_text(stand: Stand, name: str, size: tuple[int, int], home: Path) -> float:
    with _running(stand, name, size, home) as session:
        shown = session.wait_for(stand.ready[name], PATIENCE)
        session.settle(shown, _CALM, PATIENCE, need_change=False)
        return float((shown - session.t0) * 1e3)


def _first_key(stand: Stand, name: str, size: tuple[int, int], home: Path) -> float:
    """Return when a page turned by a key that is written at the start is on the screen."""
    with _running(stand, name, size, home) as session:
        session.press(b" ")
        first, end = stand.ready[name], time.perf_counter() + PATIENCE
        while time.perf_counter() < end:
            for at, changed in session.pump():
                if changed and _PARAGRAPH in session.text and not first.search(stand.stick.squeeze(session.text)):
                    session.settle(at, _CALM, PATIENCE, need_change=False)
                    session.press(b"gg")
                    return float((at - session.t0) * 1e3)
            time.sleep(0.001)
    raise RuntimeError(f"{name} did not answer the first key")


def _resized(session: Any, size: tuple[int, int]) -> float | None:
    columns, rows = size
    session.screen.resize(rows, columns)
    at = time.perf_counter()
    fcntl.ioctl(session.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    _, last = session.settle(at, 0.15, 3.0)
    return None if last is None else (last - at) * 1e3


def _resizes(both: Both, size: tuple[int, int], count: int) -> Pairs:
    found = []
    for number in range(count):
        other = (size[0] - 12, size[1] - 4) if number % 2 == 0 else size
        floor, ours = _resized(both.floor, other), _resized(both.ours, other)
        if floor is not None and ours is not None:
            found.append(Pair(ours, floor))
    return Pairs(found)


def _turning(both: Both, count: int) -> dict[str, Pairs]:
    """Return what each key took."""
    took: dict[str, Pairs] = {}
    for what, words in _TURNS.items():
        both.go([_BOTTOM if what == "line" else "gg"])
        for word, pairs in both.measured(words, count).items():
            took[{"G": "end", "gg": "top"}.get(word, what)] = pairs
    both.go(["gg"])  # the next start is at the top
    return took


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

    def pairs(ours: str, floor: str) -> Pairs:
        return Pairs([Pair(*each) for each in zip(found[ours], found[floor], strict=True)])

    yield Row.of(f"first text, 4.3 MB plain text reopened, vim, {text}", pairs("big", "vim"), 1.0)
    for name, what in _KNOWN.items():
        yield Row.of(f"first text, known {what}, vim, {text}", pairs(name, f"vim.{name}"), 1.2)
    yield Row.of(f"first key answered, {text}", pairs("key", "floor"), 1.4)
    yield Row.of(f"first text, EPUB of 4.3 MB never seen, {text}", pairs("new", "floor"), 1.5)


def _going_on(stand: Stand, size: tuple[int, int], home: Path, presses: int, text: str) -> Iterator[Row]:
    with _running(stand, "floor", size, home) as floor, _running(stand, "big", size, home) as ours:
        both = Both(stand.stick, floor, ours, stand.ready["big"])
        bar = 1.5 if text == SIZES[0] else 1.75
        for what, pairs in _turning(both, presses).items():
            yield Row.of(f"{what}, 10,000 highlights, {text}", pairs, bar)
            slow = pairs.p99()
            yield Row(f"{what} p99, 10,000 highlights, {text}", slow.ours, slow.floor, 1.5)
        yield Row.of(f"resize, {text}", _resizes(both, size, 20), 1.5)
        floor_peak = float(floor.peak_rss())
    for name, what, most in (("seeds", "seeds", 1.6), ("few", "10,000 annotations", 2.5)):
        yield Row(f"peak memory, {what}, {text}", _peak(stand, name, size, home), floor_peak, most, "MB")


def _peak(stand: Stand, name: str, size: tuple[int, int], home: Path) -> float:
    """Return the peak memory of a program after its text is there, and its end and beginning were gone to."""
    with _running(stand, name, size, home) as session:
        session.settle(session.wait_for(stand.ready[name], PATIENCE), _CALM, PATIENCE, need_change=False)
        for key in (b"G", b"gg"):
            session.settle(session.press(key), 0.3, 2.0, need_change=False)
        return float(session.peak_rss())


def measure(stick: Path, work: Path, rounds: int, starts: int, presses: int) -> list[Row]:
    """Return of every row the round whose ratio is the median."""
    stand = prepare(stick, work)
    made = [one_round(stand, work, starts, presses) for _ in range(rounds)]
    return [sorted(same, key=lambda row: row.ratio)[len(same) // 2] for same in zip(*made, strict=True)]
