"""Notes brought up to date: what the reader wrote stays, what is ours follows the library."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import exchange
from storage.errors import DocumentError, UsageError
from storage.exchange.notes import Block, Marks, merged, parse, written
from storage.exchange.table import WRITABLE
from tests.storage.exchange_library import Desk, opened, text_of
from tests.storage.test_exchange_markdown import HOSTILE

NOTED = [name for name, one in WRITABLE.items() if one.notes]
MARKS = Marks("<!--", "-->")
ONE, TWO, THREE = (Block(name, f"body of {name}") for name in ("one", "two", "three"))
OWN = st.lists(st.sampled_from(["mine", "", "<!-- mine -->", "manicula", "%% x %%", "# y"]), max_size=4).map("\n".join)


def fresh(*blocks: Block) -> str:
    return merged(parse("", MARKS), blocks, MARKS)[0]


@pytest.mark.parametrize(
    ("before", "blocks", "after"),
    [
        ("", [ONE, TWO], f"{written(ONE, MARKS)}\n{written(TWO, MARKS)}"),
        ("mine", [ONE], f"mine\n\n{written(ONE, MARKS)}"),
        (fresh(ONE, THREE), [ONE, TWO, THREE], fresh(ONE, TWO, THREE)),
        (fresh(TWO), [ONE, TWO], fresh(ONE, TWO)),
        (fresh(ONE) + "mine\n", [ONE, TWO], f"{fresh(ONE)}mine\n\n{written(TWO, MARKS)}"),
        (fresh(ONE, TWO, THREE), [ONE, THREE], fresh(ONE, THREE)),
        (f"{fresh(ONE)}\nof one\n", [], "\nof one\n"),
        (fresh(TWO, ONE), [ONE, TWO], fresh(TWO, ONE)),
        (fresh(ONE), [Block("one", "new")], fresh(Block("one", "new"))),
    ],
)
def test_blocks_come_go_and_change_around_what_the_reader_wrote(before, blocks, after):
    assert merged(parse(before, MARKS), blocks, MARKS) == (after, 0)


def test_a_block_edited_by_hand_stays_until_it_is_forced():
    edited = fresh(ONE, TWO).replace("body of one", "my words")
    assert merged(parse(edited, MARKS), [TWO], MARKS) == (edited, 1)
    assert merged(parse(edited, MARKS), [ONE, TWO], MARKS, force=True) == (fresh(ONE, TWO), 0)


def test_a_second_copy_of_a_block_is_the_readers_own():
    copied = f"{fresh(ONE)}\nagain:\n{written(ONE, MARKS)}"
    new = Block("one", "new")
    assert merged(parse(copied, MARKS), [new], MARKS)[0] == f"{fresh(new)}\nagain:\n{written(ONE, MARKS)}"


@pytest.mark.parametrize("cut", [1, 2])
def test_a_block_without_an_end_is_refused_by_its_line(cut):
    broken = "\n" + fresh(ONE, TWO).replace("<!-- /manicula -->\n", "", cut)
    with pytest.raises(DocumentError, match="line 2 has no end"):
        parse(broken, MARKS)


@given(OWN, OWN, OWN, st.permutations([ONE, TWO, THREE]), st.sets(st.sampled_from([ONE, TWO, THREE])))
def test_no_line_of_the_reader_is_lost_and_twice_is_once(head, middle, tail, order, wanted):
    first, second, third = (written(block, MARKS) for block in order)
    note = f"{head}\n{first}{middle}\n{second}{third}{tail}"
    blocks = [block for block in (ONE, TWO, THREE) if block in wanted]
    once, kept = merged(parse(note, MARKS), blocks, MARKS)
    assert kept == 0
    assert merged(parse(once, MARKS), blocks, MARKS) == (once, 0)
    found = parse(once, MARKS)
    assert {(part.name, part.body) for part in found.parts} == set(blocks)
    rest = "\n".join([found.head, *(part.tail for part in found.parts)])
    assert [line for line in rest.split("\n") if line] == [
        line for line in f"{head}\n{middle}\n{tail}".split("\n") if line
    ]


@pytest.fixture
def desk(tmp_path):
    with opened(tmp_path, Desk) as made:
        desk: Any = made
        desk.one = desk.receive("one.txt", text_of("One", ("heading", "Part"), ("paragraph", "Alpha beta. Gamma.")))
        desk.alpha = desk.mark(desk.one, "Alpha beta", tags=["t/a"], note="Why?")
        desk.notes = tmp_path / "notes"
        yield desk


def updated(desk, form, **how):
    return exchange.update(desk.library, "", form, str(desk.notes), **how)[1]


@pytest.mark.parametrize("form", NOTED)
def test_a_folder_of_notes_follows_the_library(desk, form):
    assert dict(updated(desk, form).fates) == {"new": 1}
    (note,) = desk.notes.iterdir()
    first = note.read_text()
    assert "Alpha beta" in first
    note = note.rename(desk.notes / f"Called otherwise{note.suffix}")
    note.write_text(f"{first}\nMy own thought.\n")
    assert dict(updated(desk, form).fates) == {"unchanged": 1}
    gamma = desk.mark(desk.one, "Gamma")
    desk.library.edit(desk.alpha.uuid, note="Because.")
    assert dict(updated(desk, form).fates) == {"updated": 1}
    second = note.read_text()
    assert "Because." in second
    assert "Why?" not in second
    assert second.index("Alpha beta") < second.index("My own thought.") < second.index("Gamma")
    for one in (desk.alpha, gamma):
        desk.library.delete(one.uuid)
    updated(desk, form)
    assert "My own thought." in note.read_text()
    assert "Gamma" not in note.read_text()
    assert [one.name for one in desk.notes.iterdir()] == [note.name]
    desk.mark(desk.one, "beta")
    assert dict(updated(desk, form).fates) == {"updated": 1}


@pytest.mark.parametrize("form", NOTED)
def test_nothing_foreign_is_a_mark(desk, form):
    words = [*HOSTILE, "<!-- /manicula -->", "%% /manicula %%", "# /manicula"]
    desk.library.edit(desk.alpha.uuid, note="\n".join([*words, "", "\n\n".join(words)]))
    updated(desk, form)
    assert dict(updated(desk, form).fates) == {"unchanged": 1}
    assert not updated(desk, form).remarks


def test_windows_line_ends_and_other_peoples_notes_stay(desk):
    desk.notes.mkdir()
    (desk.notes / "one.md").write_bytes(b"not ours")
    (desk.notes / "bytes.md").write_bytes(b"manicula \xff")
    updated(desk, "markdown")
    note = desk.notes / "One 2.md"
    note.write_bytes(note.read_bytes().replace(b"\n", b"\r\n") + b"mine\r\n")
    assert dict(updated(desk, "markdown").fates) == {"unchanged": 1}
    desk.mark(desk.one, "Gamma")
    assert dict(updated(desk, "markdown").fates) == {"updated": 1}
    assert b"\n" not in note.read_bytes().replace(b"\r\n", b"")
    assert b"mine\r\n" in note.read_bytes()
    assert (desk.notes / "one.md").read_bytes() == b"not ours"


def test_a_broken_note_is_told_and_the_rest_goes_on(desk):
    two = desk.receive("two.txt", text_of("Two", ("paragraph", "Delta.")))
    desk.mark(two, "Delta")
    updated(desk, "markdown")
    broken = desk.notes / "One.md"
    broken.write_text(broken.read_text().replace("<!-- /manicula -->", ""))
    (desk.notes / "Copy of Two.md").write_text((desk.notes / "Two.md").read_text())
    desk.mark(two, "elta")
    before = broken.read_text()
    done = updated(desk, "markdown")
    assert dict(done.fates) == {"updated": 1}
    assert len(done.problems) == 2
    assert "line 1 has no end" in done.problems[1]
    assert broken.read_text() == before


def test_a_note_that_changes_while_it_is_written_is_left_alone(desk, monkeypatch):
    updated(desk, "org")
    (note,) = desk.notes.iterdir()
    desk.mark(desk.one, "Gamma")
    writing = exchange.updating.writing  # type: ignore[attr-defined]  # imported by the update above

    def late(path: Path, *, force: bool):
        note.write_text("typed just now")
        return writing(path, force=force)

    monkeypatch.setattr("storage.exchange.updating.writing", late)
    assert "by another program" in updated(desk, "org").problems[0]
    assert note.read_text() == "typed just now"
    assert len(list(desk.notes.iterdir())) == 1


def test_what_a_reader_edited_in_a_block_is_told(desk):
    updated(desk, "markdown")
    (note,) = desk.notes.iterdir()
    note.write_text(note.read_text().replace("Why?", "Why ever?"))
    assert "1 block was edited by hand" in updated(desk, "markdown").remarks[0]
    assert "Why ever?" in note.read_text()
    updated(desk, "markdown", force=True)
    assert "Why ever?" not in note.read_text()


def test_what_has_no_notes_is_refused(desk):
    with pytest.raises(UsageError, match="markdown, obsidian, org"):
        updated(desk, "csv")
    desk.notes.write_text("a file")
    with pytest.raises(UsageError, match="no folder"):
        updated(desk, "org")


@pytest.mark.parametrize("form", NOTED)
def test_notes_say_what_the_export_says(desk, form):
    out = io.StringIO()
    exchange.export(desk.library, "", form, out, documents=[desk.library.document(desk.one)])
    updated(desk, form)
    (note,) = desk.notes.iterdir()
    marks = ("<!--", "%%", "# manicula", "# /manicula")
    said = [line for line in note.read_text().split("\n") if line and not line.startswith(marks)]
    assert said == [line for line in out.getvalue().split("\n") if line]
