"""What the commands share: the library they work on, and the document and text that an argument names."""

# ruff: noqa: PLC0415  # imported when first used: a usage error must cost nothing

from __future__ import annotations

TYPE_CHECKING = False  # imports nothing
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from pathlib import Path

    from storage.library import Library
    from storage.model import Document
    from storage.text import Text

DOCUMENT_HELP = "a document: its number in the list, its path, its id or the beginning of that, or a part of its title"
JSON_HELP = "write JSON"


def declare_json(parser: ArgumentParser) -> None:
    """Declare ``--json``."""
    parser.add_argument("--json", action="store_true", help=JSON_HELP)


def declare_table(parser: ArgumentParser) -> None:
    """Declare ``--json`` and ``--csv``."""
    declare_json(parser)
    parser.add_argument("--csv", action="store_true", help="write CSV")


def titles_of(library: Library) -> dict[str, str]:
    """Return the titles of the documents by uuid."""
    return {document.uuid: document.title for document in library.documents()}


def open_library(args: Namespace) -> Library:
    """Open the library that the command line names; say what was found and mended there. Raises LibraryError."""
    from storage.library import Library
    from tui.shell.output import complain

    library = Library.open(library_path(args))
    library.pick_up()
    for sentence in library.news():
        complain(sentence)
    return library


def library_path(args: Namespace) -> Path:
    """Return the library's file: of the option, the variable, the setting, else the usual one. Raises ManiculaError."""
    from pathlib import Path

    from storage import paths

    if args.library:
        return Path(args.library).expanduser().absolute()
    if paths.overridden_library() or not paths.config_file().is_file():
        return paths.default_library()
    from storage import config

    return config.library()


def find_document(library: Library, spec: str) -> Document:
    """Return the document that `spec` names; a file that the library does not have yet is added.

    A number is always a place in the list, so that ``./3`` is the file of that name. Raises UsageError, DocumentError.
    """
    from pathlib import Path

    path = Path(spec)
    if spec.isdecimal():
        return _numbered(library, spec)
    if not path.is_file():
        return library.resolve(spec)
    return library.lookup(path) or library.add(path)[0]


def _numbered(library: Library, spec: str) -> Document:
    """Return a document by its number, or an id that begins with digits; a number is never a part of a title."""
    from storage.errors import UsageError

    documents = library.documents()
    if (numbered := library.numbered(spec)) is not None:
        return numbered
    if any(document.uuid.startswith(spec) for document in documents):
        return library.resolve(spec)
    raise UsageError(f"There is no document {spec}: the library has {len(documents)}, and manicula list shows them.")


def current_text(library: Library, document: Document) -> tuple[Document, Text]:
    """Return a document and its text as it is now: a file that has changed is taken in first, highlights and all.

    The snapshot of a file that has not changed is its text: that spares the reader, which may be slow to load.
    """
    from contextlib import suppress

    path = None if library.readonly else library.find_file(document)
    if path is None:
        return document, library.text(document)

    from storage.errors import DocumentError

    with suppress(DocumentError):  # a snapshot that is missing or damaged is made anew
        if _is_newest(path, document):
            return document, library.snapshots.load(document.texts[-1])

    from tui.shell.output import complain

    try:
        text = library.read(path)
    except DocumentError as error:
        complain(f"{error} What was read of it before is used.")
        return document, library.text(document)
    renewal = library.renewal(path, text)
    renewal.run()
    document = library.take_in(renewal)
    if renewal.annotations:
        complain(f"{document.title} has changed: {renewal.report}.")
    return document, text


def _is_newest(path: Path, document: Document) -> bool:
    """Tell whether the file holds the bytes that were last read of the document."""
    from hashlib import file_digest

    try:
        with path.open("rb") as file:
            return document.files[-1:] == (file_digest(file, "sha256").hexdigest(),)
    except OSError:
        return False


def path_of(library: Library, document: Document) -> str:
    """Return where a document lies, or lay when it was last seen."""
    from storage.paths import located

    return str(located(document.paths[-1], library.folder)) if document.paths else ""


def short_ids(uuids: list[str]) -> dict[str, str]:
    """Return the beginning of each id that tells it from the others: eight characters where that is enough."""
    length = 8
    while length < max(map(len, uuids), default=0) and len({uuid[:length] for uuid in uuids}) < len(uuids):
        length += 4
    return {uuid: uuid[:length] for uuid in uuids}
