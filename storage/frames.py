"""Frames: what the screen showed of a document when it was left, to be shown again before anything else is loaded.

They lie in ``frames/`` of the state folder, with a folder for each library: one file for each document, holding the
frames of the terminals it was read in, and the file ``known``. That says which state of the library was looked at last,
by the inode, size and time of its files, and the mark of each document in it: a checksum of its annotations, with the
tags and people that they show. A frame may be shown where the library is in that very state, and its mark is the
document's: so it never has a passage that was deleted since, by whatever process or machine.

Every file is private, and a line with a checksum, then netstrings (https://cr.yp.to/proto/netstrings.txt). Nothing
heavy may be imported here: the command reads this before anything is on the screen. `storage.framing` writes.
"""

from __future__ import annotations

import os
import zlib

TYPE_CHECKING = False  # `typing` itself would cost more than all that is done here
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FOLDER = "frames"
KNOWN = "known"
SETTINGS = "settings"
SUFFIX = ".frame"

_MAGIC = b"manicula-frame 1 "
_SUM = 8
_FIXED = 6
"""Fields of a document's file before those of its frames."""
_TERMINAL = ("TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TEXTUAL_COLOR_SYSTEM", "TEXTUAL_THEME")
"""The variables by which colours are chosen."""
_ALLOWED = b"\x1b\n"
_CONTROLS = bytes(code for code in (*range(0x20), 0x7F) if code not in _ALLOWED)
_UNSAFE = "".join(map(chr, (*range(0x80, 0xA0), *range(0x2028, 0x202F), *range(0x2066, 0x206A))))
"""What steers a terminal or turns the reading direction, as `storage.visible` has it."""


def pack(fields: Iterable[bytes]) -> bytes:
    """Return the content of a file that holds `fields`."""
    body = b"".join([b"%d:%b," % (len(field), field) for field in fields])
    return _MAGIC + b"%08x\n" % zlib.crc32(body) + body


def unpack(data: bytes) -> list[bytes]:
    """Return the fields in the content of a file. Raises ValueError when it is not as it was written."""
    at = len(_MAGIC) + _SUM + 1
    if not data.startswith(_MAGIC) or data[len(_MAGIC) : at] != b"%08x\n" % zlib.crc32(memoryview(data)[at:]):
        raise ValueError("not as it was written")
    fields = []
    while at < len(data):
        colon = data.index(b":", at)
        start, at = colon + 1, colon + 1 + int(data[at:colon])
        fields.append(data[start:at])
        at += 1
    return fields


def read(path: str) -> list[bytes]:
    """Return the fields in a file, none where it is missing or damaged."""
    try:
        with open(path, "rb") as file:
            return unpack(file.read())
    except (OSError, ValueError):
        return []


def folder_of(state: str, real: str) -> str:
    """Return the folder of the library whose file, links resolved, is `real`."""
    return os.path.join(state, FOLDER, f"{zlib.crc32(os.fsencode(real)):08x}")


def name_of(path: str) -> str:
    """Return the name of the file for the document at `path`; who reads it compares the path in it."""
    return f"{zlib.crc32(os.fsencode(path)):08x}{SUFFIX}"


def stamp(path: str | os.PathLike[str]) -> bytes:
    """Return what tells two states of a file apart without reading it, nothing where there is none."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return b""
    return version(status.st_ino, status.st_size, status.st_mtime_ns)


def version(inode: int, size: int, time: int) -> bytes:
    """Return the stamp of a file with this inode, size and time of change (ns)."""
    return b"%d %d %d" % (inode, size, time)


def library_state(base: bytes, journals: Iterable[tuple[str, bytes]]) -> bytes:
    """Return the state of a library by the stamps of its file and of its journals, by name."""
    return b"\n".join([base, *(b"%b %b" % (stamp, os.fsencode(name)) for name, stamp in sorted(journals))])


def state_on_disk(real: str) -> bytes:
    """Return the state that a library is in now; nothing where a conflict copy waits to be merged into it."""
    folder, name = os.path.split(real)
    stem, suffix = os.path.splitext(name)
    journals = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                other = entry.name
                if not other.startswith(stem) or other == name:
                    continue
                if other.endswith(".journal"):
                    journals.append((other, stamp(entry.path)))
                elif other.endswith(suffix) and "onfli" in other.lower():  # as `storage.copies` tells them
                    return b""
    except OSError:
        return b""
    return library_state(stamp(real), journals)


def look(config: str, release: str) -> bytes:
    """Return what decides how a frame looks but for the terminal: the release, the settings and the reader's themes."""
    themes = os.path.join(os.path.dirname(config), "themes")
    parts = [release.encode(), os.fsencode(config), stamp(config)]
    try:
        with os.scandir(themes) as entries:
            parts += sorted(os.fsencode(entry.name) + b" " + stamp(entry.path) for entry in entries)
    except OSError:
        parts.append(b"")
    return b"\n".join(parts)


def terminal(columns: int, rows: int) -> bytes:
    """Return what tells terminals apart: size in cells, and what their colours are chosen by."""
    values = [os.environ.get(name, "-") for name in _TERMINAL]
    return os.fsencode("\n".join([f"{columns}x{rows}", *values]))


def asked(paths: Iterable[str]) -> bytes:
    """Return the name of a command line that opens these files and folders; none: what was read last."""
    return b"\0".join([os.fsencode(os.path.abspath(path)) for path in paths])


class Known:
    """What ``known`` says: the `state` of the library, what is `kept` and what a command line `opens`.

    `kept` has, by the name of the file, the uuid of the document and its mark.
    """

    def __init__(self, real: str) -> None:
        self.real = real
        self.state = b""
        self.kept: dict[bytes, tuple[bytes, bytes]] = {}
        self.opens: dict[bytes, bytes] = {}

    @classmethod
    def read(cls, folder: str, real: str) -> Known:
        """Return what the file in `folder` says, nothing where it is not there, of another library or another shape."""
        made = cls(real)
        fields = read(os.path.join(folder, KNOWN))
        if fields[:1] != [os.fsencode(real)]:
            return made
        try:
            made.state, count = fields[1], int(fields[2])
            for at in range(3, 3 + 3 * count, 3):  # threes, then twos
                made.kept[fields[at]] = (fields[at + 1], fields[at + 2])
        except (ValueError, IndexError):
            return cls(real)
        made.opens = dict(zip(fields[3 + 3 * count :: 2], fields[4 + 3 * count :: 2], strict=False))
        return made

    def packed(self) -> bytes:
        """Return the content of the file."""
        fields = [os.fsencode(self.real), self.state, b"%d" % len(self.kept)]
        for name, (document, mark) in self.kept.items():
            fields += [name, document, mark]
        for command, path in self.opens.items():
            fields += [command, path]
        return pack(fields)


class Kept:
    """What is kept of one document: its path, the `stamp` of its file, its `mark`, and its frames by look and terminal.

    `place` is where in it the reader was, offsets at the top and at the caret; all frames show that. `text` is the hash
    of the text, `marked` what is marked around the place, a line each: start, end, colour, margin letter or ``-``, and
    ``1`` where there is a note.
    """

    def __init__(self, path: str, fields: Sequence[bytes] = (b"",) * 5) -> None:
        self.path = path
        self.stamp, self.mark, self.place, self.text, self.marked = fields
        self.frames: dict[tuple[bytes, bytes], bytes] = {}

    @classmethod
    def read(cls, folder: str, path: str) -> Kept | None:
        """Return what is kept of the document at `path`, if anything."""
        fields = read(os.path.join(folder, name_of(path)))
        if len(fields) < _FIXED or fields[0] != os.fsencode(path):
            return None
        made = cls(path, fields[1:_FIXED])
        rest = fields[_FIXED:]
        for look, terminal, frame in zip(rest[::3], rest[1::3], rest[2::3], strict=False):
            made.frames[look, terminal] = frame
        return made

    def packed(self) -> bytes:
        """Return the content of the file."""
        fields = [os.fsencode(self.path), self.stamp, self.mark, self.place, self.text, self.marked]
        for (look, terminal), frame in self.frames.items():
            fields += [look, terminal, frame]
        return pack(fields)


def is_true(kept: Kept, known: Known) -> bool:
    """Tell whether what is marked in a document is still what was marked when it was left."""
    _, mark = known.kept.get(os.fsencode(name_of(kept.path)), (b"", b""))
    return bool(mark and mark == kept.mark and known.state and known.state == state_on_disk(known.real))


def is_safe(frame: bytes) -> bool:
    """Tell whether a frame is text, colours and places of the cursor, and nothing else that a terminal would obey."""
    if frame.translate(None, _CONTROLS) != frame:
        return False
    for piece in frame.split(b"\x1b")[1:]:
        if piece[:1] != b"[" or piece[1:].lstrip(b"0123456789;")[:1] not in {b"m", b"H"}:
            return False
    try:
        shown = frame.decode()
    except UnicodeDecodeError:
        return False
    return shown.isascii() or not any(letter in shown for letter in _UNSAFE)
