"""A text with its marks, block by block, as HTML in which nothing foreign is markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from storage.visible import one_line, visible

if TYPE_CHECKING:
    from storage.model import Annotation
    from storage.text import Block, Span, Text

_TAGS = {"emphasis": "em", "strong": "strong", "code": "code", "strike": "s"}
_WEB = ("http://", "https://", "mailto:")


class Mark(NamedTuple):
    """A piece of an annotation: ``[start, end)`` in the text, the colour it is shown in, whether it is the first."""

    start: int
    end: int
    annotation: Annotation
    color: str
    first: bool


Ranged = TypeVar("Ranged", "Mark", "Span")


def escaped(string: str) -> str:
    """Return foreign text so that it is text in HTML, also in an attribute between double quotes."""
    return escape(visible(string))


def marks(annotations: Sequence[tuple[Annotation, str]]) -> list[Mark]:
    """Return the pieces of annotations, which come with their colours, in order."""
    return sorted(
        (
            Mark(start, end, one, color, number == 0)
            for one, color in annotations
            for number, (start, end) in enumerate(one.ranges)
        ),
        key=lambda mark: (mark.start, -mark.end),
    )


class Page:
    """The blocks of `text` as HTML; `name` is what ids in it begin with."""

    def __init__(self, text: Text, found: Sequence[Mark], name: str) -> None:
        self._text = text
        self._marks = found
        self._name = name
        self._break = "\n" if text.fill else "<br>\n"

    def blocks(self) -> Iterator[tuple[str, list[Annotation]]]:
        """Yield the HTML of each block, and the annotations that begin in it."""
        open_marks: list[Mark] = []
        at = 0
        for block in self._text.blocks:
            open_marks = [mark for mark in open_marks if mark.end > block.start]
            begun = at
            while at < len(self._marks) and self._marks[at].start < block.end:
                at += 1
            new = self._marks[begun:at]
            open_marks += new
            yield self._block(block, open_marks), [mark.annotation for mark in new if mark.first]

    def _block(self, block: Block, found: Sequence[Mark]) -> str:
        if block.kind == "rule":
            return "<hr>"
        inside = "".join(self._segments(block, found))
        name = f' id="{self._name}-{block.start}"'
        if block.kind == "heading":
            level = min(6, block.level + 1)
            html = f"<h{level}{name}>{inside}</h{level}>"
        elif block.kind in {"code", "table"}:
            html = f'<pre{name} class="{block.kind}">{inside}</pre>'
        elif block.kind == "item":
            marker = f'<span class="marker">{escaped(block.marker)}</span> ' if block.marker else ""
            html = f'<p{name} class="item l{min(6, max(1, block.level))}">{marker}{inside}</p>'
        else:
            html = f"<p{name}>{inside}</p>"
        return "<blockquote>" * min(6, block.quote) + html + "</blockquote>" * min(6, block.quote)

    def _segments(self, block: Block, found: Sequence[Mark]) -> Iterator[str]:
        """Yield the block in pieces over which nothing changes: neither a span nor a mark."""
        spans = sorted(self._text.spans_in(block.start, block.end))
        edges = {block.start, block.end}
        for start, end in (*(one[:2] for one in spans), *(one[:2] for one in found)):
            edges.add(min(max(start, block.start), block.end))
            edges.add(min(max(end, block.start), block.end))
        over_spans, over_marks = _Over(spans), _Over(found)
        for start, end in pairwise(sorted(edges)):
            html = escaped(self._text.string[start:end])
            if block.kind not in {"code", "table"}:
                html = html.replace("\n", self._break)
            for span in over_spans.at(start):
                html = self._spanned(span, html)
            yield _marked(html, start, over_marks.at(start))

    def _spanned(self, span: Span, html: str) -> str:
        if span.kind in _TAGS:
            return f"<{_TAGS[span.kind]}>{html}</{_TAGS[span.kind]}>"
        if span.kind == "link" and span.target.lower().startswith(_WEB):
            return f'<a href="{escaped(one_line(span.target))}" rel="noopener noreferrer">{html}</a>'
        if span.kind in {"place", "note"} and span.target.isdecimal() and self._text.blocks:
            blocks = self._text.blocks
            led = f'<a href="#{self._name}-{blocks[blocks.at(int(span.target))].start}">{html}</a>'
            return f"<sup>{led}</sup>" if span.kind == "note" else led
        return html


class _Over(Generic[Ranged]):
    """Which of some ranges, in order, lie over an offset; the offsets are asked for in order too."""

    def __init__(self, ranges: Sequence[Ranged]) -> None:
        self._rest: list[Ranged] = list(reversed(ranges))
        self._open: list[Ranged] = []

    def at(self, offset: int) -> list[Ranged]:
        """Return the ranges over `offset`, in code points."""
        while self._rest and self._rest[-1].start <= offset:
            self._open.append(self._rest.pop())
        self._open = [one for one in self._open if one.end > offset]
        return self._open


def _marked(html: str, start: int, found: Sequence[Mark]) -> str:
    """Return a piece under its marks, the longest first: in the colour of the last, with the id of one that begins."""
    if not found or not html.strip():
        return html
    found = sorted(found, key=lambda mark: mark.start - mark.end)
    ids = " ".join(f"a-{mark.annotation.uuid}" for mark in found)
    colors = " ".join(mark.color for mark in found)
    begins = next((mark for mark in found if mark.start == start and mark.first), None)
    name = f' id="a-{escaped(begins.annotation.uuid)}"' if begins else ""
    several = f' data-c="{colors}"' if len(found) > 1 else ""
    look = f"c-{found[-1].color}{' several' if several else ''}"
    return f'<mark{name} class="{look}" data-a="{escaped(ids)}"{several}>{html}</mark>'
