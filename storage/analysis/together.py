"""Which tags stand together: in one passage, overlapping, in one paragraph, in one document.

A cell counts places: passages (the same ranges), paragraphs or documents that have both tags; for overlapping, the
annotations that have both, and the pairs of annotations that share a character, one with this tag and one with that.
The diagonal counts the places that have the tag at all. The matrix is symmetric.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from heapq import heappop, heappush
from itertools import combinations
from typing import TYPE_CHECKING

from storage.analysis.coding import Coded, Coding
from storage.analysis.table import Row, Table
from storage.errors import DocumentError
from storage.steps import Steps, finished

if TYPE_CHECKING:
    from storage.model import Range
    from storage.text import Blocks

KINDS = ("passage", "overlap", "paragraph", "document")
"""What two tags can share."""

_FEW = 100
"""Annotations that are looked at between two steps."""

_TITLES = {
    "passage": "Tags on the same passage",
    "overlap": "Tags that overlap",
    "paragraph": "Tags in the same paragraph",
    "document": "Tags in the same document",
}

Pairs = Counter[tuple[str, str]]
Groups = Collection[Sequence[Coded]]


def together(coding: Coding, by: str = "") -> Steps[Table]:
    """Return the matrix of tags that stand together, `by` one of `KINDS`, a little at a time."""
    by = by or KINDS[0]
    notes: list[str] = []
    counts = Pairs()
    groups = _by_document(coding) if by == "overlap" else (yield from _groups(coding, by, notes))
    count = _overlaps if by == "overlap" else _shared
    for number, group in enumerate(groups):
        for _ in count(group, counts):
            yield 0.5 + number / len(groups) / 2
    paths = coding.paths
    rows = tuple(Row(one, tuple(counts[min(one, two), max(one, two)] for two in paths), one) for one in paths)

    def members(row: int, column: int) -> list[str]:
        return _members(coding, by, paths[row], paths[column])

    return Table("together", _TITLES[by], "tag", tuple(paths), rows, members, tuple(notes), by=by)


def _by_document(coding: Coding) -> Groups:
    """Return the annotations that stand in a text, by document."""
    found: dict[str, list[Coded]] = {}
    for one in coding.items:
        if _stands(one):
            found.setdefault(one.annotation.document, []).append(one)
    return found.values()


def _stands(one: Coded) -> bool:
    return bool(one.annotation.ranges) and one.annotation.state == "anchored"


def _groups(coding: Coding, by: str, notes: list[str]) -> Steps[Groups]:
    """Return the annotations by what they share; `notes` hears of texts that are not there."""
    found: dict[object, list[Coded]] = {}
    if by == "paragraph":
        blocks = _Paragraphs(coding, notes)
    for number, one in enumerate(coding.items):
        if number % _FEW == 0:
            yield number / len(coding.items) / 2
        if by == "document":
            found.setdefault(one.annotation.document, []).append(one)
        elif _stands(one) and by == "passage":
            found.setdefault((one.annotation.document, one.annotation.ranges), []).append(one)
        elif _stands(one):
            for block in blocks.of(one):
                found.setdefault((one.annotation.document, block), []).append(one)
    return found.values()


class _Paragraphs:
    """Which paragraphs annotations stand in, by the snapshot of the text that their ranges count in."""

    def __init__(self, coding: Coding, notes: list[str]) -> None:
        self._snapshots = coding.library.snapshots
        self._titles = coding.labels()
        self._blocks: dict[str, Blocks | None] = {}
        self._notes = notes

    def of(self, one: Coded) -> Iterator[int]:
        """Yield the indices of an annotation's paragraphs, each once."""
        version = one.annotation.text
        if version not in self._blocks:
            self._blocks[version] = self._read(one)
        blocks = self._blocks[version]
        if blocks is not None:
            yield from dict.fromkeys(block for each in one.annotation.ranges for block in blocks.between(*each))

    def _read(self, one: Coded) -> Blocks | None:
        try:
            return self._snapshots.blocks(one.annotation.text)
        except DocumentError:
            title = self._titles[one.annotation.document]
            self._notes.append(f"Left out, because its text is not there: {title}. Open it, and it is.")
            return None


def _shared(group: Sequence[Coded], counts: Pairs) -> Iterator[None]:
    """Count a group for each pair of tags that it has, and (the pair of a tag with itself) each tag; in one step."""
    tags = sorted(set().union(*(one.tags for one in group)))
    counts.update((tag, tag) for tag in tags)
    counts.update(combinations(tags, 2))
    yield


def _overlaps(group: Sequence[Coded], counts: Pairs) -> Iterator[None]:
    """Count pairs in one document by a sweep over its annotations; those of several ranges are compared one by one.

    Yields now and then.
    """
    for one in group:
        counts.update((tag, tag) for tag in one.tags)
        counts.update(combinations(one.tags, 2))
    single = [one for one in group if len(one.annotation.ranges) == 1]
    yield from _sweep(sorted(single, key=lambda one: one.annotation.start), counts)
    for at, one in enumerate(several := [one for one in group if len(one.annotation.ranges) > 1]):
        yield
        for other in (*single, *several[at + 1 :]):
            if _overlap(one.annotation.ranges, other.annotation.ranges):
                counts.update(_pairs(one.tags, other.tags))


def _sweep(group: Iterable[Coded], counts: Pairs) -> Iterator[None]:
    """Count the pairs of overlapping annotations of one range each, which come by start; yields now and then."""
    active: Counter[str] = Counter()
    both: Pairs = Counter()
    ends: list[tuple[int, int, tuple[str, ...]]] = []
    for number, one in enumerate(group):
        if number % _FEW == 0:
            yield
        start, end = one.annotation.ranges[0]
        while ends and ends[0][0] <= start:
            tags = heappop(ends)[2]
            active.subtract(tags)
            both.subtract(combinations(tags, 2))
        for tag in one.tags:
            for other, many in active.items():
                if many and other != tag:
                    counts[min(tag, other), max(tag, other)] += many
        for pair in combinations(one.tags, 2):
            counts[pair] -= both[pair]  # one that has both, and another that has both: counted from either side
        heappush(ends, (end, number, one.tags))
        active.update(one.tags)
        both.update(combinations(one.tags, 2))


def _pairs(ones: Iterable[str], others: Iterable[str]) -> set[tuple[str, str]]:
    there = tuple(others)
    return {(min(one, other), max(one, other)) for one in ones for other in there if one != other}


def _overlap(ones: Sequence[Range], others: Sequence[Range]) -> bool:
    return any(one.start < other.end and other.start < one.end for one in ones for other in others)


def _members(coding: Coding, by: str, one: str, two: str) -> list[str]:
    """Return the annotations behind a cell: those with either tag where both are."""
    groups = _by_document(coding) if by == "overlap" else finished(_groups(coding, by, []))
    found: dict[str, None] = {}
    for group in groups:
        having = [each for each in group if one in each.tags or two in each.tags]
        kept = _meeting(having, one, two) if by == "overlap" and one != two else having
        if {one, two} <= set().union(*(each.tags for each in kept)):
            found.update(dict.fromkeys(each.annotation.uuid for each in kept))
    return [each.annotation.uuid for each in coding.items if each.annotation.uuid in found]


def _meeting(having: Sequence[Coded], one: str, two: str) -> list[Coded]:
    """Return those that have both tags, or overlap with one that has the other."""
    return [
        each
        for each in having
        if {one, two} <= set(each.tags)
        or any(
            (two if one in each.tags else one) in other.tags
            and _overlap(each.annotation.ranges, other.annotation.ranges)
            for other in having
        )
    ]
