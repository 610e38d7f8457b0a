"""A table of figures, whatever was counted: the one shape that screen, CSV, clipboard and shell show.

Figures are integers, or numbers rounded to `DECIMALS`; None is a figure that there is not.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TextIO

from storage.exchange.cells import guard
from storage.visible import one_line, visible

Cell = int | float | None

DECIMALS = 3


def _none(_row: int, _column: int) -> list[str]:
    return []


class Row(NamedTuple):
    """One row: what it is about, and a figure for each column; `key` is its own, though two be called alike."""

    label: str
    cells: tuple[Cell, ...]
    key: str = ""


class Table(NamedTuple):
    """Figures by row and column.

    `name` is a word for it, `title` a line; `corner` says what the rows are. `members` gives the uuids of the
    annotations behind a cell, by the indices of row and column. `notes` are sentences on what is left out, and how a
    figure is found. `series` tells that the columns are a row of times, `by` what the table was taken by.
    """

    name: str
    title: str
    corner: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    members: Callable[[int, int], list[str]] = _none
    notes: tuple[str, ...] = ()
    series: bool = False
    by: str = ""

    def only(self, rows: Sequence[int]) -> Table:
        """Return the table of some of its rows, by index, in that order."""
        members = self.members
        return self._replace(
            rows=tuple(self.rows[each] for each in rows), members=lambda row, column: members(rows[row], column)
        )

    def lines(self) -> Iterable[list[str]]:
        """Yield the header and the rows as words."""
        yield [self.corner, *self.columns]
        for row in self.rows:
            yield [row.label, *map(figure, row.cells)]

    def record(self) -> dict[str, object]:
        """Return the table as JSON has it."""
        return {
            "table": self.name,
            "title": self.title,
            "by": self.by,
            "rows_are": self.corner,
            "columns": list(self.columns),
            "rows": [{"label": row.label, "cells": list(row.cells)} for row in self.rows],
            "notes": list(self.notes),
        }


def figure(cell: Cell) -> str:
    """Return a figure as it is shown everywhere."""
    return "" if cell is None else f"{cell:.{DECIMALS}f}" if isinstance(cell, float) else str(cell)


def rounded(value: float | None) -> float | None:
    """Return a number as tables hold it."""
    return None if value is None else round(value, DECIMALS) + 0.0


def write_csv(table: Table, out: TextIO) -> None:
    r"""Write CSV (RFC 4180, ``\n``) to `out`, which must not translate line ends; no cell is run as a formula."""
    import csv  # noqa: PLC0415  # imported when first used

    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([guard(visible(cell)) for cell in (table.corner, *table.columns)])
    for row in table.rows:
        writer.writerow([guard(visible(row.label)), *map(figure, row.cells)])


def as_csv(table: Table) -> str:
    """Return the CSV of a table."""
    out = io.StringIO(newline="")
    write_csv(table, out)
    return out.getvalue()


def as_text(table: Table) -> str:
    """Return a table with tabs between its cells, as spreadsheets paste it."""
    return "".join("\t".join(map(one_line, cells)) + "\n" for cells in table.lines())
