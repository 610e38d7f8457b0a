"""Repeated passages on the screen and on the shell."""

from __future__ import annotations

import threading

from tests.tui.answers import loaded
from tests.tui.driving import answered, press, settle, shown
from tests.tui.tasks import Typed

LEAD = "Venezuelan President Nicolas Maduro announced the severance of diplomatic relations with the United States."


def copied(room) -> None:
    """Add documents that copy from the article, one of them not quite."""
    for name, words in (("copy", LEAD), ("near", LEAD.replace("Nicolas", "Nicholas"))):
        path = room.path.parent / f"{name}.txt"
        path.write_text(f"Agency {name}, today.\n\n{words}\n\nThis is by {name}.\n")
        room.others = [*getattr(room, "others", []), path]


async def looked(room, pilot, screen, *keys) -> None:
    for path in room.others:
        screen.session.library.add(path)
    await press(pilot, ["g", "A"])
    await answered(pilot, screen, "in several documents")
    await press(pilot, keys)


async def test_sentences_with_their_places_lead_to_them(room):
    copied(room)
    async with room.open() as (pilot, screen):
        await looked(room, pilot, screen)
        assert "1 sentence in several documents" in shown(screen)
        assert "in 3 documents, 4 places · nearly the same" in shown(screen)
        assert "Nicholas Maduro" in shown(screen)
        await press(pilot, ["j", "j", "j", "enter"])
        assert screen.session.title == "Agency copy, today."
        match = screen.view.match
        assert screen.view.text.string[match.start : match.end] == LEAD
        await pilot.pause(0.3)
        await press(pilot, ["enter"])
        assert screen.board_view.display
    assert not [thread for thread in threading.enumerate() if thread.name == "repeated"]


async def test_all_of_it_is_highlighted_in_one_step(room):
    copied(room)
    async with room.open() as (pilot, screen):
        await looked(room, pilot, screen, "*", "h")
        assert "Highlight 4 passages in 3 documents?" in shown(screen)
        await press(pilot, ["enter"])
        assert len(room.tags(screen)) == 4
        await press(pilot, ["u"])
        assert room.tags(screen) == []
        await press(pilot, ["j", "j", "t", Typed("copied"), "enter"])
        assert room.tags(screen) == [(LEAD, ["copied"])]


async def test_it_looks_again_where_texts_have_changed(room):
    copied(room)
    async with room.open() as (pilot, screen):
        await press(pilot, ["g", "A"])
        await answered(pilot, screen, "No sentence of five words or more")
        screen.session.library.add(room.others[0])
        screen.sync()
        await settle(pilot)
        assert "gA looks again" in shown(screen)
        await press(pilot, ["g", "A"])
        await answered(pilot, screen, "1 sentence in several")
        await press(pilot, ["/", Typed("xyzzy")])
        assert "0 sentences in several documents" in shown(screen)
        await press(pilot, ["esc", ",", "g", "A"])
        assert screen.panes.current == "text"


def test_on_the_shell(filled, tmp_path):
    status, _, err = filled("repeats")
    assert (status, "No sentence" in err) == (1, True)
    (tmp_path / "copy.txt").write_text(f"{LEAD}\n\nWhat is more, it is copied.\n")
    filled("add", "copy.txt")
    status, out, _ = filled("repeats")
    assert out.splitlines()[0] == f"2\t3\tsame\t{LEAD}"
    assert out.splitlines()[-1] == "\t2\t0"
    (found,) = loaded(filled("repeats", "--json"))
    assert [one["start"] for one in found["places"]] == [int(line.split("\t")[2]) for line in out.splitlines()[1:]]
    assert filled("repeats", "in:copy")[0] == 1
    assert filled("repeats", "tag:x")[0] == 2
    assert filled("repeats", "--tag", "copied")[1] == "Highlighted: 3 passages in 2 documents, tagged copied.\n"
    assert {one["exact"] for one in loaded(filled("annotations", "--json"))} == {LEAD}
    filled("undo")
    assert loaded(filled("annotations", "--json")) == []
