"""The commands that open the screen: open, and the plain `manicula [PATH ...]`."""

# ruff: noqa: PLC0415  # imported when first used: a usage error must cost nothing

from __future__ import annotations

import os
import sys

from tui.shell.desk import find_document, library_path, open_library
from tui.shell.output import complain

TYPE_CHECKING = False  # imports nothing
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def declare_paths(parser: ArgumentParser) -> None:
    """Declare the arguments of `manicula` without a command."""
    parser.usage = "manicula [--library FILE] [PATH ...]\n       manicula COMMAND [ARGUMENT ...]"
    parser.add_argument("paths", nargs="*", metavar="PATH", help="a file to read, or a folder")


def open_paths(args: Namespace) -> int:
    """Open the screen with files and folders; those that are not there are named."""
    missing = [path for path in args.paths if not os.path.lexists(path)]
    for path in missing:
        complain(f"There is no file {path}.")
    if args.paths and len(missing) == len(args.paths):
        return 1
    status = _screen(args, [path for path in args.paths if path not in missing])
    return status or (1 if missing else 0)


def declare_open(parser: ArgumentParser) -> None:
    """Declare the arguments of ``open``."""
    parser.add_argument("id", metavar="ID", help="the id of an annotation or a document, or the beginning of it")


def open_id(args: Namespace) -> int:
    """Open the screen at an annotation or a document."""
    from storage.errors import UsageError

    with open_library(args) as library:
        try:
            found = library.annotation(args.id).uuid
        except UsageError:
            found = find_document(library, args.id).uuid
    return _screen(args, [], found)


def _screen(args: Namespace, paths: list[str], goto: str | None = None) -> int:
    from tui.cli import NO_TERMINAL, USAGE

    if not (_is_terminal(sys.stdin) and _is_terminal(sys.stdout)) or os.environ.get("TERM") == "dumb":
        print(NO_TERMINAL, file=sys.stderr)
        return USAGE

    import gc

    gc.disable()  # collecting while everything is loaded costs a tenth of the start; the screen turns it on again
    from tui.app import run

    return run(paths, library_path(args), goto=goto)


def _is_terminal(stream: object) -> bool:
    return stream is not None and bool(stream.isatty())  # type: ignore[attr-defined]  # a stream, or None when closed


COMMANDS = {"": (declare_paths, open_paths), "open": (declare_open, open_id)}
