"""Readwise, Anki, Obsidian, Org and plain text."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from storage import exchange
from storage.exchange import obsidian, orgmode, readwise
from storage.exchange.parcel import clean
from tests.storage.exchange_library import Desk, opened, text_of
from tests.storage.importing import exported, imported, written
from tests.storage.test_exchange_markdown import HOSTILE

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.fixture
def desk(tmp_path):
    with opened(tmp_path, Desk) as made:
        desk: Any = made
        desk.one = desk.receive(
            "one.txt", text_of("One: “x”", ("heading", "Part"), ("paragraph", "Alpha beta. * Gamma."))
        )
        desk.alpha = desk.mark(desk.one, "Alpha beta", tags=["t/a", "b c", "2019"], note="=1\t+1\n\n.dot", color="red")
        desk.page = desk.mark(desk.one, "", note=".starts with a dot")
        yield desk


def test_readwise_has_its_columns_tags_as_words_and_no_formulas(desk):
    (row,) = csv.DictReader(io.StringIO(exported(desk.library, "readwise"), newline=""))
    assert list(row) == ["Highlight", "Title", "Author", "URL", "Note", "Location", "Date"]
    assert (row["Highlight"], row["Author"], row["Location"]) == ("Alpha beta", "A. Writer", "5")
    assert row["Note"] == ".2019 .b-c .t/a\n=1\t+1\n\n.dot"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", row["Date"])


def test_readwise_says_that_page_notes_stay_out(desk):
    result = exchange.export(desk.library, "", "readwise", io.StringIO())
    assert (result.count, dict(result.lacks)) == (1, {"colours": 1, "page notes": 1})


def test_what_readwise_exports_comes_in_once(desk, tmp_path):
    rows = (
        "Highlight,Book Title,Book Author,Amazon Book ID,Note,Color,Tags,Location Type,Location,Highlighted at\n"
        '"Gamma.",One: “x”,Somebody,,.fox .a/b Why?,yellow,,page,12,2020-01-02 03:04:05+00:00\n'
        "  ,One,,,,,,,,\n"
    )
    path = written(tmp_path, "r.csv", rows)
    report = imported(desk.library, path, form="readwise")
    assert report.problems == ["Line 3 has no highlight or no title and was left out."]
    made = next(one for one in desk.library.annotations() if one.exact == "Gamma.")
    assert (desk.library.tag_paths(made), made.note, made.fields["location"]) == (["a/b", "fox"], "Why?", 12)
    assert made.created == "2020-01-02T03:04:05Z"
    desk.library.edit(made.uuid, note="Mine")
    again = imported(desk.library, path, form="readwise")
    assert again.fates["annotations", "kept"] == 1
    assert desk.library.annotation(made.uuid).note == "Mine"


def test_tags_and_colours_that_readwise_exports_come_in(desk, tmp_path):
    head = "Highlight,Book Title,Book Author,Amazon Book ID,Note,Color,Tags,Location Type,Location,Highlighted at"
    row = '"Gamma.",One: “x”,Somebody,,.fox Why?,Pink,"Deep Work, a/b,,fox",page,12,2020-01-02 03:04:05+00:00,"x, y"'
    report = imported(desk.library, written(tmp_path, "r.csv", f"{head},Document tags\n{row}\n"))
    assert (report.format, report.problems) == ("readwise", [])
    made = next(one for one in desk.library.annotations() if one.exact == "Gamma.")
    assert (desk.library.tag_paths(made), made.note, made.color) == (["Deep Work", "a/b", "fox"], "Why?", "pink")
    assert "x, y" in [one.attributes.get("document tags") for one in desk.library.documents()]


def test_what_is_marked_here_already_is_not_made_again_by_a_file_without_ids(desk, tmp_path):
    path = written(tmp_path, "x.csv", "document,quote\nOne: “x”,Alpha beta\n")
    report = imported(desk.library, path)
    assert report.fates["annotations", "new"] == 0
    assert len(desk.library.annotations()) == 2


@given(TEXT)
def test_a_note_is_read_back_whatever_it_begins_with(note):
    cleaned = clean(note).strip()
    written_note = f" {cleaned}" if cleaned.startswith(".") else cleaned
    found = readwise._TAGS.match(written_note)
    assert found is None


def test_anki_reads_its_head_and_every_cell(desk):
    written = exported(desk.library, "anki")
    head, rows = written.split("#tags column:5\n")
    assert head.startswith("#separator:tab\n#html:false\n#columns:")
    cells = list(csv.reader(io.StringIO(rows, newline=""), delimiter="\t"))
    assert [len(row) for row in cells] == [5, 5]
    assert cells[1][0] == desk.alpha.uuid
    assert (cells[1][2], cells[1][4]) == ("=1\t+1\n\n.dot", "2019 b_c t::a")


def test_obsidian_has_properties_callouts_block_ids_and_tags(desk):
    note = exported(desk.library, "obsidian")
    _, properties, body = note.split("---\n", 2)
    said = dict(line.split(": ", 1) for line in properties.splitlines())
    assert json.loads(said["title"]) == "One: “x”"
    assert json.loads(said["manicula"]) == desk.one
    assert json.loads(said["tags"]) == ["2019-", "b-c", "t/a"]
    assert json.loads(said["created"]) == desk.library.document(desk.one).added[:10]
    assert "> [!quote] ¶ 1, 20 %\n> Alpha beta\n>\n> #2019- #b-c #t/a\n>\n> \\=1    +1" in body.replace("\t", "    ")
    assert f"\n^{desk.alpha.uuid[:8]}\n" in body
    assert f"`manicula open {desk.alpha.uuid[:8]}`" in body
    assert "[!note] page note" in body


def test_several_documents_in_one_note_have_headings(desk):
    two = desk.receive("two.txt", text_of("Two", ("paragraph", "Delta.")))
    desk.mark(two, "Delta")
    note = exported(desk.library, "obsidian")
    assert note.startswith("# One: “x”\n")
    assert "\n\n# Two\n" in note


@pytest.mark.parametrize("string", [*HOSTILE, "[[link]] ==x== %%y%% $z$ ^id"])
def test_nothing_foreign_becomes_structure_in_obsidian(string):
    written = obsidian._paragraph(string)
    tokens = MarkdownIt("commonmark").parse(written)
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert not re.search(r"(?<!\\)(?:\\\\)*[$=%^\[]", written)


def test_org_has_headings_properties_and_quotes(desk):
    written = exported(desk.library, "org")
    lines = written.splitlines()
    assert [line for line in lines if line.startswith("*")] == [
        "* One: “x”",
        "** page note",
        "** ¶ 1, 20 % :2019:b_c:t_a:",
    ]
    assert f":ID: {desk.alpha.uuid}" in lines
    assert ":NOTER_DOCUMENT: one.txt" in lines
    assert lines[lines.index("#+begin_quote") + 1 :][:2] == ["Alpha beta", "#+end_quote"]


@given(TEXT)
def test_no_foreign_line_is_a_heading_or_keyword_of_org(string):
    for line in orgmode.guarded(string).split("\n"):
        assert not re.match(r"\*+ |\s*#\+|\s*:\w+:|\s*\|", line)


def test_plain_text_says_everything_without_marks(desk):
    written = exported(desk.library, "text")
    assert written.startswith("One: “x”\n========\n\n.starts with a dot\n(page note)\n")
    assert "“Alpha beta”\n=1\t+1\n\n.dot\n(¶ 1, 20 %, red, #2019, #b c, #t/a)\n" in written


def test_a_matrix_has_a_row_for_each_document_and_a_column_for_each_tag(desk):
    two = desk.receive("two.txt", text_of("=Two", ("paragraph", "Delta.")))
    desk.mark(two, "Delta", tags=["t"])
    desk.receive("three.txt", text_of("Three", ("paragraph", "Eta.")))
    rows = list(csv.reader(io.StringIO(exported(desk.library, "matrix"), newline="")))
    assert rows == [
        ["document", "2019", "b c", "t", "t/a"],
        ["One: “x”", "1", "1", "1", "1"],
        ["'=Two", "0", "0", "1", "0"],
        ["Three", "0", "0", "0", "0"],
    ]


def test_label_studio_gets_a_task_for_each_text_with_code_points(desk):
    two = desk.receive("two.txt", text_of("Two", ("paragraph", "\U0001f98a Delta.")))
    desk.mark(two, "Delta")
    desk.mark(two, "", note="on the whole")
    out = io.StringIO()
    assert exchange.export(desk.library, "", "labelstudio", out).count == 2
    first, second = json.loads(out.getvalue())
    (region,) = first["annotations"][0]["result"]
    value = region["value"]
    assert first["data"]["text"][value["start"] : value["end"]] == value["text"] == "Alpha beta"
    assert (value["labels"], region["meta"]["text"]) == (["2019", "b c", "t/a"], ["=1\t+1\n\n.dot"])
    (region,) = second["annotations"][0]["result"]
    assert (region["value"]["start"], region["value"]["labels"]) == (2, ["highlight"])
    desk.lose_texts()
    assert json.loads(exported(desk.library, "labelstudio")) == []
