"""What the index is to have of a library, and bringing it up to that, one document at a step."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from storage.errors import DocumentError
from storage.fulltext import path_of
from storage.fulltext.index import NOTE, QUOTE, TITLE, Entry, Index, Job
from storage.fulltext.pieces import Piece, pieces
from storage.texts import Snapshots

if TYPE_CHECKING:
    from storage.library import Library
    from storage.model import Annotation, Document

_TOGETHER = 128
"""Documents that are taken in together."""


def open_index(library: Library) -> Index:
    """Open the index of a library. Raises SearchError."""
    return Index(path_of(library.store.real), library.uuid)


def wanted(library: Library) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield, of each document, its uuid and the version and stamp that the index is to have."""
    for document in library.documents():
        yield document.uuid, stamp_of(library, document)


def stamp_of(library: Library, document: Document) -> tuple[str, str]:
    """Return the version of a document's text, and a stamp of its title and annotations; no record is looked into."""
    title = zlib.crc32("\n".join((document.title, *document.authors)).encode(errors="replace"))
    return (document.texts[-1] if document.texts else ""), f"{title:08x}{library.annotations_stamp(document.uuid):08x}"


def job_for(library: Library, document: Document) -> Job:
    """Return what the index is to have of a document."""
    entries = [Entry(TITLE, "", "\n".join((document.title, *document.authors)))]
    for one in library.annotations(document.uuid):
        entries += _entries(one)
    return Job(document.uuid, *stamp_of(library, document), tuple(entries))


def _entries(one: Annotation) -> Iterator[Entry]:
    if one.note:
        yield Entry(NOTE, one.uuid, one.note)
    if one.exact and one.state == "orphan":
        yield Entry(QUOTE, one.uuid, one.exact)


def read(snapshots: Snapshots, version: str) -> Iterable[Piece]:
    """Return the passages of a text; none where its snapshot is gone or damaged."""
    try:
        return pieces(*snapshots.stretches(version)) if version else ()
    except DocumentError:
        return ()


def update(library: Library, index: Index) -> Iterator[tuple[int, int]]:
    """Bring the index up to the library; yields how many documents are done, of how many. Raises SearchError."""
    while True:
        lacking, gone = index.lacking(dict(wanted(library)))
        if not lacking and not gone:
            return
        for uuid in gone:
            index.drop(uuid)
        begun = index.begun
        for done in range(0, len(lacking), _TOGETHER):
            jobs = [job_for(library, library.document(uuid)) for uuid in lacking[done : done + _TOGETHER]]
            index.take((job, partial(read, library.snapshots, job.version)) for job in jobs)
            yield done + len(jobs), len(lacking)
            if index.begun != begun:
                break  # it was found damaged, and lacks everything else now
