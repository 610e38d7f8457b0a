import pytest

from storage.errors import UsageError
from storage.library import Library
from storage.model import Annotation, Document
from storage.query import parse
from storage.relations import LINK_TYPES, Relation
from storage.text import Text
from tests.storage.making import place


@pytest.fixture
def pair(library: Library, document: Document, fox: Text) -> tuple[Annotation, Annotation]:
    quick = library.annotate(document.uuid, [place(fox.string, "quick")], tags=["a"], note="one", text=fox)
    lazy = library.annotate(document.uuid, [place(fox.string, "lazy dog")], tags=["b"], note="two", text=fox)
    return quick, lazy


def test_a_link_is_seen_from_both_ends_and_taken_away(library: Library, pair) -> None:
    quick, lazy = pair
    library.link(quick.uuid, lazy.uuid, "source of", "page 4")
    assert library.relations(library.annotation(quick.uuid)) == [
        Relation("source of", lazy.uuid, out=True, note="page 4")
    ]
    assert library.relations(lazy) == [Relation("source of", quick.uuid, out=False, note="page 4")]
    library.unlink(quick.uuid, lazy.uuid, "source of")
    assert library.relations(lazy) == []
    library.undo()
    assert len(library.relations(lazy)) == 1
    library.delete(quick.uuid)
    assert library.relations(lazy) == []
    library.undo()
    assert len(library.relations(lazy)) == 1


@pytest.mark.parametrize("kind", ["", " ", "a/b"])
def test_odd_relations_are_refused(library: Library, pair, kind: str) -> None:
    with pytest.raises(UsageError):
        library.link(pair[0].uuid, pair[1].uuid, kind)
    with pytest.raises(UsageError):
        library.link(pair[0].uuid, pair[0].uuid, "supports")
    with pytest.raises(UsageError):
        library.unlink(pair[0].uuid, pair[1].uuid, "supports")


def test_types_are_the_usual_ones_and_the_readers_own(library: Library, pair) -> None:
    library.link(pair[0].uuid, pair[1].uuid, "echoes")
    assert library.link_types() == [*LINK_TYPES, "echoes"]
    library.undo()
    assert library.link_types() == list(LINK_TYPES)


def test_queries_ask_for_links_at_either_end(library: Library, document: Document, pair) -> None:
    quick, lazy = pair
    library.link(quick.uuid, lazy.uuid, "source of")

    def found(source: str) -> list[str]:
        query = parse(source)
        return [
            one.exact
            for one in library.annotations()
            if query.holds(library.subject(one, document, library.tag_paths(one), "", query))
        ]

    assert found("has:link") == ["quick", "lazy dog"]
    assert found("link:source") == ["quick", "lazy dog"]
    assert found("-link:source") == []
    assert found("link:supports") == []
    library.unlink(quick.uuid, lazy.uuid, "source of")
    assert found("-link:source") == ["quick", "lazy dog"]


def test_splitting_keeps_tags_and_joining_gives_it_back(library: Library, pair, fox: Text) -> None:
    _, lazy = pair
    library.link(pair[0].uuid, lazy.uuid, "supports")
    first, second = library.split(lazy.uuid, place(fox.string, "dog")[0], fox)
    assert [(one.exact, library.tag_paths(one), one.note) for one in (first, second)] == [
        ("lazy", ["b"], "two"),
        ("dog", ["b"], ""),
    ]
    assert first.uuid == lazy.uuid
    joined = library.join([second.uuid, first.uuid], fox)
    assert (joined.uuid, joined.exact, joined.note) == (lazy.uuid, "lazy dog", "two")
    assert len(library.relations(joined)) == 1
    library.undo()
    library.undo()
    assert [one.exact for one in library.annotations()] == ["quick", "lazy dog"]


def test_joining_takes_everything_over(library: Library, document: Document, pair, fox: Text) -> None:
    quick, lazy = pair
    third = library.annotate(document.uuid, [place(fox.string, "The end")], text=fox)
    library.link(third.uuid, lazy.uuid, "supports")
    library.link(quick.uuid, lazy.uuid, "same as")
    joined = library.join([quick.uuid, lazy.uuid], fox)
    assert joined.exact == "quick brown fox jumps over the lazy dog"
    assert (library.tag_paths(joined), joined.note, joined.links) == (["a", "b"], "one\n\ntwo", ())
    assert [one.to for one in library.annotation(third.uuid).links] == [joined.uuid]
    with pytest.raises(UsageError):
        library.join([joined.uuid], fox)


def test_splitting_needs_text_on_both_sides(library: Library, pair, fox: Text) -> None:
    for at in (pair[0].start, pair[0].end, 0):
        with pytest.raises(UsageError):
            library.split(pair[0].uuid, at, fox)


def test_bookmarks_move_and_are_undone(library: Library, document: Document) -> None:
    library.set_bookmark(document.uuid, "a", 3)
    library.set_bookmark(document.uuid, "a", 7)
    assert [(mark.name, mark.offset) for mark in library.bookmarks(document.uuid)] == [("a", 7)]
    library.undo()
    assert [(mark.name, mark.offset) for mark in library.bookmarks(document.uuid)] == [("a", 3)]
    library.delete_bookmark(library.bookmarks(document.uuid)[0].uuid)
    assert library.bookmarks(document.uuid) == []
    with pytest.raises(UsageError):
        library.set_bookmark(document.uuid, "ab", 3)


def test_memos_are_written_changed_and_emptied(library: Library, document: Document) -> None:
    tag = library.ensure_tag("a")
    for about in ("library", f"tag:{tag.uuid}", f"document:{document.uuid}"):
        library.write_memo(about, "first")
        made = library.write_memo(about, "second")
        assert made is not None
        assert library.memo(about) == library.memos()[-1]
    library.write_memo("library", "")
    assert library.memo("library") is None
    library.undo()
    memo = library.memo("library")
    assert memo is not None
    assert memo.note == "second"
    for about in ("tag:nobody", "document:x", "weather"):
        with pytest.raises(UsageError):
            library.write_memo(about, "x")
