"""FictionBook 2 (FB2): turned into HTML, and read as that; the bodies of notes come at the end.

Source: FictionBook 2.1 schema. Pictures are left out; a book in a zip archive is not opened.
"""

from __future__ import annotations

from html import escape
from typing import Any

from storage.errors import DocumentError
from storage.readers import encoding
from storage.readers.archive import attribute, local, parse_xml
from storage.readers.markup import Walker
from storage.text import Meta, Text
from storage.visible import one_line

NAME = "fb2"
VERSION = 2

_TAGS = {
    "emphasis": "i",
    "strong": "b",
    "strikethrough": "s",
    "code": "code",
    "sup": "sup",
    "sub": "sub",
    "cite": "blockquote",
    "epigraph": "blockquote",
    "poem": "blockquote",
    "stanza": "p",
    "text-author": "p",
    "annotation": "div",
    "section": "div",
    "table": "table",
    "tr": "tr",
    "td": "td",
    "th": "th",
    "p": "p",
    "date": "p",
}
_SKIPPED = frozenset({"image", "binary", "description", "stylesheet"})
_DEEPEST = 6
_NOTES = -1000
"""The depth of bodies of notes, whose titles only repeat the marks."""


def parse(data: bytes, name: str, file_hash: str) -> Text:
    """Return the text of a book. Raises DocumentError."""
    warnings: list[str] = []
    root = parse_xml(data, warnings)
    if root is None or local(root) != "FictionBook":
        raise DocumentError(f"{one_line(name)} is damaged or no FictionBook. Get it again.")
    out: list[str] = []
    for body in root:
        if local(body) == "body":
            _inside(body, out, _NOTES if attribute(body, "name") in {"notes", "comments", "footnotes"} else 1)
    walker = Walker()
    walker.read("".join(out))
    return walker.text(f"{NAME}/{VERSION}", _meta(root), name, file_hash, warnings=warnings)


def _inside(node: Any, out: list[str], depth: int) -> None:  # noqa: ANN401  # an element of lxml, which has no types
    out.append(escape(node.text or ""))
    for child in node:
        _element(child, out, depth)
        out.append(escape(child.tail or ""))


def _element(node: Any, out: list[str], depth: int) -> None:  # noqa: ANN401  # the same
    name = local(node)
    if not name or name in _SKIPPED:
        return
    place = f' id="{escape(attribute(node, "id"))}"' if attribute(node, "id") else ""
    if name in {"title", "subtitle"}:
        _title(node, out, min(_DEEPEST, depth + (name == "subtitle")), place)
    elif name == "empty-line":
        out.append("<br>")
    elif name == "v":
        _inside(node, out, depth)
        out.append("<br>")
    elif name == "a":
        role = ' role="doc-noteref"' if attribute(node, "type") == "note" else ""
        _wrapped("a", f' href="{escape(attribute(node, "href"))}"{role}', node, out, depth)
    elif name in _TAGS:
        _wrapped(_TAGS[name], place, node, out, depth + (name == "section"))
    else:
        _inside(node, out, depth)


def _title(node: Any, out: list[str], level: int, place: str) -> None:  # noqa: ANN401  # the same
    if level <= 0:
        return
    lines = (encoding.one_line("".join(line.itertext())) for line in node.iter() if local(line) in {"p", "subtitle"})
    words = ". ".join(filter(None, lines))
    if not any(map(str.isalnum, words)):
        out.append(f"<hr{place}>")
    else:
        out.append(f"<h{level}{place}>{escape(words)}</h{level}>")


def _wrapped(tag: str, attributes: str, node: Any, out: list[str], depth: int) -> None:  # noqa: ANN401  # the same
    out.append(f"<{tag}{attributes}>")
    _inside(node, out, depth)
    out.append(f"</{tag}>")


def _meta(root: Any) -> Meta:  # noqa: ANN401  # the same
    info = next((node for node in root.iter() if local(node) == "title-info"), None)
    if info is None:
        return Meta()
    said = {local(node): encoding.one_line("".join(node.itertext())) for node in info if local(node)}
    authors = []
    for author in info:
        if local(author) == "author":
            parts = {local(node): encoding.one_line("".join(node.itertext())) for node in author if local(node)}
            names = (parts.get(part, "") for part in ("first-name", "middle-name", "last-name"))
            authors.append(" ".join(filter(None, names)) or parts.get("nickname", ""))
    title, date, language = (said.get(key, "") for key in ("book-title", "date", "lang"))
    return Meta(title=title, authors=tuple(filter(None, authors)), date=date, language=language)
