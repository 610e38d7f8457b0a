"""Tables of figures: the same on screen, in CSV, copied and on the shell; walked, opened, taken away."""

from __future__ import annotations

import csv
import io
import json
import pkgutil
import re
from pathlib import Path

import pytest

from storage import paths
from storage.analysis.analyses import ANALYSES
from storage.analysis.judging import UNITS
from storage.analysis.table import figure
from storage.analysis.timeline import dating
from tests.tui.driving import press, settle, shown
from tests.tui.room import MARKS
from tests.tui.tasks import Typed
from tests.tui.test_settling import another
from tui.boards.table import TableBoard, bar, sparkline
from tui.cli import main

WIDE = (200, 60)
CHOICES = [
    (name, by)
    for name in ANALYSES
    for by in {
        "together": ("overlap", "paragraph", "document", "passage"),
        "time": ("week", "year"),
        "agreement": UNITS,
    }.get(name, ("",))
]


def board_of(screen) -> TableBoard:
    assert isinstance(screen.here, TableBoard)
    return screen.here


async def on_screen(pilot, screen, name: str, by: str) -> list[list[str]]:
    """Return the figures of every row that is drawn, without the rows' names."""
    board = board_of(screen)
    board.show(name)
    while by and board.table.by != by:
        await press(pilot, ["b"])
    screen.sync()
    await settle(pilot)
    rows = [strip.text for strip in screen.board_view.rows[2 : 2 + len(board)]]
    return [[word for word in row[3 + board._label :].split() if word.lstrip("-")[0].isdigit()] for row in rows]


async def test_every_table_has_the_same_figures_on_screen_in_csv_and_on_the_shell(room, capsys, tmp_path):
    async with room.open([], MARKS, size=WIDE) as (pilot, screen):
        another(screen.session.library)
        await press(pilot, ["g", "b"])
        drawn = {each: await on_screen(pilot, screen, *each) for each in CHOICES}
        copied = {}
        for each in CHOICES:
            await on_screen(pilot, screen, *each)
            await press(pilot, ["y"])
            copied[each] = paths.last_copy().read_text()
    for name, by in CHOICES:
        words = ["count", name, "--library", str(room.path), *(["--by", by] if by else [])]
        assert main([*words, "--json"]) == 0
        table = json.loads(capsys.readouterr().out)
        target = tmp_path / f"{name}-{by}.csv"
        assert main([*words, "-o", str(target)]) == 0
        capsys.readouterr()
        assert main(words) == 0
        lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
        told = [[figure(cell) for cell in row["cells"]] for row in table["rows"]]
        assert told, name
        assert drawn[name, by] == told, name
        assert list(csv.reader(io.StringIO(target.read_text()))) == lines, name
        assert [row[1:] for row in lines[1:]] == told, name
        assert copied[name, by] == "".join("\t".join(row) + "\n" for row in lines), name


async def test_a_cell_of_the_matrix_opens_what_stands_behind_it_and_comes_back(room):
    async with room.open(["g", "b", "t", Typed("together"), "enter", "b"], MARKS) as (pilot, screen):
        assert "Tags that overlap" in shown(screen)
        await press(pilot, ["j", "l", "enter"])
        assert "source · source · Tags that overlap 1:" in shown(screen)
        assert "coup" in shown(screen)
        assert "freedom of citizens" not in shown(screen)
        await press(pilot, ["enter"])
        assert screen.view.display
        await press(pilot, ["enter", "esc"])
        board = board_of(screen)
        assert (board.chosen, board.column, board.table.by) == (1, 1, "overlap")
        await press(pilot, ["esc"])
        assert screen.panes.current == "text"
        await press(pilot, ["g", "b"])
        assert board_of(screen) is board


async def test_walking_narrowing_sorting_and_marking(room):
    async with room.open(["g", "b", "$", "j"], MARKS) as (pilot, screen):
        board = board_of(screen)
        assert board.column == 2
        assert board.cursor > 40
        await press(pilot, ["0", "l", ","])
        assert board.uuid(0) == "source"
        await press(pilot, ["s"])
        assert "sub-tags count above" in shown(screen)
        await press(pilot, ["/", Typed("tag:claim"), "enter"])
        assert [board.uuid(index) for index in range(len(board))] == ["claim"]
        await press(pilot, ["esc", "*", "y"])
        assert "Sent" in screen.message or "Copied" in screen.message
        assert paths.last_copy().read_text().count("\n") == 1 + len(board)


@pytest.mark.parametrize(
    ("keys", "target"),
    [
        (["g", "b"], "storage.analysis.coding.Coding.gather"),
        (["g", "l"], "storage.analysis.timeline.dating"),
        (["g", "e"], "storage.analysis.names.Names.proposing"),
    ],
)
async def test_a_list_that_is_opened_looks_once(room, monkeypatch, keys, target):
    module, _, name = target.rpartition(".")
    owner = pkgutil.resolve_name(module.replace(".Coding", ":Coding").replace(".Names", ":Names"))
    real, calls = getattr(owner, name), []

    def noted(*args):
        calls.append(name)
        return real(*args)

    monkeypatch.setattr(owner, name, noted)
    monkeypatch.setattr("tui.boards.timeline.dating", noted if name == "dating" else dating)
    async with room.open(keys, MARKS) as (pilot, screen):
        await settle(pilot)
        assert not screen.here.more
        await press(pilot, ["esc", *keys])
        assert calls == [name] * (2 if name == "dating" else 1)


async def test_a_long_table_is_made_in_slices_and_says_how_far_it_is(room, monkeypatch):
    monkeypatch.setattr("tui.boards.table._FIRST", 0.0)
    async with room.open(["g", "b"], MARKS) as (pilot, screen):
        board = board_of(screen)
        for name, by in CHOICES:
            board.show(name)
            board.by = by
            board._make()
            heads = []
            while board.more:
                heads.append(board.header())
                board.step(0.0)
            assert heads or not len(board), name
            assert all("counting: " in each for each in heads)
            assert (board.table.name, board.table.by or by) == (name, by or board.table.by)
        monkeypatch.setattr(screen, "_fill_later", lambda _: None)
        board.filter("tag:claim")
        assert re.search(r"counting: \d of 2 documents", board.header())
        await press(pilot, ["t", Typed("creators"), "enter"])
        board.finish()
        assert board.table.name == "creators"


async def test_of_two_rows_of_one_name_one_is_marked(room):
    async with room.open(["g", "b"], [*MARKS, ("coup", ["all"])]) as (pilot, screen):
        board = board_of(screen)
        board.show("time")
        assert [row.label for row in board.table.rows].count("all") == 2
        await press(pilot, ["space"])
        assert [row.label for row in board.shown().rows] == ["all"]


async def test_it_is_counted_anew_when_something_changes(room):
    async with room.open(["g", "b"], MARKS) as (pilot, screen):
        assert board_of(screen).table.rows[0].cells == (1, 1, 1)
        await press(pilot, ["u"])
        screen.session.library.delete(*[one.uuid for one in screen.session.library.annotations()])
        screen.sync()
        await settle(pilot)
        assert [row.cells[0] for row in board_of(screen).table.rows] == [0] * len(board_of(screen).table.rows)


async def test_an_export_asks_before_it_replaces(room, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    async with room.open(["g", "b", "E", "enter"], MARKS) as (pilot, screen):
        target = tmp_path / "tags.csv"
        assert "Wrote Tags to" in screen.message
        assert target.read_text().startswith("tag,own,with sub-tags,documents\nclaim,1,1,1\n")
        target.write_text("mine")
        await press(pilot, ["E", "enter"])
        assert "overwrites" in shown(screen)
        assert target.read_text() == "mine"
        await press(pilot, ["enter"])
        assert target.read_text().startswith("tag,own")


async def test_without_annotations_it_says_what_to_do(room):
    async with room.open(["g", "b"]) as (pilot, screen):
        assert "of 0 annotations" in shown(screen)
        await press(pilot, ["enter"])
        assert "nothing behind" in screen.message


def test_bars_and_sparklines():
    assert [bar(value, 8, 4) for value in (0, 1, 4, 8)] == ["", "▰", "▰▰", "▰▰▰▰"]
    assert sparkline([0, 1, 4, 8], 10) == " ▁▄█"
    assert sparkline([1, 1, 3, 5], 2) == "▂█"
    assert sparkline([], 5) == sparkline([0, None], 5) == ""


@pytest.mark.parametrize("words", [["count", "tagz"], ["count", "together", "--by", "page"], ["count", "tags", "is:x"]])
def test_a_wrong_word_is_told_with_the_right_ones(filled, words):
    status, out, err = filled(*words)
    assert (status, out) == (2, "")
    assert "manicula: " in err


def test_the_shell_lists_the_tables_and_replaces_nothing_unasked(filled):
    status, out, _ = filled("count")
    assert status == 0
    assert [line.split("\t")[0] for line in out.splitlines()] == list(ANALYSES)
    status, out, err = filled("count", "tags", "--csv")
    assert (status, out.splitlines()[0]) == (0, "tag,own,with sub-tags,documents")
    assert "There are no annotations yet." in err
    assert filled("count", "tags", "-o", "t.csv")[0] == 0
    status, _, err = filled("count", "tags", "-o", "t.csv")
    assert status == 1
    assert "exists already" in err
    assert Path("t.csv").stat().st_size
