"""doccano's JSON Lines: its samples go through a library, whatever its offsets count and its columns are called."""

from __future__ import annotations

import json

import pytest

from storage import exchange
from storage.errors import DocumentError
from storage.library import Library
from tests.conftest import ROOT
from tests.storage.exchange_library import Desk, text_of
from tests.storage.importing import exported, imported, written
from tests.storage.making import content

SHARED = ROOT.parent / "shared" / "conformance" / "doccano"
SAMPLES = sorted(SHARED.glob("*/example.jsonl"))
FOX = "The \U0001f98a sat.\r\nIt \U0001f98a\U0001f98a ran."


@pytest.fixture
def library(tmp_path):
    (tmp_path / "library").mkdir()
    with Library.open(tmp_path / "library" / "library.json", state=tmp_path / "state") as library:
        yield library


def said(string):
    """Return the values of a file, whether a line each or one over many lines; columns and ids by their usual names."""
    try:
        found = [json.loads(string)]
    except ValueError:
        found = [json.loads(line) for line in string.splitlines()]
    for one in found:
        for name in ("data", "label"):
            if f"column_{name}" in one:
                one["text" if name == "data" else name] = one.pop(f"column_{name}")
        if "relations" in one:
            one["relations"] = [{"id": number, **each} for number, each in enumerate(one["relations"])]
    return found


@pytest.mark.skipif(not SAMPLES, reason="doccano's samples are not here")
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.parent.name)
def test_its_own_samples_come_back(library, tmp_path, sample):
    report = imported(library, sample)
    assert (report.format, report.whole, report.unplaced, report.doubtful) == ("doccano", True, 0, 0)
    out = exported(library, "doccano")
    assert said(out) == said(sample.read_text())
    before = content(library)
    assert {fate for _, fate in imported(library, sample).fates} == {"there"}
    assert {fate for _, fate in imported(library, written(tmp_path, "again.jsonl", out)).fates} == {"there"}
    assert content(library) == before


@pytest.mark.parametrize(
    "label",
    [
        [[4, 6, "FOX"], [16, 20, "FOXES"]],  # UTF-16 units of the file
        [[4, 5, "FOX"], [15, 17, "FOXES"]],  # code points
    ],
)
def test_offsets_are_told_by_the_ends_of_words(library, tmp_path, label):
    line = {"text": FOX, "label": label, "id": 7, "meta": {"a": [1]}, "good": True, "Comments": ["odd"], "cats": ["x"]}
    assert imported(library, written(tmp_path, "x.jsonl", json.dumps(line))).whole
    (document,) = library.documents()
    string = library.text(document).string
    assert string == FOX.replace("\r\n", "\n")
    found = [(string[one.start : one.end], one.note, library.tag_paths(one)) for one in library.annotations()]
    assert sorted(found) == [
        ("", "", ["x"]),
        ("", "odd", []),
        ("\U0001f98a", "", ["FOX"]),
        ("\U0001f98a\U0001f98a", "", ["FOXES"]),
    ]
    (back,) = said(exported(library, "doccano"))
    assert back == {
        **line,
        "text": string,
        "label": [[4, 6, "FOX"], [15, 19, "FOXES"]],
    }


def test_out_and_in_where_nothing_is_and_where_all_is(tmp_path):
    folder = tmp_path / "desk"
    folder.mkdir()
    desk = Desk(folder)
    uuid = desk.receive("one.txt", text_of("A title", ("paragraph", "Alpha \U0001f98a beta."), ("paragraph", "Gamma.")))
    first = desk.mark(uuid, "\U0001f98a", tags=["a/b", "c d"], note="lost")
    second = desk.mark(uuid, "Gamma")
    desk.mark(uuid, "", note="On all.")
    desk.mark(uuid, "", note="On all,", tags=["c d"])
    with desk.library as library:
        library.edit_document(uuid, attributes={"age": 41, "site": "[1]"})
        assert '"label": [[6, 8, "a/b"], [6, 8, "c d"], [15, 20, "highlight"]]' in exported(library, "doccano")
        library.link(first.uuid, second.uuid, "supports")
        result = exchange.export(library, "", "doccano", str(tmp_path / "out.jsonl"))
        assert (result.count, result.lacks) == (3, {"notes": 2, "page notes": 1})
        before = content(library)
        assert {fate for _, fate in imported(library, tmp_path / "out.jsonl").fates} == {"there"}
        assert content(library) == before
        (tmp_path / "other").mkdir()
        with Library.open(tmp_path / "other" / "library.json", state=tmp_path / "state") as other:
            assert imported(other, tmp_path / "out.jsonl").whole
            assert other.documents()[0].title == "A title"
            assert exported(other, "doccano") == (tmp_path / "out.jsonl").read_text()


def test_what_is_none_is_told_and_the_rest_is_taken(library, tmp_path):
    lines = [
        '{"text": "One two.", "label": [[0, 3, "A"], [4, 99, "B"], [3, 3, "C"]]}',
        "{nothing",
        '{"text": "", "label": []}',
        '{"text": "One two.", "label": [[4, 7, "D"]]}',
        (
            '{"text": "Three.", "entities": [{"id": 1, "label": "E", "start_offset": 0, "end_offset": 5}],'
            ' "relations": [{"from_id": 1, "to_id": 9}, 5]}'
        ),
        '{"text": "Four.", "label": ["good", "short"]}',
    ]
    report = imported(library, written(tmp_path, "x.jsonl", "\n".join(lines)))
    assert len(report.problems) == 7
    found = sorted((one.exact, *library.tag_paths(one)) for one in library.annotations())
    assert found == [("", "good", "short"), ("One", "A"), ("Three", "E"), ("two", "D")]
    with pytest.raises(DocumentError, match="no format"):
        imported(library, written(tmp_path, "y.jsonl", '{"text": "x", "other": [[1, 2]]}'))
    with pytest.raises(DocumentError, match="no texts"):
        imported(library, written(tmp_path, "y.jsonl", '{"text": " ", "label": []}'))
