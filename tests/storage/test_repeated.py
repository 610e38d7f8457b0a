"""Sentences that stand in several documents: held against comparing every sentence with every other."""

from __future__ import annotations

import random
import sqlite3
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Indel

from storage import repeated
from storage.errors import ManiculaError
from storage.repeated import ALIKE, Group, Repeated
from storage.sentences import sentences
from storage.text import Text
from storage.texts import Snapshots
from tests.storage.making import text_of

NEWS = "Venezuelan President Nicolas Maduro announced the severance of diplomatic relations with the United States."


def looked(folder, *strings: str, near: bool = True) -> tuple[list[Group], dict[str, Text]]:
    snapshots, texts = Snapshots(folder / "texts"), {}
    sources = []
    for number, string in enumerate(strings):
        text = text_of(string, str(number))
        snapshots.save(text)
        texts[text.hash] = text
        sources.append((f"d{number}", text.hash))
    work = Repeated(snapshots, sources, near=near)
    for _ in work.steps():
        pass
    return work.groups, texts


def told(groups: list[Group], texts: dict[str, Text]) -> set[tuple[str, ...]]:
    """The places of each group: document and words."""
    return {
        tuple(f"{one.document}: {texts[one.version].string[one.start : one.end]}" for one in group.places)
        for group in groups
    }


@pytest.mark.parametrize(
    ("other", "exact"),
    [
        (NEWS, True),
        (NEWS.upper(), True),
        (NEWS.replace("Nicolas", "Nicolás").removesuffix("."), True),
        (f"“{NEWS}”", True),
        (NEWS.replace("Nicolas", "Nicholas"), False),
        (NEWS.replace("Venezuelan President ", ""), False),
        (NEWS.replace("announced the", "declared on Wednesday the"), False),
    ],
)
def test_what_is_the_same_and_what_is_nearly(tmp_path, other: str, exact: bool) -> None:
    groups, texts = looked(tmp_path, f"First this. {NEWS} He said no more.", f"Something else here. {other}")
    ((first, second),) = told(groups, texts)
    assert first == f"d0: {NEWS}"
    assert second.removeprefix("d1: ").strip("“”.") in other
    assert [(group.exact, group.words, group.documents) for group in groups] == [(exact, NEWS, 2)]
    assert bool(looked(tmp_path, NEWS, other, near=False)[0]) == exact


@pytest.mark.parametrize(
    "other",
    [
        "Venezuelan President Nicolas Maduro spoke to his supporters from the balcony of his palace.",
        "the United States of the diplomatic relations with the severance announced Maduro Nicolas President.",
        "It is so. It is not so. He said so. No.",
    ],
)
def test_what_is_something_else(tmp_path, other: str) -> None:
    short = "It is so. It is not so. He said so. No."
    assert looked(tmp_path, f"{NEWS} {short}", other)[0] == []


def test_twice_in_one_document_is_not_several_but_all_places_are_told(tmp_path) -> None:
    assert looked(tmp_path, f"{NEWS} {NEWS}", "Nothing of the kind stands in this one.")[0] == []
    groups, _ = looked(tmp_path, f"{NEWS} Well. {NEWS}", NEWS)
    assert [[one.document for one in group.places] for group in groups] == [["d0", "d0", "d1"]]


def test_those_in_most_documents_come_first_and_there_is_an_end(tmp_path, monkeypatch) -> None:
    rare = "A sentence that stands in two documents only, and is quite a bit longer than the other one."
    both = f"{NEWS}\n{rare}"
    assert [one.documents for one in looked(tmp_path, both, both, NEWS)[0]] == [3, 2]
    monkeypatch.setattr(repeated, "MOST", 1)
    assert [one.words for one in looked(tmp_path, both, both, NEWS)[0]] == [NEWS]


def test_a_text_that_cannot_be_read_is_counted(tmp_path) -> None:
    groups, texts = looked(tmp_path, NEWS, NEWS + " Yes.")
    snapshots = Snapshots(tmp_path / "texts")
    sources = [("d0", next(iter(texts))), ("d1", list(texts)[1]), ("d2", "0" * 64)]
    work = Repeated(snapshots, sources)
    for _ in work.steps():
        pass
    assert (work.groups, work.unread) == (groups, 1)


def test_no_room_for_what_is_sorted_is_said(tmp_path, monkeypatch) -> None:
    connect = sqlite3.connect

    def small(name: str, *, check_same_thread: bool) -> sqlite3.Connection:
        made = connect(name, check_same_thread=check_same_thread)
        made.execute("PRAGMA max_page_count=5")
        return made

    monkeypatch.setattr(sqlite3, "connect", small)
    long = " ".join(f"This is the long sentence with the number {number} in it." for number in range(500))
    with pytest.raises(ManiculaError, match="room for temporary files"):
        looked(tmp_path, long)


def test_it_can_be_broken_off_by_another_thread(tmp_path) -> None:
    snapshots, text = Snapshots(tmp_path / "texts"), text_of(NEWS)
    snapshots.save(text)
    work = Repeated(snapshots, [("d0", text.hash), ("d1", text.hash)])

    def broken_off() -> None:
        for _ in work.steps():
            work.interrupt()

    with pytest.raises(ManiculaError, match="interrupted"):
        broken_off()
    work.interrupt()
    assert work.groups == []


WORDS = ("river", "stone", "light", "under", "people", "letter", "word", "night", "garden", "window")
DOCUMENTS = st.lists(st.lists(st.lists(st.sampled_from(WORDS), min_size=5, max_size=7), max_size=6), max_size=5)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DOCUMENTS)
def test_all_that_is_the_same_is_found(tmp_path, documents: list[list[list[str]]]) -> None:
    strings = [f"Document {number}.\n" + "\n".join(map(" ".join, some)) for number, some in enumerate(documents)]
    groups, texts = looked(tmp_path, *strings, near=False)
    by_hand: dict[str, list[str]] = {}
    for number, text in enumerate(texts.values()):
        for start, end in list(sentences(text))[1:]:
            by_hand.setdefault(text.string[start:end], []).append(f"d{number}")
    wanted = {words: found for words, found in by_hand.items() if len(set(found)) > 1 and len(words) >= 25}
    assert {group.words: [one.document for one in group.places] for group in groups} == wanted


def test_nearly_all_that_is_nearly_the_same_is_found_and_nothing_else(tmp_path) -> None:
    rng = random.Random(7)
    plain = [[f"{rng.choice(WORDS)}{rng.randrange(300)}" for _ in range(rng.randrange(8, 25))] for _ in range(300)]
    changed = [list(words) for words in plain]
    for words in changed:
        words[rng.randrange(len(words))] = "changed"
    groups, _ = looked(tmp_path, "\n".join(map(" ".join, plain)), "\n".join(map(" ".join, changed)))
    near = [
        (one, other)
        for one, other in combinations([*map(tuple, plain), *map(tuple, changed)], 2)
        if Indel.normalized_similarity(one, other) >= ALIKE
    ]
    assert len(near) == len(plain)
    assert len(groups) >= 0.98 * len(near)
    assert all(len(group.places) == 2 and not group.exact for group in groups)
