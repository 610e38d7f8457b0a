"""The first screenful of a document of which no frame is kept, laid out and coloured as the app will do it. No Textual.

The document is a plain text at its beginning, or one that was read before, from its snapshot. The panes beside it are
empty, and so is the status row.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from rich.color import ColorSystem
from rich.segment import Segment

from storage import readers
from storage.errors import DocumentError
from storage.frames import Kept, stamp
from storage.model import Annotation, Range
from storage.text import Text
from storage.texts import Snapshots
from tui.reading import cells
from tui.reading.highlights import Highlights
from tui.reading.layout import Layout, Place
from tui.reading.page import MEASURE, Page
from tui.reading.paint import GUTTER, Styles
from tui.reading.selection import Selection
from tui.screens.panes import opening
from tui.themes import DARK, PALETTES

_BLOCKS = 200
"""Blocks on either side of the place that are read of a snapshot."""
_LARGE = 1 << 20
"""Bytes from which a plain text is not read whole for its first screenful."""


class Size(NamedTuple):
    """A size in cells."""

    width: int
    height: int


class Settings(NamedTuple):
    """What of the settings matters here."""

    theme: str = ""
    measure: int = MEASURE
    indented: bool = False
    ascii: bool = False


class Spot(NamedTuple):
    """A text, or a part of it, with the offsets in it of the top and of the caret, and what is marked."""

    text: Text
    top: int = 0
    caret: int = 0
    marks: Highlights = Highlights()


class FirstPage(Page):
    """A page that nobody scrolls."""

    focus_unit = active = ""
    matches = ()
    match = None
    _frame = None
    keep_visible = None

    def __init__(self, styles: Styles, size: Size, spot: Spot, settings: Settings) -> None:
        self.look, self._size, self.text, self.highlights = styles, size, spot.text, spot.marks
        self.measure, self.indented = settings.measure, settings.indented
        self.layout_rows = Layout(self.text, self.measure, indented=self.indented)
        self.selection = Selection(spot.caret, spot.caret)
        self.top, self.left, self._wanted_top = Place(0, 0), 0, spot.top
        self._fit()
        self.reveal(spot.caret, margin=0)

    @property
    def size(self) -> Size:
        """The size of the page, in cells."""
        return self._size


def first_page(path: str, kept: Kept | None, texts: str, size: tuple[int, int], settings: Settings) -> bytes:
    """Return what a terminal is sent for the document at `path`, empty where that cannot be told at once.

    `kept` is what is known of it, its marks only where they are true; `texts` is the folder of the snapshots.
    """
    system = _color_system()
    palette = PALETTES.get(settings.theme) if settings.theme else DARK
    if system is None or palette is None:
        return b""
    spot = _known(kept, texts) if kept is not None and kept.stamp == stamp(path) else _unknown(path)
    if spot is None:
        return b""
    styles = Styles(palette, ascii_only=settings.ascii)
    width, height = size
    sides = opening(width)
    page = FirstPage(styles, Size(width - sum(sides.values()), height - 1), spot, settings)
    rows = ["".join(_rendered(row, system)) for row in _rows(page, styles, sides, width)]
    left = sides.get("documents", 0) + page.left + GUTTER
    cursor = page.layout_rows.place(spot.caret)
    y = page.layout_rows.distance(page.top, cursor, height)
    x = left + page.layout_rows.cell(page.layout_rows.row(cursor), spot.caret)
    placed = "".join(f"\x1b[{number};1H{row}" for number, row in enumerate(rows, 1))
    return f"{placed}\x1b[{y + 1};{x + 1}H".encode()


def _color_system() -> ColorSystem | None:
    """Return the colours that Textual will use; None where the terminal is none of the usual ones."""
    if any(os.environ.get(name) for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TEXTUAL_COLOR_SYSTEM")):
        return None
    if os.environ.get("COLORTERM", "").strip().lower() in {"truecolor", "24bit"}:
        return ColorSystem.TRUECOLOR
    return ColorSystem.EIGHT_BIT if os.environ.get("TERM", "").endswith("-256color") else None


def _unknown(path: str) -> Spot | None:
    """Return the beginning of a plain text."""
    if not readers.is_plain(path):
        return None
    try:
        data = readers.read_bytes(Path(path))
        text = readers.beginning(data, path) or (readers.parse(data, path) if len(data) < _LARGE else None)
    except DocumentError:
        return None
    return Spot(text, 0, text.blocks[0].start) if text is not None else None


def _known(kept: Kept, texts: str) -> Spot | None:
    try:
        top, caret = map(int, kept.place.split())
        text, start = Snapshots(Path(texts)).around(kept.text.decode(), top, _BLOCKS)
    except (DocumentError, ValueError, IndexError):
        return None
    return Spot(text, top - start, max(0, min(caret - start, len(text))), _marks(kept.marked, start))


def _marks(lines: bytes, start: int) -> Highlights:
    made, letters = [], {}
    for number, line in enumerate(lines.decode().splitlines()):
        begins, ends, color, by, noted = line.split(" ")
        ranges = (Range(int(begins) - start, int(ends) - start),)
        made.append(Annotation(str(number), "", ranges=ranges, color=color, note="…" if noted == "1" else ""))
        letters[str(number)] = by.removeprefix("-")
    inside = [one for one in made if one.start >= 0]
    return Highlights(inside, by=lambda one: letters[one.uuid])


def _rows(page: FirstPage, styles: Styles, sides: dict[str, int], width: int) -> Iterator[list[Segment]]:
    panel = styles.panel
    stroke = Segment("|" if styles.ascii else "│", styles.edge)
    before = [Segment(" " * (sides["documents"] - 1), panel), stroke] if "documents" in sides else []
    after = [stroke, Segment(" " * (sides["cards"] - 1), panel)] if "cards" in sides else []
    for y in range(page.size.height):
        row = page.drawn(page.frame, y)
        used = sum(cells.width(segment.text) for segment in row)
        yield [*before, *row, Segment(" " * (page.size.width - used), styles.base), *after]
    yield [Segment(" " * width, panel)]


def _rendered(row: list[Segment], system: ColorSystem) -> Iterator[str]:
    for text, style, _ in row:
        if text and style is not None:
            yield style.render(text, color_system=system)
