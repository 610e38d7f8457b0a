"""What the commands say, on standard output and standard error: never a character that steers a terminal."""

# ruff: noqa: PLC0415  # imported when first used: a usage error must cost nothing

from __future__ import annotations

import sys

TYPE_CHECKING = False  # imports nothing
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SHORT = 0.5
"""Seconds in which something may be over before anybody asks."""


def say(line: str = "") -> None:
    """Write one line, or several, to standard output."""
    from storage.visible import visible

    print(visible(line))


def say_row(cells: Iterable[object]) -> None:
    """Write one record: its cells on one line with tabs between them."""
    from storage.visible import one_line

    print("\t".join(one_line(str(cell)) for cell in cells))


def say_json(value: object) -> None:
    """Write one JSON value."""
    from storage.exchange.jsonfile import encode

    print(encode(value, indent=2))


def say_csv(table: Iterable[Sequence[object]]) -> None:
    """Write a table as CSV."""
    from storage.exchange.cells import as_csv

    print(as_csv(table), end="")


def complain(message: str) -> None:
    """Write a message to standard error; what it quotes cannot steer the terminal."""
    from storage.visible import visible

    if sys.stdout is not None:
        sys.stdout.flush()
    print(f"manicula: {visible(message)}", file=sys.stderr)


def counted(count: int, noun: str) -> str:
    """Return ``1 document``, ``2 documents``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


class Progress:
    """Tells a terminal, on standard error, how far something is: not at once, and at most once a second."""

    def __init__(self) -> None:
        from time import monotonic

        self._clock = monotonic
        self._next = monotonic() + _SHORT

    def __call__(self, what: str, done: int, total: int) -> None:
        """Be told that `done` of `total` (0: nobody knows) are done; `what` they are."""
        self.say(f"{done} of {total} {what}" if total else f"{what} ...")

    def say(self, words: str) -> None:
        """Be told in words how far it is."""
        if sys.stderr is not None and sys.stderr.isatty() and self._clock() >= self._next:
            self._next = self._clock() + 1
            complain(words)
