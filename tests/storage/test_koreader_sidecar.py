"""KOReader's sidecars: Lua is read and never run, and what is marked in it comes in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import DocumentError
from storage.exchange import lua
from tests.storage.exchange_library import Desk, text_of
from tests.storage.importing import imported, written

NEWER = r"""-- /mnt/us/books/one.sdr/metadata.epub.lua
return {
    ["annotations"] = {
        [1] = {
            ["chapter"] = "I", ["color"] = "blue", ["datetime"] = "2026-01-06 08:00:00", ["drawer"] = "lighten",
            ["datetime_updated"] = "2026-01-07 09:00:00", ["note"] = "Why \"so\"?\
Really.", ["page"] = "/body/p[1]/text().0", ["pageno"] = 42, ["pos0"] = "/body/p[1]/text().0",
            ["text"] = "Alpha b\195\169ta",
        },
        [2] = { ["datetime"] = "2026-01-06 09:00:00", ["pageno"] = 60, ["text"] = "in Chapter II" },
        [3] = { ["datetime"] = "2026-01-06 09:30:00", ["pageno"] = 61, ["text"] = "" },
    },
    ["doc_path"] = "/mnt/us/books/one.epub",
    ["doc_props"] = { ["authors"] = "A. Writer\
B. Writer", ["title"] = "One", ["language"] = "en" },
    ["percent_finished"] = 0.25,
    ["stats"] = { performance_in_pages = {}, ["title"] = "Wrong" },
}
"""
OLDER = """return {
    ["highlight"] = {
        [42] = { [1] = {
            ["datetime"] = "2024-03-01 10:00:00", ["text"] = "Alpha béta", ["pos0"] = "x", ["drawer"] = "lighten",
        } },
        [77] = { [1] = { ["datetime"] = "2024-03-02 10:00:00", ["text"] = "gamma", ["pos0"] = "y" } },
    },
    ["bookmarks"] = {
        [1] = { ["datetime"] = "2024-03-02 10:00:00", ["highlighted"] = true, ["notes"] = "gamma",
            ["text"] = "Page 77 gamma @ 2024-03-02 10:00:00" },
        [2] = { ["datetime"] = "2024-03-01 10:00:00", ["highlighted"] = true, ["notes"] = "Alpha béta",
            ["text"] = "Mine." },
        [3] = { ["datetime"] = "2024-03-03 10:00:00", ["notes"] = "in Chapter", ["page"] = "z" },
    },
    ["stats"] = { ["title"] = "One", ["authors"] = "A. Writer" },
}"""


@pytest.fixture
def library(tmp_path):
    folder = tmp_path / "library"
    folder.mkdir()
    desk = Desk(folder)
    desk.receive("one.txt", text_of("One", ("paragraph", "It begins. Alpha béta, then gamma.")))
    with desk.library as library:
        yield library


def side(tmp_path, source):
    (tmp_path / "one.sdr").mkdir(exist_ok=True)
    return written(tmp_path / "one.sdr", "metadata.epub.lua", source)


def test_a_newer_sidecar_comes_in(library, tmp_path):
    report = imported(library, side(tmp_path, NEWER))
    assert (report.format, report.unplaced, len(report.problems)) == ("koreader", 0, 1)
    found = {one.exact: one for one in library.annotations()}
    first = found["Alpha béta"]
    assert (first.note, first.color, first.start) == ('Why "so"?\nReally.', "blue", 11)
    assert (first.created, first.updated) == ("2026-01-06T08:00:00Z", "2026-01-07T09:00:00Z")
    assert dict(first.fields) == {"chapter": "I", "page": 42, "drawer": "lighten", "pn_xp": "/body/p[1]/text().0"}
    assert (found[""].note, found[""].fields["page"]) == ("in Chapter II", 60)
    assert {fate for _, fate in imported(library, side(tmp_path, NEWER)).fates} == {"there"}


def test_an_older_sidecar_comes_in(library, tmp_path):
    report = imported(library, side(tmp_path, OLDER))
    assert report.whole
    assert {(one.exact, one.note, one.fields.get("page")) for one in library.annotations()} == {
        ("Alpha béta", "Mine.", 42),
        ("gamma", "", 77),
        ("", "in Chapter", None),
    }


@pytest.mark.parametrize(
    "source",
    [
        'return os.execute("touch /tmp/x")',
        "return { annotations = f() }",
        "return { annotations = { 1 + 1 } }",
        'return { annotations = "a" .. "b" }',
        "annotations = {}",
        "return { annotations = {} } os.exit()",
        "return { annotations = { ",
        'return { annotations = "open',
        "return " + "{ annotations = " * 500,
    ],
)
def test_programs_are_refused_by_name_and_not_run(library, tmp_path, source):
    path = side(tmp_path, source)
    with pytest.raises(DocumentError, match="no sidecar") as error:
        imported(library, path, form="koreader")
    assert str(path) in str(error.value)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("return nil", None),
        ("return {}", {}),
        ("return {1, 2; 3,}", [1, 2, 3]),
        ("return {[2] = 'b', [1] = 'a'}", ["a", "b"]),
        ("return {[2] = 'b'}", {2: "b"}),
        ("return {a = 1, ['b c'] = {true, false}}", {"a": 1, "b c": [True, False]}),
        ("return -1.5e2 -- minus", -150.0),
        ("return 0x10", 16),
        ("return [==[\na]]b]==]", "a]]b"),
        ("--[[ more\nlines ]] return '\\65\\x42\\u{1F98A}\\z \n c\\\nd\\t'", "AB\U0001f98ac\nd\t"),
        ("return {[1] = [[x]]}", ["x"]),
    ],
)
def test_values_of_lua(source, value):
    assert lua.load(source) == value


WORDS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, min_size=1) | st.dictionaries(WORDS, inner, min_size=1),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_written_down_as_lua_is_read_back(value):
    assert lua.load(f"return {dumped(value)}") == value


def dumped(value):
    if isinstance(value, str):
        return '"' + "".join(f"\\{byte:03}" for byte in value.encode()) + '"'
    if isinstance(value, list):
        return "{" + ", ".join(map(dumped, value)) + "}"
    if isinstance(value, dict):
        return "{" + ", ".join(f"[{dumped(key)}] = {dumped(each)}" for key, each in value.items()) + "}"
    return "nil" if value is None else str(value).lower()


@given(st.text(st.sampled_from("{}[]=,;\"'\\ return nil--12.\n")))
def test_whatever_stands_there_is_a_value_or_refused(source):
    try:
        lua.load(source)
    except lua.LuaError as error:
        assert str(error)  # noqa: PT017  # either is right
