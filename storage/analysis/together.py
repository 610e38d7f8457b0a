"""Which tags stand together: in one passage, overlapping, in one paragraph, in one document.

A cell counts places: passages (the same ranges), paragraphs or documents that have both tags; for overlapping, the
annotations that have both, and the pairs of annotations that share a character, one with this tag and one with that.
The diagonal counts the places that have the tag at all. The matrix is symmetric.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush
from itertools import combinations
from typing import TYPE_CHECKING

from storage.analysis.coding import Coded, Coding
from storage.analysis.table import Row, Table
from storage.errors import DocumentError

if TYPE_CHECKING:
    from storage.model import Range
    from storage.text import Blocks

KINDS = ("passage", "overlap", "paragraph", "document")
"""What two tags can share."""

_TITLES = {
    "passage": "Tags on the same passage",
    "overlap": "Tags that overlap",
    "paragraph": "Tags in the same paragraph",
    "document": "Tags in the same document",
}

Pairs = Counter[tuple[str, str]]
Groups = Iterable[Sequence[Coded]]


def together(coding: Coding, by: str = "") -> Table:
    """Return the matrix of tags that stand together, `by` one of `KINDS`."""
    by = by or KINDS[0]
    notes: list[str] = []
    if by == "overlap":
        counts = sum((_overlaps(group) for group in _by_document(coding)), Pairs())
    else:
        counts = _shared(_groups(coding, by, notes))
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


def _groups(coding: Coding, by: str, notes: list[str]) -> Groups:
    """Return the annotations by what they share; `notes` hears of texts that are not there."""
    found: dict[object, list[Coded]] = {}
    if by == "paragraph":
        blocks = _Paragraphs(coding, notes)
    for one in coding.items:
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


def _shared(groups: Groups) -> Pairs:
    """Count the groups that have both tags of each pair, and (the pair of a tag with itself) each tag."""
    counts: Pairs = Counter()
    for group in groups:
        tags = sorted(set().union(*(one.tags for one in group)))
        counts.update((tag, tag) for tag in tags)
        counts.update(combinations(tags, 2))
    return counts


def _overlaps(group: Sequence[Coded]) -> Pairs:
    """Count pairs in one document by a sweep over its annotations; those of several ranges are compared one by one."""
    counts: Pairs = Counter()
    for one in group:
        counts.update((tag, tag) for tag in one.tags)
        counts.update(combinations(one.tags, 2))
    single = [one for one in group if len(one.annotation.ranges) == 1]
    _sweep(sorted(single, key=lambda one: one.annotation.start), counts)
    for at, one in enumerate(several := [one for one in group if len(one.annotation.ranges) > 1]):
        for other in (*single, *several[at + 1 :]):
            if _overlap(one.annotation.ranges, other.annotation.ranges):
                counts.update(_pairs(one.tags, other.tags))
    return counts


def _sweep(group: Iterable[Coded], counts: Pairs) -> None:
    """Count the pairs of overlapping annotations of one range each, which come by start."""
    active: Counter[str] = Counter()
    both: Pairs = Counter()
    ends: list[tuple[int, int, tuple[str, ...]]] = []
    for number, one in enumerate(group):
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
    groups = _by_document(coding) if by == "overlap" else _groups(coding, by, [])
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
