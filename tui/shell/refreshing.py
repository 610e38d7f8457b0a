"""The command refresh: what became of files that have changed, and of what is marked in them."""

# ruff: noqa: PLC0415  # imported when first used: a usage error must cost nothing

from __future__ import annotations

from tui.shell.desk import DOCUMENT_HELP, declare_json, find_document, open_library, path_of, short_ids
from tui.shell.output import Progress, complain, counted, say, say_json, say_row

TYPE_CHECKING = False  # imports nothing
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from pathlib import Path

    from storage.library import Library
    from storage.model import Annotation, Document
    from storage.passages import Followed
    from storage.renewal import Renewal

_QUOTE = 60


def declare(parser: ArgumentParser) -> None:
    """Declare the arguments of ``refresh``."""
    parser.description = (
        "Read documents again, all of them or those named, and find what is marked in them in their new versions. One"
        " line for each document that has changed or is gone; below it, after a tab, one for each annotation whose"
        " passage moved, was edited or is lost. manicula undo takes a document's annotations back."
    )
    parser.add_argument("documents", nargs="*", metavar="DOC", help=DOCUMENT_HELP)
    parser.add_argument("--dry-run", action="store_true", help="only say what would become of the annotations")
    declare_json(parser)


def refresh(args: Namespace) -> int:
    """Take new versions of documents in."""
    with open_library(args) as library:
        chosen = [find_document(library, spec) for spec in args.documents] or library.documents()
        numbers = {document.uuid: number for number, document in enumerate(library.documents(), 1)}
        results = [_refreshed(library, document, take=not args.dry_run) for document in chosen]
        ids = short_ids([annotation.uuid for annotation in library.annotations()])
        if args.json:
            say_json([result.record(numbers[result.document.uuid]) for result in results])
        else:
            for result in results:
                result.say(numbers[result.document.uuid], ids)
    if not args.json:
        _sum_up(results, dry=args.dry_run)
    return 1 if any(result.state == "unreadable" for result in results) else 0


class _Result:
    """What refreshing one document gave: `state` is unchanged, changed, moved, gone or unreadable."""

    def __init__(self, document: Document, state: str, path: str, renewal: Renewal | None = None) -> None:
        self.document = document
        self.state = state
        self.path = path
        self.renewal = renewal

    def record(self, number: int) -> dict[str, object]:
        """Return it as JSON has it."""
        counts = self.renewal.report.counts if self.renewal else {}
        followed = self.renewal.fates.values() if self.renewal else ()
        return {
            "number": number,
            "uuid": self.document.uuid,
            "title": self.document.title,
            "path": self.path,
            "state": self.state,
            **{fate.replace(" ", "_"): count for fate, count in counts.items()},
            "annotations": [_annotation_record(each) for each in followed],
        }

    def say(self, number: int, ids: dict[str, str]) -> None:
        """Say it in lines; nothing of a document that has not changed."""
        if self.state == "unchanged":
            return
        if self.renewal is None:
            words = "gone; its text and annotations are kept" if self.state == "gone" else self.state
        else:
            words = str(self.renewal.report) if self.renewal.annotations else "nothing marked"
        say_row((number, self.state, self.document.title, words))
        for each in self.renewal.fates.values() if self.renewal else ():
            if each.fate != "kept":
                say_row(("", ids.get(each.before.uuid, each.before.uuid), each.fate, *_words(each)))


def _words(followed: Followed) -> list[str]:
    before, after = _short(followed.before), _short(followed.after)
    if followed.after.state == "orphan":
        return [before]
    return [before, after, f"{followed.after.confidence:.0%}"]


def _short(annotation: Annotation) -> str:
    words = " ".join(annotation.exact.split())
    return f"“{words if len(words) <= _QUOTE else words[:_QUOTE].rstrip() + '…'}”"


def _annotation_record(followed: Followed) -> dict[str, object]:
    after = followed.after
    return {
        "uuid": after.uuid,
        "fate": followed.fate,
        "confidence": round(after.confidence, 4),
        "ranges": [list(each) for each in after.ranges],
        "before": followed.before.exact,
        "after": "" if after.state == "orphan" else after.exact,
    }


def _refreshed(library: Library, document: Document, *, take: bool) -> _Result:
    """Read one document again and follow its annotations; with `take` record it."""
    from storage.errors import DocumentError

    path = library.find_file(document) or library.find_moved(document)
    if path is None:
        return _Result(document, "gone", path_of(library, document))
    try:
        text = library.read(path)
    except DocumentError as error:
        complain(str(error))
        return _Result(document, "unreadable", str(path))
    renewal = library.renewal(path, text)
    if renewal.document is not None and renewal.document.uuid != document.uuid:
        return _Result(document, "gone", path_of(library, document))
    _run(renewal, document)
    state = "changed" if renewal.changes or renewal.annotations else _moved(library, document, path)
    if take and state != "unchanged":
        document = library.take_in(renewal)
    return _Result(document, state, str(path), renewal)


def _moved(library: Library, document: Document, path: Path) -> str:
    from storage.paths import stored

    return "unchanged" if stored(path, library.folder) in document.paths else "moved"


def _run(renewal: Renewal, document: Document) -> None:
    """Run a renewal; on a terminal say on standard error how far it is."""
    progress = Progress()
    renewal.run(lambda words: progress.say(f"{document.title}: {words}"))


def _sum_up(results: list[_Result], *, dry: bool) -> None:
    changed = sum(result.state == "changed" for result in results)
    if not results:
        complain("There are no documents yet: manicula add FILE adds one.")
    elif dry:
        say(f"{counted(changed, 'document')} of {len(results)} would change; nothing was written.")
    else:
        say(f"{counted(changed, 'document')} of {len(results)} changed.")


COMMANDS = {"refresh": (declare, refresh)}
