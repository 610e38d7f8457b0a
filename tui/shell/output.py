"""What the commands say, on standard output and standard error: never a character that steers a terminal."""

# ruff: noqa: PLC0415  # imported when first used: a usage error must cost nothing

from __future__ import annotations

import sys

TYPE_CHECKING = False  # imports nothing
if TYPE_CHECKING:
    from collections.abc import Iterable


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


def complain(message: str) -> None:
    """Write a message to standard error; what it quotes cannot steer the terminal."""
    from storage.visible import visible

    if sys.stdout is not None:
        sys.stdout.flush()
    print(f"manicula: {visible(message)}", file=sys.stderr)


def counted(count: int, noun: str) -> str:
    """Return ``1 document``, ``2 documents``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
