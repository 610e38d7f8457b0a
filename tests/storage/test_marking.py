"""Highlighting many passages of many documents as one step."""

from __future__ import annotations

import pytest

from storage import marking
from storage.concordance import Concordance, ask
from storage.errors import DocumentError, UsageError
from storage.library import Library
from storage.marking import Passage
from storage.model import Range
from tests.storage.making import FOX, place, text_of

WOLF = "A fox is no wolf. A wolf is no fox.\nFoxes."


@pytest.fixture
def library(tmp_path):
    with Library.open(tmp_path / "library.json", state=tmp_path / "state") as made:
        for name, string in (("fox", FOX), ("wolf", WOLF)):
            made.receive(tmp_path / f"{name}.txt", text_of(string, name))
        yield made


def found(library: Library, word: str) -> list[Passage]:
    passages: list[Passage] = []
    for document in library.documents():
        string, at = library.text(document).string, -1
        while (at := string.find(word, at + 1)) >= 0:
            passages.append(Passage(document.uuid, document.texts[-1], at, at + len(word), word))
    return passages


def planned(library: Library, word: str, extent: str = "match") -> marking.Plan:
    there = marking.known(library.annotations())
    return marking.plan(found(library, word), there, library.snapshots.load, extent)


@pytest.mark.parametrize(
    ("extent", "quotes"),
    [
        ("match", ["fox"] * 5),
        (
            "sentence",
            [
                "The quick brown fox jumps over the lazy dog.",
                "The fox was.",
                "The end, said the fox.",
                "A fox is no wolf.",
                "A wolf is no fox.",
            ],
        ),
        ("paragraph", [*FOX.split("\n"), "A fox is no wolf. A wolf is no fox."]),
    ],
)
def test_what_was_found_its_sentences_or_its_paragraphs(library, extent: str, quotes: list[str]) -> None:
    plan = planned(library, "fox", extent)
    assert (plan.size, plan.documents, plan.lost) == (len(quotes), 2, 0)
    marking.mark(library, plan, ["animal/fox"])
    assert [one.exact for one in library.annotations()] == quotes
    assert {*map(tuple, map(library.tag_paths, library.annotations()))} == {("animal/fox",)}
    assert all(one.prefix or one.suffix for one in library.annotations())


def test_it_is_one_step_and_what_is_highlighted_already_is_tagged_and_not_doubled(library) -> None:
    fox = library.documents()[0]
    text = library.text(fox)
    old = library.annotate(fox.uuid, [place(text.string, "fox", 2)], tags=["old"], note="kept", text=text)
    plan = planned(library, "fox")
    assert (len(plan.new), plan.known) == (4, [old.uuid])
    marking.mark(library, plan, ["new"])
    assert len(library.annotations()) == 5
    assert library.tag_paths(library.annotation(old.uuid)) == ["new", "old"]
    library.undo()
    assert [one.note for one in library.annotations()] == ["kept"]
    assert library.tag_paths(library.annotation(old.uuid)) == ["old"]
    library.redo()
    assert len(library.annotations()) == 5


def test_without_tags_what_is_there_stays_as_it_is_and_there_may_be_nothing_to_undo(library) -> None:
    marking.mark(library, planned(library, "wolf"))
    before = library.revision
    marking.mark(library, planned(library, "wolf"))
    assert library.revision == before
    assert [one.exact for one in library.annotations()] == ["wolf", "wolf"]


def test_a_text_that_is_gone_or_another_now_is_counted_and_left_out(library) -> None:
    passages = found(library, "fox")
    odd = passages[0]._replace(words="dog")

    def load(version: str):
        if version == passages[-1].version:
            raise DocumentError("gone")
        return library.snapshots.load(version)

    plan = marking.plan([odd, *passages[1:]], {}, load)
    assert (plan.size, plan.lost) == (2, 3)


def test_a_document_that_left_meanwhile_leaves_everything_undone(library) -> None:
    plan = planned(library, "fox")
    odd = plan.new[0]._replace(document="0" * 32)
    with pytest.raises(UsageError):
        marking.mark(library, plan._replace(new=[*plan.new, odd]), ["x"])
    assert library.annotations() == []
    assert library.tags() == []


def test_places_are_told_apart_by_document(library) -> None:
    there = {library.documents()[1].uuid: {Range(*place(FOX, "fox")): "x"}}
    plan = marking.plan(found(library, "fox"), there, library.snapshots.load)
    assert plan.known == []


def test_pieces_of_a_highlight_that_was_asked_for_are_that_highlight(library) -> None:
    fox = library.documents()[0]
    text = library.text(fox)
    old = library.annotate(fox.uuid, [place(FOX, "quick"), place(FOX, "lazy")], tags=["old"], text=text)
    lines = [line.passage for chunk in Concordance(library, ask("tag:old")).lines() for line in chunk]
    assert [one.words for one in lines] == ["quick", "lazy"]
    plan = marking.plan(lines, marking.known(library.annotations()), library.snapshots.load)
    assert (plan.new, plan.known) == ([], [old.uuid])
    marking.mark(library, plan, ["new"])
    assert [library.tag_paths(one) for one in library.annotations()] == [["new", "old"]]


def test_how_far_it_is_is_told_and_it_can_be_given_up(library, monkeypatch) -> None:
    monkeypatch.setattr("storage.marking._EVERY", 1)
    told: list[tuple[int, int]] = []
    marking.plan(found(library, "fox"), {}, library.snapshots.load, "match", lambda *far: told.append(far))
    assert told == sorted(told)
    assert {total for _, total in told} == {5}
    assert {done for done, _ in told} == {0, 1, 2, 3, 4}

    def stop(done: int, _: int) -> None:
        if done == 1:
            raise KeyError

    with pytest.raises(KeyError):
        marking.plan(found(library, "fox"), {}, library.snapshots.load, "match", stop)
