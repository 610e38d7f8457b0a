"""The commands merge and merge-driver."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from storage.library import Library
from tests.conftest import Places


@pytest.fixture
def copy(shell, places: Places, tmp_path: Path) -> Path:
    """A copy of the library in which another machine wrote a note and a tag."""
    Path("hen.txt").write_text("A hen is a hen. It was not amused.")
    shell("annotate", "hen.txt", "--sentence", "1", "--note", "here", "--tag", "animal")
    target = tmp_path / "elsewhere" / "library.json"
    target.parent.mkdir()
    shutil.copy(places.library, target)
    with Library.open(target, state=tmp_path / "elsewhere") as library:
        library.edit(library.annotations()[0].uuid, note="there", add_tags=["bird"])
    return target


def test_merge_says_what_came_and_is_undone(shell, copy: Path) -> None:
    status, out, _ = shell("merge", str(copy))
    assert (status, out) == (0, f"{copy}: 1 annotation changed; 1 tag added.\n")
    assert "there" in shell("annotations")[1]
    assert shell("merge", str(copy))[1] == f"{copy}: Nothing new.\n"
    assert shell("undo")[1] == "Undone: merge of library.json (1 annotation).\n"
    assert "here" in shell("annotations")[1]


def test_a_copy_that_cannot_be_merged_is_named_and_the_others_are_merged(shell, copy: Path) -> None:
    Path("odd.json").write_text("no library")
    status, out, problems = shell("merge", "missing.json", "odd.json", str(copy))
    assert status == 1
    assert "There is no library" in problems
    assert "odd.json is damaged or not a library" in problems
    assert "1 annotation changed" in out


def test_a_conflict_copy_is_merged_by_the_next_command(shell, copy: Path, places: Places) -> None:
    shutil.copy(copy, places.library.with_name("library.sync-conflict-20261124-183443-ABCDEFG.json"))
    status, out, problems = shell("annotations")
    assert status == 0
    assert "there" in out
    assert "a copy that a sync tool left, was merged" in problems
    assert shell("annotations")[2] == ""


def test_the_merge_driver_writes_our_file(shell, copy: Path, places: Places, tmp_path: Path) -> None:
    ours, base = tmp_path / "ours", tmp_path / "base"
    shutil.copy(places.library, ours)
    base.write_bytes(b"")
    status, out, problems = shell("merge-driver", str(base), str(ours), str(copy))
    assert (status, out) == (0, "")
    assert "1 annotation changed" in problems
    with Library.open(ours, state=tmp_path / "s") as library:
        assert library.annotations()[0].note == "there"
    copy.write_text("<<<<<<<")
    assert shell("merge-driver", str(base), str(ours), str(copy))[0] == 3


def test_what_waits_for_a_choice_is_counted(shell, copy: Path, places: Places) -> None:
    with Library.open(places.library) as library, Library.open(copy, state=copy.parent) as other:
        for each, said in ((library, "one"), (other, "two")):
            each.edit(each.annotations()[0].uuid, note=said)
            each.edit_tag(each.ensure_tag("animal").uuid, description=said, color="red" if said == "one" else "blue")
    assert "unsettled: 0\n" in shell("info")[1]
    shell("merge", str(copy))
    assert "unsettled: 3\n" in shell("info")[1]
    status, out, _ = shell("check")
    assert status == 0
    assert "Note: 3 values to choose among, written at the same time on several devices; gC on the screen" in out
    assert "1 annotation (" in out
    assert "1 tag (" in out
    status, out, _ = shell("choose")
    assert status == 0
    rows = [line.split("\t") for line in out.splitlines()]
    assert [row[1:] for row in rows] == [
        ["“A hen is a hen.”", "note", "two", "one"],
        ["tag animal", "colour", "blue", "red"],
        ["tag animal", "description", "two", "one"],
    ]
    assert shell("choose", "1:2", "2", "3:1")[1] == "3 values settled; 0 to choose among.\n"
    assert shell("annotations")[1].rstrip().endswith("\tone")
    assert "to choose among" not in shell("check")[1]
    assert "Nothing waits for a choice" in shell("choose")[2]
    assert shell("undo")[1].startswith("Undone: choice")
    found = json.loads(shell("choose", "--json")[1])
    assert [(each["table"], each["field"], each["shown"], each["others"]) for each in found] == [
        ("annotations", "note", "two", ["one"]),
        ("tags", "color", "blue", ["red"]),
        ("tags", "description", "two", ["one"]),
    ]
    for odd in ("4", "0", "1:3", "1:0", "x", "1:"):
        status, _, problem = shell("choose", odd)
        assert (status, f"There is no “{odd}” to choose" in problem) == (2, True)
