"""The reading screen through Textual's Pilot, over the seed article and a real library."""

import pytest
from textual import events

from storage.config import Config
from storage.library import Library
from tests.tui.desk import LEAD, SEED, Desk
from tests.tui.driving import settle
from tui.app import ManiculaApp
from tui.arrival import arrive
from tui.screens.reader import ReaderScreen
from tui.session import Session


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


async def test_the_outline_goes_to_a_heading(desk):
    path = desk.write("a.md", "# One\n\nText.\n\n## Two words\n\nMore.\n\n# Three\n\nEnd.\n")
    screen = await desk.run(["Owor", ["enter"]], path)
    assert screen.view.text.string[screen.view.selection.head :].startswith("Two words")
    screen = await desk.run(["O"])
    assert screen.message == "This document has no headings."


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
