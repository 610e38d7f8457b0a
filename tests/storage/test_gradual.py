"""A large library in use while it is still being read."""

import json
import random
from pathlib import Path

import pytest

from storage import codec, gradual, index
from storage.library import Library
from storage.rows import Grouped
from storage.text import Text
from tests.storage.making import content, text_of

NOTE = "so that the file is a large one " * 40


@pytest.fixture
def large(file: Path, state: Path, fox: Text, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A library of three documents with 30 annotations each, and their uuids; from now on 4 KB are large."""
    monkeypatch.setattr(codec, "BIG", 4096)
    monkeypatch.setattr("storage.parts._SLICE", 5000)
    with Library.open(file, state=state) as library:
        documents = [
            library.receive(tmp_path / f"{number}.txt", text_of(f"{number}{fox.string}")) for number in range(3)
        ]
        for number, document in enumerate(documents):
            text = text_of(f"{number}{fox.string}")
            with library.step("import"):
                for at in range(30):
                    library.annotate(document.uuid, [(at, at + 1)], note=NOTE, tags=[f"t{at % 3}"], text=text)
    return [document.uuid for document in documents]


def is_partial(library: Library) -> bool:
    return library.partial


@pytest.fixture
def partly(large: list[str], file: Path, state: Path) -> Library:
    library = Library.open(file, state=state, gradual=True)
    assert is_partial(library)
    assert [each.uuid for each in library.documents()] == large
    return library


def finish(library: Library) -> int:
    return sum(1 for _ in library.load())


def test_documents_and_one_documents_annotations_come_first(partly: Library, large: list[str]) -> None:
    assert [each.uuid for each in partly.documents()] == large
    assert len(partly.annotations(large[1])) == 30
    assert is_partial(partly)
    assert partly.count(large[2]) == 0
    revision = partly.revision
    assert finish(partly) > 3
    assert not is_partial(partly)
    assert partly.revision > revision
    assert partly.count(large[2]) == 30
    assert sum(partly.tag_counts().values()) == 90


def test_what_was_made_of_one_document_is_kept_when_all_is_read(partly: Library, large: list[str]) -> None:
    known = partly.annotations(large[1])
    finish(partly)
    assert partly.annotations(large[1]) is known


def test_all_annotations_are_all_of_them(partly: Library) -> None:
    assert len(partly.annotations()) == 90
    assert not is_partial(partly)


def test_a_record_that_is_not_read_yet_is_found(partly: Library, large: list[str], file: Path) -> None:
    tables = json.loads(file.read_bytes())
    uuid = next(r["uuid"] for r in tables["annotations"].values() if r["document"] == large[2])
    assert partly.annotation(uuid[:13]).uuid == uuid
    assert partly.edit(uuid, note="found").note == "found"


def test_what_is_saved_meanwhile_stays(partly: Library, large: list[str], file: Path, state: Path) -> None:
    text = text_of("0" + partly.text(partly.document(large[0])).string[1:])
    first, second, third = partly.annotations(large[0])[:3]
    loading = partly.load()
    next(loading)
    partly.edit(first.uuid, note="edited")
    partly.delete(second.uuid)
    made = partly.annotate(large[0], [(40, 44)], tags=["t1", "new"], text=text)
    next(loading)
    assert partly.undo()
    assert partly.redo()
    partly.edit(third.uuid, add_tags=["t9"])
    for _ in loading:
        pass
    assert partly.annotation(first.uuid).note == "edited"
    assert {each.uuid for each in partly.annotations(large[0])} >= {first.uuid, made.uuid}
    assert len(partly.annotations()) == 90
    fresh = Library.open(file, state=state)
    assert content(fresh) == content(partly)
    assert fresh.tag_counts() == partly.tag_counts()


def test_a_journal_counts_from_the_start(large: list[str], file: Path, state: Path) -> None:
    library = Library.open(file, state=state)
    one, two = library.annotations(large[1])[:2]
    library.edit(one.uuid, note="journaled")
    library.delete(two.uuid)
    other = Library.open(file, state=state, gradual=True)
    assert is_partial(other)
    assert len(other.annotations(large[1])) == 29
    assert other.annotation(one.uuid).note == "journaled"
    finish(other)
    assert content(other) == content(library)


def test_another_process_saves_and_folds_meanwhile(partly: Library, large: list[str], file: Path, state: Path) -> None:
    loading = partly.load()
    next(loading)
    with Library.open(file, state=state) as other:
        other.edit(other.annotations(large[2])[0].uuid, note="elsewhere")
        other.fold()
        other.edit(other.annotations(large[2])[1].uuid, note="after the fold")
    assert partly.refresh()
    for _ in loading:
        pass
    with Library.open(file, state=state) as other:
        assert content(partly) == content(other)


def test_a_library_that_is_not_as_written_is_read_whole_in_the_end(large: list[str], file: Path, state: Path) -> None:
    with Library.open(file, state=state) as library:
        library.ensure_tag("one more fold")
    data = file.read_bytes()
    at = data.rindex(b"large one")
    file.write_bytes(data[:at] + b"small" + data[at + 5 :])
    library = Library.open(file, state=state, gradual=True)
    assert is_partial(library)
    edited = library.edit(library.annotations(large[0])[0].uuid, note="saved before it was noticed")
    finish(library)
    assert not is_partial(library)
    assert library.annotation(edited.uuid).note == "saved before it was noticed"
    (touched,) = (each for each in library.annotations() if "small one" in each.note)
    assert [each.value for each in touched.alternatives] == [NOTE]
    assert any("Another program has changed" in sentence for sentence in library.news())


def test_closing_before_all_is_read_loses_nothing(partly: Library, large: list[str], file: Path, state: Path) -> None:
    partly.edit(partly.annotations(large[1])[0].uuid, note="in a hurry")
    partly.close()
    with Library.open(file, state=state) as library:
        assert len(library.annotations()) == 90
        assert sum(each.note == "in a hurry" for each in library.annotations()) == 1


def test_a_small_library_is_read_at_once(filled: Library, file: Path, state: Path) -> None:
    filled.close()
    library = Library.open(file, state=state, gradual=True)
    assert not is_partial(library)
    assert gradual.Gradual.gradual is False


@pytest.mark.parametrize("seed", range(5))
def test_what_changes_while_it_is_counted_is_counted_right(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_STEP", 3)
    rng = random.Random(seed)
    table = Grouped()

    def record() -> dict[str, object]:
        return {"uuid": "", "document": f"d{rng.randrange(6)}", "tags": rng.sample("abc", rng.randrange(3)), "dots": {}}

    table.update({str(number): record() for number in range(40)})
    counting = index.Index(table)
    for _ in counting.build():
        for _ in range(4):
            key = str(rng.randrange(50))
            old, new = table.get(key), record() if rng.random() < 0.7 else None
            if new:
                table[key] = new
            elif old:
                del table[key]
            counting.replace(key, old, new)
    assert counting.tags == index.Index.of(table).tags
