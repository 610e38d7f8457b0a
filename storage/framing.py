"""Keeping frames (`storage.frames`) in step with a library: what is true of it now, and what goes."""

from __future__ import annotations

import os
import shutil
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from storage import files, frames
from storage.base import Version
from storage.config import Config
from storage.library import Library
from storage.rows import Cell, Grouped, Rows, sum_of

MOST_TERMINALS = 6
"""Frames kept of one document, the newest first: one for each size and kind of terminal."""
MOST_DOCUMENTS = 60
MOST_COMMANDS = 12
_SHOWN = ("tags", "creators")
"""The tables that show in what is marked."""


class Frame(NamedTuple):
    """What the screen shows of a document where the reader left it.

    `path` is its file, `stamp` the state of that when it was read, `drawn` what a terminal is sent. The other values
    are those of `storage.frames.Kept`.
    """

    path: str
    document: str
    stamp: bytes
    place: bytes
    text: bytes
    marked: bytes
    look: bytes
    terminal: bytes
    drawn: bytes


class Frames:
    """The frames of one library, which is open or was until just now."""

    def __init__(self, library: Library) -> None:
        self._store = library.store
        self._real = os.fspath(self._store.real)
        self.folder = Path(frames.folder_of(os.fspath(library.state), self._real))
        self._common: int | None = None

    def state(self) -> bytes:
        """Return the state of the files that memory has taken in; nothing where that is not certain."""
        store = self._store
        seen = [(each.path.name, each.version) for each in store.journals.values() if each.present]
        if store.version is None or store.doubt is not None or any(version is None for _, version in seen):
            return b""
        return frames.library_state(_stamp(store.version), [(name, _stamp(each)) for name, each in seen if each])

    def mark(self, document: str) -> bytes:
        """Return the checksum of a document's annotations and of what shows in them; nothing where there is none."""
        documents, annotations = (self._store.tables.get(name) for name in ("documents", "annotations"))
        if not documents or all(record.get("uuid") != document for record in documents.values()):
            return b""
        found: list[bytes] = []
        if isinstance(annotations, Grouped):
            keys = sorted(annotations.groups.get(document, ()))
            found = [key.encode() + sum_of(annotations.cells[key]) for key in keys]
        return b"%08x" % zlib.crc32(b"\n".join(found), self._shown())

    def _shown(self) -> int:
        """Return the checksum of the tags and people."""
        if self._common is None:
            self._common = 0
            for name in _SHOWN:
                table = self._store.tables.get(name, {})
                cells: Mapping[str, Cell] = table.cells if isinstance(table, Rows) else table
                self._common = zlib.crc32(b"\n".join(sum_of(cells[key]) for key in sorted(cells)), self._common)
        return self._common

    def keep(self, frame: Frame | None, opens: Mapping[bytes, bytes], left: str = "") -> None:
        """Keep a frame, and say what is true now. Raises OSError.

        `opens` has the file that each command line opens next; what is not in it is not known any more. Without a frame
        that of the file `left` goes: it shows another place.
        """
        known = frames.Known.read(os.fspath(self.folder), self._real)
        kept = self._still_true(known)
        if left:
            kept.pop(os.fsencode(frames.name_of(left)), None)
        if frame is not None and (mark := self.mark(frame.document)):
            name = frames.name_of(frame.path)
            files.make_folder(self.folder)
            files.replace_unsynced(self.folder / name, self._packed(frame, mark))
            kept = {os.fsencode(name): (frame.document.encode(), mark), **kept}
        known.state, known.kept, known.opens = self.state(), dict(list(kept.items())[:MOST_DOCUMENTS]), dict(opens)
        self._sweep(known.kept)
        if self.folder.is_dir():
            files.replace_unsynced(self.folder / frames.KNOWN, known.packed())

    def _still_true(self, known: frames.Known) -> dict[bytes, tuple[bytes, bytes]]:
        """Return what is kept, by file, with the marks of now; without what memory does not know."""
        if known.state and known.state == self.state():
            return dict(known.kept)
        if self._store.partial:
            return {}
        now = {
            name: (document, self.mark(document.decode(errors="replace"))) for name, (document, _) in known.kept.items()
        }
        return {name: (document, mark) for name, (document, mark) in now.items() if mark}

    def _packed(self, frame: Frame, mark: bytes) -> bytes:
        before = frames.Kept.read(os.fspath(self.folder), frame.path)
        made = frames.Kept(frame.path, (frame.stamp, mark, frame.place, frame.text, frame.marked))
        made.frames[frame.look, frame.terminal] = frame.drawn
        if before is not None and (before.stamp, before.mark, before.place) == (frame.stamp, mark, frame.place):
            others = {key: drawn for key, drawn in before.frames.items() if key[0] == frame.look}
            made.frames = dict(list({**made.frames, **others, **made.frames}.items())[:MOST_TERMINALS])
        return made.packed()

    def _sweep(self, kept: Iterable[bytes]) -> None:
        """Remove the files of documents of which nothing is kept."""
        wanted = {os.fsdecode(name) for name in kept}
        for path in self.folder.glob(f"*{frames.SUFFIX}"):
            if path.name not in wanted:
                files.discard(path)

    def opens(self) -> dict[bytes, bytes]:
        """Return the command lines of which it is known what they open, with that."""
        known = frames.Known.read(os.fspath(self.folder), self._real)
        return dict(list(known.opens.items())[:MOST_COMMANDS])

    def discard(self) -> int:
        """Remove all frames; return how many documents they were of."""
        found = len(list(self.folder.glob(f"*{frames.SUFFIX}")))
        with suppress(OSError):
            shutil.rmtree(self.folder)
        return found


def note_settings(settings: Config, state: Path, look: bytes) -> None:
    """Note of the settings what has to be known before they can be read. Raises OSError."""
    file = state / frames.FOLDER / frames.SETTINGS
    measure = b"%d" % settings.measure
    switches = [b"on" if each else b"off" for each in (settings.prepaint, settings.spacing == "indent", settings.ascii)]
    content = frames.pack([look, *switches, os.fsencode(settings.library), settings.theme.encode(), measure])
    with suppress(OSError):
        if file.read_bytes() == content:
            return
    files.make_folder(file.parent)
    files.replace_unsynced(file, content)


def _stamp(version: Version) -> bytes:
    return frames.version(*version)
