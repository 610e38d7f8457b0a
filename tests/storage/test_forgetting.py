"""A document that is forgotten is nowhere any more, and comes back by no merge."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tinydb.table import Document as Row

from storage import drafts, forgetting, identity, journal, meta, paths
from storage.checking import check, quiet
from storage.checking.repair import repair
from storage.errors import LibraryError, UsageError
from storage.framing import Frame, Frames
from storage.library import Library
from storage.model import Bookmark, Memo, ReadingPosition
from storage.records import plain_record
from tests.storage.making import content
from tests.storage.test_files import fail_at
from tests.storage.test_store import files_of

SECRET = "Zanzibar keeps a perfectly secret sentence in its archives."  # noqa: S105  # words, no password
TEXT = f"The beginning of it.\n\n{SECRET}\n\nThe end."
NOTES = ("a very private thought about it", "another private thought, deleted since")
WORDS = ["Zanzibar", "perfectly secret", "archives", "private thought", "mnemonic", "placemark"]


class Home:
    """A library of two documents, one of them secret, with everything that can lie around it; closed."""

    def __init__(self, folder: Path) -> None:
        self.file, self.state = folder / "home" / "library.json", folder / "state"
        self.secret, self.other = folder / "plain.txt", folder / "hen.txt"
        self.secret.write_text(TEXT)
        self.other.write_text("A hen in the yard.")
        with self.open() as library:
            self.uuid = library.add(self.secret)[0].uuid
            hen = library.add(self.other)[0]
            self.mark(library, NOTES[1])
            library.fold()
            self.kept = library.annotate(hen.uuid, [(2, 5)], note="a hen", text=library.text(hen)).uuid
            gone = next(each for each in library.annotations(self.uuid) if each.note == NOTES[1])
            library.edit(gone.uuid, note=f"{NOTES[1]}, edited")
            library.delete(gone.uuid)
            self.mark(library, NOTES[0])
            self.more(library)
            library.save_position(ReadingPosition(self.uuid, "", 3, 4, 5))
            self.version = library.document(self.uuid).texts[-1]
            shown = Frame(str(self.secret), self.uuid, b"", b"", b"", b"", b"", b"", f"shown: {SECRET}".encode())
        Frames(library).keep(shown, {})
        paths.last_copy(self.state).write_text(SECRET)
        for about in (self.uuid, drafts.page(self.uuid), drafts.memo(f"document:{self.uuid}"), self.kept):
            drafts.save(about, "a hen again" if about == self.kept else "a private thought, not kept yet")

    def mark(self, library: Library, note: str) -> None:
        text = library.text(library.document(self.uuid))
        start = text.string.index(SECRET)
        library.annotate(self.uuid, [(start, start + len(SECRET))], tags=["kind"], note=note, text=text)

    def more(self, library: Library) -> None:
        memo = Memo("0a000000-0000-4000-8000-000000000001", f"document:{self.uuid}", "a mnemonic of it")
        place = Bookmark("0b000000-0000-4000-8000-000000000002", self.uuid, "placemark", 7)
        with library.step("memo"):
            library.db.table("memos").insert(Row(plain_record(memo), int(identity.doc_id(memo.uuid))))
            library.db.table("bookmarks").insert(Row(plain_record(place), int(identity.doc_id(place.uuid))))

    def open(self) -> Library:
        return Library.open(self.file, state=self.state)

    def forget(self) -> list[forgetting.Removed]:
        with self.open() as library:
            return forgetting.forget(library, forgetting.plan(library, self.uuid), quiet)

    def everything(self) -> Iterator[Path]:
        for folder in (self.file.parent, self.state):
            yield from (path for path in folder.rglob("*") if path.is_file())

    def mentions(self) -> list[str]:
        """The files that hold anything of the secret document: its words, or its text."""
        return [
            path.name
            for path in self.everything()
            if any(word.encode() in path.read_bytes() for word in WORDS) or path.name.startswith(self.version)
        ]

    def copy_to(self, folder: Path) -> Library:
        """The library as a sync tool carried it to another machine."""
        shutil.copytree(self.file.parent, folder / "home")
        return Library.open(folder / "home" / "library.json", state=folder / "state")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("MANICULA_STATE", str(tmp_path / "state"))
    return Home(tmp_path)


def test_what_it_will_remove_is_known_before(home: Home) -> None:
    with home.open() as library:
        found = forgetting.plan(library, home.uuid)
        assert dict(found.counts) == {"documents": 1, "annotations": 1, "memos": 1, "bookmarks": 1, "positions": 1}
        assert found.versions == {home.version}
        assert found.files == (home.secret,)
        with pytest.raises(UsageError):
            forgetting.plan(library, "0c000000-0000-4000-8000-000000000003")


def test_no_byte_of_it_is_left(home: Home) -> None:
    assert len(home.mentions()) > 4
    removed = home.forget()
    assert home.mentions() == []
    assert drafts.load(home.kept) == "a hen again"
    assert {each.what for each in removed} >= {
        "document",
        "frame",
        "annotation",
        "record",
        "step",
        "text",
        "copied quote",
        "draft",
    }
    assert not any(each.left for each in removed)
    assert home.secret.read_text() == TEXT
    assert check(home.file, home.state).problems == []


def test_everything_else_is_as_it_was(home: Home) -> None:
    home.forget()
    with home.open() as library:
        assert [each.uuid for each in library.annotations()] == [home.kept]
        assert [tag.path for tag in library.tags()] == ["kind"]
        assert len(library.documents()) == 1
        assert library.text(library.documents()[0]).string == "A hen in the yard."
        library.edit(home.kept, note="still here")
        assert library.undo()
        assert library.undo()
        assert library.annotations() == []
        assert library.redo()
        assert library.annotation(home.kept).note == "a hen"


def test_the_backups_stay_readable(home: Home) -> None:
    home.forget()
    home.file.write_bytes(b"")
    with home.open() as library:
        assert [each.note for each in library.annotations()] == ["a hen"]
        assert "restored from the backups" in " ".join(library.news())
    assert home.mentions() == []


@pytest.mark.parametrize("edited", [False, True], ids=["older", "edited meanwhile"])
def test_no_merge_brings_it_back(home: Home, tmp_path: Path, edited: bool) -> None:
    other = home.copy_to(tmp_path / "elsewhere")
    if edited:
        other.edit(other.annotations(home.uuid)[0].uuid, note="a private thought, later")
        home.mark(other, "one more private thought")
        other.edit_document(home.uuid, title="Zanzibar")
    other.close()
    home.forget()
    with home.open() as library:
        library.merge(other.path)
        assert [each.uuid for each in library.documents()] != []
        assert {each.document for each in library.annotations()} == {library.documents()[0].uuid}
        assert library.undo()
        assert home.uuid not in {each.uuid for each in library.documents()}
    assert home.mentions() == []
    with Library.open(other.path, state=tmp_path / "elsewhere" / "state") as there:
        there.merge(home.file)
        assert home.uuid not in {each.uuid for each in there.documents()}
        with home.open() as here:
            assert content(there) == content(here)


def test_a_conflict_copy_beside_it_is_cleaned_as_well(home: Home, tmp_path: Path) -> None:
    other = home.copy_to(tmp_path / "elsewhere")
    other.edit(other.annotations(home.uuid)[0].uuid, note="a private thought, later")
    other.close()
    shutil.copy(other.path, home.file.with_name("library.sync-conflict-20260101-010101-ABCDEFG.json"))
    home.forget()
    assert home.mentions() == []


def test_another_devices_journal_beside_it_is_cleaned_as_well(home: Home, tmp_path: Path) -> None:
    other = home.copy_to(tmp_path / "elsewhere")
    other.edit(other.annotations(home.uuid)[0].uuid, note="a private thought, later")
    other.edit(home.kept, note="edited there")
    theirs = other.store.own.path
    shutil.copy(theirs, home.file.with_name(theirs.name))
    home.forget()
    assert home.mentions() == []
    with home.open() as library:
        assert library.annotation(home.kept).note == "edited there"
    assert journal.Journal(home.file.with_name(theirs.name)).read() != []


def test_what_was_set_aside_is_cleaned_line_by_line(home: Home) -> None:
    damaged = home.file.read_bytes()[:-40]
    home.file.write_bytes(damaged)
    with home.open():
        pass
    home.forget()
    assert home.mentions() == []
    kept = next(path for path in home.everything() if path.name.startswith("aside-"))
    assert b"a hen" in kept.read_bytes()


def test_what_nobody_can_clean_is_named(home: Home) -> None:
    aside = home.file.parent / "library.backups" / "aside-20260101T010101000000Z-words"
    aside.write_text(f"somebody's own words about {home.uuid}, on one line")
    unknown = home.state / "unknown"
    unknown.write_text(f"{NOTES[0]}, written by some later version")
    beside = home.file.with_name("library.old.txt")
    beside.write_text(f"Copied: {SECRET}")
    removed = home.forget()
    assert {each.place for each in removed if each.left} == {aside, unknown, beside}
    assert all(path.exists() for path in (aside, unknown, beside))


def test_a_text_that_another_document_shares_stays(home: Home) -> None:
    with home.open() as library:
        shared = library.document(home.uuid).texts[-1]
        hen = next(each for each in library.documents() if each.uuid != home.uuid)
        key = next(key for key, each in library.store.tables["documents"].items() if each["uuid"] == hen.uuid)
        library.db.table("documents").update({"texts": [shared, *hen.texts]}, doc_ids=[int(key)])
    home.forget()
    assert (home.file.parent / "library.texts" / f"{shared}.text").exists()


def test_a_copied_quote_of_another_document_stays(home: Home) -> None:
    paths.last_copy(home.state).write_text("A hen in the yard.")
    home.forget()
    assert paths.last_copy(home.state).read_text() == "A hen in the yard."


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("number", [1, 2, 3, 5, 8])
def test_one_that_was_broken_off_is_finished_by_another(
    home: Home, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    with monkeypatch.context() as patch:
        failed = fail_at(patch, call, number)
        try:
            home.forget()
        except LibraryError:
            assert failed
    home.forget()
    assert home.mentions() == []
    assert home.forget() == []


def test_what_a_sync_tool_brought_back_into_the_backups_is_found_and_taken_out(home: Home) -> None:
    old = home.file.read_bytes()
    home.forget()
    back = home.file.parent / "library.backups" / "library-20260101T010101000000Z.json"
    back.write_bytes(old)
    back.chmod(0o600)
    assert {problem.kind for problem in check(home.file, home.state).problems} == {"forgotten"}
    repair(home.file, home.state)
    assert home.mentions() == []
    assert check(home.file, home.state).problems == []
    assert json.loads(back.read_bytes())["documents"]


def test_what_another_program_put_back_is_found_and_taken_out(home: Home) -> None:
    old = json.loads(home.file.read_bytes())
    home.forget()
    tables = json.loads(home.file.read_bytes())
    tables["annotations"].update(old["annotations"])
    home.file.write_text(json.dumps(tables))
    with home.open():
        pass
    report = check(home.file, home.state)
    assert "forgotten" in {problem.kind for problem in report.problems}
    repair(home.file, home.state)
    with home.open() as library:
        assert [each.uuid for each in library.annotations()] == [home.kept]
    assert check(home.file, home.state).problems == []


def test_another_process_that_has_it_open_copes(home: Home) -> None:
    with home.open() as other:
        other.annotations(home.uuid)
        other.save_position(ReadingPosition(home.uuid, "", 9, 9, 9))
        home.forget()
        assert other.refresh()
        assert home.uuid not in {each.uuid for each in other.documents()}
        with pytest.raises(UsageError):
            home.mark(other, NOTES[0])
        other.edit(home.kept, note="goes on")
    assert home.mentions() == []
    with home.open() as library:
        assert library.annotation(home.kept).note == "goes on"
        assert meta.uuid_of(library.store.tables)
        assert not library.store.tables["positions"]


def test_the_file_can_be_added_again_as_a_new_document(home: Home) -> None:
    home.forget()
    with home.open() as library:
        again, new = library.add(home.secret)
        assert new
        assert again.uuid != home.uuid
        assert library.annotations(again.uuid) == []
    assert files_of(home.file)
