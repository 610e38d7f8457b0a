"""The commands that care for the library as a whole: check."""

# ruff: noqa: PLC0415  # imported when first used: a usage error must cost nothing

from __future__ import annotations

from tui.shell.desk import declare_json, library_path
from tui.shell.output import Progress, complain, counted, say, say_json

TYPE_CHECKING = False  # imports nothing
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from storage.checking import Report


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


COMMANDS = {"check": (declare_check, check)}
