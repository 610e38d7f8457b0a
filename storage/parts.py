"""A large base read in parts: what the first screen needs, one document's annotations, then the rest in slices."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from storage import base, codec
from storage.base import Cells, Version
from storage.codec import Record, Tables

_MARK = b'\n"annotations":{\n'
_HEAD = 1 << 18
_LINE = 1 << 12
_SLICE = 1 << 18


class Slice(NamedTuple):
    """Some records of one table, in the order of the file; `last`: the file ends here, and is as it was written."""

    table: str
    cells: Cells
    last: bool = False


class Parts:
    """A base that stays open while it is read. Raises OSError, and ValueError when it is not as it was written."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        self.version = Version.of(os.fstat(self._file))
        self._begun = b""

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def head(self) -> Tables:
        """Return the tables before the annotations."""
        data = b""
        while (end := data.find(_MARK)) < 0:
            more = self._at(len(data), _HEAD)
            if not more:
                raise ValueError("no annotations in it")
            data += more
        self._begun = data[: end + len(_MARK)]
        if base.sum_of(data) is None:
            raise ValueError("not laid out as a base")
        found = base.sections(data[:end].split(b"\n")[1:])
        self._ranks: dict[str, int] = {}
        tables = base.tables_of(found)
        for record in tables.get("documents", {}).values():
            self._ranks[str(record.get("uuid"))] = len(self._ranks)
        return tables

    def group(self, document: str) -> Cells:
        """Return the annotations of one document, found by bisection; `head` was read before."""
        wanted = self._rank(document)
        low, high = len(self._begun) - 1, self.version.size
        while high - low > _LINE:
            middle = (low + high) // 2
            begins, line = self._line_after(middle)
            if line and self._rank(self._document(line)) < wanted:
                low = begins - 1
            else:
                high = middle
        return list(self._run(low, wanted))

    def _at(self, offset: int, size: int) -> bytes:
        os.lseek(self._file, offset, os.SEEK_SET)
        return os.read(self._file, size)

    def _rank(self, document: str) -> int:
        return self._ranks.get(document, len(self._ranks))

    def _document(self, line: bytes) -> str:
        return base.document_at(base.split(line))

    def _line_after(self, offset: int) -> tuple[int, bytes]:
        """Return the first line that begins after `offset` and its offset; an empty one where no annotation does."""
        size = _LINE
        while True:
            data = self._at(offset, size)
            start = data.find(b"\n") + 1
            end = data.find(b"\n", start)
            if start and end >= 0:
                line = data[start:end]
                return offset + start, line if line.startswith(b'"') and not line.endswith(b":{") else b""
            if len(data) < size:
                return offset + size, b""
            size *= 2

    def _run(self, offset: int, wanted: int) -> Iterator[tuple[str, bytes]]:
        """Yield the annotations of the document of rank `wanted` from `offset` on."""
        while True:
            offset, line = self._line_after(offset)
            if not line:
                return
            rank = self._rank(self._document(line))
            if rank > wanted:
                return
            if rank == wanted:
                yield base.split(line)
            offset += len(line)

    def slices(self) -> Iterator[Slice]:
        """Yield the annotations and what follows, each slice a matter of a millisecond or two.

        Raises ValueError at the end when the file is not as it was written.
        """
        expected = base.sum_of(self._begun)
        checksum = zlib.crc32(memoryview(self._begun)[base.body_of(self._begun) :])
        table, rest, offset = "annotations", b"", len(self._begun)
        while data := self._at(offset, _SLICE):
            checksum = zlib.crc32(data, checksum)
            offset += len(data)
            lines = (rest + data).split(b"\n")
            rest = lines.pop()
            for name, cells in _continued(table, lines):
                yield Slice(name, cells)
                table = name
        if rest or checksum != expected:
            raise ValueError("not as it was written")
        yield Slice("", [], last=True)

    def meta(self) -> Record:
        """Return the record of ``meta``; `head` was read before."""
        found = base.meta_of(self._begun)
        return found[1] if found else {}


def _continued(table: str, lines: list[bytes]) -> Iterator[tuple[str, Cells]]:
    """Yield what `lines` hold, which begin in the midst of `table`; the closing lines of the file hold nothing."""
    yield from base.sections([codec.name(table) + b":{", *lines])
