"""The commands that care for the library as a whole."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest

from storage import mending

LIBRARY = Path("private/library")


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(mending, "PATIENCE", 0.0)


@pytest.fixture
def marked(filled):
    """Return the shell of a library with the article and one tagged highlight."""
    assert filled("annotate", "1", "--sentence", "2", "--tag", "claim", "--note", "Who says so?")[0] == 0
    return filled


def test_a_sound_library_is_said_to_be(marked):
    status, out, err = marked("check")
    assert (status, err) == (0, "")
    assert out == f"{LIBRARY.absolute()}: sound; 1 document, 1 annotation, 1 tag, 1 reader.\n"
    found = json.loads(marked("check", "--json")[1])
    assert (found["sound"], found["problems"], found["counts"]["annotations"]) == (True, [], 1)


def test_damage_is_said_and_mended(marked):
    LIBRARY.write_bytes(LIBRARY.read_bytes()[:-50])
    status, out, _ = marked("check")
    assert status == 1
    assert out.startswith(f"{LIBRARY.absolute()} is damaged")
    assert out.endswith("2 problems; 1 document, 1 tag, 1 reader.\n")
    status, out, _ = marked("check", "--repair")
    assert status == 0
    assert "kept as" in out
    assert out.splitlines()[-1].startswith(f"{LIBRARY.absolute()}: sound;")
    assert marked("check", "--repair")[0] == 0
    assert "Who says so?" in marked("annotations")[1]


def test_what_cannot_be_mended_is_said(marked):
    for path in Path("private/library.texts").iterdir():
        path.unlink()
    Path("article.txt").write_text("Other words.")
    status, out, err = marked("check", "--repair")
    assert status == 1
    assert "Not everything could be mended" in err
    assert "A text of “" in out
    found = json.loads(marked("check", "--repair", "--json")[1])
    assert [problem["kind"] for problem in found["problems"]] == ["text"]


def test_a_file_that_is_no_library_cannot_be_checked(shell):
    Path("words.json").write_text('{"_default": {"1": {"x": 1}}}')
    status, _, err = shell("check", "--library", "words.json")
    assert status == 3
    assert "another program" in err


def test_no_library_yet_is_nothing_bad(shell):
    assert shell("check")[0] == 0
    assert not os.path.lexists("private")


def everything():
    return b"".join(path.read_bytes() for path in Path("private").rglob("*") if path.is_file())


def test_a_document_is_forgotten_when_that_is_confirmed(marked):
    Path("hen.txt").write_text("A hen in the yard.")
    marked("add", "hen.txt")
    status, out, err = marked("forget", "1")
    assert (status, "--yes is needed" in err) == (2, True)
    assert "1 annotation" in out
    assert b"Who says so?" in everything()
    status, out, err = marked("forget", "1", "--yes")
    assert (status, err) == (0, "")
    assert f"The file {Path('article.txt').absolute()} stays as it is." in out
    assert f"Removed from {LIBRARY.absolute()}: 1 document, 1 annotation." in out
    assert b"Who says so?" not in everything()
    assert [row.split("\t")[3] for row in marked("list")[1].splitlines()] == ["A hen in the yard."]
    assert marked("check")[0] == 0
    marked("undo")
    assert marked("annotations")[1] == ""


@pytest.mark.parametrize(("answer", "gone"), [("yes\n", True), ("YES\n", True), ("y\n", False), ("", False)])
def test_on_a_terminal_it_asks(marked, monkeypatch, answer, gone):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr("sys.stdin", Terminal(answer))
    status, out, _ = marked("forget", "1")
    assert "Type yes to go on:" in out
    assert status == (0 if gone else 1)
    assert (b"Who says so?" not in everything()) == gone
    assert ("Nothing was forgotten." in out) != gone


def test_what_is_left_of_a_forgotten_document_is_removed_by_its_id(marked):
    uuid = json.loads(marked("list", "--json")[1])[0]["uuid"]
    assert marked("forget", uuid[:8], "--yes")[0] == 0
    status, out, _ = marked("forget", uuid[:8], "--yes")
    assert status == 0
    assert "was forgotten before" in out
    assert marked("forget", "1", "--yes")[0] == 2
    assert marked("forget", "ffffffff", "--yes")[0] == 2


def test_a_library_is_packed_and_unpacked(marked):
    status, out, err = marked("pack", "pack.zip")
    assert (status, err) == (0, "")
    assert out == "Packed into pack.zip: 1 document, 1 annotation, 1 text, 1 original file.\n"
    assert "--force replaces it" in marked("pack", "pack.zip")[2]
    assert marked("pack", "pack.zip", "--force")[0] == 0
    status, out, _ = marked("unpack", "pack.zip")
    assert status == 2
    status, out, err = marked("unpack", "pack.zip", "--library", "there/new.json")
    assert (status, err) == (0, "")
    assert out.endswith("new.json: 1 document, 1 annotation, 1 text, 1 original file.\n")
    assert "Who says so?" in marked("annotations", "--library", "there/new.json")[1]
    assert "there/new.originals/" in marked("list", "--library", "there/new.json")[1]
    Path("words.zip").write_text("words")
    status, out, err = marked("unpack", "words.zip", "--library", "again/new.json")
    assert (status, "no pack of Manicula" in err) == (1, True)


def test_what_is_missing_in_a_pack_is_said(marked):
    Path("article.txt").unlink()
    status, out, err = marked("pack", "pack.zip")
    assert status == 0
    assert "its text is packed" in err
    assert "0 original files" in out
