"""Documents on the reading screen: the list, opening, files that change and move, taking annotations away."""

import pytest

from storage.config import Config
from storage.library import Library
from tests.tui.desk import LEAD, SEED, Desk, settled
from tui.app import ManiculaApp
from tui.arrival import arrive
from tui.screens.reader import ReaderScreen
from tui.session import Session


@pytest.fixture
def desk(tmp_path, monkeypatch):
    return Desk(tmp_path, monkeypatch)


async def test_the_place_is_remembered(desk):
    screen = await desk.run(["pppppp", "q"])
    head, top = screen.view.selection.head, screen.view.top_offset
    screen = await desk.run([])
    assert (screen.view.selection.head, screen.view.top_offset) == (head, top)


async def test_a_folder_fills_the_list_and_names_what_it_cannot_read(desk):
    desk.write("a.txt", "First document.\n")
    desk.write("b.md", "# Second\n\nText.\n")
    (desk.documents / "c.txt").write_bytes(b"%PDF-1.4\n\x00\x01")
    with Library.open(desk.library_path) as library:
        session = Session(library)
        arrive(session, [str(desk.documents)])
        app = ManiculaApp(session, Config())
        async with app.run_test(size=(130, 30)) as pilot:
            screen = app.screen
            await settled(pilot, session)
            assert isinstance(screen, ReaderScreen)
            assert len(library.documents()) == 2
            assert "c.txt" in screen.message


async def test_what_was_added_is_said_when_all_of_it_is_there(desk):
    for name in ("a.txt", "b.txt", "c.txt"):
        desk.write(name, f"The document {name}.\n")
    first = await desk.run([], desk.documents)
    assert first.message == "2 documents added"
    again = await desk.run([], desk.documents)
    assert again.message == ""


async def test_another_process_is_seen(desk):
    with Library.open(desk.library_path) as library, Library.open(desk.library_path) as other:
        session = Session(library)
        arrive(session, [str(SEED)])
        app = ManiculaApp(session, Config())
        async with app.run_test(size=(130, 30)) as pilot:
            await pilot.press("enter")
            other.refresh()
            other.edit(session.annotations[0].uuid, note="from the shell")
            screen = app.screen
            assert isinstance(screen, ReaderScreen)
            screen.poll()
            assert session.annotations[0].note == "from the shell"


async def test_three_keys_export_this_document_to_markdown(desk, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    screen = await desk.run(["tclaim", ["enter"], "E", ["enter", "enter"]], size=(120, 30))
    written = tmp_path / f"{SEED.stem}.md"
    assert screen.message == f"Wrote 1 annotation to {written}"
    assert LEAD in written.read_text(encoding="utf-8")


async def test_export_asks_before_it_overwrites(desk, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    kept = tmp_path / f"{SEED.stem}.md"
    kept.write_text("mine", encoding="utf-8")
    await desk.run([["enter"], "E", ["enter", "enter"], ["escape"]], size=(120, 30))
    assert kept.read_text(encoding="utf-8") == "mine"
    await desk.run(["E", ["enter", "enter", "enter"]], size=(120, 30))
    assert LEAD in kept.read_text(encoding="utf-8")


async def test_nothing_to_export_is_said(desk):
    screen = await desk.run(["E"])
    assert "nothing to export" in screen.message


async def test_open_by_a_part_of_the_name(desk):
    first = desk.write("first.txt", "Alpha report\n\nOne.\n")
    desk.write("second.txt", "Beta minutes\n\nTwo.\n")
    await desk.run([], first, desk.documents / "second.txt")
    screen = await desk.run(["ominu", ["enter"]], first)
    assert screen.session.title == "Beta minutes"
    screen = await desk.run([f"o{first}", ["enter"]], desk.documents / "second.txt")
    assert screen.session.title == "Alpha report"
    screen = await desk.run(["o/nowhere", ["enter"]], first)
    assert screen.panel_view.panel is not None
    assert "No document" in screen.panel_view.panel.problem


async def test_the_document_list_filters_and_opens(desk):
    desk.write("first.txt", "Alpha report\n\nOne.\n")
    desk.write("second.txt", "Beta minutes\n\nTwo.\n")
    screen = await desk.run(["D", "/beta", ["enter"]], desk.documents, size=(130, 30))
    assert "1 of 2 match" in desk.shelf
    screen = await desk.run(["D", "/beta", ["enter"], 0.3, ["enter"]], desk.documents, size=(130, 30))
    assert screen.session.title == "Beta minutes"
    assert screen.panes.current == "text"
    await desk.run(["D", "/zzz", ["enter"]], desk.documents, size=(130, 30))
    assert "0 of 2 match. esc clears" in " ".join(desk.shelf.split())


async def test_a_moved_file_keeps_its_annotations(desk):
    path = desk.write("a.txt", "A sentence to keep. Another one.\n")
    await desk.run([["enter"]], path)
    moved = path.rename(path.with_name("b.txt"))
    await desk.run([], moved)
    assert [one.exact for one in desk.annotations] == ["A sentence to keep."]


async def test_a_document_can_be_read_after_its_file_has_gone(desk):
    path = desk.write("a.txt", "A sentence to keep. Another one.\n")
    await desk.run([["enter"]], path)
    path.unlink()
    with Library.open(desk.library_path) as library:
        session = Session(library)
        arrive(session, [])
        assert session.text.string.startswith("A sentence to keep.")
        assert [one.exact for one in session.annotations] == ["A sentence to keep."]


async def test_a_changed_file_says_what_became_of_the_annotations(desk):
    path = desk.write("a.txt", "Here is the first one. It goes. A second one stays where it is.\n")
    await desk.run([["enter"], "))", ["enter"]], path)
    path.write_text("A new start. A second one stays where it is.\n", encoding="utf-8")
    await desk.run([lambda screen: "1 kept, 1 lost" in screen.message], path, size=(130, 30))
    assert len(desk.annotations) == 2


async def test_jumps_are_remembered_across_documents(desk):
    first = desk.write("first.txt", "Alpha report\n\nOne. Two. Three.\n")
    second = desk.write("second.txt", "Beta minutes\n\nFour. Five.\n")
    await desk.run([], first, second)
    screen = await desk.run(["ggG", "obeta", ["enter"], "HH"], first)
    assert screen.session.title == "Alpha report"
    assert screen.view.selection.head == 0
    screen = await desk.run(["ggG", "obeta", ["enter"], "HHLL"], first)
    assert screen.session.title == "Beta minutes"
    screen = await desk.run(["H"], first)
    assert screen.message == "There is no place before this."


async def test_a_large_file_shows_its_beginning_and_reads_on(desk):
    path = desk.write("large.txt", "".join(f"Paragraph {i} says little. It ends.\n\n" for i in range(12_000)))
    with Library.open(desk.library_path) as library:
        session = Session(library)
        arrive(session, [str(path)])
        assert len(session.text) < 200_000
        app = ManiculaApp(session, Config())
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.press("G")
            screen = app.screen
            assert isinstance(screen, ReaderScreen)
            assert screen.view.frame.rows[-1].end == len(session.text) > 400_000
            await pilot.press("g", "g", "enter")
            assert session.annotations[0].exact == "Paragraph 0 says little."
