"""What becomes of names and dates that a reader accepts: tagged highlights, aliases, fields; each call is one step."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from storage.analysis.dates import Found
from storage.analysis.names import Name, Spot
from storage.folding import folded_string
from storage.model import Value

if TYPE_CHECKING:
    from storage.library import Library
    from storage.model import Annotation, Document, Tag
    from storage.text import Text

NAMES, DATE = "names", "date"
"""The tag that names go beneath; the tag of dates, and the field that has them in ISO 8601."""

YEAR = "year"
"""The attribute of a document that says in which year its dates without one are."""

_YEAR = re.compile(r"\s*(\d{1,4})\s*")


def year_of(written: str) -> int:
    """Return the year, 1 to 9999, that is written; 0 where it is none."""
    found = _YEAR.fullmatch(written)
    return int(found[1]) if found else 0


def known_year(document: Document) -> int:
    """Return the year that the dates of a document without one are of, 0 where nobody has said so."""
    return year_of(str(document.attributes.get(YEAR, "")))


class _Tags:
    """The tags beneath `NAMES`, by what they are called and their aliases, folded."""

    def __init__(self, library: Library) -> None:
        self._order: dict[str, int] = {}
        self._known: dict[str, Tag] = {}
        for tag in library.tags():
            if tag.path.startswith(f"{NAMES}/"):
                self.learn(tag)

    def learn(self, tag: Tag) -> None:
        self._order.setdefault(tag.uuid, len(self._order))
        for each in (tag.path.removeprefix(f"{NAMES}/"), *tag.aliases):
            self._known.setdefault(folded_string(each), tag)

    def of(self, name: Name) -> Tag | None:
        """Return the first tag that has one of a name's ways of writing."""
        found = (self._known.get(folded_string(each)) for each in name.variants)
        return min(filter(None, found), key=lambda tag: self._order[tag.uuid], default=None)


def still_open(library: Library, names: Iterable[Name]) -> list[Name]:
    """Return the names that are not tagged wherever they stand."""
    there: dict[str, dict[tuple[int, int], set[str]]] = {}
    found, tags = [], _Tags(library)
    for name in names:
        tag = tags.of(name)
        if tag is None or any(tag.uuid not in _tagged(library, there, spot) for spot in name.spots):
            found.append(name)
    return found


def _tagged(library: Library, there: dict[str, dict[tuple[int, int], set[str]]], spot: Spot) -> set[str]:
    if spot.document not in there:
        tags = there[spot.document] = {}
        for one in library.annotations(spot.document):
            if len(one.ranges) == 1:
                tags.setdefault((one.start, one.end), set()).update(one.tags)
    return there[spot.document].get((spot.start, spot.end), set())


class _Marker:
    """Gives places a tag and fields: one's own highlight of just that place, where there is one, else a new one."""

    def __init__(self, library: Library, documents: Iterable[str]) -> None:
        self._library = library
        me = library.me().uuid
        self._mine: dict[Spot, Annotation] = {}
        for document in documents:
            for one in library.annotations(document):
                if len(one.ranges) == 1 and one.creator in {me, ""}:
                    self._mine.setdefault(Spot(document, one.start, one.end), one)

    def mark(self, spot: Spot, text: Text, tag: str, fields: Mapping[str, Value]) -> None:
        here = self._mine.get(spot)
        if here is None:
            here = self._library.annotate(spot.document, [(spot.start, spot.end)], tags=[tag], fields=fields, text=text)
        else:
            here = self._library.edit(here.uuid, add_tags=[tag], fields={**here.fields, **fields} if fields else None)
        self._mine[spot] = here


def tag_names(library: Library, names: Sequence[Name], text_of: Callable[[str], Text]) -> int:
    """Tag names wherever they stand, with their other ways of writing as aliases; return in how many places.

    `text_of` gives the newest text of a document. Raises UsageError, DocumentError, LibraryError.
    """
    count = 0
    texts = {spot.document: text_of(spot.document) for name in names for spot in name.spots}
    with library.step(f"tag {len(names)} names" if len(names) > 1 else f"tag {names[0].name}"):
        marker, tags = _Marker(library, texts), _Tags(library)
        for name in names:
            tag = tags.of(name) or library.ensure_tag(f"{NAMES}/{name.name.replace('/', '-')}")
            tag = library.edit_tag(tag.uuid, aliases=[*tag.aliases, *name.variants])
            tags.learn(tag)
            for spot in name.spots:
                marker.mark(spot, texts[spot.document], tag.path, {})
                count += 1
    return count


def mark_dates(library: Library, document: Document, found: Sequence[Found], year: int, text: Text) -> int:
    """Tag dates, with the date in ISO 8601 as a field; `year` is that of those without one. Returns how many.

    A year that was needed is kept as an attribute of the document. Raises UsageError, LibraryError.
    """
    count = 0
    with library.step(f"mark {len(found)} dates" if len(found) > 1 else "mark a date"):
        if any(not one.year for one in found):
            library.edit_document(document.uuid, attributes={YEAR: year})
        marker = _Marker(library, [document.uuid])
        for one in found:
            if iso := one.iso(year):
                marker.mark(Spot(document.uuid, one.start, one.end), text, DATE, {DATE: iso})
                count += 1
    return count
