import time
from pathlib import Path

import pytest

from storage import identity
from storage.errors import UsageError
from storage.library import Library
from storage.model import Document, ReadingPosition
from storage.text import Text
from tests.storage import making
from tests.storage.making import FOX, content, text_of
from tests.storage.test_files import fail_at


def test_a_highlight_has_its_quote_context_and_text(library: Library, document: Document, fox: Text) -> None:
    made = library.annotate(document.uuid, [making.place(FOX, "fox", 2)], color="green", note="n", text=fox)
    assert (made.exact, made.text, made.reader, made.state) == ("fox", fox.hash, "plain/1", "anchored")
    assert FOX[made.start - len(made.prefix) : made.end + len(made.suffix)] == f"{made.prefix}fox{made.suffix}"
    assert (made.color, made.note, made.created) == ("green", "n", made.updated)
    assert library.annotation(made.uuid) == made
    assert library.me().uuid == made.creator
    assert library.creators() == [library.me()]


def test_annotations_stand_in_reading_order(library: Library, document: Document, fox: Text) -> None:
    ranges = [[(10, 12)], [(4, 9)], [], [(4, 15)], [(0, 2), (30, 31)], []]
    made = [library.annotate(document.uuid, each, text=fox) for each in ranges]
    assert library.annotations(document.uuid) == [made[i] for i in (2, 5, 4, 3, 1, 0)]
    assert library.count(document.uuid) == 6
    assert library.annotations(document.uuid) is library.annotations(document.uuid)
    hen = library.receive(Path("/hen.txt"), text_of("A hen."))
    other = library.annotate(hen.uuid, [(0, 1)], text=text_of("A hen."))
    assert library.annotations() == [*library.annotations(document.uuid), other]
    assert library.count("nothing") == 0


@pytest.mark.parametrize("ranges", [[(0, 0)], [(5, 2)], [(-1, 2)], [(0, 10_000)], [(0, 5), (4, 8)]])
def test_a_range_outside_of_the_text_is_refused(
    library: Library, document: Document, fox: Text, ranges: list[tuple[int, int]]
) -> None:
    before = content(library)
    with pytest.raises(UsageError, match="is no range of this text"):
        library.annotate(document.uuid, ranges, tags=["new"], text=fox)
    assert content(library) == before


def test_an_edit_changes_only_what_is_given(library: Library, document: Document, fox: Text) -> None:
    made = library.annotate(document.uuid, [(4, 9)], tags=["a", "b"], color="red", note="n", text=fox)
    changed = library.edit(made.uuid, add_tags=["c/d", "a"], remove_tags=["b", "unknown"])
    assert library.tag_paths(changed) == ["a", "c/d"]
    assert changed._replace(tags=made.tags, updated=made.updated) == made
    moved = library.edit(made.uuid, ranges=[(4, 15)], text=fox)
    assert (moved.exact, moved.tags, moved.note, moved.created) == ("quick brown", changed.tags, "n", made.created)
    bare = library.edit(made.uuid, note="", color="")
    assert bare == moved._replace(note="", color="", updated=bare.updated)
    with pytest.raises(UsageError, match="text is needed"):
        library.edit(made.uuid, ranges=[(0, 1)])
    with pytest.raises(UsageError, match="“mauve” is no colour: there are yellow"):
        library.edit(made.uuid, color="mauve")


def test_an_edit_that_changes_nothing_is_no_save(library: Library, document: Document, fox: Text) -> None:
    made = library.annotate(document.uuid, [(4, 9)], tags=["a"], note="n", text=fox)
    revision = library.revision
    assert library.edit(made.uuid, note="n", add_tags=["a"], color="") == made
    assert library.edit(made.uuid, ranges=[(4, 9)], text=fox) == made
    assert library.revision == revision
    assert library.undo() == ("tag a", (document.uuid,), (made.uuid,), ())


def test_tags_are_made_with_their_parents(library: Library) -> None:
    made = library.ensure_tag(" source / official\nstatement ")
    assert made.path == "source/official statement"
    assert [tag.path for tag in library.tags()] == ["source", "source/official statement"]
    assert library.ensure_tag("source/official statement") == made
    assert library.tag_by_path("source/official statement") == made
    assert library.tag(made.uuid) == made
    assert library.ensure_tag("Source").path == "Source"
    assert library.ensure_tag("e\u0301t\u00e9") == library.ensure_tag("\u00e9t\u00e9")
    for odd in ("", "/", "a//b", "a/", " ", "\x1b"):
        with pytest.raises(UsageError, match="is no tag"):
            library.ensure_tag(odd)


def test_tags_are_counted_and_the_latest_come_first(library: Library, document: Document, fox: Text) -> None:
    for path in ("c", "a", "b"):
        made = library.annotate(document.uuid, [(4, 9)], tags=[path], text=fox)
    library.ensure_tag("0")
    library.edit(made.uuid, add_tags=["a"])
    assert [tag.path for tag in library.recent_tags()] == ["a", "b", "c", "0"]
    assert {library.tag(uuid).path: count for uuid, count in library.tag_counts().items()} == {"a": 2, "b": 1, "c": 1}
    library.delete(made.uuid)
    assert {library.tag(uuid).path: count for uuid, count in library.tag_counts().items()} == {"a": 1, "c": 1}


def test_renaming_a_tag_takes_those_beneath_it_along(library: Library, document: Document, fox: Text) -> None:
    made = library.annotate(document.uuid, [(4, 9)], tags=["a/b/c", "ab"], text=fox)
    tag = library.tag_by_path("a")
    assert tag
    assert library.edit_tag(tag.uuid, path="x/y", color="red", key="3", description="d").path == "x/y"
    assert [each.path for each in library.tags()] == ["ab", "x", "x/y", "x/y/b", "x/y/b/c"]
    assert library.tag_paths(library.annotation(made.uuid)) == ["ab", "x/y/b/c"]
    with pytest.raises(UsageError, match="already a tag ab"):
        library.edit_tag(tag.uuid, path="ab")
    with pytest.raises(UsageError, match="cannot go beneath itself"):
        library.edit_tag(tag.uuid, path="x/y/z")
    assert library.edit_tag(library.ensure_tag("ab").uuid, key="3").key == "3"
    assert library.tag(tag.uuid).key == ""
    with pytest.raises(UsageError, match="is no key"):
        library.edit_tag(tag.uuid, key="12")


def test_documents_have_attributes_and_a_state(library: Library, document: Document) -> None:
    changed = library.edit_document(
        document.uuid, title=" A\nTitle ", state="reading", attributes={"age": 41, "x": "y"}
    )
    assert (changed.title, changed.state, changed.attributes) == ("A Title", "reading", {"age": 41, "x": "y"})
    changed = library.edit_document(document.uuid, attributes={"age": 1.5, "x": None})
    assert changed.attributes == {"age": 1.5}
    with pytest.raises(UsageError, match="it is new, reading or done"):
        library.edit_document(document.uuid, state="lost")
    with pytest.raises(UsageError, match="age cannot be nan"):
        library.edit_document(document.uuid, attributes={"age": float("nan")})


def test_a_document_is_found_as_a_reader_names_it(library: Library, document: Document, tmp_path: Path) -> None:
    hen = library.receive(tmp_path / "old hen.txt", text_of("A hen.", "On poultry"))
    library.receive(tmp_path / "cock.txt", text_of("A cock.", "On poultry, too"))
    for spec in ("2", hen.uuid, hen.uuid[:8].upper(), str(tmp_path / "old hen.txt"), "OLD H"):
        assert library.resolve(spec) == hen
    assert library.resolve("fox") == document
    with pytest.raises(UsageError, match=r"could be 2 documents: 2 On poultry, 3 On poultry, too"):
        library.resolve("poultry")
    for spec in ("4", "0", "", "nothing", "/no/such/file"):
        with pytest.raises(UsageError, match="No document is"):
            library.resolve(spec)
    with pytest.raises(UsageError, match="There is no document"):
        library.document("12345678")


def test_a_relative_path_names_a_document(
    library: Library, document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert library.resolve("fox.txt") == library.resolve("./fox.txt") == library.lookup(Path("fox.txt")) == document


def test_an_annotation_is_found_by_the_beginning_of_its_id(library: Library, document: Document, fox: Text) -> None:
    made = library.annotate(document.uuid, [(4, 9)], text=fox)
    assert library.annotation(made.uuid[:4]) == made
    for spec in (made.uuid[:3], "", "zzzz"):
        with pytest.raises(UsageError, match="There is no annotation"):
            library.annotation(spec)
    with pytest.raises(UsageError, match="There is no annotation"):
        library.delete(made.uuid, identity.new_uuid())
    assert library.annotations() == [made]


def test_a_step_sees_itself(library: Library, document: Document, fox: Text) -> None:
    with library.step("several"):
        made = library.annotate(document.uuid, [(4, 9)], tags=["t"], text=fox)
        library.edit(made.uuid, add_tags=["u"], note="n")
        assert library.count(document.uuid) == 1
        assert library.annotations(document.uuid) == library.annotations() == [library.annotation(made.uuid)]
        assert library.tag_paths(library.annotation(made.uuid)) == ["t", "u"]
        assert [tag.path for tag in library.tags()] == ["t", "u"]
        other = library.annotate(document.uuid, [], text=fox)
        library.delete(other.uuid)
        assert library.count(document.uuid) == 1
    assert library.annotation(made.uuid).note == "n"
    assert library.undo() == ("several", (document.uuid,), (made.uuid,), ())
    assert not library.annotations()
    assert not library.tags()


def test_a_position_waits_and_is_not_undone(file: Path, state: Path, fox: Text, tmp_path: Path) -> None:
    library = Library.open(file, state=state)
    document = library.receive(file.parent / "fox.txt", fox)
    saved = file.read_bytes()
    assert library.position(document.uuid) is None
    library.save_position(ReadingPosition(document.uuid, "", 10, 20, 30))
    library.save_position(ReadingPosition(document.uuid, "", 11, 20, 30))
    assert file.read_bytes() == saved
    found = library.position(document.uuid)
    assert found
    assert (found.top, found.device) == (11, library.device)
    library.close()
    again = Library.open(file, state=state)
    assert again.position(document.uuid) == found
    assert again.undo() is None
    again.save_position(found._replace(top=12))
    again.close()
    elsewhere = Library.open(file, state=tmp_path / "elsewhere")
    place = elsewhere.position(document.uuid)
    assert place
    assert place.top == 12
    elsewhere.save_position(place._replace(top=50))
    elsewhere.close()
    positions = Library.open(file, state=state).db.table("positions").all()
    assert sorted(record["top"] for record in positions) == [12, 50]
    assert Library.open(file, state=state).position(document.uuid) == place


def test_a_position_is_saved_after_a_minute_or_waits_on(
    file: Path, state: Path, fox: Text, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library.open(file, state=state)
    document = library.receive(file.parent / "fox.txt", fox)
    saved = file.read_bytes()
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 61)
    with monkeypatch.context() as patch:
        fail_at(patch, "fsync", 1)
        library.save_position(ReadingPosition(document.uuid, "", 9, 20, 30))
    assert file.read_bytes() == saved
    library.save_position(ReadingPosition(document.uuid, "", 10, 20, 30))
    place = Library.open(file, state=state).position(document.uuid)
    assert place
    assert place.top == 10


def test_a_read_only_library_remembers_a_position_while_it_is_open(file: Path, state: Path, fox: Text) -> None:
    with Library.open(file, state=state) as library:
        document = library.receive(file.parent / "fox.txt", fox)
    saved = file.read_bytes()
    with Library.open(file, state=state, readonly=True) as library:
        library.save_position(ReadingPosition(document.uuid, "", 10, 20, 30))
        place = library.position(document.uuid)
        assert place
        assert place.top == 10
    assert file.read_bytes() == saved


def test_a_body_that_raises_still_keeps_the_position(file: Path, state: Path, fox: Text) -> None:
    with pytest.raises(KeyError), Library.open(file, state=state) as library:  # noqa: PT012  # what came before counts
        document = library.receive(file.parent / "fox.txt", fox)
        library.save_position(ReadingPosition(document.uuid, "", 10, 20, 30))
        raise KeyError
    assert Library.open(file, state=state).position(document.uuid)


def test_memos_and_bookmarks_have_their_shapes(library: Library, document: Document) -> None:
    for name in ("b", "a"):
        library.db.table("bookmarks").insert({"document": document.uuid, "name": name, "offset": 3})
    library.db.table("memos").insert({"about": "library", "note": "n"})
    assert [(mark.name, mark.offset) for mark in library.bookmarks(document.uuid)] == [("a", 3), ("b", 3)]
    assert [memo.note for memo in library.memos()] == ["n"]


def test_what_there_is_to_know(file: Path, state: Path, fox: Text) -> None:
    library = Library.open(file, state=state)
    assert library.info()["size"] == 0
    document = library.receive(file.parent / "fox.txt", fox)
    library.annotate(document.uuid, [(4, 9)], tags=["a/b"], text=fox)
    info = library.info()
    assert (info["file"], info["size"], info["readonly"]) == (str(file), file.stat().st_size, False)
    assert isinstance(info["counts"], dict)
    assert (info["counts"]["documents"], info["counts"]["annotations"], info["counts"]["tags"]) == (1, 1, 2)


def test_markup_and_escapes_in_notes_and_tags_are_kept_as_they_are(file: Path, state: Path, fox: Text) -> None:
    library = Library.open(file, state=state)
    document = library.receive(file.parent / "fox.txt", fox)
    note = "[red]x[/] [@click=app.bell]y[/] \x1b[31m\x00 \u202e \U0001f469‍\U0001f469‍\U0001f466 \ufffe"
    made = library.annotate(document.uuid, [(4, 9)], note=note, tags=["[b]bold[/b]"], text=fox)
    again = Library.open(file, state=state)
    assert again.annotation(made.uuid).note == note
    assert again.tag_paths(made) == ["[b]bold[/b]"]
    lone = again.edit(made.uuid, note="a\ud800b")
    assert lone.note == "a?b"


def test_tags_made_in_a_step_that_fails_are_forgotten(library: Library, document: Document, fox: Text) -> None:
    library.ensure_tag("a")
    with library.step("outer"):
        library.ensure_tag("b/c")
        with pytest.raises(KeyError), library.step("inner"):  # noqa: PT012  # what came before the error is the point
            library.ensure_tag("b/d")
            assert library.tag_by_path("b/d")
            raise KeyError
        assert library.tag_by_path("b/d") is None
        assert library.tag_by_path("b/c")
        library.annotate(document.uuid, [(4, 9)], tags=["b/d"], text=fox)
    assert [tag.path for tag in library.tags()] == ["a", "b", "b/c", "b/d"]
    with pytest.raises(KeyError), library.step("again"):  # noqa: PT012  # as above
        library.ensure_tag("x")
        raise KeyError
    assert library.tag_by_path("x") is None
    assert library.ensure_tag("x") == library.tag_by_path("x")


def test_what_a_killed_writer_of_the_stamp_left_is_gone_when_the_library_is_closed(tmp_path):
    with Library.open(tmp_path / "library.json", state=tmp_path / "state") as library:
        library.receive(tmp_path / "a.txt", text_of("Words."))
    (kept,) = (tmp_path / "state" / "replicas").iterdir()
    left = kept.with_name(f".{kept.name}.0a1b2c3d.manicula-tmp")
    left.write_bytes(b"half")
    with Library.open(tmp_path / "library.json", state=tmp_path / "state"):
        pass
    assert not left.exists()
    assert kept.exists()
