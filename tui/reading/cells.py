"""How many cells a string takes on screen, and where its grapheme clusters begin. Pure.

Latin, Greek and Cyrillic letters, common punctuation and CJK characters that no mark follows are answered by regular
expressions; anything else by wcwidth, which knows combining marks, ZWJ sequences, flags and variation selectors and is
imported when a string first needs it (it costs 20 ms).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache, lru_cache

_ONE = "\n -~\u00a0-\u00ac\u00ae-\u02ff\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u0482\u048a-\u052f‐-―‘-•…‰′″‹›€№"
_TWO = "\u3000-\u3029\u3041-\u3096\u30a1-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60"
_NARROW = f"[{_ONE[1:]}]*"
_SIMPLE = f"[{_ONE}{_TWO}]*"
_WIDE = f"[{_TWO}]"
_FLAGS = "[\U0001f1e6-\U0001f1ff]+"
_WINDOW = 64


@cache
def _pattern(source: str) -> re.Pattern[str]:
    """Compile when first needed: a text in ASCII never does, and it would cost 4 ms of every start."""
    return re.compile(source)


def is_narrow(string: str) -> bool:
    """Whether every character is known to be a cluster of its own, one cell wide (a line end is not)."""
    if string.isascii():
        return string.isprintable()
    return _pattern(_NARROW).fullmatch(string) is not None


def is_simple(string: str, start: int = 0, end: int = sys.maxsize) -> bool:
    """Whether every character in ``string[start:end]`` is known to be a cluster of its own (no line end has two)."""
    if string.isascii():
        return string.find("\r", start, end) < 0
    return _pattern(_SIMPLE).fullmatch(string, start, end) is not None


def width(string: str) -> int:
    """Return the cells that `string` takes: the sum of its clusters; control characters take none."""
    if is_narrow(string):
        return len(string)
    if not string.isascii() and is_simple(string):
        return len(string) - string.count("\n") + len(_pattern(_WIDE).findall(string))
    return sum(map(_cluster_width, graphemes(string)))


@lru_cache(maxsize=4096)
def _cluster_width(cluster: str) -> int:
    from wcwidth import wcswidth  # noqa: PLC0415  # imported when first used

    return max(0, wcswidth(cluster))


def graphemes(string: str) -> Iterator[str]:
    """Yield the clusters of `string` (UAX #29)."""
    if is_simple(string):
        return iter(string)
    from wcwidth import iter_graphemes  # noqa: PLC0415  # imported when first used

    return iter_graphemes(string)


def next_grapheme(string: str, offset: int) -> int:
    """Return where the cluster after the one that holds `offset` begins; the length of `string` at its end."""
    if offset >= len(string) - 1:
        return len(string)
    offset = max(0, offset)
    if is_simple(string, offset, offset + 2):
        return offset + 1
    start, size = snap(string, offset), _WINDOW
    while True:
        first = next(graphemes(string[start : start + size]))
        if len(first) < size or start + size >= len(string):
            return start + len(first)
        size *= 4


def prev_grapheme(string: str, offset: int) -> int:
    """Return where the cluster that holds the character before `offset` begins; 0 at the start."""
    offset = min(offset, len(string))
    if offset <= 1:
        return 0
    if is_simple(string, offset - 2, offset):
        return offset - 1
    size = _WINDOW
    while True:
        start = max(0, offset - size)
        found = _last_boundary(string[start:offset], whole=start == 0)
        if found is not None:
            return start + found
        size *= 4


def _last_boundary(window: str, *, whole: bool) -> int | None:
    """Return where the last cluster of `window` begins, None where only a larger window can tell.

    A window that begins inside a cluster shows at most one boundary too many, so the third is certain; a run of flags
    must be seen from its start.
    """
    count, here, last = 0, 0, 0
    for cluster in graphemes(window):
        count, last = count + 1, here
        here += len(cluster)
    if whole:
        return last
    flags = _pattern(_FLAGS).match(window)
    return None if count < 3 or (flags and flags.end() > last) else last  # noqa: PLR2004  # see above


def snap(string: str, offset: int) -> int:
    """Return where the cluster that holds `offset` begins."""
    if offset >= len(string):
        return len(string)
    return prev_grapheme(string, offset + 1) if offset > 0 else 0


def cut(string: str, cells: int) -> int:
    """Return how many characters the longest run of whole clusters from the start has that fits in `cells`."""
    if cells < 0:
        return 0
    head = string[: cells + 1]
    if is_narrow(head):
        return min(len(head), cells)
    if not head.isascii() and is_simple(head) and "\n" not in head:
        return _cut_simple(head, cells)
    return _cut_any(string, cells)


def _cut_simple(string: str, cells: int) -> int:
    taken = 0
    while cells > 0 and taken < len(string):
        chunk = string[taken : taken + max(1, cells // 2)]
        used = len(chunk) + len(_pattern(_WIDE).findall(chunk))
        if used > cells:
            break
        taken, cells = taken + len(chunk), cells - used
    return taken


def _cut_any(string: str, cells: int) -> int:
    size = 2 * cells + _WINDOW
    while True:
        taken, room = 0, cells
        for cluster in graphemes(string[:size]):
            after = taken + len(cluster)
            if after >= size and size < len(string):
                break
            room -= _cluster_width(cluster)
            if room < 0:
                return taken
            taken = after
        else:
            return len(string)
        size *= 4
