"""Org: a heading per document, below it one per annotation, with the properties that org-noter reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TextIO

from storage.exchange.notes import Marks
from storage.visible import one_line, visible

if TYPE_CHECKING:
    from storage.exchange.entry import Collection, Entry
    from storage.model import Document

MARKS = Marks("#")
"""What stands before a mark in a note."""

_STRUCTURE = re.compile(r"^(?=[*#:|,]|\s+[#:|])", re.MULTILINE)
_NOT_IN_TAG = re.compile(r"[^\w@#%]+")
_GUARD = "\N{ZERO WIDTH SPACE}"


def dump(collection: Collection, out: TextIO) -> None:
    """Write `collection` to `out`, and after a whole library its memos."""
    document = ""
    for entry in collection:
        if entry.document.uuid != document:
            document = entry.document.uuid
            _write(out, _heading(entry.document))
        _write(out, _annotation(entry))
    for number, (subject, note) in enumerate(collection.memos()):
        _write(out, [*(() if number else ("* Memos",)), f"** On {one_line(subject)}", guarded(note)])


def about(document: Document) -> str:
    """Return what a note on `document` says of it."""
    return "\n".join(_heading(document))


def passages(entries: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    """Yield the uuid of each annotation of one document, and what a note says of it."""
    for entry in entries:
        yield entry.annotation.uuid, "\n".join(_annotation(entry))


def _write(out: TextIO, lines: Iterator[str] | list[str]) -> None:
    out.writelines(f"{line}\n" for line in lines)


def _heading(document: Document) -> Iterator[str]:
    yield f"* {one_line(document.title) or 'Untitled'}"
    said = {
        "ID": document.uuid,
        "NOTER_DOCUMENT": document.paths[-1] if document.paths else "",
        "AUTHOR": "; ".join(document.authors),
        "DATE": document.date,
        "URL": document.source,
    }
    yield from _drawer(said)


def _drawer(said: dict[str, str]) -> Iterator[str]:
    yield ":PROPERTIES:"
    yield from (f":{name}: {one_line(value)}" for name, value in said.items() if value)
    yield ":END:"


def _annotation(entry: Entry) -> Iterator[str]:
    one = entry.annotation
    tags = ":".join(filter(None, (_NOT_IN_TAG.sub("_", tag).strip("_") for tag in entry.tags)))
    yield f"** {one_line(entry.where())}{f' :{tags}:' if tags else ''}"
    paths = " ".join(tag.replace(" ", "-") for tag in entry.tags)
    yield from _drawer({"ID": one.uuid, "TAG_PATHS": paths, "COLOR": one.color, "CREATED": one.created})
    if one.exact:
        yield "#+begin_quote"
        yield "\n\n".join(map(guarded, entry.quoted()))
        yield "#+end_quote"
    if one.note:
        yield guarded(one.note)


def guarded(string: str) -> str:
    """Return foreign text of which no line is a heading, a keyword, a drawer or a table."""
    return _STRUCTURE.sub(_GUARD, visible(string).strip("\n"))
