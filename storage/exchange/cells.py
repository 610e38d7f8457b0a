"""Cells of tables: kept from being run as formulas when they leave, read in whatever dialect they come."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from storage.visible import one_line, visible

if TYPE_CHECKING:
    from storage.exchange.sample import Sample

_FORMULA = re.compile("'*[=+\\-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\uff0b\uff0d\N{FULLWIDTH COMMERCIAL AT}]")
_LONGEST = 1 << 24


def guard(cell: str) -> str:
    """Return `cell` so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguard(cell: str) -> str:
    """Return `cell` without the apostrophe that :func:`guard` put in front of it."""
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell


def as_csv(table: Iterable[Sequence[object]]) -> str:
    r"""Return rows as CSV (RFC 4180, ``\n``); no cell is run as a formula."""
    import csv  # noqa: PLC0415  # imported when first used
    import io  # noqa: PLC0415  # the same

    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([guard(visible(str(cell))) for cell in row] for row in table)
    return out.getvalue()


def as_text(table: Iterable[Sequence[object]]) -> str:
    """Return rows with tabs between their cells, as spreadsheets paste them."""
    return "".join("\t".join(one_line(str(cell)) for cell in row) + "\n" for row in table)


def rows(sample: Sample, problems: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a table with the lines they end on, by the names of its header in small letters.

    What stands between the cells, comma, semicolon or tab, is told by the header. A row with too many cells is told in
    `problems` and left out.
    """
    import csv  # noqa: PLC0415  # imported when first used
    import io  # noqa: PLC0415  # the same

    before = csv.field_size_limit(_LONGEST)
    try:
        between = max(",;\t", key=sample.first_line.count)
        reader = csv.reader(io.StringIO(sample.text, newline=""), delimiter=between)
        names = [name.strip().lower() for name in next((row for row in reader if any(row)), [])]
        for row in reader:
            if len(row) > len(names):
                problems.append(f"Line {reader.line_num} has more cells than the header and was left out.")
            elif any(row):
                yield reader.line_num, dict(zip(names, row, strict=False))
    except csv.Error as error:
        problems.append(f"The table cannot be read beyond line {reader.line_num}: {error}.")
    finally:
        csv.field_size_limit(before)
