"""Notes that two machines wrote at the same time, seen on the cards and settled with a key."""

import shutil
from pathlib import Path

import pytest

from storage.library import Library
from tests.tui.test_screen import SEED, Desk


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
