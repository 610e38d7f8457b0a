"""Codebook, all annotations, memos, marks and bulk work, through the real app."""

from __future__ import annotations

from tests.tui.driving import press, shown
from tests.tui.room import MARKS
from tests.tui.tasks import LEAD, Typed
from tui.screens.reader import SWALLOW


async def test_the_codebook_is_a_tree_with_counts(room):
    async with room.open(["T"], MARKS) as (_, screen):
        rows = [row.split() for row in shown(screen).splitlines()[:-1] if row.strip()]
        assert ["Codebook", "3", "tags"] in rows
        assert ["source", "1", "(2)"] in rows
        assert ["official", "1"] in rows
        assert not screen.view.display


async def test_renaming_says_what_it_touches_and_is_one_step(room):
    async with room.open(["T", "j", "r"], MARKS) as (pilot, screen):
        assert "2 annotations in 1 document, 1 tag beneath" in shown(screen)
        await press(pilot, ["ctrl+u", Typed("origin"), "enter"])
        assert "Renamed source to origin: 2 annotations in 1 document, 1 tag beneath" in screen.message
        assert [tags for _, tags in room.tags(screen)] == [["claim"], ["origin/official"], ["origin"]]
        await press(pilot, ["u"])
        assert [tags for _, tags in room.tags(screen)] == [["claim"], ["source/official"], ["source"]]


async def test_renaming_to_a_tag_that_is_there_asks_and_merges(room):
    async with room.open(["T", "r", "ctrl+u", Typed("source"), "enter"], MARKS) as (pilot, screen):
        assert "source is there already" in shown(screen)
        await press(pilot, ["enter"])
        assert [tags for _, tags in room.tags(screen)] == [["source"], ["source/official"], ["source"]]


async def test_merging_nesting_and_deleting(room):
    async with room.open(["T", "m", Typed("offi"), "enter"], MARKS) as (pilot, screen):
        assert [tags for _, tags in room.tags(screen)] == [["source/official"], ["source/official"], ["source"]]
        await press(pilot, ["N", Typed("none"), "enter"])
        assert [tags for _, tags in room.tags(screen)] == [["official"], ["official"], ["source"]]
        await press(pilot, ["d"])
        assert "delete official? It is on 2 annotations in 1 document" in shown(screen)
        await press(pilot, ["x"])
        assert len(screen.session.library.tags()) == 2
        await press(pilot, ["d", "enter"])
        assert [tags for _, tags in room.tags(screen)] == [[], [], ["source"]]
        await press(pilot, ["u", "u", "u"])
        assert [tags for _, tags in room.tags(screen)] == [["claim"], ["source/official"], ["source"]]


async def test_what_is_said_of_a_tag(room):
    keys = ["T", "e", Typed("what someone states"), "enter", "K", "4", "c", "r"]
    async with room.open(keys, MARKS) as (pilot, screen):
        (tag, *_) = screen.session.library.tags()
        assert (tag.description, tag.key, tag.color) == ("what someone states", "4", "red")
        assert "what someone states" in shown(screen)
        await press(pilot, ["M", Typed("Think."), "esc"])
        memo = screen.session.library.memo(f"tag:{tag.uuid}")
        assert memo is not None
        assert memo.note == "Think."
        await press(
            pilot, ["n", "ctrl+u", Typed("status/false"), "enter", "n", "ctrl+u", Typed("status/true"), "enter"]
        )
        await press(pilot, ["k", "k", "o"])
        assert "one at most" in screen.message
        await press(pilot, ["esc", "t", Typed("true"), "enter", "t", Typed("false"), "enter"])
        assert room.tags(screen)[0][1] == ["claim", "status/false"]
        assert screen.view.highlights.marks[0].color == "red", "a tag's colour is the highlight's"


async def test_a_tag_leads_to_its_annotations_everywhere_and_a_passage_back_to_the_list(room):
    async with room.open(["T", "j", "enter"], MARKS) as (pilot, screen):
        assert '2 of 3 annotations match tag:"source"' in shown(screen)
        before = screen.view.selection
        await press(pilot, ["enter"])
        assert screen.view.text.string[screen.view.selection.head :].startswith("freedom of citizens")
        assert screen.view.display
        await press(pilot, ["enter"])
        assert not screen.view.display
        assert screen.view.selection == before
        await press(pilot, ["enter", "tab"])
        assert screen.panes.current == "text"


async def test_all_annotations_of_all_documents_and_back_across_them(room):
    keys = ["o", Typed("welc"), "enter", "j", "enter", "o", Typed("venez"), "enter", "g", "a"]
    async with room.open(keys, MARKS) as (pilot, screen):
        assert "4 in 2 documents" in shown(screen)
        await press(pilot, ["G", "enter"])
        assert screen.session.title == "Welcome to Manicula"
        await press(pilot, ["enter"])
        assert screen.session.title.startswith("Venezuelan")
        await press(pilot, ["/", Typed("coup"), "enter"])
        assert "1 of 4 annotations match coup" in shown(screen)
        await press(pilot, ["esc", "esc"])
        assert screen.panes.current == "text"


async def test_marked_annotations_are_tagged_coloured_and_deleted_together(room):
    async with room.open(["S", "space", "space", "t", Typed("both"), "enter"], MARKS) as (pilot, screen):
        assert [tags for _, tags in room.tags(screen)] == [["both", "claim"], ["both", "source/official"], ["source"]]
        await press(pilot, ["c", "g", "*"])
        assert [one.color for one in screen.session.annotations] == ["green", "green", ""]
        assert screen.message == "3 marked"
        await press(pilot, ["d"])
        assert screen.session.annotations == []
        await press(pilot, ["u", "u", "u"])
        assert room.tags(screen) == [(quote, list(tags)) for quote, tags in MARKS]


async def test_only_what_is_marked_is_exported(room, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    async with room.open(["S", "j", "space", "E", "enter", "enter"], MARKS) as (_, screen):
        written = (tmp_path / f"{room.article.stem}.md").read_text("utf-8")
        assert "Wrote 1 annotation" in screen.message
        assert "freedom of citizens" in written
        assert "coup" not in written


async def test_all_shown_annotations_are_exported_from_their_list(room, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    keys = ["g", "a", "/", Typed("tag:source"), "enter", "E", "enter", "enter"]
    async with room.open(keys, MARKS) as (_, screen):
        assert "Wrote 2 annotations" in screen.message
        assert "freedom of citizens" in (tmp_path / "annotations.md").read_text("utf-8")


async def test_memos_are_written_searched_and_deleted(room):
    async with room.open(["g", "m", "e", Typed("What is this all for?"), "esc"], MARKS) as (pilot, screen):
        memo = screen.session.library.memo("library")
        assert memo is not None
        assert memo.note == "What is this all for?"
        assert "Memos  1 written" in shown(screen)
        await press(pilot, ["/", Typed("nothing so"), "enter"])
        assert "Nothing matches" in shown(screen)
        await press(pilot, ["esc", "d"])
        assert screen.session.library.memo("library") is None
        await press(pilot, ["u"])
        assert screen.session.library.memo("library") is not None


async def test_documents_have_states_and_attributes_and_are_asked_for_by_them(room):
    keys = ["D", "s", "s", "e", Typed('age=41 site="the north"'), "enter"]
    async with room.open(keys) as (pilot, screen):
        article = screen.session.library.documents()[0]
        assert (article.state, dict(article.attributes)) == ("done", {"age": 41, "site": "the north"})
        await press(pilot, ["/", Typed("doc.age>40 state:done"), "enter"])
        assert "1 of 2 match" in shown(screen)
        await press(pilot, ["esc", "*", "s"])
        assert [one.state for one in screen.session.library.documents()] == ["new", "new"]
        await press(pilot, ["u"])
        assert [one.state for one in screen.session.library.documents()] == ["done", "new"]


async def test_relations_are_listed_followed_and_taken_away(room):
    async with room.open(["x", "J", "x", "enter"], MARKS, size=(200, 40)) as (pilot, screen):
        first, second, _ = screen.session.annotations
        assert [(link.type, link.to) for link in first.links] == [("source of", second.uuid)]
        await press(pilot, ["S"])
        assert "← source of: Venezuelan" in shown(screen)
        await press(pilot, ["x", "enter"])
        assert screen.view.active == first.uuid
        assert screen.panes.current == "text"
        await press(pilot, ["g", "x", "delete"])
        assert screen.session.annotations[0].links == ()
        await press(pilot, ["u", "g", "g", "x", "x"])
        assert screen.message == "That is the same highlight; nothing is related."
        await press(pilot, ["x", "esc"])
        assert screen.relating is None


async def test_highlights_are_split_and_joined(room):
    async with room.open(["2", "w", "g", "s"], MARKS[:1]) as (pilot, screen):
        assert [one.exact for one in screen.session.annotations] == ["Venezuelan President", LEAD[21:]]
        await press(pilot, ["g", "g", "g", "j"])
        assert [one.exact for one in screen.session.annotations] == [LEAD]
        await press(pilot, ["g", "j"])
        assert "Joining takes two highlights" in screen.message


async def test_panels_of_lists_are_seen_on_a_small_screen(room):
    async with room.open(["S", "/", Typed("tag:cl")], MARKS, size=(80, 24)) as (pilot, screen):
        assert "filter: tag:cl" in shown(screen)
        assert "1 of 3 match" in shown(screen)
        assert not screen.view.display
        await press(pilot, ["enter"])
        await pilot.pause(SWALLOW)
        await press(pilot, ["enter"])
        assert screen.view.display
        await press(pilot, ["j"])
        assert not screen.view.display


async def test_memos_leave_with_the_whole_library(room, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    keys = ["g", "m", "e", Typed("Why # all this?"), "esc", "E", "enter", "enter"]
    async with room.open(keys, MARKS) as (_, screen):
        assert "Wrote 3 annotations" in screen.message
        written = (tmp_path / "annotations.md").read_text("utf-8")
        assert written.endswith("# Memos\n\n## On the library\n\nWhy \\# all this?\n")


async def test_aliases_are_written_in_a_line_and_known_to_filters(room):
    async with room.open(["T", "a", Typed("assertion; what is said"), "enter"], MARKS) as (pilot, screen):
        assert "claim is also assertion, what is said" in screen.message
        assert "also assertion, what is said" in shown(screen)
        await press(pilot, ["g", "a", "/", Typed("tag:assertion"), "enter"])
        assert "1 of 3 annotations match" in shown(screen)
