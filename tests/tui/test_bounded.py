"""What a key costs does not grow: the calls that it makes are counted where there is ten times as much of something.

Left out are the keys typed into a field that filters or finds: what they look through is looked through in slices.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import pytest
from textual.pilot import Pilot

from storage import identity, passages, readers, records
from storage.library import Library
from storage.model import Annotation
from tests.tui.driving import event, opened, settle
from tui.screens.reader import ReaderScreen

WORDS = ("the", "of", "and", "president", "country", "people", "river", "stone", "light", "under", "word", "letter")
KEYS = ("space", "backspace", "j", "k", ")", "(", "p", "J", "K", "w", "G", "g g", "v", "esc")
ACTS = ("enter", "u", "f", "esc", "t", "esc", "c g", "u", ".", "u")
GROWTH = 1.05
"""How many times as many calls there may be: a search takes a few more steps in a longer list."""
_SIZE = (120, 40)
_NEAR = 60
"""Highlights that are on the first screens, whatever there is."""


class Much(NamedTuple):
    """How much there is: paragraphs of the text, highlights in it, annotations elsewhere, tags."""

    paragraphs: int = 400
    highlights: int = 60
    elsewhere: int = 60
    tags: int = 20


MORE = [Much(**{name: 10 * value}) for name, value in Much()._asdict().items()]
_ROUNDS = 3


def written(path: Path, paragraphs: int) -> Path:
    rng = random.Random(1)
    lines = (" ".join(rng.choices(WORDS, k=12)).capitalize() + "." for _ in range(5 * paragraphs))
    path.write_text("\n\n".join(" ".join(five) for five in zip(*[lines] * 5, strict=True)))
    return path


def filled(folder: Path, much: Much) -> tuple[Library, Path]:
    """Make a library; the first screens of the text are the same whatever there is."""
    folder.mkdir()
    big, other = written(folder / "big.txt", much.paragraphs), written(folder / "other.txt", 100)
    library = Library.open(folder / "library.json", state=folder / "state")
    with library.step("fill"):
        tags = [library.ensure_tag(f"group/{number}").uuid for number in range(much.tags)]
        for path, count in ((big, much.highlights), (other, much.elsewhere)):
            document, text = library.add(path)[0], readers.read(path)
            for number in range(count):
                start, length = (number * 100, 90) if number < _NEAR else (100 * _NEAR + (number - _NEAR) * 12, 10)
                made = Annotation(identity.new_uuid(), document.uuid, tags=(tags[number % 20],), created=identity.now())
                placed = passages.placed(made, text, [(start, start + length)])
                library._put("annotations", records.annotation_record(placed))
    return library, big


async def counted(folder: Path, much: Much) -> list[dict[str, int]]:
    library, path = filled(folder, much)
    with library:
        async with opened(library, path, size=_SIZE) as (pilot, screen):
            await screen.workers.wait_for_complete()
            return [await one_round(pilot, screen) for _ in range(_ROUNDS)]


async def one_round(pilot: Pilot[int], screen: ReaderScreen) -> dict[str, int]:
    """Return the calls of each key."""
    await press_plain(screen, "g g")
    found: dict[str, int] = {}
    for key in (*KEYS, *ACTS):
        await settle(pilot)
        found[f"{len(found)} {key}"] = await calls_of(screen, key)
    return found


async def press_plain(screen: ReaderScreen, key: str) -> None:
    for name in key.split(" "):
        await screen.take_key(event(name))


async def calls_of(screen: ReaderScreen, key: str) -> int:
    """Return the calls of a key press and of the whole paint after it."""
    count = 0

    def profile(_: FrameType, what: str, __: object) -> None:
        nonlocal count
        count += what in {"call", "c_call"}

    sys.setprofile(profile)
    try:
        await press_plain(screen, key)
        screen.app._whole(screen)  # type: ignore[attr-defined]
    finally:
        sys.setprofile(None)
    return count


_few: dict[str, int] = {}
"""Of each key the most calls in any round: on a busy machine what follows a key falls into its count, or beside it."""


@pytest.mark.parametrize("more", MORE, ids=Much._fields)
async def test_a_key_makes_no_more_calls_where_there_is_ten_times_as_much(tmp_path: Path, more: Much) -> None:
    if not _few:
        rounds = await counted(tmp_path / "few", Much())
        _few.update({key: max(each[key] for each in rounds) for key in rounds[0]})
    many = await counted(tmp_path / "many", more)
    least = {key: min(each[key] for each in many) for key in many[0]}
    assert not {key: (count, least[key]) for key, count in _few.items() if least[key] > count * GROWTH}
