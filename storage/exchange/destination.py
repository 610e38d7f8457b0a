"""Where an export goes: one file or a folder of files, each written whole or not at all.

Owns the file names made from titles, and the rule that nothing which exists is replaced unasked.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TextIO
from unicodedata import normalize

from storage import files
from storage.errors import ManiculaError, UsageError

LONGEST_NAME = 120
"""Bytes of UTF-8 that a file name made from a title may have, without its suffix; file systems allow 255 or 143."""

_ORDINARY = 0o666
_BUFFER = 1 << 18
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff/\\:*?"<>|]+')
_IN_LINKS = re.compile(r"[#^\[\]]+")
"""What has a meaning of its own in a link to a note."""
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?")


class ExistsError(ManiculaError):
    """The file to write exists already; `path` is its name, so that the screen can ask whether to replace it."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} exists already and was not changed: --force replaces it.")
        self.path = path


def is_folder(destination: str) -> bool:
    """Tell whether `destination` means a folder: it is one, or its name ends like one's."""
    return destination.endswith(("/", os.sep)) or Path(destination).is_dir()


def file_names(titles: Iterable[str], suffix: str, others: Iterable[str] = ()) -> list[str]:
    """Return a safe file name for each title, to which links lead and which is none of the `others`.

    No two are the same, not even on a file system that ignores case.
    """
    names: list[str] = []
    taken = set(map(_same, others))
    for title in titles:
        stem = safe_stem(_IN_LINKS.sub(" ", title))
        name, number = stem + suffix, 1
        while _same(name) in taken:
            number += 1
            name = f"{stem} {number}{suffix}"
        taken.add(_same(name))
        names.append(name)
    return names


def _same(name: str) -> str:
    """Return what two names have in common that some file system takes for one."""
    return normalize("NFC", name.casefold())


def safe_stem(title: str) -> str:
    """Return `title` as a file name without suffix that every common file system takes and no shell trips over."""
    stem = " ".join(_FORBIDDEN.sub(" ", title).split()).lstrip(".-~ ")
    stem = stem.encode()[:LONGEST_NAME].decode(errors="ignore").rstrip(". ")
    if _RESERVED.fullmatch(stem):
        return f"_{stem}"
    return stem or "untitled"


def refuse_existing(paths: Iterable[Path]) -> None:
    """Raise ExistsError naming the first of `paths` that exists."""
    for path in paths:
        if os.path.lexists(path):  # a dangling link is in the way too
            raise ExistsError(path)


@contextmanager
def writing(path: Path, *, force: bool) -> Iterator[TextIO]:
    """Open `path` for UTF-8 text; it appears, or is replaced, only when everything has been written and synced.

    Raises ExistsError, UsageError where there is no such folder, ManiculaError where it cannot be written. Pipes and
    devices are written directly.
    """
    try:
        if path.exists() and not path.is_file():
            with path.open("w", encoding="utf-8", newline="") as out:
                yield out
            return
        if not force:
            refuse_existing([path])
        with _replacing(path.resolve(), force=force) as out:
            yield out
    except FileNotFoundError as error:
        raise UsageError(f"{path} cannot be written: its folder does not exist.") from error
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ManiculaError(f"{path} cannot be written: {error.strerror or error}.") from error


@contextmanager
def archived(out: TextIO) -> Iterator[BinaryIO]:
    """Open a file for the body to write an archive to; once it is whole, it goes to what lies beneath `out`.

    Raises UsageError where `out` takes text alone.
    """
    from shutil import copyfileobj  # noqa: PLC0415  # imported when first used
    from tempfile import TemporaryFile  # noqa: PLC0415  # the same

    target: BinaryIO | None = getattr(out, "buffer", None)
    if target is None or out.isatty():
        raise UsageError("This format is an archive, no text: give a file to write it to.")
    out.flush()
    with TemporaryFile() as aside:
        yield aside
        aside.seek(0)
        copyfileobj(aside, target)
    target.flush()


@contextmanager
def _replacing(path: Path, *, force: bool) -> Iterator[TextIO]:
    try:
        with files.whole(path, force=force, mode=_ORDINARY) as file:
            _keep_mode(path, file.fileno())
            with open(file.fileno(), "w", _BUFFER, encoding="utf-8", newline="", closefd=False) as out:
                yield out
    except FileExistsError:
        raise ExistsError(path) from None


def _keep_mode(path: Path, descriptor: int) -> None:
    """Give a file that replaces another the mode of that."""
    with suppress(FileNotFoundError):
        if os.chmod in os.supports_fd:
            os.chmod(descriptor, stat.S_IMODE(path.stat().st_mode))
