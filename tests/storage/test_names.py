"""Names and dates found in texts, and what accepting them does."""

from __future__ import annotations

import csv
import io
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from storage.analysis.accepting import DATE, NAMES, YEAR, mark_dates, still_open, tag_names
from storage.analysis.coding import Coding
from storage.analysis.dates import dates
from storage.analysis.names import Name, Names, Spot
from storage.analysis.timeline import COLUMNS, events, write_csv
from storage.library import Library
from tests.conftest import SEEDS
from tests.storage.making import library_in_memory, text_of


def proposed(*strings: str) -> dict[str, dict[str, int]]:
    names = Names()
    for number, string in enumerate(strings):
        names.take(str(number), text_of(string))
    found = names.proposed()
    for one in found:
        for variant, spots in one.variants.items():
            assert {strings[int(spot.document)][spot.start : spot.end] for spot in spots} == {variant}
    return {one.name: {variant: len(spots) for variant, spots in one.variants.items()} for one in found}


@pytest.mark.parametrize(
    ("string", "wanted"),
    [
        (
            "said Nicolas Maduro. Said Nicolás Maduro and Nicholas Maduro went; for Maduro it is late.",
            {"Nicolas Maduro": {"Maduro": 1, "Nicholas Maduro": 1, "Nicolas Maduro": 1, "Nicolás Maduro": 1}},
        ),
        ("by Mike Pompeo, by Michael Pompeo", {"Mike Pompeo": {"Michael Pompeo": 1, "Mike Pompeo": 1}}),
        ("by Mike, by Michael", {"Mike": {"Michael": 1, "Mike": 1}}),
        (
            "by Juan Guido, for Guido; he saw Juan, Guido there",
            {"Juan Guido": {"Guido": 1, "Juan Guido": 1, "Juan, Guido": 1}},
        ),
        (
            "by Anna Berg and by Otto Berg; for Berg",
            {"Anna Berg": {"Anna Berg": 1}, "Berg": {"Berg": 1}, "Otto Berg": {"Otto Berg": 1}},
        ),
        ("It was the Venezuelan President Nicolas Maduro. He spoke.", {"Nicolas Maduro": {"Nicolas Maduro": 1}}),
        ("the river. The River rose", {}),
        ("He met Vladimir van der Berg’s son", {"Vladimir van der Berg": {"Vladimir van der Berg": 1}}),
        ("on Monday in January", {}),
        ("by Jack, by John", {"Jack": {"Jack": 1, "John": 1}}),
        ("by John, by Jack", {"John": {"Jack": 1, "John": 1}}),
        (
            "by Alexa Berg, by Alexan Berg, by Alexander Berg",
            {"Alexa Berg": {"Alexa Berg": 1, "Alexan Berg": 1, "Alexander Berg": 1}},
        ),
        ("seen by Guido President of the country", {"Guido": {"Guido": 1}}),
        ("", {}),
    ],
)
def test_names_are_proposed_with_the_ways_of_writing(string: str, wanted: dict[str, dict[str, int]]) -> None:
    assert proposed(string) == wanted


def by_hand(names: list[str]) -> set[frozenset[str]]:
    """Return the groups that come of looking at each pair of names; last words alone are left out."""
    groups = [{each} for each in names]
    for one, other in combinations(names, 2):
        a, b = one.casefold().split(), other.casefold().split()
        limit = [
            0 if min(map(len, pair)) < 4 else 1 if min(map(len, pair)) < 7 else 2 for pair in zip(a, b, strict=False)
        ]
        near = len(a) == len(b) and all(
            x == y or (x[0] == y[0] and OSA.distance(x, y) <= most) for x, y, most in zip(a, b, limit, strict=True)
        )
        first, second = sorted((a[0], b[0]), key=len)
        short = a[1:] == b[1:] and len(a) > 1 and len(first) >= 4 and second.startswith(first)
        if near or short:
            joined = [group for group in groups if one in group or other in group]
            groups = [*(group for group in groups if group not in joined), set().union(*joined)]
    return set(map(frozenset, groups))


@given(st.lists(st.text("ab", min_size=3, max_size=9).map(lambda each: f"X{each} Berg"), unique=True, max_size=12))
def test_names_are_one_that_are_so_two_by_two(names: list[str]) -> None:
    found = proposed("".join(f"by {name}, " for name in names))
    assert set(map(frozenset, found.values())) == by_hand(names)


def test_names_are_proposed_a_little_at_a_time() -> None:
    names = Names()
    letters = [f"{a}{b}{c}" for a in "abcdefghij" for b in "klmnopqrst" for c in "uvwxyz"]
    names.take("0", text_of("".join(f"by K{each}, " for each in letters) + "THE " * 2000))
    done = list(names.proposing())
    assert len(done) > 15
    assert done == sorted(done)
    assert done[-1] == 1.0
    assert max(len(run.string.split()) for run in names._runs) == 12


def test_names_are_one_over_documents() -> None:
    assert list(map(set, proposed("by Juan Guido", "for Juan Guaido").values())) == [{"Juan Guido", "Juan Guaido"}]


def test_the_names_of_the_seed() -> None:
    found = proposed(next(SEEDS.glob("*.txt")).read_text(encoding="utf-8"))
    assert set(found["Nicolas Maduro"]) == {"Maduro", "Nicolas Maduro", "Nicolás Maduro", "Nicholas Maduro"}
    assert set(found["Mike Pompeo"]) >= {"Mike Pompeo", "Michael Pompeo"}
    assert set(found["Juan Guido"]) == {"Guido", "Juan Guido", "Juan, Guido"}


@pytest.mark.parametrize(
    ("string", "wanted"),
    [
        ("on January 23, he", ["2001-01-23"]),
        ("on Jan. 23, 2019 he", ["2019-01-23"]),
        ("am 3. März 2020, am 4. April", ["2020-03-03", "2001-04-04"]),
        ("el 23 de enero de 2019", ["2019-01-23"]),
        ("le 1er février 2019", ["2019-02-01"]),
        ("on the 21st of May", ["2001-05-21"]),
        ("2019-01-23, 23.01.2019, 23/1/2019, 1/23/2019", ["2019-01-23"] * 4),
        ("3/4/2019 and 1.2.3 and 2019-13-01 and 30 February", []),
        ("2019-01-234 or 12019-01-23", []),
        ("29 February 2019, 29 February 2020", ["2020-02-29"]),
        ("he may 5 times", ["2001-05-05"]),
        ("Auguſt 5, 1801; 5 AUGUST 1801; 5 aprİl 1801, AVRıL 5, 1801", ["1801-08-05"] * 2 + ["1801-04-05"] * 2),
    ],
)
def test_dates(string: str, wanted: list[str]) -> None:
    assert [one.iso(2001) for one in dates(string)] == wanted


STRING = "On 23 January Juan Guido spoke.\nThen, on 2 February 2018, Guido left; so said Juan, Guido."


@pytest.fixture
def library(tmp_path: Path) -> Library:
    made = library_in_memory(tmp_path / "state")
    made.receive(tmp_path / "a.txt", text_of(STRING, "A"))
    return made


def names_of(library: Library) -> list[Name]:
    names = Names()
    for document in library.documents():
        names.take(document.uuid, library.snapshots.load(document.texts[-1]))
    return names.proposed()


def test_accepting_names_is_one_step_with_aliases(library: Library) -> None:
    (document,) = library.documents()
    text = library.snapshots.load(document.texts[-1])
    start = STRING.index("Juan Guido")
    mine = library.annotate(document.uuid, [(start, start + 10)], tags=["claim"], note="mine", text=text)
    found = names_of(library)
    assert [one.name for one in found] == ["Juan Guido"]
    assert tag_names(library, found, lambda _: text) == 3
    tag = library.tag_by_path(f"{NAMES}/Juan Guido")
    assert tag is not None
    assert tag.aliases == ("Guido", "Juan, Guido")
    assert [one.exact for one in library.annotations()] == ["Juan Guido", "Guido", "Juan, Guido"]
    assert library.tag_paths(library.annotation(mine.uuid)) == ["claim", f"{NAMES}/Juan Guido"]
    assert still_open(library, found) == []
    more = found[0]._replace(variants={**found[0].variants, "He": (Spot(document.uuid, 0, 2),)})
    assert still_open(library, [more]) == [more]
    tag_names(library, [more], lambda _: text)
    assert [tag.path for tag in library.tags()] == ["claim", NAMES, f"{NAMES}/Juan Guido"]
    library.undo()
    library.undo()
    assert library.annotations() == [mine]
    assert library.tag_by_path(f"{NAMES}/Juan Guido") is None


def test_accepting_dates_keeps_the_year_and_makes_a_timeline(library: Library) -> None:
    (document,) = library.documents()
    text = library.snapshots.load(document.texts[-1])
    found = list(dates(STRING))
    assert mark_dates(library, document, found, 2019, text) == 2
    assert library.document(document.uuid).attributes[YEAR] == 2019
    line = events(Coding.of(library))
    assert [(one.date, one.annotation.exact) for one in line] == [
        ("2018-02-02", "2 February 2018"),
        ("2019-01-23", "23 January"),
    ]
    assert all(library.tag_paths(one.annotation) == [DATE] and one.tags == () for one in line)
    assert line[1].sentence == "On 23 January Juan Guido spoke."
    out = io.StringIO(newline="")
    write_csv(line, out)
    rows = list(csv.reader(io.StringIO(out.getvalue())))
    assert rows == [list(COLUMNS), *(one.row() for one in line)]
    assert mark_dates(library, document, found, 2020, text) == 2
    assert [one.date for one in events(Coding.of(library))] == ["2018-02-02", "2020-01-23"]
    assert len(library.annotations()) == 2
    library.undo()
    library.undo()
    assert library.annotations() == []
    assert YEAR not in library.document(document.uuid).attributes


def test_a_day_that_the_year_does_not_have_is_not_marked(library: Library) -> None:
    (document,) = library.documents()
    text = text_of("On 29 February.")
    assert mark_dates(library, document, list(dates(text.string)), 2019, text) == 0
    assert library.annotations() == []
