"""The base: the library file itself, ordinary JSON that plain ``TinyDB(path)`` opens, replaced whole at each fold.

``{table: {doc_id: record}}``, one record a line, the tables in the order of `ORDER`, annotations grouped by document in
the order of the documents: so what the first screen needs stands at the beginning, or is found by bisection.

Its record in the table ``meta`` stands first, and says beside what belongs to the library (see `storage.records`):

- `base`, a random id of this base, and `previous`, that of the base it was made from;
- `mended`, the id of a base in which a repair put records in order: where that is this one, who has read its previous
  one forgets that and reads this, and does not merge the two;
- `folded` {device: [journal, offset]}: up to where each journal is contained in it;
- `body`: CRC-32 of the file after the line of the record itself. Where it is right, nobody else has written the file:
  each line is what it was written as, and need not be looked at before it is wanted.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from storage import codec, identity, rows
from storage.codec import Record, Tables
from storage.rows import Cell, Grouped, Rows

ORDER = (
    "meta",
    "documents",
    "tags",
    "creators",
    "positions",
    "memos",
    "bookmarks",
    "annotations",
    "tombstones",
)
"""The tables in the order of the file; others come before the annotations."""

_PIECE = 1 << 18
_NO_SUM = "0" * 8

Cells = list[tuple[str, bytes]]
"""Records as they stand in the file: doc_id and JSON."""


class Version(NamedTuple):
    """Inode, size and time of change (ns) of the file: what tells one version from another."""

    inode: int
    size: int
    time: int

    @classmethod
    def of(cls, status: os.stat_result) -> Version:
        """Return the version that a file with this status is."""
        return tuple.__new__(cls, (status.st_ino, status.st_size, status.st_mtime_ns))


class Writing:
    """A base being written: `chunks` of it, and then `head`, which goes over the beginning.

    The annotations may change meanwhile, in another thread: each is written as it is when its turn comes, or not any
    more. What became of it stands in the journal after the mark that the base says, and is replayed onto it.
    """

    def __init__(self, tables: Mapping[str, Rows], meta: tuple[str, Record]) -> None:
        self._tables = tables
        annotations = tables.get("annotations")
        groups = set(annotations.groups) if isinstance(annotations, Grouped) else set()
        documents = [str(record.get("uuid")) for record in tables.get("documents", Rows()).values()]
        self._documents = [*documents, *sorted(groups.difference(documents))]
        self._key, self._meta = meta
        self._meta["body"] = _NO_SUM
        self._sum = 0

    def chunks(self) -> Iterator[bytes]:
        """Yield the file in pieces of about 256 KB."""
        yield self.head()
        for chunk in self._body():
            self._sum = zlib.crc32(chunk, self._sum)
            yield chunk

    def head(self) -> bytes:
        """Return the beginning, always of the same length: right when all chunks have been taken."""
        meta = codec.sealed({**self._meta, "body": f"{self._sum:08x}"})
        return b'{\n"meta":{\n%b:%b\n' % (codec.name(self._key), codec.encode(meta, fast=False))

    def _body(self) -> Iterator[bytes]:
        pieces, size = [b"}"], 1
        others = sorted(set(self._tables) - set(ORDER))
        for name in [*ORDER[1:-2], *others, *ORDER[-2:]]:
            pieces.append(b",\n" + codec.name(name) + b":{")
            before = b"\n"
            for key, cell in self._cells(name):
                line = before + codec.name(key) + b":" + _encoded(cell)
                pieces.append(line)
                before = b",\n"
                size += len(line)
                if size > _PIECE:
                    yield b"".join(pieces)
                    pieces, size = [], 0
            pieces.append(b"\n}")
        yield b"".join([*pieces, b"\n}\n"])

    def _cells(self, name: str) -> Iterator[tuple[str, Cell]]:
        table = self._tables.get(name, Rows())
        if not isinstance(table, Grouped):
            yield from table.cells.items()
            return
        for document in self._documents:
            for key in list(table.groups.get(document, ())):
                cell = table.cells.get(key)
                if cell is not None:
                    yield key, cell


def _encoded(cell: Cell) -> bytes:
    return cell if isinstance(cell, bytes) else codec.encode(cell, fast=False)


def read(data: bytes) -> tuple[Tables, bool]:
    """Return the tables of a base, and whether it is just as it was written. Raises ValueError when it is none."""
    body = body_of(data)
    if body is not None and zlib.crc32(memoryview(data)[body:]) == sum_of(data):
        return _as_written(data), True
    tables: Tables = {name: rows.table(name, dict(records)) for name, records in codec.parse(data).items()}
    return tables, False


def written(tables: Tables, meta: tuple[str, Record]) -> bytes:
    """Return the file that holds `tables`; `meta` is the doc_id and the record of the library itself."""
    kept = {name: table if isinstance(table, Rows) else rows.table(name, dict(table)) for name, table in tables.items()}
    writing = Writing(kept, meta)
    chunks = list(writing.chunks())
    return writing.head() + b"".join(chunks[1:])


def salvaged(data: bytes) -> Tables:
    """Return the records that are as they were written, by their checksums, in a base that as a whole is not."""
    tables: Tables = {}
    for name, key, record in _records(data):
        if name in ORDER and isinstance(record, dict) and codec.is_whole(record):
            tables.setdefault(name, rows.table(name))[key] = record
    return tables


def _records(data: bytes) -> Iterator[tuple[str, str, Any]]:
    """Yield table, doc_id and whatever is there as a record: all of what can be parsed, else line by line."""
    try:
        for name, table in codec.parse(data).items():
            for key, record in table.items():
                yield name, key, record
    except ValueError:
        for name, key, cell in _whole_lines(data):
            with suppress(ValueError):
                yield name, key, codec.loads(cell)


def _whole_lines(data: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Yield table, doc_id and JSON of whatever looks like the line of a record."""
    name = ""
    for line in data.split(b"\n"):
        with suppress(ValueError):
            if line.endswith(b":{"):
                name = str(codec.loads(line[:-2]))
            elif name and line.startswith(b'"'):
                yield name, *split(line)


def meta_of(data: bytes) -> tuple[str, Record] | None:
    """Return doc_id and record of ``meta`` of a base that begins with `data`, if it is laid out as bases are."""
    lines = data.split(b"\n", 3)
    if lines[:2] != [b"{", b'"meta":{'] or len(lines) < 4:  # noqa: PLR2004  # and the rest
        return None
    try:
        key, cell = split(lines[2])
        found = codec.loads(cell)
    except ValueError:
        return None
    return (key, found) if isinstance(found, dict) else None


def body_of(data: bytes) -> int | None:
    """Return where the part of a base begins that `body` is the checksum of."""
    at = -1
    for _ in range(3):
        at = data.find(b"\n", at + 1)
        if at < 0:
            return None
    return at + 1


def sum_of(data: bytes) -> int | None:
    """Return the checksum of the body that a base which begins with `data` says; None when it says none."""
    found = meta_of(data[: body_of(data)])
    if found is None or not codec.is_whole(found[1]):
        return None
    try:
        return int(found[1]["body"], 16) if found[0] == identity.doc_id(found[1]["uuid"]) else None
    except (KeyError, TypeError, ValueError):
        return None


def _as_written(data: bytes) -> Tables:
    if len(data) > codec.BIG:
        import orjson as _  # noqa: F401, PLC0415  # from now on `codec.loads` takes it
    return tables_of(sections(data.split(b"\n")[1:-2]))


def tables_of(found: Iterable[tuple[str, Cells]]) -> Tables:
    """Return tables of their lines; those of other programs are parsed, as nobody knows what they hold."""
    tables: Tables = {}
    for name, cells in found:
        if name == "annotations":
            tables[name] = grouped(cells)
        elif name in ORDER:
            tables[name] = rows.table(name, dict(cells))
        else:
            tables[name] = rows.table(name, {key: json.loads(cell) for key, cell in cells})
    return tables


def sections(lines: Iterable[bytes]) -> Iterator[tuple[str, Cells]]:
    """Yield the tables that stand in `lines`; the last may go on after them."""
    name: str | None = None
    cells = Cells()
    for line in lines:
        if line.endswith(b":{"):
            name, cells = str(codec.loads(line[:-2])), []
        elif line in {b"}", b"},"}:
            if name is not None:
                yield name, cells
            name = None
        elif line:
            cells.append(split(line))
    if name is not None:
        yield name, cells


def split(line: bytes) -> tuple[str, bytes]:
    """Return doc_id and JSON of a record's line. Raises ValueError."""
    if not line.startswith(b'"'):
        raise ValueError("no record")
    end = line.index(b'":', 1)
    cell = line[end + 2 : -1] if line.endswith(b",") else line[end + 2 :]
    key = line[1:end]
    return (key.decode() if key.isdigit() else str(codec.loads(line[: end + 1]))), cell


def grouped(cells: Cells) -> Grouped:
    """Return the table of annotations that stand grouped by document, looking at few of them: only where groups end."""
    table = Grouped()
    at = 0
    while at < len(cells):
        document = document_at(cells[at])
        end = _end_of_group(cells, at, document)
        table.extend(document, cells[at:end])
        at = end
    return table


def document_at(cell: tuple[str, bytes]) -> str:
    """Return the document of an annotation."""
    return rows.document_of(rows.record_of(cell[1]))


def _end_of_group(cells: Cells, at: int, document: str) -> int:
    """Return where the cells of `document` end that begin at `at`: strides that double, then bisection."""
    stride, low = 1, at
    while low + stride < len(cells) and document_at(cells[low + stride]) == document:
        low += stride
        stride *= 2
    high = min(low + stride, len(cells))
    while high - low > 1:
        middle = (low + high) // 2
        if document_at(cells[middle]) == document:
            low = middle
        else:
            high = middle
    return low + 1
