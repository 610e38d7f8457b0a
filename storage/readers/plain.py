"""Plain text: paragraphs as its writer set them, by blank lines, by indentation or one to a line.

A survey of the beginning decides for the whole document, so that nothing changes its shape half-way:

- paragraphs are separated by blank lines, in any case;
- where lines were broken by hand (`Text.fill`) and indented lines regularly follow a finished sentence, each indented
  line starts a paragraph, without a blank row;
- where lines are long and not broken by hand, each line is a paragraph.

The indentation of a paragraph's first line is outside its block, unless later lines are indented too: such verse, code
and tables keep the indentation of all their lines. Headings are not guessed.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections import Counter
from itertools import chain, pairwise, repeat
from operator import sub
from typing import NamedTuple

from storage.readers import builder, encoding
from storage.text import Block, Blocks, Meta, Text

NAME = "plain"
VERSION = 1

_SAMPLE = 100_000
_HEAD = 160_000
"""Bytes of the first part of a large file: enough for the survey and for any screen."""
_NARROWEST, _WIDEST = 50, 110
_DEEPEST = 10
_LONG_LINE = 120

_INDENTS = " \u00a0\u3000"
_BLANK = re.compile(rf"\n(\n+)[{_INDENTS}]*")
_INDENT = re.compile(rf"\n(?:(\n+)[{_INDENTS}]*|[{_INDENTS}]+)")
_LINE = re.compile(rf"\n(\n+)?[{_INDENTS}]*")
_LINE_KEPT = re.compile(r"\n(\n+)?")
_INNER_INDENT = re.compile(rf"(?<!\n)\n[{_INDENTS}]+(?=\S)")
_TRAILING = re.compile(r"[^\S\n]\n")
_FINISHED = re.compile(r"""[.!?:;,…。！？]["'”’»)\]]*$""")


class Habit(NamedTuple):
    """How a text was set: the column its lines were broken at (0: not by hand) and what separates paragraphs."""

    fill: int
    separator: re.Pattern[str]


def parse(data: bytes, name: str, file_hash: str) -> Text:
    """Return the text in `data`, the bytes of a plain text file called `name`."""
    string, warnings = encoding.decode(data, name, stripped=True)
    return shape(string, stem=builder.stem(name), file_hash=file_hash, warnings=warnings)


def beginning(data: bytes, name: str) -> Text | None:
    """Return the first part of a large file, with the offsets and the shape that the whole has.

    None for a smaller file, and where the encoding is not surely that of the whole. The text has no `file_hash`: it is
    to be shown while the rest is read, not to be recorded.
    """
    head = data[:_HEAD]
    head = head[: head.rfind(b"\n")]
    if len(data) < 2 * _HEAD or len(head) <= _SAMPLE or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    if not head.isascii() and not _is_utf8(data):
        return None
    string, warnings = encoding.decode(head, name)
    return shape(string, stem=builder.stem(name), warnings=warnings) if len(string) > _SAMPLE else None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def shape(string: str, *, stem: str = "", file_hash: str = "", warnings: list[str] | None = None) -> Text:
    """Return the text of a clean string; `stem` is its title when it names itself by nothing."""
    string = _without_trailing_spaces(string).rstrip()
    habit = survey(string)
    blocks = _blocks(string, habit)
    return Text(
        string,
        blocks,
        meta=Meta(title=builder.title_of(string, stem), format=NAME),
        fill=habit.fill,
        reader=f"{NAME}/{VERSION}",
        file_hash=file_hash,
        warnings=warnings or (),
    )


def verbatim(string: str, title: str = "") -> Text:
    """Return the text of a string that offsets count in: each character keeps its place.

    What has no place in a text (tabs, controls, what turns the reading direction) is a space. The string must have LF
    line ends. Where lines were not broken by hand each of them is a paragraph.
    """
    from storage.visible import UNSAFE  # noqa: PLC0415  # imported when first used

    string = re.sub(UNSAFE, " ", string).replace("\t", " ").replace("\ufeff", " ")
    habit = survey(string)
    if not habit.fill:
        habit = Habit(0, _LINE_KEPT)
    kept = string.rstrip()
    blocks = _blocks(kept, habit) if kept else Blocks()
    return Text(string, blocks, meta=Meta(title=title, format=NAME), fill=habit.fill, reader=f"{NAME}/{VERSION}")


def survey(string: str) -> Habit:
    """Tell from the beginning of `string` how it was set."""
    lines = string[:_SAMPLE].split("\n")
    if len(string) > _SAMPLE and len(lines) > 1:
        del lines[-1]
    lengths = sorted(len(line) for line in lines if line)
    if not lengths:
        return Habit(0, _BLANK)
    inner = [(above, line) for above, line in pairwise(lines) if above and line]
    indented = [(above, line) for above, line in inner if line[0].isspace()]
    fill = _fill(lengths, [pair for pair in inner if not pair[1][0].isspace()])
    if fill:
        return Habit(fill, _INDENT if _starts_paragraphs(indented, len(inner)) else _BLANK)
    if lengths[len(lengths) * 9 // 10] < _LONG_LINE:
        return Habit(0, _BLANK)
    widths = {_width(line) for line in lines if line and line[0].isspace()}
    return Habit(0, _LINE if len(widths) == 1 else _LINE_KEPT)


def _fill(lengths: list[int], inner: list[tuple[str, str]]) -> int:
    """Return the column at which most lines could not take the next word, 0 when there is none.

    `inner` are the lines that are followed by one which is not indented, each with that line. Verse is told by its
    capitals. Who breaks lines by hand is less exact than a program: so the longest lines are not the only candidates.
    """
    capitals = sum(line[0].isupper() for _, line in inner)
    if not inner or capitals * 10 > len(inner) * 6:
        return 0
    for share in (99, 90, 75):
        fill = lengths[(len(lengths) - 1) * share // 100]
        full = sum(len(above) + 1 + len(line.split(None, 1)[0]) > fill for above, line in inner)
        if _NARROWEST <= fill <= _WIDEST and full * 10 >= len(inner) * 7:
            return fill
    return 0


def _starts_paragraphs(indented: list[tuple[str, str]], inner: int) -> bool:
    """Tell whether an indented line means a new paragraph, rather than a list, verse or code."""
    if len(indented) < 2 or len(indented) * 10 > inner * 8:  # noqa: PLR2004  # one may be chance
        return False
    width, count = Counter(_width(line) for _, line in indented).most_common(1)[0]
    finished = sum(bool(_FINISHED.search(above)) for above, _ in indented)
    return width <= _DEEPEST and count * 10 >= len(indented) * 8 and finished * 10 >= len(indented) * 6


def _width(line: str) -> int:
    return len(line) - len(line.lstrip())


def _without_trailing_spaces(string: str) -> str:
    parts = string.split(" \n")
    if len(parts) > 1:
        string = "\n".join([part.rstrip(" ") for part in parts])
    if string.isascii() or not _TRAILING.search(string):
        return string
    return "\n".join(map(str.rstrip, string.split("\n")))


def _blocks(string: str, habit: Habit) -> Blocks:
    if not string:
        return Blocks()
    lead = len(string) - len(string.lstrip())
    found = array("I", chain.from_iterable(map(re.Match.span, habit.separator.finditer(string, lead))))
    starts, ends = array("I", (lead,)) + found[1::2], found[::2] + array("I", (len(string),))
    gaps = bytes((0, *map(string.startswith, repeat("\n\n"), found[::2])))
    if habit.separator is _BLANK:
        _keep_indentation(string, starts)
    if max(map(sub, ends, starts)) > builder.LONGEST:
        return _cut(string, starts, ends, gaps)
    return Blocks.plain(starts, ends, gaps)


def _keep_indentation(string: str, starts: array[int]) -> None:
    """Move the start of each block in which later lines are indented to the start of its line."""
    for match in _INNER_INDENT.finditer(string, starts[0]):
        index = bisect_right(starts, match.start()) - 1
        starts[index] = string.rfind("\n", 0, starts[index]) + 1


def _cut(string: str, starts: array[int], ends: array[int], gaps: bytes) -> Blocks:
    """Return the blocks with those cut that are too long; what goes on has no gap above it."""
    blocks = Blocks()
    for start, end, gap in zip(starts, ends, gaps, strict=True):
        for number, (piece_start, piece_end) in enumerate(builder.cuts(string, start, end)):
            blocks.append(Block(piece_start, piece_end, gap=0 if number else gap))
    return blocks
