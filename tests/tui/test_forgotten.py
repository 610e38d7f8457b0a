"""The screen when the open document is forgotten, or deleted, by another process: it says so and goes on."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from storage import forgetting, identity
from storage.checking import quiet
from storage.library import Library
from storage.model import Document
from storage.renewal import Renewal
from tests.tui.changing import LEAD, PARTS, Reader, changed, reading

WORDS = "An empty street in the morning."


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MANICULA_STATE", str(tmp_path / "state"))
    path = tmp_path / "documents" / "report.txt"
    path.parent.mkdir()
    path.write_text("\n\n".join(PARTS), encoding="utf-8")
    return path


def forget(folder: Path, uuid: str) -> None:
    """Do what `manicula forget` does in a process of its own."""
    with Library.open(folder / "library.json", state=folder / "state") as library:
        forgetting.forget(library, forgetting.plan(library, uuid), quiet)


def opened(reader: Reader) -> Document:
    document = reader.session.document
    assert document
    return document


def drafts(folder: Path) -> list[Path]:
    return [path for path in (folder / "state" / "drafts").glob("*") if path.is_file()]


def left(folder: Path) -> list[str]:
    """Return the files that hold the lead, or any text."""
    places = [folder / "library.json", *(folder / "library.backups").glob("*"), *(folder / "state").rglob("*.*")]
    found = [path.name for path in places if path.is_file() and LEAD.encode() in path.read_bytes()]
    return [*found, *(path.name for path in (folder / "library.texts").glob("*"))]


async def test_it_says_so_shows_nothing_and_goes_on(tmp_path, path):
    other = path.with_name("street.txt")
    other.write_text(WORDS)
    async with reading(tmp_path, path) as reader:
        await reader.mark((LEAD, 1))
        forget(tmp_path, opened(reader).uuid)
        await reader.said("This document was forgotten by another Manicula. o opens another one.")
        assert (reader.session.document, reader.session.path, reader.screen.view.text.string) == (None, None, "")
        assert reader.session.library.documents() == []
        await reader.pilot.press("j", "enter", "t", "u", "H", "G")
        assert reader.session.library.annotations() == []
        reader.screen.open(other)
        await reader.until(lambda: reader.session.document is not None)
        await reader.pilot.press("enter")
        assert reader.marks == [WORDS]
        reader.session.delete(reader.session.annotations)
        forget(tmp_path, opened(reader).uuid)
        await reader.said("was forgotten")
    assert left(tmp_path) == []


@pytest.mark.parametrize("keys", [["enter"], ["t", "x", "enter"], ["q"], ["u"], ["d"]])
async def test_a_key_before_it_is_seen_does_no_harm(tmp_path, path, monkeypatch, keys):
    async with reading(tmp_path, path) as reader:
        await reader.mark((LEAD, 1))
        monkeypatch.setattr(reader.screen.session.library, "refresh", lambda: False)
        reader.screen.go(reader.session.annotations[0].start)
        forget(tmp_path, opened(reader).uuid)
        await reader.pilot.press(*keys)
    assert left(tmp_path) == []


async def test_a_note_being_written_ends_and_leaves_no_draft(tmp_path, path, monkeypatch):
    async with reading(tmp_path, path) as reader:
        await reader.mark((LEAD, 1))
        reader.screen.go(reader.session.annotations[0].start)
        await reader.pilot.press("a", "enter", "N", "o")
        assert [path.read_text() for path in drafts(tmp_path)] == ["No"]
        with monkeypatch.context() as patch:
            patch.setattr(Library, "refresh", lambda _: False)
            forget(tmp_path, opened(reader).uuid)
            assert drafts(tmp_path) == []
            await reader.pilot.press("t")
            assert drafts(tmp_path) != []
        await reader.said("was forgotten")
        assert drafts(tmp_path) == []
        await reader.pilot.press("t", "e", "escape")
        area = reader.screen.note_area
        assert area is not None
        assert not area.display
    assert left(tmp_path) == []


async def test_a_new_version_that_is_being_compared_does_not_bring_it_back(tmp_path, path, monkeypatch):
    async with reading(tmp_path, path) as reader:
        await reader.mark((LEAD, 1))
    path.write_text(changed(), encoding="utf-8")
    go_on = threading.Event()
    run = Renewal.run
    monkeypatch.setattr(Renewal, "run", lambda self, *given: (go_on.wait(10), run(self, *given)))
    async with reading(tmp_path, path) as reader:
        forget(tmp_path, opened(reader).uuid)
        await reader.said("was forgotten")
        go_on.set()
        await reader.pilot.pause(0.3)
        assert reader.session.library.documents() == []
    assert left(tmp_path) == []


@pytest.mark.parametrize("smaller", [True, False])
async def test_a_document_that_became_another_one_by_a_merge_stays_open(tmp_path, path, monkeypatch, smaller):
    copy = tmp_path / "copy.json"
    with Library.open(tmp_path / "library.json", state=tmp_path / "state") as library:
        library.ensure_tag("first")
        library.fold()
        shutil.copy(library.path, copy)
    new_uuid = identity.new_uuid
    monkeypatch.setattr(identity, "new_uuid", lambda: "8" + new_uuid()[1:])
    async with reading(tmp_path, path) as reader:
        await reader.mark((LEAD, 1))
        monkeypatch.setattr(identity, "new_uuid", lambda: ("0" if smaller else "f") + new_uuid()[1:])
        with Library.open(copy, state=tmp_path / "there") as other:
            other.add(path)
        with Library.open(tmp_path / "library.json", state=tmp_path / "state") as library:
            library.merge(copy)
            after = library.documents()[0].uuid
            assert len(library.documents()) == 1
        await reader.until(lambda: len(reader.session.library.documents()) == 1 and reader.session.document)
        await reader.until(lambda: opened(reader).uuid == after)
        assert (after[0] == "0") == smaller
        assert reader.marks == [LEAD]
