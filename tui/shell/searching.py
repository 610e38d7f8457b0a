"""The command search: passages of all documents in which words stand, grouped by document."""

# ruff: noqa: PLC0415  # imported when first used: a usage error must cost nothing

from __future__ import annotations

from tui.shell.desk import declare_table, open_library, titles_of
from tui.shell.output import Progress, complain, counted, say, say_csv, say_json, say_row

TYPE_CHECKING = False  # imports nothing
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from storage.fulltext.hits import Hit
    from storage.library import Library

_MOST = 100


def declare(parser: ArgumentParser) -> None:
    """Declare the arguments of ``search``."""
    from tui.shell.marking import declare_marking

    parser.description = (
        "Search the texts, titles, notes and quotes of the whole library. One line for each document, best first: its"
        " number, how many passages, its title; below it, after a tab, one for each passage: where it begins, and its"
        " words, what was asked for in brackets. An index beside the library is brought up to date first; it can be"
        " deleted at any time."
    )
    parser.add_argument(
        "query",
        nargs="+",
        metavar="QUERY",
        help='words that all stand in a document; "two words", begin*, a OR b, -not, a NEAR b, (brackets);'
        " in: author: state: doc.age>40 before: after: say of which documents, tag: by: colour: has: in which"
        " highlights; a query that begins with - goes after --",
    )
    parser.add_argument("--most", type=int, default=_MOST, metavar="N", help=f"how many passages, {_MOST} unless said")
    declare_marking(parser)
    declare_table(parser)


def search(args: Namespace) -> int:
    """Search, and print what was found."""
    from storage.fulltext.finding import answer, question
    from storage.fulltext.hits import passages_of, table
    from storage.fulltext.keeping import open_index, update
    from tui.shell.marking import EVERY, mark, wants_marking

    with open_library(args) as library:
        if not library.documents():
            complain("There are no documents to search. manicula add FILE adds one.")
            return 1
        index, progress = open_index(library), Progress()
        try:
            for done, total in update(library, index):
                progress("documents taken into the index", done, total)
            asked = question(library, " ".join(args.query))
            if asked.asked.plain:
                complain("This is no query, so it was searched as plain words.")
            hits = answer(index, asked, EVERY if wants_marking(args) else max(1, args.most))
        finally:
            index.close()
        if wants_marking(args):
            versions = {each.uuid: each.texts[-1] for each in library.documents() if each.texts}
            return mark(
                library, (one for hit in hits for one in passages_of(hit, versions.get(hit.document, ""))), args
            )
        if args.json:
            say_json([_record(library, hit) for hit in hits])
        elif args.csv:
            say_csv(table(hits, titles_of(library)))
        else:
            _say(library, hits)
    if not hits:
        complain("Nothing was found.")
    elif len(hits) >= args.most and not args.json:
        complain(f"These are the best {len(hits)}; there may be more.")
    return 0 if hits else 1


def _say(library: Library, hits: list[Hit]) -> None:
    from storage.fulltext.hits import grouped

    numbers = {document.uuid: number for number, document in enumerate(library.documents(), 1)}
    for uuid, group in grouped(hits).items():
        say_row([numbers[uuid], counted(len(group), "passage"), library.document(uuid).title])
        for hit in group:
            say(f"\t{_where(hit)}\t{_bracketed(hit)}")


def _where(hit: Hit) -> str:
    from storage.fulltext.index import NOTE, QUOTE, TITLE

    names = {TITLE: "title", NOTE: f"note {hit.about[:8]}", QUOTE: f"lost quote {hit.about[:8]}"}
    return names.get(hit.kind, str(hit.start + (hit.marks[0][0] if hit.marks else 0)))


def _bracketed(hit: Hit) -> str:
    from storage.fulltext.hits import excerpt
    from storage.visible import one_line

    return one_line("".join(f"[{text}]" if marked else text for text, marked in excerpt(hit)))


def _record(library: Library, hit: Hit) -> dict[str, object]:
    from storage.fulltext.index import KINDS

    return {
        "document": hit.document,
        "title": library.document(hit.document).title,
        "kind": KINDS[hit.kind],
        "annotation": hit.about,
        "start": hit.start,
        "text": hit.text,
        "matches": [[start, end] for start, end in hit.marks],
    }


COMMANDS = {"search": (declare, search)}
