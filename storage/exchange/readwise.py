"""Readwise CSV: a row per highlight with the columns its importer knows; and back.

Readwise has no column for tags: they are ``.words`` at the beginning of the note. It has no ids either, so that a
highlight is known by its document and place. `Location` is the offset of the first character, in code points, unless
it came from elsewhere; then it is kept in the field `FIELD`. Page notes have no place there. What Readwise exports has
other names for its columns, and some more: tags and colours.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TextIO

from storage.exchange.cells import guard, rows, unguard
from storage.exchange.parcel import Parcel, clean, empty, line, tag_path, time
from storage.exchange.webmodel import is_iri
from storage.model import COLORS, Annotation, Document
from storage.visible import visible

if TYPE_CHECKING:
    from storage.exchange.entry import Collection, Entry
    from storage.exchange.sample import Sample

COLUMNS = ("Highlight", "Title", "Author", "URL", "Note", "Location", "Date")

FIELD = "location"
"""The field that keeps where an imported highlight was said to stand: a page, or a location of its reader's."""

_WORD = r"\.[^\s.]\S*"
_TAGS = re.compile(rf"{_WORD}(?:[ \t]+{_WORD})*[ \t]*(?:\n|\Z)|(?:\.[^\W\d]\S*(?:[ \t]+|\n|\Z))+")
"""A line of tags, or tags before the words of a note; of those none begins with a digit, as .5 does."""

_DOTTED = re.compile(r" *\.")


def dump(collection: Collection, out: TextIO) -> None:
    """Write the highlights of `collection` to `out`, which must not translate line ends."""
    import csv  # noqa: PLC0415  # imported when first used

    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in collection:
        if entry.annotation.exact:
            writer.writerow([guard(visible(cell)) for cell in _row(entry)])
        else:
            collection.count -= 1


def _row(entry: Entry) -> list[str]:
    one, document = entry.annotation, entry.document
    return [
        one.exact,
        document.title,
        ", ".join(document.authors),
        document.source if is_iri(document.source) else "",
        _note(entry),
        str(one.fields.get(FIELD, one.start)),
        one.created.replace("T", " ").removesuffix("Z"),
    ]


def _note(entry: Entry) -> str:
    """Return the note after its tags; a space keeps one that begins with a dot itself from being taken for a tag."""
    tags = " ".join("." + re.sub(r"\s+", "-", tag) for tag in entry.tags)
    note = entry.annotation.note
    note = f" {note}" if _DOTTED.match(note) else note
    return f"{tags}\n{note}" if tags and note else tags or note


def recognises(sample: Sample) -> bool:
    """Tell whether a file is a table with the columns of Readwise."""
    names = {name.strip().strip('"').lower() for name in sample.first_line.split(",")}
    return "highlight" in names and not names.isdisjoint({"title", "book title"})


def load(sample: Sample) -> Parcel:
    """Return what a table holds; a row without a highlight or a title is left out."""
    parcel = empty()
    for number, row in rows(sample, parcel.problems):
        cell = {name: clean(unguard(value)) for name, value in row.items()}
        title, url = line(cell.get("title", cell.get("book title", ""))), line(cell.get("url", ""))
        if not cell.get("highlight", "").strip() or not (title or url):
            parcel.problems.append(f"Line {number} has no highlight or no title and was left out.")
            continue
        author = line(cell.get("author", cell.get("book author", "")))
        key = f"{title}\n{author}\n{url}"
        if key not in parcel.documents:
            said = {"document tags": words} if (words := line(cell.get("document tags", ""))) else {}
            authors = (author,) if author else ()
            parcel.documents[key] = Document("", title or url, authors, source=url, attributes=said)
        parcel.annotations.append(_annotation(cell, key))
    return parcel


def _annotation(cell: dict[str, str], document: str) -> Annotation:
    note = cell.get("note", "")
    found = _TAGS.match(note)
    tags = [tag_path(word[1:]) for word in found[0].split()] if found else []
    tags += map(tag_path, cell.get("tags", "").split(","))
    color = line(cell.get("color", "")).lower()
    note = note[found.end() :] if found else note
    location = line(cell.get("location", ""))
    return Annotation(
        "",
        document,
        exact=cell["highlight"],
        tags=tuple(dict.fromkeys(filter(None, tags))),
        color=color if color in COLORS else "",
        note=note[1:] if note[:1] == " " and _DOTTED.match(note) else note,
        fields={FIELD: int(location) if location.isdecimal() and len(location) < 16 else location} if location else {},  # noqa: PLR2004  # a number that JSON keeps
        created=time(cell.get("date", cell.get("highlighted at", ""))),
    )
