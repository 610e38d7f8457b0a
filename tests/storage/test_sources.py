"""Documents as sources: BibTeX and CSL-JSON, out and in."""

from __future__ import annotations

import json
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.exchange import sources
from storage.exchange.bibtex import escape, plain
from storage.exchange.taking import summary
from storage.model import Document
from tests.storage.exchange_library import Desk, opened, text_of
from tests.storage.importing import exported, imported, written

ENTRY = r"""
% a comment
@string{press = "University " # {Press}}
@article{doe2019,
  author = {Doe, Jane and {The {WHO}} and Jos{\'e} Garc\'{\i}a},
  title = "The {Title} of {\"O}ne \& all",
  journal = press # { Review}, year = 2019, month = mar,
  doi = {10.1000/xyz}, pages = {1--2}, file = {:papers/one.txt:text/plain},
}
@book{noend, title = {x
"""


@pytest.fixture
def desk(tmp_path):
    with opened(tmp_path, Desk) as desk:
        for name in ("One", "Two & {more} 50% of $5 #1 a_b \\x ~ ^ é"):
            desk.receive(f"{name[:3]}.txt".lower(), text_of(name, ("paragraph", name)))
        yield desk


@pytest.mark.parametrize("form", ["bibtex", "csl"])
def test_out_and_in_and_out_again_gives_the_same_bytes(desk, form, tmp_path):
    library = desk.library
    one = library.documents()[0]
    library.edit_document(one.uuid, attributes={"doi": "10.1/x_y", "type": "chapter", "editor": "Roe, R.; Who"})
    first = written(tmp_path, f"out.{form[:3]}", exported(library, form))
    report = imported(library, first)
    assert report.whole
    assert exported(library, form) == first.read_text()
    assert {fate for (_, fate), count in imported(library, first).fates.items() if count} == {"there"}
    folder = tmp_path / "other"
    folder.mkdir()
    with Desk(folder).library as other:
        assert imported(other, first, make=True).fates["documents", "new"] == 2
        assert exported(other, form) == first.read_text()


@pytest.mark.parametrize("attributes", [{"container-title": "A_B"}, {"doi": "10.1/x_(y)#1", "type": "thesis"}, {}])
@pytest.mark.parametrize("kind", ["chapter", "book", "Primary source"])
def test_sources_are_written_as_their_readers_take_them(desk, tmp_path, attributes, kind):
    address = "https://x.org/~doe/a_b?c=%20&d=1#e"
    given = {"type": kind, "publisher": "Smith & Sons", **attributes}
    whole = [{"id": "k", "title": "Three", "URL": address, "author": [{"literal": "Barnes and Noble"}], **given}]
    whole[0]["DOI"] = whole[0].pop("doi", "")
    imported(desk.library, written(tmp_path, "x.json", json.dumps(whole)), make=True)
    (item,) = [one for one in json.loads(exported(desk.library, "csl")) if one["id"] == "k"]
    assert item["type"] in sources.TYPES
    entry = exported(desk.library, "bibtex").partition("{k,")[2]
    assert f"  url = {{{address}}},\n" in entry
    assert "author = {{Barnes and Noble}}" in entry
    assert ("booktitle" in entry) == (kind == "chapter" and "container-title" in attributes)
    assert "doi" not in attributes or f"  doi = {{{attributes['doi']}}},\n" in entry
    with Desk(tmp_path).library as other:
        imported(other, written(tmp_path, "x.bib", f"@{'misc'}{{k,{entry}"), make=True)
        (back,) = [one for one in other.documents() if one.title == "Three"]
    assert (back.source, back.authors) == (address, ("Barnes and Noble",))
    assert back.attributes.get("doi", "") == attributes.get("doi", "")


def test_bibtex_is_read_with_strings_accents_and_what_is_broken_told(desk, tmp_path):
    report = imported(desk.library, written(tmp_path, "x.bib", ENTRY))
    (one,) = [one for one in desk.library.documents() if "citekey" in one.attributes]
    assert one.title == "One"
    assert dict(one.attributes) == {
        "citekey": "doe2019",
        "type": "article-journal",
        "container-title": "University Press Review",
        "page": "1--2",
        "doi": "10.1000/xyz",
    }
    assert report.problems == ["The entry in line 10 does not end and was left out."]
    assert "1 document changed" in summary(report)


def test_what_is_known_already_stays(desk, tmp_path):
    uuid = desk.library.documents()[0].uuid
    desk.library.edit_document(uuid, attributes={"citekey": "mine"})
    item = [{"id": "theirs", "type": "book", "title": "one", "publisher": "P", "author": [{"literal": "Nobody"}]}]
    imported(desk.library, written(tmp_path, "x.json", json.dumps(item)))
    one = desk.library.document(uuid)
    assert dict(one.attributes) == {"citekey": "mine", "publisher": "P", "type": "book"}
    assert one.authors == ("A. Writer",)


def test_sources_that_are_not_here_or_are_none_are_told(desk, tmp_path):
    odd = [{"id": "a", "type": "book", "title": "Elsewhere"}, 7, {"id": "b", "type": "book"}, {"id": "a", "title": "x"}]
    report = imported(desk.library, written(tmp_path, "x.json", json.dumps(odd)))
    assert report.strangers == {"Elsewhere": 0}
    assert len(report.problems) == 3


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])))
def test_what_is_escaped_is_read_back(string):
    assert plain(escape(string)) == normalize("NFC", " ".join(string.split()))


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Doe, Jane", {"family": "Doe", "given": "Jane"}),
        ("Jane Q. Doe", {"family": "Doe", "given": "Jane Q."}),
        ("World Health Organization of Earth", {"literal": "World Health Organization of Earth"}),
        ("Smith and Sons", {"literal": "Smith and Sons"}),
        ("University of Oslo", {"literal": "University of Oslo"}),
        ("Plato", {"literal": "Plato"}),
    ],
)
def test_names_are_taken_apart_and_put_together(name, parts):
    assert sources.split_name(name) == parts
    assert sources.split_name(sources.joined_name(parts)) == parts


def test_keys_are_made_of_author_year_and_title_and_differ():
    one = Document("", "The Élan of X", ("Müller, A.",), "2019-05-01")
    taken: set[str] = set()
    assert [sources.citekey(one, taken) for _ in range(3)] == ["muller2019elan", "muller2019elana", "muller2019elanb"]


@pytest.mark.parametrize(
    ("issued", "date"),
    [
        ({"date-parts": [[2019, 5, 1]]}, "2019-05-01"),
        ({"date-parts": [["2019"]]}, "2019"),
        ({"raw": "May 2019"}, "May 2019"),
        ({"date-parts": [[]]}, ""),
        (None, ""),
        (7, ""),
    ],
)
def test_dates_of_csl_become_iso(issued, date):
    assert sources.date_of(issued) == date
