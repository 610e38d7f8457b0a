"""What two devices wrote at the same time, in every table: found, settled, taken back, and settled for all."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tinydb.table import Document as Row

from storage import identity
from storage.choosing import Unsettled
from storage.dots import SHAPES, values
from storage.errors import UsageError
from storage.library import Library
from storage.model import Creator
from storage.records import plain_record
from tests.storage.making import content

Write = Callable[[Library, str], str]
"""Writes one of several things into a library, and returns the uuid of the record it is in."""


@pytest.fixture
def other(filled: Library, file: Path, tmp_path: Path) -> Library:
    """The same library on another machine; before, what is written to below was made."""
    for write in WRITES.values():
        write(filled, "first")
    filled.ensure_tag("animal/speed/top")
    filled.close()
    target = tmp_path / "elsewhere" / "home"
    shutil.copytree(file.parent, target)
    return Library.open(target / "library.json", state=tmp_path / "elsewhere" / "state")


def _title(library: Library, said: str) -> str:
    return library.edit_document(library.documents()[0].uuid, title=said).uuid


def _attribute(library: Library, said: str) -> str:
    return library.edit_document(library.documents()[0].uuid, attributes={"site": said}).uuid


def _authors(library: Library, said: str) -> str:
    return _set(library, "documents", library.documents()[0].uuid, authors=[said, "Both"])


def _description(library: Library, said: str) -> str:
    return library.edit_tag(library.ensure_tag("animal").uuid, description=said).uuid


def _path(library: Library, said: str) -> str:
    tag = next(tag for tag in library.tags() if tag.path.count("/") == 1)
    return library.edit_tag(tag.uuid, path=f"animal/{said}").uuid


def _key(library: Library, said: str) -> str:
    return library.edit_tag(library.ensure_tag("animal").uuid, key=str(1 + len(said) % 9)).uuid


def _memo(library: Library, said: str) -> str:
    memo = library.write_memo("library", said)
    assert memo
    return memo.uuid


def _name(library: Library, said: str) -> str:
    uuid = "11111111-1111-4111-8111-111111111111"
    if uuid not in {one.uuid for one in library.creators()}:
        row = Row(plain_record(Creator(uuid, said, "jane@elsewhere")), int(identity.doc_id(uuid)))
        library.db.table("creators").insert(row)
        return uuid
    return _set(library, "creators", uuid, name=said)


def _bookmark(library: Library, said: str) -> str:
    return library.set_bookmark(library.documents()[0].uuid, "a", len(said)).uuid


def _relation(library: Library, said: str) -> str:
    one, another = sorted(library.annotations(), key=lambda each: each.uuid)[:2]
    links = [{"to": another.uuid, "type": "supports", "note": said}]
    return _set(library, "annotations", one.uuid, links=links)


def _set(library: Library, table: str, uuid: str, **values: Any) -> str:
    library.db.table(table).update(values, doc_ids=[int(identity.doc_id(uuid))])
    return uuid


WRITES: dict[tuple[str, str], Write] = {
    ("documents", "title"): _title,
    ("documents", "attributes/site"): _attribute,
    ("documents", "authors"): _authors,
    ("tags", "description"): _description,
    ("tags", "path"): _path,
    ("tags", "key"): _key,
    ("memos", "note"): _memo,
    ("creators", "name"): _name,
    ("bookmarks", "offset"): _bookmark,
    ("annotations", "links/supports/"): _relation,
}
KINDS = pytest.mark.parametrize("kind", WRITES, ids="-".join)
TAKEN = pytest.mark.parametrize("taken", [True, False])


def shown(library: Library, table: str, uuid: str, field: str) -> object:
    return values(SHAPES[table], library._find(table, uuid) or {}).get(field)


def apart(mine: Library, theirs: Library, table: str, write: Write) -> Unsettled:
    """Write something else on either side, merge, and return what waits then."""
    uuid = write(mine, "mine")
    assert write(theirs, "another") == uuid
    mine.merge(theirs.path)
    (waiting,) = mine.waiting(table, uuid)
    assert mine.unsettled(table)[uuid] == [waiting]
    assert waiting in mine.all_unsettled()
    return waiting


@TAKEN
@KINDS
def test_one_is_chosen_and_no_merge_brings_the_other_back(
    filled: Library, other: Library, kind: tuple[str, str], taken: bool
) -> None:
    table = kind[0]
    waiting = apart(filled, other, table, WRITES[kind])
    assert waiting.field.startswith(kind[1])
    wanted = waiting.others[0].value if taken else waiting.shown
    assert shown(filled, table, waiting.uuid, waiting.field) == waiting.shown != waiting.others[0].value
    filled.choose(table, waiting.uuid, waiting.field, waiting.others[0] if taken else None)
    assert shown(filled, table, waiting.uuid, waiting.field) == wanted
    assert filled.all_unsettled() == []
    filled.merge(other.path)
    assert (shown(filled, table, waiting.uuid, waiting.field), filled.all_unsettled()) == (wanted, [])
    other.merge(filled.path)
    assert (shown(other, table, waiting.uuid, waiting.field), other.all_unsettled()) == (wanted, [])
    assert content(other) == content(filled)


@TAKEN
@KINDS
def test_a_choice_is_one_step_which_undo_takes_back(
    filled: Library, other: Library, kind: tuple[str, str], taken: bool
) -> None:
    table = kind[0]
    before = apart(filled, other, table, WRITES[kind])
    everything = content(filled)
    filled.choose(table, before.uuid, before.field, before.others[0] if taken else None)
    chosen = content(filled)
    outcome = filled.undo()
    assert outcome is not None
    assert (outcome.label, outcome.skipped) == ("choice", ())
    (again,) = filled.waiting(table, before.uuid)
    assert (again.field, again.shown) == (before.field, before.shown)
    assert [one.value for one in again.others] == [one.value for one in before.others]
    assert content(filled) == everything
    assert filled.redo()
    assert (content(filled), filled.all_unsettled()) == (chosen, [])


def test_a_choice_made_on_both_sides_is_a_choice_to_be_made(filled: Library, other: Library) -> None:
    waiting = apart(filled, other, "documents", _title)
    other.merge(filled.path)
    (there,) = other.all_unsettled()
    filled.choose("documents", waiting.uuid, "title")
    other.choose("documents", waiting.uuid, "title", there.others[0])
    filled.merge(other.path)
    (again,) = filled.all_unsettled()
    assert {again.shown, *(one.value for one in again.others)} == {"mine", "another"}


@TAKEN
def test_the_tags_beneath_go_where_their_parent_goes(filled: Library, other: Library, taken: bool) -> None:
    parent = next(tag for tag in filled.tags() if tag.path == "animal")
    beneath = [tag.path.removeprefix("animal") for tag in filled.beneath(parent)]
    assert len(beneath) > 2
    filled.edit_tag(parent.uuid, path="beast")
    other.edit_tag(parent.uuid, path="creature")
    filled.merge(other.path)
    assert len(filled.unsettled("tags")) == len(beneath)
    (waiting,) = filled.waiting("tags", parent.uuid)
    filled.choose("tags", parent.uuid, "path", waiting.others[0] if taken else None)
    assert filled.all_unsettled() == []
    top = waiting.others[0].value if taken else waiting.shown
    assert [tag.path for tag in filled.tags() if tag.path.startswith(top)] == [top + rest for rest in beneath]
    filled.undo()
    assert len(filled.unsettled("tags")) == len(beneath)


def test_a_path_that_another_tag_has_by_now_is_refused_and_nothing_changes(filled: Library, other: Library) -> None:
    waiting = apart(filled, other, "tags", _path)
    filled.ensure_tag(waiting.others[0].value)
    before = content(filled)
    with pytest.raises(UsageError, match="already a tag"):
        filled.choose("tags", waiting.uuid, "path", waiting.others[0])
    assert (content(filled), len(filled.all_unsettled())) == (before, 1)


def test_a_key_that_is_chosen_is_taken_off_the_tag_that_has_it_by_now(filled: Library, other: Library) -> None:
    waiting = apart(filled, other, "tags", _key)
    taken = filled.edit_tag(filled.ensure_tag("speed").uuid, key=waiting.others[0].value)
    filled.choose("tags", waiting.uuid, "key", waiting.others[0])
    assert (filled.tag(waiting.uuid).key, filled.tag(taken.uuid).key) == (waiting.others[0].value, "")


def test_what_has_no_place_in_its_field_can_be_dropped_and_takes_nothing_along(filled: Library) -> None:
    uuid = next(each.uuid for each in filled.annotations() if each.tags)
    before = filled.annotation(uuid)
    odd = {"field": "tags", "value": "a text", "dot": ["x", 5]}
    _set(filled, "annotations", uuid, alternatives=[odd])
    (waiting,) = filled.waiting("annotations", uuid)
    with pytest.raises(UsageError, match="cannot stand in “tags”"):
        filled.choose("annotations", uuid, "tags", waiting.others[0])
    filled.choose("annotations", uuid, "tags")
    assert filled.all_unsettled() == []
    assert filled.annotation(uuid).tags == before.tags


def test_a_choice_that_is_not_there_any_more_is_refused(filled: Library, other: Library) -> None:
    waiting = apart(filled, other, "memos", _memo)
    filled.choose("memos", waiting.uuid, "note")
    with pytest.raises(UsageError, match="not there any more"):
        filled.choose("memos", waiting.uuid, "note", waiting.others[0])
    filled.write_memo("library", "")
    with pytest.raises(UsageError, match="not there any more"):
        filled.choose("memos", waiting.uuid, "note")


def test_two_memos_on_one_subject_are_both_there_and_edited_each(filled: Library, other: Library) -> None:
    about = f"document:{filled.documents()[0].uuid}"
    filled.write_memo(about, "mine")
    other.write_memo(about, "another")
    filled.merge(other.path)
    one, two = (memo for memo in filled.memos() if memo.about == about)
    filled.write_memo(about, "changed", two.uuid)
    assert {memo.uuid: memo.note for memo in filled.memos() if memo.about == about} == {
        one.uuid: one.note,
        two.uuid: "changed",
    }
    filled.write_memo(about, "", one.uuid)
    assert [memo.note for memo in filled.memos() if memo.about == about] == ["changed"]
