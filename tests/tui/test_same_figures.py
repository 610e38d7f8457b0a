"""What the lists show is what they export, and what the shell says of the same library."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from tests.tui.driving import answered, press, settle, shown
from tests.tui.room import MARKS
from tests.tui.tasks import Typed
from tests.tui.test_names import looked_through
from tests.tui.test_repeats import copied
from tests.tui.test_settling import another
from tui.cli import main

WIDE = (200, 60)
LISTS: dict[str, tuple[list[str | Typed], str]] = {
    "concordance president": (["g", "k", Typed("president"), "tab"], r"(\d+) lines in (\d+) documents"),
    "search president": (["g", "/", Typed("president"), "tab"], r"(\d+) passages in (\d+) documents"),
    "repeats": (["g", "A"], r"in (\d+) documents, (\d+) places"),
}


def told(capsys, room, *words: str) -> str:
    assert main([*words, "--library", str(room.path)]) == 0
    said: str = capsys.readouterr().out
    return said


@pytest.mark.parametrize("words", LISTS)
async def test_a_list_has_the_same_on_screen_in_csv_and_on_the_shell(room, capsys, tmp_path, words):
    copied(room)
    out = tmp_path / "out.csv"
    keys, counted = LISTS[words]
    async with room.open([], MARKS, size=WIDE) as (pilot, screen):
        for path in room.others:
            screen.session.library.add(path)
        await press(pilot, keys)
        await answered(pilot, screen, "in several documents" if words == "repeats" else "in 3 documents")
        drawn = shown(screen)
        await press(pilot, ["E", "ctrl+u", Typed(str(out)), "enter"])
        await settle(pilot)
    exported = list(csv.DictReader(io.StringIO(out.read_text())))
    said = list(csv.DictReader(io.StringIO(told(capsys, room, *words.split(), "--csv"))))
    records = json.loads(told(capsys, room, *words.split(), "--json"))
    if words == "repeats":
        records = [place for group in records for place in group["places"]]
    places = sorted((one["title"], one["start"]) for one in records)
    for rows in (exported, said):
        assert sorted((row["document"], int(row["start"])) for row in rows) == places
    assert sorted(map(str, exported)) == sorted(map(str, said))
    figures = re.search(counted, drawn)
    assert figures is not None
    wanted = {len(places), len({title for title, _ in places})}
    assert set(map(int, figures.groups())) == wanted


async def test_names_are_the_same_on_screen_and_on_the_shell(room, capsys):
    async with room.open(["g", "e"], size=WIDE) as (pilot, screen):
        board = await looked_through(pilot, screen)
        drawn = shown(screen)
        listed = [(one.name, len(one.spots), len(one.variants)) for one in board.found]
    records = json.loads(told(capsys, room, "names", "--json"))
    assert [(one["name"], one["count"], len(one["variants"])) for one in records] == listed
    rows = [line.split("\t") for line in told(capsys, room, "names").splitlines()]
    assert [(name, int(count)) for count, _, name, _ in rows] == [(name, count) for name, count, _ in listed]
    for name, count, _ in listed[:10]:
        assert f"{name}  {count} in " in drawn


async def test_disagreements_are_the_same_on_screen_and_on_the_shell(room, capsys):
    async with room.open([], MARKS, size=WIDE) as (pilot, screen):
        another(screen.session.library)
        screen.session.reload()
        await press(pilot, ["g", "b", "t", Typed("agreement"), "enter", "j", "k", "enter"])
        board = screen.here
        assert f"{len(board)} disagreement" in shown(screen)
        listed = [(one.start, one.end, one.settled) for one in board.found]
    records = json.loads(told(capsys, room, "disagreements", "--json"))
    assert listed
    assert {(one["start"], one["end"], one["settled"]) for one in records} >= set(listed)
