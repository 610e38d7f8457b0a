"""The commands merge and merge-driver: copies of the library that were changed apart."""

# ruff: noqa: PLC0415  # imported when first used: a usage error must cost nothing

from __future__ import annotations

from tui.shell.desk import open_library
from tui.shell.output import complain, say

TYPE_CHECKING = False  # imports nothing
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def declare_merge(parser: ArgumentParser) -> None:
    """Declare the arguments of ``merge``."""
    parser.description = (
        "Merge other copies of the library into this one: what was made and changed on either side is there"
        " afterwards. Where both changed the same note, the later is shown and the other kept beside it. The copies"
        " stay as they are; manicula undo takes the merge back."
    )
    parser.add_argument("others", nargs="+", metavar="OTHER.json", help="a copy of the library, or another library")


def merge(args: Namespace) -> int:
    """Merge other libraries into this one."""
    from pathlib import Path

    from storage.errors import ManiculaError
    from storage.summary import summary

    failed = 0
    with open_library(args) as library:
        for other in args.others:
            try:
                merged = library.merge(Path(other).absolute())
            except ManiculaError as error:
                complain(str(error))
                failed = 1
            else:
                say(f"{other}: {summary(merged)}")
    return failed


def declare_driver(parser: ArgumentParser) -> None:
    """Declare the arguments of ``merge-driver``."""
    parser.description = (
        "Merge three versions of a library file for git. In the repository: echo 'library.json merge=manicula'"
        " >> .gitattributes; git config merge.manicula.driver 'manicula merge-driver %%O %%A %%B'."
    )
    parser.add_argument("ancestor", metavar="ANCESTOR", help="the version that both come from (%%O); may be empty")
    parser.add_argument("ours", metavar="OURS", help="our version (%%A), which becomes the merged one")
    parser.add_argument("theirs", metavar="THEIRS", help="the other version (%%B)")


def drive(args: Namespace) -> int:
    """Merge for git; with any error git keeps both versions and says that they conflict."""
    from pathlib import Path

    from storage.driving import drive as merge_files
    from storage.summary import summary

    merged = merge_files(Path(args.ancestor), Path(args.ours), Path(args.theirs))
    complain(summary(merged))
    return 0


COMMANDS = {"merge": (declare_merge, merge), "merge-driver": (declare_driver, drive)}
