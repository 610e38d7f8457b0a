from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from hypothesis import given, strategies

from storage import shelf
from storage.codec import Record
from storage.records import document
from storage.shelf import FILE, NAME, PATH, TEXT, Mark, Shelves, marks_of
from storage.transactions import Transactions

WORDS = strategies.lists(strategies.sampled_from("abc"), max_size=2, unique=True)
RECORDS = strategies.fixed_dictionaries(
    {
        "uuid": strategies.just("u"),
        "title": strategies.sampled_from(["A", "a", "b"]),
        "files": WORDS,
        "texts": WORDS,
        "paths": WORDS,
    }
)
KEYS = strategies.sampled_from(["1", "2", "3", "4"])
STEPS = strategies.lists(
    strategies.tuples(strategies.lists(strategies.tuples(KEYS, strategies.none() | RECORDS)), strategies.booleans())
)
MARKS: list[Mark] = [(kind, value) for kind in (FILE, TEXT, PATH, NAME) for value in "abc"]


class _GivenUpError(Exception):
    pass


class _Committing(Transactions):
    """Tables that tell shelves what was stored."""

    def __init__(self) -> None:
        super().__init__()
        self.shelves = Shelves(self)

    @contextmanager
    def stored(self) -> Iterator[None]:
        with self.transaction():
            yield
            after = dict(self.draft().get("documents", {}))
        self.shelves.changed(after)


def _expected(file: Transactions, mark: Mark) -> list[str]:
    table = file.table("documents")
    return [key for key in table if mark in marks_of(document(table[key]))]


def _check(file: _Committing) -> None:
    for mark in MARKS:
        assert file.shelves.holders(mark) == _expected(file, mark)
    both = {*_expected(file, MARKS[0]), *_expected(file, MARKS[4])}
    assert set(file.shelves.holders(MARKS[0], MARKS[4])) == both


@given(STEPS)
def test_documents_are_told_as_if_all_were_looked_at(steps: list[tuple[list[tuple[str, Record | None]], bool]]) -> None:
    file = _Committing()
    for changes, fails in steps:
        with suppress(_GivenUpError), file.stored():
            for key, record in changes:
                if record is not None or key in file.table("documents"):
                    file.put("documents", key, record)
                _check(file)
            with suppress(_GivenUpError), file.transaction():
                for key, record in reversed(changes):
                    if record is not None:
                        file.put("documents", key, record)
                raise _GivenUpError
            _check(file)
            if fails:
                raise _GivenUpError
        _check(file)


def test_many_documents_are_taken_in_without_looking_at_all_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = 0

    def counting(found: object) -> set[Mark]:
        nonlocal looked
        looked += 1
        return marks_of(found)  # type: ignore[arg-type]

    monkeypatch.setattr(shelf, "marks_of", counting)
    file = _Committing()
    counts = []
    for number in range(400):
        before = looked
        with file.stored():
            file.put("documents", str(number), {"uuid": "u", "title": str(number), "files": [f"f{number}"]})
            file.shelves.holders((FILE, f"f{number}"))
        file.shelves.holders((FILE, f"f{number // 2}"))
        counts.append(looked - before)
    assert max(counts) <= 5
