"""The command export."""

# ruff: noqa: PLC0415  # imported when first used: a usage error must cost nothing

from __future__ import annotations

from tui.shell.annotating import QUERY_HELP
from tui.shell.desk import DOCUMENT_HELP, find_document, open_library
from tui.shell.output import Progress, complain, counted, say

TYPE_CHECKING = False  # imports nothing
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from typing import TextIO

    from storage.exchange import Result
    from storage.library import Library
    from storage.model import Document


def declare_export(parser: ArgumentParser) -> None:
    """Declare the arguments of ``export``."""
    parser.description = (
        "Take annotations away: as Markdown, notes for Obsidian or Org, plain text, JSON, JSON Lines, CSV, Web"
        " Annotations, or for Hypothesis, Readwise, Anki, brat and doccano; the sources as BibTeX or CSL-JSON, a"
        " whole project or the codebook as REFI-QDA has it. What a format cannot carry is said in"
        " numbers. --format with a word that is none names all."
    )
    parser.add_argument("query", nargs="*", metavar="QUERY", help=QUERY_HELP)
    parser.add_argument(
        "--format", metavar="F", help="the format; without it the file's suffix tells, else it is markdown"
    )
    parser.add_argument(
        "--template",
        metavar="FILE|NAME",
        help="a format of your own, in Jinja2: a file, one in templates/ beside the settings, or an example",
    )
    parser.add_argument(
        "-o",
        "--output",
        default="-",
        metavar="FILE|FOLDER|-",
        help="a file; a folder (there already, or ending in /): one file a document; -, as without: standard output",
    )
    parser.add_argument("--excel", action="store_true", help="CSV as spreadsheets in most of Europe open it")
    parser.add_argument(
        "--update",
        action="store_true",
        help="bring the notes in FOLDER up to date (markdown, obsidian, org): what you wrote around them stays",
    )
    parser.add_argument("--force", action="store_true", help="replace files, and blocks of notes edited by hand")
    parser.add_argument("--document", metavar="DOC", help=f"only what is in {DOCUMENT_HELP}")


def export(args: Namespace) -> int:
    """Take annotations away."""
    from storage import exchange

    with open_library(args) as library:
        documents = [find_document(library, args.document)] if args.document is not None else None
        query = " ".join(args.query)
        form = _format(args)
        if args.update:
            return _update(args, form, library, documents)
        target = _utf8_output() if args.output == "-" else args.output
        result = exchange.export(
            library, query, form, target, force=args.force, documents=documents, progress=Progress()
        )
    _tell(result, form, query)
    if args.output != "-":
        files = f"{counted(len(result.paths), 'file')} in {args.output}"
        where = result.paths[0] if len(result.paths) == 1 else files
        say(f"{result.counted()} written to {where}.")
    return 0


def _format(args: Namespace) -> str:
    """Return the name of the format that was asked for."""
    from storage import exchange

    if args.template is not None:
        return f"template:{args.template}"
    return "excel" if args.excel else args.format or exchange.guess_format(args.output)


def _update(args: Namespace, form: str, library: Library, documents: list[Document] | None) -> int:
    """Bring the notes in a folder up to date, and say what became of them."""
    from storage import exchange
    from storage.errors import UsageError

    if args.output == "-":
        raise UsageError("--update brings the notes in a folder up to date: name it with -o.")
    query = " ".join(args.query)
    result, done = exchange.update(
        library, query, form, args.output, force=args.force, documents=documents, progress=Progress()
    )
    _tell(result, form, query)
    for said in (*done.remarks, *done.problems):
        complain(said)
    notes = counted(sum(done.fates.values()), "note")
    say(f"{result.counted()} in {notes} in {args.output}{f': {done.counted()}' if done.fates else ''}.")
    return int(bool(done.problems))


def _tell(result: Result, form: str, query: str) -> None:
    """Say what there was nothing of, and what `form` has no place for."""
    from storage import exchange

    if not result.count:
        complain(f"No {result.unit} matches." if query else f"There are no {result.unit}s yet.")
    if result.lacks:
        complain(f"Not carried, because {form} has no place for it: {exchange.in_words(result.lacks)}.")


def _utf8_output() -> TextIO:
    """Return standard output, in UTF-8 as every format is, whatever the terminal's encoding."""
    import io
    import sys

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    return sys.stdout or io.StringIO()


COMMANDS = {"export": (declare_export, export)}
