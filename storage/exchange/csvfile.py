r"""CSV: one row per annotation, for spreadsheets.

RFC 4180 quoting with ``\n`` line ends, UTF-8. A cell that a spreadsheet would run as a formula gets an apostrophe in
front (OWASP, CSV Injection); one that already looks guarded gets another, so taking one off gives back the original.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from storage.visible import visible

if TYPE_CHECKING:
    from storage.exchange.entry import Entry

COLUMNS = (
    "document",
    "path",
    "section",
    "place",
    "start",
    "end",
    "quote",
    "note",
    "tags",
    "color",
    "creator",
    "created",
    "updated",
    "uuid",
    "state",
)

_FORMULA = re.compile("'*[=+\\-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\uff0b\uff0d\N{FULLWIDTH COMMERCIAL AT}]")


def dump(entries: Iterable[Entry], out: TextIO) -> None:
    """Write the header and a row for each of `entries` to `out`, which must not translate line ends."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        writer.writerow([guard(visible(cell)) for cell in _row(entry)])


def _row(entry: Entry) -> list[str]:
    annotation, document = entry.annotation, entry.document
    return [
        document.title,
        document.paths[-1] if document.paths else "",
        " / ".join(entry.place.sections),
        str(entry.place),
        str(annotation.start) if annotation.ranges else "",
        str(annotation.end) if annotation.ranges else "",
        annotation.exact,
        annotation.note,
        "; ".join(entry.tags),
        annotation.color,
        entry.creator,
        annotation.created,
        annotation.updated,
        annotation.uuid,
        annotation.state,
    ]


def guard(cell: str) -> str:
    """Return `cell` so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell
