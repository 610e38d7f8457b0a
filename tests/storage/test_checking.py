"""Every kind of damage: it is found, said in words, mended, and not found again."""

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from storage import journal, mending, meta
from storage.checking import check
from storage.errors import LibraryError
from storage.library import Library
from tests.storage.damaging import (
    DAMAGES,
    WORDS,
    Damage,
    Damaged,
    a_backup_cut_off,
    edited,
    flip,
    flipped_in_a_note,
    garbage_at_the_end,
    kinds,
    seen,
    truncated,
    without_backups,
    zeroed,
)
from tests.storage.making import THE_NOTE
from tests.storage.test_store import files_of


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mending, "PATIENCE", 0.0)


@pytest.fixture
def damaged(tmp_path: Path) -> Damaged:
    return Damaged(tmp_path)


def test_a_sound_library_has_no_problems_and_is_not_touched(damaged: Damaged) -> None:
    before = files_of(damaged.file)
    report = damaged.check()
    assert (report.problems, report.notes) == ([], [])
    assert report.counts["annotations"] == 3
    assert files_of(damaged.file) == before


def test_one_in_use_is_sound_too(damaged: Damaged) -> None:
    with damaged.open() as library:
        library.edit(damaged.uuid, color="red")
        report = damaged.check()
        assert report.problems == []
        assert report.notes == ["1 save will be folded into the library file."]


def test_a_library_that_is_not_there_yet_is_sound(tmp_path: Path) -> None:
    report = check(tmp_path / "none.json", tmp_path / "state")
    assert report.problems == []
    assert "There is no library at" in report.notes[0]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_damage_is_found_mended_and_not_found_again_and_nothing_unreadable_is_deleted(
    damaged: Damaged, damage: Damage
) -> None:
    sound = files_of(damaged.file)
    damage(damaged)
    before = files_of(damaged.file)
    report = damaged.check()
    assert DAMAGES[damage] in kinds(report)
    assert all(problem.sentence.endswith(".") for problem in report.problems)
    assert files_of(damaged.file) == before
    assert damaged.repair()
    if DAMAGES[damage] in {"library", "journal", "backup", "text"}:
        hurt = [data for name, data in before.items() if data and data != sound.get(name)]
        assert all(data in files_of(damaged.file).values() for data in hurt)
    assert [problem.sentence for problem in damaged.check().problems] == []
    with damaged.open() as library:
        assert seen(library) == damaged.content
        assert library.news() == []
        assert all(library.snapshots.load(each.texts[-1]) for each in library.documents())


@pytest.mark.parametrize("damage", [flipped_in_a_note, edited])
def test_an_edit_by_another_program_is_found_and_taken_over(damaged: Damaged, damage: Damage) -> None:
    damage(damaged)
    report = damaged.check()
    assert {"library", "checksum"} <= kinds(report)
    assert f"annotation ({damaged.uuid[:8]})" in "".join(problem.sentence for problem in report.problems)
    assert "taken over" in " ".join(damaged.repair())
    assert damaged.check().problems == []
    with damaged.open() as library:
        found = library.annotation(damaged.uuid)
        assert found.color == "blue" or found.note != THE_NOTE
        assert found.color == "blue" or [each.value for each in found.alternatives] == [THE_NOTE]


@pytest.mark.parametrize("damage", [truncated, zeroed, garbage_at_the_end])
def test_a_library_that_cannot_be_opened_is_checked_and_made_anew(damaged: Damaged, damage: Damage) -> None:
    without_backups(damaged)
    damage(damaged)
    with pytest.raises(LibraryError, match="manicula check"):
        damaged.open()
    data = damaged.file.read_bytes()
    report = damaged.check()
    assert "library" in kinds(report)
    assert report.counts["annotations"] in {2, 3}
    done = " ".join(damaged.repair())
    assert "was made anew of the" in done
    assert data in files_of(damaged.file).values()
    assert damaged.check().problems == []
    with damaged.open() as library:
        assert len(library.annotations()) == report.counts["annotations"]
        library.edit(library.annotations()[0].uuid, note="goes on")


def test_nothing_is_made_of_a_file_that_has_no_record(damaged: Damaged) -> None:
    without_backups(damaged)
    damaged.file.write_bytes(b"words, and no record at all")
    assert kinds(damaged.check()) == {"library"}
    with pytest.raises(LibraryError, match=r"Nothing of .* can be read"):
        damaged.repair()
    assert damaged.file.read_bytes() == b"words, and no record at all"


@pytest.mark.parametrize(
    ("data", "words"),
    [(b'{"_default": {"1": {"x": 1}}}', "another program"), (b'{"meta": {"1": {"schema": 99}}}', "newer Manicula")],
)
def test_a_file_that_is_none_of_ours_is_left_alone(damaged: Damaged, data: bytes, words: str) -> None:
    damaged.file.write_bytes(data)
    with pytest.raises(LibraryError, match=words):
        damaged.check()
    assert damaged.file.read_bytes() == data


@pytest.mark.parametrize("gone", ["tags", "documents", "creators"])
def test_what_is_lost_everywhere_is_stood_in_for(damaged: Damaged, gone: str) -> None:
    without_backups(damaged)
    damaged.rewrite(lambda tables: tables[gone].clear())
    assert "reference" in kinds(damaged.check())
    assert "nothing of it is left" in " ".join(damaged.repair())
    assert damaged.check().problems == []
    with damaged.open() as library:
        assert len(library.annotations()) == 3
        assert any(tag.path.startswith("lost/") for tag in library.tags()) == (gone == "tags")
        assert all(library.document(each.document) for each in library.annotations())
        if gone == "documents":
            assert library.text(library.document(damaged.fox)).string == WORDS


def test_positions_in_a_document_that_is_gone_are_dropped(damaged: Damaged) -> None:
    record = {"uuid": "0f0e0d0c-0000-4000-8000-000000000000", "document": "gone", "device": "x", "stamp": 1}
    damaged.edit(lambda tables: tables["positions"].update({"7": record}))
    damaged.repair()
    assert damaged.check().problems == []
    assert damaged.tables()["positions"] == {}


@pytest.mark.parametrize(
    ("ranges", "quote", "becomes"),
    [
        ([[5, 10]], "quick", [[4, 9]]),
        ([[4, 4000]], "quick", [[4, 9]]),
        ([[9, 4]], "quick", [[4, 9]]),
        ([[4, 9]], "", [[4, 9]]),
        ([[4, 9]], "words that stand nowhere in it at all", [[4, 9]]),
    ],
)
def test_an_annotation_is_set_on_its_words_again(
    damaged: Damaged, ranges: list[list[int]], quote: str, becomes: list[list[int]]
) -> None:
    def change(tables: dict[str, Any]) -> None:
        record = damaged.record(tables)
        record["ranges"], record["anchor"]["exact"] = ranges, quote

    damaged.edit(change)
    with damaged.open():
        pass
    report = damaged.check()
    assert kinds(report) == {"anchor"}
    damaged.repair()
    assert damaged.check().problems == []
    with damaged.open() as library:
        found = library.annotation(damaged.uuid)
        assert [list(each) for each in found.ranges] == becomes
        assert found.state == ("orphan" if "nowhere" in quote else "anchored")
        assert found.note == THE_NOTE


def test_a_text_that_is_nowhere_any_more_is_said_again(damaged: Damaged) -> None:
    damaged.snapshot.unlink()
    damaged.documents[0].write_text("other words")
    damaged.repair()
    assert kinds(damaged.check()) == {"text"}
    damaged.documents[0].write_text(WORDS)
    damaged.repair()
    assert damaged.check().problems == []


def test_saves_in_the_journal_survive_a_damaged_line(damaged: Damaged) -> None:
    def change(library: Library) -> None:
        for note in ("one", "two", "three"):
            library.annotate(damaged.fox, [(0, 3)], note=note, text=library.snapshots.load(damaged.version))

    path = damaged.leave_journal(change)
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join([*lines[:2], b"x" + lines[2], *lines[3:]]))
    assert "1 saved change cannot be read" in " ".join(problem.sentence for problem in damaged.check().problems)
    damaged.repair()
    assert damaged.check().problems == []
    with damaged.open() as library:
        assert {each.note for each in library.annotations()} == {THE_NOTE, "two", "", "one", "three"}
    assert any(b"x" + lines[2] in data for data in files_of(damaged.file).values())


def test_another_devices_journal_that_is_still_coming_is_left_alone(damaged: Damaged) -> None:
    theirs = journal.Journal(journal.path_for(damaged.file, "0123456789"))
    library = meta.uuid_of(damaged.tables())
    theirs.start({"journal": "1", "device": "0123456789", "library": library, "schema": 1}, b'{"crc":"0')
    report = damaged.check()
    assert report.problems == []
    assert "more of it may be coming" in report.notes[-1]
    a_backup_cut_off(damaged)
    damaged.repair()
    assert theirs.path.exists()


def test_a_backup_that_another_program_has_changed_is_worth_a_note_only(damaged: Damaged) -> None:
    edited(damaged)
    with damaged.open():
        pass
    report = damaged.check()
    assert report.problems == []
    assert "is not as it was written" in report.notes[0]


def test_a_turned_bit_that_a_checksum_puts_right_is_worth_a_note_only(damaged: Damaged) -> None:
    path = damaged.leave_journal(lambda library: library.edit(damaged.uuid, note="the latest"))
    for each in (path, next(path for path in damaged.backups if path.suffix == journal.SUFFIX)):
        flip(each, each.read_bytes().index(b'"put"') + 2)
    report = damaged.check()
    assert report.problems == []
    assert sum("a bit has turned" in note for note in report.notes) == 2
    with damaged.open() as library:
        assert library.annotation(damaged.uuid).note == "the latest"


def test_links_and_orphans_are_worth_a_note_only(damaged: Damaged) -> None:
    damaged.documents[0].write_text("Nothing of it is left here.")
    with damaged.open() as library:
        library.add(damaged.documents[0])
        record = library.store.tables["annotations"][damaged.key("annotations", damaged.uuid)]
        library.db.table("annotations").update(
            {"reply_to": "gone"}, doc_ids=[int(damaged.key("annotations", record["uuid"]))]
        )
    report = damaged.check()
    assert report.problems == []
    assert any("kept as an orphan" in note for note in report.notes)
    assert any("1 link to annotations that are not here" in note for note in report.notes)


def test_files_that_nobody_needs_are_named_and_kept(damaged: Damaged) -> None:
    stray = damaged.snapshot.with_name("shopping.txt")
    stray.write_text("milk")
    stray.chmod(0o600)
    report = damaged.check()
    assert report.problems == []
    assert "shopping.txt" in report.notes[0]
    a_backup_cut_off(damaged)
    damaged.repair()
    assert stray.read_text() == "milk"


def test_what_is_being_written_just_now_is_not_left_by_a_crash(damaged: Damaged) -> None:
    path = damaged.file.parent / f".{damaged.file.name}.0a1b.manicula-tmp"
    path.write_bytes(b"half")
    assert damaged.check().problems == []
    os.utime(path, (time.time() - 3600,) * 2)
    assert kinds(damaged.check()) == {"leftover"}


def test_a_library_that_is_read_only_is_checked_but_not_repaired(
    damaged: Damaged, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_backup_cut_off(damaged)
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and real(path, mode))
    assert kinds(damaged.check()) == {"backup"}
    with pytest.raises(LibraryError, match="read-only"):
        damaged.repair()


def test_how_far_it_is_is_told(damaged: Damaged) -> None:
    told: list[tuple[str, int, int]] = []
    check(damaged.file, damaged.state, lambda *far: told.append(far))
    with suppress(ValueError):
        told.remove(("records", 0, 0))
    assert {what for what, _, _ in told} == {"texts", "backups"}
    assert all(0 <= done < total for _, done, total in told)
