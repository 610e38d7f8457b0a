r"""CSV: one row per annotation, for spreadsheets; and back.

RFC 4180 quoting with ``\n`` line ends, UTF-8. A cell that a spreadsheet would run as a formula gets an apostrophe in
front (OWASP, CSV Injection); one that already looks guarded gets another, so taking one off gives back the original.
Offsets are code points. What belongs to an annotation beyond the columns is not in it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TextIO

from storage.exchange.cells import guard, rows, unguard
from storage.exchange.parcel import Parcel, clean, empty, line, tag_path, time
from storage.model import COLORS, Annotation, Creator, Document, Range
from storage.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from storage.exchange.entry import Entry
    from storage.exchange.sample import Sample

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
    "ranges",
)

_RANGE = re.compile(r"(?<![\d-])(\d{1,15})-(\d{1,15})(?!\d)")
_IN_TAG = re.compile(r"[\\;]")
_TAG = re.compile(r"(?:\\.|[^\\;])+")


def dump(entries: Iterable[Entry], out: TextIO, *, delimiter: str = ",") -> None:
    """Write the header and a row for each of `entries` to `out`, which must not translate line ends."""
    import csv  # noqa: PLC0415  # imported when first used

    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        writer.writerow([guard(visible(cell)) for cell in row(entry)])


def row(entry: Entry) -> list[str]:
    """Return the cells of an annotation, by `COLUMNS`."""
    annotation, document = entry.annotation, entry.document
    several = len(annotation.ranges) > 1
    return [
        document.title,
        document.paths[-1] if document.paths else "",
        " / ".join(entry.place.sections),
        str(entry.place),
        str(annotation.start) if annotation.ranges else "",
        str(annotation.end) if annotation.ranges else "",
        annotation.exact,
        annotation.note,
        "; ".join(_IN_TAG.sub(r"\\\g<0>", tag) for tag in entry.tags),
        annotation.color,
        entry.creator,
        annotation.created,
        annotation.updated,
        annotation.uuid,
        annotation.state,
        " ".join(f"{start}-{end}" for start, end in annotation.ranges) if several else "",
    ]


def recognises(sample: Sample) -> bool:
    """Tell whether a file is a table with a column for documents and one for quotes."""
    names = {name.strip().strip('"').lower() for name in re.split(r"[,;\t]", sample.first_line)}
    return {"document", "quote"} <= names


def load(sample: Sample) -> Parcel:
    """Return what a table holds; the columns may stand in any order, and all but `document` and `quote` be missing.

    A row that names no document is left out.
    """
    parcel = empty()
    for number, row in rows(sample, parcel.problems):
        cell = {name: clean(unguard(value)) for name, value in row.items()}
        document = _document(cell)
        if not document.title and not document.paths:
            parcel.problems.append(f"Line {number} names no document and was left out.")
            continue
        key = f"{document.title}\n{''.join(document.paths)}"
        parcel.documents.setdefault(key, document)
        creator = line(cell.get("creator", ""))
        if creator:
            parcel.creators.setdefault(creator, Creator("", creator, creator))
        parcel.annotations.append(_annotation(cell, key, creator))
    return parcel


def _document(cell: dict[str, str]) -> Document:
    path = line(cell.get("path", ""))
    return Document("", line(cell.get("document", "")), paths=(path,) if path else ())


def _annotation(cell: dict[str, str], document: str, creator: str) -> Annotation:
    return Annotation(
        line(cell.get("uuid", "")),
        document,
        creator,
        _ranges(cell),
        cell.get("quote", ""),
        tags=_tags(cell.get("tags", "")),
        color=cell["color"] if cell.get("color", "") in COLORS else "",
        note=cell.get("note", ""),
        created=time(cell.get("created", "")),
        updated=time(cell.get("updated", "")),
        state="orphan" if cell.get("state") == "orphan" else "anchored",
    )


def _tags(cell: str) -> tuple[str, ...]:
    """Return the tags of a cell: semicolons stand between them, and in one after a backslash."""
    found = (tag_path(re.sub(r"\\(.)", r"\1", tag)) for tag in _TAG.findall(cell))
    return tuple(dict.fromkeys(filter(None, found)))


def _ranges(cell: dict[str, str]) -> tuple[Range, ...]:
    found = _RANGE.findall(cell.get("ranges", "")) or _RANGE.findall(f"{cell.get('start', '')}-{cell.get('end', '')}")
    return tuple(Range(int(start), int(end)) for start, end in found)
