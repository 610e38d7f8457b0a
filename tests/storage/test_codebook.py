import pytest

from storage.errors import UsageError
from storage.library import Library
from storage.model import Document
from storage.text import Text


@pytest.fixture
def tagged(library: Library, document: Document, fox: Text) -> Library:
    """Three annotations: a/b and c, a, a/b/d."""
    for start, tags in ((0, ["a/b", "c"]), (4, ["a"]), (10, ["a/b/d"])):
        library.annotate(document.uuid, [(start, start + 3)], tags=tags, text=fox)
    return library


def paths(library: Library) -> list[list[str]]:
    return [library.tag_paths(one) for one in library.annotations()]


def uuid(library: Library, path: str) -> str:
    tag = library.tag_by_path(path)
    assert tag is not None, path
    return tag.uuid


def test_what_a_change_touches_is_counted_first(tagged: Library) -> None:
    assert str(tagged.reach(uuid(tagged, "a"))) == "3 annotations in 1 document, 2 tags beneath"
    assert str(tagged.reach(uuid(tagged, "c"))) == "1 annotation in 1 document"
    tagged.ensure_tag("free")
    assert str(tagged.reach(uuid(tagged, "free"))) == "0 annotations"


def test_renaming_takes_along_what_lies_beneath(tagged: Library) -> None:
    tagged.rename_tag(uuid(tagged, "a/b"), "x/y")
    assert paths(tagged) == [["c", "x/y"], ["a"], ["x/y/d"]]
    tagged.undo()
    assert paths(tagged) == [["a/b", "c"], ["a"], ["a/b/d"]]


def test_merging_moves_annotations_and_what_lies_beneath_in_one_step(tagged: Library) -> None:
    tagged.edit_tag(uuid(tagged, "a"), key="3", description="first")
    tagged.merge_tags(uuid(tagged, "a"), uuid(tagged, "c"))
    assert paths(tagged) == [["c", "c/b"], ["c"], ["c/b/d"]]
    kept = tagged.tag(uuid(tagged, "c"))
    assert (kept.key, kept.description) == ("3", "first")
    tagged.undo()
    assert paths(tagged) == [["a/b", "c"], ["a"], ["a/b/d"]]
    tagged.redo()
    assert paths(tagged) == [["c", "c/b"], ["c"], ["c/b/d"]]


def test_renaming_to_a_tag_that_exists_merges(tagged: Library) -> None:
    tagged.rename_tag(uuid(tagged, "c"), "a/b")
    assert paths(tagged) == [["a/b"], ["a"], ["a/b/d"]]


@pytest.mark.parametrize(("one", "other"), [("a", "a/b"), ("a", "a")])
def test_a_tag_is_not_merged_into_itself(tagged: Library, one: str, other: str) -> None:
    with pytest.raises(UsageError):
        tagged.merge_tags(uuid(tagged, one), uuid(tagged, other))
    assert paths(tagged) == [["a/b", "c"], ["a"], ["a/b/d"]]


def test_deleting_takes_it_off_everywhere_and_comes_back_whole(tagged: Library) -> None:
    tagged.delete_tag(uuid(tagged, "a"))
    assert paths(tagged) == [["c"], [], []]
    assert [tag.path for tag in tagged.tags()] == ["c"]
    outcome = tagged.undo()
    assert outcome is not None
    assert not outcome.skipped
    assert paths(tagged) == [["a/b", "c"], ["a"], ["a/b/d"]]


def test_of_a_group_one_is_set_at_most(library: Library, document: Document, fox: Text) -> None:
    for path in ("status/confirmed", "status/false", "other"):
        library.ensure_tag(path)
    library.set_one_of(uuid(library, "status"), one_of=True)
    one = library.annotate(document.uuid, [(0, 3)], tags=["status/false", "other"], text=fox)
    one = library.edit(one.uuid, add_tags=["status/confirmed"])
    assert library.tag_paths(one) == ["other", "status/confirmed"]
    one = library.edit(one.uuid, add_tags=["status/new"])
    assert library.tag_paths(one) == ["other", "status/new"], "a new sister joins the group"
    one = library.edit(one.uuid, add_tags=["status/new/part"])
    assert library.tag_paths(one) == ["other", "status/new", "status/new/part"], "what lies beneath goes with it"
    one = library.edit(one.uuid, add_tags=["status/false"])
    assert library.tag_paths(one) == ["other", "status/false"]
    library.undo()
    assert library.tag_paths(library.annotation(one.uuid)) == ["other", "status/new", "status/new/part"]
    made = library.annotate(document.uuid, [(4, 9)], tags=["status/false", "status/confirmed"], text=fox)
    assert library.tag_paths(made) == ["status/confirmed"], "the last one counts"


def test_a_group_goes_with_its_parent_and_not_with_one_that_leaves(library: Library) -> None:
    for path in ("status/a", "status/b"):
        library.ensure_tag(path)
    library.set_one_of(uuid(library, "status"), one_of=True)
    library.rename_tag(uuid(library, "status"), "state")
    assert {tag.path: tag.group for tag in library.tags()} == {"state": "", "state/a": "state", "state/b": "state"}
    library.rename_tag(uuid(library, "state/a"), "free")
    assert library.tag(uuid(library, "free")).group == ""
    assert library.one_of(library.tag(uuid(library, "state")))
    library.set_one_of(uuid(library, "state"), one_of=False)
    assert not library.one_of(library.tag(uuid(library, "state")))
    with pytest.raises(UsageError, match="no tags beneath"):
        library.set_one_of(uuid(library, "free"), one_of=True)
