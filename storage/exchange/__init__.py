"""Annotations leave and come in: `storage.exchange.table` has the formats, `storage.exchange.taking` imports.

Here is the one function that the shell and the screen export with.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TextIO

from storage.errors import UsageError
from storage.exchange.aspects import in_words
from storage.exchange.destination import ExistsError, file_names, is_folder, refuse_existing, writing
from storage.exchange.entry import Collection, Progress
from storage.exchange.table import FORMATS, WRITABLE, Format, guess_format
from storage.garbage import uncollected

if TYPE_CHECKING:
    from storage.exchange.updating import Update
    from storage.library import Library
    from storage.model import Document
    from storage.query import Query

__all__ = [
    "FORMATS",
    "WRITABLE",
    "Collection",
    "ExistsError",
    "Format",
    "Progress",
    "Result",
    "export",
    "guess_format",
    "in_words",
    "update",
    "writable",
]


class Result(NamedTuple):
    """What an export did: annotations (`unit`: or sources) written, and the files they are in (none: a stream).

    `lacks` counts what the format has no place for, by the words of `storage.exchange.aspects`.
    """

    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody needs here
    paths: tuple[Path, ...] = ()
    lacks: Mapping[str, int] = MappingProxyType({})
    unit: str = "annotation"

    def counted(self) -> str:
        """Return ``12 annotations``."""
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"


def export(  # noqa: PLR0913  # what, how, where to and how far
    library: Library,
    query: Query | str,
    format: str,  # noqa: A002  # the word in every interface
    destination: str | TextIO,
    *,
    force: bool = False,
    documents: Sequence[Document] | None = None,
    progress: Progress | None = None,
) -> Result:
    """Write the annotations that `query` lets through, of `documents` or of all, to a file, a folder or a stream.

    A folder (one that exists, or a name that ends in ``/``) gets one file for each document. Raises UsageError for an
    unknown format, a bad query or a missing folder, ExistsError before anything is written where a file exists and
    `force` is not given, ManiculaError where a file cannot be written.
    """
    form = writable(format)
    everything = Collection(library, _parsed(query), documents)
    everything.own, everything.progress = form.field, progress or everything.progress
    if not isinstance(destination, str):
        _refuse_several(form, everything)
        with uncollected():
            form.dump(everything, destination)
        return _result(form, everything, ())
    path = Path(destination).expanduser()
    if is_folder(destination) or path.is_dir():
        return _to_folder(everything, form, path, force=force)
    _refuse_several(form, everything)
    beside = Beside(form, path, everything) if form.beside else None
    spare_library(library, path, *beside.written() if beside else ())
    if beside and not force:
        beside.refuse()
    with writing(path, force=force) as out, uncollected():
        form.dump(everything, out)
    if beside:
        beside.write(force=force)
    return _result(form, everything, (path,))


def writable(name: str) -> Format:
    """Return the format to write that is called `name`; ``template:NAME`` is a template. Raises UsageError."""
    if name.startswith("template:"):
        from storage.exchange import template  # noqa: PLC0415  # imported when first used

        return template.named(name.removeprefix(template.PREFIX))
    if name not in WRITABLE:
        raise UsageError(f"There is no format “{name}”; there are {', '.join(WRITABLE)}.")
    return WRITABLE[name]


def update(  # noqa: PLR0913  # as of export
    library: Library,
    query: Query | str,
    format: str,  # noqa: A002  # the word in every interface
    folder: str,
    *,
    force: bool = False,
    documents: Sequence[Document] | None = None,
    progress: Progress | None = None,
) -> tuple[Result, Update]:
    """Bring the notes in a folder up to date: see `storage.exchange.updating`. `force` also what was edited by hand.

    Raises UsageError for a format that has no notes, a bad query, or a folder that is a file or cannot be made.
    """
    from storage.exchange import updating  # noqa: PLC0415  # imported when first used

    noted = [name for name, one in WRITABLE.items() if one.notes]
    if format not in noted:
        raise UsageError(f"Only notes are brought up to date: {', '.join(noted)}; not “{format}”.")
    path = Path(folder).expanduser()
    if path.exists() and not path.is_dir():
        raise UsageError(f"{path} is no folder: notes are brought up to date in one.")
    _make_folder(path)
    form, everything = WRITABLE[format], Collection(library, _parsed(query), documents)
    everything.progress = progress or everything.progress
    done = updating.update(everything, form, path, force=force)
    return _result(form, everything, done.paths), done


def _refuse_several(form: Format, collection: Collection) -> None:
    if form.single and len(collection.annotated()) > 1:
        raise UsageError(f"{form.name} has a file for each document: give a folder, whose name ends in /.")


class Beside:
    """The text that belongs beside the file `path` of a format; one that is there already is left alone.

    It is made when it is written or compared, and not kept.
    """

    def __init__(self, form: Format, path: Path, collection: Collection) -> None:
        self._form = form
        self._path = path.with_suffix(form.beside)
        self._collection = collection

    def _there(self) -> bool:
        try:
            found = self._path.read_bytes()
        except OSError:
            return False
        words = io.StringIO()
        self._form.dump_beside(self._collection, words)
        return found.rstrip() == words.getvalue().encode().rstrip()

    def written(self) -> list[Path]:
        """Return the file, if it is to be written."""
        return [] if self._there() else [self._path]

    def refuse(self) -> None:
        """Raise ExistsError where another file has its name."""
        if not self._there():
            refuse_existing([self._path])

    def write(self, *, force: bool) -> None:
        """Write it; see `export`."""
        if self._there():
            return
        with writing(self._path, force=force) as out:
            self._form.dump_beside(self._collection, out)


def _result(form: Format, collection: Collection, paths: tuple[Path, ...]) -> Result:
    lacks = form.lacks(collection.everything_met()) if form.carries else {}
    return Result(collection.count, paths, lacks, form.unit)


def _to_folder(everything: Collection, form: Format, folder: Path, *, force: bool) -> Result:
    documents = everything.documents() if form.beside else everything.annotated()
    paths = [folder / name for name in file_names((one.title for one in documents), form.suffix)]
    texts = zip(documents, paths, strict=True) if form.beside else ()
    beside = {path: Beside(form, path, everything.only(document)) for document, path in texts}
    if not force:
        refuse_existing(paths)
        for text in beside.values():
            text.refuse()
    spare_library(everything.library, *paths, *(path for text in beside.values() for path in text.written()))
    _make_folder(folder)
    for document, path in zip(documents, paths, strict=True):
        part = everything.only(document)
        with writing(path, force=force) as out, uncollected():
            form.dump(part, out)
        everything.add(part)
        if path in beside:
            beside[path].write(force=force)
    return _result(form, everything, tuple(paths))


def _parsed(query: Query | str) -> Query:
    if not isinstance(query, str):
        return query
    from storage.query import parse  # noqa: PLC0415  # imported when first used

    return parse(query)


def spare_library(library: Library, *paths: Path) -> None:
    """Refuse to write over the library or one of its documents, whatever `--force` says; asked once for all files."""
    here = {path.resolve(): path for path in paths}
    if found := here.get(library.path.resolve()):
        raise UsageError(f"{found} is the library itself; give the export another name.")
    for one in library.documents():
        if (file := library.find_file(one)) and (found := here.get(file.resolve())):
            raise UsageError(f"{found} is a document of the library; give the export another name.")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"The folder {folder} cannot be made: {error.strerror}.") from error
