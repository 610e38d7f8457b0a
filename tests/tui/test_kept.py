"""What the sidebar lists is the same whether it was mended or made anew."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import pytest

from storage.errors import UsageError
from storage.model import Annotation, Document
from storage.query import Subject
from tests.storage.making import library_in_memory
from tui.kept import ORDERS, Kept
from tui.opened import differing
from tui.session import Session

QUERIES = ("", "tag:a", "colour:green", "has:note -tag:b", "word", "has:link", "state:done")


def change(session: Session, rng: random.Random) -> None:
    """Change something, as a reader would."""
    library, found = session.library, session.annotations
    one = rng.choice(found).uuid if found else ""
    what = rng.randrange(9) if one else 0
    if what <= 1:
        start = rng.randrange(100)
        assert session.document is not None
        tags = rng.sample(["a", "a/c", "b"], rng.randrange(3))
        library.annotate(session.document.uuid, [(start, start + 1 + rng.randrange(20))], tags=tags, text=session.text)
    elif what == 2:
        library.edit(one, note=rng.choice(["", "a word", "other"]))
    elif what == 3:
        library.edit(one, add_tags=["a"], remove_tags=["b"])
    elif what == 4:
        library.delete(one)
    elif what == 5:
        library.undo()
    elif what == 6:
        library.edit_tag(library.ensure_tag("a").uuid, color=rng.choice(["", "green"]))
    elif what == 7:
        with suppress(UsageError):  # it may be the same one
            library.link(one, rng.choice(found).uuid, "supports")
    elif session.document is not None:
        library.edit_document(session.document.uuid, state=rng.choice(["done", "new"]))
    session.reload()


@pytest.fixture
def session(tmp_path: Path) -> Session:
    path = tmp_path / "text.txt"
    path.write_text("A word and another one. " * 10)
    made = Session(library_in_memory(tmp_path / "state"))
    made.open_path(path)
    made.register()
    return made


@pytest.mark.parametrize("seed", range(5))
def test_mended_is_as_made_anew(session: Session, seed: int) -> None:
    rng, kept = random.Random(seed), {(query, order): Kept(session) for query in QUERIES for order in ORDERS}
    for _ in range(60):
        change(session, rng)
        for (query, order), old in kept.items():
            assert list(old.of(query, order)) == list(Kept(session).of(query, order)), (query, order)


def test_only_what_has_changed_is_looked_at(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    with session.library.step("many"):
        for start in range(200):
            session.library.annotate(session.register_now().uuid, [(start, start + 5)], text=session.text)
    session.reload()
    kept = Kept(session)
    asked: list[Annotation] = []
    assert len(kept.of("word", "place")) > 10
    subject = session.subject

    def asking(annotation: Annotation, document: Document) -> Subject:
        asked.append(annotation)
        return subject(annotation, document)

    monkeypatch.setattr(session, "subject", asking)
    session.library.edit(session.annotations[50].uuid, note="word")
    session.reload()
    assert session.annotations[50] in kept.of("word", "place")
    kept.of("other", "place")
    assert len(asked) == 2


def test_the_differing_part_of_two_lists() -> None:
    one, other, third = object(), object(), object()
    before, after = [one, other], [one, third, other]
    gone, come = differing(before, after)  # type: ignore[arg-type]
    assert (before[gone], after[come]) == ([], [third])
