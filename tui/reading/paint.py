"""Painting a row of text: which style each character has, from the layers that touch the row.

Layers, the lowest first: block, inline spans, the current sentence, highlights (overlaps split into pieces), matches of
find, selection, caret. A row is cut where any layer begins or ends, and each piece takes the topmost ground.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style

from storage.model import Range
from storage.text import Block, Span
from tui.reading import cells
from tui.reading.highlights import Mark
from tui.reading.layout import Layout, Row
from tui.reading.syntax import Token
from tui.themes import LETTERS, Palette

GUTTER = 5
"""Cells left of the text: who made it, letter, note mark, bar, and one of air."""

_CODE = {"keyword": "purple", "string": "green", "number": "orange", "name": "blue"}
"""The highlight colour whose bar each piece of code is written in; comments are dim."""
_LINKS = frozenset({"link", "place", "note"})


class Layers(NamedTuple):
    """What lies over the text of one frame; every list holds only what touches the screen."""

    marks: Sequence[Mark] = ()
    active: str = ""
    sentence: Range | None = None
    selection: Range | None = None
    matches: Sequence[Range] = ()
    match: Range | None = None
    caret: Range | None = None
    focus: Range | None = None
    """What is not dimmed; None: nothing is."""
    syntax: Sequence[Token] = ()


class Look(NamedTuple):
    """Everything that decides the style of one piece: the key of the style cache."""

    kind: str
    spans: tuple[str, ...]
    ground: str
    color: str
    underline: bool
    dimmed: bool = False
    syntax: str = ""


class Styles:
    """The styles of one palette, made once for each look. `mono` is for terminals without colour."""

    def __init__(self, palette: Palette, *, mono: bool = False, ascii_only: bool = False) -> None:
        self.palette = palette
        self.mono = mono
        self.ascii = ascii_only
        self.bar, self.pen, self.quote = ("|", "*", "|") if ascii_only else ("▎", "✎", "▏")
        self.dot, self.chosen = ("+", ">") if ascii_only else ("●", "▌")
        self.base = Style(color=palette.text, bgcolor=palette.ground)
        self.dim = Style(color=palette.dim, bgcolor=palette.ground)
        self.line = Style(color=palette.line, bgcolor=palette.ground)
        self.accent = Style(color=palette.accent, bgcolor=palette.ground)
        self.panel = Style(color=palette.text, bgcolor=palette.panel)
        self.edge = Style(color=palette.line, bgcolor=palette.panel)
        self.hint = Style(color=palette.cursor_text, bgcolor=palette.cursor, bold=True, reverse=mono)
        self.piece = lru_cache(maxsize=4096)(self._piece)
        self.mark = lru_cache(maxsize=64)(self._mark)

    def _mark(self, color: str) -> Style:
        return Style(color=self.palette.tints[color].bar, bgcolor=self.palette.ground, bold=True)

    def _piece(self, look: Look) -> Style:
        """Make a style; what it does not say stays unsaid, so that it equals `base` where it looks so."""
        palette = self.palette
        front = palette.heading if look.kind == "heading" else palette.text
        if look.syntax and look.ground in {"", "sentence"}:
            front = palette.tints[_CODE[look.syntax]].bar if look.syntax in _CODE else palette.dim
        front = palette.dim if look.dimmed else front
        style = Style(
            color=front,
            bgcolor=self._ground(look),
            bold=look.kind == "heading" or "strong" in look.spans or (self.mono and look.syntax == "keyword") or None,
            italic="emphasis" in look.spans or look.kind == "image" or look.syntax == "comment" or None,
            strike="strike" in look.spans or None,
            underline=self._underlined(look) or None,
        )
        if look.ground == "caret":
            style += Style(color=palette.cursor_text, reverse=self.mono)
        elif self.mono and look.ground in {"selection", "match", "current_match"}:
            style += Style(reverse=True)
        return style

    def _underlined(self, look: Look) -> bool:
        return look.underline or not _LINKS.isdisjoint(look.spans) or (self.mono and look.ground in _MARKED)

    def _ground(self, look: Look) -> str:
        palette = self.palette
        if look.ground in {"ground", "strong", "overlap"}:
            return str(getattr(palette.tints[look.color], look.ground))
        if look.ground == "caret":
            return palette.cursor
        if look.ground:
            return str(getattr(palette, look.ground))
        return palette.code if look.kind in {"code", "table", "image"} or "code" in look.spans else palette.ground


_MARKED = frozenset({"ground", "strong", "overlap"})


def content(layout: Layout, row: Row, layers: Layers, styles: Styles) -> list[Segment]:
    """Return the segments of a row's text, from the row's indent on."""
    block = layout.text.blocks[row.block]
    if row.kind != "text" or row.start >= row.end:
        return _empty(row, block, layers, styles, layout)
    shown = layout.row_text(row)
    spans = list(layout.text.spans_in(row.start, row.end))
    marks = [mark for mark in layers.marks if mark.start < row.end and mark.end > row.start]
    segments = []
    for start, end in _pieces(row, layers, spans, marks):
        look = _look(block.kind, start, spans, marks, layers)
        segments.append(Segment(shown[start - row.start : end - row.start], styles.piece(look)))
    if layers.caret is not None and layers.caret.start == row.end and layers.caret.end == row.end:
        segments.append(Segment(" ", styles.piece(Look(block.kind, (), "caret", "", underline=False))))
    return _seen(segments, layout, row, styles) if block.kind == "table" else segments


def _seen(segments: list[Segment], layout: Layout, row: Row, styles: Styles) -> list[Segment]:
    """Return what is seen of a row of a table, with a sign at the side where there is more of it."""
    shift, room = layout.shift(row.block), layout.room(row)
    width = sum(segment.cell_length for segment in segments)
    if not shift and width <= room:
        return segments
    cuts = [cut for cut in (shift, shift + room, max(width, shift + room) + 1) if cut]
    shown = list(Segment.divide(segments, cuts))[1 if shift else 0] if width > shift else []
    before, after = ("<", ">") if styles.ascii else ("‹", "›")
    if shift:
        shown = [Segment(before, styles.dim), *_without(shown, 1, room)]
    if width > shift + room:
        shown = [*_without(shown, 0, room - 1), Segment(after, styles.dim)]
    return shown


def _without(segments: list[Segment], first: int, last: int) -> list[Segment]:
    """Return the cells from `first` up to `last` of a row."""
    parts = list(Segment.divide(segments, [first, last] if first else [last]))
    return parts[1 if first else 0] if len(parts) > (1 if first else 0) else []


def _empty(row: Row, block: Block, layers: Layers, styles: Styles, layout: Layout) -> list[Segment]:
    if row.kind == "gap":
        return []
    caret = layers.caret
    here = caret is not None and row.start <= caret.start <= row.end
    look = Look(block.kind, (), "caret" if here else "", "", underline=False)
    if row.kind == "rule":
        stroke = "-" if styles.ascii else "─"
        ends = Segment(stroke * max(1, min(24, layout.width - row.x) - 1), styles.line)
        return [Segment(stroke, styles.piece(look) if here else styles.line), ends]
    return [Segment(" ", styles.piece(look))]


def _pieces(row: Row, layers: Layers, spans: Iterable[Span], marks: Iterable[Mark]) -> Iterator[tuple[int, int]]:
    cuts = {row.start, row.end}
    ranges: list[tuple[int, int]] = [(span.start, span.end) for span in spans]
    ranges += [(mark.start, mark.end) for mark in marks]
    ranges += [(match.start, match.end) for match in layers.matches]
    ranges += [(token.start, token.end) for token in layers.syntax]
    ranges += [
        (one.start, one.end)
        for one in (layers.sentence, layers.selection, layers.caret, layers.focus)
        if one is not None
    ]
    for pair in ranges:
        cuts.update(edge for edge in pair if row.start < edge < row.end)
    edges = sorted(cuts)
    return pairwise(edges)


def _holds(one: Range | None, at: int) -> bool:
    return one is not None and one.start <= at < one.end


def _look(kind: str, at: int, spans: Iterable[Span], marks: Sequence[Mark], layers: Layers) -> Look:
    inline = tuple(sorted({span.kind for span in spans if span.start <= at < span.end}))
    over = [mark for mark in marks if mark.start <= at < mark.end]
    ground, color = "", ""
    if over:
        active = [mark for mark in over if mark.annotation.uuid == layers.active]
        top = active[0] if active else min(over, key=lambda mark: mark.end - mark.start)
        color = top.color
        ground = "strong" if active else "overlap" if len(over) > 1 else "ground"
    elif _holds(layers.sentence, at):
        ground = "sentence"
    if _holds(layers.match, at):
        ground = "current_match"
    elif any(match.start <= at < match.end for match in layers.matches):
        ground = "match"
    if _holds(layers.selection, at):
        ground = "selection"
    if _holds(layers.caret, at):
        ground = "caret"
    dimmed = not ground and layers.focus is not None and not _holds(layers.focus, at)
    piece = next((one.kind for one in layers.syntax if one.start <= at < one.end), "") if kind == "code" else ""
    return Look(kind, inline, ground, color, underline=len(over) > 1, dimmed=dimmed, syntax=piece)


def gutter(row: Row, following: int, layers: Layers, styles: Styles) -> list[Segment]:
    """Return the five gutter cells of a row; `following` is the offset at which the next row starts.

    Blanks have the style of what stands beside them: the fewer pieces, the less a slow line has to carry.
    """
    if row.kind == "gap":
        return [Segment(" " * GUTTER, styles.base)]
    marks = [mark for mark in layers.marks if mark.start < max(row.end, row.start + 1) and mark.end > row.start]
    if not marks:
        here = layers.sentence is not None and layers.sentence.start < row.end and layers.sentence.end > row.start
        if not here:
            return [Segment(" " * GUTTER, styles.base)]
        return [Segment(f"   {styles.quote} ", styles.accent)]
    starting = [mark for mark in marks if row.start <= mark.start < max(following, row.start + 1)]
    active = [mark for mark in marks if mark.annotation.uuid == layers.active]
    shown = (active or starting or marks)[0].color
    letter = LETTERS[starting[0].color] if starting else " "
    noted = any(mark.annotation.note for mark in starting)
    bar = styles.mark(shown)
    first = styles.mark(starting[0].color) if starting else bar
    by = next((mark.by for mark in starting if mark.by), "")
    return [
        Segment(by or " ", styles.dim if by else first),
        Segment(letter + (styles.pen if noted else " "), first),
        Segment(f"{styles.bar} ", bar),
    ]


def indent(layout: Layout, row: Row, styles: Styles) -> list[Segment]:
    """Return what stands between the gutter and a row's text: quotation bars and a list item's marker."""
    if not row.x:
        return []
    block = layout.text.blocks[row.block]
    bars = (styles.quote + " ") * block.quote if row.kind != "gap" else "  " * block.quote
    room = row.x - cells.width(bars)
    shown = "*" if styles.ascii and not block.marker.isascii() else block.marker
    marker = (shown + " ").rjust(room) if row.first and block.marker else " " * room
    return [Segment(bars, styles.dim), Segment(marker, styles.dim)]
