"""What the commands that find passages share: highlighting and tagging all of them as one step."""

# ruff: noqa: PLC0415  # imported when first used: a usage error must cost nothing

from __future__ import annotations

from tui.shell.output import Progress, complain, counted, say, say_json

TYPE_CHECKING = False  # imports nothing
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable

    from storage.library import Library
    from storage.marking import Passage

EVERY = 1_000_000
"""Passages asked for where all are to be highlighted."""


def declare_marking(parser: ArgumentParser) -> None:
    """Declare the arguments that highlight what is found."""
    parser.add_argument("--tag", action="append", default=[], metavar="T", help="highlight all of it with a tag")
    parser.add_argument("--highlight", action="store_true", help="highlight all of it, without a tag")
    parser.add_argument(
        "--extent",
        choices=("match", "sentence", "paragraph"),
        default="match",
        help="highlight just that, or the sentences or paragraphs it stands in",
    )
    parser.add_argument("--dry-run", action="store_true", help="with these, only say how much it would be")


def wants_marking(args: Namespace) -> bool:
    """Tell whether what is found is to be highlighted. Raises UsageError where that is not said wholly."""
    from storage.errors import UsageError

    wanted = bool(args.tag or args.highlight)
    if not wanted and (args.dry_run or args.extent != "match"):
        raise UsageError("Say --tag T or --highlight, so that what is found is highlighted.")
    return wanted


def mark(library: Library, found: Iterable[Passage], args: Namespace) -> int:
    """Highlight passages as one undo step, or only say what that would be; print how many."""
    from functools import partial

    from storage import marking

    passages, progress = list(found), Progress()
    documents = {one.document for one in passages}
    there = marking.known(one for each in documents for one in library.annotations(each))
    tell = partial(progress, "passages looked at")
    planned = marking.plan(passages, there, library.snapshots.load, args.extent, tell)
    if not args.dry_run:
        marking.mark(library, planned, args.tag)
    if args.json:
        fates = {"highlighted": len(planned.new), "known": len(planned.known), "lost": planned.lost}
        say_json({**fates, "documents": planned.documents, "dry_run": args.dry_run})
    elif planned.size:
        tagged = f", tagged {', '.join(args.tag)}" if args.tag else ""
        where = f"in {counted(planned.documents, 'document')}"
        already = f", {len(planned.known)} of them highlighted already" if planned.known else ""
        would = "Would be highlighted: " if args.dry_run else "Highlighted: "
        say(f"{would}{counted(planned.size, 'passage')} {where}{tagged}{already}.")
    if planned.lost:
        complain(f"{counted(planned.lost, 'passage')} left out: their texts are gone, or say something else now.")
    if not passages:
        complain("Nothing was found.")
    return 0 if planned.size else 1
