"""Copies of a library meeting: as a reader sees it, through the library itself."""

import shutil
from pathlib import Path

import pytest

from storage import base, identity, merge
from storage.errors import LibraryError, UsageError
from storage.library import Library
from storage.model import Range
from storage.summary import summary
from storage.text import Text
from tests.storage.making import THE_NOTE, content, text_of
from tests.storage.test_files import listing


@pytest.fixture
def other(filled: Library, file: Path, tmp_path: Path) -> Library:
    """The same library on another machine, as a sync tool carried it there."""
    filled.close()
    target = tmp_path / "elsewhere" / "home"
    shutil.copytree(file.parent, target)
    return Library.open(target / "library.json", state=tmp_path / "elsewhere" / "state")


def fox_note(library: Library) -> str:
    return next(each.note for each in library.annotations() if each.exact == "quick")


def test_both_sides_edits_come_together(filled: Library, other: Library, fox: Text) -> None:
    uuid = next(each.uuid for each in filled.annotations() if each.note)
    filled.edit(uuid, color="red", add_tags=["mine"])
    other.edit(uuid, note="written elsewhere", add_tags=["theirs"])
    other.annotate(other.annotation(uuid).document, [(0, 3)], note="new there", text=fox)
    merged = filled.merge(other.path)
    found = filled.annotation(uuid)
    assert (found.color, found.note) == ("red", "written elsewhere")
    assert {"mine", "theirs", "animal/speed"} == set(filled.tag_paths(found))
    assert any(each.note == "new there" for each in filled.annotations())
    assert merged.changes
    assert not filled.merge(other.path).changes
    other.merge(filled.path)
    assert content(other) == content(filled)


def test_a_merge_is_a_step_that_undo_takes_back(filled: Library, other: Library, fox: Text) -> None:
    before = content(filled)
    other.edit(other.annotations()[0].uuid, note="written elsewhere")
    other.annotate(other.documents()[0].uuid, [(0, 3)], tags=["new"], text=fox)
    filled.merge(other.path)
    after = content(filled)
    assert after != before
    outcome = filled.undo()
    assert outcome
    assert outcome.label == "merge of library.json"
    assert content(filled) == before
    assert filled.redo()
    assert content(filled) == after


def test_what_an_edit_brings_back_is_whole_in_the_same_save(filled: Library, other: Library) -> None:
    before = next(each for each in filled.annotations() if each.note)
    other.delete(before.uuid)
    filled.edit(before.uuid, color="red")
    journal = filled.store.own
    lines = journal.path.read_bytes().count(b"\n")
    filled.merge(other.path)
    assert journal.path.read_bytes().count(b"\n") == lines + 1
    found = filled.annotation(before.uuid)
    assert (found.note, found.tags, found.ranges, found.color) == (before.note, before.tags, before.ranges, "red")
    filled.undo()
    filled.redo()
    assert filled.annotation(before.uuid).note == before.note


@pytest.mark.parametrize("saves", [1, 9])
def test_nobody_waits_while_a_merge_is_worked_out(
    filled: Library, other: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, saves: int
) -> None:
    uuid = next(each.uuid for each in filled.annotations() if each.note)
    beside = Library.open(filled.path, state=tmp_path / "beside")
    other.edit(uuid, note="written elsewhere")
    work, left = merge.merge, list(range(saves))

    def slow(*copies: merge.Copy) -> merge.Merged:
        made = work(*copies)
        if left and not filled.store._holds:
            left.pop()
            monkeypatch.setattr(merge, "merge", work)
            beside.edit(uuid, add_tags=[f"meanwhile{len(left)}"])
            monkeypatch.setattr(merge, "merge", slow)
        return made

    monkeypatch.setattr(merge, "merge", slow)
    filled.merge(other.path)
    found = filled.annotation(uuid)
    assert found.note == "written elsewhere"
    assert sum(path.startswith("meanwhile") for path in filled.tag_paths(found)) >= min(saves, 3)


def test_two_notes_at_the_same_time_are_both_kept_until_one_is_chosen(filled: Library, other: Library) -> None:
    uuid = next(each.uuid for each in filled.annotations() if each.note)
    filled.edit(uuid, note="here")
    other.edit(uuid, note="there")
    filled.merge(other.path)
    found = filled.annotation(uuid)
    assert found.note == "there"
    assert [each.value for each in found.alternatives] == ["here"]
    filled.choose("annotations", uuid, "note", found.alternatives[0])
    chosen = filled.annotation(uuid)
    assert (chosen.note, chosen.alternatives) == ("here", ())
    filled.undo()
    assert filled.annotation(uuid).note == "there"
    filled.redo()
    other.merge(filled.path)
    assert (other.annotation(uuid).note, other.annotation(uuid).alternatives) == ("here", ())


def test_two_places_and_two_colours_are_both_kept_whatever_else_is_edited(
    filled: Library, other: Library, fox: Text
) -> None:
    uuid = next(each.uuid for each in filled.annotations() if each.note)
    filled.relink(uuid, [Range(0, 3)], fox)
    filled.edit(uuid, color="red")
    other.relink(uuid, [Range(10, 15)], fox)
    other.edit(uuid, color="blue")
    filled.merge(other.path)
    filled.edit(uuid, note="edited afterwards")
    found = filled.annotation(uuid)
    assert (found.color, found.exact) == ("blue", "brown")
    color, place = found.others
    assert (color.field, color.value) == ("color", "red")
    assert (place.field, place.value["anchor"]["exact"]) == ("ranges", "The")
    filled.choose("annotations", uuid, "ranges", place)
    chosen = filled.annotation(uuid)
    assert (chosen.exact, chosen.ranges, chosen.others) == ("The", (Range(0, 3),), (color,))
    filled.choose("annotations", uuid, "color")
    assert filled.annotation(uuid).others == ()
    filled.undo()
    filled.undo()
    restored = filled.annotation(uuid).others
    assert [each[:2] for each in restored] == [each[:2] for each in found.others]


def test_the_shown_note_can_be_kept_too(filled: Library, other: Library) -> None:
    uuid = next(each.uuid for each in filled.annotations() if each.note)
    filled.edit(uuid, note="here")
    other.edit(uuid, note="there")
    filled.merge(other.path)
    gone = filled.annotation(uuid).alternatives[0]
    filled.choose("annotations", uuid, "note")
    kept = filled.annotation(uuid)
    assert (kept.note, kept.alternatives) == ("there", ())
    with pytest.raises(UsageError, match="not there any more"):
        filled.choose("annotations", uuid, "note", gone)


def test_what_was_edited_while_it_was_deleted_elsewhere_comes_back_whole(filled: Library, other: Library) -> None:
    uuid = next(each.uuid for each in filled.annotations() if each.note)
    before = filled.annotation(uuid)
    filled.delete(uuid)
    other.edit(uuid, color="blue")
    filled.merge(other.path)
    found = filled.annotation(uuid)
    assert (found.ranges, found.exact, found.note) == (before.ranges, before.exact, before.note)
    assert (found.color, found.tags) == ("blue", before.tags)
    other.merge(filled.path)
    assert content(other) == content(filled)


def test_what_was_deleted_stays_deleted(filled: Library, other: Library) -> None:
    uuid = filled.annotations()[0].uuid
    filled.delete(uuid)
    filled.merge(other.path)
    assert len(filled.annotations()) == 1
    other.merge(filled.path)
    assert len(other.annotations()) == 1


def test_another_library_brings_its_documents_texts_and_tags(filled: Library, tmp_path: Path, fox: Text) -> None:
    with Library.open(tmp_path / "colleague.json", state=tmp_path / "theirs") as colleague:
        same = colleague.receive(tmp_path / "their-fox.txt", fox)
        new = colleague.receive(tmp_path / "cow.txt", text_of("A cow."))
        colleague.annotate(same.uuid, [(0, 3)], tags=["animal"], text=fox)
        colleague.annotate(new.uuid, [(2, 5)], tags=["animal", "farm"], text=text_of("A cow."))
    filled.merge(tmp_path / "colleague.json")
    assert sorted(each.title for each in filled.documents()) == ["Fox", "Fox", "Fox"]
    assert sorted(tag.path for tag in filled.tags()) == ["animal", "animal/speed", "farm"]
    assert len(filled.annotations()) == 4
    assert filled.text(filled.document(new.uuid)).string == "A cow."
    assert len({creator.id for creator in filled.creators()}) == len(filled.creators()) == 1


def test_a_copy_with_its_own_journal_brings_that_too(filled: Library, other: Library) -> None:
    other.edit(other.annotations()[0].uuid, note="in the journal only")
    assert list(other.path.parent.glob("*.journal"))
    filled.merge(other.path)
    assert any(each.note == "in the journal only" for each in filled.annotations())
    assert list(other.path.parent.glob("*.journal"))


@pytest.mark.parametrize(
    "name",
    [
        "library.sync-conflict-20261124-183443-ABCDEFG.json",
        "library (reader's conflicted copy 2026-11-24).json",
        "library (conflicted copy 2026-11-24 183443).json",
        "library_conflict-20261124-183443.json",
        "library (in Konflikt stehende Kopie).json",
        "library (Copie en conflit).json",
        "library.Conflict.json",
    ],
)
def test_conflict_copies_of_sync_tools_are_picked_up(filled: Library, other: Library, file: Path, name: str) -> None:
    other.edit(other.annotations()[0].uuid, note="from the copy")
    other.close()
    shutil.copy(other.path, file.with_name(name))
    filled.edit(filled.annotations()[1].uuid, note="from here")
    filled.refresh()
    assert filled.pick_up()
    assert {each.note for each in filled.annotations()} == {"from the copy", "from here"}
    assert any("was merged, and kept as" in sentence for sentence in filled.news())
    assert name not in listing(file.parent)
    assert any(each.endswith(name) for each in listing(file.parent / "library.backups"))
    assert not filled.pick_up()


def test_what_is_no_copy_of_this_library_is_left_alone(filled: Library, file: Path, tmp_path: Path, fox: Text) -> None:
    with Library.open(tmp_path / "foreign.json", state=tmp_path / "theirs") as foreign:
        foreign.receive(tmp_path / "x.txt", fox)
    names = {"library-by-hand.json", "library (conflicted copy).json", "library.conflict.json"}
    filled.fold()
    (file.parent / "library-by-hand.json").write_bytes(file.read_bytes())
    (file.parent / "library.conflict.json").write_bytes(file.read_bytes()[:-20])
    shutil.copy(tmp_path / "foreign.json", file.parent / "library (conflicted copy).json")
    filled.refresh()
    assert not filled.pick_up()
    assert names <= listing(file.parent)


def test_a_journal_that_a_sync_tool_carried_is_merged_when_found(filled: Library, other: Library, file: Path) -> None:
    other.edit(other.annotations()[0].uuid, note="carried")
    (carried,) = other.path.parent.glob("*.journal")
    shutil.copy(carried, file.parent / carried.name)
    assert filled.refresh()
    assert any(each.note == "carried" for each in filled.annotations())
    filled.close()
    tables, intact = base.read(file.read_bytes())
    assert intact
    assert any(record["note"] == "carried" for record in tables["annotations"].values())
    assert carried.name in listing(file.parent)


def test_what_cannot_be_merged_is_said(filled: Library, file: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no library"):
        filled.merge(tmp_path / "none.json")
    with pytest.raises(UsageError, match="is this library itself"):
        filled.merge(file)
    (tmp_path / "odd.json").write_text("no library")
    with pytest.raises(LibraryError, match=r"odd\.json is damaged or not a library"):
        filled.merge(tmp_path / "odd.json")
    assert fox_note(filled) == THE_NOTE


def test_a_merge_is_told_in_words(filled: Library, other: Library, fox: Text) -> None:
    noted, bare = sorted(filled.annotations(), key=lambda each: not each.note)
    filled.edit(noted.uuid, note="here")
    other.edit(noted.uuid, note="there")
    other.delete(bare.uuid)
    for at in range(2):
        other.annotate(noted.document, [(at, at + 1)], tags=["new"], text=fox)
    told = summary(filled.merge(other.path))
    assert told == "2 annotations added, 1 changed, 1 deleted; 1 tag added; 1 note kept as an alternative."
    assert summary(filled.merge(other.path)) == "Nothing new."


@pytest.mark.parametrize("ours_first", [True, False])
def test_another_process_keeps_what_was_merged_whichever_library_gives_its_uuid(
    file: Path, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ours_first: bool
) -> None:
    new_uuid = identity.new_uuid
    with monkeypatch.context() as patch:
        patch.setattr(identity, "new_uuid", lambda: ("f" if ours_first else "0") + new_uuid()[1:])
        with Library.open(tmp_path / "other.json", state=tmp_path / "there") as other:
            other.receive(tmp_path / "cow.txt", text_of("A cow."))
    monkeypatch.setattr(identity, "new_uuid", lambda: "8" + new_uuid()[1:])
    with Library.open(file, state=state) as here:
        here.receive(tmp_path / "hen.txt", text_of("A hen."))
        here.ensure_tag("before")
        with Library.open(file, state=state) as library:
            library.merge(tmp_path / "other.json")
        here.ensure_tag("after")
        assert here.news() == []
        assert len(here.documents()) == 2
    with Library.open(file, state=state) as library:
        assert len(library.documents()) == 2
        assert [tag.path for tag in library.tags()] == ["after", "before"]
