"""Writing the same to the terminal with fewer bytes, for slow lines: only what changes of cells and styles is sent.

Rich ends each piece of text with a reset and begins the next one with its whole style; Textual moves the cursor where
it stands already, and paints what is there. What has the same style is sent together, wherever it stands. Codes of
ECMA-48 (SGR, CUP, CUF) are all that is dealt with; anything else goes out as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, Protocol, TypeGuard

from textual.driver import Driver

from tui.cells import Cells, Pen, are_narrow

_TOKEN = re.compile(
    r"\x1b\[(?P<style>[0-9;]*)m"
    r"|(?P<move>\x1b\[\d*;\d*H)"
    r"|(?P<end>\r?\n)(?=\x1b\[\d*;\d*H)"
    r"|(?P<other>\x1b(?:\[[0-?]*[ -/]*[@-~]|[P\]_^X][^\x1b\x07]*(?:\x1b\\|\x07)|.))"
)
_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "7": "27", "9": "29"}
"""What ends an attribute; bold and faint end together."""
_EXTENDED = {"2": 5, "5": 3}
"""Numbers that a colour has after 38 or 48: red, green and blue, or one of 256."""


PLAIN = Pen()
_HARMLESS = re.compile(r"\x1b(?:\[\?(?:25|2026|100[0-6]|101[56]|2004)[hl]|\].*)", re.DOTALL)
"""What changes nothing that is shown: the cursor seen or not, marks of a frame, the mouse, pastes; titles and such."""


@lru_cache(maxsize=4096)
def after(pen: Pen, codes: str) -> Pen:
    """Return the pen after an SGR sequence."""
    left = codes.split(";") if codes else ["0"]
    while left:
        code, *left = left
        if code in {"38", "48"} and left:
            size = _EXTENDED.get(left[0], 2) - 1
            color, left = ";".join([code, *left[:size]]), left[size:]
            pen = pen._replace(front=color) if code == "38" else pen._replace(ground=color)
        elif code in {"", "0"}:
            pen = PLAIN
        elif re.fullmatch("3[0-79]|9[0-7]", code):
            pen = pen._replace(front=code)
        elif re.fullmatch("4[0-79]|10[0-7]", code):
            pen = pen._replace(ground=code)
        elif code in _OFF.values():
            pen = pen._replace(on=frozenset(one for one in pen.on if _OFF.get(one) != code))
        else:
            pen = pen._replace(on=pen.on | {code})
    return pen


@lru_cache(maxsize=4096)
def _turned(old: Pen, new: Pen, blank: bool) -> tuple[str, Pen]:
    """Return what makes the new pen of the old one, and the pen it is then; of blanks the foreground is not seen."""
    if blank and not new.on and not old.on:
        new = new._replace(front=old.front)
    off = {_OFF[one] for one in old.on - new.on if one in _OFF}
    kept = {one for one in old.on & new.on if _OFF.get(one) not in off}
    parts = [*sorted(off), *sorted(new.on - kept)]
    parts += [new.front] if new.front != old.front else []
    parts += [new.ground] if new.ground != old.ground else []
    colors = [one for one, plain in ((new.front, PLAIN.front), (new.ground, PLAIN.ground)) if one != plain]
    anew = ["0", *sorted(new.on), *colors]
    if old.on - new.on - _OFF.keys():
        parts = anew
    return (f"\x1b[{min(';'.join(parts), ';'.join(anew), key=len)}m" if parts else ""), new


_PEN, _GO = 20, 7
"""Bytes that a change of the pen takes, and going to a place, about."""


class _Run(NamedTuple):
    """Letters that are to be sent, and where: row and column, from 0."""

    pen: Pen
    row: int
    column: int
    letters: str


class _Sent:
    """What is sent: the pen that the terminal has then, and the place of its cursor, None where that is not known."""

    def __init__(self, pen: Pen = PLAIN) -> None:
        self.parts: list[str] = []
        self.pen = pen
        self.cursor: tuple[int, int] | None = None

    def turn(self, pen: Pen, *, blank: bool = False) -> None:
        """Take another pen."""
        code, self.pen = _turned(self.pen, pen, blank)
        self.parts.append(code)

    def go(self, row: int, column: int) -> None:
        """Go to a place."""
        if self.cursor == (row, column):
            return
        code = f"\x1b[{row + 1};{column + 1}H"
        if self.cursor is not None and self.cursor[0] == row and self.cursor[1] < column:
            code = min(code, f"\x1b[{column - self.cursor[1]}C", key=len)
        self.parts.append(code)
        self.cursor = row, column

    def write(self, run: _Run) -> None:
        """Write letters that take a cell each."""
        self.go(run.row, run.column)
        self.turn(run.pen, blank=run.letters.isspace())
        self.parts.append(run.letters)
        self.cursor = run.row, run.column + len(run.letters)


class Thinned:
    """What is left of what is written: `wanted` is its pen by now, `_place` where it would write, if that is known.

    A column that is None is where the cursor is, whatever that is. Runs wait until something comes that has to be sent
    after them: they may be sent in any order, but for a screen of which nothing is known, which comes from its top.
    """

    def __init__(self, cells: Cells | None) -> None:
        self._cells = cells
        self._sent = _Sent()
        self._whole = cells is None or cells.unknown
        self._runs: list[_Run] = []
        self._reached: dict[int, int] = {}
        self.wanted = PLAIN
        self._place: tuple[int, int | None] | None = None

    def go(self, row: int, column: int) -> None:
        """Go to a place, from 0."""
        self._place = row, column

    def feed(self, data: str) -> None:
        """Write what holds codes."""
        at = 0
        for token in _TOKEN.finditer(data):
            if token.start() > at:
                self.text(data[at : token.start()])
            at = token.end()
            if token["style"] is not None:
                self.wanted = after(self.wanted, token["style"])
            elif token["move"]:
                self.go(*(int(number or 1) - 1 for number in token["move"][2:-1].split(";")))
            elif token["other"]:
                self.other(token["other"])
        if at < len(data):
            self.text(data[at:])

    def text(self, letters: str) -> None:
        """Write."""
        place = self._place
        if self._cells is not None and place is not None and place[1] is not None and are_narrow(letters):
            row, column = place[0], place[1]
            if column < self._reached.get(row, 0):
                self._send_runs()  # what is written over something of now comes after it
            self._reached[row] = column + len(letters)
            found = self._cells.put(row, column, letters, self.wanted)
            self._runs += [_Run(self.wanted, row, column + start, letters[start:end]) for start, end in found]
            self._place = row, column + len(letters)
            return
        self._go(blank=letters.isspace())
        self._sent.parts.append(letters)
        self._sent.cursor = None
        self._place = (place[0], None) if place is not None and letters.isprintable() else None
        if self._cells is not None:
            self._cells.forget() if self._place is None else self._cells.forget_row(self._place[0])

    def other(self, code: str) -> None:
        """Send something else."""
        self._go()
        self._sent.parts.append(code)
        if not _HARMLESS.match(code):
            self._place = self._sent.cursor = None
            if self._cells is not None:
                self._cells.forget()

    def end(self) -> str:
        """Return what is to be sent."""
        self._go()
        return "".join(self._sent.parts)

    def _go(self, *, blank: bool = False) -> None:
        """Send what waits, and have the terminal write at the place, with the pen."""
        self._send_runs()
        if self._place is not None and self._place[1] is not None:
            self._sent.go(self._place[0], self._place[1])
        self._sent.turn(self.wanted, blank=blank)

    def _send_runs(self) -> None:
        for run in self._runs if self._whole else _ordered(self._runs):
            self._sent.write(run)
        self._runs = []
        self._reached.clear()


def _ordered(runs: list[_Run]) -> list[_Run]:
    """Return the runs as they are, or by their pens, where going to and fro is shorter than changing pens as often."""
    pairs = list(pairwise(runs))
    changes = sum(one.pen is not other.pen for one, other in pairs) + 1 - len({run.pen for run in runs})
    joined = sum(one.row == other.row and one.column + len(one.letters) == other.column for one, other in pairs)
    return sorted(runs, key=_look) if changes * _PEN > joined * _GO else runs


def _look(run: _Run) -> tuple[str, tuple[str, ...], str]:
    """Return what runs are brought together by."""
    return _brought(run.pen, run.letters.isspace())


@lru_cache(maxsize=4096)
def _brought(pen: Pen, blank: bool) -> tuple[str, tuple[str, ...], str]:
    return pen.ground, tuple(sorted(pen.on)), "" if blank and not pen.on else pen.front


def thinned(data: str, cells: Cells | None = None) -> str:
    """Return what shows the same as `data`, which begins and ends with a plain pen.

    `cells` are what the terminal shows, and are kept up: what stands there is left out.
    """
    made = Thinned(cells)
    made.feed(data)
    return made.end()


class Thrifty(Protocol):
    """A driver that writes so: what the terminal is known to show, and what is thinned already of what comes next."""

    shown: Cells
    thinned: str


def _ready(known: str, data: str) -> tuple[int, str]:
    """Return how much of `data` is ready, as it is known to be, and what of that comes later: it may come in parts."""
    if known.startswith(data):
        return len(data), known[len(data) :]
    return (len(known) if data.startswith(known) else 0), ""


def thrifty(driver: type[Driver]) -> type[Driver]:
    """Return a driver that writes so."""

    class Thrifting(driver):  # type: ignore[misc, valid-type]  # a class is made of whatever the system has
        def __init__(self, *args: object, **options: object) -> None:
            self.shown = Cells()
            self.thinned = ""
            super().__init__(*args, **options)

        def write(self, data: str) -> None:
            ready, self.thinned = _ready(self.thinned, data)
            super().write(data[:ready] + (thinned(data[ready:], self.shown) if ready < len(data) else ""))

    return Thrifting


def is_thrifty(driver: Driver | None) -> TypeGuard[Thrifty]:
    """Tell whether a driver writes so."""
    return isinstance(getattr(driver, "shown", None), Cells)


def forget_shown(driver: Driver | None) -> None:
    """Have the next paint sent whole."""
    if is_thrifty(driver):
        driver.shown.forget()
