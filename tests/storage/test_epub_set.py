"""Annotation sets of EPUB: whole both ways, and what reading programs write comes in and goes out as it was."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import pytest

from storage import exchange
from storage.errors import DocumentError, UsageError
from storage.exchange.epubset import CONTEXT, fragment
from storage.library import Library
from storage.model import Link
from tests.storage import samples
from tests.storage.exchange_library import Desk, text_of
from tests.storage.importing import exported, imported, written
from tests.storage.making import content

FOREIGN: Any = {
    "@context": CONTEXT,
    "id": "urn:uuid:00000000-0000-4000-8000-000000000000",
    "type": "AnnotationSet",
    "generator": {"id": "https://example.org/reader", "type": "Software", "name": "Reader"},
    "about": {"dc:identifier": ["urn:isbn:9780000000002"], "dc:title": {"en": "One"}, "dc:creator": ["A. Writer"]},
    "items": [
        {
            "id": "urn:uuid:10000000-0000-4000-8000-000000000000",
            "type": "Annotation",
            "motivation": "highlighting",
            "created": "2026-01-02T03:04:05Z",
            "target": {
                "source": "text/one.xhtml",
                "selector": [
                    {
                        "type": "CssSelector",
                        "value": "p",
                        "refinedBy": {"type": "TextPositionSelector", "start": 2, "end": 9},
                    },
                    {"type": "FragmentSelector", "value": ":~:text=Alpha-,beta%20%F0%9F%A6%8A,-gamma"},
                ],
                "meta": {"headings": ["x"]},
            },
            "body": {
                "type": "TextualBody",
                "value": "",
                "color": "purple",
                "highlight": "underline",
                "tags": ["a/b", "teacher"],
            },
        },
        {
            "id": "https://example.org/2",
            "type": "Annotation",
            "motivation": "bookmarking",
            "created": "2026-01-02T03:04:05Z",
            "creator": {"id": "https://example.org/ada", "type": "Person", "name": "Ada"},
            "target": {"source": "text/two.xhtml", "selector": [{"type": "CssSelector", "value": "#here"}]},
        },
        {
            "id": "urn:uuid:30000000-0000-4000-8000-000000000000",
            "type": "Annotation",
            "created": "2026-01-02T03:04:05Z",
            "target": {
                "source": "text/one.xhtml",
                "selector": [{"type": "TextQuoteSelector", "exact": "gamma", "prefix": " \U0001f98a "}],
            },
            "body": {"type": "TextualBody", "value": "j'adore !", "color": "sepia"},
        },
        {"type": "Annotation", "target": {}},
        5,
    ],
}


class Book(Desk):
    """A library with one document."""

    one = ""


@pytest.fixture
def desk(tmp_path):
    folder = tmp_path / "library"
    folder.mkdir()
    desk = Book(folder)
    desk.one = desk.receive(
        "one.txt", text_of("One", ("paragraph", "Alpha beta \U0001f98a gamma."), ("paragraph", "Delta."))
    )
    yield desk
    desk.library.close()


def test_what_reading_programs_write_comes_in_and_goes_out_as_it_was(desk, tmp_path):
    path = written(tmp_path, "x.annotation", json.dumps(FOREIGN))
    report = imported(desk.library, path)
    assert (report.format, len(report.problems), report.unplaced) == ("epub", 2, 0)
    found = {one.exact: one for one in desk.library.annotations()}
    first = found["beta \U0001f98a"]
    assert (first.color, desk.library.tag_paths(first), first.created) == (
        "purple",
        ["a/b", "teacher"],
        "2026-01-02T03:04:05Z",
    )
    assert (found["gamma"].note, found["gamma"].color) == ("j'adore !", "")
    assert found[""].ranges == ()
    out = json.loads(exported(desk.library, "epub"))
    back = {one["id"]: one for one in out["items"]}
    for one in FOREIGN["items"][:3]:
        made = back[one["id"]]
        assert made["target"] == one["target"]
        body = {name: value for name, value in made.get("body", {}).items() if name != "format"}
        assert body == one.get("body", {})
        assert made["created"] == one["created"]
    assert back["https://example.org/2"]["motivation"] == "bookmarking"
    before = content(desk.library)
    assert {fate for _, fate in imported(desk.library, path).fates} == {"there"}
    assert content(desk.library) == before


@pytest.mark.parametrize(
    ("fragment", "exact", "sure"),
    [
        ("Alpha%20beta,Delta", "Alpha beta \U0001f98a gamma.\nDelta", True),
        ("alpha-,beta,gamma", "beta \U0001f98a gamma", True),
        ("beta,a,-.", "beta \U0001f98a gamma", True),
        ("Alpha,nowhere", "Alpha", False),
        ("nowhere,Delta", "nowhere … Delta", False),
    ],
)
def test_a_fragment_of_two_ends_has_all_between_them(desk, tmp_path, fragment, exact, sure):
    target = {"source": "x", "selector": {"type": "FragmentSelector", "value": f":~:text={fragment}"}}
    one = {"@context": CONTEXT, "id": "https://example.org/1", "type": "Annotation", "target": target}
    path = written(tmp_path, "x.annotation", json.dumps(one))
    imported(desk.library, path, document=desk.library.document(desk.one))
    (found,) = desk.library.annotations()
    assert (found.exact, found.confidence > 0.5) == (exact, sure)
    assert json.loads(exported(desk.library, "epub"))["items"][0]["target"] == target
    assert {fate for _, fate in imported(desk.library, path, document=desk.library.document(desk.one)).fates} == {
        "there"
    }


def test_out_and_in_is_whole(desk, tmp_path):
    library = desk.library
    first = desk.mark(desk.one, "Alpha", tags=["t/a", "b c"], note="On\nthis.", color="red", fields={"n": 2})
    desk.mark(desk.one, "gamma", links=(Link(first.uuid, "supports", "why"),), color="green")
    desk.mark(desk.one, "", note="On all.")
    desk.mark(desk.one, "beta", reply_to=first.uuid, state="orphan", confidence=0.0)
    pieces = library.annotate(desk.one, [(0, 5), (11, 12)], text=desk._texts[desk.one])
    assert len(pieces.ranges) == 2
    out = exported(library, "epub")
    said = json.loads(out)
    assert (said["@context"], said["type"], said["title"]) == (CONTEXT, "AnnotationSet", "One")
    assert said["about"]["dc:title"] == "One"
    colors = [one.get("body", {}).get("color") for one in said["items"]]
    assert set(colors) - {None} == {"pink", "green"}
    before = content(library)
    assert {fate for _, fate in imported(library, written(tmp_path, "x.annotation", out)).fates} == {"there"}
    assert content(library) == before
    folder = tmp_path / "other"
    folder.mkdir()
    other = Desk(folder)
    other.receive("one.txt", desk._texts[desk.one])
    with other.library as there:
        imported(there, tmp_path / "x.annotation")
        assert [one._replace(document="", creator="", tags=()) for one in there.annotations()] == [
            one._replace(document="", creator="", tags=()) for one in library.annotations()
        ]
        assert {one.path for one in there.tags()} == {one.path for one in library.tags()}


def test_the_part_of_a_book_is_named(tmp_path):
    (tmp_path / "library").mkdir()
    with Library.open(tmp_path / "library" / "library.json", state=tmp_path / "state") as library:
        document, _ = library.add(written(tmp_path, "book.epub", samples.archive(samples.book_parts())))
        text = library.text(document)
        for words in ("Chapter one", "Chapter two"):
            start = text.string.index(words)
            library.annotate(document.uuid, [(start, start + len(words))], text=text)
        said = json.loads(exported(library, "epub"))
        assert said["about"]["dc:format"] == "application/epub+zip"
        assert [one["target"]["source"] for one in said["items"]] == ["text/one%20a.xhtml", "text/two.xhtml"]


def test_a_set_is_about_one_book(desk, tmp_path):
    desk.mark(desk.one, "Alpha")
    desk.mark(desk.receive("two.txt", text_of("Two", ("paragraph", "Other words."))), "words")
    with pytest.raises(UsageError, match="a file for each document"):
        exported(desk.library, "epub")
    result = exchange.export(desk.library, "", "epub", f"{tmp_path}/out/")
    assert sorted(path.name for path in result.paths) == ["One.annotation", "Two.annotation"]


@pytest.mark.parametrize(
    "whole", [{"type": "AnnotationSet"}, {"type": "AnnotationSet", "items": []}, {"@context": CONTEXT}]
)
def test_a_set_without_annotations_is_refused_by_name(desk, tmp_path, whole):
    with pytest.raises(DocumentError, match="no annotations"):
        imported(desk.library, written(tmp_path, "x.annotation", json.dumps(whole)), form="epub")


@pytest.mark.parametrize(
    ("exact", "prefix", "suffix", "says"),
    [
        ("fox", "", "", "fox"),
        ("a-b, c & d", "", "", "a%2Db%2C%20c%20%26%20d"),
        ("fox", "ome quick ", " jumps ov", "quick-,fox,-jumps"),
        ("one two three\nfour five", "", "", "one%20two,four%20five"),
        ("\U0001f98a", "", "", "%F0%9F%A6%8A"),
    ],
)
def test_text_fragments(exact, prefix, suffix, says):
    assert fragment(exact, prefix, suffix) == f":~:text={says}"
    assert "," not in unquote(says.replace("%2C", "")).replace(",", "", 3)
