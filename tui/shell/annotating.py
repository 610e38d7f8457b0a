"""The commands about annotations: annotate, annotations, tags."""

# ruff: noqa: PLC0415  # imported when first used: a usage error must cost nothing

from __future__ import annotations

from tui.shell.desk import DOCUMENT_HELP, current_text, declare_json, find_document, open_library, short_ids
from tui.shell.output import complain, say, say_json, say_row

TYPE_CHECKING = False  # imports nothing
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Sequence

    from storage.exchange import Collection
    from storage.exchange.entry import Entry
    from storage.library import Library
    from storage.model import Annotation, Document
    from storage.text import Text

CONTEXT = 30
"""Characters shown on either side of a match where one must be chosen."""
_LONGEST = 20
"""Characters of a number that may be a place in a text."""

QUERY_HELP = (
    'which annotations: tag:source colour:red has:note by:NAME before:2026-01 "two words" -draft; a query that begins'
    " with - goes after --"
)


def declare_annotate(parser: ArgumentParser) -> None:
    """Declare the arguments of ``annotate``."""
    parser.description = (
        "Highlight a passage, with tags, a note and a colour as wanted. Where exactly this passage is highlighted"
        " already, tags and note are added to that highlight. manicula undo takes it back."
    )
    parser.add_argument("document", metavar="DOC", help=DOCUMENT_HELP)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument(
        "--quote",
        metavar="Q",
        help="the passage in its own words; case, accents and kinds of quotes are free",
    )
    where.add_argument("--at", metavar="START:END", help="from and up to, in characters of manicula show DOC --text")
    where.add_argument("--sentence", metavar="N[-M]", help="a sentence, or several, of manicula show DOC --sentences")
    parser.add_argument("--nth", type=int, metavar="N", help="which of the passages that --quote finds, from 1")
    parser.add_argument("--all", action="store_true", help="every passage that --quote finds, as one step")
    parser.add_argument(
        "--tag", action="append", default=[], metavar="T", help="a tag like source/official; repeatable"
    )
    parser.add_argument("--note", default="", metavar="N", help="a note")
    parser.add_argument("--color", "--colour", default="", metavar="C", help="yellow, green, blue, pink, orange, ...")
    declare_json(parser)


def annotate(args: Namespace) -> int:
    """Highlight a passage."""
    from storage.errors import UsageError
    from storage.model import COLORS, Range

    if args.color and args.color not in COLORS:
        raise UsageError(f"There is no colour {args.color}; there are {', '.join(COLORS)}.")
    with open_library(args) as library:
        document, text = current_text(library, find_document(library, args.document))
        if args.all:
            return _annotate_all(args, library, document, text)
        passage = Range(*_passage(args, document, text))
        known = _exactly(library, document, passage)
        if known is None:
            done = "Highlighted"
            made = library.annotate(
                document.uuid, [passage], tags=args.tag, note=args.note, color=args.color, text=text
            )
        else:
            made = _add_to(library, known, args)
            done = "Already highlighted" if made == known else "Already highlighted, and added to"
        _tell(library, document, text, made, done, as_json=args.json)
    return 0


def _annotate_all(args: Namespace, library: Library, document: Document, text: Text) -> int:
    """Highlight every passage that a quote finds."""
    from storage import marking
    from storage.errors import UsageError
    from storage.search import Finder

    if args.quote is None or args.nth is not None or args.note or args.color:
        raise UsageError("--all takes every passage that --quote finds, with tags; no --nth, --note or --color.")
    found = Finder(text).find_all(args.quote)
    if not found:
        raise UsageError(f"“{args.quote}” does not stand in {document.title}.")
    there = marking.known(library.annotations(document.uuid))
    passages = marking.of_matches(document.uuid, text.hash, text.string, found)
    planned = marking.plan(passages, there, lambda _: text)
    marking.mark(library, planned, args.tag)
    if args.json:
        say_json({"highlighted": len(planned.new), "known": len(planned.known), "lost": 0})
    else:
        say(f"Highlighted “{_shortened(args.quote)}”, which stands {_times(planned.size)}.")
    return 0


def _exactly(library: Library, document: Document, passage: tuple[int, int]) -> Annotation | None:
    """Return this reader's own highlight of exactly `passage`."""
    me = library.me().uuid
    for annotation in library.annotations(document.uuid):
        if annotation.ranges == (passage,) and annotation.state == "anchored" and annotation.creator == me:
            return annotation
    return None


def _add_to(library: Library, known: Annotation, args: Namespace) -> Annotation:
    """Return `known` with what the arguments add to it; a note that is there stays in front."""
    note = known.note
    if args.note and args.note != note:
        note = f"{note}\n\n{args.note}" if note else args.note
    color = args.color or known.color
    tags = [path for path in args.tag if path not in library.tag_paths(known)]
    if not tags and (note, color) == (known.note, known.color):
        return known
    return library.edit(known.uuid, note=note, color=color, add_tags=tags)


def _tell(  # noqa: PLR0913  # what was done to what
    library: Library, document: Document, text: Text, annotation: Annotation, done: str, *, as_json: bool
) -> None:
    from storage.places import Places

    place, tags = Places(text).of(annotation), tuple(library.tag_paths(annotation))
    if as_json:
        from storage.exchange.entry import Entry
        from storage.exchange.jsonfile import annotation_record

        say_json(annotation_record(Entry(annotation, document, text, tags, library.me().name, place)))
        return
    tagged = f", tagged {', '.join(tags)}" if tags else ""
    say(f"{done} {place}: “{_shortened(annotation.exact)}”{tagged}. Its id is {annotation.uuid[:8]}.")


def _shortened(quote: str) -> str:
    words = " ".join(quote.split())
    return words if len(words) <= 2 * CONTEXT else f"{words[:CONTEXT].rstrip()} … {words[-CONTEXT:].lstrip()}"


def _passage(args: Namespace, document: Document, text: Text) -> tuple[int, int]:
    """Return the range that the arguments name. Raises UsageError, which shows the choices where there are several."""
    from storage.errors import UsageError

    if args.nth is not None and args.quote is None:
        raise UsageError("--nth chooses among the passages that --quote finds; it needs --quote.")
    if args.quote is not None:
        return _quoted(args.quote, args.nth, document, text)
    if args.at is not None:
        start, end = _pair(args.at, ":", "--at takes START:END, two numbers like 120:186")
        if not 0 <= start < end <= len(text):
            raise UsageError(f"--at {args.at} is outside the text, which ends at {len(text)}, or takes nothing.")
        return start, end
    return _sentences(args.sentence, text)


def _sentences(wanted: str, text: Text) -> tuple[int, int]:
    from storage.errors import UsageError
    from storage.sentences import sentences

    both = wanted if "-" in wanted else f"{wanted}-{wanted}"
    first, last = _pair(both, "-", "--sentence takes N or N-M, like 3-5")
    found = list(sentences(text))
    if not 1 <= first <= last <= len(found):
        raise UsageError(f"There is no sentence {wanted}: they run from 1 to {len(found)}.")
    return found[first - 1][0], found[last - 1][1]


def _pair(value: str, between: str, otherwise: str) -> tuple[int, int]:
    from storage.errors import UsageError

    first, found, second = value.partition(between)
    if not (found and all(each.strip().isdecimal() and len(each) <= _LONGEST for each in (first, second))):
        raise UsageError(f"{otherwise}, not {value}.")
    return int(first), int(second)


def _quoted(quote: str, nth: int | None, document: Document, text: Text) -> tuple[int, int]:
    from storage.errors import UsageError
    from storage.search import Finder

    matches = [(start, end) for start, end in Finder(text).find_all(quote)]
    if not matches:
        raise UsageError(f"“{quote}” does not stand in {document.title}.")
    if nth is not None and not 1 <= nth <= len(matches):
        raise UsageError(f"There is no number {nth}: “{quote}” stands {_times(len(matches))} in {document.title}.")
    if nth is None and len(matches) > 1:
        listed = "\n".join(_choices(matches, text))
        raise UsageError(f"“{quote}” stands {_times(len(matches))}; choose one with --nth.\n{listed}")
    return matches[(nth or 1) - 1]


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _choices(matches: Sequence[tuple[int, int]], text: Text) -> list[str]:
    """Return a line for each match: its number, its sentence, and the words around it."""
    from bisect import bisect_right

    from storage.sentences import sentences

    starts = [start for start, _ in sentences(text)]
    lines = []
    for number, (start, end) in enumerate(matches, 1):
        before, after = _before(text.string, start), _after(text.string, end)
        shown = _shortened(text.string[start:end])
        lines.append(f"--nth {number}: sentence {bisect_right(starts, start)}, {before}[{shown}]{after}")
    return lines


def _before(string: str, start: int) -> str:
    """Return the whole words before `start` on its line, as many as fit."""
    line = string[string.rfind("\n", 0, start) + 1 : start]
    return line if len(line) <= CONTEXT else f"… {line[-CONTEXT:].partition(' ')[2]}"


def _after(string: str, end: int) -> str:
    """Return the whole words after `end` on its line, as many as fit."""
    line = string[end:].partition("\n")[0]
    return line if len(line) <= CONTEXT else f"{line[:CONTEXT].rpartition(' ')[0]} …"


def declare_annotations(parser: ArgumentParser) -> None:
    """Declare the arguments of ``annotations``."""
    parser.description = (
        "One line for each annotation, with a tab between: its id, the number of its document, its place, its tags, its"
        " quote, its note."
    )
    parser.add_argument("query", nargs="*", metavar="QUERY", help=QUERY_HELP)
    parser.add_argument(
        "--cite", action="store_true", help="each quote with its source, by the pattern in the settings"
    )
    parser.add_argument("--random", action="store_true", help="as chance has it, to go through them one by one")
    parser.add_argument("--context", action="store_true", help="one more cell: the quote in brackets in its paragraph")
    declare_json(parser)


def list_annotations(args: Namespace) -> int:
    """List annotations."""
    from storage.exchange import Collection
    from storage.query import parse

    with open_library(args) as library:
        collection = Collection(library, parse(" ".join(args.query)), texts=args.json or args.cite or args.context)
        entries: Iterable[Entry] = _by_chance(collection) if args.random else collection
        if args.json:
            from storage.exchange.jsonfile import annotation_record

            say_json([annotation_record(entry) for entry in entries])
            return 0
        if args.cite:
            _cite(library, entries)
            return 0
        numbers = {document.uuid: number for number, document in enumerate(library.documents(), 1)}
        ids = short_ids([annotation.uuid for annotation in library.annotations()])
        for entry in entries:
            one = entry.annotation
            row = (ids[one.uuid], numbers[one.document], entry.where(), ", ".join(entry.tags), one.exact, one.note)
            say_row((*row, _in_context(entry)) if args.context else row)
    if not collection.count:
        complain("No annotation matches." if args.query else "There are no annotations yet.")
    return 0


def _cite(library: Library, entries: Iterable[Entry]) -> None:
    """Write each quote with its source, on a line of its own."""
    from storage import citing, config
    from storage.exchange.sources import citekeys

    pattern, keys = config.load().citation, citekeys(library.documents())
    for entry in entries:
        one = entry.annotation
        if one.exact:
            quote, last = " ".join(one.exact.split()), entry.last_page
            key = keys[one.document]
            passage = citing.Passage(quote, entry.document, key, entry.place, last, entry.tags, one.note, one.uuid)
            say(" ".join(citing.cite(pattern, passage).split()))


def _by_chance(entries: Collection) -> list[Entry]:
    from random import shuffle

    found = list(entries)
    shuffle(found)
    return found


def _in_context(entry: Entry) -> str:
    """Return the paragraphs in which a quote stands, with brackets around it; nothing where it stands in no text."""
    one, text = entry.annotation, entry.text
    if text is None or not one.ranges or one.state != "anchored" or text.hash != one.text:
        return ""
    first, last = text.blocks[text.blocks.at(one.start)], text.blocks[text.blocks.at(one.end - 1)]
    before = text.string[min(first.start, one.start) : one.start]
    after = text.string[one.end : max(last.end, one.end)]
    return f"{before}[{text.string[one.start : one.end]}]{after}"


def declare_tags(parser: ArgumentParser) -> None:
    """Declare the arguments of ``tags``."""
    parser.description = "One line for each tag, with a tab between: how many annotations have it, its path."
    declare_json(parser)


def list_tags(args: Namespace) -> int:
    """List the tags."""
    with open_library(args) as library:
        counts = library.tag_counts()
        if args.json:
            from storage.exchange.jsonfile import tag_record

            say_json([{**tag_record(tag), "annotations": counts.get(tag.uuid, 0)} for tag in library.tags()])
            return 0
        for tag in library.tags():
            say_row((counts.get(tag.uuid, 0), tag.path))
        if not library.tags():
            complain("There are no tags yet: manicula annotate DOC ... --tag NAME makes one.")
    return 0


COMMANDS = {
    "annotate": (declare_annotate, annotate),
    "annotations": (declare_annotations, list_annotations),
    "tags": (declare_tags, list_tags),
}
