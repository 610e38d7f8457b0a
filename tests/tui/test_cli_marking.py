"""Highlighting all that a command finds."""

from __future__ import annotations

import pytest

from tests.tui.answers import loaded


def test_all_that_the_search_finds(filled):
    status, out, _ = filled("search", "guido", "--tag", "person", "--dry-run")
    assert (status, out.startswith("Would be highlighted: ")) == (0, True)
    assert loaded(filled("annotations", "--json")) == []
    status, out, _ = filled("search", "guido", "--tag", "person")
    made = loaded(filled("annotations", "--json"))
    assert out == f"Highlighted: {len(made)} passages in 1 document, tagged person.\n"
    assert {(one["exact"].casefold(), *one["tags"]) for one in made} == {("guido", "person")}
    again = loaded(filled("search", "guido", "--highlight", "--json"))
    assert (again["highlighted"], again["known"]) == (0, len(made))
    filled("undo")
    assert loaded(filled("annotations", "--json")) == []


def test_the_sentences_of_what_is_found(filled):
    filled("search", "guido", "--highlight", "--extent", "sentence")
    made = loaded(filled("annotations", "--json"))
    assert all("guido" in one["exact"].casefold() and len(one["exact"]) > 20 for one in made)


def test_every_place_of_a_quote(filled):
    status, out, _ = filled("annotate", "1", "--quote", "nicolas maduro", "--all", "--tag", "person")
    made = loaded(filled("annotations", "--json"))
    assert (status, len(made) > 1, f"stands {len(made)} times" in out) == (0, True, True)
    filled("undo")
    assert loaded(filled("annotations", "--json")) == []


@pytest.mark.parametrize(
    "words",
    [
        ["search", "guido", "--dry-run"],
        ["search", "guido", "--extent", "sentence"],
        ["annotate", "1", "--quote", "xyzzy", "--all"],
        ["annotate", "1", "--sentence", "1", "--all"],
        ["annotate", "1", "--quote", "guido", "--all", "--nth", "1"],
    ],
)
def test_what_is_not_said_wholly_is_refused(filled, words):
    status, out, err = filled(*words)
    assert (status, out) == (2, "")
    assert err.startswith("manicula: ")


def test_nothing_found_is_said(filled):
    status, _, err = filled("search", "xyzzy", "--tag", "x")
    assert (status, "Nothing was found." in err) == (1, True)
