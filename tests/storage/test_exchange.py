"""Export as a whole: destinations, order, and what JSON and CSV hold."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import exchange, reading
from storage.errors import ManiculaError, UsageError
from storage.exchange import cells, csvfile
from storage.exchange.destination import file_names, safe_stem
from storage.exchange.entry import Collection
from storage.library import Library
from storage.model import Alternative, Annotation, Link
from storage.places import Places
from storage.query import parse
from tests.storage.exchange_library import Desk, opened, text_of
from tests.storage.importing import exported

KINDS: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "null": (type(None),),
}
SCHEMA = json.loads((Path(exchange.__file__).parent / "schema.json").read_text())


class Filled(Desk):
    """Two documents with two annotations each, and one without."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        first = text_of("One", ("paragraph", "Alpha beta."), ("heading", "Part"), ("paragraph", "Gamma delta."))
        self.one = self.receive("one.txt", first)
        self.two = self.receive("two.txt", text_of("Two", ("paragraph", "Epsilon.")))
        self.none = self.receive("none.txt", text_of("None", ("paragraph", "Zeta.")))
        self.alpha = self.mark(self.one, "Alpha", tags=["t/a"], note="=1+1")
        self.gamma = self.mark(
            self.one,
            "Gamma",
            tags=["t/a", "t/b"],
            links=(Link(self.alpha.uuid, "supports"),),
            fields={"weight": 2, "who": "x"},
            alternatives=(Alternative("note", "other", "dev", 5),),
        )
        self.page = self.mark(self.two, "", note="[red]\x1b[0m\x9b line\nend")
        self.orphan = self.mark(self.two, "Epsilon", color="red", state="orphan", confidence=0.2)

    def annotations(self) -> list[str]:
        return [one.uuid for one in (self.alpha, self.gamma, self.page, self.orphan)]


@pytest.fixture
def desk(tmp_path):
    with opened(tmp_path, Filled) as desk:
        yield desk


@pytest.fixture
def library(desk):
    return desk.library


def check(value, schema) -> None:
    """Check `value` against the few words of JSON Schema that schema.json uses."""
    if "$ref" in schema:
        check(value, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]])
    if "type" in schema:
        names = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
        assert any(isinstance(value, KINDS[name]) for name in names), (value, names)
    assert value == schema.get("const", value)
    assert value in schema.get("enum", [value])
    assert re.search(schema.get("pattern", ""), value if isinstance(value, str) else "")
    if isinstance(value, dict):
        assert set(schema.get("required", [])) <= set(value)
        extra = schema.get("additionalProperties", True)
        for name, inner in value.items():
            known = schema.get("properties", {}).get(name)
            assert known is not None or extra, name
            check(inner, known if known is not None else extra if isinstance(extra, dict) else {})
    if isinstance(value, list):
        for index, inner in enumerate(value):
            first = schema.get("prefixItems", [])
            check(inner, first[index] if index < len(first) else schema.get("items", {}))


def test_json_is_what_its_schema_says_and_holds_everything(desk):
    written = json.loads(exported(desk.library, "json"))
    check(written, SCHEMA)
    assert [one["uuid"] for one in written["documents"]] == [desk.one, desk.two, desk.none]
    assert [one["uuid"] for one in written["annotations"]] == desk.annotations()
    assert [one["path"] for one in written["tags"]] == ["t", "t/a", "t/b"]
    gamma, page = written["annotations"][1:3]
    assert gamma["tags"] == ["t/a", "t/b"]
    assert gamma["links"] == [{"to": desk.alpha.uuid, "type": "supports", "note": ""}]
    assert gamma["fields"] == {"weight": 2, "who": "x"}
    assert gamma["alternatives"][0]["value"] == "other"
    assert gamma["place"] == {"paragraph": 2, "percent": 58, "sections": ["Part"]}
    assert gamma["creator"] == written["creators"][0]["uuid"]
    assert page["note"] == "[red]\x1b[0m\x9b line\nend"


def test_a_record_of_the_model_has_no_field_that_json_lacks():
    properties = SCHEMA["$defs"]["annotation"]["properties"]
    assert set(Annotation._fields) | {"place"} == set(properties)
    assert set(properties) == set(SCHEMA["$defs"]["annotation"]["required"])


def test_a_query_limits_json_to_what_it_lets_through(desk):
    written = json.loads(exported(desk.library, "json", "tag:t/b"))
    check(written, SCHEMA)
    assert [one["uuid"] for one in written["documents"]] == [desk.one]
    assert [one["uuid"] for one in written["annotations"]] == [desk.gamma.uuid]


@pytest.mark.parametrize("form", [name for name, one in exchange.WRITABLE.items() if one.streams])
def test_the_same_library_gives_the_same_bytes_without_control_characters(library, form):
    written = exported(library, form)
    assert written == exported(library, form)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", written)


def test_csv_has_a_row_for_each_annotation_and_guards_formulas(library):
    rows = list(csv.DictReader(io.StringIO(exported(library, "csv"), newline="")))
    assert [row["quote"] for row in rows] == ["Alpha", "Gamma", "", "Epsilon"]
    assert rows[0]["note"] == "'=1+1"
    assert rows[1]["tags"] == "t/a; t/b"
    assert (rows[1]["section"], rows[1]["place"], rows[1]["start"], rows[1]["end"]) == ("Part", "¶ 2, 58 %", "17", "22")
    assert (rows[2]["start"], rows[2]["place"]) == ("", "")
    assert rows[3]["state"] == "orphan"
    assert list(rows[0]) == list(csvfile.COLUMNS)


@given(st.text())
def test_no_cell_is_a_formula_and_the_guard_can_be_taken_off(cell):
    guarded = cells.guard(cell)
    assert guarded[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n"} or not guarded
    assert guarded in {cell, "'" + cell}
    assert (guarded != cell) == bool(re.match("'*[=+\\-@\t\r\n＝＋－＠]", cell))


def test_a_file_is_written_whole_and_never_replaced_unasked(library, tmp_path):
    path = tmp_path / "out.md"
    result = exchange.export(library, "", "markdown", str(path))
    assert (result.count, result.paths) == (4, (path,))
    path.write_text("mine")
    with pytest.raises(exchange.ExistsError, match=r"out\.md.*--force"):
        exchange.export(library, "", "markdown", str(path))
    assert path.read_text() == "mine"
    exchange.export(library, "", "markdown", str(path), force=True)
    assert path.read_text().startswith("# One\n")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["library", "out.md"]


def test_a_failed_export_leaves_the_old_file_and_no_litter(library, tmp_path, monkeypatch):
    path = tmp_path / "out.md"
    path.write_text("mine")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ManiculaError, match=r"out\.md.*No space left"):
        exchange.export(library, "", "markdown", str(path), force=True)
    assert path.read_text() == "mine"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["library", "out.md"]


def test_a_file_that_comes_up_meanwhile_is_left_alone(library, tmp_path, monkeypatch):
    path = tmp_path / "out.csv"
    monkeypatch.setattr(csvfile, "dump", lambda *_: path.write_text("theirs"))
    with pytest.raises(exchange.ExistsError):
        exchange.export(library, "", "csv", str(path))
    assert path.read_text() == "theirs"


def test_force_follows_a_link_and_keeps_the_mode(library, tmp_path):
    target, link = tmp_path / "real.md", tmp_path / "link.md"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    exchange.export(library, "", "markdown", str(link), force=True)
    assert link.is_symlink()
    assert target.read_text().startswith("# One")
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_folder_gets_a_file_for_each_document_with_annotations(library, tmp_path):
    folder = tmp_path / "new" / "notes"
    result = exchange.export(library, "", "markdown", f"{folder}/")
    assert result.count == 4
    assert [path.name for path in result.paths] == ["One.md", "Two.md"]
    assert (folder / "Two.md").read_text().startswith("# Two\n")
    (folder / "One.md").unlink()
    with pytest.raises(exchange.ExistsError, match=r"Two\.md"):
        exchange.export(library, "", "markdown", str(folder))
    assert not (folder / "One.md").exists()


def test_the_library_and_its_documents_are_never_exported_over(desk):
    source = desk.folder / "two.txt"
    source.write_text("words")
    before = desk.library.path.read_bytes()
    for path in (desk.library.path, source):
        with pytest.raises(UsageError, match=path.name):
            exchange.export(desk.library, "", "json", str(path), force=True)
    assert desk.library.path.read_bytes() == before
    assert source.read_text() == "words"


def test_a_pipe_is_written_to_directly(library):
    reader, writer = os.pipe()
    exchange.export(library, "", "csv", f"/dev/fd/{writer}")
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as pipe:
        assert pipe.readline().startswith("document,path,")


def test_wrong_words_are_refused_by_name(library, tmp_path):
    with pytest.raises(UsageError, match=r"pages.*markdown, html, json, jsonl, csv"):
        exchange.export(library, "", "pages", io.StringIO())
    with pytest.raises(UsageError, match="folder does not exist"):
        exchange.export(library, "", "csv", str(tmp_path / "no" / "out.csv"))
    assert exchange.guess_format("a.JSON") == "json"
    assert exchange.guess_format("-") == "markdown"


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("../../etc/passwd", "etc passwd"),
        ("a\x1b[31m\u202eb\n.", "a [31m b"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        (' <>:"|?* ', "untitled"),
        ("...", "untitled"),
        ("-rf", "rf"),
        ("\ud83d x", "x"),
        ("é" * 200, "é" * 60),
    ],
)
def test_a_title_becomes_a_safe_file_name(title, stem):
    assert safe_stem(title) == stem


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_file_names_are_safe_and_all_different(titles):
    names = file_names(titles, ".md")
    assert len({name.casefold() for name in names}) == len(titles)
    assert not any(re.search(r"[/\\\x00-\x1f]|^\.", name) for name in names)
    assert all(len(name.encode()) < 143 for name in names)


def test_links_lead_to_a_note_whatever_its_title():
    assert file_names(["C# [draft] x^2", "#", "C draft x 2"], ".md") == [
        "C draft x 2.md",
        "untitled.md",
        "C draft x 2 2.md",
    ]


def test_a_place_counts_paragraphs_without_headings():
    text = text_of("T", ("heading", "H"), ("paragraph", "abc"), ("heading", "I"), ("paragraph", "def"))
    places = Places(text)
    assert [str(places.at(text.string.index(word))) for word in ("H", "abc", "I", "def")] == [
        "0 %",
        "¶ 1, 18 %",
        "54 %",
        "¶ 2, 72 %",
    ]
    assert str(Places(None, 200).at(50)) == "25 %"


def test_a_collection_without_texts_still_knows_how_far(desk):
    desk.lose_texts()
    collection = Collection(desk.library, parse(""), texts=False)
    assert [entry.where() for entry in collection] == [
        "0 %",
        "58 %",
        "page note",
        "orphan: the text no longer has this passage",
    ]
    assert collection.count == 4


@pytest.mark.parametrize("destination", ["all.jsonl", "each/"])
def test_an_export_says_how_far_it_is(tmp_path, monkeypatch, destination):
    monkeypatch.setattr("storage.exchange.entry._TOGETHER", 2)
    told: list[tuple[str, int, int]] = []
    with opened(tmp_path, Desk) as desk:
        for name in ("one", "two"):
            document = desk.receive(f"{name}.txt", text_of(name, ("paragraph", "Alpha beta.")))
            for quote in ("Alpha", "beta", "a b"):
                desk.mark(document, quote)
        exchange.export(
            desk.library, "", "jsonl", f"{tmp_path}/{destination}", progress=lambda *words: told.append(words)
        )
    assert {(what, total) for what, _, total in told} == {("annotations written", 6)}
    counts = [done for _, done, _ in told]
    assert counts == sorted(counts)
    assert counts[-1] > 3


@pytest.mark.parametrize("many", [1, 1_000])
def test_looking_at_everything_once_keeps_nothing_and_finds_the_same(tmp_path, monkeypatch, many):
    monkeypatch.setattr(reading, "MANY", many)
    with opened(tmp_path, Desk) as desk:
        document = desk.receive("one.txt", text_of("One", ("paragraph", "Alpha beta.")))
        made = [desk.mark(document, quote, tags=["t"]) for quote in ("beta", "Alpha", "")]
        with Library.open(desk.library.path, state=tmp_path / "other", readonly=True) as library:
            passing = list(library.passing(document))
            assert next(iter(library.passing(document))) is not passing[0]
            assert passing == library.annotations(document) == [made[2], made[1], made[0]]
            assert library.passing(document) is library.annotations(document)
