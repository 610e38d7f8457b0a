"""What else a project of REFI-QDA has: files that are no texts, ids that begin alike."""

from __future__ import annotations

import zipfile

import pytest

from storage.library import Library
from tests.storage.importing import imported, saved
from tests.storage.projects import note, packed, project, project_of, ref, selection

ALIKE = "AAAAAAAA-0000-4000-8000-{:012}".format
NOTED = (
    f'<PlainTextSelection guid="{ALIKE(1)}" name="One" startPosition="0" endPosition="3"><Coding guid="{ALIKE(2)}">'
    f'<CodeRef targetGUID="C1000000-0000-4000-8000-000000000000"/><NoteRef targetGUID="{ALIKE(3)}"/></Coding>'
    "</PlainTextSelection>"
)


@pytest.fixture
def library(tmp_path):
    with Library.open(tmp_path / "library.json", state=tmp_path / "state") as library:
        yield library


@pytest.mark.parametrize(
    ("names", "said"), [(["a.jpg"], ["1 other file"]), (["a.MP3", "b/c.docx"], ["2 other files"]), ([], [])]
)
def test_files_that_are_no_texts_are_counted(library, tmp_path, names, said):
    path = packed(tmp_path, project(source=' plainTextPath="internal://T.txt"'), "One two.")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("sources/", "")
        for name in names:
            archive.writestr(f"sources/{name}", "x")
    report = imported(library, path)
    assert [problem.partition(" in it")[0] for problem in report.problems] == said


def test_a_note_on_a_code_whose_id_is_replaced_is_still_the_note_on_it(library, tmp_path):
    notes = f'<Notes><Note guid="{ALIKE(3)}"><PlainTextContent>Why?</PlainTextContent></Note></Notes>'
    imported(library, packed(tmp_path, project(NOTED, content="One two.", notes=notes)))
    (noted,) = [one for one in library.annotations() if one.note == "Why?"]
    out = project_of(saved(library, "qdpx", tmp_path / "out.qdpx"))
    assert out.count(f'<NoteRef targetGUID="{noted.uuid.upper()}"/>') == 1
    assert out.count("<NoteRef") == out.count("<Note ") == 1


@pytest.mark.parametrize("note", ["\u202bשלום\u202c (x)", "one\u2028two\u2029three", "\x85\x7f", "\u2067اب\u2069"])
def test_what_turns_the_reading_direction_goes_out_and_comes_in(library, tmp_path, note):
    imported(library, packed(tmp_path, project(NOTED, content="One two.")))
    library.edit(library.annotations()[0].uuid, note=note)
    path = saved(library, "qdpx", tmp_path / "out.qdpx")
    with Library.open(tmp_path / "other.json", state=tmp_path / "other") as other:
        imported(other, path)
        assert [one.note for one in other.annotations()] == [note]


def test_a_note_that_two_passages_share_says_the_same_of_both(library, tmp_path):
    shared = f"{ref('NoteRef', '02')}</PlainTextSelection>"
    marks = (selection(0, 3) + selection(4, 8, guid="A2")).replace("</PlainTextSelection>", shared)
    xml = project(marks, content="One line.", notes=f"<Notes>{note('02', 'the words')}</Notes>")
    imported(library, packed(tmp_path, xml))
    assert [one.note for one in library.annotations() if one.reply_to] == ["the words", "the words"]
