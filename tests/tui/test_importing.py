"""The command import, and the same from the screen."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path

import pytest

from storage.exchange.taking import Import
from tests.tui.answers import lines, loaded
from tests.tui.driving import answered, press, settle, shown
from tests.tui.tasks import Typed
from tui.actions import importing

QUOTE = "the severance of diplomatic relations with the United States"


def test_import_says_what_would_come_then_what_came_and_is_undone(filled):
    filled("annotate", "1", "--quote", QUOTE, "--nth", "2", "--tag", "claim", "--note", "Who?")
    before = lines(filled("annotations"))
    filled("export", "-o", "out.json")
    filled("undo")
    assert filled("annotations")[1] == ""
    would = "out.json (json): Would be taken in: 1 annotation: 1 new; 1 tag new.\n"
    assert filled("import", "--dry-run", "out.json") == (0, would, "")
    assert filled("annotations")[1] == ""
    assert filled("import", "out.json") == (0, "out.json (json): 1 annotation: 1 new; 1 tag new.\n", "")
    assert lines(filled("annotations")) == before
    assert filled("import", "out.json")[1] == "out.json (json): 1 annotation: 1 already there.\n"
    assert filled("undo")[1] == "Undone: import of out.json (1 annotation).\n"
    assert filled("annotations")[1] == ""


def test_what_cannot_be_taken_is_told_and_the_rest_is(filled):
    Path("a.csv").write_text(f"document,quote\narticle.txt,{QUOTE}\nelsewhere,words\n,nothing\n")
    status, out, err = filled("import", "a.csv", "missing.csv", "article.txt")
    assert status == 1
    assert out == "a.csv (csv): 1 annotation: 1 new, 1 in doubt, 1 left out, of documents that are not here.\n"
    assert [line.split(":")[1].strip() for line in err.splitlines()] == [
        "There is no file missing.csv.",
        "article.txt is of no format that can be imported",
        "a.csv",
        "a.csv",
    ]
    assert "“elsewhere” (1 annotation)" in err
    assert "Line 4 names no document" in err


@pytest.mark.parametrize("name", ["dia.ann", "dia.jsonl"])
def test_some_files_bring_their_documents_along_as_the_help_says(filled, name):
    Path("dia.txt").write_text("Words of it.")
    Path("dia.ann").write_text("T1\tclaim 0 5\tWords\n")
    Path("dia.jsonl").write_text('{"text": "Words of it.", "label": [[0, 5, "claim"]]}\n')
    assert filled("import", name)[0] == 0
    said = " ".join(filled("import", "--help")[1].split())
    assert "add them first, unless the file brings them along, as json, jsonl, qdpx, brat and doccano do." in said


def test_json_tells_the_same(filled):
    Path("a.csv").write_text(f"document,quote\nx,{QUOTE}\nx,words that are nowhere\n")
    (report,) = loaded(filled("import", "a.csv", "--document", "1", "--json"))
    assert report["annotations"] == {"new": 2}
    assert (report["unplaced"], report["doubtful"], report["format"]) == (1, 1, "csv")


def test_wrong_words_are_refused(filled):
    Path("a.csv").write_text("document,quote\n")
    assert filled("import", "--format", "nonsense", "a.csv")[0] == 2
    assert filled("import", "--document", "nowhere", "a.csv")[0] == 2
    assert filled("import")[0] == 2


def test_an_export_says_in_numbers_what_its_format_cannot_carry(filled):
    filled("annotate", "1", "--sentence", "1", "--color", "red")
    status, _, err = filled("export", "--format", "hypothesis", "-o", "out.json")
    assert (status, err) == (0, "manicula: Not carried, because hypothesis has no place for it: 1 colour.\n")
    assert filled("export", "--excel")[1].startswith("\ufeffdocument;path;")


async def test_the_screen_asks_before_anything_comes_in(room, tmp_path):
    table = tmp_path / "a.csv"
    table.write_text(f"document,quote,note\n{room.article.name},{QUOTE},Who?\nelsewhere,words,\n")
    async with room.open(["g", "i", "ctrl+u", Typed(str(table)), "enter"]) as (pilot, screen):
        await answered(pilot, screen, "Take it in?")
        assert "1 new, 1 in doubt" in shown(screen)
        assert screen.session.library.annotations() == []
        await press(pilot, ["enter"])
        assert "u takes it back" in shown(screen)
        assert "Not here: elsewhere" in screen.message
        assert [one.note for one in screen.session.annotations] == ["Who?"]
        await press(pilot, ["u"])
        assert screen.session.annotations == []


async def test_the_screen_says_when_there_is_nothing_to_take_in(room, tmp_path):
    odd = tmp_path / "a.json"
    odd.write_text(json.dumps({"odd": 1}))
    async with room.open(["g", "i", "ctrl+u", Typed(str(odd)), "enter"]) as (pilot, screen):
        await answered(pilot, screen, "no format that can be imported")
        await press(pilot, ["g", "i", "ctrl+u", Typed("nowhere"), "enter"])
        assert "There is no file nowhere." in shown(screen)


@pytest.mark.parametrize("typed", ["~nobody-here/x", "x" * 300])
async def test_a_path_that_cannot_be_one_is_told_and_typed_on(room, typed):
    async with room.open(["g", "i", "ctrl+u", Typed(typed), "enter"]) as (_, screen):
        assert screen.panel_view.panel.problem.startswith("This path cannot be looked at: ")


@pytest.fixture
def held(monkeypatch):
    """An import that goes on reading until it is let go."""
    go, ended = threading.Event(), threading.Event()

    class Held(Import):
        def read(self, path, form=""):
            try:
                for _ in range(3000):
                    if go.wait(0.001):
                        super().read(path, form)
                        return
                    assert self._progress
                    self._progress("annotations placed", 1, 2)
            finally:
                ended.set()

    monkeypatch.setattr(importing, "Import", Held)
    return go, ended


def table_of(room, tmp_path):
    table = tmp_path / "a.csv"
    table.write_text(f"document,quote,note\n{room.article.name},{QUOTE},Who?\n")
    return Typed(str(table))


async def test_an_import_that_other_work_ends_says_so_and_reads_no_further(room, tmp_path, held):
    _, ended = held

    async def other():
        pass

    async with room.open(["g", "i", "ctrl+u", table_of(room, tmp_path), "enter"]) as (pilot, screen):
        assert not ended.is_set()
        screen.begin(other)
        await asyncio.to_thread(ended.wait, 2)
        await settle(pilot)
        assert screen.message == "a.csv was not taken in: gi looks again."
        assert screen.panel_view.panel is None


async def test_an_import_takes_no_panel_from_what_is_being_written(room, tmp_path, held):
    go, _ = held
    async with room.open(["g", "i", "ctrl+u", table_of(room, tmp_path), "enter"]) as (pilot, screen):
        await press(pilot, ["/", Typed("half")])
        panel = screen.panel_view.panel
        go.set()
        for _ in range(500):
            await settle(pilot)
            if "hands were full" in screen.message:
                break
            await pilot.pause(0.01)
        assert "gi looks again" in screen.message
        assert screen.panel_view.panel is panel is not None
        assert screen.session.annotations == []
