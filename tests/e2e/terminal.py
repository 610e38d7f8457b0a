"""A terminal for tests: starts a program in a real pseudo-terminal and keeps the screen that it draws.

Waiting is always for something on the screen, never for a time; the time limits are for machines that are slow.
"""

from __future__ import annotations

import os
import re
import sys
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import pexpect
import pyte
from pyte.screens import Char

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 30.0
"""Seconds to wait for what must appear."""

KEYS = {
    "enter": "\r",
    "esc": "\x1b",
    "tab": "\t",
    "space": " ",
    "backspace": "\x7f",
    "delete": "\x1b[3~",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "shift+right": "\x1b[1;2C",
    "shift+down": "\x1b[1;2B",
    "f1": "\x1bOP",
    **{f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "abcdefghijklmnopqrstuvwxyz"},
}

_IGNORED = re.compile(
    rb"\x1b[P_^X\]][^\x1b\x07]*(?:\x1b\\|\x07)"  # strings: device control, titles, colours
    rb"|\x1b\[[<=>][0-9;:]*[@-~]"  # private: keyboard protocols, device attributes
    rb"|\x1b\[\?[0-9;]*u"
    rb"|\x1b\[[?0-9;]*[ -/]+[@-~]"  # with intermediates: mode requests, cursor shapes
)
_UNFINISHED = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*|[P_^X\]][^\x1b\x07]*\x1b?|[ -/]*)\Z")
_MODE_REQUEST = re.compile(rb"\x1b\[\?(\d+)\$p")
_SYNCHRONIZED = b"2026"
_STARTED = b"\x1b[?1000h"
_HOME = b"\x1b[1;1H"


class _Screen(pyte.Screen):
    """A screen that also knows how to scroll without moving the cursor and how to repeat a character."""

    def _scroll(self, count: int, step: Callable[[], None], row: int) -> None:
        line, column = self.cursor.y, self.cursor.x
        for _ in range(min(max(count, 1), self.lines)):
            self.cursor.y = row
            step()
        self.cursor.y, self.cursor.x = line, column

    def scroll_up(self, count: int = 1) -> None:
        bottom = self.margins.bottom if self.margins else self.lines - 1
        self._scroll(count, self.index, bottom)

    def scroll_down(self, count: int = 1) -> None:
        self._scroll(count, self.reverse_index, self.margins.top if self.margins else 0)

    def draw(self, data: str) -> None:
        self._last = data[-1:] or self._last
        super().draw(data)

    _last = " "

    def repeat(self, count: int = 1) -> None:
        self.draw(self._last * max(count, 1))


class _Stream(pyte.ByteStream):
    csi = {**pyte.ByteStream.csi, "S": "scroll_up", "T": "scroll_down", "b": "repeat"}  # noqa: RUF012  # as in pyte
    events = pyte.ByteStream.events | {"scroll_up", "scroll_down", "repeat"}


class Shown(NamedTuple):
    """All cells of a screen, and row and column of the cursor."""

    rows: list[list[Char]]
    cursor: tuple[int, int]


def cells_of(data: bytes, columns: int, rows: int) -> Shown:
    """Return what a terminal of this size shows that was sent nothing but `data`."""
    screen = _Screen(columns, rows)
    _Stream(screen).feed(_IGNORED.sub(b"", data))
    cells = [[screen.buffer[y][x] for x in range(columns)] for y in range(rows)]
    return Shown(cells, (screen.cursor.y, screen.cursor.x))


def manicula() -> list[str]:
    """Return the words that start Manicula: the installed script, else the package of the checkout."""
    script = Path(sys.executable).with_name("manicula")
    return [str(script)] if script.exists() else [sys.executable, "-m", "tui"]


class Terminal:
    """One program in a pseudo-terminal of `columns` by `rows` cells; close it, or use it in a `with`.

    With `checkout`, Python imports the packages of this checkout, and a warning ends the program.
    """

    def __init__(  # noqa: PLR0913  # what a program is started with
        self,
        command: Sequence[str | Path],
        environment: Mapping[str, str],
        cwd: Path,
        *,
        columns: int = 80,
        rows: int = 24,
        checkout: bool = True,
    ) -> None:
        self.raw = bytearray()
        self._screen = _Screen(columns, rows)
        self._stream = _Stream(self._screen)
        self._rest = b""
        variables = {"TERM": "xterm-256color", "COLORTERM": "truecolor", **environment}
        if checkout:
            variables |= {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
        with warnings.catch_warnings():  # threads left by other tests do not matter: the child execs at once
            warnings.simplefilter("ignore", DeprecationWarning)
            self._child = pexpect.spawn(
                str(command[0]),
                [str(word) for word in command[1:]],
                env=variables,
                cwd=str(cwd),
                dimensions=(rows, columns),
                timeout=PATIENCE,
            )
        self._child.delaybeforesend = None
        self._child.delayafterclose = self._child.delayafterterminate = 0.05
        self._child.ptyproc.delayafterclose = self._child.ptyproc.delayafterterminate = 0.05

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The process id of the program."""
        return int(self._child.pid)

    def write(self, text: str) -> None:
        """Type `text` at once, as a paste without brackets or a very fast hand does."""
        data = text.encode()
        while data:
            data = data[os.write(self._child.fileno(), data) :]

    def disturb(self, text: str) -> None:
        """Have another program write over the screen, where the cursor is."""
        self._stream.feed(text.encode())

    def press(self, *keys: str) -> None:
        """Press keys at once: names of `KEYS`, and anything else is typed as it stands."""
        self.write("".join(KEYS.get(key, key) for key in keys))

    def _read(self, wait: float) -> bool:
        """Take what the program wrote within `wait` seconds; return False when it has ended."""
        try:
            data = self._child.read_nonblocking(1 << 16, timeout=wait)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += data
        for mode in _MODE_REQUEST.findall(data):
            self.write(f"\x1b[?{mode.decode()};{2 if mode == _SYNCHRONIZED else 0}$y")
        data = self._rest + data
        tail = _UNFINISHED.search(data)
        self._rest = tail.group() if tail else b""
        self._stream.feed(_IGNORED.sub(b"", data[: len(data) - len(self._rest)]))
        return True

    def wait_for(self, wanted: str | Callable[[Terminal], object], patience: float = PATIENCE) -> None:
        """Wait until the screen holds `wanted`, or until it is true of the terminal. Fails with the screen shown."""
        self._wait(lambda: wanted in self.text if isinstance(wanted, str) else wanted(self), wanted, patience)

    def is_up(self) -> bool:
        """Tell whether the app itself draws: it sends a whole screen after it has asked for the mouse."""
        started = self.raw.find(_STARTED)
        return started >= 0 and self.raw.find(_HOME, started) >= 0

    def wait_gone(self, unwanted: str, patience: float = PATIENCE) -> None:
        """Wait until the screen no longer holds `unwanted`."""
        self._wait(lambda: unwanted not in self.text, f"no {unwanted}", patience)

    def _wait(self, arrived: Callable[[], object], wanted: object, patience: float) -> None:
        end = time.monotonic() + patience
        alive = True
        while not arrived():
            if not alive or time.monotonic() > end:
                why = "the program ended" if not alive else f"{patience:g} s have passed"
                raise AssertionError(f"waited for {wanted!r}, but {why}. The screen:\n{self.text}")
            alive = self._read(0.05)

    def settle(self, quiet: float = 0.25, patience: float = PATIENCE) -> None:
        """Wait until nothing has been written for `quiet` seconds; something that blinks fails."""
        seen, limit = -1, time.monotonic() + patience
        while seen != len(self.raw):
            assert time.monotonic() < limit, f"not quiet for {quiet:g} s within {patience:g} s:\n{self.text}"
            seen = len(self.raw)
            end = time.monotonic() + quiet
            while (left := end - time.monotonic()) > 0:
                if not self._read(left):
                    return

    def wait_end(self, patience: float = PATIENCE) -> int:
        """Wait for the program to end by itself and return its exit code."""
        end = time.monotonic() + patience
        while self._read(0.05):
            if time.monotonic() > end:
                raise AssertionError(f"still running after {patience:g} s. The screen:\n{self.text}")
        self._child.close()
        return int(self._child.exitstatus if self._child.exitstatus is not None else -self._child.signalstatus)

    @property
    def lines(self) -> list[str]:
        """The rows of the screen, without the blanks at their ends."""
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        """The whole screen."""
        return "\n".join(self.lines)

    @property
    def cursor(self) -> tuple[int, int]:
        """Row and column of the terminal's own cursor, from 0."""
        return self._screen.cursor.y, self._screen.cursor.x

    def find(self, text: str, nth: int = 0) -> tuple[int, int] | None:
        """Return row and column of the `nth` row that holds `text`, None where there is no such row."""
        found = [(y, line.index(text)) for y, line in enumerate(self.lines) if text in line]
        return found[nth] if len(found) > nth else None

    def cell(self, row: int, column: int) -> Char:
        """Return one cell: `data`, `fg`, `bg`, `bold`, `underscore`, `reverse`."""
        return self._screen.buffer[row][column]

    def cells(self, text: str, nth: int = 0) -> list[Char]:
        """Return the cells that show `text` on the `nth` row that holds it."""
        found = self.find(text, nth)
        assert found is not None, f"no {text!r} (number {nth}) on the screen:\n{self.text}"
        row, column = found
        return [self.cell(row, column + i) for i in range(len(text))]

    def resize(self, columns: int, rows: int) -> None:
        """Change the size, as a window does; what was shown before is forgotten."""
        self._screen.resize(rows, columns)
        self._screen.erase_in_display(2)
        self._child.setwinsize(rows, columns)

    def close(self) -> None:
        """End the program, however it is, and let go of the pseudo-terminal."""
        self._child.close(force=True)
