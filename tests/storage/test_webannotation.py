"""Web Annotations out and in."""

from __future__ import annotations

import json

import pytest

from storage.errors import DocumentError
from storage.exchange.webmodel import CONTEXT, flaws
from tests.storage.exchange_library import opened
from tests.storage.importing import exported, imported, written
from tests.storage.test_importing import Rich
from tests.storage.test_webmodel import W3C, failed, needs_w3c

SOURCE = "http://example.com/one"


@pytest.fixture
def desk(tmp_path):
    with opened(tmp_path, Rich) as desk:
        yield desk


def items(library):
    return json.loads(exported(library, "w3c"))["first"]["items"]


def test_out_and_in_to_an_empty_library_and_out_again_gives_the_same_bytes(desk, tmp_path):
    first = written(tmp_path, "out.jsonld", exported(desk.library, "w3c"))
    with desk.elsewhere() as other:
        assert imported(other, first, make=True).whole
        assert exported(other, "w3c") == first.read_text()


def test_what_we_write_meets_all_demands(desk):
    whole = json.loads(exported(desk.library, "w3c"))
    assert (whole["total"], len(whole["first"]["items"])) == (5, 5)
    assert [flaws(one) for one in whole["first"]["items"]] == [[]] * 5


def test_the_one_page_names_its_collection_and_is_the_last(desk):
    whole = json.loads(exported(desk.library, "w3c"))
    assert (whole["last"], whole["first"]["partOf"]) == (whole["first"]["id"], whole["id"])


@needs_w3c
def test_what_we_write_passes_the_assertions_of_the_w3c(desk):
    assert [failed(one) for one in items(desk.library)] == [[]] * 5


def test_offsets_are_code_points_and_the_quote_stands_there(desk):
    text = desk.library.text(desk.library.document(desk.one)).string
    (selectors,) = [
        one["target"]["selector"] for one in items(desk.library) if one["id"] == f"urn:uuid:{desk.fox.uuid}"
    ]
    assert selectors[0]["exact"] == text[selectors[1]["start"] : selectors[1]["end"]] == "\U0001f98a gamma"


def foreign(**values):
    made = {"@context": CONTEXT, "id": "http://example.org/1", "type": "Annotation", "target": SOURCE}
    return {**made, **values}


def passage(exact, **more):
    return {"source": SOURCE, "selector": {"type": "TextQuoteSelector", "exact": exact, **more}}


def taken(desk, tmp_path, *annotations):
    path = written(tmp_path, "x.jsonld", json.dumps(list(annotations)))
    report = imported(desk.library, path, document=desk.library.document(desk.one))
    known = {desk.fox.uuid}
    return report, [one for one in desk.library.annotations(desk.one) if one.uuid not in known and "w3c" in one.fields]


def test_all_pages_in_a_file_come_in_and_those_elsewhere_are_counted(desk, tmp_path):
    one, two, three = (foreign(id=f"http://example.org/{word}", target=passage(word)) for word in ("the", "fox", "was"))
    page = {"type": "AnnotationPage", "id": "http://example.org/p1", "items": [one]}
    last = {**page, "id": "http://example.org/p2", "items": [two]}
    head = {"@context": CONTEXT, "id": "http://example.org/c", "type": "AnnotationCollection"}
    for whole in (
        {**head, "first": page, "last": last},
        {**head, "first": {**page, "next": last}, "last": last},
        {**head, "items": [one, two]},
    ):
        report, found = taken(desk, tmp_path, whole)
        assert (len(found), report.problems) == (2, [])
        desk.library.undo()
    report, found = taken(
        desk, tmp_path, {**head, "total": 40, "first": {**page, "next": "http://example.org/p2"}}, three
    )
    assert (len(found), report.problems) == (2, ["38 of 40 annotations are on pages that are not in the file."])


def test_what_has_no_place_here_is_kept_and_written_back(desk, tmp_path):
    rights = "http://creativecommons.org/licenses/by/4.0/"
    bodies = [
        {"type": "TextualBody", "value": "fox", "purpose": "tagging"},
        {"type": "TextualBody", "value": "Why?", "purpose": "questioning"},
        "http://example.net/video",
    ]
    whole = foreign(rights=rights, body=bodies, target=passage("the fox was there"), motivation="questioning")
    report, (one,) = taken(desk, tmp_path, whole)
    assert report.whole
    assert (one.exact, desk.library.tag_paths(one), one.note) == ("the fox was there", ["fox"], "")
    (back,) = [each for each in items(desk.library) if each["id"] == whole["id"]]
    assert (back["rights"], back["motivation"], back["body"]) == (rights, "questioning", bodies)
    assert flaws(back) == []


def test_a_reply_stands_where_what_it_answers_does(desk, tmp_path):
    first = foreign(target=passage("The fox was here"), bodyValue="So it was.")
    body = {"type": "TextualBody", "value": "Was it?", "purpose": "replying"}
    reply = foreign(id="http://example.org/2", motivation="replying", target=first["id"], body=body)
    report, found = taken(desk, tmp_path, reply, first)
    assert report.whole
    answer, asked = sorted(found, key=lambda one: one.note, reverse=True)
    assert (answer.reply_to, answer.note, asked.note) == (asked.uuid, "Was it?", "So it was.")
    assert next(one for one in items(desk.library) if one["id"] == reply["id"])["target"][-1] == first["id"]


def test_one_that_is_not_allowed_is_named_and_the_rest_taken(desk, tmp_path):
    bad = foreign(id="http://example.org/bad", created="yesterday", target=passage("The fox"))
    report, found = taken(desk, tmp_path, bad, foreign(target=passage("The fox was here")))
    assert len(found) == 1
    assert "http://example.org/bad" in report.problems[0]
    assert "created" in report.problems[0]


@needs_w3c
def test_the_examples_of_the_recommendation_come_in_and_go_out_whole(desk, tmp_path):
    examples = [json.loads((W3C / "rec-examples" / f"anno{number}.json").read_text()) for number in range(1, 42)]
    path = written(tmp_path, "examples.json", json.dumps(examples))
    report = imported(desk.library, path, make=True)
    good = {one["id"]: one for one in examples if not failed(one)}
    assert (len(good), report.fates["annotations", "new"], len(report.problems)) == (38, 38, 3)
    back = {one["id"]: one for one in items(desk.library) if one["id"] in good}
    assert back.keys() == good.keys()
    assert [failed(one) for one in back.values()] == [[]] * 38
    for name, whole in good.items():
        for key in whole.keys() - {"@context", "body", "bodyValue", "target", "creator", "generator"}:
            assert back[name][key] == whole[key]
    again = imported(desk.library, written(tmp_path, "again.json", json.dumps(list(back.values()))))
    assert again.fates["annotations", "there"] == 38


@needs_w3c
def test_what_the_w3c_calls_incorrect_is_refused_by_name(desk):
    refused = 0
    for path in sorted((W3C / "samples" / "incorrect").glob("*.json")):
        try:
            report = imported(desk.library, path, make=True, form="w3c")
        except DocumentError as error:
            refused += path.name in str(error)
        else:
            refused += bool(report.problems)
    assert refused == 39
