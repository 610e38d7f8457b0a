"""Asking on the terminal for the password of a locked document; it is not shown, and kept nowhere."""

# ruff: noqa: PLC0415  # imported when first used: few files are locked

from __future__ import annotations

import sys

from storage.errors import LockedError

TYPE_CHECKING = False  # imports nothing
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    Result = TypeVar("Result")

_TRIES = 3


def unlocked(run: Callable[[], Result]) -> Result:
    """Return what `run` does, with the password asked for where a file is locked; thrice at most.

    Raises LockedError where nobody is there to be asked, or nothing is typed.
    """
    for _ in range(_TRIES):
        try:
            return run()
        except LockedError as locked:
            _ask(locked)
    return run()


def _ask(locked: LockedError) -> None:
    from getpass import getpass

    from storage import readers
    from storage.visible import one_line

    if not (locked.name and sys.stdin is not None and sys.stdin.isatty()):
        raise locked
    if readers.password_of(locked.name):
        print(locked, file=sys.stderr)
    password = getpass(f"Password of {one_line(locked.name)}: ")
    if not password:
        raise locked
    readers.unlock(locked.name, password)
