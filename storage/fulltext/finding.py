"""A question put to a library: what its terms say of documents and highlights, then what the index finds.

The first part looks at the library and is for the thread that has it; `answer` may run in any other.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from storage.fulltext.asking import Asked, ask
from storage.fulltext.hits import MOST, Hit, Range, search
from storage.fulltext.index import NOTE, QUOTE, TEXT, Index
from storage.query import Subject

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
    asked = ask(source)
    if asked.terms.empty and not asked.dates:
        return Question(asked)
    documents = [each for each in library.documents() if asked.terms.matches_document(each) and _in_time(asked, each)]
    if not asked.terms.about_annotations:
        return Question(asked, frozenset(each.uuid for each in documents))
    creators = {each.uuid: each.name for each in library.creators()}
    found = {each.uuid: _highlights(library, asked, each, creators) for each in documents}
    kept = {uuid: annotations for uuid, annotations in found.items() if annotations}
    return Question(asked, frozenset(kept), kept)


def _in_time(asked: Asked, document: Document) -> bool:
    when = document.date or document.added
    tests = (((when < date) == (name == "before"), negated) for name, date, negated in asked.dates)
    return all(holds != negated for holds, negated in tests)


def _highlights(library: Library, asked: Asked, document: Document, creators: Mapping[str, str]) -> list[Annotation]:
    return [
        one
        for one in library.annotations(document.uuid)
        if asked.terms.holds(
            Subject(
                one,
                document,
                library.tag_paths(one),
                creators.get(one.creator, ""),
                incoming=library.incoming(one) if "link" in asked.terms.source else (),
                color=library.color_of(one),
            )
        )
    ]


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
    found = (asked.highlights or {}).values()
    return [
        Hit(one.document, TEXT if one.ranges else NOTE, max(0, one.start), one.uuid, text, ((0, len(text)),))
        for annotations in found
        for one in annotations
        if (text := one.exact or one.note)
    ]


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
