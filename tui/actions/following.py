"""Following links: within the document, to other documents, to the web; footnotes in place; the original outside."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from storage import readers
from storage.text import INSIDE, Span
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
    from storage.readers.archive import picture  # noqa: PLC0415  # few pictures are opened

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
    shown, here = one_line(span.target), screen.session.path
    try:
        parts = urlsplit(span.target)
        path = here.parent / unquote(parts.path) if here and parts.path and not parts.scheme else None
        found = path is not None and path.is_file()
    except (ValueError, OSError):
        path, found = None, False
    if path is None or not found:
        source = screen.session.document.source if screen.session.document else ""
        if source.lower().startswith(outside.WEB) and not urlsplit(span.target).scheme:
            return outside.show(urljoin(source, span.target))
        return f"The link leads to {shown}, which Manicula does not open."
    if readers.can_read(path):
        screen.open(path)
        return None
    if path.suffix.lower() in _IMAGES:
        return outside.show(str(path.absolute()))
    return f"The link leads to {one_line(str(path))}, which Manicula does not open."


@action("app.original")
def original(screen: ReaderScreen, run: Run) -> str | None:
    """Open the file of the open document, or where it is gone its page in the web."""
    del run
    session = screen.session
    path: Path | None = session.path
    if path is not None and path.is_file():
        return outside.show(str(path))
    source = session.document.source if session.document else session.text.meta.source
    if source.lower().startswith(outside.WEB):
        return outside.show(source)
    return "The file of this document is not there any more." if path is not None else "Nothing is open."
