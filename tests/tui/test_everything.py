"""The list of all annotations while it fills, and while they change under it."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.model import Annotation, Document
from storage.query import Subject
from tests.storage.making import library_in_memory
from tui.boards import everything
from tui.boards.everything import EverythingBoard
from tui.session import Session

EACH = 20


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Three documents of twenty annotations; of all of them only two are looked at at a time."""
    monkeypatch.setattr(everything, "_CHUNK", 2)
    monkeypatch.setattr(everything, "_FIRST", 0.0)
    made = Session(library_in_memory(tmp_path / "state"))
    for name in "abc":
        path = tmp_path / f"{name}.txt"
        path.write_text(f"Document {name}. " * EACH)
        made.open_path(path)
        document = made.register_now()
        with made.library.step("marks"):
            for start in range(EACH):
                made.library.annotate(document.uuid, [(start, start + 10)], note=f"{name}{start}", text=made.text)
    made.reload()
    return made


def notes(board: EverythingBoard) -> list[str]:
    return [board.annotation(index).note for index in range(len(board))]


def all_notes() -> list[str]:
    return [f"{name}{start}" for name in "abc" for start in range(EACH)]


def test_it_fills_in_slices_and_each_annotation_is_looked_at_once(session: Session, monkeypatch) -> None:
    made: list[str] = []
    subject = session.subject

    def counted(annotation: Annotation, document: Document) -> Subject:
        made.append(annotation.uuid)
        return subject(annotation, document)

    monkeypatch.setattr(session, "subject", counted)
    board = EverythingBoard(session)
    assert board.more
    assert len(board) == 2
    board.step(0.0)
    board.filter("b1")
    board.shown()
    assert notes(board) == ["b1", *(f"b1{digit}" for digit in range(10))]
    board.filter("")
    board.shown()
    assert notes(board) == all_notes()
    session.library.edit(session.annotations[3].uuid, note="changed")
    session.reload()
    board.reload()
    board.shown()
    assert notes(board) == ["changed" if note == "c3" else note for note in all_notes()]
    assert len(made) == 3 * EACH + 1


@pytest.mark.parametrize("order", range(3))
def test_the_chosen_row_stays_chosen(session: Session, order: int) -> None:
    board = EverythingBoard(session)
    for _ in range(order):
        board.next_order()
    board.shown()
    board.chosen = 30
    chosen = board.uuid(30)
    session.library.delete(board.uuid(29), board.uuid(50))
    board.reload()
    assert board.uuid(board.chosen) == chosen
    session.library.delete(chosen)
    board.reload()
    assert board.chosen == 29
    board.shown()
    assert len(board) == 3 * EACH - 3
