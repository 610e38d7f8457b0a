"""Two programs side by side, each press of the one after a press of the other.

A machine that others use too is twice as fast in one second as in the next, so figures that were measured one after the
other say little. Of two presses within a tenth of a second the ratio says what there is to say.
"""

from __future__ import annotations

import importlib.util
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any, NamedTuple

QUIET = 0.06
"""Seconds without a change after which a press is over."""
PATIENCE = 30.0
_CALM = 1.5
"""Seconds after the first text in which a program may do what it put off."""
_TURNED = 100
"""Presses after which the floor, which only goes down, begins at its top again."""


class Peer(NamedTuple):
    """A program that is measured: its words, what ends it, and variables of its own."""

    words: list[str]
    leave: list[bytes]
    environment: dict[str, str]


class Pair(NamedTuple):
    """What a press took, in milliseconds, and what the floor's page before it took."""

    ours: float
    floor: float


class Pairs(NamedTuple):
    """What was measured of one key."""

    all: Sequence[Pair]

    @property
    def ours(self) -> float:
        """The median press, in milliseconds."""
        return median(pair.ours for pair in self.all)

    @property
    def ratio(self) -> float:
        """The median of the ratios."""
        return median(pair.ours / pair.floor for pair in self.all)

    def p99(self) -> Pair:
        """Return the slowest but one in a hundred of either."""
        return Pair(*(_p99(times) for times in zip(*self.all, strict=True)))


def _p99(times: Iterable[float]) -> float:
    ordered = sorted(times)
    return ordered[round(0.99 * (len(ordered) - 1))]


def loaded(stick: Path) -> ModuleType:
    """Return the measuring stick in a folder as a module."""
    specification = importlib.util.spec_from_file_location("tui_bench", stick / "tui_bench.py")
    assert specification is not None  # there is such a file
    assert specification.loader is not None  # the same
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@contextmanager
def running(stick: ModuleType, peer: Peer, size: tuple[int, int], home: Path) -> Iterator[Any]:
    """Run a program in a terminal of its own; hand out the stick's session."""
    environment = {**os.environ, "HOME": str(home), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    environment |= {"LC_ALL": "C.UTF-8", **peer.environment}
    session = stick.Session(peer.words, *size, environment, str(home))
    try:
        yield session
    finally:
        session.press(b"".join(peer.leave))
        end = time.perf_counter() + PATIENCE
        while not session.eof and time.perf_counter() < end:
            time.sleep(0.01)
        session.close()


class Both:
    """Two programs that show the same text, `ready` by now."""

    def __init__(self, stick: ModuleType, floor: Any, ours: Any, ready: Any) -> None:  # the stick's
        self._stick = stick
        self.floor, self.ours = floor, ours
        self._turned = 0
        for session in (floor, ours):
            session.settle(session.wait_for(ready, PATIENCE), _CALM, PATIENCE, need_change=False)

    def go(self, keys: Iterable[str]) -> None:
        """Press keys that are not measured."""
        for key in keys:
            self.ours.settle(self.ours.press(self._stick.keybytes(key)), 0.3, 2.0, need_change=False)

    def measured(self, words: Sequence[str], count: int, *, first: bool = False) -> dict[str, Pairs]:
        """Press `words` in turn, each `count` times; what shows nothing is left out.

        With `first` a press lasts up to the first change that it brings, for lists that go on filling.
        """
        took: dict[str, list[Pair]] = {word: [] for word in words}
        for number in range(count * len(words)):
            word = words[number % len(words)]
            floor, ours = self._page(), self.press(self.ours, word, first=first)
            if floor is not None and ours is not None:
                took[word].append(Pair(ours, floor))
        return {word: Pairs(found) for word, found in took.items() if found}

    def _page(self) -> float | None:
        self._turned += 1
        if self._turned % _TURNED == 0:
            self.floor.settle(self.floor.press(b"g"), 0.3, 2.0)
        return self.press(self.floor, " ")

    def press(self, session: Any, word: str, *, first: bool = False) -> float | None:  # the stick's
        """Return how long a key took in one of the two, in milliseconds; None where it showed nothing."""
        pressed = session.press(self._stick.keybytes(word))
        began, last = session.settle(pressed, QUIET, 2.0)
        found = began if first else last
        return None if found is None else (found - pressed) * 1e3
