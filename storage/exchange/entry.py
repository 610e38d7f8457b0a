"""What an export is made of: one annotation at a time, with everything around it that a format may want to say.

Owns the order of an export (document, then reading order, page notes first), where an annotation is said to stand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from copy import copy
from functools import cached_property
from itertools import islice, repeat
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from storage.errors import DocumentError
from storage.exchange import aspects
from storage.model import doubtful
from storage.places import Place, Places

if TYPE_CHECKING:
    from storage.library import Library
    from storage.model import Annotation, Bookmark, Document
    from storage.query import Query
    from storage.text import Text


Progress = Callable[[str, int, int], object]
"""Is told what is counted, how many are done, and of how many at most."""

_TOGETHER = 256
_tags, _creator = attrgetter("tags"), attrgetter("creator")
_new = tuple.__new__  # as in `storage.places`


def _nobody(what: str, done: int, total: int) -> None:
    """Tell nobody."""


class Entry(NamedTuple):
    """One annotation as it leaves: `tags` are paths, sorted; `text` is None where the document cannot be read."""

    annotation: Annotation
    document: Document
    text: Text | None
    tags: tuple[str, ...]
    creator: str
    place: Place

    @property
    def last_page(self) -> str:
        """The label of the page where it ends; nothing where the source has none."""
        return self.text.page_at(self.annotation.end - 1) if self.text and self.annotation.ranges else ""

    def where(self) -> str:
        """Return the place in words; for a page note and an orphan that they have none."""
        annotation = self.annotation
        if annotation.state != "anchored":
            return "orphan: the text no longer has this passage"
        if not annotation.ranges:
            return "page note"
        return f"{self.place} (not certain)" if doubtful(annotation) else str(self.place)

    def quoted(self) -> list[str]:
        """Return the quote block by block; a line end inside one of them was a line end in the document."""
        exact = self.annotation.exact
        if "\n" not in exact:
            return [exact] if exact.strip() else []
        start, end = self.annotation.start, self.annotation.end
        if self.text is None or self.text.string[max(start, 0) : max(end, 0)] != exact:
            return paragraphs(exact)
        blocks = (self.text.blocks[i] for i in self.text.blocks.between(start, end))
        parts = [self.text.string[max(start, block.start) : min(end, block.end)] for block in blocks]
        return [part for part in parts if part.strip()] or paragraphs(exact)


class Collection:
    """The annotations of a library that `query` lets through, as entries in order, made while they are asked for.

    `candidates` are the documents in question, `count` is how many entries were handed out, `met` what they had (see
    `storage.exchange.aspects`) beside the field `own`, which the format itself writes back. `progress` is told how far
    it is; `before` is what other parts of the whole have handed out, `total` how many there are in all of it. `texts`
    false spares the reading of the documents, and with it paragraphs and sections.
    """

    def __init__(
        self, library: Library, query: Query, documents: Sequence[Document] | None = None, *, texts: bool = True
    ) -> None:
        self.library = library
        self.whole = documents is None and query.empty
        self.count = self.before = 0
        self.own = ""
        self.progress: Progress = _nobody
        self.met: Counter[str] = Counter()
        self._query = query
        self.candidates = library.documents() if documents is None else documents
        self._texts = texts
        self._creators = {creator.uuid: creator.name for creator in library.creators()}
        self._sorted: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._paths = {tag.uuid: tag.path for tag in library.tags()}
        self._identities = {creator.uuid: creator.id for creator in library.creators()}

    def __iter__(self) -> Iterator[Entry]:
        """Yield the entries: by document, page notes first, then in reading order."""
        for document in self.candidates:
            yield from self._of(document)

    def documents(self) -> list[Document]:
        """Return the documents that were asked for: by themselves, or by a query that lets an annotation through."""
        return list(self.candidates) if self._query.empty else self.annotated()

    def annotated(self) -> list[Document]:
        """Return the documents that have an entry."""
        if self._query.empty:
            return [document for document in self.candidates if self.library.count(document.uuid)]
        return [document for document in self.candidates if next(iter(self._matching(document)), None)]

    def tags(self) -> list[str]:
        """Return the paths of the tags that the annotations have, sorted."""
        matching = (each for document in self.candidates for each in self._matching(document))
        return sorted({path for each in matching for path in self._paths_of(each.tags)})

    def memos(self) -> list[tuple[str, str]]:
        """Return what each memo is about, in words, and its text; only where the whole library was asked for."""
        library = self.library
        return [(library.memo_subject(memo.about), memo.note) for memo in library.memos()] if self.whole else []

    def bookmarks(self) -> list[Bookmark]:
        """Return the bookmarks in the documents that were asked for."""
        return [mark for document in self.documents() for mark in self.library.bookmarks(document.uuid)]

    def creator(self, uuid: str) -> str:
        """Return what makes the creator with this uuid the same person elsewhere."""
        return self._identities.get(uuid, "")

    def everything_met(self) -> Counter[str]:
        """Return what has been handed out had, with the memos and bookmarks that belong to it."""
        beside = {"memos": len(self.memos()), "bookmarks": len(self.bookmarks()) if self.whole else 0}
        return self.met + Counter(beside)

    @cached_property
    def total(self) -> int:
        """How many entries there are at most."""
        return sum(self.library.count(document.uuid) for document in self.candidates)

    def add(self, part: Collection) -> None:
        """Count what a part of this collection has handed out as this one's."""
        self.count += part.count
        self.met.update(part.met)

    def only(self, document: Document) -> Collection:
        """Return the part of this collection that is about `document`."""
        part = copy(self)
        part.whole, part.candidates, part.count, part.met = False, [document], 0, Counter()
        part.progress, part.before, part.total = self.progress, self.before + self.count, self.total
        return part

    def _of(self, document: Document) -> Iterator[Entry]:
        """Yield the entries of a document, which is read when there is one; some of them are made together."""
        annotations = iter(self._matching(document))
        some = list(islice(annotations, _TOGETHER))
        if not some:
            return
        text = self._read(document) if self._texts else None
        places = Places(text, document.length)
        while some:
            self._count(some)
            tags = map(self._paths_of, map(_tags, some))
            creators = map(self._creators.get, map(_creator, some), repeat(""))
            known = zip(some, repeat(document), repeat(text), tags, creators, places.of_each(some), strict=False)
            yield from map(_new, repeat(Entry), known)
            some = list(islice(annotations, _TOGETHER))

    def _count(self, some: Sequence[Annotation]) -> None:
        self.count += len(some)
        aspects.count(self.met, some, self.own)
        self.progress("annotations written", self.before + self.count, self.total)

    def _matching(self, document: Document) -> Iterable[Annotation]:
        annotations = self.library.passing(document.uuid)
        if self._query.empty:
            return annotations
        return (each for each in annotations if self._holds(each, document))

    def _holds(self, annotation: Annotation, document: Document) -> bool:
        tags, creator = self._paths_of(annotation.tags), self._creators.get(annotation.creator, "")
        return self._query.holds(self.library.subject(annotation, document, tags, creator, self._query))

    def _paths_of(self, tags: tuple[str, ...]) -> tuple[str, ...]:
        """Return the paths of tags, sorted, and keep them for who has the same."""
        found = self._sorted.get(tags)
        if found is None:
            found = self._sorted[tags] = tuple(sorted(filter(None, map(self._paths.get, tags))))
        return found

    def _read(self, document: Document) -> Text | None:
        """Return the newest text known of a document, or None: what was written about a lost one is exported too."""
        library = self.library
        with suppress(DocumentError):  # where the snapshot is damaged the file may say the same
            if document.texts and library.snapshots.has(document.texts[-1]):
                return library.snapshots.load(document.texts[-1])
        with suppress(DocumentError):
            return library.text(document)
        return None


def origin(document: Document) -> list[str]:
    """Return where a document comes from: its address or path, and of a fetched page when, and what its bytes were."""
    found = [document.source or (document.paths[-1] if document.paths else "")]
    if retrieved := document.attributes.get("retrieved"):
        found.append(f"retrieved {retrieved}")
        found += [f"SHA-256 {one}" for one in document.files[-1:]]
    return [one for one in found if one]


def paragraphs(string: str) -> list[str]:
    """Split `string` at its blank lines."""
    return [part for part in re.split(r"\n[^\S\n]*(?:\n[^\S\n]*)+", string.strip("\n")) if part.strip()]
