"""The commands names, dates and timeline: what is proposed, what of it is accepted, and what is dated."""

# ruff: noqa: PLC0415  # imported when first used: a usage error must cost nothing

from __future__ import annotations

from tui.shell.annotating import QUERY_HELP
from tui.shell.counting import declare_output
from tui.shell.desk import DOCUMENT_HELP, current_text, declare_json, find_document, open_library
from tui.shell.output import Progress, complain, counted, say, say_json, say_row

TYPE_CHECKING = False  # imports nothing
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from storage.analysis.names import Name
    from storage.library import Library


def declare_names(parser: ArgumentParser) -> None:
    """Declare the arguments of ``names``."""
    parser.description = (
        "List the names that stand in the texts and are not tagged everywhere yet. A line holds: in how many places, in"
        " how many documents, the name, the ways in which it is written."
    )
    parser.add_argument(
        "--accept",
        action="append",
        metavar="NAME",
        help="tag this name wherever it stands, in all ways in which it is written, which become its aliases;"
        " repeatable, all of them one step",
    )
    declare_json(parser)


def names(args: Namespace) -> int:
    """List names, or tag those that are accepted."""
    from storage.analysis.accepting import still_open, tag_names
    from storage.errors import UsageError

    with open_library(args) as library:
        found = still_open(library, _proposed(library))
        if args.accept:
            by_name = {one.name: one for one in found}
            missing = [each for each in args.accept if each not in by_name]
            if missing:
                raise UsageError(f"There is no proposed name {missing[0]}; manicula names lists them.")
            chosen = [by_name[each] for each in dict.fromkeys(args.accept)]
            count = tag_names(library, chosen, lambda uuid: library.snapshots.load(library.document(uuid).texts[-1]))
            say(f"Tagged {', '.join(one.name for one in chosen)} at {counted(count, 'place')}.")
            return 0
    if args.json:
        say_json([_name_record(one) for one in found])
    else:
        for one in found:
            say_row([len(one.spots), len({spot.document for spot in one.spots}), one.name, ", ".join(one.variants)])
    if not found:
        complain("No names but those that are tagged already.")
    return 0


def _proposed(library: Library) -> list[Name]:
    from storage.analysis.names import Names
    from storage.errors import DocumentError

    taken, progress = Names(), Progress()
    documents = library.documents()
    for number, document in enumerate(documents, 1):
        try:
            taken.take(document.uuid, library.snapshots.load(document.texts[-1]))
        except (DocumentError, IndexError):
            complain(f"Left out, because its text is not there: {document.title}.")
        progress("documents looked through", number, len(documents))
    return taken.proposed()


def _name_record(one: Name) -> dict[str, object]:
    places = {variant: [spot._asdict() for spot in spots] for variant, spots in one.variants.items()}
    return {"name": one.name, "count": len(one.spots), "variants": places}


def declare_dates(parser: ArgumentParser) -> None:
    """Declare the arguments of ``dates``."""
    parser.description = (
        "List the dates that stand in a document. A line holds: where it begins and ends, the date in ISO 8601, its"
        " words. Of a date without a year and no year known the date is empty."
    )
    parser.add_argument("document", metavar="DOC", help=DOCUMENT_HELP)
    parser.add_argument("--year", metavar="Y", help="the year of dates without one; kept as an attribute")
    parser.add_argument("--accept", action="store_true", help="mark all that are not marked, as one step")
    declare_json(parser)


def dates(args: Namespace) -> int:
    """List the dates of a document, or mark them."""
    from storage.analysis.accepting import known_year, mark_dates, year_of
    from storage.analysis.dates import dates as dates_in
    from storage.errors import UsageError

    year = year_of(args.year or "")
    if args.year is not None and not year:
        raise UsageError(f"A year is a number from 1 to 9999, such as 2019, not {args.year}.")
    with open_library(args) as library:
        document, text = current_text(library, find_document(library, args.document))
        year = year or known_year(document)
        found = list(dates_in(text.string))
        if args.accept:
            if not year and any(not one.year for one in found):
                raise UsageError("Some dates have no year; say which with --year.")
            say(f"Marked {counted(mark_dates(library, document, found, year, text), 'date')}.")
            return 0
    rows = [(one.start, one.end, one.iso(year), text.string[one.start : one.end]) for one in found]
    if args.json:
        say_json([dict(zip(("start", "end", "date", "text"), row, strict=True)) for row in rows])
    else:
        for row in rows:
            say_row(row)
    return 0


def declare_timeline(parser: ArgumentParser) -> None:
    """Declare the arguments of ``timeline``."""
    parser.description = (
        "List the annotations that have a date, in the order of time. A line holds: date, document, start, end, quote,"
        " sentence, tags, note, id."
    )
    parser.add_argument("query", nargs="*", metavar="QUERY", help=QUERY_HELP)
    declare_output(parser)


def timeline(args: Namespace) -> int:
    """List what is dated."""
    from storage.analysis.coding import Coding
    from storage.analysis.timeline import COLUMNS, events, write_csv

    with open_library(args) as library:
        found = events(Coding(library, " ".join(args.query)))
    if not found:
        complain("Nothing is dated. manicula dates DOC --accept marks the dates of a document.")
    if args.output:
        from pathlib import Path

        from storage.exchange.destination import writing

        with writing(Path(args.output), force=args.force) as out:
            write_csv(found, out)
        complain(f"{counted(len(found), 'date')} written to {args.output}.")
    elif args.json:
        say_json([dict(zip(COLUMNS, one.row(), strict=True)) for one in found])
    elif args.csv:
        import io

        out_ = io.StringIO(newline="")
        write_csv(found, out_)
        say(out_.getvalue().removesuffix("\n"))
    else:
        for one in found:
            say_row(one.row())
    return 0


COMMANDS = {"names": (declare_names, names), "dates": (declare_dates, dates), "timeline": (declare_timeline, timeline)}
"""The command's name: what declares its arguments, what runs it."""
