"""Keys of the reading view through the real app: which-key, bookmarks, page notes, people, comfort, find, presets."""

from __future__ import annotations

import os

import pytest

from storage import drafts
from storage.config import Config
from storage.errors import UsageError
from storage.library import Library
from tests.tui.driving import press, settle, shown
from tests.tui.room import MARKS
from tests.tui.tasks import LEAD, SECOND, Typed
from tui.commands import COMMANDS
from tui.palette import choices
from tui.presets import keymap_of

AT_ONCE = Config(which_key=0.001)


async def test_after_a_pause_what_can_follow_is_shown(room):
    async with room.open(config=AT_ONCE) as (pilot, screen):
        await press(pilot, ["g"])
        await settle(pilot)
        rows = "\n".join(strip.text for strip in screen.which.rows)
        assert screen.which.display
        assert "Document start" in rows
        assert "All annotations" in rows
        await press(pilot, ["g"])
        assert not screen.which.display
        await press(pilot, ["c"])
        await settle(pilot)
        assert "orange" in "\n".join(strip.text for strip in screen.which.rows)


async def test_which_key_can_be_off(room):
    async with room.open(["g"], config=Config(which_key=0)) as (pilot, screen):
        await settle(pilot)
        assert not screen.which.display


async def test_bookmarks_are_set_gone_to_and_listed(room):
    async with room.open([")", "m", "a", "G", "M", "a"], config=AT_ONCE) as (pilot, screen):
        assert screen.view.text.string[screen.view.selection.head :].startswith("It happened")
        await press(pilot, ["H"])
        assert screen.view.selection.head > 5000
        await press(pilot, ["m", "Z", "o", Typed("welc"), "enter", "'", "Z"])
        assert screen.session.title.startswith("Venezuelan")
        assert screen.view.selection.head > 5000
        await press(pilot, ["M"])
        await settle(pilot)
        assert "bookmark at ¶ 1" in "\n".join(strip.text for strip in screen.which.rows)
        await press(pilot, ["q"])
        assert screen.message == "There is no bookmark q. There are Z a."
        await press(pilot, ["M", "a", "m", "a"])
        assert screen.message.startswith("Bookmark a taken away")
        await press(pilot, ["u", "M", "a"])
        assert screen.view.text.string[screen.view.selection.head :].startswith("It happened")


async def test_a_page_note_is_on_the_document(room):
    async with room.open(["W", Typed("All of it."), "esc", "S"]) as (pilot, screen):
        (note,) = screen.session.annotations
        assert (note.ranges, note.note) == ((), "All of it.")
        assert "page note" in screen.cards.rows[2].text
        await press(pilot, ["esc", "W", "esc"])
        assert len(screen.session.annotations) == 1


async def test_others_have_a_letter_and_can_be_hidden(room, monkeypatch, places):
    with Library.open(room.path) as library:
        monkeypatch.setenv("LOGNAME", "beatrice")
        document, _ = library.add(room.article)
        library.rename_me("Beatrice")
        library.annotate(document.uuid, [(0, 9)], note="hers", text=library.text(document))
    monkeypatch.setenv("LOGNAME", "anna")
    async with room.open([")", "enter"], size=(160, 30)) as (pilot, screen):
        assert screen.view.render_lines(screen.view.size.region)[0].text.strip().startswith("bY")
        assert "by Beatrice" in shown(screen)
        await press(pilot, ["S", "/", Typed("by:bea"), "enter"])
        assert "1 of 2 match" in shown(screen)
        await press(pilot, ["esc", "esc", "g", "o"])
        assert [one.exact for one in screen.session.annotations] == [SECOND]
        assert "only mine" in shown(screen)
        assert "only_mine = true" in places.config.read_text()
    async with room.open(config=Config(only_mine=True)) as (pilot, screen):
        assert [one.exact for one in screen.session.annotations] == [SECOND]
        await press(pilot, ["g", "y", "ctrl+u", Typed("Anna M."), "enter"])
        assert screen.session.library.me().name == "Anna M."
        await press(pilot, ["g", "o"])
        assert len(screen.session.annotations) == 2


async def test_all_but_the_sentence_is_dimmed(room):
    async with room.open(["g", "f"]) as (pilot, screen):
        dim, text = screen.view.look.dim.color, screen.view.look.base.color
        colors = [segment.style.color for segment in screen.view.render_line(1) if "happened" in segment.text]
        assert colors == [dim]
        await press(pilot, ["g", "f"])
        colors = [segment.style.color for segment in screen.view.render_line(1) if "happened" in segment.text]
        assert colors == [text]
        await press(pilot, ["g", "f"])
        assert screen.message == "Nothing is dimmed."


async def test_paragraphs_are_parted_by_an_indent(room, places):
    async with room.open(["g", "p"]) as (pilot, screen):
        rows = [strip.text for strip in screen.view.render_lines(screen.view.size.region)]
        assert all(row.strip() for row in rows[:10])
        second = next(row for row in rows if "Tasnim" in row)
        assert second.index("Tasnim") == rows[0].index("Venezuelan") + 3
        assert 'spacing = "indent"' in places.config.read_text()
        place = screen.view.caret_place()
        assert place is not None
        await press(pilot, ["p"])
        assert screen.view.text.string[screen.view.selection.head :].startswith("Tasnim")
        moved = screen.view.caret_place()
        assert moved is not None
        assert moved.x == place.x + 3


@pytest.mark.parametrize(
    ("keys", "pattern", "count"),
    [
        ([], "nicolas", 5),
        ([], "Nicolas", 5),
        ([], "NICOLAS", 0),
        (["ctrl+x"], "Nicolas", 4),
        (["ctrl+t"], "venezuela", 18),
        (["ctrl+t"], "venez", 0),
        (["ctrl+r"], r"january \d+", 5),
        (["ctrl+r"], r"January \d+", 5),
        (["ctrl+r"], r"JANUARY \d+", 0),
    ],
)
async def test_ways_of_finding(room, keys, pattern, count):
    async with room.open(["/", *keys, Typed(pattern)]) as (pilot, screen):
        assert len(screen.view.matches) == count
        wanted = f"1/{count}" if count else "not found"
        assert wanted in shown(screen)
        await press(pilot, ["esc"])
        assert screen.view.matches == ()


async def test_a_broken_expression_is_said_and_mended(room):
    async with room.open(["/", "ctrl+r", Typed("(a")]) as (pilot, screen):
        assert "is not a regular expression" in shown(screen)
        await press(pilot, [Typed("rm)"), "enter", "n"])
        assert "2/3" in screen.message


async def test_the_mouse_selects_and_goes(room):
    async with room.open(marks=MARKS, size=(120, 30)) as (pilot, screen):
        left = screen.view.left + 5
        await pilot.mouse_down("#text", offset=(left + 11, 0))
        await pilot.hover("#text", offset=(left + 19, 0))
        await pilot.mouse_up("#text", offset=(left + 19, 0))
        selection = screen.view.selection
        assert screen.view.text.string[selection.start : selection.end] == "President"
        await pilot.click("#text", offset=(left, 2))
        assert screen.view.selection.empty
        row = next(y for y, strip in enumerate(screen.cards.rows) if "source/official" in strip.text)
        await pilot.click("#cards", offset=(3, row))
        assert screen.view.text.string[screen.view.selection.head :].startswith("freedom of citizens")
        await pilot.click("#documents", offset=(3, 6))
        assert screen.session.title == "Welcome to Manicula"


async def test_reshaping_has_its_own_scope(room):
    async with room.open(["r"], marks=MARKS) as (pilot, screen):
        assert screen.scope() == "reshape"
        await press(pilot, ["t"])
        assert "enter keeps the highlight's new ends" in screen.message
        assert screen.panel_view.panel is None
        await press(pilot, ["o", "w", "enter"])
        assert screen.session.annotations[0].exact == LEAD.removeprefix("Venezuelan ")
        assert screen.scope() == "reader"


async def test_a_draft_is_taken_up_again(room):
    async with room.open(["a", "enter", Typed("half a thou")], marks=MARKS) as (_, screen):
        (annotation, *_) = screen.session.annotations
        assert drafts.load(annotation.uuid) == "half a thou"
    async with room.open(["a", "enter"]) as (pilot, screen):
        assert "was not finished last time" in screen.message
        await press(pilot, [Typed("ght"), "esc"])
        assert screen.session.annotations[0].note == "half a thought"
        assert drafts.load(annotation.uuid) is None


async def test_discarding_forgets_the_draft(room):
    async with room.open(["a", "enter", Typed("x"), "ctrl+g"], marks=MARKS) as (_, screen):
        assert drafts.load(screen.session.annotations[0].uuid) is None
        assert screen.session.annotations[0].note == ""


async def test_tags_are_chips_in_the_picker_and_over_the_note(room):
    async with room.open(["a", Typed("offi"), "tab"], marks=MARKS) as (pilot, screen):
        assert "tag:  source/official" in shown(screen)
        await press(pilot, ["enter"])
        assert "note:  claim   source/official" in shown(screen)


async def test_without_an_editor_the_note_stays(room, monkeypatch):
    for name in ("EDITOR", "VISUAL"):
        monkeypatch.setenv(name, "no-such-editor")
    monkeypatch.setattr(os, "defpath", "")
    async with room.open(["a", "enter", Typed("kept"), "ctrl+o"], marks=MARKS) as (pilot, screen):
        assert "There is no editor" in screen.message
        await press(pilot, ["esc"])
        assert screen.session.annotations[0].note == "kept"


async def test_the_plain_preset_needs_no_vim(room):
    async with room.open(["down", "enter", "ctrl+z"], config=Config(preset="plain")) as (pilot, screen):
        assert screen.session.annotations == []
        head = screen.view.selection.head
        await press(pilot, ["j"])
        assert screen.message.startswith("j does nothing here")
        assert screen.view.selection.head == head


def test_a_bad_keymap_is_refused_with_file_and_line(places):
    places.config.write_text('measure = 70\n\n[keymap]\n"mark.tag" = "T"\n')
    with pytest.raises(
        UsageError, match=r"config\.toml, line 4: The key “T” of mark\.tag hides that of board\.codebook"
    ):
        keymap_of(Config(keymap={"mark.tag": ("T",)}))


async def test_every_command_is_in_the_palette_with_its_keys(room):
    async with room.open(marks=MARKS) as (pilot, screen):
        offered = {one.value: f"{one.name}  {one.about}" for one in choices(screen.machine.keymap)}
        assert set(offered) == {one.id for one in COMMANDS if one.id != "app.palette"}
        assert offered["codebook.merge"].startswith("Merge (codebook)  m  ")
        assert offered["move.highlight_prev"].startswith("Previous highlight  K [h  ")
        await press(pilot, ["ctrl+p", Typed("rename codebook"), "enter"])
        assert screen.scope() == "codebook"
        assert "rename to: claim" in shown(screen)
        await press(pilot, ["esc", "esc"])
        await press(pilot, ["ctrl+p", Typed("bookmark"), "enter", "b"])
        assert screen.message.startswith("Bookmark b is here")


async def test_a_command_of_the_palette_that_cannot_be_done_says_why(room):
    async with room.open(["ctrl+p", Typed("no such thing"), "enter"]) as (pilot, screen):
        assert "There is none of that name." in shown(screen)
        await press(pilot, ["ctrl+u", Typed("split"), "enter"])
        assert screen.panel_view.panel is None
        assert "There is no highlight here." in screen.message
