"""A question put to a library: what its terms say of documents and highlights, then what the index finds.

The first part looks at the library and is for the thread that has it; `answer` may run in any other.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from storage.fulltext.aliases import known_names, widened
from storage.fulltext.asking import Asked, ask
from storage.fulltext.hits import MOST, Hit, Range, search
from storage.fulltext.index import NOTE, QUOTE, TEXT, Index
from storage.records import JOINT

if TYPE_CHECKING:
    from storage.library import Library
    from storage.model import Annotation, Document

_WIDE = 20
"""How many times as many passages are asked for where only some of them stand in the highlights that are meant."""


class Question(NamedTuple):
    """What is asked of which documents (None: of all) and in which highlights (None: wherever), by document."""

    asked: Asked
    within: frozenset[str] | None = None
    highlights: dict[str, list[Annotation]] | None = None


def question(library: Library, source: str) -> Question:
    """Return what a reader asks; never raises."""
    asked = _ask(library, source)
    if asked.terms.empty and not asked.dates:
        return Question(asked)
    documents = [each for each in library.documents() if asked.terms.matches_document(each) and _in_time(asked, each)]
    if not asked.terms.about_annotations:
        return Question(asked, frozenset(each.uuid for each in documents))
    creators = {each.uuid: each.name for each in library.creators()}
    found = {each.uuid: _highlights(library, asked, each, creators) for each in documents}
    kept = {uuid: annotations for uuid, annotations in found.items() if annotations}
    return Question(asked, frozenset(kept), kept)


def _ask(library: Library, source: str) -> Asked:
    """Understand a question; the name of a tag with aliases, or one of these, asks for any of them."""
    asked = ask(source)
    names = known_names(library.tags())
    return asked._replace(words=widened(asked.words, names)) if asked.words is not None and names else asked


def _in_time(asked: Asked, document: Document) -> bool:
    when = document.date or document.added
    tests = (((when < date) == (name == "before"), negated) for name, date, negated in asked.dates)
    return all(holds != negated for holds, negated in tests)


def again(last: Question, library: Library, source: str) -> Question:
    """Return what is asked now of a library that is as it was at `last`: other words need not look through it anew."""
    asked, before = _ask(library, source), last.asked
    same = (asked.terms.source, asked.dates) == (before.terms.source, before.dates)
    return last._replace(asked=asked) if same else question(library, source)


def _highlights(library: Library, asked: Asked, document: Document, creators: Mapping[str, str]) -> list[Annotation]:
    subjects = (
        library.subject(one, document, library.tag_paths(one), creators.get(one.creator, ""), asked.terms)
        for one in library.annotations(document.uuid)
    )
    return [each.annotation for each in subjects if each.annotation and asked.terms.holds(each)]


def answer(index: Index, asked: Question, most: int = MOST) -> list[Hit]:
    """Return the passages that answer, the best first, or the highlights where no words are asked for.

    Raises SearchError.
    """
    if asked.asked.words is None:
        return _as_hits(asked)[:most]
    if asked.highlights is None:
        return search(index, asked.asked, within=asked.within, most=most)
    found = search(index, asked.asked, within=asked.within, most=most * _WIDE)
    kept = (_inside(hit, asked.highlights[hit.document]) for hit in found if hit.document in asked.highlights)
    return [hit for hit in kept if hit is not None][:most]


def _as_hits(asked: Question) -> list[Hit]:
    found = (one for annotations in (asked.highlights or {}).values() for one in annotations)
    return [Hit(one.document, *part, marks=((0, len(part[-1])),)) for one in found for part in _parts(one)]


def _parts(one: Annotation) -> Iterator[tuple[int, int, str, str]]:
    """Yield kind, start, annotation and string of what there is to see of an annotation: each of its passages."""
    if one.state == "orphan" and one.exact:
        yield QUOTE, 0, one.uuid, one.exact
    elif one.ranges:
        strings = one.exact.split(JOINT) if len(one.ranges) > 1 else [one.exact]
        yield from ((TEXT, place.start, one.uuid, string) for place, string in zip(one.ranges, strings, strict=False))
    elif one.note:
        yield NOTE, 0, one.uuid, one.note


def _inside(hit: Hit, annotations: list[Annotation]) -> Hit | None:
    """Return what of a hit stands in highlights, or belongs to them."""
    if hit.kind in {NOTE, QUOTE}:
        return hit if any(one.uuid == hit.about for one in annotations) else None
    if hit.kind != TEXT:
        return None
    ranges = sorted(place for one in annotations if one.state == "anchored" for place in one.ranges)
    marks = tuple(mark for mark in hit.marks if _touches(ranges, (hit.start + mark[0], hit.start + mark[1])))
    return hit._replace(marks=marks) if marks else None


def _touches(ranges: Sequence[Range], mark: Range) -> bool:
    at = bisect_left(ranges, (mark[1], -1))
    return any(start < mark[1] and end > mark[0] for start, end in ranges[max(0, at - 50) : at])
