"""Citations by a pattern."""

from __future__ import annotations

import pytest

from storage import citing, config
from storage.errors import ManiculaError
from storage.exchange.sources import citekeys
from storage.model import Document
from storage.places import Place

PAPER = Document(
    "u", "On Foxes", ("Doe, Jane", "R. Roe"), "2019-04", source="https://x.org/f", attributes={"doi": "10.1/x"}
)


@pytest.mark.parametrize(
    ("place", "last", "expected"),
    [
        (Place(3, 20, ("A",), "12"), "12", "p. 12"),
        (Place(3, 20, ("A",), "12"), "13", "pp. 12–13"),
        (Place(3, 20, (), "xii"), "", "p. xii"),
        (Place(3, 20, (), "0:12:07"), "0:13:00", "0:12:07"),
        (Place(3, 20), "", "¶ 3"),
        (Place(0, 20), "", "20 %"),
        (Place(), "", ""),
    ],
)
def test_a_place_is_named_by_labels_before_paragraphs_and_percents(place, last, expected):
    assert citing.locator(place, last) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (config.CITATION, "“a {quote}” [@doe2019foxes, p. 12]"),
        (
            "{quote} ({authors}: {title}, {year}, {page}, {url})",
            "a {quote} (Doe, Jane; R. Roe: On Foxes, 2019, 12, https://x.org/f)",
        ),
        (
            "> {quote} — {section} {paragraph} {percent} {date} {doi}{retrieved}",
            "> a {quote} — Part 3 20 2019-04 10.1/x",
        ),
        ("{quote}{tags}{note}{id}", "a {quote}a, bwhyid"),
    ],
)
def test_a_pattern_says_what_is_copied(pattern, expected):
    key = citekeys([PAPER])["u"]
    one = citing.Passage("a {quote}", PAPER, key, Place(3, 20, ("Part",), "12"), "12", ("a", "b"), "why", "id")
    assert citing.cite(citing.check(pattern), one) == expected


@pytest.mark.parametrize(
    "pattern", ["", "{key}", "{quote} {nothing}", "{quote} {", "{quote}}", "{quote.__class__}", "{}{quote}"]
)
def test_a_pattern_with_what_is_no_name_is_refused(pattern, tmp_path):
    settings = tmp_path / "config.toml"
    settings.write_text(f'citation = "{pattern}"\n')
    with pytest.raises(ManiculaError, match=r"line 1: citation must be a pattern with \{quote\}"):
        config.load(settings)


def test_the_settings_name_every_field():
    assert all(f"{{{name}}}" in config.KINDS["citation"].words for name in citing.FIELDS)


def test_two_documents_have_two_keys():
    assert citekeys([PAPER, PAPER._replace(uuid="v")]) == {"u": "doe2019foxes", "v": "doe2019foxesa"}
