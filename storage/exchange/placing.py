"""Where the annotations of a file stand in the library's texts."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING

from storage.exchange import ending
from storage.exchange.pieces import split
from storage.exchange.spotting import Spots
from storage.model import Annotation, Range
from storage.passages import Follower, placed
from storage.records import JOINT

if TYPE_CHECKING:
    from storage.model import Document
    from storage.text import Text
    from storage.texts import Snapshots

UNSURE = 0.5
"""The confidence of a place that a position alone tells, or a quote that stands several times."""

_ASTRAL = "\uffff"


class Placer:
    """Puts annotations of one document into `text`; None: nobody can look, and they stay as the file says.

    `said` is the document as the file has it; `utf16`: its offsets count UTF-16 units; `spots`: it has no offsets, but
    places in words (`storage.exchange.spotting`).
    """

    def __init__(  # two ways in which a file may count
        self, text: Text | None, said: Document, snapshots: Snapshots, *, utf16: bool, spots: bool = False
    ) -> None:
        self._text = text
        self._said = said
        self._follower = Follower(text, snapshots) if text else None
        self._units = utf16_units(text.string) if text and utf16 else None
        self._named = spots
        self._spots = Spots(text) if text and spots else None

    def place(self, annotation: Annotation, ends: tuple[str, str] | None = None) -> Annotation:
        """Return an annotation where it stands here; an orphan when its passage is not found.

        One that counts in this very text stays as it is, and so does what the other side looked for in vain. Where the
        file has but the `ends` of the passage, its first and last words, what is between them is taken.
        """
        if ends and not annotation.ranges:
            return self._between(annotation, *ends)
        if not annotation.ranges and not annotation.exact:
            return annotation
        if self._named:
            return self._spotted(annotation)
        return self._found(annotation)

    def _between(self, annotation: Annotation, first: str, last: str) -> Annotation:
        """Take a passage that is told by its first and last words; without the last ones the first are unsure."""
        if self._text is None:
            return _unlooked(annotation)
        found = self._found(annotation._replace(exact=first, suffix=""))
        if found.state != "anchored":
            return _unlooked(annotation)
        end = ending.after(self._text.string, found.end, last, annotation.suffix)
        if end < 0:
            return found._replace(confidence=min(UNSURE, found.confidence))
        return placed(found, self._text, [(found.start, end)])._replace(confidence=found.confidence)

    def _spotted(self, annotation: Annotation) -> Annotation:
        """Take a place in words: it is there, or the passage is looked for around it."""
        bare = annotation._replace(ranges=())
        if self._text is None or self._spots is None:
            return self._found(bare)
        if not annotation.ranges:
            return self._found(bare)
        if ranges := self._spots.find(annotation):
            return placed(bare, self._text, ranges)._replace(confidence=annotation.confidence)
        return self._found(bare._replace(ranges=(self._spots.near(annotation),)))

    def _found(self, annotation: Annotation) -> Annotation:
        if self._text is None or self._follower is None:
            return _unlooked(annotation)
        if self._stands(annotation) or self._settled(annotation):
            return annotation
        if not annotation.exact:
            return self._by_position(self._counted(annotation))
        if not annotation.ranges and JOINT in annotation.exact and (pieces := self._pieces(annotation.exact)):
            once = all(self._text.string.count(piece) == 1 for piece in split(annotation._replace(ranges=pieces)))
            found = placed(annotation, self._text, pieces)
            return found._replace(confidence=annotation.confidence if once else min(UNSURE, annotation.confidence))
        there = self._counted(annotation)
        after = self._follower.follow(there._replace(ranges=_ranges(there), state="anchored")).after
        return self._doubted(annotation, after)

    def _pieces(self, exact: str) -> tuple[Range, ...]:
        """Return where the pieces of a quote stand one after another; nothing where it stands there as it is."""
        string, at = self._text.string if self._text else "", 0
        ranges: list[Range] = []
        for piece in exact.split(JOINT) if exact not in string else ():
            at = string.find(piece, at)
            if at < 0 or not piece.strip():
                return ()
            ranges.append(Range(at, at + len(piece)))
            at += len(piece)
        return tuple(ranges)

    def _stands(self, annotation: Annotation) -> bool:
        text = self._text
        if text is None or annotation.text != text.hash or annotation.state != "anchored" or not annotation.exact:
            return False
        end = 0
        for start, stop in annotation.ranges:
            if not end <= start < stop <= len(text):
                return False
            end = stop
        return annotation.exact == JOINT.join(text.string[start:stop] for start, stop in annotation.ranges)

    def _settled(self, annotation: Annotation) -> bool:
        """Tell whether an orphan is one of this very text."""
        newest = self._said.texts[-1:] == (self._text.hash,) if self._text else False
        return newest and annotation.state == "orphan" and bool(annotation.ranges)

    def _counted(self, annotation: Annotation) -> Annotation:
        """Return an annotation with ranges in code points of this text."""
        if self._units is None:
            return annotation
        ranges = tuple(Range(self._offset(start), self._offset(end)) for start, end in annotation.ranges)
        return annotation._replace(ranges=ranges)

    def _offset(self, unit: int) -> int:
        return unit - bisect_left(self._units, unit) if self._units else unit

    def _by_position(self, annotation: Annotation) -> Annotation:
        """Take a place that only its offsets tell."""
        text = self._text
        ranges = [each for each in annotation.ranges if text and 0 <= each.start < each.end <= len(text)]
        if text is None or len(ranges) < len(annotation.ranges):
            return annotation._replace(state="orphan", confidence=0.0)
        return placed(annotation, text, ranges)._replace(confidence=UNSURE)

    def _doubted(self, before: Annotation, after: Annotation) -> Annotation:
        """Lower the confidence of a quote that stands several times, when nothing tells which of them is meant."""
        text = self._text
        if text is None or before.ranges or before.prefix or before.suffix or after.state != "anchored":
            return after
        first = text.string.find(after.exact)
        again = text.string.find(after.exact, first + 1) >= 0
        return after._replace(confidence=min(UNSURE, after.confidence)) if again else after


def _ranges(annotation: Annotation) -> tuple[Range, ...]:
    """Return ranges that fit the quote: as they came, else one as long as it."""
    lengths = [end - start for start, end in annotation.ranges]
    if lengths == [len(piece) for piece in split(annotation)]:
        return annotation.ranges
    start = max(0, annotation.start)
    return (Range(start, start + len(annotation.exact)),)


def _unlooked(annotation: Annotation) -> Annotation:
    """Return an annotation of a text that is not there: where nothing says its place it has none yet."""
    if annotation.ranges and annotation.exact:
        return annotation
    length = max(1, len(annotation.exact))
    return annotation._replace(ranges=annotation.ranges or (Range(0, length),), state="orphan", confidence=0.0)


def utf16_units(string: str) -> array[int]:
    """Return for each character beyond the Basic Multilingual Plane the UTF-16 unit in which its second half begins."""
    if _is_narrow(string):
        return array("L")
    found = array("L")
    for at, character in enumerate(string):
        if character > _ASTRAL:
            found.append(at + len(found) + 1)
    return found


def to_utf16(string: str) -> array[int]:
    """Return the offsets, in code points, of the characters that take two UTF-16 units."""
    if _is_narrow(string):
        return array("L")
    return array("L", (at for at, character in enumerate(string) if character > _ASTRAL))


def _is_narrow(string: str) -> bool:
    """Tell whether each character takes one UTF-16 unit."""
    return string.isascii() or len(string.encode("utf-16-le", "surrogatepass")) == 2 * len(string)
