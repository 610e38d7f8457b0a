"""Other names of what a tag stands for: kept, merged, taken along, and known to queries and the library search."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from storage import exchange
from storage.fulltext.aliases import known_names, widened
from storage.fulltext.asking import All, Any, Leaf, ask
from storage.library import Library
from storage.model import Tag
from tests.storage.importing import imported
from tests.storage.making import library_in_memory, text_of
from tests.storage.test_fulltext import found

NAMES = known_names([Tag("1", "names/Nicolás Maduro", aliases=("Nicholas Maduro", "Maduro"))])
FULL, ENGLISH, LAST = Leaf(("nicolas", "maduro")), Leaf(("nicholas", "maduro")), Leaf(("maduro",))


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("maduro", Any((LAST, FULL, ENGLISH))),
        ('"nicholas maduro"', Any((ENGLISH, FULL, LAST))),
        ("nicholas maduro", All((Any((All((Leaf(("nicholas",)), LAST)), FULL, ENGLISH, LAST)),))),
        ("nicholas", Leaf(("nicholas",))),
        ("madur*", Leaf(("madur",), prefix=True)),
        ("guido -maduro", All((Leaf(("guido",)),), (LAST,))),
        ("guido OR maduro", Any((Leaf(("guido",)), Any((LAST, FULL, ENGLISH))))),
    ],
)
def test_any_of_the_names_will_do(source: str, wanted: object) -> None:
    words = ask(source).words
    assert words is not None
    assert widened(words, NAMES) == wanted


def test_without_aliases_nothing_is_widened() -> None:
    assert known_names([Tag("1", "a/b"), Tag("2", "c", aliases=("c",))]) == {}


def test_the_library_search_finds_every_name(tmp_path: Path) -> None:
    with Library.open(tmp_path / "home" / "library.json", state=tmp_path / "state") as library:
        for name, string in (("one", "Said Nicolás Maduro."), ("two", "Nicholas Maduro left."), ("three", "Nobody.")):
            library.receive(tmp_path / f"{name}.txt", text_of(string))
        tag = library.ensure_tag("names/Nicolás Maduro")
        assert [name for name, *_ in found(library, '"nicholas maduro"')] == ["two.txt"]
        library.edit_tag(tag.uuid, aliases=["Nicholas Maduro"])
        assert [name for name, *_ in found(library, '"nicholas maduro"')] == ["one.txt", "two.txt"]
        assert [name for name, *_ in found(library, "nicolas maduro")] == ["one.txt", "two.txt"]


def test_a_tag_may_have_many_names(tmp_path: Path) -> None:
    with Library.open(tmp_path / "home" / "library.json", state=tmp_path / "state") as library:
        for name, string in (
            ("one", "Said N7x, 天安门."),
            ("two", "N1200x left."),
            ("three", "Nobody, 北京."),
            ("four", "No."),
        ):
            library.receive(tmp_path / f"{name}.txt", text_of(string))
        tag = library.ensure_tag("names/N0x")
        library.edit_tag(tag.uuid, aliases=[*(f"N{number}x" for number in range(1500)), "天安门", "北京"])
        assert [name for name, *_ in found(library, "n0x")] == ["one.txt", "three.txt", "two.txt"]
        assert [name for name, *_ in found(library, "n7x -nobody")] == ["one.txt", "two.txt"]
        assert [name for name, *_ in found(library, "left OR n3x")] == ["one.txt", "three.txt", "two.txt"]


def test_queries_know_them(tmp_path: Path) -> None:
    library = library_in_memory(tmp_path / "state")
    text = text_of("He left.")
    document = library.receive(tmp_path / "a.txt", text)
    library.annotate(document.uuid, [(0, 2)], tags=["names/Nicolás Maduro"], text=text)
    tag = library.tag_by_path("names/Nicolás Maduro")
    assert tag is not None
    for query in ("tag:nicholas*", 'tag:"Nicholas Maduro"', "nicholas"):
        assert exchange.export(library, query, "json", io.StringIO()).count == 0
    library.edit_tag(tag.uuid, aliases=["Nicholas Maduro"])
    for query in ("tag:nicholas*", 'tag:"Nicholas Maduro"', "nicholas"):
        assert exchange.export(library, query, "json", io.StringIO()).count == 1


def test_they_are_kept_cleaned_merged_and_undone(tmp_path: Path) -> None:
    library = library_in_memory(tmp_path / "state")
    one, two = library.ensure_tag("names/A"), library.ensure_tag("names/B")
    assert library.edit_tag(one.uuid, aliases=[" x\ny ", "A", "x y", ""]).aliases == ("x y",)
    library.edit_tag(two.uuid, aliases=["A", "z"])
    assert library.merge_tags(two.uuid, one.uuid).aliases == ("x y", "z")
    library.undo()
    assert library.tag(one.uuid).aliases == ("x y",)
    assert library.tag(two.uuid).aliases == ("A", "z")
    assert library.edit_tag(one.uuid, color="red").aliases == ("x y",)


def test_they_leave_and_come_back(tmp_path: Path) -> None:
    library = library_in_memory(tmp_path / "state")
    library.edit_tag(library.ensure_tag("names/A").uuid, aliases=["x", "y"])
    out = tmp_path / "a.json"
    exchange.export(library, "", "json", str(out))
    other = library_in_memory(tmp_path / "other")
    tag = other.ensure_tag("names/A")
    other.edit_tag(tag.uuid, aliases=["z"])
    imported(other, out)
    assert other.tag(tag.uuid).aliases == ("x", "y", "z")
