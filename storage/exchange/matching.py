"""Which document of the library a file means: by id, hash, address, title and authors, or the name of its file."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING
from unicodedata import normalize
from urllib.parse import unquote

if TYPE_CHECKING:
    from storage.library import Library
    from storage.model import Document

_SCHEME = re.compile(r"^https?://(?:www\.)?", re.IGNORECASE)


class Matcher:
    """Finds documents of `library`. What is told first counts most; of several equally good ones none is taken."""

    def __init__(self, library: Library) -> None:
        self._known: dict[tuple[str, str], list[Document]] = defaultdict(list)
        for document in library.documents():
            for sign in dict.fromkeys(signs(document)):
                self._known[sign].append(document)

    def find(self, wanted: Document) -> list[Document]:
        """Return the document that `wanted` is; several when they are equally like it, none when there is none."""
        for sign in signs(wanted):
            found = self._known.get(sign, [])
            if len(found) > 1 and sign[0] == "title" and wanted.authors:
                same = _authors(wanted)
                found = [each for each in found if _authors(each) == same] or found
            if found:
                return found
        return []


def signs(document: Document) -> Iterator[tuple[str, str]]:
    """Yield what tells a document, the surest first: (kind, value)."""
    if document.uuid:
        yield "uuid", document.uuid.lower()
    yield from (("file", each) for each in reversed(document.files))
    yield from (("text", each) for each in reversed(document.texts))
    if doi := document.attributes.get("doi"):
        yield "doi", str(doi).lower()
    if document.source:
        yield "address", address(document.source)
    yield from (("path", each) for each in reversed(document.paths))
    if title := _folded(document.title):
        yield "title", title
    yield from (("name", name) for each in reversed(document.paths) if (name := _folded(each.rpartition("/")[2])))
    if title:
        yield "name", title


def address(url: str) -> str:
    """Return a URL without what may differ while it leads to the same page: scheme, ``www.``, fragment, last slash."""
    return unquote(_SCHEME.sub("", url.strip()).partition("#")[0]).rstrip("/")


def _folded(string: str) -> str:
    return " ".join(normalize("NFC", string).casefold().split())


def _authors(document: Document) -> set[str]:
    return {_folded(name) for name in document.authors}
