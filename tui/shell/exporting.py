"""The command export."""

# ruff: noqa: PLC0415  # imported when first used: a usage error must cost nothing

from __future__ import annotations

from tui.shell.annotating import QUERY_HELP
from tui.shell.desk import DOCUMENT_HELP, find_document, open_library
from tui.shell.output import complain, counted, say

TYPE_CHECKING = False  # imports nothing
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from typing import TextIO


def declare_export(parser: ArgumentParser) -> None:
    """Declare the arguments of ``export``."""
    parser.description = (
        "Take annotations away: as Markdown, notes for Obsidian or Org, plain text, JSON, JSON Lines, CSV, Web"
        " Annotations, or for Hypothesis, Readwise and Anki; the sources as BibTeX or CSL-JSON, the codebook as"
        " REFI-QDA has it. What a format cannot carry is said in numbers. --format with a word that is none names all."
    )
    parser.add_argument("query", nargs="*", metavar="QUERY", help=QUERY_HELP)
    parser.add_argument(
        "--format", metavar="F", help="the format; without it the file's suffix tells, else it is markdown"
    )
    parser.add_argument(
        "-o",
        "--output",
        default="-",
        metavar="FILE|FOLDER|-",
        help="a file; a folder (there already, or ending in /): one file a document; -, as without: standard output",
    )
    parser.add_argument("--excel", action="store_true", help="CSV as spreadsheets in most of Europe open it")
    parser.add_argument("--force", action="store_true", help="replace files that exist")
    parser.add_argument("--document", metavar="DOC", help=f"only what is in {DOCUMENT_HELP}")


def export(args: Namespace) -> int:
    """Take annotations away."""
    from storage import exchange

    with open_library(args) as library:
        documents = None
        if args.document is not None:
            documents = [find_document(library, args.document)]
        query = " ".join(args.query)
        form = "excel" if args.excel else args.format or exchange.guess_format(args.output)
        if args.output == "-":
            result = exchange.export(library, query, form, _utf8_output(), documents=documents)
        else:
            result = exchange.export(library, query, form, args.output, force=args.force, documents=documents)
    if not result.count:
        complain(f"No {result.unit} matches." if args.query else f"There are no {result.unit}s yet.")
    if result.lacks:
        complain(f"Not carried, because {form} has no place for it: {exchange.in_words(result.lacks)}.")
    if args.output != "-":
        files = f"{counted(len(result.paths), 'file')} in {args.output}"
        where = result.paths[0] if len(result.paths) == 1 else files
        say(f"{result.counted()} written to {where}.")
    return 0


def _utf8_output() -> TextIO:
    """Return standard output, in UTF-8 as every format is, whatever the terminal's encoding."""
    import io
    import sys

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    return sys.stdout or io.StringIO()


COMMANDS = {"export": (declare_export, export)}
