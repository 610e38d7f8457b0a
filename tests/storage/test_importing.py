"""Annotations coming in: places, documents, what is here already, and files that are not what they should be."""

from __future__ import annotations

import json
import shutil
from bisect import bisect_left

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import DocumentError, UsageError
from storage.exchange.matching import Matcher, address
from storage.exchange.parcel import tag_path, time
from storage.exchange.placing import utf16_units
from storage.exchange.table import READABLE, WRITABLE
from storage.exchange.taking import summary
from storage.forgetting import forget, plan
from storage.library import Library
from storage.model import Document, Link
from tests.storage.exchange_library import Desk, opened, text_of
from tests.storage.importing import exported, imported, written
from tests.storage.making import content

WORDS = "Alpha beta \U0001f98a gamma. The fox was here, and the fox was there. “Quoted”, said the fox."


class Rich(Desk):
    """A library with something of everything, in which all texts can be read."""

    def __init__(self, folder):
        super().__init__(folder)
        self.one = self.receive("one.txt", text_of("One", ("heading", "Part"), ("paragraph", WORDS)))
        self.two = self.receive("two.txt", text_of("Two, “2”; two", ("paragraph", "Epsilon. Zeta <b>x</b> & y.")))
        self.fox = self.mark(
            self.one, "\U0001f98a gamma", tags=["t/a", "b c", "d; e\\f"], note="=1+1\nnext, line; x", color="red"
        )
        other = self.mark(self.one, "the fox was there", links=(Link(self.fox.uuid, "supports", "why"),))
        self.mark(self.one, "“Quoted”", fields={"weight": 2, "who": "x"}, reply_to=other.uuid)
        self.mark(self.two, "", note="On the whole.", tags=["t"])
        self.mark(self.two, "Zeta <b>x</b> & y")
        self.library.write_memo(f"tag:{self.library.tags()[0].uuid}", "On a tag.")
        self.library.write_memo(f"document:{self.two}", "On a document.")
        self.library.write_memo("library", "On all.")
        self.library.set_bookmark(self.one, "a", 7)
        self.library.edit_tag(self.library.tags()[0].uuid, color="blue", description="What", key="3")

    def elsewhere(self, name="other", *, documents=False):
        """Return another library, empty or with the same documents unmarked, that can read the texts of this one."""
        folder = self.folder.parent / name
        folder.mkdir()
        if documents:
            desk = Desk(folder)
            for uuid in (self.one, self.two):
                path = self.library.document(uuid).paths[0]
                desk.receive(path, self._texts[uuid])
            return desk.library
        shutil.copytree(self.folder / "library.texts", folder / "library.texts")
        return Library.open(folder / "library.json", state=folder / "state")


@pytest.fixture
def desk(tmp_path):
    with opened(tmp_path, Rich) as desk:
        yield desk


@pytest.fixture
def library(desk):
    return desk.library


def carried(form):
    """Return how many of the annotations of `Rich` a format takes."""
    return 5 if "page notes" in READABLE[form].carries else 4


def out(library, form, folder):
    return written(folder, f"out{WRITABLE[form].suffix}", exported(library, form))


BOTH = [name for name, one in READABLE.items() if name in WRITABLE and one.unit == "annotation" and one.streams]
WHOLE = [name for name in BOTH if name in {"json", "jsonl"}]
BY_ID = {*WHOLE, "w3c", "hypothesis"}
"""Formats that name documents by ids, which two libraries do not share."""


@pytest.mark.parametrize("form", WHOLE)
def test_out_and_in_to_an_empty_library_and_out_again_gives_the_same_bytes(desk, form, tmp_path):
    with desk.elsewhere() as other:
        report = imported(other, out(desk.library, form, tmp_path))
        assert report.whole
        assert exported(other, form) == exported(desk.library, form)
        assert content(other) == content(desk.library)


@pytest.mark.parametrize("form", BOTH)
def test_out_and_in_where_the_documents_are_and_out_again_gives_the_same_bytes(desk, form, tmp_path):
    with desk.elsewhere(documents=True) as other:
        first = out(desk.library, form, tmp_path)
        report = imported(other, first)
        assert (report.format, report.problems, report.unplaced, report.doubtful) == (form, [], 0, 0)
        if form not in BY_ID:
            assert exported(other, form) == first.read_text()


@pytest.mark.parametrize("form", BOTH)
def test_importing_twice_changes_nothing_and_undo_takes_all_of_it_back(desk, form, tmp_path):
    first = out(desk.library, form, tmp_path)
    with desk.elsewhere(documents=True) as other:
        before = content(other)
        dry = imported(other, first, dry=True)
        assert content(other) == before
        assert imported(other, first).fates == dry.fates
        assert dry.fates["annotations", "new"] == carried(form)
        revision, after = other.revision, exported(other, "json")
        again = imported(other, first)
        assert {fate for (table, fate), count in again.fates.items() if count and table == "annotations"} == {"there"}
        assert (other.revision, exported(other, "json")) == (revision, after)
        assert other.undo().label == f"import of {first.name}"
        assert content(other) == before


@pytest.mark.parametrize("form", BOTH)
def test_importing_what_was_just_exported_changes_nothing(library, form, tmp_path):
    before = exported(library, "json")
    report = imported(library, out(library, form, tmp_path))
    kept = form in {"readwise", "markdown"}  # its tags have no spaces
    assert (report.fates["annotations", "there"], report.fates["annotations", "kept"]) == (carried(form) - kept, kept)
    assert exported(library, "json") == before


def edited(library, folder, **values):
    """Return an export in which the first annotation with a note has other values."""
    whole = json.loads(exported(library, "json"))
    next(one for one in whole["annotations"] if one["note"].startswith("=1")).update(values)
    return written(folder, "edited.json", json.dumps(whole))


def test_what_is_newer_or_was_edited_by_hand_is_taken(desk, tmp_path):
    report = imported(desk.library, edited(desk.library, tmp_path, note="by hand", tags=["new"]))
    assert (report.fates["annotations", "changed"], report.fates["annotations", "there"]) == (1, 4)
    after = desk.library.annotation(desk.fox.uuid)
    assert (after.note, desk.library.tag_paths(after), after.color) == ("by hand", ["new"], "red")
    desk.library.undo()
    assert desk.library.annotation(desk.fox.uuid).note == desk.fox.note


def test_what_is_older_than_the_library_stays_out(desk, tmp_path):
    report = imported(desk.library, edited(desk.library, tmp_path, note="old", updated="2001-01-01T00:00:00Z"))
    assert report.fates["annotations", "kept"] == 1
    assert desk.library.annotation(desk.fox.uuid).note == desk.fox.note
    assert "1 differ here and stay as they are" in summary(report)


def test_passages_are_found_in_another_version(desk, tmp_path):
    first = out(desk.library, "csv", tmp_path)
    folder = tmp_path / "changed"
    folder.mkdir()
    other = Desk(folder)
    text = text_of("One", ("paragraph", f"Something new stands here. {WORDS.replace('“Quoted”', 'Nothing')}"))
    one = other.receive("one.txt", text)
    with other.library as library:
        report = imported(library, first)
        assert report.strangers == {"Two, “2”; two": 2}
        assert report.unplaced == 1
        placed = {each.exact: each for each in library.annotations(one)}
        assert placed["\U0001f98a gamma"].start == text.string.index("\U0001f98a")
        assert placed["“Quoted”"].state == "orphan"
        assert "2 left out, of documents that are not here" in summary(report)
        imported(library, first, make=True)
        assert len(library.annotations()) == 5


def test_a_quote_that_stands_several_times_is_in_doubt_unless_something_tells(desk, tmp_path):
    rows = "document,quote,start,end\nOne,the fox was,,\nOne,the fox was,52,63\nOne,the vixen,,\n"
    report = imported(desk.library, written(tmp_path, "x.csv", rows))
    assert (report.doubtful, report.unplaced) == (0, 1)
    rows = "document,quote\nOne,the fox\n"
    assert imported(desk.library, written(tmp_path, "y.csv", rows)).doubtful == 1


def test_everything_can_be_put_into_one_document(desk, tmp_path):
    table = written(tmp_path, "x.csv", "\ufeffDocument;Quote;Note\r\nWhatever;Alpha beta;'=x\r\n")
    document = desk.library.document(desk.one)
    assert imported(desk.library, table, document=document).fates["annotations", "new"] == 1
    made = next(one for one in desk.library.annotations(desk.one) if one.exact == "Alpha beta")
    assert made.note == "=x"


@pytest.mark.parametrize(
    ("said", "fits"),
    [
        (Document("", "", files=("f",)), True),
        (Document("", "else", source="http://www.example.org/a/#part"), True),
        (Document("", "  tHe title "), True),
        (Document("", "the title", authors=("Nobody",)), True),
        (Document("", "x", paths=("/far/away/FILE.txt",)), True),
        (Document("", "another title"), False),
        (Document("", "same"), False),
        (Document("", "same", authors=("B",)), True),
    ],
)
def test_documents_are_known_by_any_of_their_signs(library, said, fits):
    ours = [
        Document("1", "The Title", files=("f",), source="https://example.org/a", paths=("file.txt",)),
        Document("2", "same", authors=("A",)),
        Document("3", "same", authors=("B",)),
    ]
    library.documents = lambda: ours
    assert (len(Matcher(library).find(said)) == 1) == fits


def test_an_address_is_the_same_with_or_without_what_does_not_matter():
    assert address("http://www.x.org/a%20b/#c") == address("https://x.org/a b")
    assert address("https://x.org/a?b=1") != address("https://x.org/a?b=2")


def test_what_was_forgotten_is_not_brought_back(desk, tmp_path):
    first = out(desk.library, "json", tmp_path)
    forget(desk.library, plan(desk.library, desk.two), lambda *_: None)
    report = imported(desk.library, first)
    assert [one.uuid for one in desk.library.documents()] == [desk.one]
    assert any("was forgotten here" in problem for problem in report.problems)
    assert all(one.document == desk.one for one in desk.library.annotations())


def test_what_was_deleted_comes_back_when_it_is_imported(desk, tmp_path):
    first = out(desk.library, "json", tmp_path)
    desk.library.delete(desk.fox.uuid)
    assert imported(desk.library, first).fates["annotations", "new"] == 1
    assert desk.library.annotation(desk.fox.uuid).note == desk.fox.note


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("x.json", "", "is empty"),
        ("x.json", "{", "no whole JSON"),
        ("x.json", "[" * 100_000, "no whole JSON"),
        ("x.json", b"\xff\xfe{\x00", "no format"),
        ("x.json", "null", "no format"),
        ("x.json", '{"format":"manicula","version":99,"annotations":[]}', "version 99"),
        ("x.json", '{"format":"manicula","version":1}', "is not what"),
        ("x.csv", "a,b\n1,2\n", "no format"),
        ("x.csv", b"PK\x03\x04", "no format"),
        ("x.jsonl", '{"format":"manicula","version":1}\n', "no records"),
        ("x.jsonl", '{"format":"manicula","version":7}\n', "version 7"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_named(library, tmp_path, name, data, says):
    path = written(tmp_path, name, data)
    with pytest.raises(DocumentError, match=says) as error:
        imported(library, path)
    assert str(path) in str(error.value)


def test_an_unknown_format_is_refused_by_name(library, tmp_path):
    with pytest.raises(UsageError, match=r"“markdownish”.*json"):
        imported(library, written(tmp_path, "x.md", "x"), form="markdownish")


def test_items_that_are_none_are_told_and_the_rest_is_taken(desk, tmp_path):
    whole = json.loads(exported(desk.library, "json"))
    good = whole["annotations"][0]
    whole["annotations"] += [
        7,
        {"uuid": 3},
        {**good, "uuid": "x", "document": "nowhere"},
        {**good, "uuid": "not a uuid", "ranges": [[-5, 3]]},
        {**good, "uuid": "odd", "ranges": [[5, 9_999_999]], "tags": ["a//b", "", 5], "color": "mauve", "note": None},
        {**good, "note": "other"},
    ]
    whole["bookmarks"] = {"not": "a list"}
    whole["memos"].append({"uuid": "m", "about": "tag:nowhere"})
    report = imported(desk.library, written(tmp_path, "x.json", json.dumps(whole)))
    assert len(report.problems) == 7
    assert report.fates["annotations", "new"] == 2
    odd = next(one for one in desk.library.annotations() if desk.library.tag_paths(one) == ["a/b"])
    assert (odd.color, odd.note, odd.state) == ("", "", "anchored")


def test_an_id_that_begins_like_another_overwrites_nothing(desk, tmp_path):
    whole = json.loads(exported(desk.library, "json"))
    uuid = whole["annotations"][0]["uuid"]
    whole["annotations"] = [{**whole["annotations"][0], "uuid": f"{uuid[:-4]}0000", "note": "instead"}]
    report = imported(desk.library, written(tmp_path, "x.json", json.dumps(whole)))
    assert report.problems == ["1 id begins like another and was replaced, so that nothing is lost."]
    assert sorted(one.note == "instead" for one in desk.library.annotations()) == [False] * 5 + [True]
    before = exported(desk.library, "json")
    assert {fate for _, fate in imported(desk.library, tmp_path / "x.json").fates} == {"there"}
    assert exported(desk.library, "json") == before


@given(st.text(st.characters(exclude_categories=["Cs"])), st.data())
def test_utf16_units_are_code_points_again(string, data):
    at = data.draw(st.integers(0, len(string)))
    unit = len(string[:at].encode("utf-16-le")) // 2
    assert unit - bisect_left(utf16_units(string), unit) == at


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-11-23T20:00:00Z", "2026-11-23T20:00:00Z"),
        ("2026-11-23T20:00:00.123456+00:00", "2026-11-23T20:00:00Z"),
        ("2026-11-23 20:00:00", "2026-11-23T20:00:00Z"),
        ("2026-11-23T20:00:00+0200", "2026-11-23T18:00:00Z"),
        ("2026-13-45T20:00:00+02:00", ""),
        ("yesterday", ""),
        (None, ""),
    ],
)
def test_times_become_utc(said, meant):
    assert time(said) == meant


@pytest.mark.parametrize(("said", "meant"), [(" a / b ", "a/b"), ("//", ""), ("a\x1b\n", "a"), (5, "")])
def test_tags_become_paths(said, meant):
    assert tag_path(said) == meant


def test_a_bookmark_stays_within_a_shorter_text(desk, tmp_path):
    first = out(desk.library, "json", tmp_path)
    folder = tmp_path / "shorter"
    folder.mkdir()
    other = Desk(folder)
    one = other.receive("one.txt", text_of("One", ("paragraph", "Al")))
    with other.library as library:
        imported(library, first)
        assert [(mark.name, mark.offset) for mark in library.bookmarks(one)] == [("a", 2)]


def test_numbers_that_no_text_has_and_no_file_keeps_do_no_harm(desk, tmp_path):
    whole = json.loads(exported(desk.library, "json"))
    good = whole["annotations"][1]
    huge = {
        **good,
        "uuid": "huge",
        "ranges": [[0, 10**30]],
        "exact": "Alpha beta",
        "fields": {"n": 10**30, "m": -(2**60)},
    }
    whole["annotations"] = [huge]
    report = imported(desk.library, written(tmp_path, "x.json", json.dumps(whole)))
    assert report.fates["annotations", "new"] == 1
    (one,) = [one for one in desk.library.annotations() if one.fields.get("n")]
    assert (one.exact, one.state, one.fields["n"]) == ("Alpha beta", "anchored", "1e+30")


def test_what_only_looks_like_json_is_refused(library, tmp_path):
    path = written(tmp_path, "x.json", '{"format": "manicula", "version": 1, "annotations": [NaN]}')
    with pytest.raises(DocumentError, match="NaN is no number"):
        imported(library, path)
