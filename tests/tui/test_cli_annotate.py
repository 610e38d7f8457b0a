"""Naming a document and a passage on the command line, and what becomes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.answers import lines, loaded

PHRASE = "the severance of diplomatic relations with the United States"


def test_show_numbers_the_sentences_as_annotate_takes_them(filled):
    rows = lines(filled("show", "1", "--sentences"))
    assert [int(number) for number, _ in rows] == list(range(1, 40))
    assert filled("annotate", "1", "--sentence", "2")[0] == 0
    assert filled("annotate", "1", "--sentence", "8-9")[0] == 0
    exact = [one["exact"] for one in loaded(filled("annotations", "--json"))]
    assert exact[0] == rows[1][1]
    assert exact[1].startswith(rows[7][1])
    assert exact[1].endswith(rows[8][1])
    assert loaded(filled("show", "1", "--sentences", "--json"))[38]["number"] == 39


def test_show_text_is_what_positions_count_in(filled):
    text = filled("show", "1", "--text")[1]
    start = text.index("appropriate action")
    assert filled("annotate", "1", "--at", f"{start}:{start + 18}")[0] == 0
    assert loaded(filled("annotations", "--json"))[0]["exact"] == "appropriate action"
    assert loaded(filled("show", "1", "--text", "--json"))["text"] == text.removesuffix("\n")


def test_show_tells_what_is_known_and_what_is_marked(filled):
    marks = ("--tag", "b", "--tag", "a", "--note", "Hm.\nSo.", "--color", "red")
    filled("annotate", "1", "--quote", "appropriate action", *marks)
    status, out, _ = filled("show", "1")
    assert status == 0
    assert "\nannotations: 1\n" in out
    assert out.endswith(", red, a, b\n> appropriate action\nHm.\nSo.\n")
    shown = loaded(filled("show", "1", "--json"))
    assert shown["annotations"][0]["tags"] == ["a", "b"]
    assert shown["document"]["length"] > 5000


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--quote", "severed"], "“severed” does not stand in"),
        (["--quote", PHRASE, "--nth", "4"], "There is no number 4"),
        (["--quote", PHRASE, "--nth", "0"], "There is no number 0"),
        (["--at", "1:2", "--nth", "1"], "--nth"),
        (["--at", "5"], "--at takes START:END"),
        (["--at", "5:5"], "--at 5:5"),
        (["--at", "-1:5"], "--at"),
        (["--at", "0:999999"], "outside the text"),
        (["--at", f"0:{'9' * 5000}"], "--at takes START:END"),
        (["--sentence", "40"], "they run from 1 to 39"),
        (["--sentence", "0"], "no sentence 0"),
        (["--sentence", "3-2"], "no sentence 3-2"),
        (["--sentence", "three"], "--sentence takes"),
        (["--sentence", "1", "--color", "mauve"], "no colour mauve"),
    ],
)
def test_a_passage_that_is_not_there_is_refused_and_nothing_changes(filled, words, message):
    status, out, err = filled("annotate", "1", *words)
    assert (status, out) == (2, "")
    assert message in err
    assert lines(filled("list"))[0][1] == "0"


def test_a_quote_that_stands_several_times_shows_the_choices(filled):
    status, _, err = filled("annotate", "1", "--quote", PHRASE)
    assert status == 2
    assert "stands 3 times; choose one with --nth." in err
    choices = err.splitlines()[1:]
    assert [line.split(",")[0] for line in choices] == [
        "--nth 1: sentence 1",
        "--nth 2: sentence 7",
        "--nth 3: sentence 9",
    ]
    assert choices[0].endswith(f"1, … Nicolas Maduro announced [{PHRASE}]. It happened a few hours …")


def test_the_whole_job_line_by_line(filled):
    marks = ("--tag", "source/official", "--note", "Who?", "--colour", "blue")
    status, out, _ = filled("annotate", "1", "--quote", PHRASE.upper(), "--nth", "2", *marks)
    assert status == 0
    assert out.startswith("Highlighted ¶ 5, ")
    assert ", tagged source/official. Its id is " in out
    ((short, number, place, tags, quote, note),) = lines(filled("annotations", "tag:source"))
    assert (number, tags, quote, note) == ("1", "source/official", PHRASE, "Who?")
    assert place.endswith(" %")
    assert lines(filled("tags"))[-1] == ["1", "source/official"]
    assert loaded(filled("tags", "--json"))[-1]["annotations"] == 1
    assert filled("undo")[1] == "Undone: tag source/official (1 annotation).\n"
    assert lines(filled("list"))[0][1] == "0"
    assert filled("redo")[0] == 0
    assert lines(filled("annotations"))[0][0] == short
    assert filled("export", "tag:source", "-o", "notes.md")[1] == "1 annotation written to notes.md.\n"
    assert f"> {PHRASE}\n\n#source/official\n\nWho?\n\n— ¶ 5, " in Path("notes.md").read_text()


def test_quotes_and_accents_are_free(filled):
    assert filled("annotate", "1", "--quote", "maduro's decision")[0] == 0
    assert filled("annotate", "1", "--quote", "nicolas maduro on the night")[0] == 0
    exact = [one["exact"] for one in loaded(filled("annotations", "--json"))]
    assert exact == ["Nicolás Maduro on the night", "Maduro’s decision"]


def test_the_same_passage_again_adds_to_the_same_highlight(filled):
    again = ("annotate", "1", "--quote", "appropriate action")
    first = loaded(filled(*again, "--tag", "a", "--json"))
    assert filled(*again)[1].startswith("Already highlighted ¶ ")
    assert filled(*again, "--tag", "b", "--note", "One.")[1].startswith("Already highlighted, and added to ¶ ")
    same = loaded(filled(*again, "--note", "Two.", "--color", "red", "--json"))
    assert same["uuid"] == first["uuid"]
    assert (same["tags"], same["note"], same["color"]) == (["a", "b"], "One.\n\nTwo.", "red")
    assert lines(filled("list"))[0][1] == "1"
    filled("undo")
    assert loaded(filled("annotations", "--json"))[0]["note"] == "One."


def test_a_document_is_named_in_many_ways_and_a_new_file_is_added(shell):
    assert shell("annotate", "article.txt", "--sentence", "1")[0] == 0
    record = loaded(shell("list", "--json"))[0]
    for spec in ("1", "./article.txt", str(Path("article.txt").resolve()), record["uuid"], record["uuid"][:6]):
        assert loaded(shell("show", spec, "--json"))["document"]["uuid"] == record["uuid"]
    number = next(number for number in ("79", "89") if not record["uuid"].startswith(number))
    assert f"no document {number}" in shell("annotate", number, "--sentence", "1")[2]
    Path("1").write_text("A file named like a number.")
    assert loaded(shell("show", "1", "--json"))["document"]["uuid"] == record["uuid"]
    assert loaded(shell("show", "./1", "--json"))["document"]["uuid"] != record["uuid"]


def test_a_file_that_changed_is_read_anew(filled):
    filled("annotate", "1", "--quote", "appropriate action")
    Path("article.txt").write_text("A new beginning.\n\n" + Path("article.txt").read_text())
    status, _, err = filled("annotate", "1", "--quote", "a new beginning")
    assert status == 0
    assert "has changed: 1 kept." in err
    exact = [one["exact"] for one in loaded(filled("annotations", "--json"))]
    assert exact == ["A new beginning", "appropriate action"]


def test_a_damaged_snapshot_is_made_anew(filled, tmp_path):
    (snapshot,) = (tmp_path / "private").glob("*.texts/*.text")
    snapshot.write_bytes(b"rubbish")
    assert filled("annotate", "1", "--sentence", "1")[0] == 0
    assert snapshot.read_bytes() != b"rubbish"


def test_a_file_that_can_no_longer_be_read_is_shown_from_its_snapshot(filled):
    Path("article.txt").write_bytes(b"")
    status, out, err = filled("show", "1", "--sentences")
    assert (status, out.count("\n")) == (0, 39)
    assert "article.txt is empty" in err
    Path("article.txt").unlink()
    assert len(lines(filled("show", "1", "--sentences"))) == 39
