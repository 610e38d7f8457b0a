"""Following links: within the document, to other documents, to the web; footnotes in place; the original outside."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import pairwise
from operator import attrgetter
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from storage import readers
from storage.text import INSIDE, Span, Text
from storage.visible import one_line
from tui import outside
from tui.actions import action
from tui.panels.footnote import FootnotePanel
from tui.reading import hints

if TYPE_CHECKING:
    from tui.keys import Run
    from tui.screens.reader import ReaderScreen

_IMAGES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".svg"})
_LONGEST_NOTE = 5_000


@action("jump.follow")
def follow(screen: ReaderScreen, run: Run) -> str | None:
    """Follow what is at the caret, else what one of the labels on screen is typed for."""
    del run
    view = screen.view
    here = hints.link_at(view.text, view.selection.head)
    if here is not None:
        return _follow(screen, here)
    _, start, end = view.on_screen()
    found = {span.start: span for span in hints.links(view.text, start, end)}
    if not found:
        return "There is no link on screen."

    def land(offset: int) -> None:
        screen.message = _follow(screen, found[offset]) or screen.message

    screen.show_hints(hints.place_labels(found, view.selection.head), land)
    return None


def _follow(screen: ReaderScreen, span: Span) -> str | None:
    if span.kind == "note":
        _show_note(screen, span)
    elif span.kind == "place":
        screen.jump(int(span.target))
    elif span.target.startswith(INSIDE):
        return _picture(screen, span)
    elif span.target.startswith("#"):
        return _to_heading(screen, unquote(span.target[1:]))
    elif span.target.lower().startswith(outside.WEB):
        return outside.show(span.target)
    else:
        return _to_file(screen, span)
    return None


def _picture(screen: ReaderScreen, span: Span) -> str:
    """Open a picture that is inside of the document's own file."""
    path = screen.session.path
    part = PurePosixPath(span.target.removeprefix(INSIDE))
    if part.suffix.lower() not in _IMAGES:
        return f"{one_line(part.name)} is no picture that Manicula opens."
    if path is None or not path.is_file():
        return "The file of this document, with the picture in it, is not there any more."
    suffix = path.suffix.lower()
    if suffix == ".fb2":
        from storage.readers.fb2 import picture  # noqa: PLC0415  # few pictures are opened
    elif suffix in {".eml", ".pdf", ".rtf"}:
        from storage.readers.apart import picture  # noqa: PLC0415  # the same
    else:
        from storage.readers.archive import picture  # noqa: PLC0415  # the same

    name = re.sub(r"[^\w.-]", "_", part.name)
    return outside.show_bytes(picture(readers.read_bytes(path), str(path), span.target), name, path.name)


def _show_note(screen: ReaderScreen, span: Span) -> None:
    text, at = screen.view.text, int(span.target)
    block = text.blocks[text.blocks.at(at)]
    string = text.string[block.start : min(block.end, block.start + _LONGEST_NOTE)]
    mark = text.string[span.start : span.end]
    panel = FootnotePanel(mark, string, lambda: screen.jump(at))
    panel.height = len(panel) + 1
    screen.open_panel(panel)


def _to_heading(screen: ReaderScreen, name: str) -> str | None:
    """Go to the heading that a link names in the way in which the web makes names of headings."""
    for section in screen.view.text.sections:
        if _slug(section.title) == name.casefold():
            screen.jump(section.start)
            return None
    return f"There is no place called {one_line(name)} in this document."


def _slug(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title.casefold()).strip().replace(" ", "-")


def _to_file(screen: ReaderScreen, span: Span) -> str | None:
    """Open a document that a link names beside this one, or an image outside; other files are only named."""
    session = screen.session
    path = _file(session.path, span.target)
    if path is None:
        address = _address(session.document.source if session.document else "", span.target)
        return outside.show(address) if address else _not_opened(span.target)
    if readers.can_read(path):
        screen.open(path)
        return None
    if path.suffix.lower() in _IMAGES:
        return outside.show(str(path.absolute()))
    return _not_opened(str(path))


def _file(here: Path | None, target: str) -> Path | None:
    """Return the file that a link names beside the document at `here`, if there is one."""
    try:
        parts = urlsplit(target)
        if here is None or not parts.path or parts.scheme or parts.netloc:
            return None
        path = here.parent / unquote(parts.path)
        return path if path.is_file() else None
    except (ValueError, OSError):
        return None


def _address(source: str, target: str) -> str:
    """Return the address that a link in a page from the web leads to; nothing where it leads to none."""
    if not source.lower().startswith(outside.WEB):
        return ""
    try:
        return "" if urlsplit(target).scheme else urljoin(source, target)
    except ValueError:
        return ""


def _not_opened(target: str) -> str:
    return f"The link leads to {one_line(target)}, which Manicula does not open."


@action("app.original")
def original(screen: ReaderScreen, run: Run) -> str | None:
    """Open the file of the open document, at the page where that can be, or where it is gone its page in the web."""
    del run
    session = screen.session
    path: Path | None = session.path
    if path is not None and path.is_file():
        page = session.text.page_at(screen.view.selection.head)
        if page and path.suffix.lower() == ".pdf":
            return outside.show_page(str(path), page, page_number(session.text, screen.view.selection.head))
        where = f", {page}" if ":" in page else f", p. {page}" if page else ""
        return f"{outside.show(str(path))}{where}"
    source = session.document.source if session.document else session.text.meta.source
    if source.lower().startswith(outside.WEB):
        return outside.show(source)
    return "The file of this document is not there any more." if path is not None else "Nothing is open."


def page_number(text: Text, offset: int) -> int:
    """Return the number, from 1, of the page of a PDF on which `offset` stands; 0 where it cannot be told.

    Labels that go up from 1, or leave out pages without text, are numbers; else pages are counted, if all are there.
    """
    labels = [page.label for page in text.pages]
    numbers = [int(each) for each in labels if each.isascii() and each.isdecimal()]
    index = bisect_right(text.pages, offset, key=attrgetter("start")) - 1
    rising = len(numbers) == len(labels) and all(one < other for one, other in pairwise(numbers))
    if index >= 0 and rising and (numbers[0] == 1 or text.warnings):
        return numbers[index]
    return 0 if text.warnings else index + 1
