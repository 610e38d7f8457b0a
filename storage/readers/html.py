"""HTML files and saved web pages: the article alone where a page is more than that, or the whole page.

The article is what the page itself calls so (``article``, ``main``); where it names nothing and has menus and such
around its text, readability finds it. A page without such clutter is read whole in any case.
"""

# ruff: noqa: PLC0415  # imported when first used: the version is asked for by who does not parse

from __future__ import annotations

import codecs
import re
from math import inf
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin

from storage.readers import encoding
from storage.text import Meta, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from selectolax.lexbor import LexborHTMLParser, LexborNode

    from storage.readers.markup import Walker

NAME = "html"
VERSION = 1

ARTICLE_ALONE = "Only the article of this page is shown; manicula add --whole-page keeps the rest of it too."

_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,100}encoding=[\"']([\w.-]+)", re.IGNORECASE
)
_HEAD = 4_096
_ALIASES = {
    **dict.fromkeys(("iso8859-1", "latin-1", "ascii", "us-ascii"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk"), "gb18030"),
    **dict.fromkeys(("shift_jis", "sjis"), "cp932"),
    "euc_kr": "cp949",
    "iso8859-9": "cp1254",
}
_ESCAPES = frozenset({"unicode-escape", "raw-unicode-escape", "punycode"})
_SAVED = re.compile(r"saved from url=\(\d+\)(\S+)")
_AUTHORS = ("author", "article:author", "citation_author", "dc.creator", "dcterms.creator")
_DATES = ("article:published_time", "citation_publication_date", "citation_date", "dc.date", "dcterms.date", "date")


def parse(data: bytes, name: str, file_hash: str) -> Text:
    """Return the text of a page, or of the article in it."""
    return _Page(data, name).text(name, file_hash)


def parse_whole(data: bytes, name: str, file_hash: str) -> Text:
    """Return the text of a whole page."""
    return _Page(data, name).text(name, file_hash, whole=True)


def beginning(data: bytes, name: str, most: int) -> Text | None:
    """Return at least `most` characters of the beginning of a page; None where its article has to be looked for."""
    from storage.readers.article import is_told

    page = _Page(data, name)
    return page.text(name, "", most=most) if page.root is not None and is_told(page.root) else None


def decode(data: bytes, name: str) -> tuple[str, list[str]]:
    """Return the characters of a page, and what the reader should know about them. Raises DocumentError.

    Order: byte order mark, UTF-8 where it is that beyond doubt, what the page says itself, what is plausible.
    """
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return encoding.decode(data, name)
    found = _CHARSET.search(data, 0, _HEAD)
    said = (found[1] or found[2]).decode() if found else ""
    try:
        return data.decode(), []
    except UnicodeDecodeError:
        known = codec(said)
    return (data.decode(known, "replace"), []) if known else encoding.decode(data, name)


def codec(said: str) -> str:
    """Return Python's name for an encoding, as browsers take it; nothing where there is none."""
    try:
        known = codecs.lookup(said).name
        b"\xe9".decode(known, "replace")
    except (LookupError, ValueError):  # no encoding, or none of text
        return ""
    return "" if known.startswith("utf") or known in _ESCAPES else _ALIASES.get(known, known)


class _Page:
    """One page: its `root`, and what it says of itself."""

    def __init__(self, data: bytes, name: str) -> None:
        from selectolax.lexbor import LexborHTMLParser

        string, self._warnings = decode(data, name)
        self._page = LexborHTMLParser(string)
        self._said = _meta(self._page, string)
        self.root = self._page.body or self._page.root

    def text(self, name: str, file_hash: str, *, whole: bool = False, most: float = inf) -> Text:
        """Return the text of the article, or of the whole page; not much more than `most` characters of it."""
        from storage.readers.article import Chosen, article
        from storage.readers.markup import Walker

        walker, root, warnings = Walker(_locator(self._said.source)), self.root, self._warnings
        walker.most = most
        if root is not None:
            chosen = Chosen(root, frozenset(), less=False) if whole else article(self._page, root)
            walker.left_out = chosen.left_out
            if chosen.less:
                warnings = [*warnings, ARTICLE_ALONE]
                _put_title(walker, root, chosen.node)
            walker.walk(chosen.node)
        own = NAME + ("-whole" if whole else "")
        return walker.text(f"{own}/{VERSION}", self._said, name, file_hash, warnings=warnings)


def _put_title(walker: Walker, root: LexborNode, chosen: LexborNode) -> None:
    """Put the one big heading of a page before its article, where it stands outside of that."""
    titles = root.css("h1")
    if len(titles) == 1 and chosen.css_first("h1") is None:
        walker.title(encoding.one_line(titles[0].text(deep=True)))


def _locator(base: str) -> Callable[[str], str]:
    """Return what turns the addresses of a page into whole ones; places in the page stay what they are."""

    def locate(href: str) -> str:
        inside = href.startswith("#") or (base and href.partition("#")[0] == base and "#" in href)
        if inside:
            return "#" + unquote(href.partition("#")[2])
        if href.lower().startswith(("javascript:", "data:", "vbscript:")):
            return ""
        try:
            return urljoin(base, href)
        except ValueError:
            return ""

    return locate


def _meta(page: LexborHTMLParser, string: str) -> Meta:
    said: dict[str, list[str]] = {}
    for node in page.css("meta[content]"):
        key = str(node.attributes.get("name") or node.attributes.get("property") or "").lower()
        said.setdefault(key, []).append(encoding.one_line(str(node.attributes.get("content") or "")))
    title = page.css_first("title")
    saved = _SAVED.search(string, 0, _HEAD)
    address = page.css_first("link[rel=canonical]")
    source = saved[1] if saved else str(address.attributes.get("href") or "") if address is not None else ""
    authors = [one for key in _AUTHORS for one in said.get(key, ()) if one and not one.startswith("http")]
    root = page.css_first("html")
    return Meta(
        title=next(iter(said.get("og:title", ())), "") or (encoding.one_line(title.text(deep=True)) if title else ""),
        authors=tuple(dict.fromkeys(authors)),
        date=next((said[key][0] for key in _DATES if said.get(key)), ""),
        language=encoding.one_line(str(root.attributes.get("lang") or "")) if root is not None else "",
        source=encoding.one_line(source or next(iter(said.get("og:url", ())), "")),
    )
