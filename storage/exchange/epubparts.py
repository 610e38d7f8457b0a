"""Which part of a book an annotation stands in: a file of the package, as its manifest names it."""

from __future__ import annotations

import html
import re
from array import array
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from storage.errors import DocumentError

if TYPE_CHECKING:
    from storage.library import Library
    from storage.model import Annotation, Document
    from storage.text import Text

_UNSEEN = re.compile(r"(?is)<!--.*?-->|<(script|style|head)\b.*?</\1\s*>|<[^>]*>")
_SPINE = re.compile(r"(?is)<itemref\b[^>]*?\bidref\s*=\s*[\"']([^\"']+)")
_ITEM = re.compile(r"(?is)<item\b[^>]*>")
_ATTRIBUTE = re.compile(r"(?s)([\w:-]+)\s*=\s*[\"']([^\"']*)[\"']")
_ROOT = re.compile(r"(?is)\bfull-path\s*=\s*[\"']([^\"']+)")
_LEAST = 8


class Parts:
    """The parts of `document`, whose text is `text`; of one that is no book, or is not here, the file alone.

    An annotation is looked for by its letters, where as many stand before it in the book as in the text.
    """

    def __init__(self, library: Library, document: Document, text: Text | None) -> None:
        self._file = (document.paths[-1].rpartition("/")[2] if document.paths else "") or document.source or "text"
        self._text = text
        self._names: list[str] = []
        self._starts: list[int] = []
        self._letters = ""
        self._places = array("L")  # where the letters of the text stand
        path = library.find_file(document) if document.format == "epub" and text else None
        if path is not None and text is not None:
            self._read(path.read_bytes(), str(path))
            self._places = array("L", (at for at, sign in enumerate(text.string) if sign.isalnum()))

    def of(self, one: Annotation) -> str:
        """Return the name of the part that `one` stands in; the first one's for what is about the whole."""
        if not self._names:
            return self._file
        if self._text is None or not one.ranges:
            return self._names[0]
        before = bisect_left(self._places, one.start)
        wanted = _letters(one.exact) or _letters(self._text.string[one.start : one.start + 100])
        at = self._nearest(wanted, before)
        return self._names[max(0, bisect_right(self._starts, at) - 1)]

    def _nearest(self, wanted: str, near: int) -> int:
        """Return where `wanted` stands nearest to `near`; `near` where it stands nowhere or is too short to tell."""
        after = self._letters.find(wanted, max(0, near - len(wanted)))
        before = self._letters.rfind(wanted, 0, near + len(wanted))
        found = [at for at in (after, before) if at >= 0] if len(wanted) >= _LEAST else []
        return min(found, key=lambda at: abs(at - near), default=near)

    def _read(self, data: bytes, name: str) -> None:
        from storage.readers.archive import Archive  # noqa: PLC0415  # imported when first used

        try:
            archive = Archive(data, name)
            root = _ROOT.search(_decoded(archive.read("META-INF/container.xml")))
            package = _decoded(archive.read(html.unescape(root[1]))) if root else ""
            folder = root[1].rpartition("/")[0] if root else ""
            pieces: list[str] = []
            length = 0
            for href in _spine(package):
                page = _letters(html.unescape(_UNSEEN.sub(" ", _decoded(archive.read(_part(folder, href))))))
                self._names.append(href)
                self._starts.append(length)
                pieces.append(page)
                length += len(page)
        except DocumentError:
            self._names = []
        else:
            self._letters = "".join(pieces)


def _spine(package: str) -> list[str]:
    """Return the parts of a book in reading order, as the manifest names them; the contents are none that is read."""
    items = {}
    for item in _ITEM.finditer(package):
        said = dict(_ATTRIBUTE.findall(item[0]))
        if "nav" not in said.get("properties", "").split():
            items[said.get("id", "")] = html.unescape(said.get("href", ""))
    return [items[one] for one in _SPINE.findall(package) if items.get(one)]


def _part(folder: str, href: str) -> str:
    import posixpath  # noqa: PLC0415  # imported when first used
    from urllib.parse import unquote  # noqa: PLC0415  # the same

    return posixpath.normpath(posixpath.join("/", folder, unquote(href))).lstrip("/")


def _decoded(data: bytes | None) -> str:
    return (data or b"").decode("utf-8-sig", "replace")


def _letters(string: str) -> str:
    return "".join(filter(str.isalnum, string))
