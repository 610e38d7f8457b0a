"""When garbage is looked for, and when not."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_YOUNG = (1_000, 10, 200)
"""Thresholds of the collector: it is felt by how many objects it looks through at once, not by how often it does."""


def resume() -> None:
    """Look for garbage again, where that was turned off until all that lives long is there; never among that.

    To look through it once costs a tenth of a second, and frees a fortieth of it.
    """
    if gc.isenabled():
        return
    gc.freeze()
    gc.set_threshold(*_YOUNG)
    gc.enable()


@contextmanager
def uncollected() -> Iterator[None]:
    """Look for no garbage in the body, which makes much that stays: looking through it again and again costs a half."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
