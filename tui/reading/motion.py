"""Where the caret goes: every motion takes the text, the layout, the caret's offset and a count and returns an offset.

Counts stop at the last place there is; where there is none the caret stays. Every result is the start of a cluster.

Moving goes to where words, sentences, paragraphs, sections and quotations *start* (`e` to a word's last character).
Extending takes them whole: beyond the anchor the head goes from end to end, before it from start to start, so that
``v )`` selects to the end of the sentence at the caret, ``v ) )`` the next one too, and ``v ) ) (`` gives that back.
Going back past the anchor, the head first stops there. A highlight being reshaped is such a selection: ``2 w`` takes in
two more words at its end, ``2 b`` gives two back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from storage.sentences import boundaries
from storage.text import Text
from tui.reading import cells, units
from tui.reading.layout import Layout, Row
from tui.reading.selection import Selection

Motion = Callable[[Text, Layout, int, int], int]
Batches = Callable[[Text, int, bool], Iterator[units.Ranges]]
"""Gives the ranges of one kind of unit in batches (those of a block), the batch around an offset first."""

_START, _END = 0, 1
_FAR = 1 << 30
"""A column that no row has."""


def left(text: Text, layout: Layout, head: int, count: int) -> int:
    """Go back by clusters; what a row leaves out at its end counts as one."""
    for _ in range(count):
        before = _before(text, layout, head)
        if before == head:
            break
        head = before
    return head


def _before(text: Text, layout: Layout, head: int) -> int:
    place = layout.place(head)
    row = layout.row(place)
    if head > row.end:
        return row.end
    if head > row.start:
        return max(row.start, cells.prev_grapheme(text.string, head))
    above = layout.row(layout.move(place, -1))
    if above.kind == "gap":
        above = layout.row(layout.place(text.blocks[above.block - 1].end))
    if above.start >= row.start:
        return head
    end = _stop_at_end(above)
    return end if end < row.start else max(above.start, cells.prev_grapheme(text.string, row.start))


def right(text: Text, layout: Layout, head: int, count: int) -> int:
    """Go forward by clusters; what a row leaves out at its end counts as one."""
    for _ in range(count):
        after = _after(text, layout, head)
        if after == head:
            break
        head = after
    return head


def _after(text: Text, layout: Layout, head: int) -> int:
    place = layout.place(head)
    row = layout.row(place)
    end = _stop_at_end(row)
    if head < end:
        return min(end, cells.next_grapheme(text.string, head))
    following = layout.row(layout.move(place, 1))
    if following.block != row.block and row.block + 1 < len(text.blocks):
        return max(head, text.blocks[row.block + 1].start)
    return max(head, following.start)


def _stop_at_end(row: Row) -> int:
    return row.start if row.kind == "rule" else row.end


def by_rows(text: Text, layout: Layout, head: int, count: int, column: int) -> int:
    """Go `count` rows of text down (up where negative), to what is painted at `column`; blank rows do not count."""
    if not text.blocks:
        return head
    place, step = layout.place(head), 1 if count > 0 else -1
    for _ in range(abs(count)):
        following = layout.move(place, step)
        while layout.row(following).kind == "gap":
            following = layout.move(following, step)
        if following == place:
            break
        place = following
    return layout.offset_at(layout.row(place), column)


def column(layout: Layout, head: int) -> int:
    """Return the cell of `head` on its row: the column to give `by_rows` for as long as only rows change."""
    return layout.cell(layout.row(layout.place(head)), head)


def row_start(text: Text, layout: Layout, head: int, count: int) -> int:
    """Go to the start of the row."""
    del text, count
    return layout.row(layout.place(head)).start


def row_end(text: Text, layout: Layout, head: int, count: int) -> int:
    """Go to the last character of the row, after it where its block ends."""
    del text, count
    row = layout.row(layout.place(head))
    return layout.offset_at(row, _FAR)


def _row_after_end(text: Text, layout: Layout, head: int, count: int) -> int:
    del text, count
    return _stop_at_end(layout.row(layout.place(head)))


def document_start(text: Text, layout: Layout, head: int, count: int) -> int:
    """Go to the first character."""
    del layout, count
    return text.blocks[0].start if text.blocks else head


def document_end(text: Text, layout: Layout, head: int, count: int) -> int:
    """Go to the end of the text."""
    del count
    return _stop_at_end(layout.row(layout.last)) if text.blocks else head


def _in_blocks(find: Callable[[Text, int], units.Ranges]) -> Batches:
    def batches(text: Text, head: int, forward: bool) -> Iterator[units.Ranges]:
        if text.blocks:
            here = text.blocks.at(head)
            for index in range(here, len(text.blocks)) if forward else range(here, -1, -1):
                yield find(text, index)

    return batches


def _chapters(text: Text, head: int, forward: bool) -> Iterator[units.Ranges]:
    del head, forward
    yield units.chapters(text)


def _stops(batches: Batches, side: int, text: Text, head: int, forward: bool) -> Iterator[int]:
    """Yield where units start or end beyond `head`, the nearest first."""
    for ranges in batches(text, head, forward):
        for offset in sorted({one[side] for one in ranges}, reverse=not forward):
            if offset != head and (offset > head) == forward:
                stop = cells.snap(text.string, offset)
                if side == _END and stop != offset:
                    stop = cells.next_grapheme(text.string, offset)
                if stop != head and (stop > head) == forward:
                    yield stop


def _nth(stops: Iterator[int], count: int, otherwise: int) -> int:
    for stop in islice(stops, count):
        otherwise = stop
    return otherwise


def _motion(batches: Batches, side: int, *, forward: bool) -> Motion:
    def motion(text: Text, layout: Layout, head: int, count: int) -> int:
        del layout
        return _nth(_stops(batches, side, text, head, forward), count, head)

    return motion


def word_end(text: Text, layout: Layout, head: int, count: int) -> int:
    """Go to the last character of a word."""
    del layout
    stops = _stops(_WORDS, _END, text, cells.next_grapheme(text.string, head), forward=True)
    end = _nth(stops, count, -1)
    return cells.prev_grapheme(text.string, end) if end >= 0 else head


_WORDS = _in_blocks(units.words)
_UNITS: dict[str, Batches] = {
    "word": _WORDS,
    "sentence": _in_blocks(boundaries),
    "paragraph": _in_blocks(units.paragraphs),
    "section": _chapters,
    "quotation": _in_blocks(units.quotations),
}

MOTIONS: dict[str, Motion] = {
    "left": left,
    "right": right,
    "row_start": row_start,
    "row_end": row_end,
    "word_end": word_end,
    "document_start": document_start,
    "document_end": document_end,
} | {
    f"{unit}_{way}": _motion(batches, _START, forward=way == "next")
    for unit, batches in _UNITS.items()
    for way in ("next", "prev")
}
"""Motions of the caret by name; rows are `by_rows`' affair, because they keep a column."""

EXTENDING: dict[str, Motion] = {
    f"{unit}_next": _motion(batches, _END, forward=True) for unit, batches in _UNITS.items()
} | {"word_end": _motion(_WORDS, _END, forward=True), "row_end": _row_after_end}
"""What the head of a selection does instead where it stands behind its anchor."""


def extend(name: str, text: Text, layout: Layout, selection: Selection, count: int) -> int:
    """Return where the head of `selection` goes by the motion `name`: over whole units, with a stop at the anchor."""
    anchor, head = selection
    unit, _, way = name.partition("_")
    way = "next" if name == "word_end" else way
    if unit in _UNITS and way in {"next", "prev"}:
        return _nth(_extending(_UNITS[unit], text, selection, way == "next"), count, head)
    if head < anchor:
        return MOTIONS[name](text, layout, head, count)
    if unit == "row" and head > anchor:
        head = cells.prev_grapheme(text.string, head)
    return EXTENDING.get(name, MOTIONS[name])(text, layout, head, count)


def _extending(batches: Batches, text: Text, selection: Selection, forward: bool) -> Iterator[int]:
    anchor, head = selection
    if head != anchor and (head < anchor) == forward:
        side = _START if forward else _END
        for stop in _stops(batches, side, text, head, forward):
            if stop == anchor or (stop > anchor) == forward:
                break
            yield stop
        yield anchor
        head = anchor
    yield from _stops(batches, _END if forward else _START, text, head, forward)
