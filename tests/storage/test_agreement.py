"""Agreement between people on one text, against counting every character and sentence, and what settles it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.analysis.agreement import MARKED, NOBODY, Measured
from storage.analysis.analyses import analyse
from storage.analysis.coding import Coded, Coding
from storage.analysis.coefficients import alpha, kappa, percent
from storage.analysis.disagreements import Disagreement, disagreements, settle
from storage.analysis.judging import UNITS, Judged, Stretch, all_judged, judge, merged
from storage.analysis.table import Table
from storage.model import Annotation, Document, Range
from tests.storage.coded import Coders

STRING = "One here. Two there.\nThree where. Four."
"""Sentences: 0-9, 10-20, 21-33, 34-39."""
LENGTH = 39


@pytest.fixture
def coders(tmp_path: Path) -> Coders:
    return Coders(tmp_path)


@pytest.fixture
def document(coders: Coders) -> Document:
    made = coders.document("Doc", STRING)
    coders.mark(made, [(0, 9, "a"), (10, 20, "b/x")], "anna")
    coders.mark(made, [(4, 9, "a"), (21, 33, "a"), (10, 20, "b/y")], "bert")
    return made


def figures(table: Table) -> dict[str, dict[str, object]]:
    return {row.label: dict(zip(table.columns, row.cells, strict=True)) for row in table.rows}


def agreement(coding: Coding, by: str = "") -> Table:
    return analyse(coding, "agreement", by)


def found_in(coders: Coders, document: Document, tag: str | None = None, by: str = "") -> list[Disagreement]:
    coding = Coding.of(coders.library)
    return disagreements(coding, coders.library.document(document.uuid), by, tag)


def test_characters(coders: Coders, document: Document) -> None:
    del document
    found = figures(agreement(Coding.of(coders.library)))
    assert list(found) == [MARKED, "a", "b/x", "b/y"]
    matrix = ((5, 4), (12, LENGTH - 21))
    ratings = [({True: 2, False: 0}, 5), ({True: 1, False: 1}, 16), ({True: 0, False: 2}, LENGTH - 21)]
    assert found["a"]["percent"] == pytest.approx(percent(matrix), abs=0.0005)
    assert found["a"]["kappa"] == pytest.approx(kappa(matrix), abs=0.0005)
    assert found["a"]["alpha"] == pytest.approx(alpha(ratings), abs=0.0005)
    assert (found["a"]["anna"], found["a"]["bert"]) == (9, 17)
    assert found["b/x"]["kappa"] == 0.0


def test_sentences(coders: Coders, document: Document) -> None:
    del document
    found = figures(agreement(Coding.of(coders.library), "sentences"))
    assert found["a"]["percent"] == 75
    assert found["a"]["kappa"] == pytest.approx(0.5)
    assert (found["a"]["anna"], found["a"]["bert"]) == (1, 2)
    assert "alpha u" not in found["a"]


def test_a_tag_above_agrees_where_those_beneath_differ(coders: Coders, document: Document) -> None:
    del document
    found = figures(agreement(Coding.of(coders.library, beneath=True)))
    assert (found["b"]["percent"], found["b"]["alpha"], found["b"]["alpha u"]) == (100, 1, 1)


def test_who_did_not_work_on_a_document_is_not_asked(coders: Coders, document: Document) -> None:
    other = coders.document("Other", STRING.upper())
    coders.mark(other, [(0, 9, "a")], "anna")
    before = figures(agreement(Coding.of(coders.library)))
    assert before["a"]["anna"] == 9
    coders.mark(other, [(0, 9, "b")], "cleo")
    table = agreement(Coding.of(coders.library))
    assert table.columns[-3:] == ("anna", "bert", "cleo")
    assert figures(table)["a"]["anna"] == 18
    assert figures(table)["a"]["alpha u"] is None, "no document was worked on by all three"
    assert "mean over their pairs" in table.notes[-1]
    assert found_in(coders, document, "a")[0].others == (coders.people["bert"],)


def test_with_one_person_there_is_nothing_to_compare(coders: Coders) -> None:
    alone = coders.document("Alone", STRING)
    coders.mark(alone, [(0, 9, "a"), (0, 0, "a")], "anna")
    coders.mark(alone, [(0, 0, "a")], "bert")
    table = agreement(Coding.of(coders.library))
    assert (table.rows, table.notes) == ((), (NOBODY,))
    assert found_in(coders, alone) == []


def test_where_they_disagree(coders: Coders, document: Document) -> None:
    anna, bert = coders.people["anna"], coders.people["bert"]
    found = [(one.tag, one.start, one.end, one.holders) for one in found_in(coders, document)]
    assert found == [
        ("a", 0, 4, (anna,)),
        ("b/x", 10, 20, (anna,)),
        ("b/y", 10, 20, (bert,)),
        ("a", 21, 33, (bert,)),
    ]
    assert [one[1:3] for one in ((d.tag, d.start, d.end) for d in found_in(coders, document, "a", "sentences"))] == [
        (21, 33)
    ]
    assert [(one.start, one.end) for one in found_in(coders, document, "")] == [(0, 4), (21, 33)]


@pytest.mark.parametrize("verdict", ["stands", "falls"])
def test_a_decision_is_one_step_and_changes_no_figure(coders: Coders, document: Document, verdict: str) -> None:
    library = coders.library
    before = agreement(Coding.of(library)).rows
    marked = library.annotations(document.uuid)
    first = found_in(coders, document)[0]
    settle(library, first, verdict)
    assert agreement(Coding.of(library)).rows == before
    again = found_in(coders, document)
    assert [one.settled for one in again] == [verdict, "", "", ""]
    made = library.annotation(again[0].by)
    assert library.tag_paths(made) == (["a"] if verdict == "stands" else [])
    assert [one for one in library.annotations(document.uuid) if one.uuid != made.uuid] == marked
    settle(library, again[0], "stands" if verdict == "falls" else "falls")
    assert len(library.annotations(document.uuid)) == len(marked) + 1
    library.undo()
    assert found_in(coders, document)[0].settled == verdict
    library.undo()
    assert library.annotations(document.uuid) == marked
    settle(library, found_in(coders, document)[0], verdict)
    settle(library, found_in(coders, document)[0], "")
    assert library.annotations(document.uuid) == marked


def test_the_text_is_needed_for_sentences(coders: Coders, document: Document) -> None:
    coders.library.snapshots.file(document.texts[-1]).unlink()
    assert "Doc" in agreement(Coding.of(coders.library), "sentences").notes[0]
    assert figures(agreement(Coding.of(coders.library)))["a"]["anna"] == 9


@pytest.mark.parametrize("by", UNITS)
def test_a_tag_that_nobody_set_in_a_document_is_not_walked(coders: Coders, document: Document, by: str) -> None:
    other = coders.document("Other", STRING.upper())
    coders.mark(other, [(0, 9, "c")], "anna")
    coders.mark(other, [(0, 9, "c")], "bert")
    table = agreement(Coding.of(coders.library), by)
    walked: list[tuple[str, str]] = []

    class Noted(Measured):
        def stretches(self, each: Judged, tag: str) -> Iterator[Stretch]:
            walked.append((each.document.title, tag))
            return super().stretches(each, tag)

    coding = Coding.of(coders.library)
    measured = Noted(coding.sentences, all_judged(coding), by)
    patterns = measured.patterns("a")
    assert walked == [("Doc", "a")]
    units = 4 if by == "sentences" else LENGTH
    assert sum(sum(each.values()) for each in patterns.values()) == 2 * units
    assert figures(table)["c"]["percent"] == 100
    assert document.length == LENGTH


def test_a_text_is_taken_apart_once(coders: Coders, document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    coding = Coding.of(coders.library)
    before = agreement(coding, "sentences").rows
    monkeypatch.setattr(type(coders.library.snapshots), "load", None)
    assert document.texts
    assert agreement(Coding.of(coders.library), "characters").rows
    again = Coding(coders.library, sentences=coding.sentences)
    for _ in again.gather():
        pass
    assert agreement(again, "sentences").rows == before


def test_a_query_narrows_both_sides(coders: Coders, document: Document) -> None:
    del document
    assert list(figures(agreement(Coding.of(coders.library, "tag:a")))) == [MARKED, "a"]
    assert agreement(Coding.of(coders.library, "by:anna")).notes == (NOBODY,)


@pytest.mark.parametrize(
    ("query", "who"),
    [("-By:cleo", {"anna", "bert"}), ('-"by: hand"', {"anna", "bert", "cleo"}), ("", {"anna", "bert", "cleo"})],
)
def test_only_a_term_says_who_worked_on_it(coders: Coders, document: Document, query: str, who: set[str]) -> None:
    coders.mark(document, [(0, 0, "")], "anna")
    coders.mark(document, [(34, 39, "c")], "cleo")
    coding = Coding.of(coders.library, query)
    judged = judge(coding, document, coding.of_document(document))
    assert judged is not None
    assert judged.coders == {coders.people[name] for name in who}


def test_of_those_that_the_query_leaves_nothing_of_all_worked_on_it(coders: Coders, document: Document) -> None:
    coders.mark(document, [(34, 39, "c")], "cleo")
    coding = Coding.of(coders.library, '-tag:c -"by: hand"')
    judged = judge(coding, document, coding.of_document(document))
    assert judged is not None
    assert judged.coders == set(coders.people.values())


SPOTS = st.lists(
    st.tuples(st.integers(0, 15), st.integers(1, 6)).map(lambda each: Range(each[0], min(20, sum(each)))), max_size=5
)


@given(st.lists(SPOTS, min_size=2, max_size=3))
def test_stretches_are_the_characters(people: list[list[Range]]) -> None:
    document = Document("d", "D", length=20)
    items = [
        Coded(Annotation("", "d", str(who), ranges=(spot,)), ("a",))
        for who, spots in enumerate(people)
        for spot in spots
    ]
    judged = Judged(document, map(str, range(len(people))), items)
    each = {at: one.holders for one in judged.stretches("a") for at in range(one.start, one.end)}
    wanted = {
        at: {str(who) for who, spots in enumerate(people) if any(spot.start <= at < spot.end for spot in spots)}
        for at in range(20)
    }
    assert each == wanted
    for spots in people:
        assert {at for one in merged(spots) for at in range(*one)} == {at for one in spots for at in range(*one)}


def test_passages_of_an_older_text_do_not_count(coders: Coders, document: Document) -> None:
    coding = Coding.of(coders.library)
    renewed = document._replace(texts=("another",))
    assert judge(coding, renewed, coding.items) is None
