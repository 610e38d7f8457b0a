"""Walking through disagreements side by side, and settling them."""

from __future__ import annotations

import json

from storage import records
from storage.model import Creator
from tests.tui.driving import press, settle, shown
from tests.tui.room import MARKS
from tests.tui.tasks import LEAD, Typed
from tui.boards.disagreements import DisagreementsBoard
from tui.cli import main

TO_AGREEMENT: list[str | Typed] = ["g", "b", "t", Typed("agree"), "enter", "j", "k"]


def another(library) -> None:
    """Have somebody else mark the article: the lead differently, the rest alike."""
    document = library.documents()[0]
    text = library.text(document)
    with library.step("another"):
        creator = Creator(library._new_uuid("creators"), "Bert", "bert@elsewhere")
        library._put("creators", records.plain_record(creator))
        for quote, tags in ((LEAD[:40], ["wording"]), *MARKS[1:]):
            start = text.string.index(quote)
            made = library.annotate(document.uuid, [(start, start + len(quote))], tags=tags, text=text)
            library._drop("annotations", made.uuid)
            again = made._replace(uuid=library._new_uuid("annotations"), creator=creator.uuid)
            library._put("annotations", records.annotation_record(again))


async def test_disagreements_are_walked_side_by_side_and_settled(room, capsys):
    async with room.open([], MARKS) as (pilot, screen):
        library = screen.session.library
        another(library)
        screen.session.reload()
        me = library.me().name
        await press(pilot, [*TO_AGREEMENT, "/", Typed("tag:claim"), "enter", "j", "k", "enter"])
        board = screen.here
        assert isinstance(board, DisagreementsBoard)
        assert "Marked at all" in shown(screen)
        await press(pilot, ["esc", "j", "enter"])
        board = screen.here
        assert isinstance(board, DisagreementsBoard)
        assert "claim · 1 disagreement, 1 open · on characters" in shown(screen)
        assert f"{me} has it" in shown(screen)
        assert "Bert has not it" in shown(screen)
        await press(pilot, ["enter"])
        assert screen.view.display
        await press(pilot, ["enter", "s"])
        assert "claim stands here" in screen.message
        assert "0 open" in shown(screen)
        assert "✓ stands" in shown(screen)
        await press(pilot, ["x"])
        assert "✓ falls" in shown(screen)
        await press(pilot, ["u", "u"])
        await settle(pilot)
        assert "1 open" in shown(screen)
        await press(pilot, ["x", "x"])
        assert "claim is open again" in screen.message
        await press(pilot, ["esc"])
        assert "Agreement on characters in 1 document" in shown(screen)
    assert main(["disagreements", "--tag", "claim", "--json", "--library", str(room.path)]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["has"], one["has_not"], one["settled"], one["text"]) == ([me], ["Bert"], "", LEAD)
    assert main(["disagreements", "--tag", "wording", "--library", str(room.path)]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.split("\t")[3:7] == ["wording", "Bert", me, ""]
    assert main(["count", "agreement", "--by", "sentences", "--library", str(room.path)]) == 0
    assert capsys.readouterr().out.splitlines()[0] == f"tag\tpercent\tkappa\talpha\t{me}\tBert"


async def test_with_one_creator_it_says_what_is_needed(room):
    async with room.open(TO_AGREEMENT, MARKS) as (pilot, screen):
        assert "a document that two people have marked" in shown(screen)
        await press(pilot, ["enter"])
        assert "nothing behind" in screen.message


def test_a_tag_that_is_not_there(filled):
    status, _, err = filled("disagreements", "--tag", "nothing")
    assert status == 2
    assert "There is no tag nothing" in err
