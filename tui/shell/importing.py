"""The command import."""

# ruff: noqa: PLC0415  # imported when first used: a usage error must cost nothing

from __future__ import annotations

from tui.shell.desk import DOCUMENT_HELP, declare_json, find_document, open_library
from tui.shell.output import Progress, complain, counted, say, say_json

TYPE_CHECKING = False  # imports nothing
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from storage.exchange.taking import Import, Report


def declare_import(parser: ArgumentParser) -> None:
    """Declare the arguments of ``import``."""
    parser.description = (
        "Bring annotations in. What a file is, is told by its content. Documents are found by id, content, address,"
        " title and authors, or file name: add them first, unless the file brings them along, as json, jsonl, qdpx,"
        " brat and doccano do. Passages are looked for in their texts. What is here already stays, and manicula undo"
        " takes it back, but for documents that were made. --dry-run says what would come."
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="what manicula export or another program wrote")
    parser.add_argument("--format", metavar="F", help="what the files are, where their content does not tell")
    parser.add_argument("--document", metavar="DOC", help=f"what everything in the files is about: {DOCUMENT_HELP}")
    parser.add_argument(
        "--make-documents",
        action="store_true",
        help="make documents that are not here, without a text, rather than leaving their annotations out",
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would come")
    declare_json(parser)


def bring_in(args: Namespace) -> int:
    """Bring annotations in."""
    from pathlib import Path

    from storage.errors import DocumentError
    from storage.exchange.taking import Import

    failed = 0
    with open_library(args) as library:
        document = find_document(library, args.document) if args.document is not None else None
        work = Import(library, document=document, make=args.make_documents, progress=Progress())
        for file in args.files:
            try:
                work.read(Path(file).expanduser(), args.format or "")
            except DocumentError as error:
                complain(str(error))
                failed = 1
        return max([failed, *_tell(work, args)])


def _tell(work: Import, args: Namespace) -> list[int]:
    """Do it, say what became of each file, and return for each whether something is missing."""
    from storage.exchange.taking import summary

    reports = work.run(dry=args.dry_run)
    if args.json:
        say_json([_record(report) for report in reports])
    for report in reports:
        for title, count in report.strangers.items():
            complain(
                f"{report.path}: “{title}” ({counted(count, 'annotation')}) is not here, or several are like it:"
                " manicula add its file, or name it with --document, and import again."
            )
        for problem in report.problems:
            complain(f"{report.path}: {problem}")
        if not args.json:
            say(f"{report.path} ({report.format}): {summary(report, dry=args.dry_run)}")
    return [int(not report.whole) for report in reports]


def _record(report: Report) -> dict[str, object]:
    """Return a report as JSON has it."""
    from storage.importing import FATES

    tables = sorted({table for table, _ in report.fates})
    return {
        "file": str(report.path),
        "format": report.format,
        **{table: {fate: report.fates[table, fate] for fate in FATES if report.fates[table, fate]} for table in tables},
        "unplaced": report.unplaced,
        "doubtful": report.doubtful,
        "strangers": report.strangers,
        "problems": report.problems,
    }


COMMANDS = {"import": (declare_import, bring_in)}
