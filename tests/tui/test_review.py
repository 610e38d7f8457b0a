"""Going through the annotations of a query one by one."""

from __future__ import annotations

import pytest

from tests.tui.answers import lines
from tests.tui.driving import press, settle, shown
from tests.tui.room import MARKS
from tests.tui.tasks import Typed
from tui.boards.review import ReviewBoard

ALL = [quote for quote, _ in MARKS]


def here(screen) -> str:
    """The words of the highlight that is shown in the text."""
    found = screen.session.highlight_at(screen.view.selection.head, screen.view.active)
    return found.exact if found and screen.view.display else ""


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_one_by_one_each_in_its_text(room, size):
    async with room.open(["g", "w", "enter"], MARKS, size=size) as (pilot, screen):
        seen = [here(screen)]
        assert "1 of 3" in shown(screen)
        for number in (2, 3):
            await press(pilot, ["j"])
            seen.append(here(screen))
            assert f"{number} of 3" in shown(screen)
        text = screen.session.text.string
        assert seen == sorted(ALL, key=text.index)
        await press(pilot, ["j", "k"])
        assert here(screen) == seen[1]


async def test_tags_and_notes_are_added_and_none_is_skipped_by_it(room):
    async with room.open(["g", "w", Typed("tag:source"), "enter"], MARKS) as (pilot, screen):
        assert "1 of 2 · source/official" in shown(screen)
        await press(pilot, ["t", Typed("seen"), "enter"])
        assert "Tagged seen" in shown(screen)
        await press(pilot, ["t", Typed("source/official"), "enter", "j"])
        assert here(screen) == "coup"
        await press(pilot, ["a"])
        await screen.prepare_note()
        await press(pilot, [Typed("Who says so?"), "esc"])
        await settle(pilot)
        assert dict(room.tags(screen)) == {ALL[0]: ["claim"], "freedom of citizens": ["seen"], "coup": ["source"]}
        assert [one.note for one in screen.session.annotations if one.note] == ["Who says so?"]
        await press(pilot, ["k"])
        assert "1 of 2 · seen" in shown(screen)


async def test_what_is_deleted_leaves_and_comes_back(room):
    async with room.open(["g", "w", "enter", "j"], MARKS) as (pilot, screen):
        second = here(screen)
        await press(pilot, ["d"])
        assert len(screen.board) == 2
        assert here(screen) not in {"", second}
        await press(pilot, ["u"])
        assert len(screen.board) == 3
        await press(pilot, ["d", "d", "d", "d"])
        await press(pilot, ["k", "d"])
        assert len(screen.session.annotations) == len(screen.board)


async def test_chance_has_each_once_and_sorting_begins_anew(room, monkeypatch):
    monkeypatch.setattr("tui.boards.review.random.shuffle", lambda some: some.reverse())
    async with room.open(["g", "w", "enter", "j", ","], MARKS) as (pilot, screen):
        assert "1 of 3" in shown(screen)
        seen = [here(screen)]
        for _ in range(2):
            await press(pilot, ["j"])
            seen.append(here(screen))
        assert seen == sorted(ALL, key=screen.session.text.string.index, reverse=True)


async def test_other_documents_are_shown_and_esc_goes_back(room):
    async with room.open([], MARKS) as (pilot, screen):
        library = screen.session.library
        welcome = library.lookup(room.welcome)
        text = library.text(welcome)
        library.annotate(welcome.uuid, [(0, 7)], tags=["far"], text=text)
        library.annotate(welcome.uuid, [], note="of the page", tags=["far"], text=text)
        before = screen.session.title
        await press(pilot, ["g", "w", Typed("tag:far"), "enter"])
        assert "of the page" in shown(screen)
        assert screen.board_view.display
        await press(pilot, ["j"])
        assert screen.session.title == welcome.title
        assert here(screen) == text.string[:7]
        await press(pilot, ["esc"])
        assert screen.session.title == before
        assert screen.panes.current == "text"


async def test_it_can_be_left_for_the_text_and_gone_on_with(room):
    async with room.open(["g", "w", "enter", "j", "tab"], MARKS) as (pilot, screen):
        assert screen.panes.current == "text"
        await press(pilot, ["j", "g", "w", "enter"])
        assert "2 of 3" in shown(screen)


async def test_nothing_to_review_is_said(room):
    async with room.open(["g", "w"]) as (pilot, screen):
        await press(pilot, ["enter"])
        assert "Nothing matches" in shown(screen)
        await press(pilot, [Typed("colour:mauve"), "enter"])
        assert "colour: can be" in shown(screen)
        await press(pilot, ["esc"])
        assert screen.panes.current == "text"
        assert not isinstance(screen.board, ReviewBoard)


def test_line_by_line_on_the_shell(filled):
    for number in (2, 3, 5, 8):
        filled("annotate", "1", "--sentence", str(number), "--tag", "claim")
    plain = lines(filled("annotations"))
    rows = lines(filled("annotations", "--random", "--context"))
    assert sorted((row[0], *row[3:-1]) for row in rows) == sorted((row[0], *row[3:]) for row in plain)
    text = " ".join(filled("show", "1", "--text")[1].split())
    assert all(f"[{row[4]}]" in row[-1] and row[-1].replace(f"[{row[4]}]", row[4]) in text for row in rows)
