"""Notes for Obsidian: properties, a callout per annotation with a block id, nested tags.

Into a folder each document becomes a note with properties (YAML) of its own. A block id is the beginning of the
annotation's id, so that ``[[Title#^09ef8aab]]`` leads to it, and ``manicula open 09ef8aab`` back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TextIO

from storage.exchange import markdown
from storage.exchange.entry import paragraphs
from storage.exchange.notes import Marks
from storage.visible import one_line

if TYPE_CHECKING:
    from storage.exchange.entry import Collection, Entry
    from storage.model import Document

MARKS = Marks("%%", "%%")
"""What stands around a mark in a note."""

BLOCK = 8
"""Characters of an id that name a block; more where several of an export begin alike."""

_ALSO = re.compile(r"(\\.)|[%=$^]")
_NOT_IN_TAG = re.compile(r"[^\w/-]+")


def dump(collection: Collection, out: TextIO) -> None:
    """Write `collection` to `out`: with properties where it is about one document alone."""
    alone = len(collection.documents()) == 1
    document, blocks, gap = "", _Blocks(), ""
    for entry in collection:
        if entry.document.uuid != document:
            document = entry.document.uuid
            head = front(entry.document, collection.tags()) if alone else f"# {_escaped(entry.document.title)}"
            out.write(f"{gap}{head}\n")
            gap = "\n"
        out.writelines(f"\n{block}\n" for block in _annotation(entry, blocks))


def about(document: Document) -> str:
    """Return what a note says of `document` beside its properties: nothing, they say it all."""
    del document
    return ""


def passages(entries: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    """Yield the uuid of each annotation of one document, and what a note says of it."""
    blocks = _Blocks()
    for entry in entries:
        yield entry.annotation.uuid, "\n\n".join(_annotation(entry, blocks))


class _Blocks:
    """The ids of blocks, each once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, uuid: str) -> str:
        """Return the shortest beginning of `uuid` that no other block has."""
        length = BLOCK
        while (name := uuid[:length]) in self._taken and length < len(uuid):
            length += 1
        self._taken.add(name)
        return name


def front(document: Document, tags: Iterable[str]) -> str:
    """Return the properties that a note on `document` begins with, `tags` among them.

    JSON is YAML, so that no value becomes structure.
    """
    said = {
        "title": document.title,
        "authors": list(document.authors),
        "date": document.date,
        "source": document.source or (document.paths[-1] if document.paths else ""),
        "tags": list(dict.fromkeys(filter(None, map(_tag, tags)))),
        "created": document.added[: len("2026-01-01")],
        "manicula": document.uuid,
    }
    lines = [f"{name}: {_yaml(value)}" for name, value in said.items() if value]
    return "\n".join(["---", *lines, "---"])


def _yaml(value: object) -> str:
    return json.dumps(_on_one_line(value), ensure_ascii=False)


def _on_one_line(value: object) -> object:
    return [one_line(str(each)) for each in value] if isinstance(value, list) else one_line(str(value))


def _annotation(entry: Entry, blocks: _Blocks) -> Iterator[str]:
    one = entry.annotation
    name = blocks.of(one.uuid)
    parts = [*map(_paragraph, entry.quoted())]
    parts += [" ".join(f"#{tag}" for tag in map(_tag, entry.tags) if tag)] if entry.tags else []
    parts += map(_paragraph, paragraphs(one.note))
    parts.append(f"`manicula open {name}`")
    head = f"[!{'quote' if one.exact else 'note'}] {entry.where()}"
    lines = [head, *"\n\n".join(parts).split("\n")]
    yield "\n".join(f"> {line}".rstrip() for line in lines)
    yield f"^{name}"


def _tag(path: str) -> str:
    """Return a tag as Obsidian takes it: letters, digits, ``_``, ``-`` and ``/``, and not a number alone."""
    tag = "/".join(part for part in (_NOT_IN_TAG.sub("-", each).strip("-") for each in path.split("/")) if part)
    return f"{tag}-" if tag.isdecimal() else tag


def _paragraph(string: str) -> str:
    return "\\\n".join(_escaped(line, single=False) for line in string.split("\n"))


def _escaped(line: str, *, single: bool = True) -> str:
    """Return foreign text as Obsidian shows it, without links, comments, highlights, formulas or block ids."""
    return _ALSO.sub(
        lambda found: found[0] if found[1] else f"\\{found[0]}", markdown.escape(one_line(line) if single else line)
    )
