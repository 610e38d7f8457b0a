"""Notes in a folder are brought up to date: found by what they are about, wherever in it they lie and are called.

Owns which note is about which document, and that a note is only written when something in it changes.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from storage.errors import DocumentError, ManiculaError, UsageError
from storage.exchange.destination import file_names, writing
from storage.exchange.notes import Block, Marks, Note, merged, parse

if TYPE_CHECKING:
    from storage.exchange.entry import Collection
    from storage.exchange.table import Format
    from storage.library import Library
    from storage.model import Document

LARGEST = 1 << 24
"""Bytes that a note may have; what is larger is none."""

_PROPERTY = re.compile(r"^manicula: *[\"']?([0-9a-f-]{36})[\"']? *$", re.MULTILINE)
_FRONT = re.compile(r"---\n(?:.*\n)*?---\n")


class Update(NamedTuple):
    """What became of the notes: `fates` counts those that are new, updated, unchanged; `problems` are sentences.

    `remarks` say where blocks stay as the reader edited them.
    """

    paths: tuple[Path, ...]
    fates: Counter[str]
    problems: tuple[str, ...]
    remarks: tuple[str, ...]

    def counted(self) -> str:
        """Return ``1 new, 3 unchanged``."""
        return ", ".join(f"{count} {fate}" for fate in ("new", "updated", "unchanged") if (count := self.fates[fate]))


def update(collection: Collection, form: Format, folder: Path, *, force: bool = False) -> Update:
    """Bring the notes in `folder` up to date, and make those that are not there yet; `collection` counts along.

    What the reader wrote around our blocks stays, and so do blocks that were edited by hand, unless `force` is given. A
    note that cannot be read or written is told, and the rest goes on.
    """
    marks: Marks = form.part("MARKS")
    problems: list[str] = []
    notes = _found(collection.library, folder, form.suffix, marks, problems)
    documents = {one.uuid: one for one in collection.annotated()}
    documents.update({one.uuid: one for one in collection.candidates if one.uuid in notes})
    paths = _placed(list(documents.values()), notes, folder, form.suffix)
    fates: Counter[str] = Counter()
    remarks: list[str] = []
    for document, path in zip(documents.values(), paths, strict=True):
        part = collection.only(document)
        blocks = [Block(document.uuid, about)] if (about := form.part("about")(document)) else []
        blocks += [Block(name, body) for name, body in form.part("passages")(part)]
        try:
            front = None if document.uuid in notes else form.front(document, part.tags())
            fate, kept = _bring(path, blocks, marks, front, force=force)
        except DocumentError as error:
            problems.append(f"{path}: {error}.")
            continue
        except ManiculaError as error:
            problems.append(str(error))
            continue
        fates[fate] += 1
        collection.add(part)
        if kept:
            blocks_are = "1 block was" if kept == 1 else f"{kept} blocks were"
            remarks.append(f"{path}: {blocks_are} edited by hand and left so; --force writes them anew.")
    return Update(tuple(paths), fates, tuple(problems), tuple(remarks))


def _bring(path: Path, blocks: list[Block], marks: Marks, front: str | None, *, force: bool) -> tuple[str, int]:
    """Bring one note up to date; return what became of it, and how many blocks stay as they were edited.

    `front` is what a new note begins with, None for one that is there.
    """
    if front is not None:
        string, _ = merged(Note(f"{front}\n\n" if front else "", []), blocks, marks)
        with writing(path, force=False) as out:
            out.write(string)
        return "new", 0
    before = _read(path)
    windows = "\r\n" in before and not re.search(r"(?<!\r)\n", before)
    note = parse(before.replace("\r\n", "\n") if windows else before, marks)
    string, kept = merged(note, blocks, marks, force=force)
    string = string.replace("\n", "\r\n") if windows else string
    if string == before:
        return "unchanged", kept
    with writing(path, force=True) as out:
        out.write(string)
        if _read(path) != before:
            raise DocumentError("it was changed by another program just now; do the same again")
    return "updated", kept


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise DocumentError(f"it is larger than {LARGEST >> 20} MB, and was left as it is")
        return path.read_bytes().decode()
    except UnicodeDecodeError:
        raise DocumentError("it is not in UTF-8, and was left as it is") from None
    except OSError as error:
        raise DocumentError(f"it cannot be read: {error.strerror}") from error


def _found(library: Library, folder: Path, suffix: str, marks: Marks, problems: list[str]) -> dict[str, Path]:
    """Return the notes in `folder` by the uuid of the document that each is about."""
    found: dict[str, Path] = {}
    known = {one.uuid for one in library.documents()}
    for path in _files(folder, suffix):
        try:
            about = _about(_read(path), marks, library, known)
        except DocumentError:
            continue  # none of ours can be seen in it
        if about in found:
            problems.append(f"{path} is about the same document as {found[about]}, and was left as it is.")
        elif about:
            found[about] = path
    return found


def _files(folder: Path, suffix: str) -> Iterator[Path]:
    for at, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(at) / name for name in sorted(names) if name.lower().endswith(suffix) and name[0] != ".")


def _about(note: str, marks: Marks, library: Library, known: set[str]) -> str:
    """Return the uuid of the document that a note says it is about, by its properties or the blocks in it."""
    if "manicula" not in note:
        return ""
    note = note.replace("\r\n", "\n")
    if (front := _FRONT.match(note)) and (said := _PROPERTY.search(front[0])) and said[1] in known:
        return said[1]
    names = re.findall(rf"^{re.escape(marks.before)} manicula (\S+) [0-9a-f]{{8}}\b", note, re.MULTILINE)
    if whole := next((name for name in names if name in known), ""):
        return whole
    for name in names:
        try:
            return library.annotation(name).document
        except UsageError:
            continue
    return ""


def _placed(documents: Sequence[Document], notes: dict[str, Path], folder: Path, suffix: str) -> list[Path]:
    """Return where the note on each document lies, or is to lie: under no name that something else has."""
    here = os.listdir(folder) if folder.is_dir() else []  # noqa: PTH208  # names, not paths
    new = [one.title for one in documents if one.uuid not in notes]
    names = iter(file_names(new, suffix, here))
    return [notes.get(one.uuid) or folder / next(names) for one in documents]
