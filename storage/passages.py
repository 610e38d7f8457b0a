"""An annotation's place in a text: taking it from a selection, and finding it again in another version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from storage.anchor import Anchor
from storage.errors import DocumentError, UsageError
from storage.model import Annotation, Range
from storage.records import JOINT

if TYPE_CHECKING:
    from storage.diffmap import DiffMap
    from storage.text import Text
    from storage.texts import Snapshots


def placed(annotation: Annotation, text: Text, ranges: Iterable[tuple[int, int]]) -> Annotation:
    """Return `annotation` over `ranges` of `text`; none make it a page note.

    Raises UsageError when a range is empty, overlaps another or leaves the text.
    """
    kept = tuple(sorted(Range(*each) for each in ranges))
    end = 0
    for each in kept:
        if not end <= each.start < each.end <= len(text):
            raise UsageError(f"{each.start}:{each.end} is no range of this text: it has {len(text)} characters.")
        end = each.end
    if not kept:
        return annotation._replace(ranges=(), exact="", prefix="", suffix="", text="", reader="", state="anchored")
    return _over(annotation, text, kept, 1.0)


def _over(annotation: Annotation, text: Text, ranges: tuple[Range, ...], confidence: float) -> Annotation:
    from storage.anchor import make  # noqa: PLC0415  # imported when first used

    first = make(text.string, *ranges[0])
    last = first if len(ranges) == 1 else make(text.string, *ranges[-1])
    return annotation._replace(
        ranges=ranges,
        exact=JOINT.join(text.string[start:end] for start, end in ranges),
        prefix=first.prefix,
        suffix=last.suffix,
        text=text.hash,
        reader=text.reader,
        confidence=confidence,
        state="anchored",
    )


class Follower:
    """Takes annotations of older versions of a document over into `text`, its newest.

    Each older version whose snapshot is there is aligned with `text` once; without it, passages are looked for by their
    quote and context.
    """

    def __init__(self, text: Text, snapshots: Snapshots) -> None:
        self._text = text
        self._snapshots = snapshots
        self._maps: dict[str, DiffMap | None] = {}

    def follow(self, annotation: Annotation) -> Annotation:
        """Return `annotation` where its passage stands now.

        When a range is not found it becomes an orphan: it keeps its ranges, its quote and the hash of the version they
        count in.
        """
        if not annotation.ranges:
            return annotation
        found: list[Range] = []
        confidence = 1.0
        for anchor in _anchors(annotation):
            place = self._place(annotation.text, anchor)
            if place is None or (found and place[0] < found[-1].end):
                return annotation._replace(state="orphan", confidence=0.0)
            found.append(Range(place[0], place[1]))
            confidence = min(confidence, place[2])
        return _over(annotation, self._text, tuple(found), confidence)

    def _place(self, version: str, anchor: Anchor) -> tuple[int, int, float] | None:
        if version not in self._maps:
            self._maps[version] = self._map(version)
        mapped = self._maps[version]
        if mapped and mapped.old.text[anchor.start : anchor.end] == anchor.exact:
            return mapped.place(anchor.start, anchor.end)
        from storage.fuzzy import locate_fuzzy  # noqa: PLC0415  # imported when first used

        return locate_fuzzy(self._text.string, anchor)

    def _map(self, version: str) -> DiffMap | None:
        from storage.diffmap import DiffMap  # noqa: PLC0415  # imported when first used

        if not version or not self._snapshots.has(version):
            return None
        try:
            old = self._snapshots.load(version)
        except DocumentError:
            return None
        return DiffMap(old.string, self._text.string)


def _anchors(annotation: Annotation) -> Iterator[Anchor]:
    """Yield the anchor of each range: the outer ones have the context, each its own piece of the quote."""
    at = 0
    last = len(annotation.ranges) - 1
    for number, (start, end) in enumerate(annotation.ranges):
        exact = annotation.exact[at : at + end - start]
        prefix = "" if number else annotation.prefix
        yield Anchor(start, end, exact, prefix, annotation.suffix if number == last else "")
        at += end - start + len(JOINT)
