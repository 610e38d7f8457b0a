"""From the lines of a PDF's pages to its text: reading order in columns, running heads, paragraphs, hyphenation. Pure.

A PDF says where glyphs stand, not what belongs together. Everything here is measured in the sizes of the lines
themselves: a gutter is a strip that hardly any line crosses, a paragraph begins where the distance to the line above,
the indentation or the size changes, or after a line that ended early. Coordinates are those of the page, in points,
upwards.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Container, Iterable, Sequence
from functools import cached_property
from itertools import pairwise
from operator import attrgetter
from statistics import median
from typing import NamedTuple, Self

SOFT = "\u00ad"
"""How a hyphen that only the line end made is written at the end of a line."""

_MOST_ASIDE = 3
_APART = 0.5
_SAME_PLACE = 12.0
_WIDE_GAP = 1.3
_OTHER_SIZE = 0.12
_COLUMN_WIDTH = 8
_LONGEST_WORD = 60
_SAME_ROW = 3.0
_COLUMN_LINES = 4
_CROSSING = 0.2
_NUMBER = re.compile(r"[0-9]+|\b[ivxlcIVXLC]+\b")
_LIST = re.compile(r"(?:[•‣▪◦●○■□–*-]|\(?(?:[0-9]{1,3}|[a-z])[.)])\s+\S")
_ENDED = re.compile(r"[.!?:;…。！？]['\"”’»)\]]*\d{0,3}$")
_HYPHENED = re.compile(r"([^\W\d_]+)[-\u2010]$")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_FIRST_IDEOGRAPH = "\u3001"
_IDEOGRAPH = re.compile("[\u3001-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")


class Figure(str):
    """The words that stand for a picture, as the string of a line; `target` names it. It is a paragraph of its own."""

    __slots__ = ("target",)
    target: str

    def __new__(cls, words: str, target: str) -> Self:
        """Return the words for a picture."""
        made = super().__new__(cls, words)
        made.target = target
        return made


class Line(NamedTuple):
    """One line, or the piece of it that stands in one column; `size` is the height of its font."""

    string: str
    left: float
    right: float
    bottom: float
    top: float
    size: float


_LEFT, _RIGHT, _BOTTOM, _TOP, _SIZE = map(attrgetter, ("left", "right", "bottom", "top", "size"))


class Paragraph(NamedTuple):
    """One paragraph: its string, the size of its font, the number of its page (from 0), and the top of its first line.

    `breaks` are the offsets in the string at which further pages begin, each with the number of the page.
    """

    string: str
    size: float
    page: int
    top: float
    breaks: tuple[tuple[int, int], ...] = ()


def merged(lines: Iterable[Line]) -> list[Line]:
    """Return `lines` with those put together that stand beside each other: raised marks, and words set apart."""
    found: list[Line] = []
    last: Line | None = None
    for line in lines:
        if last is not None and line.left > last.right - 0.3 * last.size and _beside(last, line):
            space = " " if line.left - last.right > 0.15 * last.size else ""
            top, bottom = max(last.top, line.top), min(last.bottom, line.bottom)
            if last.size >= line.size:
                top, bottom = last.top, last.bottom
            string = f"{last.string}{space}{line.string}"
            found[-1] = last = Line(string, last.left, line.right, bottom, top, max(last.size, line.size))
        else:
            found.append(line)
            last = line
    return found


def _beside(one: Line, other: Line) -> bool:
    middle = (other.bottom + other.top) / 2
    near = -0.3 * one.size < other.left - one.right < 0.8 * one.size
    return near and one.bottom < middle < one.top


def without_running(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Return the lines of each page without running heads and feet and page numbers.

    These are what stands in the same place at the top or bottom of several pages, give or take a number. No page is
    left with nothing.
    """
    seen: Counter[tuple[str, int]] = Counter()
    aside = [_aside([line for line in page if not isinstance(line.string, Figure)]) for page in pages]
    for lines in aside:
        seen.update({key for line in lines for key in _keys(line)})
    least = max(2 if len(pages) < 4 else 3, len(pages) // 20)  # noqa: PLR2004  # short documents
    kept = []
    for lines, page in zip(aside, pages, strict=True):
        gone = {line for line in lines if any(seen[key] >= least for key in _keys(line))}
        numbers = [line.bottom for line in gone if _NUMBER.fullmatch(line.string)]
        gone.update(line for line in lines if any(abs(line.bottom - at) < _SAME_ROW for at in numbers))
        kept.append([line for line in page if line not in gone] or list(page))
    return kept


def _aside(page: Sequence[Line]) -> list[Line]:
    """Return the lines at the top and at the bottom of a page that stand apart from the rest."""
    above = _apart(sorted(page, key=_TOP, reverse=True), lambda line, inner: line.bottom - inner.top)
    below = _apart(sorted(page, key=_BOTTOM), lambda line, inner: inner.bottom - line.top)
    return list(dict.fromkeys([*above, *below]))


def _apart(rows: Sequence[Line], distance: Callable[[Line, Line], float]) -> list[Line]:
    """Return the first of `rows` up to a gap; none where there is no gap after a few."""
    found: list[Line] = []
    for line, inner in pairwise(rows[: _MOST_ASIDE + 1]):
        found.append(line)
        if distance(line, inner) > _APART * line.size:
            return found
    return []


def _keys(line: Line) -> list[tuple[str, int]]:
    words = _NUMBER.sub("#", " ".join(line.string.split()))
    place = int(line.bottom // _SAME_PLACE)
    return [(words, place), (words, place + 1)]


def in_order(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the columns of a page, in reading order; a line over several columns parts what is above from below."""
    x = gutter(lines)
    if x is None:
        return [list(lines)] if lines else []
    rows = sorted(lines, key=lambda line: -line.top)
    columns: list[list[Line]] = []
    left: list[Line] = []
    right: list[Line] = []
    across: list[Line] = []
    for line in rows:
        if line.left < x < line.right:
            columns += in_order(left) + in_order(right)
            left, right = [], []
            across.append(line)
            continue
        if across:
            columns.append(across)
            across = []
        (left if line.right <= x else right).append(line)
    return [*columns, *in_order(left), *in_order(right), *([across] if across else [])]


def gutter(lines: Sequence[Line]) -> float | None:
    """Return where a strip between two columns runs that hardly any line crosses; None where there is none."""
    if len(lines) < 2 * _COLUMN_LINES:
        return None
    best: tuple[int, float] | None = None
    lefts, rights = sorted(map(_LEFT, lines)), sorted(map(_RIGHT, lines))
    for x in sorted({left - 1.0 for left in lefts}):
        before, after = bisect_right(rights, x), len(lines) - bisect_right(lefts, x)
        across = len(lines) - before - after
        enough = min(before, after) >= _COLUMN_LINES and across <= _CROSSING * len(lines)
        if enough and (best is None or across < best[0]) and _are_columns(lines, x):
            best = (across, x)
    return best[1] if best else None


def _are_columns(lines: Sequence[Line], x: float) -> bool:
    left = [line for line in lines if line.right <= x]
    right = [line for line in lines if line.left > x]
    return _side_by_side(left, right)


def _side_by_side(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Tell whether two groups of lines share most of their height and are both as wide as running text."""
    shared = min(max(line.top for line in left), max(line.top for line in right)) - max(
        min(line.bottom for line in left), min(line.bottom for line in right)
    )
    heights = [max(line.top for line in one) - min(line.bottom for line in one) for one in (left, right)]
    widths = [
        median(line.right - line.left for line in one) / median(line.size for line in one) for one in (left, right)
    ]
    return min(widths) > _COLUMN_WIDTH and shared > 0.3 * min(heights)


def paragraphs(pages: Sequence[Sequence[Sequence[Line]]], words: Container[str]) -> list[Paragraph]:
    """Return the paragraphs of the columns of all pages; `words` are those of the document, in lower case.

    A paragraph that was not ended goes on in the next column or page.
    """
    found: list[Paragraph] = []
    for number, columns in enumerate(pages):
        for column in columns:
            for lines in _parted(column):
                made = _joined(lines, number, words)
                last = found[-1] if found else None
                if last and lines[0] is column[0] and _goes_on(last, made):
                    found[-1] = _together(last, made, words)
                else:
                    found.append(made)
    return found


def _parted(column: Sequence[Line]) -> list[list[Line]]:
    """Part the lines of one column into paragraphs."""
    if not column:
        return []
    left, right = min(map(_LEFT, column)), max(map(_RIGHT, column))
    gaps = [above.bottom - below.bottom for above, below in pairwise(column)]
    usual = median(gap for gap in gaps if gap > 0) if any(gap > 0 for gap in gaps) else column[0].size
    parted = [[column[0]]]
    for above, line, gap in zip(column, column[1:], gaps, strict=False):
        (parted.append([line]) if _begins(above, line, gap / usual, left, right) else parted[-1].append(line))
    return parted


def _begins(above: Line, line: Line, gap: float, left: float, right: float) -> bool:
    """Tell whether a paragraph begins with `line`; `gap` is its distance to the line above, in usual ones."""
    if isinstance(above.string, Figure) or isinstance(line.string, Figure):
        return True
    if not 0 < gap < _WIDE_GAP or abs(line.size - above.size) > _OTHER_SIZE * above.size or _LIST.match(line.string):
        return True
    ended_early = above.right < right - 0.12 * (right - left) and bool(_ENDED.search(above.string))
    indented = line.left - above.left > 0.7 * line.size and line.left - left > 0.7 * line.size
    return ended_early or (indented and not _LIST.match(above.string))


def _joined(lines: Sequence[Line], page: int, words: Container[str]) -> Paragraph:
    string = lines[0].string
    for line in lines[1:]:
        string = join(string, line.string, words)
    return Paragraph(string, median(map(_SIZE, lines)), page, lines[0].top)


def join(above: str, below: str, words: Container[str]) -> str:
    """Join two lines of one paragraph; a hyphen that only the line end made is left out."""
    above, below = above.rstrip(), below.lstrip()
    if above.endswith(SOFT):
        return above[:-1] + below
    found = _HYPHENED.search(above[-_LONGEST_WORD:]) if above[-1:] in {"-", "\u2010"} else None
    if found and below[:1].isalpha():
        rest = _WORD.match(below)
        second = rest[0] if rest else ""
        compound = f"{found[1]}-{second}".lower() in words
        if below[0].islower() and ((found[1] + second).lower() in words or not compound):
            return above[:-1] + below
        return above + below
    if above[-1:] >= _FIRST_IDEOGRAPH and below and _IDEOGRAPH.match(above[-1]) and _IDEOGRAPH.match(below[0]):
        return above + below
    return f"{above} {below}"


def _goes_on(last: Paragraph, made: Paragraph) -> bool:
    if isinstance(last.string, Figure) or isinstance(made.string, Figure):
        return False
    same = abs(last.size - made.size) <= _OTHER_SIZE * last.size
    open_end = not _ENDED.search(last.string) and len(last.string) > 40  # noqa: PLR2004  # a heading is shorter
    follows = made.string[:1].islower() or last.string.endswith(("-", SOFT, ","))
    return same and open_end and follows and not _LIST.match(made.string)


def _together(last: Paragraph, made: Paragraph, words: Container[str]) -> Paragraph:
    string = join(last.string, made.string, words)
    at = len(string) - len(made.string.lstrip())
    breaks = last.breaks if made.page == _last_page(last) else (*last.breaks, (at, made.page))
    return last._replace(string=string, breaks=breaks)


def _last_page(paragraph: Paragraph) -> int:
    return paragraph.breaks[-1][1] if paragraph.breaks else paragraph.page


class Words:
    """The words of a document in lower case, those with hyphens whole, none that a line end may have cut.

    They are gathered when the first is asked for: most documents have no word that a line end may have cut.
    """

    def __init__(self, pages: Sequence[Sequence[Line]]) -> None:
        self._pages = pages

    def __contains__(self, word: object) -> bool:
        return word in self._found

    @cached_property
    def _found(self) -> frozenset[str]:
        found: set[str] = set()
        for page in self._pages:
            for line in page:
                found.update(_WORD.findall(line.string)[1:-1])
        return frozenset(map(str.lower, found))
