"""Where one block's string is broken into rows: greedy, at spaces and dashes, between ideographs, else at the width.

Everything here is relative to the block's own string and returns the offsets at which rows start; what a row leaves
out at its end (spaces, a line end) stands before the next row's start.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.reading import cells

VERBATIM = frozenset({"code", "table"})
"""Kinds of block whose spaces and line ends all count."""
SPACES = " \n\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u205f\u3000"
"""What may be left out where a row ends; no-break spaces may not."""

_GLUE = frozenset("\u00a0\u2007\u202f\u2060\ufeff\u200d")
_IDEOGRAPH = (
    "[\u2e80-\u2fdf\u3001-\u312f\u31a0-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60"
    "\U0001f300-\U0001faff\U00020000-\U0003ffff]"
)
_NEVER_FIRST = frozenset(
    "、。，．・：；？！゛゜ヽヾゝゞ々〻ー〜～…‥％‰°℃′″’”»」』）】〕〉》〗〙〛｝］,.;:!?)]}%"
    "ァィゥェォッャュョヮヵヶぁぃぅぇぉっゃゅょゎゕゖ"
)
_NEVER_LAST = frozenset("「『（【〔〈《〖〘〚｛［([{“‘«￥＄£¥$")
_DASH = re.compile(r"(?:(?<=\S)(?:--+|—)|(?<=[^\W\d_])[-–])(?=[^\W\d_]|[“‘\"'«„])")


def verbatim(body: str, room: int) -> list[int]:
    """Return the row starts of code: every line end counts, longer lines go on below."""
    starts, line = [], 0
    while True:
        stop = body.find("\n", line)
        stop = len(body) if stop < 0 else stop
        end = line + len(body[line:stop].rstrip(SPACES))
        starts.append(line)
        while (here := _fit(body, starts[-1], end, room)) < end:
            starts.append(here)
        if stop == len(body):
            return starts
        line = stop + 1


def lines(body: str) -> list[int]:
    """Return the row starts of a table: every line is one row, however long."""
    starts, at = [0], 0
    while (at := body.find("\n", at) + 1) > 0:
        starts.append(at)
    return starts


def paragraph(body: str, room: int, fill: int = 0, indented: int = 0) -> list[int]:
    """Return the row starts of running text.

    `fill` is the column where the source's lines were broken, or 0; `indented` the characters that stood before `body`
    on its first line.
    """
    starts: list[int] = []
    for start, end in hard_lines(body, fill, indented):
        line = body[start:end].replace("\n", " ")
        rows = _narrow(line, room) if cells.is_narrow(line) else _any(line, room)
        starts += [start + row for row in rows] if start else rows
    return starts


def hard_lines(body: str, fill: int = 0, indented: int = 0) -> Iterator[tuple[int, int]]:
    """Yield the ranges between line ends that are meant.

    In text broken by hand at `fill` a line end is meant where the next word would still have fitted on its line, and
    before a line that is indented.
    """
    start, line, stop = 0, -indented, body.find("\n")
    while stop >= 0:
        following = body.find("\n", stop + 1)
        if fill <= 0 or _had_room(stop - line, body[stop + 1 : following if following >= 0 else None], fill):
            yield start, stop
            start = stop + 1
        line, stop = stop + 1, following
    yield start, len(body)


def _had_room(length: int, following: str, fill: int) -> bool:
    if not following or following[0].isspace():
        return True
    return length + 1 + len(following.split(None, 1)[0]) <= fill


def _narrow(line: str, room: int) -> list[int]:
    """Wrap a line whose every character is one cell wide."""
    end = len(line.rstrip(" "))
    lead = end - len(line[:end].lstrip(" "))
    starts, here = [0], 0
    while end - here > room:
        limit = here + room
        space = line.rfind(" ", here, limit + 1)
        dash = _last_dash(line, max(space + 1, lead, here), limit)
        if dash:
            here = dash
        elif space > lead:
            here = space + 1
        else:
            here = max(lead, limit)
        while line[here] == " ":
            here += 1
        starts.append(here)
    return starts


def _last_dash(line: str, start: int, limit: int) -> int:
    """Return the last offset up to `limit` that follows a dash inside a word begun after `start`, 0 if none."""
    found = 0
    if "-" in (tail := line[start:limit]) or "—" in tail or "–" in tail:
        for match in _DASH.finditer(line, start, limit + 1):
            found = match.end()
    return found


def _any(line: str, room: int) -> list[int]:
    """Wrap a line with wide, combining or other characters."""
    end = len(line.rstrip(SPACES))
    lead = cells.snap(line, end - len(line[:end].lstrip(SPACES)))
    starts, here = [0], 0
    while (limit := _fit(line, here, end, room)) < end:
        here = _break(line, max(here, lead), limit)
        while line[here] in SPACES and cells.snap(line, here + 1) == here + 1:
            here += 1
        starts.append(here)
    return starts


def _fit(line: str, start: int, end: int, room: int) -> int:
    """Return where the whole clusters from `start` that fit in `room` cells end: after one cluster at least."""
    size = 2 * room + 2
    while True:
        stop = min(end, start + size)
        taken = cells.cut(line[start:stop], room)
        if start + taken < stop or stop == end:
            break
        size *= 4
    return start + taken if taken else min(end, cells.next_grapheme(line, start))


def _break(line: str, start: int, limit: int) -> int:
    """Return the last offset after `start` up to `limit` where a row may begin, `limit` if there is none."""
    if limit <= start or line[limit] in SPACES:
        return max(limit, start)
    for offset in range(limit, start, -1):
        if _may_break(line, offset) and cells.snap(line, offset) == offset:
            return offset
    return limit


def _may_break(line: str, offset: int) -> bool:
    before, after = line[offset - 1], line[offset]
    if before in SPACES or before == "\u200b":
        return True
    if before in "-–—" and _last_dash(line, max(0, offset - 4), offset) == offset:
        return True
    if before in _GLUE or after in _GLUE or before in _NEVER_LAST or after in _NEVER_FIRST or before == after == "—":
        return False
    return bool(re.match(_IDEOGRAPH, before) or re.match(_IDEOGRAPH, after))
