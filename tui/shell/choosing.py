"""The command choose: what several devices wrote at the same time, and which of it is to stand."""

# ruff: noqa: PLC0415  # imported when first used: a usage error must cost nothing

from __future__ import annotations

from tui.shell.desk import declare_json, open_library
from tui.shell.output import complain, counted, say, say_json, say_row

TYPE_CHECKING = False  # imports nothing
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from storage.choosing import Unsettled
    from storage.library import Library
    from storage.model import Alternative


def declare(parser: ArgumentParser) -> None:
    """Declare the arguments of ``choose``."""
    parser.description = (
        "One line for each value that several devices wrote at the same time, with a tab between: its number, whose it"
        " is, which value, what is shown, and what is kept beside it. With numbers, choose: 3 or 3:1 has the shown"
        " value of line 3 stand, 3:2 the first of those beside it. The others go; manicula undo brings all of it back"
        " at once."
    )
    parser.add_argument("choices", nargs="*", metavar="N[:M]", help="a line, and which of its values is to stand")
    declare_json(parser)


def choose(args: Namespace) -> int:
    """List what waits for a choice, or choose."""
    with open_library(args) as library:
        waiting = library.all_unsettled()
        if args.choices:
            chosen = [_chosen(waiting, choice) for choice in args.choices]
            with library.step("choice"):
                for each, other in chosen:
                    library.choose(each.table, each.uuid, each.field, other)
            say(f"{counted(len(chosen), 'value')} settled; {len(library.all_unsettled())} to choose among.")
        elif args.json:
            say_json([_record(library, number, each) for number, each in enumerate(waiting, 1)])
        else:
            _list(library, waiting)
    return 0


def _chosen(waiting: list[Unsettled], choice: str) -> tuple[Unsettled, Alternative | None]:
    """Return the value, and the alternative, that ``N:M`` means; None is the shown one. Raises UsageError."""
    from storage.errors import UsageError

    line, colon, place = choice.partition(":")
    number, nth = _number(line), _number(place) if colon else 1
    if 1 <= number <= len(waiting) and 1 <= nth <= 1 + len(waiting[number - 1].others):
        return waiting[number - 1], (None, *waiting[number - 1].others)[nth - 1]
    raise UsageError(f"There is no “{choice}” to choose: manicula choose lists what there is.")


def _number(written: str) -> int:
    return int(written) if written.isdecimal() else 0


def _list(library: Library, waiting: list[Unsettled]) -> None:
    from tui import others

    for number, each in enumerate(waiting, 1):
        values = [others.said_of(each.field, value) for value in (each.shown, *(one.value for one in each.others))]
        say_row((number, others.subject(library, each.table, each.uuid), others.field(each.field), *values))
    if not waiting:
        complain("Nothing waits for a choice: no two devices wrote something different at the same time.")


def _record(library: Library, number: int, each: Unsettled) -> dict[str, object]:
    from tui import others

    return {
        "number": number,
        "table": each.table,
        "uuid": each.uuid,
        "subject": others.subject(library, each.table, each.uuid),
        "field": each.field,
        "shown": each.shown,
        "others": [other.value for other in each.others],
    }


COMMANDS = {"choose": (declare, choose)}
