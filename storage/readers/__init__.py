"""Reading files: the one table of formats, from a name's suffix to the reader that turns a file's bytes into a `Text`.

A reader is a module with a `VERSION` and ``parse(data, name, file_hash) -> Text``; it is imported when the first file
of its kind is read, so that opening plain text never loads a Markdown parser. What is more than text with marks in it
may be made to do harm, and is read in a process of its own (`storage.readers.apart`).
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from importlib import import_module
from math import inf
from pathlib import Path
from typing import Any, NamedTuple

from storage.errors import DocumentError
from storage.text import Text

LIMIT = 64 * 1024 * 1024
"""Bytes a file may have; a larger one is refused before it is read."""

PART = 32_768
"""Characters that the beginning of a document has, about."""

Reader = Callable[[bytes, str, str], Text]


class Format(NamedTuple):
    """A kind of document: its short name, how its files end, and where its reader is.

    `apart`: it is read in a process of its own. One without suffixes is another way to read the files of a module. Of
    files of at least `large` bytes the beginning is read first.
    """

    name: str
    suffixes: tuple[str, ...]
    apart: bool = False
    module: str = ""
    function: str = "parse"
    large: float = inf

    def load(self) -> Any:  # noqa: ANN401  # a module
        """Return the reader's module, imported."""
        return import_module(f"storage.readers.{self.module or self.name}")

    @property
    def reader(self) -> str:
        """Name and version of the reader, as texts have them."""
        return f"{self.name}/{self.load().VERSION}"


PLAIN = Format("plain", (".txt", ".text"))
FORMATS = (
    PLAIN,
    Format("markdown", (".md", ".markdown", ".mdown", ".mkd")),
    Format("html", (".html", ".htm", ".xhtml"), apart=True, large=400_000),
    Format("epub", (".epub",), apart=True, large=200_000),
    Format("rst", (".rst",), apart=True),
    Format("docx", (".docx",), apart=True),
    Format("odt", (".odt",), apart=True),
    Format("rtf", (".rtf",), apart=True),
    Format("org", (".org",), apart=True),
    Format("pdf", (".pdf",), apart=True, large=200_000),
    Format("fb2", (".fb2",), apart=True),
    Format("mail", (".eml",), apart=True),
    Format("subtitles", (".srt", ".vtt")),
    Format("html-whole", (), apart=True, module="html", function="parse_whole"),
)
"""All formats; the order is that of the README."""

_OURS = (".texts", ".backups", ".pages")
"""How the folders end that a library keeps its snapshots, backups and fetched pages in."""

_passwords: dict[str, str] = {}

_BY_SUFFIX = {suffix: one for one in FORMATS for suffix in one.suffixes}

SUFFIXES = frozenset(_BY_SUFFIX)
"""The suffixes, in lower case and with their dot, of the files that a folder is searched for."""


def unlock(name: str | Path, password: str) -> None:
    """Know the password of the file called `name` as long as this process lasts; it is written nowhere."""
    _passwords[str(name)] = password


def password_of(name: str) -> str:
    """Return the password that was given for the file called `name`; nothing where none was."""
    return _passwords.get(name, "")


def format_of(name: str, form: str = "") -> Format:
    """Return the format of a file called `name`; `form` is another way to read it, where there is one of that name."""
    found = _BY_SUFFIX.get(_suffix(name), PLAIN)
    return next((one for one in FORMATS if one.name == form and one.module == found.name), found)


def can_read(path: Path) -> bool:
    """Tell by its suffix alone whether a file is one that Manicula reads."""
    return path.suffix.lower() in SUFFIXES


def files_in(
    folder: Path,
    failed: Callable[[OSError], object] | None = None,
    other: Callable[[Path], object] | None = None,
) -> Iterator[Path]:
    """Yield what a folder and the folders in it hold of readable kinds, in order of name.

    Left out: what is hidden, linked folders, and what a library keeps beside itself. `failed` is told of folders that
    cannot be looked into, `other` of files of other kinds.
    """
    for place, folders, names in os.walk(folder, onerror=failed):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not name.endswith(_OURS))
        for name in sorted(names):
            path = Path(place, name)
            if name.startswith("."):
                continue
            if can_read(path):
                yield path
            elif other is not None:
                other(path)


def read(path: Path, form: str = "") -> Text:
    """Read the file at `path`, whatever its suffix: one that is not in the table is read as plain text.

    Raises DocumentError, naming the file and what to do, when it is missing, not a file, unreadable, larger than
    `LIMIT`, empty or not text.
    """
    return parse(read_bytes(path), str(path), form)


def beginning(data: bytes, name: str) -> Text | None:
    """Return the first part of a large file long before the whole of it, None where that would save nothing.

    Offsets and shape are those of the whole. The text has no `file_hash`: it is to be shown, not to be recorded.
    """
    found = format_of(name)
    if found.apart:
        return _beginning_apart(data, name) if len(data) >= found.large else None
    if found.name == "subtitles":
        return None
    if found.name == "markdown":
        from storage.readers.preview import preview  # noqa: PLC0415  # imported when first used

        return preview(data, name)
    from storage.readers import plain  # noqa: PLC0415  # the same

    return plain.beginning(data, name)


def _beginning_apart(data: bytes, name: str) -> Text | None:
    from storage.readers import apart  # noqa: PLC0415  # imported when first used

    return apart.beginning(data, name)


def beginning_here(data: bytes, name: str) -> Text | None:
    """Do what `beginning` does for what is read apart, in this very process."""
    text: Text | None = format_of(name).load().beginning(data, name, PART)
    return text if text is not None and text.blocks else None


def is_plain(name: str) -> bool:
    """Tell whether a file called `name` is read as plain text."""
    return format_of(name) is PLAIN


def _suffix(name: str) -> str:
    return os.path.splitext(name)[1].lower()  # noqa: PTH122  # a name need not be a path of this system


def parse(data: bytes, name: str, form: str = "") -> Text:
    """Turn the bytes of a file called `name` into a text; raises DocumentError when there is no text in them."""
    if not data or data.isspace():
        raise DocumentError(f"{_shown(name)} is empty: there is nothing to read in it.")
    if format_of(name, form).apart:
        from storage.readers import apart  # noqa: PLC0415  # imported when first used

        return apart.parse(data, name, form)
    return parse_here(data, name, form)


def parse_here(data: bytes, name: str, form: str = "") -> Text:
    """Do what `parse` does, in this very process."""
    found = format_of(name, form)
    reader: Reader = getattr(found.load(), found.function)
    try:
        text = reader(data, name, hashlib.sha256(data).hexdigest())
    except RecursionError:
        raise DocumentError(f"{_shown(name)} is nested too deeply to be read. Save it in a simpler form.") from None
    if not text.blocks:
        raise DocumentError(f"{_shown(name)} has no text in it: there is nothing to read.")
    return text


def read_bytes(path: Path) -> bytes:
    """Return what the file at `path` holds; raises DocumentError as `read` does."""
    try:
        status = os.stat(path)  # noqa: PTH116  # a path with a NUL is a ValueError here, not False
        if not stat.S_ISREG(status.st_mode):
            raise DocumentError(_not_a_file(path, status.st_mode))
        _check_size(path, status.st_size)
        with open(path, "rb") as file:  # noqa: PTH123  # a path is only a name here
            data = file.read(LIMIT + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise DocumentError(f"{_shown(path)} is not there. Check the name, or whether the file was moved.") from None
    except PermissionError:
        raise DocumentError(f"{_shown(path)} may not be read. Ask for permission to read it, or copy it.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DocumentError(f"{_shown(path)} cannot be read: {reason}. Check the file and its disk.") from error
    _check_size(path, len(data))
    return data


def _not_a_file(path: Path, mode: int) -> str:
    if stat.S_ISDIR(mode):
        return f"{_shown(path)} is a folder. Name a file in it, or add the whole folder."
    return f"{_shown(path)} is not an ordinary file, so it cannot be read as a document."


def _check_size(path: Path, size: int) -> None:
    if size > LIMIT:
        raise DocumentError(
            f"{_shown(path)} has {size / 1e6:,.0f} MB; a document may have {LIMIT / 1e6:,.0f} MB. Split it into parts."
        )


def _shown(name: str | Path) -> str:
    from storage.visible import one_line  # noqa: PLC0415  # only an error needs it

    return one_line(str(name))
