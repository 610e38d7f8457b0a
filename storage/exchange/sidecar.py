"""KOReader's sidecar of a book (`metadata.epub.lua`), as the book that its JSON export would have.

Newer ones have ``annotations``; older ones ``highlight`` by page and ``bookmarks``, which a time joins: the bookmark
has the note. What KOReader itself put into a bookmark is no note. Times have no zone and are taken as UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from storage.exchange.parcel import clean, line

Table = dict[str, Any]


def book(whole: Any, path: Path) -> Table | None:  # noqa: ANN401  # any value of Lua
    """Return the book that a sidecar is about; None where there is none in it."""
    if not isinstance(whole, dict) or not {"annotations", "highlight", "bookmarks", "doc_props"} & whole.keys():
        return None
    said = {**_table(whole.get("stats")), **_table(whole.get("doc_props")), **_table(whole.get("custom_props"))}
    name = line(whole.get("doc_path")).rpartition("/")[2] or path.parent.name.removesuffix(".sdr")
    entries = list(_newer(whole.get("annotations"))) if "annotations" in whole else list(_older(whole))
    return {
        "title": line(said.get("title")) or name,
        "author": clean(said.get("authors")),
        "file": name,
        "language": line(said.get("language")),
        "entries": entries,
    }


def _table(value: Any) -> Table:  # noqa: ANN401  # the same
    return value if isinstance(value, dict) else {}


def _items(value: Any) -> Iterator[Table]:  # noqa: ANN401  # the same
    """Yield the tables in a list, or in one that has gaps, in order."""
    found = value if isinstance(value, list) else list(_table(value).values())
    yield from (each for each in found if isinstance(each, dict))


def _newer(annotations: Any) -> Iterator[Table]:  # noqa: ANN401  # the same
    for one in _items(annotations):
        marked = bool(one.get("drawer") or one.get("pos0"))
        words, note = clean(one.get("text")), clean(one.get("note"))
        yield {
            **_looks(one),
            "text": words if marked else "",
            "note": note if marked or note else words,
            "page": one.get("pageref") or one.get("pageno"),
            "pn_xp": one.get("page"),
            "datetime": one.get("datetime"),
            "datetime_updated": one.get("datetime_updated"),
        }


def _older(whole: Table) -> Iterator[Table]:
    notes: dict[str, str] = {}
    places = []
    for one in _items(whole.get("bookmarks")):
        when, note = clean(one.get("datetime")), clean(one.get("text"))
        note = "" if note.endswith(f"@ {when}") else note
        if one.get("highlighted"):
            notes.setdefault(when, note)
        else:
            places.append({**_looks(one), "text": "", "note": note or clean(one.get("notes")), "datetime": when})
    highlights = whole.get("highlight")
    pages = enumerate(highlights, 1) if isinstance(highlights, list) else _table(highlights).items()
    for page, found in pages:
        for one in _items(found):
            when = clean(one.get("datetime"))
            yield {
                **_looks(one),
                "text": clean(one.get("text")),
                "note": notes.get(when, ""),
                "page": page,
                "pn_xp": one.get("pos0"),
                "datetime": when,
            }
    yield from places


def _looks(one: Table) -> Table:
    return {name: one.get(name) for name in ("chapter", "drawer", "color")}
