"""When garbage is looked for: a young generation small enough that no key waits for it, and never what lives long."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from storage import garbage

FELT = 5_000
"""Objects that are looked through in a millisecond or two."""


@pytest.fixture
def collector() -> Iterator[None]:
    """Put the collector back as it was."""
    thresholds = gc.get_threshold()
    yield
    gc.enable()
    gc.unfreeze()
    gc.set_threshold(*thresholds)


@pytest.mark.usefixtures("collector")
def test_what_lives_long_is_never_looked_through_again() -> None:
    gc.disable()
    kept = [[number] for number in range(1_000)]
    garbage.resume()
    assert gc.isenabled()
    assert gc.get_freeze_count() >= len(kept)
    assert 0 < gc.get_threshold()[0] <= FELT


@pytest.mark.usefixtures("collector")
def test_a_collector_that_was_never_off_is_left_alone() -> None:
    before = gc.get_threshold(), gc.get_freeze_count()
    garbage.resume()
    assert (gc.get_threshold(), gc.get_freeze_count()) == before
