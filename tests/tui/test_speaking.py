"""Transcripts through the real app."""

from storage.library import Library
from tests.tui.driving import opened, press
from tests.tui.tasks import Typed

TALK = "I: Where were you born?\n\nB: In Lodz.\n\nI: And then?\n\nB: We moved.\n\nOften.\n"


async def test_turns_are_walked_through_and_all_of_one_speaker_are_tagged_in_one_step(tmp_path):
    path = tmp_path / "talk.txt"
    path.write_text(TALK)
    with Library.open(tmp_path / "library.json") as library:
        async with opened(library, path) as (pilot, screen):
            await press(pilot, ["]", "s"])
            assert (screen.message, screen.view.selection.head) == ("B", TALK.index("B:"))
            await press(pilot, ["2", "]", "s"])
            assert screen.view.selection.head == TALK.rindex("B:")
            await press(pilot, ["]", "s"])
            assert screen.message == "No turn after this."
            await press(pilot, ["[", "s", "[", "s", "g", "S", Typed("witness"), "enter"])
            assert screen.message == "Tagged witness: 2 turns of B · u undo"
            tagged = [(one.exact, library.tag_paths(one)) for one in library.annotations()]
            assert tagged == [("In Lodz.", ["witness"]), ("We moved.\n\nOften.", ["witness"])]
            await press(pilot, ["g", "S", Typed("guest"), "enter"])
            assert [library.tag_paths(one) for one in library.annotations()] == [["guest", "witness"]] * 2
            await press(pilot, ["u", "u"])
            assert library.annotations() == []


async def test_what_is_no_transcript_says_so(tmp_path):
    path = tmp_path / "story.txt"
    path.write_text("Note: words.\n\nMore of them.\n")
    with Library.open(tmp_path / "library.json") as library:
        async with opened(library, path) as (pilot, screen):
            await press(pilot, ["g", "S"])
            assert screen.message.startswith("This is no transcript")
