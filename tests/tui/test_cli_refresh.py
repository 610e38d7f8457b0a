"""The command refresh: files that have changed, were renamed, or are gone."""

import json
from pathlib import Path

import pytest

LEAD = "Venezuelan President Nicolas Maduro announced the severance of diplomatic relations with the United States."
EDITED = "He declared his commitment to the freedom of citizens"


def rows(answer):
    return [line.split("\t") for line in answer[1].splitlines()]


@pytest.fixture
def marked(filled):
    """Return the shell of a library with both leads and a third sentence highlighted."""
    for nth in ("1", "2"):
        assert filled("annotate", "1", "--quote", LEAD, "--nth", nth)[0] == 0
    assert filled("annotate", "1", "--quote", EDITED, "--nth", "1")[0] == 0
    return filled


def change():
    """Take the second lead out of the article and reword another sentence."""
    path = Path("article.txt")
    text = path.read_text("utf-8")
    second = text.index(LEAD, text.index(LEAD) + 1)
    text = text[:second] + text[second + len(LEAD) :]
    path.write_text(text.replace(EDITED, "He declared again his commitment to the freedom of all citizens", 1), "utf-8")


def test_nothing_has_changed(marked):
    assert marked("refresh") == (0, "0 documents of 1 changed.\n", "")
    assert json.loads(marked("refresh", "--json")[1])[0]["state"] == "unchanged"


def test_what_became_of_each_annotation_is_said_line_by_line(marked):
    change()
    answer = marked("refresh", "1")
    assert answer[0] == 0
    document, *annotations, total = rows(answer)
    assert document[:2] == ["1", "changed"]
    assert document[3].startswith("1 kept, 1 edited, 1 lost")
    assert sorted(row[2] for row in annotations) == ["edited", "lost"]
    assert total == ["1 document of 1 changed."]
    states = [one["state"] for one in json.loads(marked("annotations", "--json")[1])]
    assert sorted(states) == ["anchored", "anchored", "orphan"]
    assert marked("refresh")[1] == "0 documents of 1 changed.\n"


def test_a_dry_run_writes_nothing(marked):
    before = marked("annotations", "--json")
    change()
    dry = json.loads(marked("refresh", "--dry-run", "--json")[1])
    assert (dry[0]["state"], dry[0]["kept"], dry[0]["edited"], dry[0]["lost"]) == ("changed", 1, 1, 1)
    assert {one["fate"] for one in dry[0]["annotations"]} == {"kept", "edited", "lost"}
    assert "nothing was written" in marked("refresh", "--dry-run")[1]
    assert marked("annotations", "--json") == before
    assert json.loads(marked("refresh", "--json")[1])[0]["annotations"] == dry[0]["annotations"]


def test_undo_takes_a_version_back_and_refresh_takes_it_in_again(marked):
    before = json.loads(marked("annotations", "--json")[1])
    change()
    marked("refresh")
    assert marked("undo")[1].startswith("Undone: new version (")
    after = json.loads(marked("annotations", "--json")[1])
    assert [one["ranges"] for one in after] == [one["ranges"] for one in before]
    assert "1 kept, 1 edited, 1 lost" in marked("refresh")[1]


def test_a_renamed_file_is_found_beside_where_it_was(marked):
    Path("article.txt").rename("renamed.txt")
    assert rows(marked("refresh"))[0][:2] == ["1", "moved"]
    record = json.loads(marked("show", "1", "--json")[1])
    assert record["document"]["paths"][-1].endswith("renamed.txt")
    assert len(record["annotations"]) == 3


def test_a_file_that_is_gone_keeps_its_annotations_and_its_text(marked):
    Path("article.txt").unlink()
    answer = marked("refresh")
    assert rows(answer)[0] == ["1", "gone", rows(answer)[0][2], "gone; its text and annotations are kept"]
    assert answer[0] == 0
    assert LEAD in marked("show", "1", "--text")[1]
    assert len(json.loads(marked("annotations", "--json")[1])) == 3


def test_a_file_that_cannot_be_read_is_named_and_the_rest_goes_on(marked):
    Path("other.txt").write_text("Another document, with a sentence of its own.")
    assert marked("add", "other.txt")[0] == 0
    Path("article.txt").write_bytes(b"")
    Path("other.txt").write_text("Another document, with a sentence of its own, changed.")
    status, out, err = marked("refresh")
    assert status == 1
    assert "article.txt is empty" in err
    assert "2\tchanged" in out


def test_an_empty_library_says_how_to_fill_it(shell):
    assert "manicula add" in shell("refresh")[2]
