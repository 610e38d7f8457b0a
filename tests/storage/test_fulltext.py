"""Searching the whole library: what is asked, what is found, and an index that may be anything but sound."""

from __future__ import annotations

import atexit
import json
import shutil
import sqlite3
import tempfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, strategies

from storage.fulltext import index as indexing
from storage.fulltext import path_of
from storage.fulltext.asking import All, Any, Leaf, ask
from storage.fulltext.finding import answer, question
from storage.fulltext.hits import search
from storage.fulltext.index import NOTE, QUOTE, TEXT, TITLE, SearchError
from storage.fulltext.keeping import open_index, update
from storage.fulltext.pieces import pieces
from storage.library import Library
from storage.model import Range
from tests.storage.making import text_of

TEXTS = {
    "bridge.txt": "The old bridge is closed.\n\nNobody was hurt, said Nicolás Maduro. The bri\u00addge stays shut.",
    "river.txt": "The river rose to the quay; the bridge held.",
    "choir.txt": "A choir sang in the square. 我们在北京的人民日报工作。ﾃｽﾄ",
}


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library.open(tmp_path / "home" / "library.json", state=tmp_path / "state")
    for name, string in TEXTS.items():
        text = text_of(string)
        document = library.receive(tmp_path / name, text)
        if name == "bridge.txt":
            at = string.index("Nobody")
            library.annotate(document.uuid, [(at, at + 15)], tags=["claim"], note="A dubious statement", text=text)
    return library


def found(library: Library, source: str) -> list[tuple[str, int, str]]:
    """What is found, brought up to date first: the document's name, the kind, and the words that are marked."""
    index = open_index(library)
    try:
        for _ in update(library, index):
            pass
        hits = answer(index, question(library, source))
    finally:
        index.close()
    names = {each.uuid: Path(each.paths[-1]).name for each in library.documents()}
    return sorted((names[hit.document], hit.kind, " ".join(hit.text[a:b] for a, b in hit.marks)) for hit in hits)


def names(library: Library, source: str) -> list[str]:
    return sorted({name for name, _, _ in found(library, source)})


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", []),
        ("bridge", ["bridge.txt", "river.txt"]),
        ("BRIDGE", ["bridge.txt", "river.txt"]),
        ("bridge river", ["river.txt"]),
        ("bridge AND river", ["river.txt"]),
        ("choir OR river", ["choir.txt", "river.txt"]),
        ("bridge -river", ["bridge.txt"]),
        ("bridge NOT river", ["bridge.txt"]),
        ("(choir OR river) square", ["choir.txt"]),
        ("(choir OR river) -(square OR quay)", []),
        ('"the bridge held"', ["river.txt"]),
        ('"bridge the held"', []),
        ("brid*", ["bridge.txt", "river.txt"]),
        ("brid", []),
        ('"old bri*"', []),
        ('"old bri"*', ["bridge.txt"]),
        ("rose NEAR/3 quay", ["river.txt"]),
        ("river NEAR/1 held", []),
        ("nicolas maduro", ["bridge.txt"]),
        ("dubious", ["bridge.txt"]),
        ("人民日报", ["choir.txt"]),
        ("北京", ["choir.txt"]),
        ("in:river bridge", ["river.txt"]),
        ("bridge -in:river", ["bridge.txt"]),
        ("tag:claim nobody", ["bridge.txt"]),
        ("tag:claim bridge", []),
        ("tag:claim", ["bridge.txt"]),
        ("bridge after:2999", []),
        ("bridge before:2999", ["bridge.txt", "river.txt"]),
        ("author:nobody bridge", []),
        ('"an open quotation bridge', []),
        ('bridge "', ["bridge.txt", "river.txt"]),
        ("bridge)", ["bridge.txt", "river.txt"]),
        ("-bridge", ["bridge.txt", "river.txt"]),
        ("bridge AND", []),
        ("10:30", []),
        ("!!!", []),
        ("bridge !!!", ["bridge.txt", "river.txt"]),
        ("NOT tag:claim nobody", []),
        ("-(tag:claim) bridge", []),
        ("-(in:river) bridge", ["bridge.txt"]),
        ("NOT in:river bridge", ["bridge.txt"]),
        ("NOT after:2999 bridge", ["bridge.txt", "river.txt"]),
        ("NOT (tag:claim in:river) bridge", []),
        ("ﾃｽﾄ", ["choir.txt"]),
        ("テス", ["choir.txt"]),
        ("rose NEAR riv*", []),
        ("(" * 3000 + "bridge", ["bridge.txt", "river.txt"]),
        ("人\udcff", []),
        ("bridge " * 600, ["bridge.txt", "river.txt"]),
        (" OR ".join(["bridge"] * 90), ["bridge.txt", "river.txt"]),
    ],
)
def test_what_is_asked_is_found(library: Library, source: str, expected: list[str]) -> None:
    assert names(library, source) == expected


def test_what_is_found_is_marked_where_it_stands(library: Library) -> None:
    assert found(library, "bridge") == [
        ("bridge.txt", TEXT, "bridge bri\u00addge"),
        ("river.txt", TEXT, "bridge"),
    ]
    assert ("river.txt", TITLE, "Fox") in found(library, "fox")
    index = open_index(library)
    for hit in answer(index, question(library, "maduro")):
        text = library.text(library.document(hit.document)).string
        assert [text[hit.start + a : hit.start + b] for a, b in hit.marks] == ["Maduro"]


def test_notes_and_quotes_without_a_place_are_found(library: Library) -> None:
    assert found(library, "dubious") == [("bridge.txt", NOTE, "dubious")]
    assert ("bridge.txt", NOTE, "dubious") in found(library, "tag:claim dubious")
    annotation = library.annotations()[0]
    library.receive(library.path.parent.parent / "bridge.txt", text_of("Something else altogether."))
    assert library.annotation(annotation.uuid).state == "orphan"
    assert ("bridge.txt", QUOTE, "hurt") in found(library, "hurt")


def test_what_changes_and_what_goes_is_followed(library: Library) -> None:
    assert names(library, "unheard") == []
    annotation = library.annotations()[0]
    library.edit(annotation.uuid, note="unheard of")
    assert names(library, "unheard") == ["bridge.txt"]
    assert names(library, "dubious") == []
    library.receive(library.path.parent.parent / "river.txt", text_of("The unheard river fell."))
    assert names(library, "unheard") == ["bridge.txt", "river.txt"]
    assert names(library, "quay") == []
    index = open_index(library)
    assert index.lacking({})[1]
    for uuid in index.known():
        index.drop(uuid)
    assert index.database.execute("SELECT count(*) FROM passages").fetchone() == (0,)
    assert index.database.execute("SELECT count(*) FROM words WHERE words MATCH 'bridge'").fetchone() == (0,)


def test_highlights_are_found_passage_by_passage_and_lost_ones_as_quotes(library: Library) -> None:
    annotation = library.annotations()[0]
    text = library.text(library.document(annotation.document))
    library.relink(annotation.uuid, [Range(4, 7), Range(18, 24)], text)
    index = open_index(library)
    hits = answer(index, question(library, "tag:claim"))
    assert [(hit.kind, hit.start, hit.text) for hit in hits] == [(TEXT, 4, "old"), (TEXT, 18, "closed")]
    library.receive(library.path.parent.parent / "bridge.txt", text_of("Something else altogether."))
    (lost,) = answer(index, question(library, "tag:claim"))
    assert (lost.kind, lost.text) == (QUOTE, "old … closed")
    index.close()


def test_an_index_found_damaged_in_the_midst_is_made_again_whole(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.fulltext.keeping._TOGETHER", 1)
    index, taken = open_index(library), list[str]()
    take = index._take

    def damaged(jobs: list[tuple[indexing.Job, object]]) -> None:
        taken.extend(job.document for job, _ in jobs)
        if len(taken) == 2:
            raise sqlite3.DatabaseError("malformed")
        take(jobs)  # type: ignore[arg-type]

    monkeypatch.setattr(index, "_take", damaged)
    assert list(update(library, index))
    assert set(index.known()) == {each.uuid for each in library.documents()}
    index.close()


def test_an_index_that_cannot_be_removed_is_not_said_to_be(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    names(library, "bridge")

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "not permitted")

    monkeypatch.setattr(Path, "unlink", refused)
    with pytest.raises(PermissionError):
        indexing.remove(library.path)


def test_a_changed_record_counts_as_one_whoever_wrote_it(library: Library) -> None:
    (key, record), *_ = library.store.tables["annotations"].items()
    before = library.annotations_stamp(record["document"])
    odd = json.dumps({**{name: each for name, each in record.items() if name != "sum"}, "zz": "12345678"}).encode()
    library.store.tables["annotations"].cells[key] = odd  # type: ignore[attr-defined]
    first = library.annotations_stamp(record["document"])
    library.store.tables["annotations"].cells[key] = odd.replace(b"dubious", b"certain")  # type: ignore[attr-defined]
    assert len({before, first, library.annotations_stamp(record["document"])}) == 3


def test_nothing_is_done_where_nothing_changed(library: Library) -> None:
    index = open_index(library)
    assert list(update(library, index)) == [(3, 3)]
    assert list(update(library, index)) == []
    index.close()
    library.close()
    again = Library.open(library.path, state=library.state)
    assert list(update(again, open_index(again))) == []


@pytest.mark.parametrize("harm", ["gone", "garbage", "cut", "other version", "other library", "half"])
def test_an_index_that_is_not_sound_is_made_again(library: Library, harm: str) -> None:
    names(library, "bridge")
    path = path_of(library.path)
    if harm == "gone":
        path.unlink()
    elif harm == "garbage":
        path.write_bytes(b"no index " * 5000)
    elif harm == "cut":
        path.write_bytes(path.read_bytes()[:5000])
    else:
        with sqlite3.connect(path) as database:
            if harm == "other version":
                database.execute("PRAGMA user_version=99")
            elif harm == "other library":
                database.execute("UPDATE library SET uuid='another'")
            else:
                database.execute("DELETE FROM documents WHERE id=2")
                database.execute("DELETE FROM passages WHERE document=2")
        database.close()
    assert names(library, "bridge") == ["bridge.txt", "river.txt"]
    assert library.annotations()


def test_an_index_in_other_hands_is_waited_for_and_then_left(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "_PATIENCE", 0.05)
    names(library, "bridge")
    holder = sqlite3.connect(path_of(library.path), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    library.edit(library.annotations()[0].uuid, note="changed")
    with pytest.raises(SearchError, match="another program holds it"):
        names(library, "bridge")
    holder.close()
    assert names(library, "changed") == ["bridge.txt"]


def test_a_folder_that_takes_no_file_says_so(library: Library) -> None:
    path_of(library.path).mkdir()
    with pytest.raises(SearchError, match="cannot be used for searching"):
        names(library, "bridge")


def test_sqlite_without_fts5_says_so(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "_TABLES", indexing._TABLES.replace("fts5", "fts5gone"))
    with pytest.raises(SearchError, match="without FTS5"):
        names(library, "bridge")


def test_the_index_is_private_and_goes_when_something_is_forgotten(library: Library) -> None:
    from storage import forgetting  # noqa: PLC0415

    names(library, "bridge")
    path = path_of(library.path)
    assert path.stat().st_mode & 0o777 == 0o600
    plan = forgetting.plan(library, library.documents()[0].uuid)
    assert path in {each.place for each in forgetting.forget(library, plan, lambda *_: None)}
    assert b"hurt" not in b"".join(each.read_bytes() for each in path.parent.glob("library.search*"))
    assert names(library, "bridge") == ["river.txt"]


def test_a_snapshot_that_is_gone_leaves_the_rest(library: Library) -> None:
    shutil.rmtree(library.snapshots.folder)
    assert found(library, "dubious") == [("bridge.txt", NOTE, "dubious")]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("a b", All((Leaf(("a",)), Leaf(("b",))))),
        ("a OR b c", Any((Leaf(("a",)), All((Leaf(("b",)), Leaf(("c",))))))),
        ("don't", Leaf(("don", "t"))),
        ("a NEAR/3 b", Leaf(("a", "b"), near=3)),
        ('"a b"*', Leaf(("a", "b"), prefix=True)),
        ("a -b", All((Leaf(("a",)),), (Leaf(("b",)),))),
    ],
)
def test_how_a_question_is_understood(source: str, words: object) -> None:
    asked = ask(source)
    assert (asked.words, asked.plain) == (words, False)


@given(strategies.text(alphabet='ab"“”()-*:/ ORANDNEAR\n\x00人ß', max_size=40))
def test_whatever_is_asked_fts5_understands_it(source: str) -> None:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE words USING fts5 (found)")
    for leaf in ask(source).leaves():
        database.execute("SELECT * FROM words WHERE words MATCH ?", (leaf.expression(),)).fetchall()
    database.close()


@given(
    strategies.lists(strategies.sampled_from(["a", '"a b"', "人", "(", ")", "OR", "AND", "NOT", "-", "NEAR", "in:a"]))
)
def test_whatever_is_asked_is_answered(words: list[str]) -> None:
    index = ready()
    asked = ask(" ".join(words))
    hits = search(index, asked)
    assert all(hit.marks for hit in hits)
    assert len({(hit.document, hit.start) for hit in hits}) == len(hits)


@cache
def ready() -> indexing.Index:
    index = indexing.Index(Path(tempfile.mkdtemp()) / "index.db", "library")
    atexit.register(shutil.rmtree, index.path.parent)
    for number, text in enumerate(["a b c", "b c", "a 人 b"]):
        index.take([(indexing.Job(f"d{number}", "v", "s"), lambda text=text: [(0, text)])])  # type: ignore[misc]
    return index


@given(strategies.lists(strategies.text("ab \n", max_size=900), max_size=12))
def test_the_passages_hold_every_block(parts: list[str]) -> None:
    string, starts, ends = "", [], []
    for part in parts:
        starts.append(len(string))
        ends.append(len(string) + len(part))
        string += part + "\n"
    covered: set[int] = set()
    for start, piece in pieces(string, starts, ends):
        assert string[start : start + len(piece)] == piece
        assert len(piece) <= 2_000 + 200
        covered.update(range(start, start + len(piece)))
    assert covered >= {at for block in zip(starts, ends, strict=True) for at in range(*block)}
