"""Who marked what in the documents that several people worked on: what agreement is measured on.

A creator worked on a document who has marked anything in it. Page notes, lost passages, passages in another version of
the text, and what settles a disagreement do not count. Where a tag was set twice over one passage by one creator it is
set there once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from storage.analysis.coding import Coded, Coding
from storage.model import Range

if TYPE_CHECKING:
    from storage.model import Annotation, Document

ANY = ""
"""Stands for having been marked at all, whatever the tags."""

SETTLED, SETTLED_TAG = "settled", "settled tag"
"""Fields of an annotation that settles a disagreement: ``stands`` or ``falls``, and the tag's uuid (none: `ANY`)."""

UNITS = ("characters", "sentences")

_LEAST = 2
"""Creators who can agree."""


class Stretch(NamedTuple):
    """A stretch of text ``[start, end)``, and the creators who gave it a tag."""

    start: int
    end: int
    holders: frozenset[str]


class Judged:
    """One document: who worked on it, and what each marked with each tag, by path, merged where it overlaps."""

    def __init__(self, document: Document, coders: Iterable[str], items: Iterable[Coded]) -> None:
        self.document = document
        self.coders = frozenset(coders)
        self._ranges: dict[str, dict[str, list[Range]]] = {}
        for one in items:
            for tag in (ANY, *one.tags):
                self._ranges.setdefault(tag, {}).setdefault(one.annotation.creator, []).extend(one.annotation.ranges)
        for by_coder in self._ranges.values():
            for coder, ranges in by_coder.items():
                by_coder[coder] = merged(ranges)

    @property
    def tags(self) -> list[str]:
        """The tags that were set."""
        return list(self._ranges)

    def has(self, tag: str) -> bool:
        """Tell whether a tag was set."""
        return tag in self._ranges

    def units(self, tag: str, coder: str) -> Sequence[Range]:
        """Return what a creator gave a tag, in order and apart."""
        return self._ranges.get(tag, {}).get(coder, ())

    def stretches(self, tag: str) -> Iterator[Stretch]:
        """Yield the text in stretches that begin or end where somebody's passage with a tag does."""
        by_coder = self._ranges.get(tag, {})
        length = self.document.length
        cuts = {0, length} | {min(at, length) for each in by_coder.values() for spot in each for at in spot}
        edges = sorted(cuts)
        holders = [_holding(by_coder, start) for start in edges[:-1]]
        yield from map(Stretch, edges, edges[1:], holders)

    def sentences(self, tag: str, sentences: Iterable[tuple[int, int]]) -> Iterator[Stretch]:
        """Yield the sentences; a creator gave one a tag who gave it to a character of it."""
        by_coder = self._ranges.get(tag, {})
        for start, end in sentences:
            yield Stretch(start, end, frozenset(who for who, each in by_coder.items() if touches(each, start, end)))


def merged(ranges: Iterable[Range]) -> list[Range]:
    """Return ranges in order, those that overlap as one."""
    found: list[Range] = []
    for start, end in sorted(ranges):
        if found and start < found[-1].end:
            found[-1] = Range(found[-1].start, max(end, found[-1].end))
        else:
            found.append(Range(start, end))
    return found


def _holding(by_coder: dict[str, list[Range]], at: int) -> frozenset[str]:
    return frozenset(who for who, each in by_coder.items() if touches(each, at, at + 1))


def touches(ranges: Sequence[Range], start: int, end: int) -> bool:
    """Tell whether any of `ranges`, which are `merged`, shares a character with ``[start, end)``."""
    index = bisect_right(ranges, start, key=lambda each: each.end)
    return index < bisect_left(ranges, end, key=lambda each: each.start)


def counts(annotation: Annotation, document: Document) -> bool:
    """Tell whether an annotation marks a passage of the document as it is now, and settles nothing."""
    there = bool(annotation.ranges) and annotation.state == "anchored" and SETTLED not in annotation.fields
    return there and annotation.text in {"", *document.texts[-1:]}


def judge(coding: Coding, document: Document, items: Iterable[Coded]) -> Judged | None:
    """Return what was marked in a document by those who worked on it; None where they are less than two.

    Where the query asks ``by:`` whom, nobody else worked on it.
    """
    coders = {one.creator for one in coding.seen(document) if counts(one, document)} - {""}
    if coding.wanted.asks("by"):
        coders &= set(coding.people())
    chosen = [one for one in items if counts(one.annotation, document) and one.annotation.creator in coders]
    return Judged(document, coders, chosen) if len(coders) >= _LEAST else None


def all_judged(coding: Coding) -> list[Judged]:
    """Return the documents that several people worked on."""
    items: dict[str, list[Coded]] = {}
    for one in coding.items:
        items.setdefault(one.annotation.document, []).append(one)
    found = (judge(coding, document, items.get(document.uuid, ())) for document in coding.documents)
    return [each for each in found if each is not None]


def patterns(stretches: Iterable[Stretch], *, weighed: bool) -> Counter[frozenset[str]]:
    """Return how many characters (`weighed`), or stretches, each set of creators gave a tag."""
    found: Counter[frozenset[str]] = Counter()
    for start, end, holders in stretches:
        found[holders] += end - start if weighed else 1
    return found
