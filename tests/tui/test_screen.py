"""The reading screen through Textual's Pilot, over the seed article and a real library."""

from pathlib import Path

import pytest
from textual import events

from storage.config import Config
from storage.library import Library
from tests.tui.driving import settle
from tui.app import ManiculaApp
from tui.arrival import arrive
from tui.screens.reader import ReaderScreen
from tui.session import Session

SEED = Path(__file__).parents[2] / "seeds" / "000_79abe80ec42c10f0.txt"
LEAD = "Venezuelan President Nicolas Maduro announced the severance of diplomatic relations with the United States."
NAMES = {
    "(": "left_parenthesis",
    ")": "right_parenthesis",
    ".": "full_stop",
    "/": "slash",
    ",": "comma",
    "#": "number_sign",
    "!": "exclamation_mark",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    " ": "space",
}


class Desk:
    """An app over one library, driven by keys; leave and open again by using it twice."""

    def __init__(self, tmp_path, monkeypatch):
        for name in ("XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
            monkeypatch.setenv(name, str(tmp_path / name))
        self.library_path = tmp_path / "library.json"
        self.documents = tmp_path / "documents"
        self.documents.mkdir()

    def write(self, name, text):
        path = self.documents / name
        path.write_text(text, encoding="utf-8")
        return path

    async def run(self, steps, *paths, size=(100, 30)):
        """Press each step's keys (a string or names; seconds and conditions are waited for); return the screen."""
        with Library.open(self.library_path) as library:
            session = Session(library)
            arrive(session, [str(path) for path in paths or [SEED]])
            app = ManiculaApp(session, Config())
            async with app.run_test(size=size) as pilot:
                await settled(pilot, session)
                for step in steps:
                    if isinstance(step, float):
                        await pilot.pause(step)
                        continue
                    if callable(step):
                        await until(pilot, step)
                        continue
                    keys = [NAMES.get(key, key) for key in step]
                    await pilot.press(*keys)
                await settle(pilot)
                screen = app.screen
                assert isinstance(screen, ReaderScreen)
                self.lines = [strip.text for strip in screen.view.render_lines(screen.view.size.region)]
                self.panes = [name for name in ("text", "cards", "documents") if screen.pane(name).display]
                self.status = screen.status.rows[0].text
                self.cards = "\n".join(strip.text.rstrip() for strip in screen.cards.rows)
                self.shelf = "\n".join(strip.text.rstrip() for strip in screen.shelf.rows)
                self.cursor = app.cursor_position
                self.annotations = session.annotations
                self.tags = {tag.uuid: tag.path for tag in library.tags()}
                return screen


async def settled(pilot, session):
    """Wait until everything that is done after the first paint is done."""
    await until(pilot, lambda screen: screen.settled and not session.waiting)


async def until(pilot, arrived):
    """Wait until something is so of the screen."""
    for _ in range(1000):
        await pilot.pause(0.02)
        if arrived(pilot.app.screen):
            return
    raise AssertionError(f"it never came so; the message is {pilot.app.screen.message!r}")


@pytest.fixture
def desk(tmp_path, monkeypatch):
    return Desk(tmp_path, monkeypatch)


async def test_it_opens_on_the_first_sentence(desk):
    screen = await desk.run([])
    assert "Venezuelan President Nicolas Maduro" in desk.lines[0]
    assert desk.status.strip().startswith("sentence")
    assert "saved" in desk.status
    assert "Nothing marked here" in desk.cards
    assert desk.cursor == screen.view.caret_place()


async def test_enter_highlights_the_sentence_and_says_where_it_is_saved(desk):
    screen = await desk.run(["j", ["enter"]], size=(200, 40))
    assert [annotation.exact for annotation in desk.annotations] == [LEAD]
    assert str(desk.library_path) in screen.message
    assert "1 in all" in desk.cards


async def test_enter_twice_makes_no_twin(desk):
    screen = await desk.run([["enter", "enter"]])
    assert len(desk.annotations) == 1
    assert "already" in screen.message


async def test_tag_by_name_and_take_off(desk):
    await desk.run(["tsource/official", ["enter"]])
    assert [desk.tags[uuid] for uuid in desk.annotations[0].tags] == ["source/official"]
    assert set(desk.tags.values()) == {"source", "source/official"}
    assert "source/official" in desk.cards
    await desk.run(["toff", ["enter"]])
    assert desk.annotations[0].tags == ()


async def test_annotate_tags_and_notes_and_esc_keeps(desk):
    await desk.run(["aclaim", ["enter"], "First line", ["enter"], "second (line)", ["escape"]])
    (annotation,) = desk.annotations
    assert annotation.note == "First line\nsecond (line)"
    assert [desk.tags[uuid] for uuid in annotation.tags] == ["claim"]
    assert "✎" in desk.lines[0]


async def test_ctrl_g_discards_a_note(desk):
    await desk.run([["enter"], "a", ["enter"], "oops", ["ctrl+g"]])
    assert desk.annotations[0].note == ""


async def test_repeat_tags_the_next_sentence(desk):
    await desk.run(["tclaim", ["enter"], ")", "."])
    assert [[desk.tags[uuid] for uuid in one.tags] for one in desk.annotations] == [["claim"], ["claim"]]


async def test_undo_and_redo_across_restarts(desk):
    await desk.run([["enter"], ")", ["enter"], "cg"])
    assert len(desk.annotations) == 2
    screen = await desk.run(["uu"])
    assert len(desk.annotations) == 1
    assert screen.message.startswith("Undone")
    await desk.run(["UU"])
    assert len(desk.annotations) == 2
    assert desk.annotations[1].color == "green"


async def test_selecting_words_and_deleting(desk):
    await desk.run(["ve", ["enter"]])
    assert desk.annotations[0].exact == "Venezuelan"
    screen = await desk.run(["d"])
    assert desk.annotations == []
    assert "u brings it back" in screen.message
    screen = await desk.run(["d"])
    assert "no highlight here" in screen.message


async def test_overlapping_highlights_are_walked(desk):
    screen = await desk.run([["enter"], "wve", ["enter"], "ggJJ"])
    inner = screen.session.highlight_at(screen.view.selection.head, screen.view.active)
    assert inner is not None
    assert inner.exact == "President"
    screen = await desk.run(["ggJJK"])
    outer = screen.session.highlight_at(screen.view.selection.head, screen.view.active)
    assert outer is not None
    assert outer.exact == LEAD


async def test_find_folds_and_counts(desk):
    screen = await desk.run(["/nicolas", ["enter"], "n"])
    found = [screen.view.text.string[a:b] for a, b in screen.view.matches]
    assert found == ["Nicolas", "Nicolas", "Nicolás", "Nicolas", "Nicolas"]
    assert "2/5" in screen.message


async def test_esc_in_find_goes_back(desk):
    screen = await desk.run(["))", "/usurpation", ["escape"]])
    assert screen.view.matches == ()
    assert screen.session.place(screen.view.selection.head).paragraph == 2


async def test_the_second_of_three_phrases_is_told_apart(desk):
    phrase = "the severance of diplomatic relations with the United States"
    screen = await desk.run([f"/{phrase}", ["enter"], "n", "v6w", ["enter"]])
    (annotation,) = desk.annotations
    second = screen.view.text.string.index(phrase, screen.view.text.string.index(phrase) + 1)
    assert annotation.start == second


async def test_the_sidebar_filters_and_shows_the_passage(desk):
    keys = ["tclaim", ["enter"], "))", "tother", ["enter"], "S", "#cl", ["enter"]]
    await desk.run(keys, size=(130, 30))
    assert "1 of 2 match tag:cl" in desk.cards
    assert "other" not in desk.cards
    await desk.run(["S", "/zzz", ["enter"]], size=(130, 30))
    assert "0 of 2 match. esc clears" in desk.cards


async def test_enter_in_the_sidebar_goes_and_comes_back(desk):
    screen = await desk.run([["enter"], "G", "S", ["enter"]], size=(130, 30))
    assert screen.view.selection.head == 0
    assert screen.panes.current == "cards"
    screen = await desk.run(["G", "S", ["enter", "enter"]], size=(130, 30))
    assert screen.view.selection.head > 5000


async def test_panes_fold_with_the_width(desk):
    await desk.run([], size=(99, 30))
    assert desk.panes == ["text"]
    await desk.run([], size=(119, 30))
    assert desk.panes == ["text", "cards"]
    await desk.run([], size=(120, 30))
    assert desk.panes == ["text", "cards", "documents"]


async def test_narrow_screens_show_one_pane_at_a_time(desk):
    await desk.run([["enter"], "S"], size=(80, 24))
    assert desk.panes == ["cards"]
    assert "1 in all" in desk.cards
    screen = await desk.run(["D", ["escape"]], size=(80, 24))
    assert screen.panes.current == "text"
    screen = await desk.run([["tab"]], size=(80, 24))
    assert screen.message == "D documents · S annotations"


async def test_the_place_is_remembered(desk):
    screen = await desk.run(["pppppp", "q"])
    head, top = screen.view.selection.head, screen.view.top_offset
    screen = await desk.run([])
    assert (screen.view.selection.head, screen.view.top_offset) == (head, top)


async def test_resizing_keeps_the_top_line(desk):
    with Library.open(desk.library_path) as library:
        session = Session(library)
        arrive(session, [str(SEED)])
        app = ManiculaApp(session, Config())
        async with app.run_test(size=(100, 20)) as pilot:
            await pilot.press("space")
            screen = app.screen
            assert isinstance(screen, ReaderScreen)
            before = screen.view.top_offset
            for width in (60, 140, 90):
                await pilot.resize_terminal(width, 20)
                await settle(pilot)
                row = screen.view.frame.rows[0]
                assert row.start <= before <= max(row.end, row.start + 1), width


async def test_markup_and_escapes_are_only_text(desk):
    path = desk.write("[red]x.txt", "Title [red]\n\nText \x1b[31mred\x1b[0m [/] [@click=app.quit]here[/] end.\n")
    screen = await desk.run(["p", "t[red]/[b", ["enter"], "a", ["enter"], "[/]", ["escape"]], path, size=(140, 30))
    assert "[@click=app.quit]here[/]" in "\n".join(desk.lines)
    assert "\x1b" not in "".join(desk.lines) + desk.cards + desk.shelf
    assert screen.session.annotations[0].note == "[/]"
    assert "[red]/[b" in desk.cards


async def test_the_smallest_screen_works(desk):
    await desk.run([["enter"], "tclaim", ["enter"], "SD", ["escape"], "/x", ["escape"], "z"], size=(20, 5))
    assert len(desk.annotations) == 1


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


async def test_switching_the_theme_keeps_the_place(desk):
    with Library.open(desk.library_path) as library:
        session = Session(library)
        arrive(session, [str(SEED)])
        app = ManiculaApp(session, Config())
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.press("p", "p")
            screen = app.screen
            assert isinstance(screen, ReaderScreen)
            before = screen.view.selection.head
            app.switch_theme()
            await settle(pilot)
            assert app.theme == screen.view.look.palette.name == "manicula-light"
            assert screen.view.selection.head == before


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


async def test_a_full_disk_says_so_and_keeps_everything(desk, monkeypatch):
    from storage import files  # noqa: PLC0415  # patched here only

    await desk.run([["enter"]])

    def full(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "replace", full)
    screen = await desk.run(["))", ["enter"]], size=(200, 30))
    assert "No space left" in screen.message
    assert str(desk.library_path) in screen.message
    assert len(desk.annotations) == 1


async def test_hints_go_to_any_sentence_on_screen(desk):
    screen = await desk.run(["f"])
    places = dict(screen.view.hints)
    assert len(places) == len({*places.values()}) > 10
    label, offset = max(places.items(), key=lambda item: item[1])
    screen = await desk.run(["f", label, ["enter"]])
    assert desk.annotations[0].start == offset
    assert not screen.view.hints


async def test_esc_puts_hints_away(desk):
    screen = await desk.run(["f", ["escape"], "j"])
    assert not screen.view.hints
    assert not screen.hinting
    assert screen.view.selection.head > 0


async def test_seek_selects_a_phrase_by_its_words(desk):
    screen = await desk.run(["sh"])
    text = screen.view.text.string
    first, last = text.index("hours after"), text.index("head of the Parliament")
    labels = {offset: label for label, offset in screen.view.hints.items()}
    screen = await desk.run(["sh", labels[first], "vsh"])
    again = {offset: label for label, offset in screen.view.hints.items()}
    await desk.run(["sh", labels[first], "vsh", again[last], ["enter"]])
    assert desk.annotations[0].exact == "hours after the ouster of the head"


async def test_reshape_moves_the_end_and_keeps_id_tags_and_note(desk):
    await desk.run(["ve", "aclaim", ["enter"], "Who?", ["escape"]])
    before = desk.annotations[0]
    await desk.run(["ggr2w", ["enter"]])
    after = desk.annotations[0]
    assert after.exact == "Venezuelan President Nicolas"
    assert (after.uuid, after.tags, after.note) == (before.uuid, before.tags, before.note)
    screen = await desk.run(["ggr2w", ["escape"]])
    assert desk.annotations[0].exact == "Venezuelan President Nicolas"
    assert screen.reshaping is None


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


async def test_the_outline_goes_to_a_heading(desk):
    path = desk.write("a.md", "# One\n\nText.\n\n## Two words\n\nMore.\n\n# Three\n\nEnd.\n")
    screen = await desk.run(["Owor", ["enter"]], path)
    assert screen.view.text.string[screen.view.selection.head :].startswith("Two words")
    screen = await desk.run(["O"])
    assert screen.message == "This document has no headings."


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


async def test_odd_keys_and_paths_lose_nothing(desk):
    screen = await desk.run(["a", ["enter"], "kept", ["ctrl+c", "ctrl+x", "ctrl+v"], "!", ["escape"]])
    assert desk.annotations[0].note == "kept!"
    screen = await desk.run(["o~nobody-here/x", ["enter"]])
    assert screen.panel_view.panel is not None
    screen = await desk.run(["o" + "x" * 300, ["enter"]])
    assert screen.panel_view.panel is not None
    screen = await desk.run(["E", ["enter", "ctrl+u"], "~nobody-here/x", ["enter"]])
    assert screen.panel_view.panel is not None


async def test_a_note_being_written_is_kept_when_the_program_is_ended(desk):
    with Library.open(desk.library_path) as library:
        session = Session(library)
        arrive(session, [str(SEED)])
        app = ManiculaApp(session, Config())
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.press("a", "enter", "h", "a", "l", "f")
            app.leave()
            assert session.annotations[0].note == "half"


async def test_esc_and_a_key_that_arrive_together_are_two_keys(desk):
    with Library.open(desk.library_path) as library:
        session = Session(library)
        arrive(session, [str(SEED)])
        app = ManiculaApp(session, Config())
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.press("a", "enter", "x")
            screen = app.screen
            assert isinstance(screen, ReaderScreen)
            await screen.take_key(events.Key("alt+j", "j"))
            assert session.annotations[0].note == "x"
            assert screen.panel_view.panel is None
