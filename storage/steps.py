"""Work that is done a little at a time: a generator that yields how far it is, and returns what comes of it."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

Result = TypeVar("Result")

Steps = Generator[float, None, Result]
"""Yields how much is done, up to 1."""


def finished(steps: Generator[object, None, Result]) -> Result:
    """Do it to the end, and return what comes of it."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            result: Result = done.value
            return result
