"""Taking annotations away: the table of formats, and the one function that the shell and the screen export with.

A format is a row of `FORMATS` and a module with ``dump(collection, out)``; the module is imported when it is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TextIO

from storage.errors import UsageError
from storage.exchange.destination import ExistsError, file_names, is_folder, refuse_existing, writing
from storage.exchange.entry import Collection

if TYPE_CHECKING:
    from storage.library import Library
    from storage.model import Document
    from storage.query import Query

__all__ = ["FORMATS", "Collection", "ExistsError", "Format", "Result", "export", "guess_format"]


class Format(NamedTuple):
    """One format: what it is called, the suffix of its files, the module that writes it, and what it is good for."""

    name: str
    suffix: str
    module: str
    description: str

    def dump(self, collection: Collection, out: TextIO) -> None:
        """Write `collection` to `out`, which must take UTF-8 and must not translate line ends."""
        import_module(self.module).dump(collection, out)


FORMATS = {
    one.name: one
    for one in (
        Format("markdown", ".md", "storage.exchange.markdown", "to read: by document and section, with tags and notes"),
        Format("json", ".json", "storage.exchange.jsonfile", "to compute with: everything, as schema.json says"),
        Format("csv", ".csv", "storage.exchange.csvfile", "for a spreadsheet: one row per annotation"),
    )
}


class Result(NamedTuple):
    """What an export did: annotations written, and the files they are in (none when it went to a stream)."""

    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody needs here
    paths: tuple[Path, ...] = ()


def guess_format(destination: str) -> str:
    """Return the name of the format whose suffix `destination` has, Markdown when it has none of them."""
    suffix = Path(destination).suffix.lower()
    return next((one.name for one in FORMATS.values() if one.suffix == suffix), "markdown")


def export(  # noqa: PLR0913  # what, how, where to and how far
    library: Library,
    query: Query | str,
    format: str,  # noqa: A002  # the word in every interface
    destination: str | TextIO,
    *,
    force: bool = False,
    documents: Sequence[Document] | None = None,
) -> Result:
    """Write the annotations that `query` lets through, of `documents` or of all, to a file, a folder or a stream.

    A folder (one that exists, or a name that ends in ``/``) gets one file for each document. Raises UsageError for an
    unknown format, a bad query or a missing folder, ExistsError before anything is written where a file exists and
    `force` is not given, ManiculaError where a file cannot be written.
    """
    if format not in FORMATS:
        raise UsageError(f"There is no format “{format}”; there are {', '.join(FORMATS)}.")
    wanted, form = _parsed(query), FORMATS[format]
    everything = Collection(library, wanted, documents)
    if not isinstance(destination, str):
        form.dump(everything, destination)
        return Result(everything.count)
    path = Path(destination).expanduser()
    if is_folder(destination) or path.is_dir():
        return _to_folder(everything, form, path, force=force)
    spare_library(library, path)
    with writing(path, force=force) as out:
        form.dump(everything, out)
    return Result(everything.count, (path,))


def _to_folder(everything: Collection, form: Format, folder: Path, *, force: bool) -> Result:
    documents = everything.annotated()
    paths = [folder / name for name in file_names((one.title for one in documents), form.suffix)]
    if not force:
        refuse_existing(paths)
    _make_folder(folder)
    count = 0
    for document, path in zip(documents, paths, strict=True):
        spare_library(everything.library, path)
        part = everything.only(document)
        with writing(path, force=force) as out:
            form.dump(part, out)
        count += part.count
    return Result(count, tuple(paths))


def _parsed(query: Query | str) -> Query:
    if not isinstance(query, str):
        return query
    from storage.query import parse  # noqa: PLC0415  # imported when first used

    return parse(query)


def spare_library(library: Library, path: Path) -> None:
    """Refuse to write over the library or one of its documents, whatever `--force` says."""
    here = path.resolve()
    if here == library.path.resolve():
        raise UsageError(f"{path} is the library itself; give the export another name.")
    if any(here == found.resolve() for one in library.documents() if (found := library.find_file(one))):
        raise UsageError(f"{path} is a document of the library; give the export another name.")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"The folder {folder} cannot be made: {error.strerror}.") from error
