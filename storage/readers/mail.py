"""E-mail (.eml): who wrote to whom, when and what, quotations as such; attachments are named, pictures can be opened.

Of a message in several forms the plain text is read, else the HTML; messages inside of it follow. Source: RFC 5322 and
MIME, as the standard library reads them.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses, parsedate_to_datetime
from itertools import islice
from urllib.parse import unquote

from storage.errors import DocumentError
from storage.readers import builder, encoding, html, plain
from storage.readers.markup import Walker
from storage.text import INSIDE, Block, Meta, Span, Text
from storage.visible import one_line

NAME = "mail"
VERSION = 2

_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_QUOTED = re.compile(r"(?:[ ]?>)+[ ]?")
_DEEPEST = 20
_PICTURE = re.compile(r"part-([0-9]{1,6})\.[a-z]+")
_SUFFIXES = {
    "png": ".png",
    "jpeg": ".jpg",
    "jpg": ".jpg",
    "gif": ".gif",
    "webp": ".webp",
    "bmp": ".bmp",
    "tiff": ".tiff",
}


def parse(data: bytes, name: str, file_hash: str) -> Text:
    """Return the text of a message."""
    message = email.message_from_bytes(data, policy=default)
    pictures = _Pictures(message)
    walker = Walker(pictures.locate, archived=True)
    _message(message, walker, pictures, 0)
    return walker.text(f"{NAME}/{VERSION}", _meta(message, builder.stem(name)), name, file_hash)


def picture(data: bytes, name: str, target: str) -> bytes:
    """Return the picture that a span with `target` stands for. Raises DocumentError."""
    wanted = _PICTURE.fullmatch(target.removeprefix(INSIDE))
    parts = email.message_from_bytes(data, policy=default).walk() if wanted else iter(())
    part = next(islice(parts, int(wanted[1]), None), None) if wanted else None
    content = part.get_payload(decode=True) if part is not None and part.get_content_maintype() == "image" else None
    if not isinstance(content, bytes) or not content:
        raise DocumentError(f"{one_line(target.removeprefix(INSIDE))} is missing in {one_line(name)}, or damaged.")
    return content


class _Pictures:
    """The pictures in a message and in those inside of it, by what they are called in a text."""

    def __init__(self, message: EmailMessage) -> None:
        self._names: dict[int, str] = {}
        self._ids: dict[str, str] = {}
        for number, part in enumerate(message.walk()):
            suffix = _SUFFIXES.get(part.get_content_subtype()) if part.get_content_maintype() == "image" else None
            if suffix:
                name = self._names[id(part)] = f"part-{number}{suffix}"
                self._ids.setdefault(_header(part, "Content-ID").strip("<> "), name)

    def locate(self, address: str) -> str:
        """Return where an address leads: one of the message's own pictures is a part of it."""
        scheme, _, rest = address.partition(":")
        if scheme.lower() != "cid":
            return address
        found = self._ids.get(unquote(rest))
        return f"#{found}" if found else ""

    def name(self, part: EmailMessage) -> str:
        """Return what a part is called; nothing where it is no picture."""
        return self._names.get(id(part), "")


def _header(message: EmailMessage, name: str) -> str:
    try:
        return encoding.one_line(str(message.get(name, "")))
    except (ValueError, IndexError, AttributeError, TypeError, LookupError):  # of a header that is none
        return ""


def _meta(message: EmailMessage, stem: str) -> Meta:
    try:
        date = parsedate_to_datetime(_header(message, "Date")).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        date = ""
    authors = [name or address for name, address in getaddresses([_header(message, "From")])]
    title = _header(message, "Subject") or stem
    return Meta(title=title, authors=tuple(filter(None, map(encoding.one_line, authors))), date=date)


def _message(message: EmailMessage, walker: Walker, pictures: _Pictures, depth: int) -> None:
    """Add a message: its headers, its text, what is attached, and the messages in it."""
    first = True
    for name in _HEADERS:
        if value := _header(message, name):
            line = f"{name}: {value}"
            walker.builder.block(line, [Span(0, len(name), "strong")], Block(0, 0, gap=1 if first else 0))
            first = False
    body = _body(message)
    if body is not None:
        _text(body, walker)
    for part in _parts(message, depth):
        if part is body:
            continue
        if part.get_content_type() == "message/rfc822" and part.is_multipart() and depth < _DEEPEST:
            for each in part.get_payload():
                if isinstance(each, EmailMessage):
                    _message(each, walker, pictures, depth + 1)
        elif named := encoding.one_line(part.get_filename() or ""):
            _attached(f"[attached: {named}]", pictures.name(part), walker)


def _attached(words: str, picture: str, walker: Walker) -> None:
    """Add what names something attached, and leads to it where it is a picture."""
    spans = [Span(0, len(words), "image", f"{INSIDE}{picture}")] if picture else []
    walker.builder.block(words, spans, Block(0, 0, "image" if picture else "paragraph"))


def _body(message: EmailMessage) -> EmailMessage | None:
    """Return the part that is read: the plain text, the HTML where that says nothing."""
    for kind in ("plain", "html"):
        try:
            found = message.get_body((kind,))
        except (ValueError, KeyError, AttributeError, TypeError):
            return None
        if isinstance(found, EmailMessage) and _content(found).strip():
            return found
    return None


def _parts(message: EmailMessage, depth: int) -> Iterator[EmailMessage]:
    """Yield the parts of a message, not those of the messages in it."""
    if not message.is_multipart() or depth > _DEEPEST:
        return
    for part in message.get_payload():
        if isinstance(part, EmailMessage):
            yield part
            if part.get_content_maintype() == "multipart":
                yield from _parts(part, depth + 1)


def _content(part: EmailMessage) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode(html.codec(part.get_content_charset() or "") or "cp1252", "replace")


def _text(part: EmailMessage, walker: Walker) -> None:
    if part.get_content_type() == "text/html":
        walker.read(_content(part))
        return
    for depth, string in _quotations(encoding.clean(_content(part))[0]):
        text = plain.shape(string)
        for block in text.blocks:
            words = text.string[block.start : block.end]
            inline = _inline(" ".join(words.split()) if text.fill else words)
            walker.builder.block(*inline.finish(), Block(0, 0, "quote" if depth else "paragraph", 0, depth))


def _inline(words: str) -> builder.Inline:
    """Return a paragraph whose line ends are meant, with its addresses as links."""
    inline = builder.Inline()
    for number, line in enumerate(words.split("\n")):
        if number:
            inline.newline()
        builder.add_linked(inline, line)
    return inline


def _quotations(string: str) -> Iterator[tuple[int, str]]:
    """Yield stretches of text with the depth at which they are quoted."""
    lines: list[str] = []
    now = 0
    for line in string.split("\n"):
        found = _QUOTED.match(line)
        depth = found[0].count(">") if found else 0
        if depth != now and line.strip():
            yield now, "\n".join(lines)
            lines, now = [], depth
        lines.append(line[found.end() :] if found else line)
    yield now, "\n".join(lines)
