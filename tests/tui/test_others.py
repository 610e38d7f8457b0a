"""What two machines wrote at the same time, seen where the thing is shown and settled with a key."""

import shutil
from pathlib import Path

import pytest

from storage import identity
from storage.library import Library
from tests.tui.desk import SEED, Desk
from tui.screens.reader import ReaderScreen


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose library has a highlight on the first sentence, with a note and another one beside it."""
    made = Desk(tmp_path, monkeypatch)
    copy = tmp_path / "copy" / "library.json"
    copy.parent.mkdir()
    with Library.open(made.library_path) as library:
        document, _ = library.add(SEED)
        uuid = library.annotate(document.uuid, [(0, 28)], note="before", text=library.text(document)).uuid
    shutil.copy(made.library_path, copy)
    with Library.open(made.library_path) as library, Library.open(copy, state=tmp_path / "other") as other:
        library.edit(uuid, note="written here")
        other.edit(uuid, note="written there")
        library.merge(copy)
    return made


async def test_both_are_on_the_card(desk: Desk) -> None:
    await desk.run(["lhJ"], size=(120, 40))
    assert "written there" in desk.cards
    assert "also: written here" in desk.cards
    assert "gc chooses one" in desk.cards


@pytest.mark.parametrize(("keys", "note"), [(["gc"], "written there"), (["gc", ["down"]], "written here")])
async def test_one_is_chosen_in_the_text(desk: Desk, keys: list[object], note: str) -> None:
    await desk.run([*keys, ["enter"]], size=(120, 40))
    assert "also:" not in desk.cards
    assert (desk.annotations[0].note, desk.annotations[0].others) == (note, ())
    await desk.run(["u"], size=(120, 40))
    assert len(desk.annotations[0].others) == 1


async def test_one_is_chosen_in_the_sidebar(desk: Desk) -> None:
    await desk.run(["S", "/has:alternative", ["enter"], "v", ["down", "enter"]], size=(120, 40))
    assert desk.annotations[0].note == "written here"


async def test_colours_and_notes_are_settled_one_after_the_other(desk: Desk, tmp_path: Path) -> None:
    copy = tmp_path / "copy" / "library.json"
    with Library.open(desk.library_path) as library, Library.open(copy, state=tmp_path / "other") as other:
        uuid = library.annotations()[0].uuid
        library.edit(uuid, color="red")
        other.edit(uuid, color="blue")
        library.merge(copy)
    await desk.run(["lhJ"], size=(120, 40))
    assert "also: colour red" in desk.cards
    await desk.run(["gc", ["down", "enter"]], size=(120, 40))
    assert desk.annotations[0].color == "red"
    assert "This colour stands" in desk.status
    await desk.run(["gc", ["down", "enter"]], size=(120, 40))
    assert (desk.annotations[0].note, desk.annotations[0].others) == ("written here", ())


async def test_where_there_is_but_one_nothing_is_asked(desk: Desk) -> None:
    await desk.run(["gc", ["enter"], 0.3, "gc"], size=(120, 40))
    assert "Nothing else was written" in desk.status


@pytest.fixture
def settling(desk: Desk, tmp_path: Path) -> Desk:
    """The same, where a document, a tag, a memo and somebody's name were changed on both machines, too."""
    copy = tmp_path / "copy" / "library.json"
    with Library.open(desk.library_path) as library:
        uuid = library.annotations()[0].uuid
        library.choose("annotations", uuid, "note")
        library.edit(uuid, add_tags=["source"])
        library.write_memo("library", "begun")
        jane = int(identity.doc_id(library.annotations()[0].creator))
    shutil.copy(desk.library_path, copy)
    with Library.open(desk.library_path) as library, Library.open(copy, state=tmp_path / "other") as other:
        for each, said, color in ((library, "here", "red"), (other, "there", "blue")):
            each.edit_document(each.documents()[0].uuid, title=f"written {said}")
            each.edit_tag(each.ensure_tag("source").uuid, color=color, description=f"said {said}")
            each.write_memo("library", f"thought {said}")
            each.db.table("creators").update({"name": f"Jane {said}"}, doc_ids=[jane])
        library.merge(copy)
    return desk


def board(screen: ReaderScreen) -> str:
    return "\n".join(strip.text.rstrip() for strip in screen.board_view.rows)


def waiting(desk: Desk) -> list[tuple[str, str]]:
    with Library.open(desk.library_path) as library:
        return [(each.table, each.field) for each in library.all_unsettled()]


async def test_a_document_says_so_in_its_row_and_is_settled_there(settling: Desk) -> None:
    await settling.run(["D"], size=(120, 40))
    assert "written there" in settling.shelf
    assert "v: other title" in settling.shelf
    await settling.run(["D", "v", ["down", "enter"]], size=(120, 40))
    assert "written here" in settling.shelf
    assert "v: other" not in settling.shelf
    assert "This title stands" in settling.status
    assert ("documents", "title") not in waiting(settling)
    await settling.run(["u"], size=(120, 40))
    assert ("documents", "title") in waiting(settling)


async def test_a_tag_says_so_in_the_codebook_and_is_settled_there(settling: Desk) -> None:
    screen = await settling.run(["T"], size=(120, 40))
    assert "v chooses · also written: colour red; description said here" in board(screen)
    screen = await settling.run(["T", "v", ["down", "enter"]], size=(120, 40))
    assert "v chooses · also written: description said here" in board(screen)
    assert screen.session.library.tags()[0].color == "red"
    screen = await settling.run(["T", "v", ["enter"]], size=(120, 40))
    assert "also written" not in board(screen)
    assert screen.session.library.tags()[0].description == "said there"


async def test_a_memo_says_so_in_the_list_of_memos_and_is_settled_there(settling: Desk) -> None:
    screen = await settling.run(["gm"], size=(120, 40))
    assert "v chooses · also written: thought here" in board(screen)
    screen = await settling.run(["gm", "v", ["down", "enter"]], size=(120, 40))
    assert "thought here" in board(screen)
    assert "also written" not in board(screen)


async def test_somebodys_name_is_on_the_card(settling: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "login", lambda: "somebody else")
    await settling.run(["lhJ"], size=(120, 40))
    said = " ".join(settling.cards.replace("▎", "").split())
    assert "source by Jane th" in said
    assert "gC chooses · also written: name Jane here" in said


async def test_all_of_them_are_in_one_list_and_settled_one_by_one(settling: Desk) -> None:
    screen = await settling.run(["gC"], size=(120, 40))
    assert "5 to choose among" in board(screen)
    for words in ("document written there", "tag source", "reader Jane there", "memo on the library"):
        assert words in board(screen)
    assert "blue   also written: red" in board(screen)
    screen = await settling.run(["gC", "/jane", ["enter"]], size=(120, 40))
    assert "1 of 5 match jane" in board(screen)
    screen = await settling.run(["gC", "/jane", ["enter"], "v", ["down", "enter"]], size=(120, 40))
    assert [one.name for one in screen.session.library.creators()] == ["Jane here"]
    screen = await settling.run(["gC", *[["enter"], ["enter"], 0.3] * 4], size=(120, 40))
    assert "Nothing waits for a choice" in board(screen)
    assert waiting(settling) == []
    await settling.run(["u" * 5], size=(120, 40))
    assert len(waiting(settling)) == 5


async def test_two_memos_on_one_subject_are_two_rows(desk: Desk, tmp_path: Path) -> None:
    copy = tmp_path / "copy" / "library.json"
    with Library.open(desk.library_path) as library, Library.open(copy, state=tmp_path / "other") as other:
        library.write_memo("library", "mine")
        other.write_memo("library", "theirs")
        library.merge(copy)
    screen = await desk.run(["gm"], size=(120, 40))
    assert "mine" in board(screen)
    assert "theirs" in board(screen)
    first = screen.session.library.memos()[0].note
    screen = await desk.run(["gmje", " more", ["esc"]], size=(120, 40))
    assert {memo.note for memo in screen.session.library.memos()} > {first}
    assert any(memo.note.endswith(" more") for memo in screen.session.library.memos())
    screen = await desk.run(["gmjd"], size=(120, 40))
    assert [memo.note for memo in screen.session.library.memos()] == [first]
