"""The commands about documents: list, show."""

# ruff: noqa: PLC0415  # imported when first used: a usage error must cost nothing

from __future__ import annotations

from tui.shell.desk import DOCUMENT_HELP, current_text, declare_json, find_document, open_library, path_of, short_ids
from tui.shell.output import complain, counted, say, say_json, say_row

TYPE_CHECKING = False  # imports nothing
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from storage.exchange.entry import Entry
    from storage.library import Library
    from storage.model import Document
    from storage.text import Text


def declare_list(parser: ArgumentParser) -> None:
    """Declare the arguments of ``list``."""
    parser.description = (
        "One line for each document, with a tab between: its number, how many annotations it has, its state, its title,"
        " its path."
    )
    declare_json(parser)


def list_documents(args: Namespace) -> int:
    """List the documents."""
    with open_library(args) as library:
        documents = library.documents()
        if args.json:
            say_json([_record(library, number, document) for number, document in enumerate(documents, 1)])
            return 0
        for number, document in enumerate(documents, 1):
            count, path = library.count(document.uuid), path_of(library, document)
            say_row((number, count, document.state, document.title, path))
    if not documents:
        complain("There are no documents yet: manicula add FILE adds one.")
    return 0


def _record(library: Library, number: int, document: Document) -> dict[str, object]:
    from storage.exchange.jsonfile import document_record

    return {"number": number, "annotations": library.count(document.uuid), **document_record(document)}


def declare_show(parser: ArgumentParser) -> None:
    """Declare the arguments of ``show``."""
    parser.description = (
        "Show what is known of a document and what is marked in it; or its text; or its sentences, one a line, each"
        " after its number and a tab."
    )
    parser.add_argument("document", metavar="DOC", help=DOCUMENT_HELP)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--text", action="store_true", help="the text alone, in which --at START:END counts")
    what.add_argument("--sentences", action="store_true", help="number and sentence, as annotate --sentence takes them")
    declare_json(parser)


def show(args: Namespace) -> int:
    """Show a document."""
    with open_library(args) as library:
        document = find_document(library, args.document)
        if args.text or args.sentences:
            _, text = current_text(library, document)
            (_show_sentences if args.sentences else _show_text)(text, as_json=args.json)
        else:
            _show_annotations(library, document, as_json=args.json)
    return 0


def _show_text(text: Text, *, as_json: bool) -> None:
    if as_json:
        say_json({"hash": text.hash, "text": text.string})
    else:
        say(text.string)


def _show_sentences(text: Text, *, as_json: bool) -> None:
    from storage.sentences import sentences

    numbered = enumerate(sentences(text), 1)
    if as_json:
        say_json([{"number": n, "start": a, "end": b, "text": text.string[a:b]} for n, (a, b) in numbered])
        return
    for number, (start, end) in numbered:
        say_row((number, text.string[start:end]))


def _show_annotations(library: Library, document: Document, *, as_json: bool) -> None:
    from storage.exchange import Collection
    from storage.query import parse

    entries = list(Collection(library, parse(""), [document]))
    if as_json:
        from storage.exchange.jsonfile import annotation_record, document_record

        say_json({"document": document_record(document), "annotations": [annotation_record(one) for one in entries]})
        return
    facts = {
        "title": document.title,
        "authors": "; ".join(document.authors),
        "date": document.date,
        "source": document.source,
        "path": path_of(library, document),
        "format": document.format,
        "language": document.language,
        "state": document.state,
        **document.attributes,
        "length": counted(document.length, "character"),
        "annotations": len(entries),
        "id": document.uuid,
    }
    for name, value in facts.items():
        if value != "":
            say(f"{name}: {' '.join(str(value).split())}")
    ids = short_ids([annotation.uuid for annotation in library.annotations()])
    for entry in entries:
        _show_entry(entry, ids[entry.annotation.uuid])


def _show_entry(entry: Entry, short: str) -> None:
    annotation = entry.annotation
    say()
    say(f"{short}: " + ", ".join(part for part in (entry.where(), annotation.color, *entry.tags) if part))
    for part in entry.quoted():
        say("\n".join(f"> {line}" for line in part.split("\n")))
    if annotation.note:
        say(annotation.note)


COMMANDS = {
    "list": (declare_list, list_documents),
    "show": (declare_show, show),
}
