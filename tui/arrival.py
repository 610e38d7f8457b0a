"""What is open when the screen comes up: the files and folders named, the seeds, or what was read last. No Textual."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from storage import paths as places
from storage import readers
from storage.errors import ManiculaError, UsageError
from storage.library import Library
from storage.model import Document
from tui.session import Session


def files_of(path: Path) -> Iterator[Path]:
    """Yield the files that can be read in a folder and the folders in it, in order of name; a file itself always."""
    if path.is_dir():
        yield from readers.files_in(path)
    else:
        yield path


def arrive(session: Session, paths: Sequence[str]) -> None:
    """Open the first of what was named; the others wait in `session.waiting` to be added when the screen is up.

    A single file that cannot be read is an error; of several, the first that can be read is opened.
    """
    named = [Path(path).absolute() for path in paths]
    if not named:
        documents = session.library.documents()
        if documents:
            _open_last(session, documents)
            return
        seeds = places.seeds_dir()
        if seeds is None:
            raise UsageError("The library is empty and the samples are not installed: name a file, manicula FILE.")
        named = [seeds]
    found = [one for path in named for one in files_of(path)]
    if not found:
        raise UsageError(f"{named[0]} holds nothing that Manicula can read: {', '.join(readers.SUFFIXES)}.")
    first = _first(session, found)
    problems = []
    for path in [first, *(one for one in found if one != first)]:
        try:
            session.open_path(path)
        except ManiculaError as problem:
            problems.append(problem)
            continue
        session.waiting = [one for one in found if one != path]
        return
    raise problems[0]


def _by_reading(library: Library, documents: Sequence[Document]) -> list[Document]:
    """Return the documents that were read, the last one first; all where none was."""
    read = [(position.stamp, i) for i, one in enumerate(documents) if (position := library.position(one.uuid))]
    return [documents[i] for _, i in sorted(read, reverse=True)] or list(documents)


def last_read(library: Library) -> Path | None:
    """Return the file of the document that was read last, where it is still there."""
    found = _by_reading(library, library.documents())
    return library.find_file(found[0]) if found else None


def first_of(session: Session, named: Sequence[Path]) -> Path | None:
    """Return the file that is opened first of those that are named, and of those in named folders."""
    found = [one for path in named for one in files_of(path)]
    return _first(session, found) if found else None


def _open_last(session: Session, documents: Sequence[Document]) -> None:
    for document in _by_reading(session.library, documents):
        try:
            session.open_document(document)
        except ManiculaError as problem:
            session.news = str(problem)
        else:
            return


def _first(session: Session, found: Sequence[Path]) -> Path:
    """Return the file that was read last, else the first."""
    library = session.library
    stamps = {}
    for path in found:
        document = library.lookup(path)
        position = library.position(document.uuid) if document else None
        if position is not None:
            stamps[path] = position.stamp
    return max(stamps, key=lambda path: stamps[path]) if stamps else found[0]


def go_to(session: Session, spec: str) -> None:
    """Open a document, or an annotation's document at its passage, by uuid. Raises UsageError where there is none."""
    library = session.library
    try:
        annotation = library.annotation(spec)
    except UsageError:
        session.open_document(library.resolve(spec))
        return
    session.open_document(library.document(annotation.document))
    session.start_at = annotation
