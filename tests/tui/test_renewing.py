"""The life of a document that changes while, or before, it is open; through Textual's Pilot over real files."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from storage.library import Library
from storage.model import doubtful
from storage.renewal import Renewal
from tests.tui.changing import LEAD, PARTS, REWORDED, changed, reading
from tui.actions import anchoring
from tui.panels.offer import OfferPanel
from tui.screens.changes import ChangesScreen
from tui.screens.reader import ReaderScreen

ALL = ((LEAD, 1), (PARTS[2], 1), (LEAD, 2), (PARTS[5], 1))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "documents" / "report.txt"
    path.parent.mkdir()
    path.write_text("\n\n".join(PARTS), encoding="utf-8")
    return path


def watching():
    return sum(thread.name == "watch" for thread in threading.enumerate())


async def test_a_change_is_seen_told_and_shown_where_the_reader_was(tmp_path, path):
    async with reading(tmp_path, path) as reader:
        await reader.mark(*ALL)
        reader.screen.go(reader.session.text.string.index(PARTS[6]))
        await reader.rewrite("A new beginning, with several words.\n\n" + changed())
        await reader.said("1 kept, 1 moved, 1 edited, 1 lost")
        assert reader.marks == [PARTS[5], LEAD, REWORDED]
        view = reader.screen.view
        assert view.text.string[view.selection.head :].startswith(PARTS[6])
        assert "1 lost" in reader.cards


async def test_it_is_one_undo_step_that_shows_the_version_all_stands_in_and_redo_comes_back(tmp_path, path):
    async with reading(tmp_path, path) as reader:
        await reader.mark(*ALL)
        await reader.rewrite(changed())
        await reader.said("has changed")
        await reader.pilot.press("u")
        await reader.said("older version")
        assert reader.screen.message.startswith("Undone: new version")
        assert reader.marks == [LEAD, PARTS[2], LEAD, PARTS[5]]
        await reader.pilot.press("U")
        await reader.until(lambda: reader.marks == [PARTS[5], LEAD, REWORDED])
        assert reader.session.version == ""


async def test_what_was_undone_is_followed_again_when_it_is_opened_again(tmp_path, path):
    async with reading(tmp_path, path) as reader:
        await reader.mark(*ALL)
        await reader.rewrite(changed())
        await reader.said("has changed")
        await reader.pilot.press("u")
        await reader.said("older version")
    async with reading(tmp_path, path) as reader:
        await reader.said("1 kept, 1 moved, 1 edited, 1 lost")
        assert reader.marks == [PARTS[5], LEAD, REWORDED]


async def test_nothing_is_marked_wrong_before_the_new_version_is_taken_in(tmp_path, path, monkeypatch):
    async with reading(tmp_path, path) as reader:
        await reader.mark(*ALL)
    path.write_text("Something put in front. " + changed(), encoding="utf-8")
    go_on = threading.Event()
    run = Renewal.run
    monkeypatch.setattr(Renewal, "run", lambda self, *given: (go_on.wait(10), run(self, *given)))
    async with reading(tmp_path, path) as reader:
        assert reader.marks == []
        await reader.pilot.press("enter")
        assert len(reader.marks) == 1
        assert reader.marks[0].startswith("Something put in front.")
        go_on.set()
        await reader.said("1 kept, 1 moved, 1 edited, 1 lost")
        assert len(reader.marks) == 4


async def test_what_is_being_typed_is_not_disturbed(tmp_path, path):
    async with reading(tmp_path, path) as reader:
        await reader.mark((LEAD, 1))
        await reader.pilot.press("j", "j", "a", "enter")
        await reader.until(lambda: reader.screen.note_area is not None)
        before = reader.session.text
        await reader.rewrite(changed())
        await reader.pilot.press("N", "o", "t", "e")
        await reader.pilot.pause(1.2)
        assert reader.session.text is before
        await reader.pilot.press("escape")
        await reader.said("has changed")
        assert [one.note for one in reader.session.annotations] == ["", "Note"]
        assert reader.marks[0] == LEAD


async def test_a_file_that_vanishes_and_returns(tmp_path, path):
    async with reading(tmp_path, path) as reader:
        await reader.mark((LEAD, 1))
        path.unlink()
        await reader.said("is gone; its text and all annotations are kept")
        assert reader.marks == [LEAD]
        path.write_text("\n\n".join(PARTS), encoding="utf-8")
        await reader.said("is back")
        path.write_text(changed(), encoding="utf-8")
        await reader.said("has changed: 1 kept")


async def test_a_file_renamed_beside_where_it_was_is_read_on_under_its_new_name(tmp_path, path):
    async with reading(tmp_path, path) as reader:
        await reader.mark((LEAD, 1))
        moved = path.rename(path.with_name("renamed.txt"))
        await reader.said("report.txt is called renamed.txt now")
        await reader.until(lambda: reader.session.library.lookup(moved) is not None)
        moved.write_text(changed(), encoding="utf-8")
        await reader.said("has changed: 1 kept")


async def test_a_file_emptied_for_a_moment_keeps_its_text(tmp_path, path):
    async with reading(tmp_path, path) as reader:
        await reader.mark((LEAD, 1))
        path.write_bytes(b"")
        await reader.said("is empty")
        assert reader.marks == [LEAD]
        path.write_text(changed(), encoding="utf-8")
        await reader.said("has changed: 1 kept")


async def test_the_folder_that_goes_and_comes_back_is_watched_again(tmp_path, path):
    async with reading(tmp_path, path) as reader:
        await reader.mark((LEAD, 1))
        path.parent.rename(tmp_path / "away")
        await reader.said("is gone")
        (tmp_path / "away").rename(path.parent)
        await reader.said("is back")
        path.write_text(changed(), encoding="utf-8")
        await reader.said("has changed: 1 kept")


async def test_a_renamed_file_opens_with_its_annotations_where_it_was_left(tmp_path, path):
    async with reading(tmp_path, path) as reader:
        await reader.mark((LEAD, 2))
        await reader.pilot.press("G")
        reader.screen.settle()
    moved = path.rename(path.with_name("renamed.txt"))
    async with reading(tmp_path, moved) as reader:
        assert reader.marks == [LEAD]
        assert reader.screen.view.selection.head > reader.session.text.string.index(PARTS[5])
        assert len(reader.session.library.documents()) == 1


async def test_another_readers_text_of_the_same_file_is_followed(tmp_path, path, monkeypatch):
    from storage.readers import plain  # noqa: PLC0415  # patched here only

    async with reading(tmp_path, path) as reader:
        await reader.mark(*ALL)
    parse = plain.parse
    monkeypatch.setattr(plain, "parse", lambda data, name, file_hash: parse(b"Read anew.\n\n" + data, name, file_hash))
    async with reading(tmp_path, path) as reader:
        await reader.said("4 kept")
        assert reader.marks == [LEAD, PARTS[2], LEAD, PARTS[5]]


async def test_a_version_that_another_process_took_in_is_shown(tmp_path, path, monkeypatch):
    monkeypatch.setattr(ReaderScreen, "check_file", lambda _: None)
    async with reading(tmp_path, path) as reader:
        await reader.mark(*ALL)
        path.write_text(changed(), encoding="utf-8")
        with Library.open(tmp_path / "library.json", state=tmp_path / "state") as other:
            other.add(path)
        await reader.until(lambda: reader.marks == [PARTS[5], LEAD, REWORDED])


async def test_doubts_are_walked_through_and_confirmed(tmp_path, path):
    async with reading(tmp_path, path) as reader:
        await reader.mark(*ALL)
        await reader.rewrite(changed())
        await reader.said("to be confirmed")
        await reader.pilot.press("g", "g", "g", "n")
        assert "sure" in reader.screen.message
        assert "% sure" in reader.cards
        await reader.pilot.press("C")
        assert reader.screen.message.startswith("Confirmed")
        assert not any(doubtful(one) for one in reader.session.annotations)
        await reader.pilot.press("g", "n")
        assert "No highlight in doubt" in reader.screen.message
        await reader.pilot.press("u")
        assert any(doubtful(one) for one in reader.session.annotations)


async def test_what_changed_is_shown_around_each_annotation(tmp_path, path):
    async with reading(tmp_path, path) as reader:
        await reader.mark(*ALL)
        await reader.pilot.press("g", "d")
        assert "no older version" in reader.screen.message
        await reader.rewrite(changed())
        await reader.said("has changed")
        await reader.pilot.press("g", "g", "g", "d")
        await reader.until(lambda: isinstance(reader.pilot.app.screen, ChangesScreen))
        page = reader.pilot.app.screen
        assert isinstance(page, ChangesScreen)
        seen = set()
        for _ in range(6):
            seen.add(page.shown.about.split(" · ")[0])
            await reader.pilot.press("J")
        assert "No other change after" in page.message
        assert any("% sure" in words for words in seen)
        await reader.pilot.press("escape")
        assert reader.pilot.app.screen is reader.screen


async def test_older_versions_are_read_with_all_that_was_marked_in_them(tmp_path, path):
    async with reading(tmp_path, path) as reader:
        await reader.mark(*ALL)
        await reader.pilot.press("g", "v")
        assert "one version" in reader.screen.message
        await reader.rewrite(changed())
        await reader.said("has changed")
        await reader.pilot.press("g", "v", "down", "enter")
        await reader.said("older version")
        assert reader.marks == [LEAD, PARTS[2], LEAD, PARTS[5]]
        await reader.mark((PARTS[6], 1))
        assert PARTS[6] in reader.marks
        await reader.pilot.press("g", "v", "enter")
        await reader.until(lambda: reader.session.version == "" and len(reader.marks) == 4)
        assert sorted(reader.marks) == sorted([LEAD, REWORDED, PARTS[5], PARTS[6]])


async def test_an_orphan_is_offered_places_and_given_one_with_a_key(tmp_path, path):
    async with reading(tmp_path, path) as reader:
        *_, lost = await reader.mark((PARTS[6], 1))
        await reader.rewrite(changed().replace(PARTS[6], "On Friday at noon the mayor is to speak to all of us."))
        await reader.said("1 lost")
        await reader.pilot.press("S", "g", "g")
        assert "Lost their place" in reader.cards
        await reader.pilot.press("R")
        panel = reader.screen.panel_view.panel
        assert isinstance(panel, OfferPanel)
        assert "mayor" in reader.session.text.string[slice(*panel.options[0][0])]
        drawn = [strip.text for strip in reader.screen.panel_view.rows]
        assert "mayor" in drawn[1]
        assert "¶" in drawn[1]
        await reader.pilot.press("escape")
        assert reader.session.library.annotation(lost.uuid).state == "orphan"
        await reader.pilot.press("R", *"choir", "enter")
        found = reader.session.library.annotation(lost.uuid)
        assert (found.state, found.exact) == ("anchored", PARTS[5])
        await reader.pilot.press("u")
        assert reader.session.library.annotation(lost.uuid).state == "orphan"


async def test_in_a_long_text_places_are_looked_for_while_the_reader_goes_on(tmp_path, path, monkeypatch):
    monkeypatch.setattr(anchoring, "_LONG", 10)
    async with reading(tmp_path, path) as reader:
        await reader.mark((PARTS[6], 1))
        await reader.rewrite(changed().replace(PARTS[6], "On Friday at noon the mayor is to speak to all of us."))
        await reader.said("1 lost")
        await reader.pilot.press("S", "g", "g", "R")
        await reader.until(lambda: isinstance(reader.screen.panel_view.panel, OfferPanel))
        panel = reader.screen.panel_view.panel
        assert isinstance(panel, OfferPanel)
        assert "mayor" in reader.session.text.string[slice(*panel.options[0][0])]
        go, search = threading.Event(), reader.session.candidates
        monkeypatch.setattr(reader.session, "candidates", lambda *rest: search(*rest) if go.wait(9) else [])
        await reader.pilot.press("escape", "R", "/")
        go.set()
        await reader.said("R on its card")
        assert not isinstance(reader.screen.panel_view.panel, OfferPanel)


async def test_a_selection_is_given_to_an_orphan(tmp_path, path):
    async with reading(tmp_path, path) as reader:
        (lost,) = await reader.mark((LEAD, 2))
        await reader.pilot.press("R")
        assert "has its place" in reader.screen.message
        await reader.rewrite(changed())
        await reader.said("1 lost")
        await reader.pilot.press("g", "g", "R")
        assert reader.session.library.annotation(lost.uuid).exact == PARTS[5]


async def test_a_repeated_passage_is_told_and_highlighted_everywhere_in_one_step(tmp_path, path):
    path.write_text("\n\n".join(PARTS).replace(LEAD, f"“{LEAD.upper()}”", 1), encoding="utf-8")
    async with reading(tmp_path, path) as reader:
        await reader.mark((LEAD, 1))
        reader.screen.go(reader.session.annotations[0].start)
        reader.screen.sync()
        await reader.until(
            lambda: "also stands in ¶ 2 · A marks all" in " ".join(reader.cards.replace("▎", "").split())
        )
        await reader.pilot.press("t", *"claim", "enter", "A")
        assert "Highlighted in 1 more place" in reader.screen.message
        paths = [reader.session.library.tag_paths(one) for one in reader.session.annotations]
        assert paths == [["claim"], ["claim"]]
        await reader.pilot.press("A")
        assert "nowhere else" in reader.screen.message
        await reader.pilot.press("u")
        assert len(reader.session.annotations) == 1


async def test_no_thread_is_left_behind(tmp_path, path):
    async with reading(tmp_path, path) as reader:
        await reader.until(lambda: watching() == 1)
        await reader.mark((LEAD, 1))
        await reader.rewrite(changed())
        await reader.said("has changed")
    assert watching() == 0
