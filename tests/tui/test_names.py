"""Names accepted one by one, dates with their year, the timeline; on the screen and on the shell."""

from __future__ import annotations

import csv
import io
import json

from tests.tui.driving import press, settle, shown
from tests.tui.tasks import Typed
from tui.boards.names import NamesBoard
from tui.boards.timeline import DatesBoard, TimelineBoard
from tui.cli import main


async def looked_through(pilot, screen) -> NamesBoard:
    board = screen.here
    assert isinstance(board, NamesBoard)
    while board.more:
        board.step(1.0)
    screen.sync()
    await settle(pilot)
    return board


async def test_names_are_accepted_one_by_one_and_tagged_in_one_step(room):
    async with room.open(["g", "e"]) as (pilot, screen):
        board = await looked_through(pilot, screen)
        assert "Nicholas Maduro 1" in shown(screen)
        board.keep_chosen("Nicolas Maduro")
        await press(pilot, ["space"])
        board.keep_chosen("Juan Guido")
        await press(pilot, ["space", "t"])
        assert "Tag 2 names at" in shown(screen)
        await press(pilot, ["enter"])
        library = screen.session.library
        assert {tag.path for tag in library.tags()} == {"names", "names/Juan Guido", "names/Nicolas Maduro"}
        assert {one.name for one in board.found}.isdisjoint({"Juan Guido", "Nicolas Maduro"})
        await press(pilot, ["g", "a", "/", Typed("nicholas"), "enter"])
        assert "Nicolás Maduro" in shown(screen)
        await press(pilot, ["u"])
        assert library.annotations() == []
        await press(pilot, ["esc", "esc", "g", "e"])
        assert "Juan Guido" in {one.name for one in screen.here.found}


async def test_looking_for_names_and_dates_says_how_far_it_is(room, monkeypatch):
    for module in ("names", "timeline"):
        monkeypatch.setattr(f"tui.boards.{module}._FIRST", 0.0)
    async with room.open() as (_, screen):
        for kind, wanted in ((NamesBoard, "comparing them: "), (TimelineBoard, "looking through 2 of 2 documents")):
            board = kind(screen.session)
            heads = [board.header()]
            while board.more:
                board.step(0.0)
                heads.append(board.header())
            assert "looking through 1 of 2 documents" in heads[0]
            assert any(wanted in head for head in heads[:-1]) or kind is TimelineBoard
            assert "looking" not in heads[-1]


async def test_sentences_of_the_timeline_are_read_once(room, monkeypatch):
    async with room.open(["g", "l", "n", "*", "t", Typed("2019"), "enter", "esc"]) as (_, screen):
        timeline = screen.here
        before = [one.sentence for one in timeline.found]
        assert all(before)
        monkeypatch.setattr("storage.texts.Snapshots.load", None)
        timeline.reload()
        timeline.finish()
        assert [one.sentence for one in timeline.found] == before


async def test_a_way_of_writing_is_parted_and_a_place_shown(room):
    async with room.open(["g", "e"]) as (pilot, screen):
        board = await looked_through(pilot, screen)
        board.keep_chosen("Mike Pompeo")
        await press(pilot, ["x", Typed("Michael"), "enter"])
        assert {"Mike Pompeo", "Michael Pompeo"} <= {one.name for one in board.found}
        await press(pilot, ["j", "enter"])
        assert screen.view.display
        await press(pilot, ["enter", "/", Typed("zzz"), "enter"])
        assert "Nothing matches" in shown(screen)


async def test_the_year_is_asked_once_and_the_timeline_has_the_dates(room, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with room.open(["g", "l"]) as (pilot, screen):
        assert "Nothing is dated yet. n proposes" in shown(screen)
        await press(pilot, ["n"])
        board = screen.here
        assert isinstance(board, DatesBoard)
        assert "????-01-21" in shown(screen)
        many = len(board)
        await press(pilot, ["t", "ctrl+u", Typed("soon"), "enter"])
        assert "Type a year" in shown(screen)
        await press(pilot, ["ctrl+u"])
        screen.panel_view.panel.paste("9" * 5000)
        await press(pilot, ["enter"])
        assert "Type a year" in screen.panel_view.panel.problem
        await press(pilot, ["ctrl+u", Typed("2019"), "enter"])
        assert "Marked 1 date" in screen.message
        await press(pilot, ["j", "k", "*", "t"])
        assert f"Marked {many - 1} dates" in screen.message
        await press(pilot, ["esc"])
        timeline = screen.here
        assert isinstance(timeline, TimelineBoard)
        assert f"Timeline  {many} dates" in shown(screen)
        drawn = [one.date for one in timeline.found]
        assert drawn == sorted(drawn)
        await press(pilot, ["E", "enter"])
        await press(pilot, ["j", "enter"])
        assert screen.view.display
    rows = list(csv.DictReader(io.StringIO((tmp_path / "timeline.csv").read_text())))
    assert [row["date"] for row in rows] == drawn
    assert main(["timeline", "--json", "--library", str(room.path)]) == 0
    assert json.loads(capsys.readouterr().out) == rows
    assert main(["timeline", "--library", str(room.path)]) == 0
    assert [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()] == drawn


def test_the_shell_accepts_names_and_dates(filled):
    status, out, _ = filled("names")
    assert status == 0
    assert any(line.endswith("\tMike Pompeo\tMichael Pompeo, Mike Pompeo") for line in out.splitlines())
    assert json.loads(filled("names", "--json")[1])[0]["count"] > 1
    assert filled("names", "--accept", "Nobody")[0] == 2
    assert filled("names", "--accept", "Mike Pompeo")[1].startswith("Tagged Mike Pompeo at ")
    assert "Mike Pompeo" not in filled("names")[1]
    assert filled("dates", "1")[1].splitlines()[0].split("\t")[2:] == ["", "January 21"]
    assert filled("dates", "1", "--accept")[0] == 2
    for year in ("0", "-1", "99999", "9" * 5000):
        status, _, err = filled("dates", "1", "--accept", "--year", year)
        assert (status, "year" in err) == (2, True)
    filled("set", "1", "year=99999")
    assert filled("dates", "1", "--accept")[0] == 2
    assert filled("dates", "1", "--accept", "--year", "2019")[1].startswith("Marked ")
    assert "2019-01-21" in filled("timeline", "--csv")[1]
    assert filled("timeline", "-o", "t.csv")[0] == 0
    assert filled("undo")[0] == 0
    assert "Nothing is dated" in filled("timeline")[2]
