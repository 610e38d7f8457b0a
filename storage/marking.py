"""Highlighting many passages of many documents as one step: first what would come of it, then all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from storage import passages
from storage.errors import DocumentError
from storage.model import Annotation, Range
from storage.sentences import sentence_at

if TYPE_CHECKING:
    from storage.library import Library
    from storage.text import Text

EXTENTS = ("match", "sentence", "paragraph")
"""How much is highlighted: what was found, or all of the sentences or paragraphs that it stands in."""

Known = Mapping[str, Mapping[Range, str]]
"""By document: the passages that are highlighted already, and the uuids of those highlights."""

Tell = Callable[[int, int], object]
"""Hears how many passages are looked at, of how many; may raise to give it up."""

_EVERY = 50


class Passage(NamedTuple):
    """``[start, end)`` in the text `version` (its hash) of a document (uuid).

    `words` is what was found there, where it may have been another version; else empty. `about` is the highlight
    (uuid) that this is, or is a piece of, if that was what was asked for.
    """

    document: str
    version: str
    start: int
    end: int
    words: str
    about: str = ""


class Plan(NamedTuple):
    """What would be highlighted: `new` annotations, without uuids, and those that are `known` (uuids).

    `lost` passages cannot be: their text is gone, or says something else now.
    """

    new: list[Annotation]
    known: list[str]
    lost: int
    documents: int

    @property
    def size(self) -> int:
        """How many highlights there would be, those included that are there."""
        return len(self.new) + len(self.known)


def silent(done: int, total: int) -> None:
    """Hear, and do nothing."""
    del done, total


def known(annotations: Iterable[Annotation]) -> dict[str, dict[Range, str]]:
    """Return where highlights of one piece stand."""
    found: dict[str, dict[Range, str]] = {}
    for one in annotations:
        if len(one.ranges) == 1 and one.state == "anchored":
            found.setdefault(one.document, {}).setdefault(one.ranges[0], one.uuid)
    return found


def plan(
    found: Iterable[Passage], there: Known, load: Callable[[str], Text], extent: str = "match", tell: Tell = silent
) -> Plan:
    """Return what highlighting `found` comes to, each place once; `load` gives a text by its hash.

    A document whose text `load` cannot give (DocumentError) is left out and its passages are counted as lost.
    """
    grouped: dict[tuple[str, str], list[Passage]] = {}
    for one in found:
        grouped.setdefault((one.document, one.version), []).append(one)
    total = sum(map(len, grouped.values()))
    work = _Planning(there, load, extent, lambda done: tell(done, total))
    for (document, version), group in grouped.items():
        work.take(document, version, group)
    return Plan(work.new, work.known, work.lost, len({document for document, _ in grouped}))


class _Planning:
    """Plans one document after the other; `tell` hears how many passages are done."""

    def __init__(self, there: Known, load: Callable[[str], Text], extent: str, tell: Callable[[int], object]) -> None:
        self._there, self._load, self._extent, self._tell = there, load, extent, tell
        self._done = 0
        self.new: list[Annotation] = []
        self.known: list[str] = []
        self.lost = 0

    def take(self, document: str, version: str, group: Sequence[Passage]) -> None:
        """Plan the passages of one text."""
        self._tell(self._done)
        try:
            text = self._load(version)
        except DocumentError:
            self.lost += len(group)
        else:
            standing = [one for one in group if one.words in {"", text.string[one.start : one.end]}]
            self.lost += len(group) - len(standing)
            if self._extent == EXTENTS[0]:
                self.known.extend(dict.fromkeys(one.about for one in standing if one.about))
                standing = [one for one in standing if not one.about]
            self._place(document, text, _widened(text, standing, self._extent))
        self._done += len(group)

    def _place(self, document: str, text: Text, places: Sequence[Range]) -> None:
        there, encoded = self._there.get(document, {}), text.string.encode() if places else b""
        for number, place in enumerate(places):
            if number % _EVERY == 0:
                self._tell(self._done + number)
            if place in there:
                self.known.append(there[place])
            else:
                self.new.append(passages.placed(Annotation("", document), text, [place], encoded))


def _widened(text: Text, standing: Iterable[Passage], extent: str) -> list[Range]:
    widen = {"sentence": _sentences, "paragraph": _paragraphs}.get(extent)
    places = (Range(one.start, one.end) for one in standing)
    return sorted({place if widen is None else widen(text, place) for place in places})


def _sentences(text: Text, place: Range) -> Range:
    first, last = sentence_at(text, place.start), sentence_at(text, place.end - 1)
    return Range(min(place.start, first[0] if first else place.start), max(place.end, last[1] if last else place.end))


def _paragraphs(text: Text, place: Range) -> Range:
    first, last = (text.blocks[text.blocks.at(offset)] for offset in (place.start, place.end - 1))
    start, end = min(place.start, first.start), max(place.end, last.end)
    words = text.string[start:end]
    return Range(start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip()))


def mark(library: Library, planned: Plan, tags: Iterable[str] = ()) -> None:
    """Make what was planned, with `tags` (paths), as one undo step. Raises ManiculaError, and then nothing is made."""
    library.annotate_all(planned.new, planned.known, list(tags))


def of_matches(document: str, version: str, string: str, matches: Iterable[tuple[int, int]]) -> Iterator[Passage]:
    """Yield matches in the text `string` of a document as passages."""
    return (Passage(document, version, start, end, string[start:end]) for start, end in matches)
