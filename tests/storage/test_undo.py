import errno
import json
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import undo
from storage.errors import LibraryError, UsageError
from storage.index import Index
from storage.library import Library
from storage.model import Document
from storage.rows import Grouped
from storage.text import Text
from tests.storage.making import FOX, content, library_in_memory, text_of
from tests.storage.test_files import fail_at

Action = tuple[str, int, int]

TAGS = ["a", "a/b", "b", "b/c/d", "c", "ü"]
COLORS = ["red", "blue", "", "green", "pink", "cyan"]
STATES = ["new", "reading", "done"]


class Case(NamedTuple):
    library: Library
    text: Text
    document: str
    annotation: str
    tag: str
    n: int
    m: int


def other(case: Case) -> str:
    annotations = case.library.annotations(case.document)
    return annotations[case.m % len(annotations)].uuid if annotations else ""


def other_tag(case: Case) -> str:
    tags = case.library.tags()
    return tags[case.m % len(tags)].uuid if tags else ""


def together(case: Case) -> None:
    with case.library.step("together"):
        for name in ("annotate", "note", "tag", "state", "delete"):
            perform(case.library, case.text, (name, case.m, case.n))


ACTIONS: dict[str, Callable[[Case], object]] = {
    "annotate": lambda c: c.library.annotate(c.document, [(c.n, c.n + 1 + c.m)], tags=TAGS[c.m :], text=c.text),
    "page": lambda c: c.library.annotate(c.document, [], note=f"page {c.n}", text=c.text),
    "note": lambda c: c.library.edit(c.annotation, note="note" * c.m),
    "color": lambda c: c.library.edit(c.annotation, color=COLORS[c.m]),
    "tag": lambda c: c.library.edit(c.annotation, add_tags=[TAGS[c.m]]),
    "untag": lambda c: c.library.edit(c.annotation, remove_tags=[TAGS[c.m]]),
    "reshape": lambda c: c.library.edit(c.annotation, ranges=[(0, 1), (3 + c.n, 9 + c.m)], text=c.text),
    "delete": lambda c: c.library.delete(c.annotation),
    "rename": lambda c: c.library.edit_tag(c.tag, path=f"{TAGS[c.m]}/new"),
    "key": lambda c: c.library.edit_tag(c.tag, key=str(c.m + 1), color=COLORS[c.m]),
    "state": lambda c: c.library.edit_document(c.document, state=STATES[c.m % 3], title=f"T{c.n}"),
    "attr": lambda c: c.library.edit_document(c.document, attributes={f"n{c.n}": c.m or None}),
    "move": lambda c: c.library.rename_tag(c.tag, TAGS[c.m]),
    "merge": lambda c: c.library.merge_tags(c.tag, other_tag(c)),
    "drop tag": lambda c: c.library.delete_tag(c.tag),
    "one of": lambda c: c.library.set_one_of(c.tag, one_of=bool(c.m % 2)),
    "link": lambda c: c.library.link(c.annotation, other(c), ("supports", "same as")[c.m % 2], "n" * c.n),
    "unlink": lambda c: c.library.unlink(c.annotation, other(c), "supports"),
    "split": lambda c: c.library.split(c.annotation, c.n + c.m, c.text),
    "join": lambda c: c.library.join([c.annotation, other(c)], c.text),
    "bookmark": lambda c: c.library.set_bookmark(c.document, "ab"[c.n % 2], c.m),
    "memo": lambda c: c.library.write_memo(f"tag:{c.tag}" if c.n % 2 else "library", "memo" * c.m),
    "together": together,
    "undo": lambda c: c.library.undo(),
    "redo": lambda c: c.library.redo(),
}

actions = st.lists(st.tuples(st.sampled_from(list(ACTIONS)), st.integers(0, 5), st.integers(0, 5)), max_size=14)


def perform(library: Library, text: Text, action: Action) -> None:
    """Do something that may be refused; which annotation or tag it concerns depends on what there is."""
    name, n, m = action
    document = library.documents()[0].uuid
    annotations, tags = library.annotations(document), library.tags()
    annotation = annotations[n % len(annotations)].uuid if annotations else ""
    with suppress(UsageError):
        ACTIONS[name](Case(library, text, document, annotation, tags[n % len(tags)].uuid if tags else "", n, m))


def undo_all(library: Library) -> int:
    count = 0
    while outcome := library.undo():
        assert not outcome.skipped
        count += 1
    return count


@given(actions)
def test_undoing_all_returns_to_the_start_and_redoing_all_to_the_end(steps: list[Action]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        library, text = library_in_memory(Path(folder)), text_of(FOX)
        library.receive(Path(folder) / "fox.txt", text)
        start = content(library)
        for step in steps:
            perform(library, text, step)
        end = content(library)
        fresh = Library(library.path, library._file, Path(folder))
        while fresh.redo():
            pass
        last = content(fresh) if any(name == "undo" for name, _, _ in steps) else end
        count = undo_all(fresh)
        assert content(fresh) == start
        groups = Grouped(dict(fresh._file.table("annotations"))).groups
        assert fresh._groups() == groups
        for _ in range(count):
            outcome = fresh.redo()
            assert outcome
            assert not outcome.skipped
        assert fresh.redo() is None
        assert content(fresh) == last
        assert fresh.tag_counts() == Index.of(fresh._file.table("annotations")).tags


def test_a_step_says_what_it_was_and_what_it_touched(library: Library, document: Document, fox: Text) -> None:
    made = library.annotate(document.uuid, [(4, 9)], text=fox)
    library.edit(made.uuid, add_tags=["a/b"])
    library.edit(made.uuid, note="n")
    library.edit(made.uuid, color="red")
    library.edit(made.uuid, ranges=[(4, 15)], text=fox)
    library.edit(made.uuid, remove_tags=["a/b"])
    library.annotate(document.uuid, [], note="p", text=fox)
    library.edit_document(document.uuid, state="done")
    library.delete(made.uuid)
    labels = []
    while outcome := library.undo():
        assert outcome.documents == (document.uuid,)
        labels.append(outcome.label)
    assert labels == [
        *["delete", "state done", "page note", "untag a/b", "reshape"],
        *["colour red", "note", "tag a/b", "highlight"],
    ]
    assert library.redo() == ("highlight", (document.uuid,), (made.uuid,), ())


def test_documents_and_creators_stay(library: Library, document: Document, fox: Text) -> None:
    assert library.undo() is None
    library.annotate(document.uuid, [(4, 9)], text=fox)
    library.undo()
    assert library.documents() == [document]
    assert library.me().uuid


def test_a_new_step_ends_redoing(library: Library, document: Document, fox: Text) -> None:
    made = library.annotate(document.uuid, [(4, 9)], text=fox)
    library.edit(made.uuid, note="one")
    library.undo()
    library.edit(made.uuid, note="two")
    assert library.redo() is None
    library.undo()
    assert library.annotation(made.uuid).note == ""


def test_it_goes_on_after_a_restart_and_is_shared(file: Path, state: Path, fox: Text) -> None:
    first = Library.open(file, state=state)
    document = first.receive(file.parent / "fox.txt", fox)
    made = first.annotate(document.uuid, [(4, 9)], note="one", text=fox)
    second = Library.open(file, state=state)
    second.edit(made.uuid, note="two")
    assert first.undo() == ("note", (document.uuid,), (made.uuid,), ())
    assert first.annotation(made.uuid).note == "one"
    assert second.undo() == ("note", (document.uuid,), (made.uuid,), ())
    assert Library.open(file, state=state).redo() == ("note", (document.uuid,), (made.uuid,), ())
    assert first.refresh()
    assert second.refresh()
    assert first.annotations() == second.annotations()
    assert [each.note for each in first.annotations()] == ["one"]


def test_another_devices_steps_are_not_undone(file: Path, state: Path, fox: Text, tmp_path: Path) -> None:
    mine = Library.open(file, state=state)
    document = mine.receive(file.parent / "fox.txt", fox)
    made = mine.annotate(document.uuid, [(4, 9)], note="mine", tags=["t"], text=fox)
    mine.edit(made.uuid, note="mine too", color="red", add_tags=["u"])
    theirs = Library.open(file, state=tmp_path / "theirs")
    assert theirs.undo() is None
    theirs.edit(made.uuid, note="theirs")
    assert mine.undo() == (
        "tag u",
        (document.uuid,),
        (made.uuid,),
        ("The note of “quick” was changed since and stays.",),
    )
    now = mine.annotation(made.uuid)
    assert (now.note, now.color, mine.tag_paths(now)) == ("theirs", "", ["t"])
    outcome = mine.undo()
    assert outcome
    assert outcome.skipped == ("“quick” was changed since and stays.", "The tag t is used elsewhere now and stays.")
    assert mine.annotation(made.uuid).note == "theirs"
    theirs.delete(made.uuid)
    outcome = mine.redo()
    assert outcome
    assert outcome.skipped == (
        "The tag t is there again and stays as it is.",
        "“quick” was deleted since and stays so.",
    )
    assert not mine.annotations()


def test_a_tag_used_elsewhere_stays(file: Path, state: Path, fox: Text, tmp_path: Path) -> None:
    mine = Library.open(file, state=state)
    document = mine.receive(file.parent / "fox.txt", fox)
    mine.annotate(document.uuid, [(4, 9)], tags=["t"], text=fox)
    theirs = Library.open(file, state=tmp_path / "theirs")
    theirs.annotate(document.uuid, [(0, 3)], tags=["t"], text=fox)
    outcome = mine.undo()
    assert outcome
    assert outcome.skipped == ("The tag t is used elsewhere now and stays.",)
    assert [mine.tag_paths(each) for each in mine.annotations()] == [["t"]]


def test_undoing_a_deletion_brings_back_the_same_annotation(library: Library, document: Document, fox: Text) -> None:
    made = library.annotate(document.uuid, [(4, 9)], tags=["t"], note="n", text=fox)
    library.delete(made.uuid)
    (grave,) = library.db.table("tombstones").all()
    assert set(grave) == {"uuid", "seen", "deleted", "sum"}
    library.undo()
    assert library.annotation(made.uuid) == made
    assert not library.db.table("tombstones").all()
    (record,) = library.db.table("annotations").all()
    assert all(dot[1] > grave["seen"][library.device] for dot in record["dots"].values())
    assert record["seen"][library.device] > grave["seen"][library.device]


def log_of(state: Path) -> Path:
    (log,) = (state / "undo").iterdir()
    return log


def test_torn_and_foreign_lines_are_passed_over(library: Library, document: Document, fox: Text, state: Path) -> None:
    made = library.annotate(document.uuid, [(4, 9)], text=fox)
    with log_of(state).open("ab") as log:
        log.write(b'{"do":99999999999999,"label":"to')
    library.edit(made.uuid, note="n")
    with log_of(state).open("ab") as log:
        log.write(b"garbage\n")
    fresh = Library(library.path, library._file, state)
    assert [outcome.label for outcome in iter(fresh.undo, None)] == ["note", "highlight"]


def test_the_log_forgets_the_oldest_steps_first(
    library: Library, document: Document, fox: Text, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undo, "LIMIT", 20_000)
    monkeypatch.setattr(undo, "_KEPT", 15_000)
    made = library.annotate(document.uuid, [(4, 9)], text=fox)
    for number in range(200):
        library.edit(made.uuid, note=f"{number}")
        assert log_of(state).stat().st_size <= 20_000
    undone = [library.annotation(made.uuid).note for _ in iter(library.undo, None)]
    assert 40 < len(undone) < 150
    assert undone == [f"{198 - number}" for number in range(len(undone))]


def test_thousands_of_ordinary_steps_fit(library: Library, document: Document, fox: Text, state: Path) -> None:
    library.annotate(document.uuid, [(4, 9)], note="A note of ordinary length. " * 9, tags=["a/b", "c"], text=fox)
    assert log_of(state).stat().st_size * 2000 < undo.LIMIT


def test_a_large_step_is_compressed(library: Library, document: Document, fox: Text, state: Path) -> None:
    before = content(library)
    with library.step("import"):
        for number in range(30):
            library.annotate(document.uuid, [(number, number + 1)], note="long " * 500, text=fox)
    assert log_of(state).stat().st_size < 30 * 2500 / 4
    assert library.undo()
    assert content(library) == before


def test_a_step_too_large_for_the_log_says_so(
    library: Library, document: Document, fox: Text, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.annotate(document.uuid, [(4, 9)], text=fox)
    monkeypatch.setattr(undo, "_KEPT", 300)
    library.annotate(document.uuid, [(0, 3)], text=fox)
    outcome = library.undo()
    assert outcome
    assert outcome.skipped == ("“highlight” was too large to be kept for undo.",)
    assert len(library.annotations()) == 2
    library.undo()
    assert len(library.annotations()) == 1


def test_a_state_folder_that_cannot_be_written(tmp_path: Path, file: Path, fox: Text) -> None:
    (tmp_path / "blocked").write_text("no folder")
    library = Library.open(file, state=tmp_path / "blocked" / "state")
    document = library.receive(file.parent / "fox.txt", fox)
    made = library.annotate(document.uuid, [(4, 9)], note="kept", text=fox)
    library.edit(made.uuid, note="changed")
    library.undo()
    assert Library.open(file, state=tmp_path / "state").annotations()[0].note == "kept"
    assert library.redo()


def test_a_log_that_cannot_be_read_is_named(file: Path, state: Path, fox: Text) -> None:
    with Library.open(file, state=state) as library:
        library.annotate(library.receive(file.parent / "fox.txt", fox).uuid, [(0, 3)], text=fox)
    (log,) = (state / "undo").iterdir()
    log.unlink()
    log.mkdir()
    with Library.open(file, state=state) as library:
        with pytest.raises(LibraryError, match=f"{log} cannot be read"):
            library.undo()
        made = library.annotate(library.documents()[0].uuid, [(4, 9)], text=fox)
        assert library.undo()
        assert made.uuid not in {each.uuid for each in library.annotations()}


def test_a_failed_undo_changes_nothing(file: Path, state: Path, fox: Text, monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library.open(file, state=state)
    document = library.receive(file.parent / "fox.txt", fox)
    library.annotate(document.uuid, [(4, 9)], text=fox)
    before = content(library)
    with monkeypatch.context() as patch:
        fail_at(patch, "write", 1, errno.ENOSPC)
        with pytest.raises(Exception, match="Make room"):
            library.undo()
    assert content(library) == before
    assert library.redo() is None
    library.ensure_tag("between")
    assert [outcome.label for outcome in iter(library.undo, None)] == ["new tag between", "highlight"]


def test_opening_does_not_read_the_log(file: Path, state: Path, fox: Text, monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library.open(file, state=state)
    document = library.receive(file.parent / "fox.txt", fox)
    library.annotate(document.uuid, [(4, 9)], text=fox)
    monkeypatch.setattr(undo.History, "sync", lambda _: pytest.fail("the log was read"))
    other = Library.open(file, state=state)
    other.edit(other.annotations()[0].uuid, note="n")
    assert json.loads(log_of(state).read_bytes().splitlines()[-1])["label"] == "note"


def test_stamps_never_go_back(file: Path, state: Path, fox: Text, monkeypatch: pytest.MonkeyPatch) -> None:
    with Library.open(file, state=state) as library:
        document = library.receive(file.parent / "fox.txt", fox)
        library.fold()
        backup = file.read_bytes()
        made = library.annotate(document.uuid, [(4, 9)], text=fox)
        (old,) = library.db.table("annotations").all()
        monkeypatch.setattr("storage.identity.milliseconds", lambda: 1)
        library.edit(made.uuid, note="n")
        (new,) = library.db.table("annotations").all()
        assert new["dots"]["note"][1] == old["dots"]["ranges"][1] + 1
    file.write_bytes(backup)
    restored = Library.open(file, state=state)
    restored.annotate(document.uuid, [(0, 3)], text=fox)
    (again,) = restored.db.table("annotations").all()
    assert again["dots"]["ranges"][1] > new["dots"]["note"][1]


def test_a_library_put_back_to_an_older_copy_is_written_under_a_new_id(file: Path, state: Path, fox: Text) -> None:
    with Library.open(file, state=state) as library:
        document = library.receive(file.parent / "fox.txt", fox)
        made = library.annotate(document.uuid, [(4, 9)], text=fox)
        first = library.device
        library.fold()
        backup = file.read_bytes()
        library.edit(made.uuid, note="seen elsewhere by now")
    file.write_bytes(backup)
    with Library.open(file, state=state) as library:
        library.edit(made.uuid, color="red")
        second = library.device
        (record,) = library.db.table("annotations").all()
    assert first != second
    assert set(record["seen"]) == {first, second}
    with Library.open(file, state=state) as library:
        library.edit(made.uuid, color="blue")
        assert library.device == second
        assert library.undo()
    assert [path.name for path in file.parent.glob("*.journal")] == []
