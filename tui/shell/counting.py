"""The command count: figures on tags, documents and creators, as lines, JSON or CSV."""

# ruff: noqa: PLC0415  # imported when first used: a usage error must cost nothing

from __future__ import annotations

from tui.shell.annotating import QUERY_HELP
from tui.shell.desk import declare_json, open_library
from tui.shell.output import Progress, complain, say, say_json, say_row

TYPE_CHECKING = False  # imports nothing
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from storage.analysis.disagreements import Disagreement
    from storage.analysis.table import Table
    from storage.library import Library


def declare_output(parser: ArgumentParser) -> None:
    """Declare what becomes of a table."""
    declare_json(parser)
    parser.add_argument("--csv", action="store_true", help="write CSV")
    parser.add_argument("-o", "--output", metavar="FILE", help="write CSV to a file")
    parser.add_argument("--force", action="store_true", help="replace a file that exists")


def declare(parser: ArgumentParser) -> None:
    """Declare the arguments of ``count``."""
    parser.description = (
        "Count. The first line names the columns, each of the others a row, with tabs between the figures. Without a"
        " TABLE the tables are listed. Tags on page notes and on lost passages count; where passages are compared they"
        " do not."
    )
    parser.add_argument("table", nargs="?", metavar="TABLE", help="tags, documents, creators, tags-documents, ...")
    parser.add_argument("query", nargs="*", metavar="QUERY", help=QUERY_HELP)
    parser.add_argument(
        "--by",
        default="",
        metavar="X",
        help="together: passage, overlap, paragraph or document; time: day, week, month or year; tags-attribute: an"
        " attribute's name, or state, author, date, language, format",
    )
    parser.add_argument(
        "--with-subtags", action="store_true", help="what has a sub-tag counts under the tags above it too"
    )
    declare_output(parser)


def count(args: Namespace) -> int:
    """Count."""
    from storage.analysis.analyses import ANALYSES, analyse
    from storage.analysis.coding import Coding

    if args.table is None:
        for each in ANALYSES.values():
            say_row([each.name, each.about])
        return 0
    with open_library(args) as library:
        coding, progress = Coding(library, " ".join(args.query), beneath=args.with_subtags), Progress()
        for done in coding.gather():
            progress("documents counted", done, len(coding.documents))
        table = analyse(coding, args.table, args.by)
    if not coding.items:
        complain("No annotation matches." if args.query else "There are no annotations yet.")
    return give(table, args)


def give(table: Table, args: Namespace) -> int:
    """Print a table, or write it to the file that was asked for."""
    from storage.analysis.table import as_csv, write_csv

    for note in table.notes:
        complain(note)
    if args.output:
        from pathlib import Path

        from storage.exchange.destination import writing

        with writing(Path(args.output), force=args.force) as out:
            write_csv(table, out)
        complain(f"{table.title} written to {args.output}.")
    elif args.json:
        say_json(table.record())
    elif args.csv:
        say(as_csv(table).removesuffix("\n"))
    else:
        for cells in table.lines():
            say_row(cells)
    return 0


def declare_disagreements(parser: ArgumentParser) -> None:
    """Declare the arguments of ``disagreements``."""
    parser.description = (
        "List where creators disagree on a tag in a document that several of them marked. A line holds: the document's"
        " number, where the stretch begins and ends, the tag, who gave it, who did not, what was decided (stands, falls"
        " or nothing), its words."
    )
    parser.add_argument("query", nargs="*", metavar="QUERY", help=QUERY_HELP)
    parser.add_argument("--tag", metavar="T", help="on this tag only")
    parser.add_argument("--by", default="characters", choices=["characters", "sentences"], help="what is compared")
    parser.add_argument("--with-subtags", action="store_true", help="a sub-tag counts as the tags above it too")
    declare_json(parser)


def list_disagreements(args: Namespace) -> int:
    """List where creators disagree."""
    from storage.analysis.agreement import NOBODY
    from storage.analysis.coding import Coding, told_apart
    from storage.analysis.disagreements import disagreements
    from storage.analysis.judging import all_judged

    with open_library(args) as library:
        coding = Coding.of(library, " ".join(args.query), beneath=args.with_subtags)
        if args.tag and library.tag_by_path(args.tag) is None:
            from storage.errors import UsageError

            raise UsageError(f"There is no tag {args.tag}; manicula tags lists them.")
        found = [one for document in coding.documents for one in disagreements(coding, document, args.by, args.tag)]
        names = told_apart({one.uuid: one.name for one in coding.creators})
        records = [_record(library, one, names) for one in found]
        if not all_judged(coding):
            complain(NOBODY)
    if args.json:
        say_json(records)
    else:
        for one in records:
            say_row(", ".join(cell) if isinstance(cell, list) else cell for cell in one.values())
    return 0


def _record(library: Library, one: Disagreement, names: dict[str, str]) -> dict[str, object]:
    from storage.errors import DocumentError

    try:
        words = library.snapshots.read_range(one.document.texts[-1], one.start, one.end)
    except DocumentError:
        words = ""
    return {
        "document": library.documents().index(one.document) + 1,
        "start": one.start,
        "end": one.end,
        "tag": one.tag,
        "has": [names[each] for each in one.holders],
        "has_not": [names[each] for each in one.others],
        "settled": one.settled,
        "text": words,
    }


COMMANDS = {"count": (declare, count), "disagreements": (declare_disagreements, list_disagreements)}
