"""Wrapping: which characters stand on which row at one width, worked out block by block when asked for.

There is no table of all rows. A row is named by its block and its number inside the block, so opening a document,
resizing and turning a page cost what is on screen, whatever the document's length. Offsets are code points of the
canonical text, half-open; widths and columns are cells.

A table keeps its lines: it may be as wide as the view, and what is wider still is seen in part, moved sideways.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import NamedTuple

from storage.text import Block, Text
from tui.reading import cells, wrap

_KEPT = 2000
"""How many blocks' rows are remembered."""
_BIG_HEADING = 2
"""Headings up to this level have a second blank row above them."""
_INDENT = 3
"""Cells before a paragraph's first row, where an indent parts paragraphs."""
_MARGIN = 8
"""Cells of a table kept beside the caret."""
_LOOK_BACK = 64
"""Blocks searched backwards for the marker of a list item that goes on."""


class Row(NamedTuple):
    """One row of the screen.

    ``[start, end)`` is what is painted: the spaces and the line end at which the row was broken are left out. `x` is
    the indent in cells (lists, quotations), `kind` ``text``, ``gap`` (a blank row above a block: start and end are the
    block's start) or ``rule``; `first` marks the block's first row, which shows the list marker.
    """

    start: int
    end: int
    block: int
    x: int
    kind: str
    first: bool


class Place(NamedTuple):
    """A row's name: `row` counts from the top of its block, blank rows above it included."""

    block: int
    row: int


class _Laid(NamedTuple):
    """One block laid out: its rows' starts, blank rows above, indent, end, kind, and its first row's own indent."""

    starts: array[int]
    gap: int
    x: int
    end: int
    kind: str
    first: int = 0


class Layout:
    """The rows of `text` at `width` cells; tables may take `wide`."""

    def __init__(self, text: Text, width: int, *, indented: bool = False, wide: int = 0) -> None:
        self.text = text
        self.indented = indented
        self.width = max(1, width)
        self.wide = max(self.width, wide)
        self._shifts: dict[int, int] = {}
        self._widest: dict[int, int] = {}
        self._laid: dict[int, _Laid] = {}

    def gap(self, block: int) -> int:
        """Return the blank rows above a block: none above the first, a second one above a big heading."""
        if block <= 0 or block >= len(self.text.blocks):
            return 0
        one = self.text.blocks[block]
        if self._first_indent(block):
            return 0
        big = one.kind == "heading" and one.level <= _BIG_HEADING and one.gap >= 1
        return max(one.gap, 2) if big else one.gap

    def _first_indent(self, block: int) -> int:
        """Return the cells before a paragraph's first row where paragraphs are parted by an indent."""
        if not self.indented or block <= 0:
            return 0
        one, before = self.text.blocks[block], self.text.blocks[block - 1]
        alike = one.kind == before.kind == "paragraph" and one.quote == before.quote and one.level == before.level
        return min(_INDENT, self.width // 4) if alike else 0

    def height(self, block: int) -> int:
        """Return the rows of a block, its gap included; 0 where there is no such block."""
        if not 0 <= block < len(self.text.blocks):
            return 0
        laid = self._block(block)
        return laid.gap + len(laid.starts)

    @property
    def last(self) -> Place:
        """The document's last row."""
        block = len(self.text.blocks) - 1
        return Place(block, self.height(block) - 1) if block >= 0 else Place(0, 0)

    def indent(self, index: int) -> int:
        """Return the cells before a block's text; at most half the width, so that the text has room."""
        block = self.text.blocks[index]
        x = 2 * block.quote
        if block.level and block.kind != "heading":
            x += 2 * block.level + self._marker_width(index)
        return min(x, self.width // 2)

    def _marker_width(self, index: int) -> int:
        blocks = self.text.blocks
        level = blocks[index].level
        for i in range(index, max(-1, index - _LOOK_BACK), -1):
            block = blocks[i]
            if block.marker and block.level == level:
                return max(cells.width(block.marker), 3 if block.marker[0].isdigit() else 1)
            if block.level == 0 or block.kind == "heading":
                break
        return 1

    def _block(self, index: int) -> _Laid:
        laid = self._laid.get(index)
        if laid is None:
            if len(self._laid) >= _KEPT:
                del self._laid[next(iter(self._laid))]
            block, x = self.text.blocks[index], self.indent(index)
            first = self._first_indent(index)
            starts = self._wrap(block, self.width - x, first)
            self._laid[index] = laid = _Laid(starts, self.gap(index), x, block.end, block.kind, first)
        return laid

    def _wrap(self, block: Block, room: int, first: int) -> array[int]:
        if block.kind == "rule":
            return array("I", (block.start,))
        body = self.text.string[block.start : block.end]
        if block.kind == "table":
            starts = wrap.lines(body)
        elif block.kind in wrap.VERBATIM:
            starts = wrap.verbatim(body, room)
        else:
            before = self._indented(block) if self.text.fill else 0
            starts = wrap.paragraph("\u00a0" * first + body, room, self.text.fill, before - first)
            starts = [max(0, start - first) for start in starts]
        return array("I", [block.start + start for start in starts])

    def _indented(self, block: Block) -> int:
        """Return the characters between the start of a block's first line in the source and the block."""
        before = self.text.string.rfind("\n", max(0, block.start - self.text.fill), block.start)
        return block.start - before - 1 if before >= 0 or block.start <= self.text.fill else 0

    def row(self, place: Place) -> Row:
        """Return the row at a place; an empty one where the document has no blocks."""
        if not self.text.blocks:
            return Row(0, 0, 0, 0, "text", first=True)
        laid = self._block(place.block)
        return self._row(place.block, laid, place.row - laid.gap)

    def _row(self, index: int, laid: _Laid, inside: int) -> Row:
        starts, _, x, end, kind, first = laid
        if inside < 0:
            return Row(starts[0], starts[0], index, x, "gap", False)  # noqa: FBT003  # by position: called for every row
        start = starts[inside]
        if kind == "rule":
            return Row(start, end, index, x, "rule", first=True)
        if inside + 1 < len(starts):
            end = starts[inside + 1]
        end = start + len(self.text.string[start:end].rstrip(wrap.SPACES))
        return Row(start, end, index, x if inside else x + first, "text", inside == 0)

    def rows(self, place: Place, count: int) -> list[Row]:
        """Return up to `count` rows from `place` downwards, fewer at the document's end."""
        found: list[Row] = []
        index, inside = place
        while len(found) < count and index < len(self.text.blocks):
            laid = self._block(index)
            stop = min(laid.gap + len(laid.starts), inside + count - len(found))
            found += [self._row(index, laid, i - laid.gap) for i in range(inside, stop)]
            index, inside = index + 1, 0
        return found

    def place(self, offset: int) -> Place:
        """Return the row on which `offset` is painted; what is left out at a row's end belongs to that row."""
        if not self.text.blocks:
            return Place(0, 0)
        block = self.text.blocks.at(offset)
        laid = self._block(block)
        return Place(block, laid.gap + max(0, bisect_right(laid.starts, offset) - 1))

    def move(self, place: Place, delta: int) -> Place:
        """Return the place `delta` rows further down (up where negative), clamped to the document."""
        block, row = place.block, place.row + delta
        count = len(self.text.blocks)
        while row < 0 and block > 0:
            block -= 1
            row += self.height(block)
        while block < count - 1 and row >= (height := self.height(block)):
            block += 1
            row -= height
        return Place(block, max(0, min(row, self.height(block) - 1)))

    def distance(self, a: Place, b: Place, limit: int) -> int:
        """Return the rows from `a` down to `b` (negative upwards), clamped to `limit` either way."""
        if b < a:
            return -self.distance(b, a, limit)
        if b.block - a.block > limit:
            return limit
        rows = b.row - a.row
        for block in range(a.block, b.block):
            rows += self.height(block)
            if rows - b.row >= limit:
                return limit
        return min(rows, limit)

    def shift(self, block: int) -> int:
        """Return the cells of a table that are left of what is seen of it."""
        return self._shifts.get(block, 0) if self._shifts else 0

    def room(self, row: Row) -> int:
        """Return the cells in which a row of a table is seen."""
        return max(1, self.wide - row.x)

    def show_sideways(self, offset: int) -> None:
        """Move a table that is wider than its room, as little as needed for `offset` to be seen in it."""
        index = self.text.blocks.at(offset)
        if self.text.blocks[index].kind == "table":
            row = self.row(self.place(offset))
            room, shift = self.room(row), self.shift(index)
            cell = self.cell(row, offset) - row.x + shift
            margin = min(_MARGIN, room // 4)
            first, last = cell - room + 1 + margin, max(0, cell - margin)
            self._move_table(index, min(max(shift, first), last))

    def move_sideways(self, offset: int, delta: int) -> bool:
        """Move the table at `offset` by `delta` cells; False where there is none, or nothing more of it."""
        index = self.text.blocks.at(offset)
        before = self.shift(index)
        if self.text.blocks[index].kind == "table":
            self._move_table(index, before + delta)
        return self.shift(index) != before

    def _move_table(self, index: int, shift: int) -> None:
        if index not in self._widest:
            laid = self._block(index)
            rows = (self._row(index, laid, inside) for inside in range(len(laid.starts)))
            self._widest[index] = max(cells.width(self.row_text(row)) for row in rows)
        beyond = self._widest[index] + 1 - max(1, self.wide - self.indent(index))
        self._shifts[index] = max(0, min(shift, beyond))

    def row_text(self, row: Row) -> str:
        """Return what a row shows: as many characters as it has offsets, line ends as spaces."""
        return self.text.string[row.start : row.end].replace("\n", " ")

    def cell(self, row: Row, offset: int) -> int:
        """Return the column of the cluster that holds `offset`, the indent included."""
        offset = max(row.start, min(row.end, offset))
        offset = max(row.start, cells.snap(self.text.string, offset)) if offset < row.end else row.end
        return row.x + cells.width(self.row_text(row)[: offset - row.start]) - self.shift(row.block)

    def offset_at(self, row: Row, cell: int) -> int:
        """Return the offset of the cluster painted at column `cell`, or of the row's nearest one.

        Beyond the row's end that is its last cluster; on a block's last row it is the end of the row.
        """
        if row.kind != "text" or row.start >= row.end:
            return row.start
        offset = row.start + cells.cut(self.row_text(row), cell - row.x + self.shift(row.block))
        if offset < row.end:
            return offset
        if self._block(row.block).starts[-1] == row.start:
            return row.end
        return max(row.start, cells.prev_grapheme(self.text.string, row.end))
