"""The commands pack and unpack: a library with its texts and documents in one file, and out of it elsewhere."""

# ruff: noqa: PLC0415  # imported when first used: a usage error must cost nothing

from __future__ import annotations

from tui.shell.desk import library_path, open_library
from tui.shell.output import Progress, complain, counted, say

TYPE_CHECKING = False  # imports nothing
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def declare_pack(parser: ArgumentParser) -> None:
    """Declare the arguments of ``pack``."""
    parser.description = (
        "Pack the library, the texts and the documents' own files into one zip file, to be kept or taken elsewhere;"
        " manicula unpack makes a library of it there. Backups and the undo log are not in it."
    )
    parser.add_argument("file", metavar="FILE.zip", help="the file to make")
    parser.add_argument("--force", action="store_true", help="replace a file that exists")


def pack(args: Namespace) -> int:
    """Pack the library."""
    from pathlib import Path

    from storage import packing

    target = Path(args.file).expanduser()
    with open_library(args) as library:
        packed = packing.pack(library, target, Progress(), force=args.force)
    for document in packed.missing:
        complain(f"The file of “{document.title}” is not there or cannot be read; its text is packed.")
    what = _listed(packed.documents, packed.annotations, packed.texts, packed.originals)
    say(f"Packed into {target}: {what}.")
    return 0


def declare_unpack(parser: ArgumentParser) -> None:
    """Declare the arguments of ``unpack``."""
    parser.description = (
        "Make a library of what manicula pack packed, where there is none yet: the file named with --library, else the"
        " one in the usual place. Texts and documents lie beside it then, and open from there. Nothing is written over."
    )
    parser.add_argument("file", metavar="FILE.zip", help="what manicula pack made")


def unpack(args: Namespace) -> int:
    """Unpack a library."""
    from pathlib import Path

    from storage import paths, unpacking

    target = library_path(args)
    found = unpacking.unpack(Path(args.file).expanduser(), target, paths.state_dir(), Progress())
    say(f"Unpacked as {target}: {_listed(*found)}.")
    return 0


def _listed(documents: int, annotations: int, texts: int, originals: int) -> str:
    parts = (counted(documents, "document"), counted(annotations, "annotation"), counted(texts, "text"))
    return f"{', '.join(parts)}, {counted(originals, 'original file')}"


COMMANDS = {"pack": (declare_pack, pack), "unpack": (declare_unpack, unpack)}
