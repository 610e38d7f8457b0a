"""The journal: what was saved since the base was written, a line a save, appended and synced before the save counts.

``NAME.<device>.journal`` lies beside the library ``NAME``. Only its own device appends to it, one process at a time
under the library's lock; any process reads it, at any time. Each line is JSON in UTF-8 that begins with the CRC-32 of
what follows it:

    {"crc":"89abcdef","journal":ID,"device":ID,"base":ID,"library":UUID,"created":TIME,"schema":1}
    {"crc":"01234567","at":STAMP,"put":{TABLE:{DOC_ID:RECORD}},"del":{TABLE:[DOC_ID]},"took":CHECKSUM}

The first is the head: a random id of this journal, and the id of the base that it goes on from. Every other line is one
whole transaction; one that takes over what another program wrote says the checksum of that file. Replaying a line is a
merge (`storage.merge`), so a line that is replayed twice, or onto a base that has it already, changes nothing; that is
why nothing here needs to be taken back when a crash comes between two steps.

What a crash can leave is a torn last line, without its line end: readers stop before it, the next writer cuts it off.
Where there are zeros in it, it may have been a save once. Such a line was damaged on the disk, and so was one in the
midst that fails its checksum: one turned bit is turned back, as the checksum says which (`storage.correcting`), else
the line is passed over, counted, and kept for the reader.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

from storage import codec, files
from storage.base import Version
from storage.codec import Record
from storage.transactions import Changes

SUFFIX = ".journal"
_START = b'{"crc":"'
_BODY = len(_START) + 8 + len(b'",')


class Line(NamedTuple):
    """One save: its stamp, the records it put, by table and doc_id, and those it removed (None)."""

    at: int
    changes: Changes


class Mark(NamedTuple):
    """A place in a journal: its id, and up to which byte it is meant."""

    id: str
    offset: int


NOWHERE = Mark("", 0)


def path_for(library: Path, device: str) -> Path:
    """Return where `device` keeps its journal of `library`."""
    return library.with_name(f"{library.name}.{device}{SUFFIX}")


def device_of(library: Path, journal: Path) -> str:
    """Return the device whose journal of `library` the file `journal` is, by its name."""
    return journal.name.removeprefix(f"{library.name}.").removesuffix(SUFFIX)


def beside(library: Path) -> list[Path]:
    """Return the journals of `library`, of whatever device, sorted."""
    with suppress(OSError):
        start = f"{library.name}."
        with os.scandir(library.parent) as entries:
            names = [entry.name for entry in entries if entry.name.startswith(start) and entry.name.endswith(SUFFIX)]
        return [library.with_name(name) for name in sorted(names)]
    return []


def encode(at: int, changes: Changes, *, fast: bool, took: str = "") -> bytes:
    """Return the line of a save; `took` is the checksum of a file whose changes it takes over."""
    puts = []
    gone = []
    for table, records in changes.items():
        pairs, keys = [], []
        for key, record in records.items():
            if record is None:
                keys.append(codec.name(key))
            else:
                pairs.append(codec.name(key) + b":" + codec.encode(record, fast=fast))
        if pairs:
            puts.append(codec.name(table) + b":{" + b",".join(pairs) + b"}")
        if keys:
            gone.append(codec.name(table) + b":[" + b",".join(keys) + b"]")
    removed = b',"del":{' + b",".join(gone) + b"}" if gone else b""
    taken = b',"took":"%b"' % took.encode() if took else b""
    return _checked(b'"at":%d,"put":{%b}%b%b}' % (at, b",".join(puts), removed, taken))


def encode_head(head: Record) -> bytes:
    """Return the first line."""
    return _checked(json.dumps(head, separators=(",", ":")).encode()[1:])


def _checked(body: bytes) -> bytes:
    return b'%b%08x",%b\n' % (_START, zlib.crc32(body), body)


def decode(line: bytes) -> Record | None:
    """Return what a line holds, its line end left out; None when it is damaged."""
    body = line[_BODY:]
    if not line.startswith(_START) or line[len(_START) : len(_START) + 8] != b"%08x" % zlib.crc32(body):
        return None
    found: Record = json.loads(b"{" + body)
    return found


def corrected(line: bytes) -> bytes | None:
    """Return a damaged line as it was, where one bit has turned in it; None where more has."""
    from storage import correcting  # noqa: PLC0415  # imported when first used

    body, place = line[_BODY:], slice(len(_START), len(_START) + 8)
    right = _checked(body)[:-1]
    if correcting.near(right[:_BODY], line[:_BODY]):
        return right
    with suppress(ValueError):
        found = correcting.turned(body, int(line[place], 16))
        return None if found is None else _checked(found)[:-1]
    return None


def _end(data: bytes) -> int:
    """Return where the last line ends that was written whole: with a line end, though a bit of that may have turned."""
    end = data.rfind(b"\n") + 1
    return len(data) if end < len(data) and decode(data[end:-1]) is not None else end


def line_of(found: Record) -> Line:
    """Return the save that a decoded line, not the first, holds."""
    changes: Changes = {table: dict(records) for table, records in found["put"].items()}
    for table, keys in found.get("del", {}).items():
        changes.setdefault(table, {}).update(dict.fromkeys(keys))
    return Line(found["at"], changes)


class Journal:
    """One journal, as far as it has been read: `head` is its first line, `offset` the byte up to which it is known.

    `bad` holds the damaged lines that were passed over, `corrected` counts those that could be put right, `took` has
    the checksums of the files that were taken over.
    `present`: at the last look the file that was read was still there, and nothing of it was gone.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._name = str(path)
        self._kept: files.Handle | None = None
        self.bad: list[bytes] = []
        self.corrected = 0
        self._restart()

    def _restart(self) -> None:
        self.head: Record = {}
        self.took: set[str] = set()
        self.offset = 0
        self.present = False
        self._first = b""
        self._version: Version | None = None

    @property
    def mark(self) -> Mark:
        """How far it has been read."""
        return Mark(self.head.get("journal", ""), self.offset) if self.head else NOWHERE

    @property
    def version(self) -> Version | None:
        """Which file was read, or written, last."""
        return self._version

    @property
    def schema(self) -> int:
        """The version of the shapes of its records, 0 where it does not exist."""
        return int(self.head.get("schema", 0))

    def differs(self) -> bool:
        """Tell whether the file is not as it was at the last look. Raises OSError when that cannot be told."""
        try:
            return Version.of(os.stat(self._name)) != self._version  # noqa: PTH116  # looked at before every save, and this is faster
        except FileNotFoundError:
            self.present = False
            return False

    def read(self) -> list[Line]:
        """Return what was appended since the last look; from the start when another journal lies there now.

        A journal that has gone is none. Raises OSError when it cannot be read.
        """
        try:
            with self.path.open("rb") as file:
                return self._take(file)
        except FileNotFoundError:
            self.present = False
            return []

    def _take(self, file: BinaryIO) -> list[Line]:
        version = Version.of(os.fstat(file.fileno()))
        known = self._version
        if known is None or version.inode != known.inode or file.read(len(self._first)) != self._first:
            self._restart()  # another journal lies there now; the system may have given it the same number
            self.present = True
        elif version.size <= self.offset:
            self._restart()  # saves are gone, or somebody wrote over them
        file.seek(self.offset)
        lines = self._decode(file.read())
        self._version = version
        return lines

    def _decode(self, data: bytes) -> list[Line]:
        lines = []
        whole = data[: _end(data)]
        if whole and not whole.endswith(b"\n"):
            whole, self.corrected = whole[:-1] + b"\n", self.corrected + 1
        if not self.offset:
            self._first = whole[: whole.find(b"\n") + 1]
        for found in self._found(whole.split(b"\n")):
            if "journal" in found:
                self.head = found
            else:
                lines.append(line_of(found))
                self.took.add(found.get("took", ""))
        self.offset += len(whole)
        if b"\0" in data[len(whole) :]:  # no writer leaves that, however it ends
            self.bad.append(data[len(whole) :])
        return lines

    def _found(self, lines: list[bytes]) -> Iterator[Record]:
        """Yield what the lines hold; of damaged ones what their checksums tell."""
        found = [decode(line) for line in lines if line]
        if None in found:
            from storage.correcting import regrouped  # noqa: PLC0415  # imported when first used

            texts = list(regrouped(filter(None, lines), _START, lambda line: decode(line) is not None))
            self.corrected += len(texts) != len(found)
            found = [decode(line) or self._correct(line) for line in texts]
        yield from filter(None, found)

    def _correct(self, line: bytes) -> Record | None:
        right = corrected(line)
        if right is None:
            self.bad.append(line)
            return None
        self.corrected += 1
        return decode(right)

    def append(self, line: bytes, *, durable: bool) -> None:
        """Append a line; only under the lock, when all that is there has been read.

        A torn line left by a crash is cut off first. Raises OSError; then the file is as it was. Raises SyncError when
        the line could not be synced: nobody knows then what the disk holds.
        """
        descriptor = self._opened()
        try:
            if self._version is None or self._version.size > self.offset:
                os.ftruncate(descriptor, self.offset)
            os.lseek(descriptor, self.offset, os.SEEK_SET)
            try:
                files.write_all(descriptor, line)
            except OSError:
                os.ftruncate(descriptor, self.offset)
                raise
            if durable:
                self._sync(descriptor)
        finally:
            self._version = Version.of(os.fstat(descriptor))
        self.offset += len(line)

    def _opened(self) -> int:
        """Return the descriptor of the file that was looked at last, which is kept for the next line."""
        if self._kept is None or self._version is None or self._kept.inode != self._version.inode:
            self.rest()
            self._kept = files.Handle(os.open(self._name, os.O_RDWR | getattr(os, "O_BINARY", 0)))
        return self._kept.descriptor

    def rest(self) -> None:
        """Keep the file open no more; nothing is appended for a while."""
        if self._kept:
            self._kept.close()
            self._kept = None

    def _sync(self, descriptor: int) -> None:
        try:
            files.sync_appended(descriptor)
        except OSError as error:
            with suppress(OSError):
                os.ftruncate(descriptor, self.offset)
            raise SyncError(*error.args) from error

    def tail(self, offset: int) -> bytes:
        """Return the whole lines after the byte `offset`, also those not read yet. Raises OSError."""
        with self.path.open("rb") as file:
            file.seek(offset)
            data = file.read()
        return data[: data.rfind(b"\n") + 1]

    def start(self, head: Record, lines: bytes = b"", *, read: int | None = None) -> None:
        """Put a new journal into its place, durably, with `lines` in it, of which `read` bytes have been read (all).

        Only under the lock. Raises OSError.
        """
        self.rest()  # some systems do not replace an open file
        first = encode_head(head)
        self._version = Version.of(files.replace(self.path, [first + lines]))
        self.head, self._first, self.present = head, first, True
        self.offset = len(first) + (len(lines) if read is None else read)

    def remove(self) -> None:
        """Remove the journal: all that it held is in the base. Only under the lock."""
        self.rest()
        files.discard(self.path)
        self._restart()


class SyncError(OSError):
    """The disk did not say that a line is safe; trying again could be told so wrongly."""
