"""Journal lines in which one bit has turned on the disk: their checksum says which, so nothing of them is lost.

CRC-32 is linear: what a turned bit changes in it depends on the bit's place alone, and on no two places in the same way
in lines of less than half a gigabyte (Peterson and Brown, Cyclic Codes for Error Detection, 1961). So the difference
between the checksum that stands there and that of the bytes is followed back, byte by byte from the end, until it is
that of one bit.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator

LONGEST = 1 << 20
"""Bytes of a line that are searched, which takes half a second."""

Check = Callable[[bytes], bool]
"""Tells whether a line is whole."""

_POLYNOMIAL = 0xEDB88320
_END = ord("\n")


def _entry(byte: int) -> int:
    for _ in range(8):
        byte = byte >> 1 ^ (_POLYNOMIAL if byte & 1 else 0)
    return byte


_TABLE = [_entry(byte) for byte in range(256)]
_BY_TOP = {entry >> 24: (byte, entry) for byte, entry in enumerate(_TABLE)}
_BITS = {_TABLE[1 << bit]: 1 << bit for bit in range(8)}


def turned(body: bytes, checksum: int) -> bytes | None:
    """Return `body` with the one bit turned back that keeps it from having this CRC-32; None where it is not one."""
    difference = zlib.crc32(body) ^ checksum
    for at in range(len(body) - 1, -1, -1) if len(body) <= LONGEST else ():
        if mask := _BITS.get(difference):
            return body[:at] + bytes([body[at] ^ mask]) + body[at + 1 :]
        byte, entry = _BY_TOP[difference >> 24]
        difference = ((difference ^ entry) << 8 | byte) & 0xFFFFFFFF
    return None


def near(one: bytes, other: bytes) -> bool:
    """Tell whether two texts of one length differ in a single bit."""
    difference = int.from_bytes(one, "big") ^ int.from_bytes(other, "big")
    return len(one) == len(other) and difference.bit_count() == 1


def regrouped(lines: Iterable[bytes], start: bytes, whole: Check) -> Iterator[bytes]:
    """Yield `lines`, those parted again that a turned bit has made one, and those joined that it has made two.

    Each line begins with `start`.
    """
    before = b""
    for line in lines:
        if whole(line):
            yield from (before, line) if before else (line,)
            before = b""
        elif before and (found := next(filter(whole, _joined(before, line)), b"")):
            yield found
            before = b""
        else:
            yield from (before,) if before else ()
            *parts, before = _parted(line, start, whole) or [line]
            yield from parts
    if before:
        yield before


def _joined(one: bytes, other: bytes) -> Iterator[bytes]:
    return (one + bytes([_END ^ 1 << bit]) + other for bit in range(8))


def _parted(line: bytes, start: bytes, whole: Check) -> list[bytes]:
    at = line.find(start, 1)
    while at > 0:
        found = [line[: at - 1], line[at:]]
        if near(line[at - 1 : at], b"\n") and all(map(whole, found)):
            return found
        at = line.find(start, at + 1)
    return []
