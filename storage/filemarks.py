"""Highlights and notes that are in a document's file already, as annotations of the library: each comes in once.

What of them is here is known by its uuid, which is made of the document's first file and what tells the mark from the
others in it: so one that was deleted here, or undone, does not come again, and two machines that add the same file make
the same annotation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator

from storage import identity, passages
from storage.model import COLORS, Annotation, Creator, Document, Range
from storage.text import Mark, Text


def uuid_of(document: Document, mark: Mark) -> str:
    """Return the uuid of the annotation that a mark of the document's file is."""
    first = document.files[0] if document.files else document.uuid
    return identity.written(hashlib.sha256(f"mark\n{first}\n{mark.key}".encode()).hexdigest()[:32])


def new_ones(
    document: Document, text: Text, here: Iterable[Annotation], known: Callable[[str], bool]
) -> Iterator[Mark]:
    """Yield the marks of `text` that are not in the library.

    `here` are the document's annotations; `known` tells whether there is, or was, an annotation with a uuid. One that
    says the same of the same passage as another one is that.
    """
    if not text.marks:
        return
    said = {(one.ranges, one.note) for one in here if one.text in {"", text.hash}}
    for mark in text.marks:
        if not known(uuid_of(document, mark)) and (ranges_of(mark), mark.note) not in said:
            said.add((ranges_of(mark), mark.note))
            yield mark


def ranges_of(mark: Mark) -> tuple[Range, ...]:
    """Return the ranges of a mark; none for one that is about the whole text."""
    return (Range(mark.start, mark.end),) if 0 <= mark.start < mark.end else ()


def creator_of(mark: Mark) -> Creator | None:
    """Return who made a mark, by the name in the file; None where it names nobody."""
    if not mark.author:
        return None
    login = f"file:{mark.author}"
    return Creator(identity.written(hashlib.sha256(login.encode()).hexdigest()[:32]), mark.author, login)


def annotation(document: Document, text: Text, mark: Mark) -> Annotation:
    """Return a mark of `text` as an annotation."""
    creator = creator_of(mark)
    made = Annotation(
        uuid=uuid_of(document, mark),
        document=document.uuid,
        creator=creator.uuid if creator else "",
        color=mark.color if mark.color in COLORS else "",
        note=mark.note,
        created=mark.created or identity.now(),
        updated=mark.created or identity.now(),
    )
    return passages.placed(made, text, ranges_of(mark))
