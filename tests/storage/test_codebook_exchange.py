"""The codebook of REFI-QDA, out and in."""

from __future__ import annotations

import pytest
import xmlschema

from storage.errors import DocumentError
from storage.exchange.codebook import SHADES, nearest
from tests.conftest import ROOT
from tests.storage.exchange_library import Desk, opened
from tests.storage.importing import exported, imported, written

SCHEMA = ROOT.parent / "shared" / "conformance" / "refi-qda" / "Codebook.xsd"
BOMB = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes><Code guid="1" name="&b;" isCodable="true"/></Codes></CodeBook>"""
FOREIGN = """<?xml version="1.0" encoding="utf-8"?>
<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="Other"><Codes>
<Code guid="{6B4E1C0A-0000-4000-8000-0000000000AA}" name="and/or" isCodable="false" color="#f00">
<Description>Both &lt;b&gt;</Description><NoteRef targetGUID="1"/><Code guid="x" name="inner" isCodable="true"/></Code>
<Code guid="y" name="" isCodable="true"><Code guid="z" name="kept" isCodable="true"/></Code></Codes>
<Sets><Set guid="s" name="set"/></Sets></CodeBook>"""


@pytest.fixture
def desk(tmp_path):
    with opened(tmp_path, Desk) as desk:
        for path in ("a/b/c", "a-z", "a/b2", 'q"<&>', "z"):
            desk.library.ensure_tag(path)
        tag = desk.library.ensure_tag("a/b")
        desk.library.edit_tag(tag.uuid, color="purple", description="What & <why>", key="3")
        yield desk


def test_out_and_in_to_an_empty_library_and_out_again_gives_the_same_bytes(desk, tmp_path):
    first = written(tmp_path, "out.qdc", exported(desk.library, "qdc"))
    folder = tmp_path / "other"
    folder.mkdir()
    with Desk(folder).library as other:
        assert imported(other, first).fates["tags", "new"] == 7
        assert exported(other, "qdc") == first.read_text()
        assert imported(other, first).fates["tags", "there"] == 7
        assert [(tag.path, tag.color) for tag in other.tags() if tag.color] == [("a/b", "purple")]
        other.undo()
        assert other.tags() == []


@pytest.mark.skipif(not SCHEMA.is_file(), reason="the schema of REFI-QDA is not beside the project")
def test_what_we_write_is_valid(desk, tmp_path):
    schema = xmlschema.XMLSchema(str(SCHEMA))
    schema.validate(str(written(tmp_path, "out.qdc", exported(desk.library, "qdc"))))


def test_a_foreign_codebook_comes_in(desk, tmp_path):
    report = imported(desk.library, written(tmp_path, "x.qdc", FOREIGN))
    found = {tag.path: tag for tag in desk.library.tags()}
    assert found["and∕or"]._replace(uuid="", created="")[1:4] == ("and∕or", "red", "Both <b>")
    assert found["and∕or"].uuid == "6b4e1c0a-0000-4000-8000-0000000000aa"
    assert {"and∕or/inner", "kept"} <= found.keys()
    assert report.problems == [
        "A code without a name (y) was left out.",
        "1 set of codes was left out: only projects keep them.",
    ]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (BOMB, "document type"),
        ("<CodeBook xmlns='urn:QDA-XML:codebook:1.0'>", "no whole XML"),
        ("<x><CodeBook xmlns='urn:QDA-XML:codebook:1.0'/></x>", "no codebook"),
    ],
)
def test_what_is_no_codebook_is_refused_by_name(desk, tmp_path, data, says):
    with pytest.raises(DocumentError, match=says):
        imported(desk.library, written(tmp_path, "x.qdc", data))


def test_colours_become_the_nearest_of_ours():
    assert [nearest(shade) for shade in SHADES.values()] == list(SHADES)
    assert [nearest(odd) for odd in ("#ff0000", "#00F", "", "#12", "red", "#gggggg")] == ["red", "blue", "", "", "", ""]
