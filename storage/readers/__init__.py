"""Reading files: the one table from a file name's suffix to the reader that turns its bytes into a `Text`.

A reader is a module with a `NAME`, a `VERSION` and ``parse(data, name, file_hash) -> Text``; it is imported when the
first file of its kind is read, so that opening plain text never loads a Markdown parser.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from pathlib import Path

from storage.errors import DocumentError
from storage.text import Text

LIMIT = 64 * 1024 * 1024
"""Bytes a file may have; a larger one is refused before it is read."""

Reader = Callable[[bytes, str, str], Text]


def _plain() -> Reader:
    from storage.readers.plain import parse  # noqa: PLC0415  # imported when first used

    return parse


def _markdown() -> Reader:
    from storage.readers.markdown import parse  # noqa: PLC0415  # imported when first used

    return parse


_READERS: dict[str, Callable[[], Reader]] = {
    ".txt": _plain,
    ".text": _plain,
    ".md": _markdown,
    ".markdown": _markdown,
    ".mdown": _markdown,
    ".mkd": _markdown,
}

SUFFIXES = frozenset(_READERS)
"""The suffixes, in lower case and with their dot, of the files that a folder is searched for."""


def can_read(path: Path) -> bool:
    """Tell by its suffix alone whether a file is one that Manicula reads."""
    return path.suffix.lower() in SUFFIXES


def read(path: Path) -> Text:
    """Read the file at `path`, whatever its suffix: one that is not in the table is read as plain text.

    Raises DocumentError, naming the file and what to do, when it is missing, not a file, unreadable, larger than
    `LIMIT`, empty or not text.
    """
    return parse(_bytes(path), str(path))


def parse(data: bytes, name: str) -> Text:
    """Turn the bytes of a file called `name` into a text; raises DocumentError when there is no text in them."""
    if not data or data.isspace():
        raise DocumentError(f"{_shown(name)} is empty: there is nothing to read in it.")
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122  # a name need not be a path of this system
    text = _READERS.get(suffix, _plain)()(data, name, hashlib.sha256(data).hexdigest())
    if not text.blocks:
        raise DocumentError(f"{_shown(name)} is empty: there is nothing to read in it.")
    return text


def _bytes(path: Path) -> bytes:
    shown = _shown(path)
    try:
        status = os.stat(path)  # noqa: PTH116  # a path with a NUL is a ValueError here, not False
        if stat.S_ISDIR(status.st_mode):
            raise DocumentError(f"{shown} is a folder. Name a file in it, or add the whole folder.")
        if not stat.S_ISREG(status.st_mode):
            raise DocumentError(f"{shown} is not an ordinary file, so it cannot be read as a document.")
        _check_size(shown, status.st_size)
        with open(path, "rb") as file:  # noqa: PTH123  # the same call as os.stat above, once
            data = file.read(LIMIT + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise DocumentError(f"{shown} is not there. Check the name, or whether the file was moved.") from None
    except PermissionError:
        raise DocumentError(f"{shown} may not be read. Ask for permission to read it, or copy it.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DocumentError(f"{shown} cannot be read: {reason}. Check the file and its disk.") from error
    _check_size(shown, len(data))
    return data


def _check_size(shown: str, size: int) -> None:
    if size > LIMIT:
        raise DocumentError(
            f"{shown} has {size / 1e6:,.0f} MB; a document may have {LIMIT / 1e6:,.0f} MB. Split it and add the parts."
        )


def _shown(name: str | Path) -> str:
    from storage.visible import one_line  # noqa: PLC0415  # only an error needs it

    return one_line(str(name))
