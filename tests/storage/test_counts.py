"""What is counted, against tables made by hand and against counting pair by pair."""

from __future__ import annotations

import csv
import io
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.analysis import times
from storage.analysis.analyses import ANALYSES, analyse
from storage.analysis.coding import Coded, Coding
from storage.analysis.table import Row, Table, as_csv, as_text, rounded
from storage.analysis.together import Pairs, _overlaps
from storage.errors import UsageError
from storage.model import Annotation, Document, Range
from tests.storage.coded import Coders

STRING = "one two three\nfour five six\nseven eight nine"
"""Three paragraphs: 0-13, 14-27, 28-44."""


class Made(NamedTuple):
    coders: Coders
    first: Document
    second: Document


@pytest.fixture
def made(tmp_path: Path) -> Made:
    coders = Coders(tmp_path)
    first = coders.document("First", STRING, age=9)
    second = coders.document("Second", STRING.upper(), age=10)
    coders.mark(first, [(0, 3, "a/x"), (0, 3, "b"), (2, 7, "a/y b"), (14, 18, "a")], "anna", "2026-01-31T10:00:00Z")
    coders.mark(first, [(19, 23, ""), (0, 0, "c")], "bert", "2026-02-01T10:00:00Z")
    coders.mark(second, [(0, 3, "a/x")], "bert", "2026-04-01T10:00:00Z")
    coders.library.ensure_tag("unused")
    return Made(coders, first, second)


def figures(table: Table) -> dict[str, tuple[object, ...]]:
    return {row.label: row.cells for row in table.rows}


def table_of(made: Made, name: str, by: str = "", query: str = "", *, beneath: bool = False) -> Table:
    return analyse(Coding.of(made.coders.library, query, beneath=beneath), name, by)


def test_tags_alone_with_those_beneath_and_in_documents(made: Made) -> None:
    table = table_of(made, "tags")
    assert table.columns == ("own", "with sub-tags", "documents")
    assert figures(table) == {
        "a": (1, 4, 2),
        "a/x": (2, 2, 2),
        "a/y": (1, 1, 1),
        "b": (2, 2, 1),
        "c": (1, 1, 1),
        "unused": (0, 0, 0),
        "(no tag)": (1, 1, 1),
    }


def test_documents_and_creators(made: Made) -> None:
    table = table_of(made, "documents")
    assert table.columns == ("annotations", "tags", "anna", "bert")
    assert figures(table) == {"First": (6, 5, 4, 2), "Second": (1, 1, 0, 1)}
    assert figures(table_of(made, "creators")) == {"anna": (4, 1, 4), "bert": (3, 2, 2)}


def test_tags_by_what_is_known_of_documents(made: Made) -> None:
    table = table_of(made, "tags-attribute", "age", beneath=True)
    assert table.columns == ("all", "9", "10")
    assert figures(table)["a"] == (4, 3, 1)
    assert table_of(made, "tags-documents").columns == ("all", "First", "Second")
    assert figures(table_of(made, "tags-creators"))["a/x"] == (2, 1, 1)
    assert table_of(made, "tags-attribute").by == "age"


def test_time_has_the_months_in_between(made: Made) -> None:
    table = table_of(made, "time", "month")
    assert table.columns == ("2026-01", "2026-02", "2026-03", "2026-04")
    assert figures(table)["all"] == (4, 2, 0, 1)
    assert table_of(made, "time").by == "week"


def test_a_tag_may_be_called_as_a_row_of_ours(tmp_path: Path) -> None:
    coders = Coders(tmp_path)
    document = coders.document("First", STRING, site="all")
    coders.mark(document, [(0, 3, "all"), (4, 7, "all other"), (8, 13, "")], "anna", "2026-01-31T10:00:00Z")
    other = coders.library.tag_by_path("other")
    assert other is not None
    coders.library.edit_tag(other.uuid, path="(no tag)")
    coding = Coding.of(coders.library)
    rows = analyse(coding, "time", "year").rows
    assert [(row.label, row.cells) for row in rows] == [
        ("all", (3,)),
        ("(no tag)", (1,)),
        ("all", (2,)),
        ("(no tag)", (1,)),
    ]
    assert len({row.key for row in rows}) == 4
    assert [row.cells for row in analyse(coding, "tags").rows] == [(1, 1, 1), (2, 2, 1), (1, 1, 1)]
    by_site = analyse(coding, "tags-attribute", "site")
    assert (by_site.columns, by_site.rows[1].cells) == (("all", "all"), (2, 2))


def test_documents_and_people_of_one_name_are_told_apart(tmp_path: Path) -> None:
    coders = Coders(tmp_path)
    titles = {"a": "A", "b": "A", "c": "A (1)", "d": "D"}
    made = [coders.document(name, f"{STRING} {name}") for name in titles]
    for document, title in zip(made, titles.values(), strict=True):
        coders.library.edit_document(document.uuid, title=title)
    for number, name in enumerate(("ann", "ann ")):
        coders.mark(made[number], [(0, 3, "x")], name)
    with coders.library.step("names"):
        for uuid in coders.people.values():
            coders.library._change("creators", {"uuid": uuid, "name": "Ann"})
    coding = Coding.of(coders.library)
    labels = list(coding.labels().values())
    assert len(set(labels)) == 4
    assert labels[1::2] == ["A (2)", "D"]
    assert len(set(coding.people().values())) == 2
    assert len({row.key for row in analyse(coding, "documents").rows}) == 4


def test_what_is_no_iso_date_lies_in_no_period() -> None:
    for written in ("2024-W01-1", "20240101", "2024W011"):
        assert times.period(written, "month") == ""
    assert times.fitting(["2024-W01-1", "2024-01-01"]) == "day"
    assert times.period("2024-01-01", "week") == "2024-W01"


@pytest.mark.parametrize(
    ("by", "cells"),
    [
        ("passage", {"a": (1, 0, 0, 0), "a/x": (0, 2, 0, 1), "a/y": (0, 0, 1, 1), "b": (0, 1, 1, 2)}),
        ("overlap", {"a": (1, 0, 0, 0), "a/x": (0, 2, 1, 2), "a/y": (0, 1, 1, 2), "b": (0, 2, 2, 2)}),
        ("paragraph", {"a": (1, 0, 0, 0), "a/x": (0, 2, 1, 1), "a/y": (0, 1, 1, 1), "b": (0, 1, 1, 1)}),
        ("document", {"a": (1, 1, 1, 1), "a/x": (1, 2, 1, 1), "a/y": (1, 1, 1, 1), "b": (1, 1, 1, 1)}),
    ],
)
def test_what_stands_together(made: Made, by: str, cells: dict[str, tuple[int, ...]]) -> None:
    found = figures(table_of(made, "together", by))
    assert {tag: found[tag][:4] for tag in cells} == cells
    assert found["c"][4] == (1 if by == "document" else 0), "a page note has no passage"


def test_a_text_that_is_not_there_is_named(made: Made) -> None:
    library = made.coders.library
    library.snapshots.file(made.first.texts[-1]).unlink()
    table = table_of(made, "together", "paragraph")
    assert [note for note in table.notes if "First" in note] == list(table.notes) != []
    assert figures(table)["a/x"][1] == 1


def test_queries_and_wrong_words(made: Made) -> None:
    assert figures(table_of(made, "tags", query="by:bert"))["a/x"] == (1, 1, 1)
    for name, by in (("tagz", ""), ("together", "page"), ("tags", "month")):
        with pytest.raises(UsageError):
            table_of(made, name, by)
    with pytest.raises(UsageError):
        Coding(made.coders.library, "colour:mauve")


@pytest.mark.parametrize("beneath", [False, True])
@pytest.mark.parametrize("name", [name for name in ANALYSES if name != "agreement"])
def test_behind_a_figure_stand_the_annotations_that_it_counts(made: Made, name: str, *, beneath: bool) -> None:
    coding = Coding.of(made.coders.library, beneath=beneath)
    for by in ANALYSES[name].by(coding) or ("",):
        table = analyse(coding, name, by)
        for at, row in enumerate(table.rows):
            for column, cell in enumerate(row.cells):
                found = table.members(at, column)
                assert bool(found) == bool(cell), (row.label, table.columns[column], by)
                if name != "together" and table.columns[column] not in {"documents", "tags"}:
                    assert len(found) == cell, (row.label, table.columns[column], by)


SPANS = st.tuples(st.integers(0, 12), st.integers(1, 6)).map(lambda each: Range(each[0], each[0] + each[1]))
CODED = st.tuples(st.lists(SPANS, min_size=1, max_size=2), st.sets(st.sampled_from("abc")))


@given(st.lists(CODED, max_size=9))
def test_overlaps_are_those_found_pair_by_pair(marks: list[tuple[list[Range], set[str]]]) -> None:
    group = [Coded(Annotation("", "", ranges=tuple(spots)), tuple(sorted(tags))) for spots, tags in marks]
    wanted: Counter[tuple[str, str]] = Counter()
    for tag in "abc":
        wanted[tag, tag] = sum(tag in one.tags for one in group)
    for one, two in combinations("abc", 2):
        wanted[one, two] = sum(one in each.tags and two in each.tags for each in group)
        for left, right in combinations(group, 2):
            spots = {at for each in left.annotation.ranges for at in range(*each)}
            meet = any(at in spots for each in right.annotation.ranges for at in range(*each))
            either = (one in left.tags and two in right.tags) or (two in left.tags and one in right.tags)
            wanted[one, two] += meet and either
    counts = Pairs()
    for _ in _overlaps(group, counts):
        pass
    assert +counts == +wanted


@pytest.mark.parametrize(
    ("periods", "by", "wanted"),
    [
        ({"2026-12-30", "2027-01-01"}, "day", ["2026-12-30", "2026-12-31", "2027-01-01"]),
        ({"2026-W52", "2027-W01"}, "week", ["2026-W52", "2026-W53", "2027-W01"]),
        ({"2026-11", "2027-02"}, "month", ["2026-11", "2026-12", "2027-01", "2027-02"]),
        ({"2019", "2021"}, "year", ["2019", "2020", "2021"]),
        ({"0001-01-01", "2026-01-01"}, "day", ["0001-01-01", "2026-01-01"]),
        (set(), "day", []),
    ],
)
def test_periods_between(periods: set[str], by: str, wanted: list[str]) -> None:
    assert times.between(periods, by) == wanted


def test_periods_of_dates() -> None:
    assert [times.period("2027-01-03", by) for by in times.PERIODS] == ["2027-01-03", "2026-W53", "2027-01", "2027"]
    assert times.period("soon", "day") == ""
    assert times.fitting(["2026-01-01", "2026-01-20", "x"]) == "day"
    assert times.fitting(["1990-01-01", "2026-01-20"]) == "year"
    assert times.fitting([]) == "day"


def test_csv_is_guarded_and_text_is_one_line_a_row() -> None:
    table = Table("t", "T", "tag", ("=a,b", "c"), (Row("+x\ny", (1, 0.5)), Row("-", (-1, None))))
    assert list(csv.reader(io.StringIO(as_csv(table)))) == [
        ["tag", "'=a,b", "c"],
        ["'+x\ny", "1", "0.500"],
        ["'-", "-1", ""],
    ]
    assert as_text(table) == "tag\t=a,b\tc\n+x y\t1\t0.500\n-\t-1\t\n"
    assert table.only([1]).rows == table.rows[1:]
    assert (rounded(0.12345), rounded(None), str(rounded(-0.00001))) == (0.123, None, "0.0")
