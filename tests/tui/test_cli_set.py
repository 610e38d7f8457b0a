"""The command set: attributes and states of documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.answers import lines, loaded


def attributes(shell):
    return [(record["attributes"], record["state"]) for record in loaded(shell("list", "--json"))]


def test_attributes_are_set_kept_as_numbers_taken_away_and_undone(filled):
    status, out, err = filled("set", "1", "age=41", "site=the north", "id=007", "--state", "done")
    assert (status, err) == (0, "")
    assert out.endswith(": state done, age=41, id=007, site=the north.\n")
    assert attributes(filled) == [({"age": 41, "site": "the north", "id": "007"}, "done")]
    filled("set", "1", "age=", "share=-0.5")
    assert attributes(filled)[0][0] == {"site": "the north", "id": "007", "share": -0.5}
    filled("undo")
    assert attributes(filled)[0][0]["age"] == 41
    filled("undo")
    assert attributes(filled) == [({}, "new")]


def test_queries_ask_for_them(filled):
    filled("annotate", "1", "--sentence", "1")
    filled("set", "1", "age=41")
    assert len(lines(filled("annotations", "doc.age>40"))) == 1
    assert filled("annotations", "doc.age>41")[1] == ""


def test_a_csv_file_sets_many_at_once(filled):
    Path("b.txt").write_text("Bee.")
    filled("add", "b.txt")
    Path("known.csv").write_text("file,age,site,state\narticle.txt,41,north,done\nb.txt,,south,\nnone.txt,1,x,\n")
    status, out, err = filled("set", "--csv", "known.csv")
    assert (status, out) == (1, "2 documents set.\n")
    assert "known.csv, line 4" in err
    assert attributes(filled) == [({"age": 41, "site": "north"}, "done"), ({"site": "south"}, "new")]
    filled("undo")
    assert attributes(filled) == [({}, "new"), ({}, "new")]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["set"], "Name a document and what to set"),
        (["set", "1"], "Name a document and what to set"),
        (["set", "1", "age"], "“age” is no attribute"),
        (["set", "1", "--state", "gone"], "no state of a document"),
        (["set", "1", "--csv", "x.csv"], "names its documents itself"),
        (["set", "--csv", "missing.csv"], "missing.csv cannot be read"),
        (["set", "--csv", "article.txt"], "the first line must name the columns"),
        (["set", "--csv", "long.csv"], "long.csv, line 2: there are 3 cells, but 2 columns"),
        (["set", "--csv", "state.csv"], "state.csv, line 2: “gone” is no state"),
    ],
)
def test_what_is_wrong_is_said(filled, words, message):
    Path("long.csv").write_text("file,age\narticle.txt,1,2\n")
    Path("state.csv").write_text("file,state\narticle.txt,gone\n")
    status, out, err = filled(*words)
    assert (status, out) == (2, "")
    assert message in err
