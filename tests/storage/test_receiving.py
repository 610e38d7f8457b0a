import os
from pathlib import Path

import pytest

from storage import readers
from storage.errors import DocumentError, LibraryError
from storage.library import Library
from storage.model import Annotation
from storage.paths import located
from tests.storage.making import FOX, content, place, text_of


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    folder.mkdir()
    return folder


@pytest.fixture
def library(file: Path, state: Path) -> Library:
    return Library.open(file, state=state)


def mark(library: Library, path: Path, quote: str, number: int = 1) -> Annotation:
    text = readers.read(path)
    document = library.receive(path, text)
    return library.annotate(document.uuid, [place(text.string, quote, number)], note=quote, text=text)


def test_a_document_is_received_once(library: Library, desk: Path) -> None:
    path = desk / "fox.txt"
    path.write_text(FOX)
    document, new = library.add(path)
    assert new
    assert (document.paths, document.length, document.state) == ((str(path),), len(FOX), "new")
    assert len(document.files) == len(document.texts) == 1
    revision = library.revision
    assert library.add(path) == (document, False)
    assert library.receive(path, readers.read(path)) == document
    assert library.revision == revision
    assert library.lookup(path) == document
    assert library.lookup(desk / "hen.txt") is None


def test_a_moved_renamed_or_copied_file_keeps_its_annotations(library: Library, desk: Path) -> None:
    path, moved = desk / "fox.txt", desk / "deep" / "renamed.md.txt"
    path.write_text(FOX)
    made = mark(library, path, "lazy dog")
    moved.parent.mkdir()
    path.rename(moved)
    document, new = library.add(moved)
    assert not new
    assert document.paths == (str(path), str(moved))
    assert library.annotations(document.uuid) == [made]
    assert library.find_file(document) == moved
    assert library.text(document).string == FOX
    assert library.undo() == ("note", (document.uuid,), (made.uuid,), ())
    assert library.lookup(moved) == document


def test_the_same_text_in_other_bytes_is_the_same_document(library: Library, desk: Path) -> None:
    (desk / "unix.txt").write_bytes(FOX.encode())
    (desk / "dos.txt").write_bytes(FOX.replace("\n", "\r\n").encode())
    document = library.add(desk / "unix.txt")[0]
    again, new = library.add(desk / "dos.txt")
    assert (again.uuid, new, len(again.files), len(again.texts)) == (document.uuid, False, 2, 1)


def test_a_changed_file_is_a_new_version_with_its_annotations(library: Library, desk: Path) -> None:
    path = desk / "fox.txt"
    path.write_text(FOX)
    kept, moved, lost = (mark(library, path, quote) for quote in ("quick brown", "The end", "was not amused"))
    page = library.annotate(kept.document, [], note="all of it", text=readers.read(path))
    old = library.document(kept.document)
    path.write_text("A preface.\n\n" + FOX.replace("It was not amused. ", ""))
    text = readers.read(path)
    document = library.receive(path, text)
    assert document.uuid == old.uuid
    assert document.texts == (*old.texts, text.hash)
    assert document.length == len(text)
    for before in (kept, moved):
        after = library.annotation(before.uuid)
        assert text.string[after.start : after.end] == before.exact
        assert (after.text, after.state, after.note) == (text.hash, "anchored", before.note)
    orphan = library.annotation(lost.uuid)
    assert orphan.state == "orphan"
    assert orphan._replace(state="anchored", confidence=1.0, updated=lost.updated) == lost
    assert library.annotation(page.uuid) == page
    assert library.snapshots.load(old.texts[0]).string[orphan.start : orphan.end] == lost.exact


LEAD = "The bridge was closed."
REPORT = f"It rained for days. {LEAD} Nobody was hurt, said a spokeswoman in the afternoon. {LEAD} The mayor spoke.\n"


def test_of_two_equal_passages_the_deleted_one_is_the_orphan(library: Library, desk: Path) -> None:
    path = desk / "report.txt"
    path.write_text(REPORT)
    text = readers.read(path)
    document = library.receive(path, text)
    starts = text.string.index(LEAD), text.string.rindex(LEAD)
    first, second = (library.annotate(document.uuid, [(at, at + len(LEAD))], text=text) for at in starts)
    path.write_text(REPORT.replace(LEAD + " ", "", 1))
    library.add(path)
    assert library.annotation(first.uuid).state == "orphan"
    after = library.annotation(second.uuid)
    assert (after.state, after.exact, after.confidence) == ("anchored", LEAD, 1.0)


@pytest.mark.parametrize("snapshot", [True, False])
def test_an_edited_passage_is_followed_also_without_its_snapshot(library: Library, desk: Path, snapshot: bool) -> None:
    path = desk / "report.txt"
    path.write_text(REPORT)
    made = mark(library, path, "Nobody was hurt, said a spokeswoman in the afternoon.")
    if not snapshot:
        library.snapshots.file(made.text).unlink()
    path.write_text("News. " + REPORT.replace("said a", "said the town's"))
    library.add(path)
    after = library.annotation(made.uuid)
    assert after.exact == "Nobody was hurt, said the town's spokeswoman in the afternoon."
    assert 0.6 < after.confidence < 1


def test_taking_a_new_version_in_is_one_undo_step_that_leaves_the_document(library: Library, desk: Path) -> None:
    path = desk / "fox.txt"
    path.write_text(FOX)
    made = mark(library, path, "lazy dog")
    path.write_text("New. " + FOX)
    document = library.add(path)[0]
    assert library.annotation(made.uuid).start == made.start + 5
    outcome = library.undo()
    assert outcome
    assert outcome.label == "new version"
    assert library.annotation(made.uuid)._replace(updated=made.updated) == made
    assert library.document(document.uuid) == document


def test_an_orphan_comes_back_with_its_passage(library: Library, desk: Path) -> None:
    path = desk / "fox.txt"
    path.write_text(FOX)
    made = mark(library, path, "lazy dog")
    path.write_text("Something else altogether.")
    document = library.add(path)[0]
    assert library.annotation(made.uuid).state == "orphan"
    revision = library.revision
    library.add(path)
    assert library.revision == revision
    path.write_text(FOX + "\nMore of it.")
    library.add(path)
    found = library.annotation(made.uuid)
    assert (found.state, found.start, found.exact) == ("anchored", made.start, made.exact)
    path.write_text(FOX)
    assert library.add(path)[0].texts[-1] == document.texts[0]


def test_several_ranges_are_found_again_each(library: Library, desk: Path) -> None:
    path = desk / "fox.txt"
    path.write_text(FOX)
    text = readers.read(path)
    document = library.receive(path, text)
    ranges = [place(FOX, "quick"), place(FOX, "lazy dog"), place(FOX, "amused")]
    made = library.annotate(document.uuid, ranges, text=text)
    assert made.exact == "quick … lazy dog … amused"
    path.write_text("Well. " + FOX)
    library.add(path)
    found = library.annotation(made.uuid)
    assert found.ranges == tuple((start + 6, end + 6) for start, end in ranges)
    assert (found.exact, found.state) == (made.exact, "anchored")


def test_another_file_at_a_known_path_takes_the_path_over(library: Library, desk: Path) -> None:
    first, second = desk / "fox.txt", desk / "hen.txt"
    first.write_text(FOX)
    second.write_text("A hen.")
    fox, hen = library.add(first)[0], library.add(second)[0]
    second.replace(first)
    again = library.add(first)[0]
    assert again.uuid == hen.uuid
    assert library.document(fox.uuid).paths == ()
    assert library.lookup(first) == again
    assert library.text(library.document(fox.uuid)).string == FOX


def test_empty_files_are_not_one_document(library: Library, desk: Path) -> None:
    made = [library.receive(desk / name, text_of("")) for name in ("a.txt", "b.txt")]
    assert library.documents() == made
    (desk / "a.txt").write_text(FOX)
    assert library.add(desk / "a.txt")[0].uuid == made[0].uuid


def test_a_document_is_read_after_its_file_is_gone(library: Library, desk: Path) -> None:
    path = desk / "fox.md"
    path.write_text("# Fox\n\nThe *quick* fox.")
    document = library.add(path)[0]
    whole = readers.read(path)
    path.unlink()
    assert library.find_file(document) is None
    text = library.text(document)
    assert (text.string, list(text.blocks), text.spans, text.sections) == (
        *(whole.string, list(whole.blocks)),
        *(whole.spans, whole.sections),
    )
    path.write_text("Another text.")
    assert library.text(document).string == whole.string
    for snapshot in library.snapshots.folder.iterdir():
        snapshot.unlink()
    with pytest.raises(DocumentError, match=r"“Fox” is nowhere to be found\. It was last at .*fox\.md"):
        library.text(document)


def test_an_unreadable_file_does_not_hide_the_snapshot(library: Library, desk: Path) -> None:
    path = desk / "fox.txt"
    path.write_text(FOX)
    document = library.add(path)[0]
    path.write_bytes(b"\x7fELF\0\0\0\0" + bytes(range(256)))
    assert library.text(document).string == FOX


def test_paths_beneath_the_library_move_with_it(file: Path, state: Path, tmp_path: Path) -> None:
    path = file.parent / "papers" / "fox.txt"
    path.parent.mkdir(parents=True)
    path.write_text(FOX)
    document = Library.open(file, state=state).add(path)[0]
    assert document.paths == ("papers/fox.txt",)
    file.parent.rename(tmp_path / "elsewhere")
    library = Library.open(tmp_path / "elsewhere" / "library.json", state=state)
    assert library.text(document).string == FOX
    assert library.find_file(document) == tmp_path / "elsewhere" / "papers" / "fox.txt"


@pytest.mark.skipif(os.name == "nt", reason="Windows names are Unicode")
def test_a_name_that_is_not_unicode(library: Library, desk: Path) -> None:
    path = desk / os.fsdecode(b"caf\xe9.txt")
    path.write_text(FOX)
    document = library.add(path)[0]
    assert located(document.paths[0], library.folder) == path
    assert Library.open(library.path, state=library._state).text(document).string == FOX


def test_titles_are_one_line_without_control_characters(library: Library) -> None:
    document = library.receive(Path("/x/y.txt"), text_of(FOX, "a\x1b[31m\nb\u2028 [red]\t"))
    assert document.title == "a [31m b [red]"
    assert library.receive(Path("/x/z.txt"), text_of("Other", "\n")).title == "z.txt"


def test_a_document_that_cannot_be_kept_is_not_half_there(library: Library, desk: Path) -> None:
    path = desk / "fox.txt"
    path.write_text(FOX)
    library.add(path)
    before = content(library)
    library._file.readonly = True
    assert library.add(path)[1] is False
    path.write_text("changed")
    with pytest.raises(LibraryError, match="read-only"):
        library.add(path)
    assert content(library) == before
    assert len(list(library.snapshots.folder.iterdir())) == 1


def test_a_snapshot_that_cannot_be_written_is_an_error_that_says_so(library: Library, desk: Path) -> None:
    library.folder.mkdir(parents=True)
    (library.folder / "library.texts").write_text("in the way")
    (desk / "fox.txt").write_text(FOX)
    with pytest.raises(LibraryError, match=r"library\.texts"):
        library.add(desk / "fox.txt")
    assert library.documents() == []
