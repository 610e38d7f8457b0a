r"""Snapshots: the whole text of every document ever opened, so that it can be read after its file moved or is gone.

A snapshot is one file, ``HASH.text``, named by the hash of its string, made once and never changed:

    manicula-text 1 LENGTH CRC\n
    HEADER                      LENGTH bytes of JSON, CRC-32 of them in hex
    PARTS                       each compressed alone (zlib)

The string is cut at character borders into parts of about 64 KB of UTF-8, so that a passage can be read without the
rest; the header says at which offset (code points) each begins and where it lies. Blocks, spans, sections and
pages are parts too. Versions are kept for ever: annotations may stand on any of them.
"""

from __future__ import annotations

import json
import re
import sys
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from storage import codec, files
from storage.errors import DocumentError

if TYPE_CHECKING:
    from array import array

    from storage.text import Blocks, Text

NAME = re.compile(r"[0-9a-f]{64}\.text")
"""The name of a snapshot; a version of another shape, whoever put it into a record, names no file."""

MAGIC = b"manicula-text 1 "
CHUNK = 1 << 16
"""Bytes of UTF-8 in a part of the string, at most."""

_LEVEL = 4


def is_version(name: str) -> bool:
    """Tell whether `name` is shaped as the hash of a text, so that it can name a snapshot."""
    return NAME.fullmatch(f"{name}.text") is not None


class Snapshots:
    """The snapshots in `folder`; made with the first of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, version: str) -> Path:
        """Return where the snapshot of the text with this hash lies."""
        return self.folder / f"{version}.text"

    def has(self, version: str) -> bool:
        """Tell whether there is a snapshot of the text with this hash."""
        return is_version(version) and self.file(version).is_file()

    def when(self, version: str) -> float:
        """Return when the text with this hash was read last, in seconds since 1970; 0 when there is no snapshot."""
        return self.file(version).stat().st_mtime if self.has(version) else 0.0

    def save(self, text: Text) -> None:
        """Keep `text`, unless just this reading of it is kept already. Raises OSError."""
        if self.has(text.hash) and self._same(text):
            return
        files.make_folder(self.folder)
        files.replace(self.file(text.hash), pack(text))

    def _same(self, text: Text) -> bool:
        try:
            header, _ = self._whole(text.hash)
        except DocumentError:
            return False
        return (header["reader"], header["file_hash"]) == (text.reader, text.file_hash)

    def _whole(self, version: str) -> tuple[dict[str, Any], bytes]:
        """Return the header and the parts of a snapshot."""
        with self._open(version) as file:
            header, _ = self._header(file)
            data = file.read()
        if zlib.crc32(data) != header["crc"]:
            raise self._damaged(version)
        return header, data

    def tidy(self) -> None:
        """Remove what a crash left half written."""
        files.sweep(self.folder)

    def load(self, version: str) -> Text:
        """Return the text with this hash. Raises DocumentError when its snapshot is missing or damaged."""
        header, data = self._whole(version)
        try:
            return _unpack(header, data, version)
        except (ValueError, KeyError, TypeError, IndexError, zlib.error):
            raise self._damaged(version) from None

    def stretches(self, version: str) -> tuple[str, array[int], array[int]]:
        """Return the string of the text with this hash, and where its blocks begin and end; nothing else is looked at.

        Raises DocumentError when its snapshot is missing or damaged.
        """
        header, data = self._whole(version)
        try:
            starts, ends = (_numbers(_cut(data, place)) for place in header["columns"][:2])
            return _string(header, data, version), starts, ends
        except (ValueError, KeyError, TypeError, IndexError, zlib.error):
            raise self._damaged(version) from None

    def read_range(self, version: str, start: int, end: int) -> str:
        """Return ``string[start:end]`` (code points) of the text with this hash, reading nothing else.

        Raises DocumentError when the snapshot is missing or damaged there.
        """
        with self._open(version) as file:
            header, base = self._header(file)
            chunks = header["string"]
            begins = [chunk[0] for chunk in chunks]
            first = max(0, bisect_right(begins, start) - 1)
            pieces = []
            try:
                for at, offset, size in chunks[first:]:
                    if at >= end:
                        break
                    file.seek(base + offset)
                    pieces.append(zlib.decompress(file.read(size)).decode())
            except (ValueError, zlib.error):
                raise self._damaged(version) from None
        skipped = begins[first] if begins else 0
        return "".join(pieces)[max(0, start - skipped) : max(0, end - skipped)]

    def blocks(self, version: str) -> Blocks:
        """Return the blocks of a version, its string left aside. Raises DocumentError as :meth:`load` does."""
        with self._open(version) as file:
            header, base = self._header(file)
            try:
                columns = [_part(file, base, place) for place in header["columns"]]
                return _blocks(columns, json.loads(_part(file, base, header["lists"][0])))
            except (KeyError, TypeError, IndexError, ValueError, zlib.error):
                raise self._damaged(version) from None

    def around(self, version: str, offset: int, blocks: int) -> tuple[Text, int]:
        """Return what stands around `offset` (code points) of the text with this hash, and where in it that begins.

        It has up to `blocks` blocks on both sides, without sections. Raises DocumentError as `read_range` does.
        """
        from storage.text import Blocks, Span, Text  # noqa: PLC0415  # imported when first used

        with self._open(version) as file:
            header, base = self._header(file)
            try:
                columns = [_part(file, base, place) for place in header["columns"]]
                extra, spans = (json.loads(_part(file, base, place)) for place in header["lists"][:2])
            except (ValueError, KeyError, TypeError, zlib.error):
                raise self._damaged(version) from None
        known = _blocks(columns, extra)
        here = known.at(offset)
        some = known[max(0, here - blocks) : here + blocks + 1]
        start, end = some[0].start, some[-1].end
        moved = [one._replace(start=one.start - start, end=one.end - start) for one in some]
        kept = [Span(*span) for span in spans if start <= span[0] and span[1] <= end]
        return Text(
            self.read_range(version, start, end),
            Blocks(moved),
            [span._replace(start=span.start - start, end=span.end - start) for span in kept],
            fill=header["fill"],
            reader=header["reader"],
        ), start

    def _open(self, version: str) -> BinaryIO:
        if not is_version(version):
            raise DocumentError(f"There is no text {version}: that is not how one is named.")
        try:
            return self.file(version).open("rb")
        except OSError as error:
            raise DocumentError(f"The snapshot {self.file(version)} cannot be read: {error.strerror}.") from None

    def _header(self, file: BinaryIO) -> tuple[dict[str, Any], int]:
        """Return the header of a snapshot and the offset in bytes at which its parts begin."""
        try:
            return _read_header(file)
        except ValueError:
            raise self._damaged(Path(file.name).stem) from None

    def _damaged(self, version: str) -> DocumentError:
        return DocumentError(
            f"The snapshot {self.file(version)} is damaged. Add the document's file again, and it is made anew."
        )


def _part(file: BinaryIO, base: int, place: tuple[int, int]) -> bytes:
    file.seek(base + place[0])
    return zlib.decompress(file.read(place[1]))


def unpack(file: BinaryIO) -> Text:
    """Return the text whose snapshot `file` holds. Raises ValueError when it is damaged."""
    header, _ = _read_header(file)
    try:
        return _unpack(header, file.read(), header["hash"])
    except (KeyError, TypeError, IndexError, zlib.error) as error:
        raise ValueError(str(error)) from None


def _read_header(file: BinaryIO) -> tuple[dict[str, Any], int]:
    """Return the header of a snapshot and the offset in bytes at which its parts begin. Raises ValueError."""
    line = file.readline(200)
    length, checksum = line.removeprefix(MAGIC).split()
    data = file.read(int(length))
    if not line.startswith(MAGIC) or zlib.crc32(data) != int(checksum, 16):
        raise ValueError(line)
    return codec.loads(data), len(line) + len(data)


def pack(text: Text, level: int = _LEVEL) -> Iterator[bytes]:
    """Yield a snapshot of `text`, its parts compressed as `level` of zlib says."""
    columns = text.blocks.columns()
    meta = text.meta._asdict()
    header: dict[str, Any] = {
        "hash": text.hash,
        "length": len(text),
        "reader": text.reader,
        "file_hash": text.file_hash,
        "fill": text.fill,
        "meta": {name: list(value) if isinstance(value, tuple) else value for name, value in meta.items()},
        "warnings": text.warnings,
        "blocks": len(columns.starts),
    }
    parts: list[bytes] = []
    end = 0

    def add(data: bytes | bytearray) -> tuple[int, int]:
        nonlocal end
        parts.append(zlib.compress(data, level))
        end += len(parts[-1])
        return end - len(parts[-1]), len(parts[-1])

    header["string"] = [(at, *add(piece)) for at, piece in _pieces(text.string)]
    header["columns"] = [
        add(column) for column in (_little(columns.starts), _little(columns.ends), columns.kinds, columns.gaps)
    ]
    lists = (columns.extra, text.spans, text.sections, text.pages, text.marks)
    header["lists"] = [add(_dump(items)) for items in lists]
    header["crc"] = zlib.crc32(b"".join(parts))
    data = _dump(header)
    yield MAGIC + b"%d %08x\n" % (len(data), zlib.crc32(data)) + data
    yield from parts


def _pieces(string: str) -> Iterator[tuple[int, bytes]]:
    """Cut `string` into parts of at most `CHUNK` bytes of UTF-8; yield each with the offset at which it begins."""
    data = string.encode()
    cuts = [0]
    while cuts[-1] + CHUNK < len(data):
        cut = cuts[-1] + CHUNK
        while data[cut] & 0xC0 == 0x80:  # noqa: PLR2004  # in the midst of a character
            cut -= 1
        cuts.append(cut)
    at = 0
    for start, stop in pairwise([*cuts, len(data)]):
        piece = data[start:stop]
        yield at, piece
        at += len(piece.decode())


def _unpack(header: dict[str, Any], data: bytes, version: str) -> Text:
    """Return the text. Raises ValueError, KeyError, TypeError, IndexError or zlib.error when anything is damaged."""
    from storage.text import Mark, Meta, Page, Section, Span, Text  # noqa: PLC0415  # imported when first used

    extra, spans, sections, *more = (json.loads(_cut(data, place)) for place in header["lists"])
    meta = {**header["meta"], "authors": tuple(header["meta"]["authors"])}
    return Text(
        _string(header, data, version),
        _blocks([_cut(data, place) for place in header["columns"]], extra),
        [Span(*span) for span in spans],
        [Section(*section) for section in sections],
        meta=Meta(**meta),
        fill=header["fill"],
        reader=header["reader"],
        file_hash=header["file_hash"],
        warnings=header["warnings"],
        pages=[Page(*page) for page in (more[0] if more else ())],
        marks=[Mark(*mark) for mark in (more[1] if len(more) > 1 else ())],
    )


def _cut(data: bytes, place: tuple[int, int]) -> bytes:
    return zlib.decompress(data[place[0] : place[0] + place[1]])


def _string(header: dict[str, Any], data: bytes, version: str) -> str:
    """Return the string of a text. Raises ValueError, KeyError, TypeError, IndexError or zlib.error when damaged."""
    from hashlib import sha256  # noqa: PLC0415  # imported when first used

    encoded = b"".join(_cut(data, place[1:]) for place in header["string"])
    if sha256(encoded).hexdigest() != version:
        raise ValueError(version)
    return encoded.decode()


def _blocks(columns: list[bytes], extra: list[tuple[int, int, int, str]]) -> Blocks:
    from storage.text import Blocks, Columns  # noqa: PLC0415  # imported when first used

    starts, ends, kinds, gaps = columns
    return Blocks.from_columns(Columns(_numbers(starts), _numbers(ends), kinds, gaps, extra))


def _numbers(data: bytes) -> array[int]:
    """Return the numbers whose bytes :func:`_little` gave."""
    from array import array  # noqa: PLC0415  # imported when first used

    numbers = array("I", data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _little(numbers: array[int]) -> bytes:
    """Return the bytes of 32-bit numbers, the lowest first."""
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
