"""FictionBook 2 (FB2): turned into HTML, and read as that; the bodies of notes come at the end.

Source: FictionBook 2.1 schema. Pictures stand at the end of the file, in base64; a book in a zip archive is not opened.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping
from contextlib import suppress
from html import escape
from typing import Any, NamedTuple

from storage.errors import DocumentError
from storage.readers import encoding
from storage.readers.archive import attribute, local, parse_xml
from storage.readers.markup import Walker
from storage.text import INSIDE, Meta, Text
from storage.visible import one_line

NAME = "fb2"
VERSION = 3

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
_SKIPPED = frozenset({"binary", "description", "stylesheet"})
_AROUND = frozenset({"section", "body", "epigraph", "cite", "poem", "annotation"})
"""What a picture is a paragraph of its own in."""
_SUFFIXES = {"image/jpeg": ".jpg", "image/jpg": ".jpg", "image/png": ".png", "image/gif": ".gif"}
_PICTURE = re.compile(rb"<binary\b([^<>]*)>([^<>]*)</binary>")
_ID = re.compile(rb"""\bid\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_DEEPEST = 6
_NOTES = -1000
"""The depth of bodies of notes, whose titles only repeat the marks."""


def parse(data: bytes, name: str, file_hash: str) -> Text:
    """Return the text of a book. Raises DocumentError."""
    warnings: list[str] = []
    root = parse_xml(data, warnings)
    if root is None or local(root) != "FictionBook":
        raise DocumentError(f"{one_line(name)} is damaged or no FictionBook. Get it again.")
    names = {attribute(one, "id"): attribute(one, "content-type") for one in root if local(one) == "binary"}
    out = _Out([], {name: _with_suffix(name, kind) for name, kind in names.items()})
    for body in root:
        if local(body) == "body":
            _inside(body, out, _NOTES if attribute(body, "name") in {"notes", "comments", "footnotes"} else 1)
    walker = Walker(archived=True)
    walker.read("".join(out.html))
    return walker.text(f"{NAME}/{VERSION}", _meta(root), name, file_hash, warnings=warnings)


def picture(data: bytes, name: str, target: str) -> bytes:
    """Return the picture that a span with `target` stands for, from the book in `data`. Raises DocumentError.

    It is looked for without reading the book, which is not safe here.
    """
    part = target.removeprefix(INSIDE)
    for attributes, content in _PICTURE.findall(data):
        found = _ID.search(attributes)
        own = (found[1] or found[2] or b"").decode(errors="replace") if found else ""
        if own and part in {own, *(f"{own}{suffix}" for suffix in _SUFFIXES.values())}:
            with suppress(ValueError):
                if made := b64decode(content):
                    return made
    raise DocumentError(f"{one_line(part)} is missing in {one_line(name)}, or damaged.")


class _Out(NamedTuple):
    """A book while it is written as HTML; `pictures` are the names of the pictures in it, by their ids."""

    html: list[str]
    pictures: Mapping[str, str]


def _with_suffix(name: str, kind: str) -> str:
    """Return the name of a picture with the suffix that tells its kind."""
    suffix = _SUFFIXES.get(kind.lower(), "")
    return name if name.lower().endswith(tuple(_SUFFIXES.values())) else f"{name}{suffix}"


def _inside(node: Any, out: _Out, depth: int) -> None:  # noqa: ANN401  # an element of lxml, which has no types
    out.html.append(escape(node.text or ""))
    for child in node:
        _element(child, out, depth)
        out.html.append(escape(child.tail or ""))


def _element(node: Any, out: _Out, depth: int) -> None:  # noqa: ANN401  # the same
    name = local(node)
    if not name or name in _SKIPPED:
        return
    place = f' id="{escape(attribute(node, "id"))}"' if attribute(node, "id") else ""
    if name in {"title", "subtitle"}:
        _title(node, out, min(_DEEPEST, depth + (name == "subtitle")), place)
    elif name == "image":
        _picture(node, out, place)
    elif name == "empty-line":
        out.html.append("<br>")
    elif name == "v":
        _inside(node, out, depth)
        out.html.append("<br>")
    elif name == "a":
        role = ' role="doc-noteref"' if attribute(node, "type") == "note" else ""
        _wrapped("a", f' href="{escape(attribute(node, "href"))}"{role}', node, out, depth)
    elif name in _TAGS:
        _wrapped(_TAGS[name], place, node, out, depth + (name == "section"))
    else:
        _inside(node, out, depth)


def _picture(node: Any, out: _Out, place: str) -> None:  # noqa: ANN401  # the same
    name = attribute(node, "href").removeprefix("#")
    words = attribute(node, "alt") or attribute(node, "title") or f"[{name or 'image'}]"
    source = f' src="#{escape(out.pictures[name])}"' if name in out.pictures else ""
    made = f'<img{place} alt="{escape(words)}"{source}>'
    out.html.append(f"<p>{made}</p>" if local(node.getparent()) in _AROUND else made)


def _title(node: Any, out: _Out, level: int, place: str) -> None:  # noqa: ANN401  # the same
    if level <= 0:
        return
    lines = (encoding.one_line("".join(line.itertext())) for line in node.iter() if local(line) in {"p", "subtitle"})
    words = ". ".join(filter(None, lines))
    if not any(map(str.isalnum, words)):
        out.html.append(f"<hr{place}>")
    else:
        out.html.append(f"<h{level}{place}>{escape(words)}</h{level}>")


def _wrapped(tag: str, attributes: str, node: Any, out: _Out, depth: int) -> None:  # noqa: ANN401  # the same
    out.html.append(f"<{tag}{attributes}>")
    _inside(node, out, depth)
    out.html.append(f"</{tag}>")


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
