"""Code in colours, tables wider than the window, pictures inside of a document's file."""

from pathlib import Path

import pytest
from rich.style import Style

from storage.library import Library
from storage.readers import parse_here
from storage.text import Block, Text
from tests.storage import samples
from tests.tui.driving import opened, press
from tui import outside
from tui.reading import syntax
from tui.reading.layout import Layout, Place

CODE = '# Code\n\n```python\ndef hand(x):  # why\n    return "☞" * 42\n```\n\n```nonsense\ndef x\n```\n\n    def y\n'
HEAD = "| Name | " + " | ".join(f"Column number {n}" for n in range(9)) + " |"
RULE = "|---" * 10 + "|"
TABLE = f"Before.\n\n{HEAD}\n{RULE}\n| 日本 |{' x |' * 8} the end |\n\nAfter.\n"


def test_code_is_told_apart_in_the_language_that_is_named():
    text = parse_here(CODE.encode(), "a.md")
    found = [(text.string[one.start : one.end], one.kind) for one in syntax.tokens(text, 0, len(text))]
    assert found == [
        ("def", "keyword"),
        ("hand", "name"),
        ("# why", "comment"),
        ("return", "keyword"),
        ('"', "string"),
        ("☞", "string"),
        ('"', "string"),
        ("42", "number"),
    ]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("a.html", '<pre><code class="hljs language-python">x = 1</code></pre><p>more'),
        ("a.html", '<div class="highlight"><pre class="code python">x = 1</pre></div><p>more'),
        ("a.org", "#+begin_src python :results none\nx = 1\n#+end_src\n"),
        ("a.rst", "Words::\n\n  no\n\n.. code-block:: python\n\n   x = 1\n"),
    ],
)
def test_every_format_that_names_a_language_has_it(name, source):
    text = parse_here(source.encode(), name)
    assert [one.kind for one in syntax.tokens(text, 0, len(text))] == ["number"]


LONG = "# " + "x" * 97 + "\n"


def test_a_long_block_is_looked_at_slice_by_slice():
    text = parse_here(f"```python\n{LONG * 100}```\n".encode(), "a.md")
    slices = len(text) // syntax.SLICE
    for done in range(slices):
        assert syntax.is_behind(text, 0, len(text))
        assert len(syntax.tokens(text, 0, len(text))) == (done + 1) * syntax.SLICE // 100
    syntax.tokens(text, 0, len(text))
    assert not syntax.is_behind(text, 0, len(text))
    assert [one.start for one in syntax.tokens(text, 150, 300)] == [100, 200]


async def test_the_end_of_a_long_block_is_coloured_in_a_moment(tmp_path):
    path = tmp_path / "a.md"
    path.write_text(f"```python\n{LONG * 100}```\n")
    with Library.open(tmp_path / "library.json") as library:
        async with opened(library, path) as (pilot, screen):
            await press(pilot, ["G"])
            for _ in range(100):
                await pilot.pause(0.02)
                pieces = [piece for strip in screen.view.rows for piece in strip if "xxx" in piece.text and piece.style]
                if all(piece.style.italic for piece in pieces if piece.style):
                    break
            assert pieces
            assert all(piece.style.italic for piece in pieces if piece.style)


async def test_code_is_coloured_once_the_first_paint_is_out(tmp_path):
    path = tmp_path / "a.md"
    path.write_text(CODE)
    with Library.open(tmp_path / "library.json") as library:
        async with opened(library, path) as (_, screen):
            palette = screen.view.look.palette
            pieces = [piece for strip in screen.view.rows for piece in strip if piece.style]
            colors = {piece.text.strip(): piece.style.color for piece in pieces if piece.style}
            assert colors["def"] == Style(color=palette.tints["purple"].bar).color
            assert colors["# why"] == Style(color=palette.dim).color
            assert screen.view.look.piece.cache_info().currsize


def laid(string, width=20, wide=24):
    return Layout(Text(string, [Block(0, len(string), "table")]), width, wide=wide)


def test_a_table_has_a_row_for_each_line_and_is_moved_for_the_caret():
    string = "name │ " + "x" * 40 + "\n日本 │ short"
    layout = laid(string)
    rows = layout.rows(Place(0, 0), 9)
    assert [layout.row_text(row) for row in rows] == string.split("\n")
    assert layout.shift(0) == 0
    layout.show_sideways(30)
    assert 0 <= layout.cell(rows[0], 30) < 24
    shift = layout.shift(0)
    assert shift > 0
    assert layout.offset_at(rows[0], layout.cell(rows[0], 30)) == 30
    layout.show_sideways(29)
    assert layout.shift(0) == shift
    layout.show_sideways(0)
    assert layout.shift(0) == 0
    assert layout.move_sideways(0, 1_000)
    assert layout.shift(0) == 48 - 24
    assert not layout.move_sideways(0, 10)
    assert not laid("a │ b").move_sideways(0, 10)


def test_the_rows_of_a_table_are_measured_once(monkeypatch):
    measured: list[str] = []
    own = Layout.row_text

    def row_text(layout, row):
        measured.append(own(layout, row))
        return measured[-1]

    layout = laid("\n".join(f"row {n:2} │ {'x' * 40}" for n in range(50)))
    layout.show_sideways(30)
    monkeypatch.setattr(Layout, "row_text", row_text)
    layout.show_sideways(31)
    assert len(measured) < 3
    assert layout.shift(0)


def shown(screen):
    return [strip.text.strip() for strip in screen.view.rows]


async def test_a_wide_table_is_seen_in_part_and_goes_along(tmp_path):
    path = tmp_path / "a.md"
    path.write_text(TABLE)
    with Library.open(tmp_path / "library.json") as library:
        async with opened(library, path) as (pilot, screen):
            head = next(row for row in shown(screen) if "Column" in row)
            assert head.startswith("Name")
            assert head.endswith("›")
            await press(pilot, ["j", "j", "$"])
            assert screen.view.caret_place() is not None
            last = next(row for row in shown(screen) if "the end" in row)
            assert "‹" in last
            await press(pilot, ["[", "t", "[", "t", "[", "t"])
            assert any("日本" in row for row in shown(screen))
            assert screen.view.caret_place() is None
            await press(pilot, ["[", "t"])
            assert screen.message == "There is no more of a table here on that side."
            await press(pilot, ["h"])
            assert screen.view.caret_place() is not None


EPUB = samples.archive({**samples.book_parts(), "OEBPS/pictures/map.png": b"\x89PNG picture"})
FB2 = (
    b'<FictionBook><body><p>Words.</p><p><image href="#map.png" alt="A map"/></p></body>'
    b'<binary id="map.png">iVBORyBwaWN0dXJl</binary></FictionBook>'
)


@pytest.mark.parametrize(("name", "data"), [("book.epub", EPUB), ("book.fb2", FB2)])
async def test_a_picture_inside_a_book_is_opened_outside(tmp_path, monkeypatch, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    found: list[bytes] = []
    monkeypatch.setattr(outside, "_program", lambda: "/usr/bin/opener")
    monkeypatch.setattr(outside, "_start", lambda _, target: found.append(Path(target).read_bytes()))
    with Library.open(tmp_path / "library.json") as library:
        async with opened(library, path) as (pilot, screen):
            screen.go(screen.view.text.string.index("A map"))
            await press(pilot, ["F"])
            assert screen.message == f"Opened map.png, which is in {name}"
            assert found == [b"\x89PNG picture"]
            monkeypatch.setattr(outside, "_program", lambda: None)
            await press(pilot, ["F"])
            assert screen.message.endswith(f"map.png, in {name}")
