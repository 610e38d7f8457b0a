"""What nobody writes on purpose: files and fields with odd values come in, or are told, and stand in nobody's way."""

from __future__ import annotations

import json
import re
from contextlib import suppress

import pytest

from storage.errors import DocumentError, UsageError
from storage.exchange import bibtex, bratlines, lua, template
from storage.exchange.bibtex import plain
from storage.exchange.kindle import _time
from storage.exchange.parcel import time
from storage.exchange.sample import Sample
from storage.exchange.table import recognised
from tests.storage.exchange_library import Desk, opened, text_of
from tests.storage.importing import exported, imported, saved, written

MANY = "9" * 5000
KINDLE = f"One\n- Your Highlight on page {{}} | Location {MANY} | Added on Monday\n\nAlpha\n==========\n"
HYPOTHESIS = {"uri": "https://x.org/a", "text": "", "tags": []}
WEB = {"@context": "http://www.w3.org/ns/anno.jsonld", "id": "https://x.org/1", "type": "Annotation"}
REFINED = {
    "type": "FragmentSelector",
    "value": "x",
    "refinedBy": {"type": "CssSelector", "value": "x", "refinedBy": {"type": "TextPositionSelector"}},
}
DEPTHS = (300, *range(900, 1030, 5), 3000)


def deep(depth):
    return "[" * depth + "]" * depth


@pytest.fixture
def desk(tmp_path):
    with opened(tmp_path, Desk) as desk:
        one = desk.receive("one.txt", text_of("One", ("paragraph", "Alpha beta. Gamma.")))
        desk.mark(one, "beta", tags=["2019", "t"], note=".5 of it")
        yield desk


@pytest.mark.parametrize(
    ("name", "form", "data"),
    [
        ("x.csv", "csv", f"document,quote,start,end\nOne,Alpha,{MANY},{MANY}\nOne,Gamma,-5,9\n"),
        ("x.csv", "csv", f"document,quote,ranges\nOne,Alpha,{MANY}-{MANY} 0-{MANY}\n"),
        ("x.txt", "kindle", KINDLE.format(MANY)),
        ("x.json", "csl", json.dumps([{"id": "a", "type": "x", "title": "One", "issued": {"date-parts": [[MANY]]}}])),
        ("x.bib", "bibtex", f"@book{{a, title = {{One \0{MANY}\0}}}}"),
        ("x.json", "hypothesis", json.dumps({"annotations": [HYPOTHESIS], "replies": 5})),
        ("x.jsonld", "w3c", json.dumps({**WEB, "target": {"source": "https://x.org/a", "selector": REFINED}})),
        *(
            ("x.json", "hypothesis", f'[{{"uri": "https://x.org/a", "tags": [], "odd": {deep(each)}}}]')
            for each in DEPTHS
        ),
    ],
)
def test_odd_values_end_in_records_or_in_a_sentence(desk, tmp_path, name, form, data):
    path = written(tmp_path, name, data)
    with suppress(DocumentError):
        imported(desk.library, path, form=form, make=True)
    for each in ("json", "hypothesis", "w3c", "csl"):
        json.loads(exported(desk.library, each))


KEPT = [
    '{"target":5,"body":5,"created":5,"id":5,"motivation":5}',
    '{"target":[5],"body":[5]}',
    '{"target":[{"selector":5}]}',
    *map(deep, DEPTHS),
    *(f'{{"a":{deep(each)}}}' for each in DEPTHS),
]


@pytest.mark.parametrize("form", ["hypothesis", "w3c"])
def test_whatever_a_field_keeps_of_a_format_everything_is_exported(desk, tmp_path, form):
    whole = json.loads(exported(desk.library, "json"))
    (first,) = whole["annotations"]
    for number, kept in enumerate(KEPT):
        odd = {**first, "uuid": f"odd {number}", "fields": {form: kept}}
        whole["annotations"] += [odd, {**first, "uuid": f"answer {number}", "reply_to": odd["uuid"]}]
    imported(desk.library, written(tmp_path, "x.json", json.dumps(whole)))
    assert exported(desk.library, form).count("TextQuoteSelector") == 1 + 2 * len(KEPT)


@pytest.mark.parametrize("odd", [[True, 5], [False, True], [0, 5.0], ["0", "5"]])
def test_what_is_no_range_is_left_out(desk, tmp_path, odd):
    whole = json.loads(exported(desk.library, "json"))
    (first,) = whole["annotations"]
    whole["annotations"] = [{**first, "uuid": "odd", "ranges": [odd], "exact": "nowhere"}]
    whole["documents"] = [{**whole["documents"][0], "uuid": "other", "title": "Other", "paths": [], "texts": []}]
    whole["annotations"][0]["document"] = "other"
    imported(desk.library, written(tmp_path, "x.json", json.dumps(whole)))
    assert saved(desk.library, "xlsx", tmp_path / "x.xlsx").stat().st_size
    (row,) = (one for one in exported(desk.library, "csv").splitlines() if "nowhere" in one)
    assert not {"True", "False", "0.0", "5.0"} & set(row.split(","))


def test_a_version_that_is_no_hash_is_not_taken_in(desk, tmp_path):
    whole = json.loads(exported(desk.library, "json"))
    known = "ab" * 32
    whole["documents"].append({"uuid": "u", "title": "Two", "texts": ["../../x", "A" * 64, known], "paths": ["/two"]})
    imported(desk.library, written(tmp_path, "x.json", json.dumps(whole)))
    assert [one.texts for one in desk.library.documents() if one.title == "Two"] == [(known,)]


def test_a_memo_that_has_the_words_another_had_is_taken_in(desk, tmp_path):
    desk.library.write_memo("library", "First.")
    whole = json.loads(exported(desk.library, "json"))
    (memo,) = whole["memos"]
    changed = {**memo, "note": "Changed.", "updated": "2999-01-01T00:00:00Z"}
    whole["memos"] = [changed, {**memo, "uuid": "new"}, {**memo, "uuid": "again"}, {**changed, "uuid": "third"}]
    report = imported(desk.library, written(tmp_path, "x.json", json.dumps(whole)))
    assert [report.fates["memos", fate] for fate in ("changed", "new", "there")] == [1, 1, 2]
    assert sorted(one.note for one in desk.library.memos()) == ["Changed.", "First."]


def test_a_selector_that_stands_alone_is_one(desk, tmp_path):
    alone = {"type": "TextQuoteSelector", "exact": "Gamma"}
    whole = [{**HYPOTHESIS, "uri": "file:///one.txt", "target": [{"source": "x", "selector": alone}]}]
    imported(desk.library, written(tmp_path, "x.json", json.dumps(whole)))
    assert "Gamma" in [one.exact for one in desk.library.annotations()]


@pytest.mark.parametrize(
    ("note", "tags", "left"),
    [
        ("...and so on", [], "...and so on"),
        ("...", [], "..."),
        (".5 percent is wrong", [], ".5 percent is wrong"),
        (".a .5 percent", ["a"], ".5 percent"),
        (".1984 .b\nWhy?", ["1984", "b"], "Why?"),
        (".a .b Why?", ["a", "b"], "Why?"),
        (".a\n\nWhy?", ["a"], "\nWhy?"),
        (".a\n .note", ["a"], ".note"),
        (" .note", [], ".note"),
        ("  .note", [], " .note"),
    ],
)
def test_only_words_that_are_tags_are_taken_from_a_note_of_readwise(desk, tmp_path, note, tags, left):
    imported(desk.library, written(tmp_path, "x.csv", f'Highlight,Title,Note\nGamma,One,"{note}"\n'))
    one = next(one for one in desk.library.annotations() if one.exact == "Gamma")
    assert (desk.library.tag_paths(one), one.note) == (tags, left)


@pytest.mark.parametrize("note", [".5 of it", " .5 of it", "...", "\n.x", "x"])
@pytest.mark.parametrize("tags", [[], ["2019", "t"]])
def test_a_note_comes_back_from_readwise_as_it_left(desk, tmp_path, note, tags):
    desk.library.delete(desk.library.annotations()[0].uuid)
    one = desk.mark(desk.library.documents()[0].uuid, "Gamma", tags=tags, note=note)
    path = written(tmp_path, "x.csv", exported(desk.library, "readwise"))
    desk.library.delete(one.uuid)
    imported(desk.library, path)
    (back,) = desk.library.annotations()
    assert (back.note, desk.library.tag_paths(back)) == (note, tags)


BROKEN = """@book{noend, title = {x
  @article{two, title = {Two}}
text @book{three, title = {Three
@book{four, title = {Four}} @book{five, title = {Five}}
"""


def test_entries_that_do_not_end_take_no_others_with_them(desk, tmp_path):
    report = imported(desk.library, written(tmp_path, "x.bib", BROKEN))
    assert report.problems == [f"The entry in line {line} does not end and was left out." for line in (1, 3)]
    assert list(report.strangers) == ["Two", "Four", "Five"]
    whole = "@book{a, title = {A}, abstract = {see\n@book{b}\n}}"
    assert list(imported(desk.library, written(tmp_path, "y.bib", whole)).strangers) == ["A"]


@pytest.mark.parametrize("unclosed", ["@a{", "@a{\n", "x @a{\n", "@a{}\n y @a{\n", "@a{}" * 9 + "@a{\n"])
def test_entries_that_do_not_end_are_passed_over_once(desk, tmp_path, unclosed, monkeypatch):
    looked = []
    closing = bibtex._closing

    def counted(text, at, sign, until):
        end = closing(text, at, sign, until)
        looked.append((end if end >= 0 else min(until, len(text))) - at)
        return end

    monkeypatch.setattr(bibtex, "_closing", counted)
    data = unclosed * 500
    with suppress(DocumentError):
        imported(desk.library, written(tmp_path, "x.bib", data), form="bibtex")
    assert sum(looked) < 3 * len(data)


@pytest.mark.parametrize("form", ["json", "hypothesis", "csl", "koreader", "calibre", "w3c"])
def test_broken_json_is_told_whatever_it_was_said_to_be(desk, tmp_path, form):
    path = written(tmp_path, "x.txt", '{"annotations": [')
    with pytest.raises(DocumentError, match=f"{re.escape(str(path))} is no whole JSON: ."):
        imported(desk.library, path, form=form)
    with pytest.raises(DocumentError, match="no whole JSON"):
        imported(desk.library, path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize(
    ("form", "value"),
    [
        ("hypothesis", [HYPOTHESIS]),
        ("koreader", {"entries": []}),
        ("calibre", {"type": "calibre_annotation_collection"}),
        ("w3c", {"@context": "http://www.w3.org/ns/anno.jsonld"}),
        ("csl", [{"type": "book", "id": "a", "title": "One"}]),
    ],
)
def test_json_is_known_in_any_encoding(tmp_path, form, value, encoding):
    path = written(tmp_path, "x.json", json.dumps(value).encode(encoding))
    assert recognised(Sample(path)).name == form


@pytest.mark.parametrize(
    ("said", "made"),
    [
        ("2020-99-99T99:99:99Z", ""),
        ("2020-02-30 00:00:00", ""),
        ("0001-01-01T00:00:00+05:00", ""),
        ("2020-01-02T03:04:05.678+02:00", "2020-01-02T01:04:05Z"),
        ("0900-01-02 03:04:05", "0900-01-02T03:04:05Z"),
    ],
)
def test_a_time_is_one_of_the_calendar(said, made):
    assert time(said) == made


def test_a_day_of_a_device_is_one_of_the_calendar():
    assert _time("Added on Monday, January 41, 2024 10:01:00 PM") == ""
    assert plain("a\0b") == "ab"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.ann", f"T1\tX 0 {MANY}\tAlpha\n"),
        ("metadata.epub.lua", f'return {{ ["page"] = {MANY} }}'),
        ("a.md", f"# One\n\n> Alpha\n\n— ¶ {MANY}, {MANY} %\n"),
    ],
)
def test_a_number_of_thousands_of_digits_ends_nothing(desk, tmp_path, name, content):
    if name.endswith(".ann"):
        written(tmp_path, "a.txt", "Alpha beta.")
    with suppress(DocumentError):
        imported(desk.library, written(tmp_path, name, content))


def test_long_comments_of_lua_end():
    assert lua.load("return {}" + "--[[\n" * 100_000) == {}


def test_a_chain_of_notes_belongs_to_where_it_ends():
    raw = ["T1\tX 0 5\tAlpha", *(f"#{n}\tN {f'#{n - 1}' if n > 1 else 'T1'}\twords" for n in range(1, 3000))]
    raw += [f"#{n}\tN #{n + 1 if n % 2 else n - 1}\tround" for n in (9001, 9002)]
    chain = [line for number, one in enumerate(raw) if (line := bratlines.parsed(one, number))]
    assert len(chain) == len(raw)
    known = bratlines.owners(chain)
    assert set(known.values()) == {"T1"}
    assert len(known) == 3000


def test_templates_that_are_known_come_before_files_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "quotes", "no template")
    assert template.named("quotes").module != "quotes"
    for odd in ("~nobody9/x", "x" * 5000, "a\0b"):
        with pytest.raises(UsageError, match="There is no template"):
            template.named(odd)
