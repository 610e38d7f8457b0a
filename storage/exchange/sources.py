"""Documents as sources to be cited: what is known of one, as an item of CSL-JSON, and back.

The variables are those of CSL 1.0.2. What a document has no field for is an attribute under the variable's name
(``citekey`` for the id); names are kept as ``Family, Given``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from storage.exchange.parcel import line
from storage.exchange.webmodel import is_iri
from storage.model import Document, Value

if TYPE_CHECKING:
    Item = dict[str, Any]

CITEKEY = "citekey"
"""The attribute that holds the key by which a document is cited."""

TEXTS = (
    "type",
    "container-title",
    "collection-title",
    "publisher",
    "publisher-place",
    "volume",
    "issue",
    "page",
    "edition",
    "genre",
    "number",
    "abstract",
    "note",
    "DOI",
    "ISBN",
    "ISSN",
    "PMID",
)
"""Variables that are attributes here, in the order in which they are written; of DOI and the like in small letters."""

TYPES = {
    "article", "article-journal", "article-magazine", "article-newspaper", "bill", "book", "broadcast", "chapter",
    "classic", "collection", "dataset", "document", "entry", "entry-dictionary", "entry-encyclopedia", "event",
    "figure", "graphic", "hearing", "interview", "legal_case", "legislation", "manuscript", "map", "motion_picture",
    "musical_score", "pamphlet", "paper-conference", "patent", "performance", "periodical", "personal_communication",
    "post", "post-weblog", "regulation", "report", "review", "review-book", "software", "song", "speech", "standard",
    "thesis", "treaty", "webpage",
}  # fmt: skip
"""What a source can be, by CSL 1.0.2."""

NAMES = ("editor", "translator")

_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_DIGITS = 10
"""More than the number of a year, month or day has."""

_WORD = re.compile(r"[^\W_]+")
_INSTITUTIONAL = {"&", "and", "for", "of", "the"}
"""Words that no person's name has."""
_DULL = {"a", "an", "the", "der", "die", "das", "le", "la", "les", "el", "los", "of", "on"}


def items(documents: Iterable[Document], keys: Mapping[str, str]) -> Iterator[Item]:
    """Yield an item for each document, under its citekey in `keys`."""
    for document in documents:
        yield _item(document, keys[document.uuid])


def citekeys(documents: Iterable[Document]) -> dict[str, str]:
    """Return the citekeys of all `documents` of a library by their uuids; no two are the same."""
    taken: set[str] = set()
    return {document.uuid: citekey(document, taken) for document in documents}


def citekey(document: Document, taken: set[str]) -> str:
    """Return the key of a document: its own, else made of author, year and title; add it to those that are `taken`."""
    given = document.attributes.get(CITEKEY)
    key = stem = re.sub(r"[\s,{}%#\\\"~]+", "", str(given)) if given else _made_key(document)
    number = ord("a")
    while key in taken:
        key, number = f"{stem}{chr(number)}" if number <= ord("z") else f"{stem}{number}", number + 1
    taken.add(key)
    return key


def _made_key(document: Document) -> str:
    family = split_name(document.authors[0]).get("family", document.authors[0]) if document.authors else "anon"
    year = _DATE.match(document.date)
    words = [word for word in _WORD.findall(_plain(document.title)) if word not in _DULL]
    author = "".join(_WORD.findall(_plain(family)))
    return f"{author}{year[1] if year else ''}{words[0] if words else ''}" or "untitled"


def _plain(string: str) -> str:
    return normalize("NFKD", string).encode("ascii", "ignore").decode().lower()


def _item(document: Document, key: str) -> Item:
    attributes = document.attributes
    kind = attributes.get("type")
    made: Item = {"id": key, "type": kind if kind in TYPES else "document", "title": document.title}
    if document.authors:
        made["author"] = [split_name(name) for name in document.authors]
    for name in NAMES:
        if people := attributes.get(name):
            made[name] = [split_name(each) for each in str(people).split("; ")]
    if document.date:
        made["issued"] = _issued(document.date)
    made.update(
        {name: str(value) for name in TEXTS[1:] if (value := attributes.get(attribute(name))) not in (None, "")}
    )
    if is_iri(document.source):
        made["URL"] = document.source
    if document.language:
        made["language"] = document.language
    return made


def attribute(variable: str) -> str:
    """Return the name of the attribute that holds a variable."""
    return variable.lower()


def split_name(name: str) -> dict[str, str]:
    """Return a name in its parts: ``Family, Given``, or the last of a few words as the family's."""
    family, comma, given = (part.strip() for part in name.partition(","))
    if comma:
        return {"family": family, "given": given} if given else {"literal": family}
    words = name.split()
    if not _INSTITUTIONAL.isdisjoint(word.lower() for word in words):
        return {"literal": name}
    if not 2 <= len(words) <= 3:  # noqa: PLR2004  # more words are an institution's
        return {"literal": name}
    return {"family": words[-1], "given": " ".join(words[:-1])}


def joined_name(name: Any) -> str:  # noqa: ANN401  # any JSON value
    """Return a name of CSL in one piece."""
    if not isinstance(name, dict):
        return line(name)
    given = " ".join(filter(None, (line(name.get(part)) for part in ("given", "dropping-particle"))))
    family = " ".join(filter(None, (line(name.get(part)) for part in ("non-dropping-particle", "family", "suffix"))))
    return line(name.get("literal")) or (f"{family}, {given}" if family and given else family or given)


def _issued(date: str) -> Item:
    found = _DATE.fullmatch(date)
    return {"date-parts": [[int(part) for part in found.groups() if part]]} if found else {"raw": date}


def date_of(issued: Any) -> str:  # noqa: ANN401  # any JSON value
    """Return a date of CSL as ISO 8601, as far as it is known; as it stands where it is none."""
    if not isinstance(issued, dict):
        return line(issued)
    parts = issued.get("date-parts")
    first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
    numbers = [int(part) for part in first if str(part).isdecimal() and len(str(part)) < _DIGITS]
    if numbers:
        return "-".join([f"{numbers[0]:04}", *(f"{number:02}" for number in numbers[1:3])])
    return line(issued.get("raw")) or line(issued.get("literal"))


def document(item: Mapping[str, Any], paths: tuple[str, ...] = ()) -> Document:
    """Return the document that an item of CSL-JSON describes."""
    attributes: dict[str, Value] = {}
    key = line(str(item.get("id", "")))
    if key:
        attributes[CITEKEY] = key
    for name in TEXTS:
        if value := line(str(item.get(name) or "")):
            attributes[attribute(name)] = value
    for name in NAMES:
        if isinstance(people := item.get(name), list) and people:
            attributes[name] = "; ".join(filter(None, map(joined_name, people)))
    if attributes.get("type") == "document":
        del attributes["type"]
    authors = item.get("author")
    return Document(
        "",
        line(item.get("title")),
        tuple(filter(None, map(joined_name, authors))) if isinstance(authors, list) else (),
        date_of(item.get("issued")),
        line(item.get("language")),
        line(item.get("URL")),
        paths=paths,
        attributes=attributes,
    )
