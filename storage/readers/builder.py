"""The one owner of white space and offsets: puts blocks and inline spans together into a canonical `Text`.

Rules: inside a block every run of spaces, tabs and line ends is one space, none stands at its start or end; a line end
is there only where it is meant. What is preformatted keeps its white space, but not at the ends of its lines. Blocks
are separated by an empty line, or by a line end where no blank row is wanted between them. No block is empty, and none
is longer than `LONGEST`: a longer one goes on as another block without a gap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from operator import itemgetter

from storage.text import Block, Blocks, Meta, Page, Row, Section, Span, Text

LONGEST = 32_768
"""Characters of the longest block, so that wrapping and segmenting one stays bounded."""

RULE = "* * *"
"""What a thematic break is in the string."""

_TITLE = 100
_SHORT_TITLE = 60
_URL = re.compile(r"https?://[^\s<>\"“”]+")
_URL_TAIL = ".,;:!?'\"*_~)]}’”»"
_LANGUAGE = re.compile(r"[A-Za-z][\w+#.-]{0,30}")
_INSIDE = frozenset({"link", "note"})
_PARAGRAPH = Block(0, 0)
_new = tuple.__new__
"""Makes a named tuple of a tuple in a third of the time that its class needs."""
_SPACES = re.compile(" {2,}")
_JOINED = re.compile("[\u0300-\u036f\u200d\u20d0-\u20f0\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")


Piece = str | tuple[str, ...] | None
"""Running text; kind and target of a span that begins; what stays as it is, in a tuple; `_NEWLINE`; a span's end."""
_NEWLINE: tuple[str, ...] = ()


class Inline:
    """The text of one block while it is being collected, and the spans in it, counted from its start.

    What comes is only put down in `pieces`, and gone through when it is asked what it makes. `begun` are the spans that
    were open then: where they start, their kind and target.
    """

    __slots__ = ("_last", "_length", "_parts", "_spans", "begun", "pictured", "pieces")

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.begun: list[tuple[int, str, str]] = []
        self._parts: list[str] = []
        self._spans: list[Span] = []
        self._length = 0
        self._last = "\n"
        self.pictured = False

    def add(self, string: str) -> None:
        """Add running text; its white space collapses, also with what stands before it."""
        self.pieces.append(string)

    def verbatim(self, string: str) -> None:
        """Add `string` as it is."""
        self.pieces.append((string,))

    def newline(self) -> None:
        """Add a line end that is meant, none at the start or after another; spaces before it are dropped."""
        self.pieces.append(_NEWLINE)

    def open(self, kind: str, target: str = "") -> None:
        """Begin a span here."""
        self.pieces.append((kind, target))

    def close(self) -> None:
        """End the span begun last, before a space that follows its words; one without text leaves nothing."""
        self.pieces.append(None)

    def span(self, string: str, kind: str, target: str = "") -> None:
        """Add `string` as it is, as one span."""
        self.pieces += ((kind, target), (string,), None)
        self.pictured = self.pictured or kind == "image"

    def __len__(self) -> int:
        """Return how many characters there are so far."""
        self._take()
        return self._length

    def only_images(self) -> bool:
        """Tell whether there is nothing but images so far."""
        if not self.pictured:
            return False
        self._take()
        images = sum(span.end - span.start for span in self._spans if span.kind == "image")
        return images > 0 and images == sum(len(part) for part in self._parts if not part.isspace())

    def finish(self) -> tuple[str, list[Span]]:
        """Return the text without white space around it, and its spans, and begin anew; open spans go on."""
        self._take()
        if begun := self.begun:
            end = self._length - (self._last == " ")
            self._spans += [_new(Span, (start, end, *what)) for start, *what in reversed(begun) if end > start]
            self.begun = [(0, kind, target) for _, kind, target in begun]
        if self._last in " \n":
            self._trim(" \n")
        made = "".join(self._parts), self._spans
        self._parts.clear()
        self._spans, self._length, self._last, self.pictured = [], 0, "\n", False
        return made

    def _take(self) -> None:  # noqa: C901  # calls are what would take time here
        """Go through what was put down."""
        length, last, put, begun, spans = self._length, self._last, self._parts.append, self.begun, self._spans
        for piece in self.pieces:
            if piece is None:
                if begun:
                    start, kind, target = begun.pop()
                    end = length - (last == " ")
                    if end > start:
                        spans.append(_new(Span, (start, end, kind, target)))
                continue
            if type(piece) is str:
                string = piece
                if "\n" in string or "\t" in string:
                    string = string.replace("\n", " ").replace("\t", " ")
                if "  " in string:
                    string = _SPACES.sub(" ", string)
                if last in " \n" and string[:1] == " ":
                    string = string[1:]
            elif len(piece) == 2:  # noqa: PLR2004  # kind and target
                begun.append((length, piece[0], piece[1]))
                continue
            elif piece:
                string = piece[0]
            else:
                self._length = length
                self._trim(" ")
                length, last = self._length, self._last
                string = "\n" if last != "\n" else ""
            if string:
                put(string)
                length += len(string)
                last = string[-1]
        self._length, self._last = length, last
        self.pieces.clear()

    def _trim(self, what: str) -> None:
        """Drop white space at the end."""
        parts, length = self._parts, self._length
        while parts:
            last = parts.pop()
            kept = last.rstrip(what)
            length -= len(last) - len(kept)
            if kept:
                parts.append(kept)
                break
        self._length, self._last = length, parts[-1][-1] if parts else "\n"
        spans, cut = self._spans, []
        while spans and spans[-1].end > length:
            span = spans.pop()
            if span.start < length:
                cut.append(span._replace(end=length))
        spans += reversed(cut)


def words_of(string: str) -> str:
    """Return the text of a block that has nothing but running text in it: what `Inline` makes of it."""
    if "\n" in string or "\t" in string:
        string = string.replace("\n", " ").replace("\t", " ")
    if "  " in string:
        string = _SPACES.sub(" ", string)
    return string.strip(" ")


class Builder:
    """Collects blocks and makes the text of them."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._rows: list[Row] = []
        self._spans: list[tuple[int, int, str, str]] = []
        self._headings: list[tuple[int, int, str]] = []

    def __len__(self) -> int:
        """Return how many characters there are so far."""
        return self._length

    def block(self, string: str, spans: Sequence[Span] = (), shape: Block | None = None) -> int:
        """Add a block with the kind, level, quote, marker and gap of `shape`; an empty one is left out.

        `spans` count from the start of `string`. Returns the offset at which it starts, -1 where it was left out.
        """
        _, _, kind, level, quote, marker, gap = shape or _PARAGRAPH
        return self.put(string, spans, kind, level, quote, marker, gap)

    def put(  # noqa: PLR0913, PLR0917  # one value for each part of a block
        self, string: str, spans: Sequence[Span], kind: str, level: int, quote: int, marker: str, gap: int
    ) -> int:
        """Do what `block` does, without a shape."""
        if not string:
            return -1
        start = self._length
        if start:
            joint = "\n\n" if gap else "\n"
            self._parts.append(joint)
            start += len(joint)
        else:
            gap = 0
        self._parts.append(string)
        self._length = end = start + len(string)
        if spans:
            self._spans += [(first + start, last + start, said, target) for first, last, said, target in spans]
        if kind == "heading":
            self._headings.append((start, level, " ".join(string.split())))
        self._rows.append((start, end, kind, level, quote, marker, gap))
        return start

    def paragraphs(self, strings: Iterable[str]) -> tuple[int, str]:
        """Add plain paragraphs, each what `words_of` makes of one of `strings`; those that are empty are left out.

        Returns the first of them and the offset at which it starts, -1 where all are empty.
        """
        found = [one for one in map(words_of, strings) if one]
        if not found:
            return -1, ""
        start = self.put(found[0], (), "paragraph", 0, 0, "", 1)
        end, parts, rows = self._length, self._parts, self._rows
        for string in found[1:]:
            at = end + 2
            end = at + len(string)
            parts += ("\n\n", string)
            rows.append((at, end, "paragraph", 0, 0, "", 1))
        self._length = end
        return start, found[0]

    def resolve(self, places: Mapping[str, int]) -> None:
        """Have the links whose target is one of `places` lead to its offset; a note without a place is no span."""
        resolved = []
        for span in self._spans:
            start, end, kind, target = span
            at = places.get(target) if kind in _INSIDE else None
            if at is not None:
                resolved.append((start, end, "note" if kind == "note" else "place", str(at)))
            elif kind != "note":
                resolved.append(span)
        self._spans = resolved

    def build(  # noqa: PLR0913  # one value for each part of a text
        self,
        *,
        reader: str,
        meta: Meta | None = None,
        file_hash: str = "",
        warnings: Iterable[str] = (),
        outline: Iterable[tuple[int, int, str]] = (),
        pages: Iterable[Page] = (),
    ) -> Text:
        """Return the text of all blocks added so far.

        `outline` are offset, level and title of the sections, in order, where the source says more than its headings.
        """
        string = "".join(self._parts)
        self._spans.sort(key=itemgetter(1), reverse=True)
        self._spans.sort(key=itemgetter(0))
        spans = list(map(_new, repeat(Span), self._spans))
        blocks: Blocks | list[Block] = (rows := Blocks(self._rows))
        if rows.longest() > LONGEST:
            blocks = [piece for block in rows for piece in _pieces(string, block)]
            spans = list(_within(spans, blocks))
        return Text(
            string,
            blocks,
            spans,
            _sections(list(outline) or self._headings, len(string)),
            meta=meta,
            reader=reader,
            file_hash=file_hash,
            warnings=warnings,
            pages=pages,
        )


def add_linked(inline: Inline, string: str) -> None:
    """Add running text; an address of the web in it becomes a link."""
    at = 0
    for match in _URL.finditer(string) if "://" in string else ():
        url = match[0].rstrip(_URL_TAIL if "(" not in match[0] else _URL_TAIL.replace(")", ""))
        inline.add(string[at : match.start()])
        inline.span(url, "link", url)
        at = match.start() + len(url)
    inline.add(string[at:])


def preformatted(string: str) -> str:
    """Return `string` without the spaces at the ends of its lines and without empty lines around it."""
    return "\n".join(line.rstrip() for line in string.split("\n")).strip("\n")


def in_language(code: str, said: str) -> list[Span]:
    """Return the span that says in which language a code block is, where `said` begins with a name of one."""
    found = _LANGUAGE.match(said)
    return [Span(0, len(code), "code", found[0].lower())] if found and code else []


def cuts(string: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges of at most `LONGEST` characters that ``string[start:end]`` is cut into.

    It is cut at the last line end, else at the last space, else between two characters that do not belong together.
    """
    while end - start > LONGEST:
        last = start + LONGEST
        at = string.rfind("\n", start + LONGEST // 2, last)
        if at < 0:
            at = string.rfind(" ", start + 1, last)
        after = at + 1
        if at < 0:
            at = last
            while at > last - LONGEST // 2 and _JOINED.match(string, at):
                at -= 1
            after = at
        yield start, at
        start = after
    yield start, end


def title_of(string: str, stem: str) -> str:
    """Return a title for a text that has none: its short first line, else the first words of it, else `stem`."""
    line = string[: 4 * _TITLE].lstrip().partition("\n")[0].strip()
    if not any(map(str.isalnum, line)):
        return stem
    if len(line) <= _TITLE:
        return line
    cut = line.rfind(" ", 0, _SHORT_TITLE)
    return line[: cut if cut > 0 else _SHORT_TITLE].rstrip(" ,;:.-–—") + "…"


def _pieces(string: str, block: Block) -> Iterator[Block]:
    for number, (start, end) in enumerate(cuts(string, block.start, block.end)):
        piece = block._replace(start=start, end=end)
        yield piece if number == 0 else piece._replace(gap=0, marker="")


def _within(spans: Iterable[Span], blocks: list[Block]) -> Iterator[Span]:
    """Yield `spans` cut where the blocks are cut, so that none leaves its block."""
    index = 0
    for span in spans:
        while blocks[index].end <= span.start:
            index += 1
        inside = index
        while inside < len(blocks) and blocks[inside].start < span.end:
            start, end = max(span.start, blocks[inside].start), min(span.end, blocks[inside].end)
            if start < end:
                yield span._replace(start=start, end=end)
            inside += 1


def _sections(headings: list[tuple[int, int, str]], length: int) -> list[Section]:
    sections: list[Section] = []
    ends: list[tuple[int, int]] = []
    for start, level, title in reversed(headings):
        while ends and ends[-1][1] > level:
            ends.pop()
        sections.append(Section(start, ends[-1][0] if ends else length, level, title))
        ends.append((start, level))
    return sections[::-1]


def stem(name: str) -> str:
    """Return the file name in `name` without folders and suffix."""
    base = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return base.rpartition(".")[0] or base
