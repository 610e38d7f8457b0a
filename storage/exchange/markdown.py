r"""Markdown: a heading per document and section, then each annotation as quotation, tags, note and place.

The dialect is CommonMark; tags are written as Obsidian reads them (``#source/official``). Whatever comes from a
document or a note is escaped so that a CommonMark parser gives back the same characters: it never becomes structure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, TextIO

from storage.exchange.entry import origin, paragraphs
from storage.exchange.markdownreading import is_foot, load, recognises
from storage.exchange.notes import Marks
from storage.visible import visible

if TYPE_CHECKING:
    from storage.exchange.entry import Collection, Entry
    from storage.model import Document

__all__ = ["MARKS", "dump", "load", "recognises"]

MARKS = Marks("<!--", "-->")
"""What stands around a mark in a note."""

DEEPEST = 6
"""The deepest heading of Markdown."""

_INLINE = re.compile(r"[\\`*\[\]<|~]|(?<![^\W_])_|_(?![^\W_])|&(?=#|\w+;)|(?<!\S)#")
_PERHAPS = re.compile(r"[\\`*\[\]<|~_&#]")
"""What must be there for anything to be escaped: looked for four times as fast."""
_START = re.compile(r"[>+=-]|\d{1,9}(?=[.)])")
_NOT_IN_TAG = re.compile(r"\s+")


def dump(entries: Collection, out: TextIO) -> None:
    """Write `entries` to `out` as they come, and after those of a whole library its memos."""
    gap = ""
    for block in chain(_blocks(entries), _memos(entries.memos())):
        out.write(f"{gap}{block}\n")
        gap = "\n"


def _blocks(entries: Iterable[Entry]) -> Iterator[str]:
    document = ""
    sections: tuple[str, ...] = ()
    for entry in entries:
        if entry.document.uuid != document:
            document, sections = entry.document.uuid, ()
            yield about(entry.document)
        now = _sections(entry, sections)
        yield _passage(entry, sections, now)
        sections = now


def about(document: Document) -> str:
    """Return what a note on `document` says of it."""
    return "\n\n".join(_header(document))


def passages(entries: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    """Yield the uuid of each annotation of one document, and what a note says of it."""
    sections: tuple[str, ...] = ()
    for entry in entries:
        now = _sections(entry, sections)
        yield entry.annotation.uuid, _passage(entry, sections, now)
        sections = now


def _passage(entry: Entry, before: tuple[str, ...], now: tuple[str, ...]) -> str:
    """Return an annotation's paragraphs after the headings that lead from one section path to the next."""
    paragraphs = _annotation(entry)
    return "\n\n".join(paragraphs if before == now else [*_headings(before, now), *paragraphs])


def _memos(memos: Iterable[tuple[str, str]]) -> Iterator[str]:
    heading = "# Memos"
    for subject, note in memos:
        if heading:
            yield heading
        heading = ""
        yield f"## On {_line(subject)}"
        yield from map(_paragraph, paragraphs(note))


def _header(document: Document) -> Iterator[str]:
    yield f"# {_line(document.title) or 'Untitled'}"
    facts = ["; ".join(map(_line, document.authors)), _line(document.date), *map(_line, origin(document))]
    if any(facts):
        yield " · ".join(fact for fact in facts if fact)


def _sections(entry: Entry, before: tuple[str, ...]) -> tuple[str, ...]:
    """Return the section titles around an entry, without one that only repeats the document's title.

    Those `before` it hold for what has no place.
    """
    if entry.annotation.state != "anchored":
        return before
    sections = entry.place.sections
    return sections[1:] if sections[:1] == (entry.document.title,) else sections


def _headings(before: tuple[str, ...], now: tuple[str, ...]) -> Iterator[str]:
    """Yield the headings that lead from one section path to the next."""
    same = 0
    while same < min(len(before), len(now)) and before[same] == now[same]:
        same += 1
    for depth in range(same, len(now)):
        yield f"{'#' * min(depth + 2, DEEPEST)} {_line(now[depth]) or 'Untitled'}"


def _annotation(entry: Entry) -> list[str]:
    made = []
    annotation = entry.annotation
    if annotation.exact and (quote := _quote(entry)):
        made.append(quote)
    if entry.tags:
        made.append(_tagged(entry.tags))
    if annotation.note:
        made += map(_paragraph, paragraphs(annotation.note))
    where, color = entry.where(), annotation.color
    made.append(f"— {where}, {color}" if where and color else f"— {where}{color}")
    return made


def _quote(entry: Entry) -> str:
    exact = entry.annotation.exact
    if "\n" not in exact:
        return f"> {escape(exact)}" if exact.strip() else ""
    soft = entry.text is not None and entry.text.fill > 0
    quote = "\n\n".join([_paragraph(part, soft=soft) for part in entry.quoted()])
    return "\n".join([f"> {line}".rstrip() for line in quote.split("\n")]) if quote else ""


@lru_cache(maxsize=10_000)
def _tagged(tags: tuple[str, ...]) -> str:
    return " ".join("#" + escape(_NOT_IN_TAG.sub("-", tag)) for tag in tags)


def _paragraph(string: str, *, soft: bool = False) -> str:
    """Return `string` as one paragraph; a line end stays one, unless it was the source's own filling (`soft`)."""
    return ("\n" if soft else "\\\n").join(map(escape, string.split("\n")))


def _line(string: str) -> str:
    return escape(" ".join(string.split()))


def escape(line: str) -> str:
    """Return one line of foreign text as Markdown that shows just these characters."""
    line = visible(line)
    if _PERHAPS.search(line):
        line = _INLINE.sub(r"\\\g<0>", line)
    if not line[:1].isalpha():
        line = _begun(line)
    return f"{line[:-1]}&#{ord(line[-1])};" if line[-1:].isspace() else line


def _begun(line: str) -> str:
    """Return a line that begins with no letter so that nothing begins with it, nor is lost, nor taken for a place."""
    start = _START.match(line)
    if start:
        return f"{line[: start.end()]}\\{line[start.end() :]}" if start[0].isdigit() else f"\\{line}"
    return f"&#{ord(line[0])};{line[1:]}" if line[:1].isspace() or is_foot(line) else line
