"""E-mail (.eml): who wrote to whom, when and what, quotations as such; attachments are named, not opened.

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

from storage.readers import builder, encoding, html, plain
from storage.readers.markup import Walker
from storage.text import Block, Meta, Span, Text

NAME = "mail"
VERSION = 1

_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_QUOTED = re.compile(r"(?:[ ]?>)+[ ]?")
_DEEPEST = 20


def parse(data: bytes, name: str, file_hash: str) -> Text:
    """Return the text of a message."""
    message = email.message_from_bytes(data, policy=default)
    walker = Walker()
    _message(message, walker, 0)
    return walker.text(f"{NAME}/{VERSION}", _meta(message, builder.stem(name)), name, file_hash)


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


def _message(message: EmailMessage, walker: Walker, depth: int) -> None:
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
                    _message(each, walker, depth + 1)
        elif named := encoding.one_line(part.get_filename() or ""):
            walker.builder.block(f"[attached: {named}]", [], Block(0, 0))


def _body(message: EmailMessage) -> EmailMessage | None:
    try:
        found = message.get_body(("plain", "html"))
    except (ValueError, KeyError, AttributeError, TypeError):
        return None
    return found if isinstance(found, EmailMessage) else None


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
