"""Taking annotations away beyond a single file, from the shell and from the screen."""

from __future__ import annotations

import re
from pathlib import Path

from storage import paths
from storage.config import Config
from tests.tui.answers import lines
from tests.tui.driving import answered, press
from tests.tui.room import MARKS
from tests.tui.tasks import Typed


def test_a_folder_of_notes_is_brought_up_to_date(filled):
    filled("annotate", "1", "--sentence", "1", "--tag", "a")
    status, out, _ = filled("export", "--update", "--format", "obsidian", "-o", "notes")
    assert (status, out) == (0, "1 annotation in 1 note in notes: 1 new.\n")
    (note,) = Path("notes").iterdir()
    note.write_text(note.read_text() + "mine\n")
    filled("annotate", "1", "--sentence", "2")
    assert lines(filled("export", "--update", "--format", "obsidian", "-o", "notes/"))[-1][0].endswith(": 1 updated.")
    assert "\nmine\n" in note.read_text()
    note.write_text(note.read_text().replace("%% /manicula %%", ""))
    status, _, err = filled("export", "--update", "--format", "obsidian", "-o", "notes")
    assert status == 1
    assert "has no end" in err


def test_only_notes_in_a_folder_can_be_updated(filled):
    assert filled("export", "--update")[0] == 2
    status, _, err = filled("export", "--update", "--format", "csv", "-o", "notes")
    assert (status, "markdown, obsidian, org" in err) == (2, True)


async def test_notes_are_updated_from_the_screen(room, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with room.open(["E", Typed("obs"), "enter", "tab"], MARKS) as (pilot, screen):
        await press(pilot, ["tab", "tab", "enter"])
        assert screen.message.startswith(f"Notes in {tmp_path / 'notes'}/ are up to date: 1 new")
    assert len(list((tmp_path / "notes").glob("*.md"))) == 1


async def test_a_quote_is_copied_with_its_source_by_the_readers_pattern(room):
    async with room.open(["Y"], MARKS, config=Config(citation="{quote} ({tags}; {place})")) as (_, screen):
        assert screen.message.startswith("Sent ")
    assert paths.last_copy().read_text("utf-8").endswith(". (claim; ¶ 1)")


def test_quotes_are_listed_with_their_source(filled):
    filled("annotate", "1", "--sentence", "1", "--tag", "a")
    (cited,) = lines(filled("annotations", "--cite"))
    assert cited[0].startswith("“Venezuelan President Nicolas Maduro announced")
    assert re.search(r"” \[@\w+, ¶ 1\]$", cited[0])


async def test_templates_of_ones_own_are_formats_on_the_screen(room, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MANICULA_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "mine.lst.jinja").write_text("{{ annotations | length }} {{ nothing }}")
    async with room.open(["E", Typed("mine"), "enter", "enter"], MARKS) as (pilot, screen):
        assert not (tmp_path / f"{room.article.stem}.lst").exists()
        (tmp_path / "templates" / "mine.lst.jinja").write_text("{{ annotations | length }} marks")
        await press(pilot, ["enter"])
        assert screen.message.startswith("Wrote 3 annotations")
    assert (tmp_path / f"{room.article.stem}.lst").read_text() == "3 marks"


def test_a_template_is_filled_in_by_the_shell(filled):
    filled("annotate", "1", "--sentence", "1", "--tag", "a")
    assert "[@anonvenezuelan, ¶ 1]" in filled("export", "--template", "literature")[1]
    assert filled("export", "--template", "nothing")[0] == 2


async def test_much_is_written_in_the_background(room, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tui.actions.exporting.MUCH", 2)
    written = tmp_path / f"{room.article.stem}.md"
    written.write_text("mine")
    async with room.open(["E", "enter", "enter"], MARKS) as (pilot, screen):
        assert written.read_text() == "mine"
        await press(pilot, ["enter"])
        await answered(pilot, screen, "Wrote 3 annotations")
    assert "freedom of citizens" in written.read_text("utf-8")
