"""The command that adds: files, folders with all that can be read in them, and pages of the web."""

# ruff: noqa: PLC0415  # imported when first used: a usage error must cost nothing

from __future__ import annotations

from tui.shell.desk import open_library
from tui.shell.output import Progress, complain, counted, say

TYPE_CHECKING = False  # imports nothing
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from storage.library import Library
    from storage.model import Document


def declare_add(parser: ArgumentParser) -> None:
    """Declare the arguments of ``add``."""
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="a file, a folder whose readable files are added, or an address"
    )
    parser.add_argument("--whole-page", action="store_true", help="of web pages keep all, not the article alone")
    parser.add_argument(
        "--tag",
        action="append",
        default=[],
        metavar="TAG",
        help="put this tag on each document, as a page note; as often as wanted",
    )
    parser.add_argument(
        "--include",
        action="append",
        default=[],
        metavar="PATTERN",
        help="of folders only files like this: '*.pdf', 'letters/*'; as often as wanted",
    )
    parser.add_argument(
        "--exclude", action="append", default=[], metavar="PATTERN", help="of folders no files like this; wins"
    )


def add(args: Namespace) -> int:
    """Add files and pages of the web; those that cannot be read are named at the end, the rest is in."""
    from itertools import chain
    from pathlib import Path

    from storage.editing import clean_path
    from storage.pages import SCHEMES

    for tag in args.tag:
        clean_path(tag)
    addresses = [one for one in args.paths if one.lower().startswith(SCHEMES)]
    finding = _Finding(args.include, args.exclude)
    files = list(finding.files([one for one in args.paths if one not in addresses]))
    asked = {str(Path(one)) for one in args.paths} | set(addresses)
    with open_library(args) as library:
        adding = _Adding(library, "html-whole" if args.whole_page else "")
        for wanted in chain(addresses, _with_progress(files)):
            adding.add(wanted, asked=str(wanted) in asked)
        if args.tag:
            _tag(library, adding.documents, args.tag)
    return _told([*finding.failures, *adding.failures], len(addresses) + len(files), finding.others)


class _Finding:
    """Finds the files to add; `others` counts files of kinds that are not read, by suffix."""

    def __init__(self, include: Sequence[str], exclude: Sequence[str]) -> None:
        from collections import Counter

        self._include = include
        self._exclude = exclude
        self.failures: list[str] = []
        self.others: Counter[str] = Counter()

    def files(self, arguments: Sequence[str]) -> Iterator[Path]:
        """Yield the files that are named, and those of the folders that are named."""
        from pathlib import Path

        for argument in arguments:
            path = Path(argument)
            found = list(self._inside(path)) if path.is_dir() else [path]
            if not found:
                like = " like that" if self._include or self._exclude else ""
                self.failures.append(f"The folder {argument} has no file{like} that can be read.")
            yield from found

    def _inside(self, folder: Path) -> Iterator[Path]:
        from storage.readers import files_in

        def failed(error: OSError) -> None:
            self.failures.append(f"{error.filename}: {error.strerror}.")

        def other(path: Path) -> None:
            if self._wanted(folder, path):
                self.others[path.suffix.lower() or "without a suffix"] += 1

        yield from (path for path in files_in(folder, failed, other) if self._wanted(folder, path))

    def _wanted(self, folder: Path, path: Path) -> bool:
        """Tell whether a file's name, or its path from the folder on, is like one of the patterns asked for."""
        from fnmatch import fnmatch

        names = path.name, path.relative_to(folder).as_posix()
        if any(fnmatch(name, pattern) for pattern in self._exclude for name in names):
            return False
        return not self._include or any(fnmatch(name, pattern) for pattern in self._include for name in names)


class _Adding:
    """Adds one after the other; `documents` are those that are in, `failures` sentences about those that are not."""

    def __init__(self, library: Library, form: str) -> None:
        self._library = library
        self._form = form
        self.documents: list[Document] = []
        self.failures: list[str] = []

    def add(self, wanted: Path | str, *, asked: bool) -> None:
        """Add a file or a page; where it was `asked` for by its name, the password of a locked one is asked for too."""
        from storage.errors import DocumentError

        try:
            document, new = self._added(wanted, asked=asked)
        except DocumentError as error:
            self.failures.append(str(error))
            return
        number = self._library.documents().index(document) + 1
        self.documents.append(document)
        say(f"Added {wanted} as {number}." if new else f"{wanted} is here already, as {number}.")
        for news in self._library.news():
            say(news.replace("; u takes that back", ""))

    def _added(self, wanted: Path | str, *, asked: bool) -> tuple[Document, bool]:
        if isinstance(wanted, str):
            return _fetched(self._library, wanted, self._form)
        if not asked:
            return self._library.add(wanted, self._form)
        from tui.shell.password import unlocked

        return unlocked(lambda: self._library.add(wanted, self._form))


def _fetched(library: Library, address: str, form: str) -> tuple[Document, bool]:
    """Fetch a page and add it; say where it led."""
    progress = Progress()
    document, new, page = library.add_page(address, form, lambda done, total: progress("bytes", done, total))
    for redirect in page.redirects:
        say(f"Redirected to {redirect}")
    return document, new


def _tag(library: Library, documents: Sequence[Document], tags: Sequence[str]) -> None:
    """Put tags on documents, as one step: on one's own page note of nothing but tags, made where there is none."""
    me = library.me().uuid
    with library.step(f"tag {', '.join(tags)} ({len(documents)})"):
        for document in documents:
            notes = (one for one in library.annotations(document.uuid) if not one.ranges and not one.note and one.tags)
            mine = next((one for one in notes if one.creator in {me, ""}), None)
            if mine is not None:
                library.edit(mine.uuid, add_tags=tags)
            else:
                text = library.snapshots.load(document.texts[-1])
                library.annotate(document.uuid, [], tags=tags, text=text)
    say(f"Tagged {counted(len(documents), 'document')} {', '.join(tags)}.")


def _with_progress(files: Sequence[Path]) -> Iterator[Path]:
    """Yield `files`, and say on a terminal's standard error how many are done."""
    from storage.readers import apart

    progress = Progress()
    with apart.many():
        for done, path in enumerate(files):
            progress("files", done, len(files))
            yield path


def _told(failures: Sequence[str], total: int, others: dict[str, int]) -> int:
    """Name what could not be read, and say what was left out; return the exit code."""
    if others:
        count = sum(others.values())
        kinds = ", ".join(f"{suffix} ({number})" for suffix, number in sorted(others.items()))
        complain(f"{counted(count, 'file')} of other kinds left out: {kinds}.")
    if len(failures) > 1:
        complain(f"{len(failures)} of {total} could not be read:")
    for failure in failures:
        complain(failure)
    return 1 if failures else 0


COMMANDS = {"add": (declare_add, add)}
