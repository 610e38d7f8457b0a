"""The command concordance: every place of a word, an expression or a tag, with what stands around it."""

# ruff: noqa: PLC0415  # imported when first used: a usage error must cost nothing

from __future__ import annotations

from tui.shell.desk import declare_table, open_library, titles_of
from tui.shell.marking import declare_marking, mark, wants_marking
from tui.shell.output import Progress, complain, say, say_csv, say_json

TYPE_CHECKING = False  # imports nothing
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from storage.concordance import Line
    from storage.library import Library

_WIDTH = 40


def declare(parser: ArgumentParser) -> None:
    """Declare the arguments of ``concordance``."""
    parser.description = (
        "Every place of a word, an expression or a tag, one line for each, with a tab between: the number of its"
        " document, where it begins, what stands before it, what was found, what stands after it."
    )
    parser.add_argument(
        "query",
        nargs="+",
        metavar="QUERY",
        help="terms first, if any (in: author: state: tag: by: ...), then words, begin* or a regular expression;"
        " tag:source alone lists what has the tag; a query that begins with - goes after --",
    )
    parser.add_argument("--regex", action="store_true", help="a regular expression")
    parser.add_argument("--parts", action="store_true", help="also as a part of words")
    parser.add_argument("--exact", action="store_true", help="fold no case, accents and typography")
    parser.add_argument("--sort", default="text", metavar="BY", help="text, right, left (context) or match")
    parser.add_argument("--width", type=int, default=_WIDTH, metavar="N", help=f"characters before and after, {_WIDTH}")
    parser.add_argument("--most", type=int, default=0, metavar="N", help="how many lines; all unless said")
    declare_marking(parser)
    declare_table(parser)


def concordance(args: Namespace) -> int:
    """Print the lines, or highlight all of them."""
    from storage.concordance import MOST, Concordance, ask, order_named, ordered, table

    order, marking = order_named(args.sort), wants_marking(args)
    asked = ask(" ".join(args.query), regex=args.regex, whole_word=not args.parts, exact=args.exact)
    with open_library(args) as library:
        work, progress = Concordance(library, asked), Progress()
        found: list[Line] = []
        for chunk in work.lines():
            found += chunk
            progress("documents looked through", work.done, work.total)
        if work.unread:
            complain(f"{work.unread} texts cannot be read, and are left out.")
        if work.full:
            complain(f"These are the first {MOST}; there may be more.")
        if marking:
            return mark(library, (one.passage for one in found), args)
        lines = ordered(found, order)[: args.most or None]
        if args.json:
            say_json([_record(library, one) for one in lines])
        elif args.csv:
            say_csv(table(lines, titles_of(library)))
        else:
            _say(library, lines, max(1, args.width))
    if not lines and not args.json:
        complain("Nothing was found.")
    return 0 if lines else 1


def _say(library: Library, lines: list[Line], width: int) -> None:
    numbers = {document.uuid: str(number) for number, document in enumerate(library.documents(), 1)}
    for one in lines:
        left, right = one.left[-width:].rjust(width), one.right[:width]
        say("\t".join((numbers[one.document], str(one.start), left, one.words, right)))


def _record(library: Library, one: Line) -> dict[str, object]:
    return {
        "document": one.document,
        "title": library.document(one.document).title,
        "start": one.start,
        "end": one.end,
        "left": one.left,
        "match": one.words,
        "right": one.right,
    }


COMMANDS = {"concordance": (declare, concordance)}
