"""Folding: what two strings have in common for a reader who searches, and the way back to the original offsets.

Case, Latin, Greek and Cyrillic diacritics, Hebrew and Arabic points, typographic quotes, dashes and spaces, ligatures
and compatibility forms are folded; soft hyphens, joiners and other characters that cannot be seen are dropped.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Generator, Iterator
from typing import NamedTuple

from storage.steps import finished

JOINING = (
    "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"  # any script
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"  # Hebrew points
    "\u0610-\u061a\u064b-\u065f\u0670"  # Arabic points
)
"""Marks that belong to the character before them and are folded away, as the inside of a character class."""

_DROPPED = re.compile(f"[{JOINING}\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_FOREIGN = re.compile("[^\x00-\x7f]+")
_SAME = {
    **dict.fromkeys("‘’‚‛′ʼʻ´`‹›＇", "'"),
    **dict.fromkeys("“”„‟″«»〝〞〟＂", '"'),
    **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
    **dict.fromkeys("\u1680\u2028\u2029", " "),
    **dict(zip("øđłħŧıð", "odlhtid", strict=True)),
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
}


class _Table(dict[int, str]):
    """What each character folds to, worked out when it is first met; for ``str.translate``."""

    def __init__(self) -> None:
        self.uneven: set[str] = set()

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_character(chr(code))
        if len(folded) != 1:
            self.uneven.add(chr(code))
        return folded


def _fold_character(character: str) -> str:
    if character in _SAME:
        return _SAME[character]
    once = _bare(_bare(character).casefold())
    return "".join(_SAME.get(one, one) for one in unicodedata.normalize("NFC", once.casefold()))


def _bare(string: str) -> str:
    return _DROPPED.sub("", unicodedata.normalize("NFKD", string))


_TABLE = _Table()
_STEP = 8_192
"""Characters folded at a step."""


class Folded(NamedTuple):
    """A folded string, and where it came from.

    `places` and `origins` are offsets into the folded and the original string at which stretches begin: those with an
    even index run alike in both, each one with an odd index is a single original character that folds to none or to
    several.
    """

    string: str
    places: array[int]
    origins: array[int]

    def origin(self, place: int) -> int:
        """Return the original offset of the character that gave the one at `place`."""
        index = bisect_right(self.places, place) - 1
        return self.origins[index] if index % 2 else self.origins[index] + place - self.places[index]

    def origin_end(self, place: int) -> int:
        """Return the original offset after the character that gave the one before `place`."""
        if place <= 0:
            return 0
        index = bisect_left(self.places, place) - 1
        return self.origins[index] + 1 if index % 2 else self.origins[index] + place - self.places[index]

    def place(self, origin: int) -> int:
        """Return where in the folded string that which begins at the original offset `origin` stands."""
        index = bisect_right(self.origins, origin) - 1
        return self.places[index] if index % 2 else self.places[index] + origin - self.origins[index]


def fold(string: str) -> Folded:
    """Return `string` folded; linear in its length, and quick where it is ASCII."""
    return finished(fold_in_steps(string))


def folded_string(string: str) -> str:
    """Return `string` folded, where nobody asks what stands where."""
    return _plain(string) if string.isascii() else fold(string).string


def fold_in_steps(string: str) -> Generator[int, None, Folded]:
    """Fold `string`, a millisecond or so at a step; yields the offset up to which it is done."""
    if string.isascii():
        return Folded(_plain(string), array("I", (0,)), array("I", (0,)))
    places, origins, parts = array("I", (0,)), array("I", (0,)), list[str]()
    length = 0
    for start in range(0, len(string), _STEP):
        for part in _folded_parts(string[start : start + _STEP], start, length, (places, origins)):
            parts.append(part)
            length += len(part)
        yield start
    return Folded("".join(parts), places, origins)


def _folded_parts(string: str, origin: int, place: int, noted: tuple[array[int], array[int]]) -> Iterator[str]:
    """Yield a piece of text folded, stretch by stretch; it began at offset `origin`, and is put at `place`."""
    at = 0
    for match in _FOREIGN.finditer(string):
        plain, run = _plain(string[at : match.start()]), match[0]
        folded = run.translate(_TABLE)
        place += len(plain)
        if not _TABLE.uneven.isdisjoint(run):
            _note_uneven(run, origin + match.start(), place, noted)
        place += len(folded)
        at = match.end()
        yield plain
        yield folded
    yield _plain(string[at:])


def _plain(string: str) -> str:
    return string.lower().replace("`", "'")


def _note_uneven(run: str, origin: int, place: int, noted: tuple[array[int], array[int]]) -> None:
    places, origins = noted
    for number, character in enumerate(run):
        size = len(_TABLE[ord(character)])
        if size != 1:
            places.extend((place, place + size))
            origins.extend((origin + number, origin + number + 1))
        place += size
