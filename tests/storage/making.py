"""Texts and libraries for the tests of storage."""

import hashlib
from pathlib import Path

from storage.library import Library
from storage.text import Block, Blocks, Meta, Text
from storage.transactions import Transactions

FOX = "The quick brown fox jumps over the lazy dog.\nIt was not amused. The fox was.\nThe end, said the fox."

THE_NOTE = "So “quick” — ünïcode \U0001f98a"


def text_of(string: str, title: str = "Fox", *, reader: str = "plain/1", data: bytes | None = None) -> Text:
    blocks, at = Blocks(), 0
    for line in string.split("\n"):
        blocks.append(Block(at, at + len(line)))
        at += len(line) + 1
    file_hash = hashlib.sha256(string.encode() if data is None else data).hexdigest()
    return Text(string, blocks, meta=Meta(title=title, format="txt"), reader=reader, file_hash=file_hash)


def library_in_memory(state: Path) -> Library:
    return Library(state / "library.json", Transactions(), state)


def place(string: str, quote: str, number: int = 1) -> tuple[int, int]:
    """Where `quote` stands in `string` for the `number`-th time."""
    at = -1
    for _ in range(number):
        at = string.index(quote, at + 1)
    return at, at + len(quote)


def content(library: Library) -> dict[str, object]:
    """What a reader sees of a library: nothing of stamps, dots or times of change."""
    tags = {tag.uuid: tag.path for tag in library.tags()}
    return {
        "documents": [(d.uuid, d.title, d.state, dict(d.attributes)) for d in library.documents()],
        "annotations": sorted(
            (
                (a.uuid, a.ranges, a.exact, a.note, a.color, a.state, sorted(tags[tag] for tag in a.tags), set(a.links))
                for a in library.annotations()
            ),
            key=repr,
        ),
        "tags": sorted((tag.uuid, tag.path, tag.color, tag.key, tag.description, tag.group) for tag in library.tags()),
        "memos": sorted((memo.uuid, memo.about, memo.note) for memo in library.memos()),
        "bookmarks": [(b.uuid, b.name, b.offset) for d in library.documents() for b in library.bookmarks(d.uuid)],
    }
