"""KOReader's JSON export, of one book or of several, and its sidecars: highlights with notes, chapters, pages, colours.

Times are seconds since 1970. What has no place here (chapter, page, how it was drawn) is kept in fields of these names.
A sidecar (`storage.exchange.sidecar`) is Lua, which is read and never run; a bookmark in it is a page note.
"""

from __future__ import annotations

import re
import time as clock
from typing import TYPE_CHECKING, Any

from storage.errors import DocumentError
from storage.exchange.parcel import Parcel, clean, empty, is_value, line, time
from storage.model import COLORS, Annotation, Document, Value

if TYPE_CHECKING:
    from storage.exchange.sample import Sample

_KEPT = ("chapter", "page", "drawer", "pn_xp")
_LATEST = 1 << 40
_BETWEEN = re.compile(r"[;\n]")


def recognises(sample: Sample) -> bool:
    """Tell whether a file is JSON with books that have entries, or a sidecar."""
    if sample.suffix == ".lua":
        return any(map(sample.mentions, ("annotations", "bookmarks", "doc_props")))
    books = _books(sample.json) if sample.mentions('"entries"') else []
    return bool(books) and all(isinstance(book, dict) and isinstance(book.get("entries"), list) for book in books)


def _books(whole: Any) -> list[Any]:  # noqa: ANN401  # any JSON value
    if not isinstance(whole, dict):
        return []
    found = whole.get("documents")
    return found if isinstance(found, list) else [whole]


def load(sample: Sample) -> Parcel:
    """Return the highlights of all books. Raises DocumentError when there is no book."""
    parcel = empty()
    whole = _sidecar(sample) if sample.suffix == ".lua" else sample.whole
    books = [book for book in _books(whole) if isinstance(book, dict) and isinstance(book.get("entries"), list)]
    if not books:
        raise DocumentError(f"{sample.path} has no books in it.")
    for number, book in enumerate(books, 1):
        title = line(book.get("title"))
        if not title:
            parcel.problems.append(f"Book {number} has no title and was left out.")
            continue
        authors = tuple(filter(None, map(line, _BETWEEN.split(clean(book.get("author"))))))
        key = f"{title}\n{'; '.join(authors)}"
        path = line(book.get("file"))
        found = Document("", title, authors, language=line(book.get("language")), paths=(path,) if path else ())
        parcel.documents.setdefault(key, found)
        _take(book["entries"], key, title, parcel)
    return parcel


def _sidecar(sample: Sample) -> Any:  # noqa: ANN401  # as of JSON
    from storage.exchange import lua, sidecar  # noqa: PLC0415  # imported when first used

    try:
        return sidecar.book(lua.load(sample.text), sample.path)
    except ValueError as error:  # what is no value, or a number of thousands of digits
        raise DocumentError(f"{sample.path} is no sidecar of KOReader: {error}.") from None


def _take(entries: list[Any], key: str, title: str, parcel: Parcel) -> None:
    for number, entry in enumerate(entries, 1):
        text = clean(entry.get("text")) if isinstance(entry, dict) else ""
        note = clean(entry.get("note")) if isinstance(entry, dict) else ""
        if not text.strip() and not note.strip():
            parcel.problems.append(f"Entry {number} of “{title}” has no words and was left out.")
            continue
        parcel.annotations.append(_annotation(entry, key, text, note))


def _annotation(entry: dict[str, Any], key: str, text: str, note: str) -> Annotation:
    color = line(entry.get("color")).lower()
    fields: dict[str, Value] = {}
    for name in _KEPT:
        value = entry.get(name)
        if is_value(value) and value != "":
            fields[name] = clean(value) if isinstance(value, str) else value
    if color and color not in COLORS:
        fields["color"] = color
    return Annotation(
        f"{key}\n{text}\n{entry.get('page')}",
        key,
        exact=text,
        color=color if color in COLORS else "",
        note=note,
        fields=fields,
        created=_time(entry.get("time")) or time(entry.get("datetime")),
        updated=time(entry.get("datetime_updated")),
    )


def _time(seconds: Any) -> str:  # noqa: ANN401  # any JSON value
    """Return seconds since 1970 as a time, empty for what is none."""
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 < seconds < _LATEST:
        return ""
    try:
        return clock.strftime("%Y-%m-%dT%H:%M:%SZ", clock.gmtime(seconds))
    except (ValueError, OverflowError, OSError):
        return ""
