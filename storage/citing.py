"""A quote with its source, as text to be put into something else, by a pattern of the reader's.

A pattern is text with names in braces, ``“{quote}” [@{key}, {place}]``; `FIELDS` has them. The default is a citation as
Pandoc reads it (https://pandoc.org/MANUAL.html#citation-syntax).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from storage.model import Document
from storage.places import Place

_FIELD = re.compile(r"\{([^{}]*)\}")
_YEAR = re.compile(r"\d{4}")


class Passage(NamedTuple):
    """What is cited: `place` is where it begins, `last_page` the label of the page where it ends, `key` the citekey."""

    quote: str
    document: Document
    key: str
    place: Place
    last_page: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""
    uuid: str = ""


def locator(place: Place, last_page: str = "") -> str:
    """Return where a passage stands: page labels or a time where the source has them, else paragraph, else percent."""
    if ":" in place.page:
        return place.page
    if place.page:
        return f"p. {place.page}" if last_page in {"", place.page} else f"pp. {place.page}–{last_page}"
    return f"¶ {place.paragraph}" if place.paragraph else f"{place.percent} %" if place.percent >= 0 else ""


def year(document: Document) -> str:
    """Return the year of a document in four figures; nothing where its date has none."""
    found = _YEAR.search(document.date)
    return found[0] if found else ""


def _attribute(name: str) -> Callable[[Passage], str]:
    return lambda passage: str(passage.document.attributes.get(name, ""))


FIELDS: Mapping[str, Callable[[Passage], str]] = {
    "quote": lambda one: one.quote,
    "key": lambda one: one.key,
    "place": lambda one: locator(one.place, one.last_page),
    "page": lambda one: one.place.page,
    "paragraph": lambda one: str(one.place.paragraph or ""),
    "percent": lambda one: str(one.place.percent) if one.place.percent >= 0 else "",
    "section": lambda one: one.place.sections[-1] if one.place.sections else "",
    "title": lambda one: one.document.title,
    "authors": lambda one: "; ".join(one.document.authors),
    "date": lambda one: one.document.date,
    "year": lambda one: year(one.document),
    "url": lambda one: one.document.source,
    "retrieved": _attribute("retrieved"),
    "doi": _attribute("doi"),
    "tags": lambda one: ", ".join(one.tags),
    "note": lambda one: one.note,
    "id": lambda one: one.uuid,
}
"""The names that a pattern may have, each with what it stands for."""


def check(pattern: str) -> str:
    """Return `pattern`. Raises ValueError where a name in it is none, a brace is alone, or it has no ``{quote}``."""
    names = _FIELD.findall(pattern)
    if "quote" not in names or not FIELDS.keys() >= set(names) or re.search(r"[{}]", _FIELD.sub("", pattern)):
        raise ValueError(pattern)
    return pattern


def cite(pattern: str, passage: Passage) -> str:
    """Return `passage` by a `pattern` that :func:`check` let through."""
    return _FIELD.sub(lambda found: FIELDS[found[1]](passage), pattern)
