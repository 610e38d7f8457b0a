"""A note that is brought up to date: blocks of ours, each between two marks, and around them what the reader wrote.

A block begins with ``manicula ID SUM`` and ends with ``/manicula``, each a comment on a line of its own. `ID` is the
uuid of what the block says, `SUM` the CRC-32 of its body, so that one edited by hand is known. The order of the blocks
in a note is the reader's; a new one follows the one that it follows in the text.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from storage.errors import DocumentError


class Marks(NamedTuple):
    """What a comment of a format stands between."""

    before: str
    after: str = ""

    def comment(self, words: str) -> str:
        """Return `words` as a comment on a line of its own."""
        return f"{self.before} {words} {self.after}".rstrip()


class Block(NamedTuple):
    """A block as it is to be: the uuid of what it says, and what that is."""

    name: str
    body: str


class Part(NamedTuple):
    """A block as it stands in a note, marks and all, and the reader's text up to the next one."""

    name: str
    body: str
    sum: str
    raw: str
    tail: str

    @property
    def touched(self) -> bool:
        """Whether it was edited by hand."""
        return _sum(self.body) != self.sum


class Note(NamedTuple):
    """A note taken apart: the text before the first block, and the blocks."""

    head: str
    parts: list[Part]


def _sum(body: str) -> str:
    return f"{zlib.crc32(body.encode(errors='replace')):08x}"


def _inside(body: str) -> str:
    return "\n".join(line.rstrip() for line in body.split("\n")).strip("\n")


def written(block: Block, marks: Marks) -> str:
    """Return a block between its marks."""
    body = _inside(block.body)
    return f"{marks.comment(f'manicula {block.name} {_sum(body)}')}\n\n{body}\n\n{marks.comment('/manicula')}\n"


def parse(note: str, marks: Marks) -> Note:
    """Take a note with LF line ends apart; a second block with one name is the reader's own text.

    Raises DocumentError that names the line of a block which does not end.
    """
    spots = list(_spots(note, marks))
    ends = [*(begin.start() for begin, _ in spots[1:]), len(note)][: len(spots)]
    parts = [
        Part(
            begin[1],
            _inside(note[begin.end() : end.start()]),
            begin[2],
            note[begin.start() : end.end()],
            note[end.end() : tail],
        )
        for (begin, end), tail in zip(spots, ends, strict=True)
    ]
    return Note(note[: spots[0][0].start()] if spots else note, parts)


def _spots(note: str, marks: Marks) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    """Yield the marks between which each block stands."""
    gap, line_end = r"[^\S\n]*", r"[^\S\n]*(?:\n|\Z)"
    words = rf"(?:manicula (\S+) ([0-9a-f]{{8}})|/manicula){gap}{re.escape(marks.after)}"
    begin: re.Match[str] | None = None
    names: set[str] = set()
    for mark in re.finditer(rf"^{re.escape(marks.before)} {words}{line_end}", note, re.MULTILINE):
        if begin is not None and mark[1]:
            break
        if mark[1]:
            begin = mark
        elif begin is not None:
            if begin[1] not in names:
                yield begin, mark
            names.add(begin[1])
            begin = None
    if begin is not None:
        line = note.count("\n", 0, begin.start()) + 1
        raise DocumentError(f"the block that begins on line {line} has no end; mend its marks or take them away")


def merged(note: Note, blocks: Iterable[Block], marks: Marks, *, force: bool = False) -> tuple[str, int]:
    """Return a note with its blocks as they are to be, and how many stay as the reader edited them.

    Blocks that are not in `blocks` go, and new ones come; the reader's text stays, all of it. With `force` also
    what was edited by hand is written anew.
    """
    wanted = {block.name: block for block in blocks}
    here = {part.name for part in note.parts}
    new: dict[str, list[Block]] = defaultdict(list)
    before = ""
    for name, block in wanted.items():
        if name in here:
            before = name
        else:
            new[before].append(block)
    made = _Writing(note.head, marks)
    made.insert(new[""], more=bool(note.parts))
    kept = 0
    for number, part in enumerate(note.parts, 1):
        touched = part.touched and not force and _changed(part, wanted.get(part.name))
        kept += touched
        made.put(part, part.raw if touched else _renewed(part, wanted.get(part.name), marks))
        made.insert(new[part.name], more=number < len(note.parts))
    return made.string, kept


def _changed(part: Part, block: Block | None) -> bool:
    return block is None or part.body != _inside(block.body)


def _renewed(part: Part, block: Block | None, marks: Marks) -> str:
    """Return what stands in the place of a block; the very same where nothing has changed."""
    if block is None:
        return ""
    return written(block, marks) if part.touched or _changed(part, block) else part.raw


class _Writing:
    """A note on its way: what is written so far."""

    def __init__(self, head: str, marks: Marks) -> None:
        self._pieces: list[str] = []
        self._end = ""
        self._marks = marks
        self._add(head)

    @property
    def string(self) -> str:
        return "".join(self._pieces)

    def put(self, part: Part, raw: str) -> None:
        """Write a block that was there, and what follows it; white space after one that goes, goes too."""
        if raw or part.tail.strip():
            self._add(raw + part.tail)

    def insert(self, blocks: list[Block], *, more: bool) -> None:
        """Write new blocks with a blank line between them; `more` blocks follow."""
        for block in blocks:
            if self._end:
                self._add("" if self._end == "\n\n" else "\n" if self._end[-1] == "\n" else "\n\n")
            self._add(written(block, self._marks))
        if blocks and more:
            self._add("\n")

    def _add(self, string: str) -> None:
        self._pieces.append(string)
        self._end = (self._end + string)[-2:]
