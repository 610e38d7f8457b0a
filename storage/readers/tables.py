"""Tables as lines of text: cells padded to columns of the same width, with a thin line between them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from storage.text import Span

BETWEEN = " │ "
"""What stands between two cells."""

_WIDEST = 60
_GROWTH = 4


class Cell(NamedTuple):
    """The text of one cell and the spans in it; `head` marks a column's title, `right` alignment to the right."""

    string: str
    spans: list[Span]
    head: bool = False
    right: bool = False


def laid_out(rows: Iterable[list[Cell]]) -> tuple[str, list[Span]]:
    """Return the lines of a table, and the spans in them; a head cell is strong, a row without text is left out.

    Columns are padded to at most `_WIDEST` cells, and not at all where padding would multiply the text.
    """
    table = [row for row in map(_filled, rows) if row]
    if not table:
        return "", []
    widths = _widths(table)
    lines: list[str] = []
    spans: list[Span] = []
    length = 0
    for row in table:
        string, starts = _line(row, widths)
        for cell, start in zip(row, starts, strict=True):
            at = length + start
            spans += [span._replace(start=span.start + at, end=span.end + at) for span in cell.spans]
            if cell.head and cell.string:
                spans.append(Span(at, at + len(cell.string), "strong"))
        lines.append(string)
        length += len(string) + 1
    return "\n".join(lines), spans


def _filled(row: list[Cell]) -> list[Cell]:
    """Return the cells of a row on one line each, without the empty ones that fill up a short row."""
    filled = max((number for number, cell in enumerate(row, 1) if cell.string), default=0)
    return [cell._replace(string=cell.string.replace("\n", " ")) for cell in row[:filled]]


def _widths(table: list[list[Cell]]) -> list[int]:
    columns = max(map(len, table))
    widths = [0] * columns
    text = 0
    for row in table:
        for index, cell in enumerate(row):
            width = _width(cell.string)
            text += width + len(BETWEEN)
            widths[index] = max(widths[index], min(width, _WIDEST))
    padded = (sum(widths) + len(BETWEEN) * columns) * len(table)
    return widths if padded <= _GROWTH * text + 4_096 else [0] * columns


def _line(row: list[Cell], widths: list[int]) -> tuple[str, list[int]]:
    """Return a row as a line, and where in it each cell starts."""
    parts: list[str] = []
    starts: list[int] = []
    at = 0
    for index, (cell, width) in enumerate(zip(row, widths, strict=False)):
        padding = " " * (width - _width(cell.string))
        before, after = (padding, "") if cell.right else ("", padding)
        joint = BETWEEN if index else ""
        starts.append(at + len(joint) + len(before))
        parts += (joint, before, cell.string, after)
        at += len(joint) + len(padding) + len(cell.string)
    return "".join(parts).rstrip(" "), starts


def _width(string: str) -> int:
    """Return the cells that `string` takes on a screen."""
    if string.isascii():
        return len(string)
    from wcwidth import wcswidth  # noqa: PLC0415  # imported when first used

    return max(0, wcswidth(string))
