"""The command set: attributes, states and titles of documents, one by one or from a CSV file."""

# ruff: noqa: PLC0415  # imported when first used: a usage error must cost nothing

from __future__ import annotations

from tui.shell.desk import DOCUMENT_HELP, find_document, open_library
from tui.shell.output import complain, counted, say

TYPE_CHECKING = False  # imports nothing
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from pathlib import Path

    from storage.attributes import Row
    from storage.library import Library
    from storage.model import Document


def declare_set(parser: ArgumentParser) -> None:
    """Declare the arguments of ``set``."""
    parser.description = (
        "Set attributes of a document: manicula set 1 age=41 site=north. A number is kept as one; name= takes the"
        " attribute away. With --csv, those of many: the first line names the columns, the first of them file."
        " manicula undo takes all of it back at once. Queries ask for them: doc.age>40 state:done."
    )
    parser.add_argument("document", metavar="DOC", nargs="?", help=DOCUMENT_HELP)
    parser.add_argument("pairs", metavar="NAME=VALUE", nargs="*", help="an attribute and its value")
    parser.add_argument("--state", metavar="S", help="new, reading or done")
    parser.add_argument("--title", metavar="T", help="the title in lists")
    parser.add_argument("--csv", metavar="FILE", help="a CSV file: file,age,site; a column state sets states")


def set_values(args: Namespace) -> int:
    """Set what is known of a document, or of those in a CSV file."""
    from pathlib import Path

    from storage.errors import UsageError

    if args.csv is not None:
        if args.document is not None or args.state or args.title:
            raise UsageError("--csv names its documents itself; leave out DOC and the rest.")
        return _set_many(args, Path(args.csv))
    if args.document is None or not (args.pairs or args.state or args.title):
        raise UsageError("Name a document and what to set: manicula set 1 age=41, or --state, --title, --csv FILE.")
    values = _pairs(args.pairs)
    with open_library(args) as library:
        document = find_document(library, args.document)
        with library.step("attributes" if values else f"state {args.state}" if args.state else "title"):
            done = library.edit_document(document.uuid, title=args.title, state=args.state, attributes=values)
    known = [f"state {done.state}", *(f"{name}={value}" for name, value in sorted(done.attributes.items()))]
    say(f"{done.title}: {', '.join(known)}.")
    return 0


def _pairs(words: list[str]) -> dict[str, str | int | float | None]:
    from storage.attributes import value_of
    from storage.errors import UsageError

    values: dict[str, str | int | float | None] = {}
    for word in words:
        name, found, value = word.partition("=")
        if not found or not name:
            raise UsageError(f"“{word}” is no attribute; they are name=value, such as age=41.")
        values[name] = value_of(value) if value else None
    return values


def _set_many(args: Namespace, path: Path) -> int:
    """Set what the rows of a CSV file say, as one step; a row whose document is unknown is named and left out."""
    from storage.attributes import rows
    from storage.errors import UsageError

    wanted = list(rows(path))
    failures = 0
    with open_library(args) as library:
        found = []
        for row in wanted:
            try:
                found.append((_of_row(library, path, row), row))
            except UsageError as error:
                complain(f"{path}, line {row.line}: {error}")
                failures += 1
        with library.step("attributes"):
            for document, row in found:
                library.edit_document(document.uuid, state=row.state or None, attributes=row.attributes)
    say(f"{counted(len(found), 'document')} set.")
    return 1 if failures else 0


def _of_row(library: Library, path: Path, row: Row) -> Document:
    """Return the document of a row: by its path, as it stands or from the CSV file's folder on, else as everywhere."""
    from pathlib import Path

    for place in (path.parent / row.file, row.file):
        known = library.lookup(Path(place).absolute())
        if known is not None:
            return known
    return library.resolve(row.file)


COMMANDS = {"set": (declare_set, set_values)}
