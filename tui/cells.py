"""What the terminal shows, cell by cell, as far as that is known for certain: what stands there is not sent again.

Only letters that take one cell in every terminal are known. Where another one is written, its row is not, until other
letters are written over it; and nothing is known once the terminal was told something that is not understood here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import repeat
from typing import NamedTuple

from wcwidth import wcwidth

_SKIP = 6
"""Cells that are sent again between two changes, rather than going over them: that is as long."""
_UNCERTAIN = frozenset({"Mn", "Me", "Mc", "Cf", "Cc", "Cs", "Co", "Cn", "Lo"})
"""Categories of characters whose width terminals do not agree on, or that join what stands before them."""

_NARROW = set(map(chr, range(ord(" "), 0x7F)))
"""Letters that are known to take one cell."""


class Pen(NamedTuple):
    """How the terminal writes: the codes of foreground and ground, and the attributes that are on."""

    front: str = "39"
    ground: str = "49"
    on: frozenset[str] = frozenset()


class Cells:
    """Letters and pens by row and column, from 0; None where what stands there is not known."""

    def __init__(self) -> None:
        self._rows: dict[int, tuple[list[str | None], list[Pen | None]]] = {}

    @property
    def unknown(self) -> bool:
        """Whether nothing is known."""
        return not self._rows

    def forget(self) -> None:
        """Know nothing any more: the terminal has another size, or somebody else wrote on it."""
        self._rows.clear()

    def forget_row(self, y: int) -> None:
        """Know nothing of a row."""
        self._rows.pop(y, None)

    def put(self, y: int, x: int, letters: str, pen: Pen) -> list[tuple[int, int]]:
        """Have `letters`, all of them narrow, stand at a place; return which of them, half-open, have to be sent."""
        row, pens = self._rows.setdefault(y, ([], []))
        end = x + len(letters)
        missing = max(0, end - len(row))
        row.extend(repeat(None, missing))
        pens.extend(repeat(None, missing))
        there, look = row[x:end], pens[x:end]
        new = list(letters)
        row[x:end], pens[x:end] = new, [pen] * len(new)
        if look.count(pen) == len(new):
            if there == new:
                return []
            differs = [at for at, (old, letter) in enumerate(zip(there, new, strict=True)) if old != letter]
        else:
            cells = enumerate(zip(there, new, look, strict=True))
            differs = [
                at
                for at, (old, letter, was) in cells
                if old != letter or (was is not pen and not (letter == " " and _are_alike(was, pen)) and was != pen)
            ]
        return list(_runs(differs))


def _are_alike(one: Pen | None, other: Pen) -> bool:
    """Tell whether a blank is the same of both: its foreground is not seen."""
    return one is not None and one.ground == other.ground and not one.on and not other.on


def _runs(differs: list[int]) -> Iterator[tuple[int, int]]:
    """Yield what is to be sent of a row; a few cells between that are as they were go along."""
    if not differs:
        return
    start = last = differs[0]
    for at in differs:
        if at > last + _SKIP:
            yield start, last + 1
            start = at
        last = at
    yield start, last + 1


def are_narrow(letters: str) -> bool:
    """Tell whether each character surely takes one cell of its own."""
    return _NARROW.issuperset(letters) or all(map(_is_narrow, letters))


def _is_narrow(letter: str) -> bool:
    if letter not in _NARROW and wcwidth(letter) == 1 and unicodedata.category(letter) not in _UNCERTAIN:
        _NARROW.add(letter)
    return letter in _NARROW
