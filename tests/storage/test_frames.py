"""Frames: what is kept in their files, when one is true, and what may reach a terminal."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import frames
from storage.framing import MOST_DOCUMENTS, MOST_TERMINALS, Frame, Frames
from storage.library import Library

LOOK, SMALL, LARGE = b"look", b"80x24", b"200x60"


@given(st.lists(st.binary()))
def test_fields_come_back_as_they_were(fields: list[bytes]) -> None:
    assert frames.unpack(frames.pack(fields)) == fields


@given(st.lists(st.binary(), min_size=1), st.data())
def test_a_file_that_is_not_as_it_was_written_is_none(fields: list[bytes], data: st.DataObject) -> None:
    packed = bytearray(frames.pack(fields))
    packed[data.draw(st.integers(0, len(packed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(ValueError, match="not as it was written"):
        frames.unpack(bytes(packed))


@pytest.mark.parametrize(
    ("frame", "safe"),
    [
        (b"\x1b[1;1H\x1b[38;2;1;2;3mtext\x1b[0m\n\x1b[2;1H", True),
        ("\x1b[1mNicolás ▎✎ 中\x1b[0m".encode(), True),
        (b"", True),
        (b"\x1b]52;c;YQ==\x07", False),
        (b"\x1b[2J", False),
        (b"\x1b[?1049l", False),
        (b"\x1bc", False),
        (b"a\rb", False),
        (b"a\x07", False),
        (b"a\x7f", False),
        ("a\x9bb".encode(), False),
        ("a\u202eb".encode(), False),
        (b"\xff", False),
    ],
)
def test_nothing_but_text_colours_and_places_is_safe(frame: bytes, safe: bool) -> None:
    assert frames.is_safe(frame) is safe


@pytest.fixture
def library(tmp_path: Path, article: Path):
    with Library.open(tmp_path / "library.json", state=tmp_path / "state") as made:
        document = made.add(article)[0]
        made.annotate(document.uuid, [(30, 40)], text=made.text(document))
        yield made


def frame_of(library: Library, article: Path, place: bytes = b"0 0", terminal: bytes = SMALL) -> Frame:
    document = library.documents()[0]
    return Frame(
        str(article), document.uuid, frames.stamp(str(article)), place, b"hash", b"", LOOK, terminal, terminal + place
    )


def shown(library: Library, article: Path) -> frames.Kept | None:
    """Return what may be shown of the document now, as a new process finds it."""
    real = os.path.realpath(library.path)
    folder = frames.folder_of(str(library.state), real)
    kept = frames.Kept.read(folder, str(article))
    return kept if kept is not None and frames.is_true(kept, frames.Known.read(folder, real)) else None


def test_a_frame_is_true_until_an_annotation_changes(library: Library, article: Path) -> None:
    text = library.text(library.documents()[0])
    one = library.annotate(library.documents()[0].uuid, [(0, 20)], text=text)
    library.fold()
    Frames(library).keep(frame_of(library, article), {b"": os.fsencode(article)})
    assert shown(library, article) is not None
    library.delete(one.uuid)
    assert shown(library, article) is None
    library.fold()
    assert shown(library, article) is None
    Frames(library).keep(None, {})
    assert shown(library, article) is None


def test_what_concerns_other_documents_leaves_it_true_once_it_was_looked_at(library: Library, article: Path) -> None:
    other = article.with_name("other.txt")
    other.write_text("Another text. It has two sentences.")
    library.fold()
    Frames(library).keep(frame_of(library, article), {})
    document = library.add(other)[0]
    library.annotate(document.uuid, [(0, 13)], text=library.text(document))
    library.fold()
    assert shown(library, article) is None
    Frames(library).keep(None, {})
    assert shown(library, article) is not None


def test_a_tag_with_another_name_is_another_frame(library: Library) -> None:
    text = library.text(library.documents()[0])
    library.annotate(library.documents()[0].uuid, [(0, 20)], tags=["claim"], text=text)
    before = Frames(library).mark(library.documents()[0].uuid)
    library.rename_tag(library.tags()[0].uuid, "assertion")
    assert Frames(library).mark(library.documents()[0].uuid) != before


def test_a_journal_or_a_conflict_copy_that_comes_makes_it_untrue(library: Library, article: Path) -> None:
    library.fold()
    Frames(library).keep(frame_of(library, article), {})
    assert shown(library, article) is not None
    for name in ("library.json.0123456789abcdef.journal", "library.sync-conflict-20260101-010101-ABCDEFG.json"):
        beside = library.path.with_name(name)
        beside.write_text("")
        assert shown(library, article) is None
        beside.unlink()
    assert shown(library, article) is not None


def test_frames_of_other_terminals_stay_while_the_place_is_the_same(library: Library, article: Path) -> None:
    library.fold()
    kept = Frames(library)
    for number in range(MOST_TERMINALS + 2):
        kept.keep(frame_of(library, article, terminal=b"%d" % number), {})
    found = shown(library, article)
    assert found is not None
    assert next(terminal for _, terminal in found.frames) == b"%d" % (MOST_TERMINALS + 1)
    assert len(found.frames) == MOST_TERMINALS
    kept.keep(frame_of(library, article, b"5 9", LARGE), {})
    found = shown(library, article)
    assert found is not None
    assert list(found.frames) == [(LOOK, LARGE)]


def test_only_so_many_documents_are_kept_and_all_of_it_is_private(library: Library, article: Path) -> None:
    library.fold()
    kept = Frames(library)
    for number in range(MOST_DOCUMENTS + 3):
        kept.keep(frame_of(library, article)._replace(path=f"/nowhere/{number}.txt"), {})
    files = list(kept.folder.glob("*.frame"))
    assert len(files) == MOST_DOCUMENTS
    assert kept.folder / frames.name_of("/nowhere/0.txt") not in files
    if os.name != "nt":
        assert {stat.S_IMODE(file.stat().st_mode) for file in kept.folder.iterdir()} == {0o600}
        assert stat.S_IMODE(kept.folder.stat().st_mode) == 0o700
    assert kept.discard() == MOST_DOCUMENTS
    assert not kept.folder.exists()


def test_a_document_left_without_a_frame_has_none(library: Library, article: Path) -> None:
    library.fold()
    Frames(library).keep(frame_of(library, article), {})
    Frames(library).keep(None, {}, str(article))
    assert shown(library, article) is None
    assert not list(Frames(library).folder.glob("*.frame"))


@pytest.mark.parametrize("rest", [[b"many"], [b"2", b"one.frame", b"document", b"mark"], [b"9" * 20]])
def test_a_note_of_another_shape_says_nothing_and_is_written_anew(
    library: Library, article: Path, rest: list[bytes]
) -> None:
    library.fold()
    kept = Frames(library)
    kept.keep(frame_of(library, article), {b"": os.fsencode(article)})
    real = os.path.realpath(library.path)
    note = kept.folder / frames.KNOWN
    note.write_bytes(frames.pack([os.fsencode(real), kept.state(), *rest]))
    found = frames.Known.read(str(kept.folder), real)
    assert (found.state, found.kept, found.opens) == (b"", {}, {})
    kept.keep(None, {b"": os.fsencode(article)})
    assert kept.opens() == {b"": os.fsencode(article)}


def test_a_note_of_a_document_with_an_impossible_name_is_dropped(library: Library, article: Path) -> None:
    library.fold()
    kept = Frames(library)
    kept.keep(frame_of(library, article), {})
    real = os.path.realpath(library.path)
    known = frames.Known(real)
    known.kept = {b"one.frame": (b"\xff", b"mark")}
    (kept.folder / frames.KNOWN).write_bytes(known.packed())
    kept.keep(None, {})
    assert frames.Known.read(str(kept.folder), real).kept == {}
