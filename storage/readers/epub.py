"""EPUB 2 and 3: the pages of the spine in order, through the same walker as web pages; the outline of nav or NCX.

Sources: EPUB 3.3 (W3C), OPF 2.0.1 (IDPF). Pages that do not belong to the reading order come after the others; the
cover and the table of contents are left out. A page that is missing or damaged is told, and the rest is read.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import takewhile
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from storage.errors import DocumentError
from storage.readers import encoding, html
from storage.readers.archive import Archive, attribute, local
from storage.readers.markup import Walker
from storage.text import Meta, Text
from storage.visible import one_line

NAME = "epub"
VERSION = 1

_CONTAINER = "META-INF/container.xml"
_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document"})
_EMPTY = re.compile(
    rb"<(?!area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)([a-zA-Z][\w:-]*)(?:\s[^<>]*)?"
)
_PLAIN = re.compile(r"(?!//)([\w./%-]*)(?:#([\w./%:-]*))?", re.ASCII)
_FONTS = ("idpf.org/2008/embedding", "ns.adobe.com/pdf/enc")
_DEEPEST = 6


class Item(NamedTuple):
    """One entry of a book's manifest: the part of the archive, its type and properties."""

    part: str
    kind: str
    properties: list[str]


def parse(data: bytes, name: str, file_hash: str) -> Text:
    """Return the text of a book. Raises DocumentError."""
    return _Book(Archive(data, name)).text(file_hash)


def beginning(data: bytes, name: str, most: int) -> Text:
    """Return at least `most` characters of the beginning of a book, if it has as many. Raises DocumentError."""
    book = _Book(Archive(data, name))
    book.walker.most = most
    return book.text("")


class _Book:
    """One book while it is being read."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.warnings: list[str] = []
        self._refuse_locked()
        self.folder, package = self._package()
        self.package = package
        self.items = {attribute(node, "id"): self._item(node) for node in self._in("manifest", "item")}
        self.walker = Walker(self._locate, archived=True)
        self.page = ""

    def _refuse_locked(self) -> None:
        """Raise DocumentError for a book whose pages are encrypted; fonts may be."""
        found = self.archive.xml("META-INF/encryption.xml")
        for node in found.iter() if found is not None else ():
            if local(node) == "EncryptionMethod" and not any(font in attribute(node, "Algorithm") for font in _FONTS):
                raise DocumentError(
                    f"{one_line(self.archive.name)} is locked by its publisher (DRM) and cannot be read."
                )

    def _package(self) -> tuple[str, Any]:
        """Return the folder of the package document, and its root."""
        container = self.archive.xml(_CONTAINER)
        files = [] if container is None else [node for node in container.iter() if local(node) == "rootfile"]
        named = [attribute(node, "full-path") for node in files]
        for part in (*named, *sorted(part for part in self.archive.parts if part.endswith(".opf"))):
            package = self.archive.xml(part)
            if package is not None:
                return posixpath.dirname(part), package
        raise self.archive.damaged()

    def _in(self, section: str, kind: str) -> Iterator[Any]:
        for parent in self.package:
            if local(parent) == section:
                yield from (node for node in parent.iter() if local(node) == kind)

    def _item(self, node: Any) -> Item:  # noqa: ANN401  # an element of lxml, which has no types
        part = _joined(self.folder, attribute(node, "href"))
        return Item(part, attribute(node, "media-type"), attribute(node, "properties").split())

    def _locate(self, href: str) -> str:
        """Return what an address on the page that is being read means; ``#part#id`` inside the book."""
        if plain := _PLAIN.fullmatch(href):
            part = _beside(self.page, plain[1]) if plain[1] else self.page
            return f"#{part}#{unquote(plain[2])}" if plain[2] else f"#{part}"
        try:
            parts = urlsplit(href)
        except ValueError:
            return ""
        if parts.scheme or parts.netloc:
            return "" if parts.scheme.lower() in {"javascript", "data", "file"} else href
        part = _beside(self.page, parts.path) if parts.path else self.page
        return f"#{part}#{unquote(parts.fragment)}" if parts.fragment else f"#{part}"

    def text(self, file_hash: str) -> Text:
        """Return the text of all pages."""
        walker = self.walker
        parts = takewhile(lambda _: len(walker.builder) < walker.most, self._order())
        missing = sum([not self._read(part) for part in parts])
        if missing:
            self.warnings.append(f"{missing} of the book's pages are missing or damaged.")
        reader, name = f"{NAME}/{VERSION}", self.archive.name
        return walker.text(reader, self._meta(), name, file_hash, warnings=self.warnings, outline=self._outline())

    def _order(self) -> list[str]:
        """Return the pages to be read: those of the spine, at the end what is beside the reading order."""
        spine = list(self._in("spine", "itemref"))
        spine.sort(key=lambda node: attribute(node, "linear") == "no")
        found = [self.items[attribute(node, "idref")] for node in spine if attribute(node, "idref") in self.items]
        found = found or [item for item in self.items.values() if item.kind in _PAGES]
        covers = self._covers()
        return list(dict.fromkeys(one.part for one in found if "nav" not in one.properties and one.part not in covers))

    def _covers(self) -> set[str]:
        return {
            _joined(self.folder, attribute(node, "href").partition("#")[0])
            for node in self._in("guide", "reference")
            if attribute(node, "type").lower() in {"cover", "toc"}
        }

    def _read(self, part: str) -> bool:
        """Add one page; False where it is missing or damaged."""
        data = self.archive.read(part)
        if data is None:
            return False
        root = parsed(data, part).body
        cover = not self.walker.first and (root is None or not root.text(deep=True).strip())
        if root is not None and not cover:
            self.page, self.walker.landmarks.prefix = part, f"#{part}#"
            self.walker.clean = encoding.without_controls(data)
            self.walker.landmarks.meet(f"#{part}", 0)
            self.walker.walk(root)
        return True

    def _meta(self) -> Meta:
        said: dict[str, list[str]] = {}
        for parent in self.package:
            for node in parent.iter() if local(parent) == "metadata" else ():
                value = encoding.one_line("".join(node.itertext())) if local(node) else ""
                if value:
                    said.setdefault(local(node), []).append(value)
        return Meta(
            title=next(iter(said.get("title", ())), ""),
            authors=tuple(dict.fromkeys(said.get("creator", ()))),
            date=next(iter(said.get("date", ())), "")[:10],
            language=next(iter(said.get("language", ())), ""),
        )

    def _outline(self) -> list[tuple[int, int, str]]:
        """Return offset, level and title of what the book's own contents name; of the first kind that there is."""
        places = self.walker.landmarks.places
        for entries in (self._nav(), self._ncx()):
            found = [
                (places[key], min(level, _DEEPEST), title) for level, title, key in entries if key in places and title
            ]
            if len(found) > 1:
                return sorted(found, key=lambda entry: entry[0])
        return []

    def _nav(self) -> Iterator[tuple[int, str, str]]:
        for item in self.items.values():
            if "nav" in item.properties and (data := self.archive.read(item.part)) is not None:
                self.page = item.part
                page = parsed(data, item.part)
                for nav in page.css("nav"):
                    if "toc" in str(nav.attributes.get("epub:type") or nav.attributes.get("role") or ""):
                        yield from self._links(nav)

    def _links(self, nav: LexborNode) -> Iterator[tuple[int, str, str]]:
        for link in nav.css("a[href]"):
            level, node = 0, link.parent
            while node is not None and node.tag != "nav":
                level += node.tag == "ol"
                node = node.parent
            yield max(1, level), encoding.one_line(link.text(deep=True)), self._locate(str(link.attributes["href"]))

    def _ncx(self) -> Iterator[tuple[int, str, str]]:
        for item in self.items.values():
            root = self.archive.xml(item.part) if item.kind == "application/x-dtbncx+xml" else None
            if root is None:
                continue
            self.page = item.part
            for point in root.iter():
                if local(point) == "navPoint":
                    level = 1 + sum(local(above) == "navPoint" for above in point.iterancestors())
                    title = next(("".join(node.itertext()) for node in point if local(node) == "navLabel"), "")
                    source = next((attribute(node, "src") for node in point if local(node) == "content"), "")
                    yield level, encoding.one_line(title), self._locate(source)


def parsed(data: bytes, name: str) -> LexborHTMLParser:
    """Return a page of XHTML as the HTML that it means: an element that ends at once does not go on."""
    if b"/>" in data:
        data = ended(data)
    string = html.decode(data, name)[0]
    return LexborHTMLParser(data if string.isascii() else string)


def ended(data: bytes) -> bytes:
    """Return XHTML in which elements that end at once have an end of their own, but for those that HTML knows."""
    *parts, rest = data.split(b"/>")
    for number, part in enumerate(parts):
        found = _EMPTY.fullmatch(part, part.rfind(b"<")) if b"<" in part else None
        parts[number] = part + (b"></%b>" % found[1] if found else b"/>")
    return b"".join((*parts, rest))


@lru_cache(maxsize=4_096)
def _beside(page: str, href: str) -> str:
    """Return the part of the archive that an address on a page means."""
    return _joined(posixpath.dirname(page), href)


def _joined(folder: str, href: str) -> str:
    """Return the part of the archive that an address in `folder` means."""
    return posixpath.normpath(posixpath.join("/", folder, unquote(href))).lstrip("/")
