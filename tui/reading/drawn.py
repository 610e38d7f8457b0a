"""Widgets that are rows of cells: no more is made, laid over one another and painted than what changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.segment import Segment
from rich.style import Style
from textual.filter import ANSIToTruecolor
from textual.geometry import Region, Spacing
from textual.strip import Strip
from textual.widget import Widget

_FEW = 4
"""Changed rows of which only the part that changed is painted; of more all is, rather than looking for it."""


def strip_of(segments: Iterable[Segment], width: int, base: Style) -> Strip:
    """Return a row of exactly `width` cells, its equal styles together; `base` fills what is missing."""
    pieces = list(segments)
    used = sum(piece.cell_length for piece in pieces)
    if used < width:
        pieces.append(Segment(" " * (width - used), base))
    strip = Strip(Segment.simplify(pieces), max(used, width))
    return strip.crop(0, width) if used > width else strip


class Drawn(Widget):
    """A widget of `rows` that have all their cells, and true colours; below them it is blank, in the style `base`.

    Textual lays ground, border and filters over every row of a widget at every paint, which takes a third of it. Such
    rows need no more than the border beside them, which is the same for all.
    """

    ALLOW_SELECT = False

    base = Style()
    rows: Sequence[Strip] = ()
    _beside: tuple[object, tuple[list[Segment], list[Segment]]] = (None, ([], []))

    def catch_up(self) -> None:
        """Draw rows that are not as they should be by now: a paint may come before the word of a new size."""

    def paint_changed(self, before: Sequence[Strip]) -> None:
        """Have the rows painted that are not as `before`: over a slow line it counts."""
        changed = [y for y, (old, new) in enumerate(zip(before, self.rows, strict=False)) if old != new]
        if len(before) != len(self.rows):
            self.refresh()
        elif changed:
            whole, width = len(changed) > _FEW, self.size.width
            parts = ((0, width) if whole else _changed_part(before[y], self.rows[y], width) for y in changed)
            self.refresh(*(Region(x, y, size, 1) for y, (x, size) in zip(changed, parts, strict=True)))

    def render_line(self, y: int) -> Strip:
        """Return one row (Textual's Line API)."""
        self.catch_up()
        return self._row(y, self.size.width)

    def _row(self, y: int, width: int) -> Strip:
        return self.rows[y].adjust_cell_length(width) if y < len(self.rows) else Strip.blank(width, self.base)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the rows of a part of the widget, its border included, as Textual asks for them."""
        self.catch_up()
        gutter, (width, height), outer = self.gutter, self.size, self.outer_size.width
        left, right = self._sides(gutter) if gutter.width else ([], [])
        strips = []
        for y in crop.line_range:
            if gutter.top <= y < gutter.top + height:
                row = self._row(y - gutter.top, width)
                strips.append(Strip([*left, *row, *right], outer) if gutter.width else row)
            else:
                strips += self._by_textual(y)
        for each in self.get_line_filters():
            if not isinstance(each, ANSIToTruecolor):
                strips = [strip.apply_filter(each, self.background_colors[1]) for strip in strips]
        return strips if crop.column_span == (0, outer) else [strip.crop(*crop.column_span) for strip in strips]

    def _by_textual(self, y: int) -> list[Strip]:
        return super().render_lines(Region(0, y, self.outer_size.width, 1))

    def _sides(self, gutter: Spacing) -> tuple[list[Segment], list[Segment]]:
        """Return what stands left and right of each row: made by Textual once for a look and a size."""
        width = self.outer_size.width
        look = self.outer_size, self.background_colors, self.styles.border
        if self._beside[0] != look:
            row = self._by_textual(gutter.top)[0]
            self._beside = look, (list(row.crop(0, gutter.left)), list(row.crop(width - gutter.right, width)))
        return self._beside[1]


def _changed_part(before: Strip, after: Strip, width: int) -> tuple[int, int]:
    """Return where the first segment that differs begins, and how many cells there are to the last."""
    old, new = list(before), list(after)
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    start = sum(segment.cell_length for segment in new[:first])
    end = width - sum(segment.cell_length for segment in new[len(new) - last :])
    return start, max(1, end - start)
