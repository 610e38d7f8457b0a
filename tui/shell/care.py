"""The commands that care for the library as a whole: check, forget."""

# ruff: noqa: PLC0415  # imported when first used: a usage error must cost nothing

from __future__ import annotations

from tui.shell.desk import DOCUMENT_HELP, declare_json, library_path, open_library
from tui.shell.output import Progress, complain, counted, say, say_json

TYPE_CHECKING = False  # imports nothing
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from pathlib import Path

    from storage.checking import Report
    from storage.forgetting import Plan, Removed
    from storage.library import Library

_SHORTEST = 8
"""Characters of the id of a document that was forgotten."""


def declare_check(parser: ArgumentParser) -> None:
    """Declare the arguments of ``check``."""
    parser.description = (
        "Look whether all that the library holds can be read, agrees with its checksums and fits together: records,"
        " references, passages, texts, journals, backups, file modes. It changes nothing, and works on a library that"
        " cannot be opened any more. Exit code 0: sound; 1: problems were found."
    )
    parser.add_argument(
        "--repair",
        action="store_true",
        help="mend what was found, from journals, backups and documents; what cannot be read is set aside, not deleted",
    )
    declare_json(parser)


def check(args: Namespace) -> int:
    """Look through the library for damage, and mend it where that is asked for."""
    from storage import checking, paths

    path, state, progress = library_path(args), paths.state_dir(), Progress()
    report = checking.check(path, state, progress)
    found, done = report, []
    if args.repair and report.problems:
        from storage.checking.repair import repair

        done = repair(path, state, progress)
        report = checking.check(path, state, progress)
    if args.json:
        say_json(_record(found, report, done))
    else:
        _tell(found, report, done)
    return 1 if report.problems else 0


def _tell(found: Report, report: Report, done: list[str]) -> None:
    from storage.checking.records import KINDS

    for problem in found.problems:
        say(problem.sentence)
    if found is not report:
        say()
        for sentence in done:
            say(sentence)
        if report.problems:
            say()
            complain("Not everything could be mended:")
            for problem in report.problems:
                say(problem.sentence)
    for note in report.notes:
        say(f"Note: {note}")
    there = ", ".join(counted(count, KINDS[name]) for name, count in report.counts.items() if count)
    state = counted(len(report.problems), "problem") if report.problems else "sound"
    say(f"{report.real}: {state}; {there or 'nothing in it'}.")


def _record(found: Report, report: Report, done: list[str]) -> dict[str, object]:
    def listed(problems: Report) -> list[dict[str, str]]:
        return [{"kind": each.kind, "file": str(each.place), "message": each.sentence} for each in problems.problems]

    return {
        "library": str(report.real),
        "sound": not report.problems,
        "problems": listed(report),
        "found": listed(found),
        "done": done,
        "notes": report.notes,
        "counts": report.counts,
    }


def declare_forget(parser: ArgumentParser) -> None:
    """Declare the arguments of ``forget``."""
    parser.description = (
        "Forget a document for good: its text and all that was noted in it, from the library, its backups, the undo log"
        " and wherever else Manicula keeps any of it. No merge brings it back, and no undo. The document's own file is"
        " not touched. Says first what it will remove."
    )
    parser.add_argument("document", metavar="DOC", help=DOCUMENT_HELP)
    parser.add_argument("--yes", action="store_true", help="do not ask; needed where there is no terminal")


def forget(args: Namespace) -> int:
    """Forget a document."""
    from storage import forgetting

    with open_library(args) as library:
        wanted = forgetting.plan(library, _known(library, args.document))
        _announce(wanted)
        if not (args.yes or _agreed(wanted)):
            say("Nothing was forgotten.")
            return 1
        removed = forgetting.forget(library, wanted, Progress())
    _tell_removed(library.path, wanted, removed)
    return 0


def _known(library: Library, spec: str) -> str:
    """Return the uuid of a document of the library, also of one that was forgotten. Raises UsageError."""
    from storage.errors import UsageError
    from storage.scrubbing import Scrub

    try:
        return library.resolve(spec).uuid
    except UsageError:
        found = [uuid for uuid in Scrub(library.store.tables).ids if len(spec) >= _SHORTEST and uuid.startswith(spec)]
        if len(found) != 1:
            raise
        return found[0]


def _announce(wanted: Plan) -> None:
    from storage.checking.records import KINDS

    if not wanted.counts:
        say(f"{wanted.title} was forgotten before; copies of it that are left will be removed.")
        return
    there = ", ".join(counted(count, KINDS[name]) for name, count in wanted.counts.items() if name != "documents")
    versions = f"its text in {counted(len(wanted.versions), 'version')}"
    say(
        f"This forgets “{wanted.title}”: {', '.join(filter(None, (versions, there)))}; in backups and undo log as well."
    )
    for path in wanted.files:
        say(f"The file {path} stays as it is.")


def _agreed(wanted: Plan) -> bool:
    """Ask on a terminal. Raises UsageError where there is none."""
    import sys

    from storage.errors import UsageError

    if not (sys.stdin and sys.stdin.isatty()):
        raise UsageError(f"Nothing was forgotten: --yes is needed to forget “{wanted.title}” without being asked.")
    say("It cannot be undone. Type yes to go on:")
    return sys.stdin.readline().strip().lower() == "yes"


def _tell_removed(library: Path, wanted: Plan, removed: list[Removed]) -> None:
    inside = [counted(each.number, each.what) for each in removed if each.place == library and each.number]
    say(f"Forgotten: “{wanted.title}”. Removed from {library}: {', '.join(inside) or 'nothing'}.")
    for what in dict.fromkeys(each.what for each in removed if each.place != library and each.number):
        found = [each for each in removed if each.what == what and each.place != library]
        files = counted(len({each.place for each in found}), "other file")
        say(f"Removed from {files}: {counted(sum(each.number for each in found), what)}.")
    for each in removed:
        if each.left:
            complain(f"{each.place} mentions it still, and is not Manicula's to change.")
    say(
        "What stays: the document's own file, exports and packs made of it, and copies of the library on other devices."
    )


COMMANDS = {"check": (declare_check, check), "forget": (declare_forget, forget)}
