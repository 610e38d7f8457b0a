"""The command repeats: sentences that stand in several documents, with their places."""

# ruff: noqa: PLC0415  # imported when first used: a usage error must cost nothing

from __future__ import annotations

from tui.shell.desk import declare_table, open_library, titles_of
from tui.shell.marking import declare_marking, mark, wants_marking
from tui.shell.output import Progress, complain, say, say_csv, say_json, say_row

TYPE_CHECKING = False  # imports nothing
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from storage.library import Library
    from storage.repeated import Group


def declare(parser: ArgumentParser) -> None:
    """Declare the arguments of ``repeats``."""
    parser.description = (
        "The sentences of five words or more that stand in several documents, those in most documents first. One line"
        " for each: in how many documents, how many places, whether all have the same words or nearly, its words;"
        " below it, after a tab, one for each place: the number of the document, where it begins."
    )
    parser.add_argument("query", nargs="*", metavar="QUERY", help="of which documents: in: author: state: doc.age>40")
    parser.add_argument("--exact", action="store_true", help="only those with the same words everywhere")
    parser.add_argument("--most", type=int, default=0, metavar="N", help="how many sentences; all unless said")
    declare_marking(parser)
    declare_table(parser)


def repeats(args: Namespace) -> int:
    """Print what is repeated, or highlight all of it."""
    from storage.errors import UsageError
    from storage.query import parse
    from storage.repeated import Repeated, table

    wanted, marking = parse(" ".join(args.query)), wants_marking(args)
    if wanted.about_annotations:
        raise UsageError("Only documents can be chosen here: in: author: state: doc.NAME.")
    with open_library(args) as library:
        documents = [each for each in library.documents() if each.texts and wanted.matches_document(each)]
        sources = [(each.uuid, each.texts[-1]) for each in documents]
        work, progress = Repeated(library.snapshots, sources, near=not args.exact), Progress()
        for step in work.steps():
            progress(step.what, step.done, step.total)
        if work.unread:
            complain(f"{work.unread} texts cannot be read, and are left out.")
        groups = work.groups[: args.most or None]
        if marking:
            return mark(library, (place for group in groups for place in group.places), args)
        if args.json:
            say_json([_record(library, group) for group in groups])
        elif args.csv:
            say_csv(table(groups, titles_of(library)))
        else:
            _say(library, groups)
    if not groups and not args.json:
        complain("No sentence of five words or more stands in several documents.")
    return 0 if groups else 1


def _say(library: Library, groups: list[Group]) -> None:
    numbers = {document.uuid: number for number, document in enumerate(library.documents(), 1)}
    for group in groups:
        say_row((group.documents, len(group.places), "same" if group.exact else "nearly", group.words))
        for place in group.places:
            say(f"\t{numbers[place.document]}\t{place.start}")


def _record(library: Library, group: Group) -> dict[str, object]:
    places = [
        {
            "document": place.document,
            "title": library.document(place.document).title,
            "start": place.start,
            "end": place.end,
        }
        for place in group.places
    ]
    return {"words": group.words, "exact": group.exact, "documents": group.documents, "places": places}


COMMANDS = {"repeats": (declare, repeats)}
