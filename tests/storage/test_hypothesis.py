"""Hypothesis out and in."""

from __future__ import annotations

import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import identity
from storage.errors import DocumentError
from storage.exchange.hypothesisreading import named_id, uuid_of
from tests.conftest import ROOT
from tests.storage.exchange_library import opened
from tests.storage.importing import exported, imported, written
from tests.storage.test_importing import Rich

H = ROOT.parent / "shared" / "conformance" / "hypothesis"
URL = "https://example.com/one"
REQUIRED = [
    "id",
    "created",
    "updated",
    "user",
    "uri",
    "text",
    "tags",
    "group",
    "permissions",
    "target",
    "document",
    "links",
    "hidden",
    "flagged",
]


@pytest.fixture
def desk(tmp_path):
    with opened(tmp_path, Rich) as desk:
        yield desk


def objects(library):
    return json.loads(exported(library, "hypothesis"))["annotations"]


def foreign(**values):
    made = {
        "id": "AAAAAAAAEeqAAAAAAAAAAA",
        "created": "2020-01-02T03:04:05.678901+00:00",
        "updated": "2020-01-02T03:04:05.678901+00:00",
        "user": "acct:somebody@hypothes.is",
        "user_info": {"display_name": "Some Body"},
        "uri": URL,
        "text": "",
        "tags": [],
        "group": "__world__",
        "permissions": {"read": ["group:__world__"]},
        "target": [{"source": URL}],
        "document": {"title": ["One"]},
        "links": {"html": "https://hypothes.is/a/x"},
        "hidden": False,
        "flagged": False,
    }
    return {**made, **values}


def quote(exact, start=None, **more):
    selectors = [{"type": "TextQuoteSelector", "exact": exact, **more}]
    if start is not None:
        selectors.insert(0, {"type": "TextPositionSelector", "start": start, "end": start + len(exact)})
    return [{"source": URL, "selector": selectors}]


def taken(desk, folder, whole):
    report = imported(desk.library, written(folder, "h.json", json.dumps(whole)))
    return report, [one for one in desk.library.annotations() if "hypothesis" in one.fields]


@given(st.binary(min_size=16, max_size=16))
def test_an_id_is_a_uuid_in_other_letters(data):
    uuid = identity.written(data.hex())
    assert uuid_of(named_id(uuid)) == uuid
    assert len(named_id(uuid)) == 22


@pytest.mark.parametrize("name", ["", "x", "not base64!", "AV7x-abcdefghijklmno", "é" * 22])
def test_another_id_stays_as_it_is(name):
    assert uuid_of(name) == name


def test_every_object_has_what_the_api_requires(desk):
    for one in objects(desk.library):
        assert [key for key in REQUIRED if key not in one] == []


@pytest.mark.skipif(not H.is_dir(), reason="the schemas of Hypothesis are not beside the project")
def test_every_object_could_be_sent_to_the_api(desk):
    schema = json.loads((H / "annotation-schema.json").read_text())
    for one in objects(desk.library):
        jsonschema.validate(one, schema)


def test_positions_are_utf16_units(desk):
    text = desk.library.text(desk.library.document(desk.one)).string.encode("utf-16-le")
    for one in objects(desk.library):
        for target in one["target"]:
            for place, words in [target["selector"]] if "selector" in target else []:
                assert text[2 * place["start"] : 2 * place["end"]].decode("utf-16-le") == words["exact"] or (
                    desk.one not in one["uri"]
                )


def test_a_foreign_export_finds_its_document_and_goes_out_as_it_came(desk, tmp_path):
    others = [{"type": "RangeSelector", "startContainer": "/p", "endContainer": "/p", "startOffset": 0, "endOffset": 3}]
    target = quote("the fox was there", 45)
    target[0]["selector"].append(others[0])
    highlight = foreign(target=target, tags=["fox", "a/b"], group="abc", text="Was it?\r\nYes.")
    page = foreign(id="BBBBBBBBEeqAAAAAAAAAAA", text="On the whole")
    reply = foreign(id="CCCCCCCCEeqAAAAAAAAAAA", text="So it was.", references=[highlight["id"]])
    report, found = taken(desk, tmp_path, {"annotations": [highlight, page, reply]})
    assert report.whole
    assert {one.document for one in found} == {desk.one}
    by_note = {one.note: one for one in found}
    one = by_note["Was it?\nYes."]
    assert (one.exact, desk.library.tag_paths(one)) == ("the fox was there", ["a/b", "fox"])
    assert by_note["So it was."].reply_to == one.uuid
    assert by_note["On the whole"].ranges == ()
    assert {each.name for each in desk.library.creators() if each.id.startswith("acct:")} == {"Some Body"}
    back = {each["id"]: each for each in objects(desk.library)}
    for whole in (highlight, page, reply):
        now = back[whole["id"]]
        for key in ("created", "updated", "user", "group", "permissions", "links"):
            assert now[key] == whole[key]
    assert back[reply["id"]]["references"] == [highlight["id"]]
    assert back[highlight["id"]]["target"][0]["selector"][2:] == others
    again = imported(desk.library, written(tmp_path, "again.json", json.dumps({"rows": list(back.values())})))
    assert again.fates["annotations", "there"] == 8


def test_the_nearest_of_several_places_is_told_by_utf16_positions(desk, tmp_path):
    string = desk.library.text(desk.library.document(desk.one)).string
    second = string.index("the fox was", string.index("fox was") + 5)
    units = len(string[:second].encode("utf-16-le")) // 2
    _, found = taken(desk, tmp_path, [foreign(target=quote("fox was", units + 4))])
    assert [one.start for one in found] == [second + 4]


def test_odd_objects_are_told_and_the_rest_is_taken(desk, tmp_path):
    good = foreign(target=[*quote("The fox"), {"selector": "x"}, {"selector": [3, {"type": "TextPositionSelector"}]}])
    odd = [7, {"text": "x"}, foreign(uri=3), foreign(id=5), foreign(target="x"), foreign(target=[3])]
    report, found = taken(desk, tmp_path, [good, *odd])
    assert len(report.problems) == 6
    assert len(found) == 1


def test_an_empty_export_is_named(desk, tmp_path):
    path = written(tmp_path, "h.json", '{"annotations": []}')
    with pytest.raises(DocumentError, match=r"h\.json"):
        imported(desk.library, path, form="hypothesis")


def test_documents_that_are_not_here_are_named_unless_they_are_to_be_made(desk, tmp_path):
    whole = foreign(uri="https://elsewhere.org/x", document={"title": ["Elsewhere"]}, target=quote("words"))
    report, _ = taken(desk, tmp_path, [whole])
    assert report.strangers == {"Elsewhere": 1}
    report = imported(desk.library, tmp_path / "h.json", make=True)
    assert (report.fates["documents", "new"], report.fates["annotations", "new"]) == (1, 1)
    assert imported(desk.library, tmp_path / "h.json").fates["annotations", "there"] == 1


def test_what_has_no_time_and_answers_something_elsewhere_goes_out_as_it_came(desk, tmp_path):
    alone = {"uri": URL, "user": "acct:b@hypothes.is", "text": "reply", "tags": [], "references": ["far", "away"]}
    imported(desk.library, written(tmp_path, "x.json", json.dumps([{**alone, "id": "one"}])), make=True)
    (back,) = [each for each in objects(desk.library) if each["id"] == "one"]
    assert (back["references"], back["created"]) == (["far", "away"], "1970-01-01T00:00:00.000000+00:00")
    before = exported(desk.library, "json")
    imported(desk.library, written(tmp_path, "y.json", exported(desk.library, "hypothesis")))
    assert exported(desk.library, "json") == before
