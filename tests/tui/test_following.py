"""Links, footnotes and originals through the real app."""

from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from storage import readers
from storage.library import Library
from storage.text import Block, Page, Text
from tests.storage.pdfs import pdf, set_lines
from tests.tui.driving import opened, press, shown
from tui import outside
from tui.actions import following

PAGE = """<title>Page</title><h1>One</h1>
<p>See <a href="#two">the second</a>, <a href="https://example.org/x">the web</a>,
<a href="other.md">another</a>, <a href="run.sh">a program</a> and the note<sup><a href="#n">1</a></sup>.
<img src="p.png" alt="a picture"></p><h2 id=two>Two</h2><p>Words.</p><p id=n>What the note says.</p>"""
LINK = '[up](#second-part "t") and [gone](#none)\n\n# Second part!\n\nText.\n'


@pytest.fixture
def shelf(tmp_path):
    (tmp_path / "page.html").write_text(PAGE)
    (tmp_path / "other.md").write_text(LINK)
    (tmp_path / "run.sh").write_text("echo")
    (tmp_path / "p.png").write_bytes(b"\x89PNG")
    return tmp_path


@pytest.fixture
def started(monkeypatch):
    """What was given to the system's program, with none being run."""
    found: list[str] = []
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    monkeypatch.setattr(outside, "_program", lambda: "/usr/bin/opener")
    monkeypatch.setattr(outside, "_start", lambda _, target: found.append(target))
    return found


@asynccontextmanager
async def reading(folder, name="page.html"):
    with Library.open(folder / "library.json") as library:
        async with opened(library, folder / name) as (pilot, screen):
            yield pilot, screen


def at(screen):
    return screen.view.text.string[screen.view.selection.head :]


def beginning(path):
    return Path(path).read_bytes()[:4]


def label(words):
    """Return the key that follows the link with these words."""

    def key(screen):
        offset = screen.view.text.string.index(words)
        return next(name for name, place in screen.view.hints.items() if place == offset)

    return key


async def test_a_link_leads_to_a_place_and_back(shelf):
    async with reading(shelf) as (pilot, screen):
        await press(pilot, ["F", label("the second")])
        assert at(screen).startswith("Two")
        await press(pilot, ["H"])
        assert at(screen).startswith("One")


async def test_a_footnote_is_shown_in_place_and_gone_to(shelf):
    async with reading(shelf) as (pilot, screen):
        await press(pilot, ["F", label("[1]")])
        assert "What the note says." in shown(screen).split("note [1]")[1]
        assert at(screen).startswith("One")
        await press(pilot, ["z", "esc"])
        assert screen.panel_view.panel is None
        await press(pilot, ["F", label("[1]"), "enter"])
        assert at(screen).startswith("What the note says.")


async def test_the_web_and_pictures_are_opened_outside(shelf, started):
    async with reading(shelf) as (pilot, screen):
        await press(pilot, ["F", label("the web")])
        assert screen.message == "Opened https://example.org/x"
        await press(pilot, ["F", label("a picture"), "X"])
        assert started == ["https://example.org/x", str(shelf / "p.png"), str(shelf / "page.html")]


async def test_a_document_beside_is_opened_and_a_program_is_not(shelf, started):
    async with reading(shelf) as (pilot, screen):
        await press(pilot, ["F", label("a program")])
        assert "run.sh, which Manicula does not open" in screen.message
        await press(pilot, ["F", label("another")])
        assert screen.session.path == shelf / "other.md"
        await press(pilot, ["F"])
        assert at(screen).startswith("Second part!")
        await press(pilot, ["F", label("gone")])
        assert "no place called none" in screen.message
        assert started == []


async def test_over_ssh_it_is_said_where_it_is(shelf, monkeypatch):
    monkeypatch.setenv("SSH_CONNECTION", "1")
    async with reading(shelf) as (pilot, screen):
        await press(pilot, ["X"])
        assert screen.message == f"Nothing can be opened over SSH: {shelf / 'page.html'}"
        (shelf / "page.html").unlink()
        await press(pilot, ["X"])
        assert "not there any more" in screen.message


async def test_without_links_it_says_so(article, tmp_path):
    with Library.open(tmp_path / "library.json") as library:
        async with opened(library, article) as (pilot, screen):
            await press(pilot, ["F"])
            assert screen.message == "There is no link on screen."


WEB_PAGE = """<title>Page</title><h1>One</h1><p>This is <a href="//[x">broken</a>,
this is <a href="//example.org{}">elsewhere</a>, this is <a href="b">beside it</a>.</p>"""


async def test_a_link_that_is_no_address_is_only_named_and_another_host_is_no_file(shelf, started):
    page, other = shelf / "saved.html", shelf / "other.md"
    page.write_text(WEB_PAGE.format(other))
    text = readers.read(page)
    with Library.open(shelf / "library.json") as library:
        library.receive(page, text.described(text.meta._replace(source="https://example.com/a/page")))
        async with opened(library, page) as (pilot, screen):
            await press(pilot, ["F", label("broken")])
            assert screen.message == "The link leads to //[x, which Manicula does not open."
            await press(pilot, ["F", label("elsewhere"), "F", label("beside it")])
            assert screen.session.path == page
    assert started == [f"https://example.org{other}", "https://example.com/a/b"]


@pytest.mark.usefixtures("started")
async def test_the_page_to_look_at_is_named(tmp_path):
    (tmp_path / "a.srt").write_text("1\n00:01:02,000 --> 00:01:03,000\nWords.\n")
    async with reading(tmp_path, "a.srt") as (pilot, screen):
        await press(pilot, ["X"])
        assert screen.message == f"Opened {tmp_path / 'a.srt'}, 0:01:02"


@pytest.fixture
def desktop(tmp_path, monkeypatch):
    """Return what sets the desktop's program for PDF, all of them being there; and what was started."""
    found: list[tuple[str, ...]] = []
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("xdg-open", *outside._AT_PAGE):
        (programs / name).touch(0o755)
    for name in ("SSH_CONNECTION", "WSL_DISTRO_NAME", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(outside, "_start", lambda program, *words: found.append((Path(program).name, *words)))

    def be(file):
        script = f'#!/bin/sh\nif [ "$*" = "query default application/pdf" ]; then echo {file}; fi\n'
        (programs / "xdg-mime").write_text(script)
        (programs / "xdg-mime").chmod(0o755)

    return be, found


@pytest.mark.parametrize(
    ("file", "started"),
    [
        ("org.pwmt.zathura.desktop", ("zathura", "--page=3", "{}")),
        ("org.gnome.Evince.desktop", ("evince", "--page-label=1", "{}")),
        ("okularApplication_pdf.desktop", ("okular", "--page=3", "{}")),
        ("mupdf.desktop", ("mupdf", "{}", "3")),
        ("firefox.desktop", ("xdg-open", "{}")),
        ("", ("xdg-open", "{}")),
    ],
)
async def test_a_pdf_is_opened_at_the_page(tmp_path, desktop, file, started):
    be, found = desktop
    be(file)
    path = tmp_path / "paper.pdf"
    pages = [set_lines([f"The words of page {number}."]) for number in range(3)]
    path.write_bytes(pdf(pages, labels="0<</S/r>>2<</S/D/St 1>>"))
    async with reading(tmp_path, "paper.pdf") as (pilot, screen):
        await press(pilot, ["G", "X"])
        assert screen.message == f"Opened {path}{', p. 1' if started[0] == 'xdg-open' else ' at p. 1'}"
    assert found == [tuple(each.format(path) for each in started)]


async def test_a_picture_in_a_pdf_is_opened_as_a_file_of_its_own(tmp_path, started):
    data = pdf([set_lines(["Words above a picture."])], pictures={0: [(100.0, 500.0, 300.0, 700.0)]})
    (tmp_path / "paper.pdf").write_bytes(data)
    async with reading(tmp_path, "paper.pdf") as (pilot, screen):
        await press(pilot, ["F", label("[image]")])
        assert screen.message == "Opened page-1-1.png, which is in paper.pdf"
    assert beginning(started[0]) == b"\x89PNG"


async def test_without_the_desktops_word_a_pdf_is_opened_all_the_same(tmp_path, desktop):
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf([set_lines(["The words of a page."])]))
    async with reading(tmp_path, "paper.pdf") as (pilot, screen):
        await press(pilot, ["X"])
        assert screen.message == f"Opened {path}, p. 1"
    assert desktop[1] == [("xdg-open", str(path))]


@pytest.mark.parametrize(
    ("labels", "missing", "numbers"),
    [
        (["1", "2", "3"], False, [1, 2, 3]),
        (["2", "3", "5"], True, [2, 3, 5]),
        (["i", "ii", "1"], False, [1, 2, 3]),
        (["i", "ii", "1"], True, [0, 0, 0]),
        (["17", "18", "19"], False, [1, 2, 3]),
        (["1", "2", "1"], False, [1, 2, 3]),
    ],
)
def test_the_number_of_a_page_is_told_where_it_can_be(labels, missing, numbers):
    pages = [Page(at, each) for at, each in enumerate(labels)]
    warnings = ["1 of 4 pages are images"] if missing else []
    text = Text("abc", [Block(0, 3, "paragraph")], pages=pages, warnings=warnings)
    assert [following.page_number(text, at) for at in range(3)] == numbers
