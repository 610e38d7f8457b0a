r"""The canonical text of one document version: ONE string and the block, span and section ranges over it.

All offsets are code points from the start of the string, ranges are half-open. The string is NFC-left-as-found with
``\n`` line ends and without other control characters (no tabs: readers expand them).
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from operator import sub
from typing import NamedTuple, overload

KINDS = ("paragraph", "heading", "item", "quote", "code", "table", "rule", "image")
"""The kinds of block, in the order of their stored numbers."""

_PIECE = 1 << 18
_NO_MORE = (0, 0, "")
_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}

SPAN_KINDS = ("emphasis", "strong", "code", "strike", "link", "image", "place", "note")
"""The kinds of inline span. A ``place`` is a link to somewhere in the text, a ``note`` the mark of a footnote."""


INSIDE = "inside:"
"""What stands in the target of an image before the part of the document's own file that it is."""


class Block(NamedTuple):
    """One block: ``string[start:end]``, without the line end that follows it.

    `level` is a heading's level (1-6) or a list item's depth (1...); `quote` the depth of quotation around the block;
    `marker` what a list item starts with (``•``, ``3.``; not part of the string, empty where an item goes on); `gap`
    the blank rows above it on screen.
    """

    start: int
    end: int
    kind: str = "paragraph"
    level: int = 0
    quote: int = 0
    marker: str = ""
    gap: int = 1


Row = tuple[int, int, str, int, int, str, int]
"""A block that is no more than its values."""


class Span(NamedTuple):
    """Inline markup over ``[start, end)``; `target` is where a link or image points.

    Of a place and a note it is the offset of what they lead to, in decimal.
    """

    start: int
    end: int
    kind: str
    target: str = ""


class Section(NamedTuple):
    """A heading and what follows it, until the next heading of the same or a higher level."""

    start: int
    end: int
    level: int
    title: str


class Page(NamedTuple):
    """Where a page of the source begins, and how it is called there (``xii``, ``12``)."""

    start: int
    label: str


class Mark(NamedTuple):
    """What was marked in the file itself: ``[start, end)``, or -1 and -1 where it is about all of it.

    `key` tells it from other marks of the file, and is the same in a later version of that. `color` is one of ours, or
    empty; `created` a time in UTC, or empty.
    """

    start: int
    end: int
    key: str
    note: str = ""
    color: str = ""
    author: str = ""
    created: str = ""


class Meta(NamedTuple):
    """What a document says of itself. `language` is a BCP 47 tag or empty, `format` a reader's short name."""

    title: str = ""
    authors: tuple[str, ...] = ()
    date: str = ""
    language: str = ""
    source: str = ""
    format: str = ""


class Columns(NamedTuple):
    """Blocks by column. `extra` has index, level, quote and marker of those that have any."""

    starts: array[int]
    ends: array[int]
    kinds: bytes | bytearray
    gaps: bytes | bytearray
    extra: Sequence[tuple[int, int, int, str]]


class Blocks(Sequence[Block]):
    """A sequence of blocks in order, held in arrays: a 4 MB text has 30,000 of them, and tuples would cost 10 MB."""

    __slots__ = ("_ends", "_extra", "_gaps", "_kinds", "_starts")

    def __init__(self, blocks: Iterable[Row] = ()) -> None:
        rows = tuple(blocks)
        starts, ends, kinds, levels, quotes, markers, gaps = zip(*rows, strict=True) if rows else ((),) * 7
        self._starts, self._ends = array("I", starts), array("I", ends)
        self._kinds, self._gaps = bytearray(map(_NUMBERS.__getitem__, kinds)), bytearray(gaps)
        self._extra: dict[int, tuple[int, int, str]] = {}
        if any(levels) or any(quotes) or any(markers):
            extra = enumerate(zip(levels, quotes, markers, strict=True))
            self._extra = {index: more for index, more in extra if more != _NO_MORE}

    @classmethod
    def plain(cls, starts: Iterable[int], ends: Iterable[int], gaps: bytes) -> Blocks:
        """Return paragraphs made at once from their starts, ends and gaps: the fast way in for plain text."""
        made = cls()
        made._starts, made._ends = array("I", starts), array("I", ends)
        made._kinds, made._gaps = bytearray(len(made._starts)), bytearray(gaps)
        return made

    @classmethod
    def from_columns(cls, columns: Columns) -> Blocks:
        """Return the blocks that :meth:`columns` took apart."""
        made = cls()
        made._starts, made._ends = array("I", columns.starts), array("I", columns.ends)
        made._kinds, made._gaps = bytearray(columns.kinds), bytearray(columns.gaps)
        made._extra = {index: (level, quote, marker) for index, level, quote, marker in columns.extra}
        return made

    def columns(self) -> Columns:
        """Return the blocks as columns, to be stored."""
        extra = [(index, *values) for index, values in self._extra.items()]
        return Columns(self._starts, self._ends, self._kinds, self._gaps, extra)

    def append(self, block: Block) -> None:
        """Add `block` at the end."""
        start, end, kind, level, quote, marker, gap = block
        if level or quote or marker:
            self._extra[len(self._starts)] = (level, quote, marker)
        self._starts.append(start)
        self._ends.append(end)
        self._kinds.append(_NUMBERS[kind])
        self._gaps.append(gap)

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, index: int) -> Block: ...
    @overload
    def __getitem__(self, index: slice) -> list[Block]: ...
    def __getitem__(self, index: int | slice) -> Block | list[Block]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if index < 0:
            index += len(self)
        level, quote, marker = self._extra.get(index, (0, 0, ""))
        return Block(
            self._starts[index], self._ends[index], KINDS[self._kinds[index]], level, quote, marker, self._gaps[index]
        )

    def at(self, offset: int) -> int:
        """Return the index of the block that holds `offset`; between two blocks it is the earlier one (0 at least)."""
        return max(0, bisect_right(self._starts, offset) - 1)

    def longest(self) -> int:
        """Return the length of the longest block, 0 where there is none."""
        return max(map(sub, self._ends, self._starts), default=0)

    def of_kind(self, kind: str) -> list[int]:
        """Return the indices of the blocks of one kind, in order."""
        number, found, at = KINDS.index(kind), [], -1
        while (at := self._kinds.find(number, at + 1)) >= 0:
            found.append(at)
        return found

    def between(self, start: int, end: int) -> range:
        """Return the indices of the blocks that touch ``[start, end)``."""
        first = bisect_left(self._ends, start)
        return range(first, max(first, bisect_left(self._starts, end)))


class Text:
    """One version of a document: immutable once made.

    `fill` is the column at which the source's lines were broken by hand (hard-wrapped plain text), 0 where a line end
    inside a block is always meant. `reader` names the reader and its version (``markdown/1``), `file_hash` is the
    SHA-256 of the bytes it was read from, in hex. `marks` are highlights and notes that the file brings along.
    """

    __slots__ = (
        *(
            "_hash",
            "blocks",
            "file_hash",
            "fill",
            "marks",
            "meta",
            "pages",
            "reader",
            "sections",
            "spans",
            "string",
            "warnings",
        ),
    )

    def __init__(  # noqa: PLR0913  # one value for each part of a text
        self,
        string: str,
        blocks: Blocks | Iterable[Block],
        spans: Iterable[Span] = (),
        sections: Iterable[Section] = (),
        *,
        meta: Meta | None = None,
        fill: int = 0,
        reader: str = "",
        file_hash: str = "",
        warnings: Iterable[str] = (),
        pages: Iterable[Page] = (),
        marks: Iterable[Mark] = (),
    ) -> None:
        self.string = string
        self.blocks = blocks if isinstance(blocks, Blocks) else Blocks(blocks)
        self.spans = tuple(spans)
        self.sections = tuple(sections)
        self.meta = meta or Meta()
        self.fill = fill
        self.reader = reader
        self.file_hash = file_hash
        self.warnings = tuple(warnings)
        self.pages = tuple(pages)
        self.marks = tuple(marks)
        self._hash = ""

    def __len__(self) -> int:
        return len(self.string)

    def described(self, meta: Meta) -> Text:
        """Return the same text with other words about it."""
        return self._with(meta, self.marks)

    def marked(self, marks: Iterable[Mark]) -> Text:
        """Return the same text with other marks of the file."""
        return self._with(self.meta, marks)

    def _with(self, meta: Meta, marks: Iterable[Mark]) -> Text:
        return Text(
            self.string,
            self.blocks,
            self.spans,
            self.sections,
            meta=meta,
            fill=self.fill,
            reader=self.reader,
            file_hash=self.file_hash,
            warnings=self.warnings,
            pages=self.pages,
            marks=marks,
        )

    @property
    def hash(self) -> str:
        """SHA-256 of the string in UTF-8, in hex: the identity of this text version."""
        if not self._hash:
            found = hashlib.sha256()
            for start in range(0, len(self.string), _PIECE):  # a large text is not to be there twice
                found.update(self.string[start : start + _PIECE].encode())
            self._hash = found.hexdigest()
        return self._hash

    def spans_in(self, start: int, end: int) -> Iterator[Span]:
        """Yield the spans that touch ``[start, end)``; a span never leaves its block."""
        if not self.spans or not self.blocks:
            return
        first = self.blocks[self.blocks.at(start)].start
        for i in range(bisect_left(self.spans, (first,)), len(self.spans)):
            span = self.spans[i]
            if span.start >= end:
                return
            if span.end > start:
                yield span

    def page_at(self, offset: int) -> str:
        """Return the label of the page of the source that `offset` stands on; nothing where there is none."""
        index = bisect_right(self.pages, offset, key=lambda page: page.start)
        return self.pages[index - 1].label if index else ""

    def sections_at(self, offset: int) -> list[Section]:
        """Return the sections around `offset`, the outermost first."""
        return [section for section in self.sections if section.start <= offset < max(section.end, section.start + 1)]
