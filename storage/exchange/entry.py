"""What an export is made of: one annotation at a time, with everything around it that a format may want to say.

Owns the order of an export (document, then reading order, page notes first), where an annotation is said to stand.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from storage.errors import DocumentError

if TYPE_CHECKING:
    from storage.library import Library
    from storage.model import Annotation, Document
    from storage.query import Query
    from storage.text import Text


class Place(NamedTuple):
    """Where an annotation stands, in a reader's words.

    `paragraph` counts the blocks that are not headings, from 1 (0: unknown or in a heading); `percent` is how far into
    the text the passage begins (-1: unknown); `sections` are the titles around it, the outermost first.
    """

    paragraph: int = 0
    percent: int = -1
    sections: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return ``¶ 7, 43 %``, as much of it as is known."""
        parts = [f"¶ {self.paragraph}"] if self.paragraph else []
        return ", ".join([*parts, f"{self.percent} %"] if self.percent >= 0 else parts)


class Entry(NamedTuple):
    """One annotation as it leaves: `tags` are paths, sorted; `text` is None where the document cannot be read."""

    annotation: Annotation
    document: Document
    text: Text | None
    tags: tuple[str, ...]
    creator: str
    place: Place

    def where(self) -> str:
        """Return the place in words; for a page note and an orphan that they have none."""
        if self.annotation.state != "anchored":
            return "orphan: the text no longer has this passage"
        return str(self.place) if self.annotation.ranges else "page note"

    def quoted(self) -> list[str]:
        """Return the quote block by block; a line end inside one of them was a line end in the document."""
        exact, start, end = self.annotation.exact, self.annotation.start, self.annotation.end
        if self.text is None or self.text.string[max(start, 0) : max(end, 0)] != exact:
            return paragraphs(exact)
        blocks = (self.text.blocks[i] for i in self.text.blocks.between(start, end))
        parts = [self.text.string[max(start, block.start) : min(end, block.end)] for block in blocks]
        return [part for part in parts if part.strip()] or paragraphs(exact)


class Places:
    """The places in one text, or in one that cannot be read and whose `length` alone is known."""

    def __init__(self, text: Text | None, length: int = 0) -> None:
        self._text = text
        self._length = length if text is None else len(text)
        self._headings = [i for i, block in enumerate(text.blocks) if block.kind == "heading"] if text else []

    def of(self, annotation: Annotation) -> Place:
        """Return the place of `annotation`; an orphan and a page note have none."""
        if not annotation.ranges or annotation.state != "anchored":
            return Place()
        return self.at(annotation.start)

    def at(self, offset: int) -> Place:
        """Return the place of `offset`, in code points."""
        percent = min(100, 100 * offset // self._length) if self._length else -1
        if self._text is None or not self._text.blocks:
            return Place(0, percent)
        index = self._text.blocks.at(offset)
        before = bisect_left(self._headings, index)
        heading = self._headings[before : before + 1] == [index]
        sections = tuple(section.title for section in self._text.sections_at(offset))
        return Place(0 if heading else index + 1 - before, percent, sections)


class Collection:
    """The annotations of a library that `query` lets through, as entries in order, made while they are asked for.

    `count` is how many have been handed out. `texts` false spares the reading of the documents, and with it paragraphs
    and sections.
    """

    def __init__(
        self, library: Library, query: Query, documents: Sequence[Document] | None = None, *, texts: bool = True
    ) -> None:
        self.library = library
        self.whole = documents is None and query.empty
        self.count = 0
        self._query = query
        self._candidates = library.documents() if documents is None else documents
        self._texts = texts
        self._creators = {creator.uuid: creator.name for creator in library.creators()}

    def __iter__(self) -> Iterator[Entry]:
        """Yield the entries: by document, page notes first, then in reading order."""
        for document in self._candidates:
            yield from self._of(document)

    def documents(self) -> list[Document]:
        """Return the documents that were asked for: by themselves, or by a query that lets an annotation through."""
        return list(self._candidates) if self._query.empty else self.annotated()

    def annotated(self) -> list[Document]:
        """Return the documents that have an entry."""
        return [document for document in self._candidates if next(self._matching(document), None)]

    def only(self, document: Document) -> Collection:
        """Return the part of this collection that is about `document`."""
        return Collection(self.library, self._query, [document], texts=self._texts)

    def _of(self, document: Document) -> Iterator[Entry]:
        text, places = None, None
        for annotation, tags in self._matching(document):
            if places is None:
                text = self._read(document) if self._texts else None
                places = Places(text, document.length)
            creator = self._creators.get(annotation.creator, "")
            self.count += 1
            yield Entry(annotation, document, text, tags, creator, places.of(annotation))

    def _matching(self, document: Document) -> Iterator[tuple[Annotation, tuple[str, ...]]]:
        for annotation in self.library.annotations(document.uuid):
            tags = tuple(self.library.tag_paths(annotation))
            if self._query.matches(annotation, document, tags, self._creators.get(annotation.creator, "")):
                yield annotation, tags

    def _read(self, document: Document) -> Text | None:
        """Return the text, or None: what was written about a lost document is exported all the same."""
        try:
            return self.library.text(document)
        except DocumentError:
            return None


def paragraphs(string: str) -> list[str]:
    """Split `string` at its blank lines."""
    return [part for part in re.split(r"\n[^\S\n]*(?:\n[^\S\n]*)+", string.strip("\n")) if part.strip()]
