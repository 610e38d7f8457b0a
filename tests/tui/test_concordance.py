"""The concordance on the screen and on the shell."""

from __future__ import annotations

import csv
import io
import re

import pytest

from storage import paths
from tests.tui.answers import lines, loaded
from tests.tui.driving import answered, press, settle, shown
from tests.tui.room import MARKS
from tests.tui.tasks import Typed


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_lines_are_aligned_and_lead_to_their_passages(room, size):
    async with room.open(["g", "k", Typed("president")], size=size) as (pilot, screen):
        await answered(pilot, screen, "in 1 document")
        rows = [strip.text for strip in screen.board_view.rows[2:] if strip.text.strip()]
        assert len({row.casefold().index("president", size[0] // 4) for row in rows}) == 1
        assert len(rows) == len(screen.board) > 3
        await press(pilot, ["down", "enter"])
        match = screen.view.match
        assert screen.view.text.string[match.start : match.end].casefold() == "president"
        assert match == screen.board.places()[1]
        await pilot.pause(0.3)
        await press(pilot, ["enter"])
        assert screen.board_view.display


async def test_it_is_sorted_by_either_context(room):
    async with room.open(["g", "k", Typed("president"), "tab", ","]) as (pilot, screen):
        await settle(pilot)
        right = [one.right.casefold() for one in screen.board._shown]
        assert "by right context" in shown(screen)
        await press(pilot, [","])
        left = [one.left.split()[-1].strip("“").casefold() for one in screen.board._shown]
        assert right == sorted(right, key=lambda words: re.findall(r"\w+", words))
        assert left == sorted(left)


async def test_it_shows_what_a_find_has_found_and_some_of_it_is_tagged(room):
    async with room.open(["/", Typed("maduro"), "enter", "g", "k"]) as (pilot, screen):
        await settle(pilot)
        found = len(screen.board)
        assert "this document" in shown(screen)
        assert found > 3
        await press(pilot, ["tab", "space", "j", "space", "t", Typed("person"), "enter"])
        assert [tags for _, tags in room.tags(screen)] == [["person"]] * 2
        assert len(screen.board) == found
        await press(pilot, ["u"])
        assert room.tags(screen) == []


async def test_a_tag_and_an_expression(room):
    async with room.open(["g", "k", Typed("tag:source")], MARKS) as (pilot, screen):
        await settle(pilot)
        assert [one.words for one in screen.board._shown] == ["freedom of citizens", "coup"]
        await press(pilot, ["ctrl+u", "ctrl+r", Typed(r"(?:vene|u\.s)\w*")])
        await settle(pilot)
        assert len(screen.board) > 5
        await press(pilot, [Typed("(")])
        assert "is not a regular expression" in shown(screen)


async def test_it_says_what_to_type_and_that_nothing_is_found(room):
    async with room.open(["g", "k"]) as (pilot, screen):
        assert "Type a word" in shown(screen)
        await press(pilot, [Typed("xyzzy")])
        await settle(pilot)
        assert "Nothing was found" in shown(screen)
        await press(pilot, ["enter", "esc", "esc"])
        assert screen.panes.current == "text"


def test_on_the_shell(filled):
    rows = lines(filled("concordance", "president", "--sort", "right"))
    assert len({len(row[2]) for row in rows}) == 1
    assert [row[0] for row in rows] == ["1"] * len(rows)
    text = filled("show", "1", "--text")[1]
    for _, start, left, words, right in rows:
        assert text[int(start) : int(start) + len(words)] == words
        assert " ".join((left + words + right).split()) in " ".join(text.split())
    found = loaded(filled("concordance", "president", "--json"))
    assert sorted(one["start"] for one in found) == [one["start"] for one in found]
    assert len(found) == len(rows)


def test_all_lines_are_tagged_on_the_shell(filled):
    status, out, _ = filled("concordance", r"u\.s\.?", "--regex", "--parts", "--tag", "place")
    assert (status, out.startswith("Highlighted: ")) == (0, True)
    made = loaded(filled("annotations", "--json"))
    assert {one["exact"].rstrip(".") for one in made} == {"U.S"}


@pytest.mark.parametrize("words", [["x", "--sort", "size"], ["(", "--regex"], ["tag:"], ["x", "--dry-run"]])
def test_what_the_shell_cannot_do_is_said(filled, words):
    assert filled("concordance", *words)[0] == 2


def test_nothing_found_on_the_shell(filled):
    status, _, err = filled("concordance", "xyzzy")
    assert (status, "Nothing was found" in err) == (1, True)


async def test_what_is_copied_is_what_is_shown(room):
    async with room.open(["g", "k", Typed("president"), "tab", "y"]) as (pilot, screen):
        await settle(pilot)
        rows = [line.split("\t") for line in paths.last_copy().read_text().splitlines()]
        assert rows[0] == ["document", "start", "end", "before", "match", "after"]
        assert [int(row[1]) for row in rows[1:]] == [one.start for one in screen.board._shown]
        await press(pilot, ["j", "space", "y"])
        rows = [line.split("\t") for line in paths.last_copy().read_text().splitlines()]
        assert [int(row[1]) for row in rows[1:]] == [screen.board._shown[1].start]


async def test_what_is_exported_is_what_is_shown(room, tmp_path):
    out = tmp_path / "out.csv"
    async with room.open(["g", "k", Typed("president"), "tab", "E"]) as (pilot, screen):
        await press(pilot, ["ctrl+u", Typed(str(out)), "enter"])
        rows = list(csv.DictReader(io.StringIO(out.read_text())))
        assert [int(row["start"]) for row in rows] == [one.start for one in screen.board._shown]


@pytest.mark.parametrize("words", [["concordance", "president"], ["search", "president"], ["repeats"]])
def test_csv_has_the_same_as_the_rest(filled, tmp_path, words):
    text = filled("show", "1", "--text")[1].split("\n")[0]
    (tmp_path / "copy.txt").write_text(f"{text}\n\n=1+1 is not a formula, President.\n")
    filled("add", "copy.txt")
    found = loaded(filled(*words, "--json"))
    rows = list(csv.DictReader(io.StringIO(filled(*words, "--csv")[1])))
    if words[0] == "repeats":
        found = [place for group in found for place in group["places"]]
    assert [(row["document"], int(row["start"])) for row in rows] == [(one["title"], one["start"]) for one in found]
    assert not any(cell.startswith("=") for row in rows for cell in row.values())
