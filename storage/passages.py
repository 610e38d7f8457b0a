"""An annotation's place in a text: taking it from a selection, and finding it again in another version."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from storage.anchor import Anchor
from storage.errors import DocumentError, UsageError
from storage.model import Annotation, Range
from storage.records import JOINT

if TYPE_CHECKING:
    from storage.alignment import Tick
    from storage.diffmap import DiffMap
    from storage.text import Text
    from storage.texts import Snapshots


def placed(annotation: Annotation, text: Text, ranges: Iterable[tuple[int, int]], encoded: bytes = b"") -> Annotation:
    """Return `annotation` over `ranges` of `text`; none make it a page note. For `encoded` see `storage.anchor.make`.

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
    return _over(annotation, text, kept, 1.0, encoded)


def _over(
    annotation: Annotation, text: Text, ranges: tuple[Range, ...], confidence: float, encoded: bytes = b""
) -> Annotation:
    from storage.anchor import make  # noqa: PLC0415  # imported when first used

    first = make(text.string, *ranges[0], encoded)
    last = first if len(ranges) == 1 else make(text.string, *ranges[-1], encoded)
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


class Followed(NamedTuple):
    """Where an annotation went: `before` and `after` are it in both versions, `fate` is one of `FATES`."""

    before: Annotation
    after: Annotation
    fate: str


FATES = ("kept", "moved", "edited", "found again", "lost", "still lost")
"""What can become of an annotation: same words in their order, elsewhere, other words; an orphan's place is found."""


_LEAST_BACK = 0.3

Progress = Callable[[str], object]
"""Is told in a few words how far the work is."""


class StoppedError(Exception):
    """The work was given up because it is not wanted any more."""


def counting(progress: Progress, stopped: Callable[[], bool]) -> Callable[[str, int, int], None]:
    """Return what is told of what, how many are done, of how many; it raises StoppedError where the work is to end."""

    def tell(what: str, done: int, total: int) -> None:
        if stopped():
            raise StoppedError
        progress(f"{done} of {total} {what}")

    return tell


class Follower:
    """Takes annotations of other versions of a document over into `text`.

    Each version whose snapshot is there is aligned with `text` once; without it, passages are looked for by their
    quote and context. `back` is for a `text` older than theirs: where what came to stand there came from.
    """

    def __init__(self, text: Text, snapshots: Snapshots, *, back: bool = False) -> None:
        self.text = text
        self._back = back
        self._encoded = b""
        self._tick: Tick | None = None
        self._snapshots = snapshots
        self._maps: dict[str, DiffMap | None] = {}

    def listen(self, progress: Progress | None, stopped: Callable[[], bool]) -> Progress:
        """Tell `progress` how far alignments are from now on; they raise StoppedError soon after `stopped` is true.

        Returns what tells it of other work in the same way.
        """

        def say(words: str) -> None:
            if stopped():
                raise StoppedError
            if progress:
                progress(words)

        self._tick = lambda share: say(f"comparing both versions: {share:.0%}")
        return say

    def deafen(self) -> None:
        """Tell nobody any more."""
        self._tick = None

    def stands(self, annotation: Annotation) -> bool:
        """Tell whether the ranges of `annotation` count in this very text, so that there is nothing to follow."""
        return not annotation.ranges or (annotation.text == self.text.hash and annotation.state == "anchored")

    def follow(self, annotation: Annotation) -> Followed:
        """Return `annotation` where its passage stands now; it is at most as certain as it was before.

        When a range is not found it becomes an orphan: it keeps its ranges, its quote and the hash of the version they
        count in.
        """
        if self.stands(annotation):
            return Followed(annotation, annotation, "kept")
        lost = annotation.state == "orphan"
        found: list[Range] = []
        confidence = 1.0 if lost else annotation.confidence
        for anchor in _anchors(annotation):
            place = self._place(annotation.text, anchor)
            if place is None or (found and place[0] < found[-1].end):
                orphan = annotation._replace(state="orphan", confidence=0.0)
                return Followed(annotation, orphan, "still lost" if lost else "lost")
            found.append(Range(place[0], place[1]))
            confidence = min(confidence, place[2])
        self._encoded = self._encoded or self.text.string.encode()
        after = _over(annotation, self.text, tuple(found), confidence, self._encoded)
        return Followed(annotation, after, "found again" if lost else self._fate(annotation, after))

    def _fate(self, before: Annotation, after: Annotation) -> str:
        if before.exact.split() != after.exact.split():
            return "edited"
        mapped = self._maps.get(before.text)
        moved = mapped is not None and any(mapped.has_moved(*each) for each in before.ranges)
        return "moved" if moved else "kept"

    def offset(self, version: str, at: int) -> int:
        """Return where the offset `at` of another version is in this text; `at` when that version is not there."""
        mapped = self.map(version)
        return mapped.offset(at) if mapped else min(at, len(self.text))

    def _place(self, version: str, anchor: Anchor) -> tuple[int, int, float] | None:
        if version == self.text.hash and self.text.string[anchor.start : anchor.end] == anchor.exact:
            return anchor.start, anchor.end, 1.0
        mapped = self.map(version)
        if mapped and mapped.old.text[anchor.start : anchor.end] == anchor.exact:
            least = (_LEAST_BACK,) if self._back else ()
            return mapped.place(anchor.start, anchor.end, *least)
        from storage.fuzzy import locate_fuzzy  # noqa: PLC0415  # imported when first used

        return locate_fuzzy(self.text.string, anchor)

    def map(self, version: str) -> DiffMap | None:
        """Return the alignment of another version with this text, made once; None when that version is not there."""
        if version not in self._maps:
            self._maps[version] = self._map(version)
        return self._maps[version]

    def _map(self, version: str) -> DiffMap | None:
        from storage.alignment import silent  # noqa: PLC0415  # imported when first used
        from storage.diffmap import DiffMap  # noqa: PLC0415  # the same

        if version in {"", self.text.hash} or not self._snapshots.has(version):
            return None
        try:
            old = self._snapshots.load(version)
        except DocumentError:
            return None
        if self._back:
            return DiffMap(self.text.string, old.string, self._tick or silent).turn()
        return DiffMap(old.string, self.text.string, self._tick or silent)


def _anchors(annotation: Annotation) -> Iterator[Anchor]:
    """Yield the anchor of each range: the outer ones have the context, each its own piece of the quote."""
    at = 0
    last = len(annotation.ranges) - 1
    for number, (start, end) in enumerate(annotation.ranges):
        exact = annotation.exact[at : at + end - start]
        prefix = "" if number else annotation.prefix
        yield Anchor(start, end, exact, prefix, annotation.suffix if number == last else "")
        at += end - start + len(JOINT)
