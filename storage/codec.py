"""JSON as the library file has it: one record a line, and the checksum of a record.

A record's `sum` is the CRC-32, in eight hex digits, of its canonical JSON without `sum`: UTF-8, keys sorted, no spaces,
numbers as Python's own encoder prints them. That computes it where there are floating numbers, because others print
some of them differently (``1e-05``, ``0.00001``). The lines of the file come from either encoder; both read both.
"""

from __future__ import annotations

import gc
import json
import sys
import zlib
from collections.abc import Iterable, Mapping, MutableMapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, NoReturn

Record = dict[str, Any]
"""One record of a table, made of JSON's own types."""

Tables = dict[str, MutableMapping[str, Record]]
"""All tables: name -> doc_id in decimal -> record."""

BIG = 1 << 20
"""Bytes from which a faster JSON library is worth its import."""

_ALIKE = frozenset({str, int, bool, type(None)})
_ZEROS = bytes.maketrans(b"123456789", b"0" * 9)
_canonical = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False).encode
_decode = json.JSONDecoder().raw_decode
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


class Sealed(dict[str, Any]):
    """A record as it was sealed, which is not changed any more; `json` is the JSON of it."""

    __slots__ = ("json",)
    json: bytes

    def _never(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a sealed record is not changed; make another one of it")

    def __reduce__(self) -> tuple[type[Record], tuple[Record]]:
        """Be copied as an ordinary record."""
        return dict, (dict(self),)

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _never


def canonical(record: Mapping[str, Any]) -> bytes:
    """Return the canonical JSON of `record`, `sum` left out; characters UTF-8 cannot hold become ``?``.

    Raises ValueError for a number that is not finite.
    """
    rest = _unsealed(record)
    return _quickly(rest) or _slowly(rest)


def _unsealed(record: Mapping[str, Any]) -> Record:
    rest = dict(record)
    rest.pop("sum", None)
    return rest


def _quickly(rest: Record) -> bytes | None:
    """Return the canonical JSON by the faster library; None where that is not there, or would write another."""
    orjson = sys.modules.get("orjson")
    if orjson is not None and _alike(rest.values()):
        try:
            found: bytes = orjson.dumps(rest, option=orjson.OPT_SORT_KEYS)
        except TypeError:  # a number of more than 64 bits, a key that is none, or a character UTF-8 cannot hold
            return None
        return found
    return None


def _slowly(rest: Record) -> bytes:
    return _canonical(rest).encode(errors="replace")


def _alike(values: Iterable[Any]) -> bool:
    """Tell whether both encoders print these alike: there is no floating number among them."""
    for value in values:
        kind = type(value)
        if kind in _ALIKE:
            continue
        if kind is dict:
            if not _alike(value.values()):
                return False
        elif kind is not list or not _alike(value):
            return False
    return True


def checksum(record: Mapping[str, Any]) -> str:
    """Return what `record`'s `sum` must be."""
    return f"{zlib.crc32(canonical(record)):08x}"


def is_whole(record: Mapping[str, Any]) -> bool:
    """Tell whether `record` is as it was sealed; one without `sum` never was."""
    try:
        return bool(record.get("sum") == checksum(record))
    except ValueError:  # a number that is none
        return False


def sealed(record: Mapping[str, Any]) -> Sealed:
    """Return a deep copy of `record` in canonical order, with its `sum` last.

    Whole numbers of more than 64 bits become floating ones, as the faster reader would make them anyhow.
    """
    rest = _unsealed(record)
    data = _quickly(rest)
    if data is None:
        data = _slowly(rest)
        if _has_long(data):
            rest = json.loads(data, parse_int=_number)
            data = _slowly(rest)
    plain = loads(data)
    number = f"{zlib.crc32(data):08x}"
    made = Sealed(plain, sum=number)
    made.json = b'%b%b"sum":"%b"}' % (data[:-1], b"," if plain else b"", number.encode())
    return made


def _has_long(data: bytes) -> bool:
    """Tell whether there are nineteen digits in a row, as in whole numbers of more than 64 bits."""
    return b"0" * 19 in data.translate(_ZEROS)


def _number(digits: str) -> float:
    number = int(digits)
    return number if -(1 << 63) <= number < 1 << 64 else float(digits)


def clone(value: Any) -> Any:  # noqa: ANN401  # any JSON value
    """Return a deep copy of a JSON value."""
    if isinstance(value, dict):
        return {key: clone(item) for key, item in value.items()}
    if isinstance(value, list):
        return [clone(item) for item in value]
    return value


def parse(data: bytes) -> Tables:
    """Read a library file. Raises ValueError when it is not JSON, or not tables of records."""
    collecting = gc.isenabled()
    gc.disable()  # nothing made here is garbage, and looking for it doubles the time
    try:
        tables = _loads(data)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    finally:
        if collecting:
            gc.enable()
    if not isinstance(tables, dict):
        raise ValueError("not an object of tables")  # noqa: TRY004  # one error for whatever is wrong with a file
    for name, table in tables.items():
        if not isinstance(table, dict) or not all(isinstance(record, dict) for record in table.values()):
            raise ValueError(f"{name} is not a table of records")
    return tables


def _loads(data: bytes) -> Any:  # noqa: ANN401  # any JSON value
    if len(data) > BIG and not _has_long(data):  # it would make floating numbers of very long ones
        import orjson  # noqa: PLC0415  # imported when first used

        return orjson.loads(data)
    return json.loads(data, parse_constant=_refuse)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def loads(data: bytes) -> Any:  # noqa: ANN401  # any JSON value
    """Return the JSON value that Manicula wrote, by the faster library where that is loaded already.

    Raises ValueError. Not for what may hold whole numbers of more than 64 bits.
    """
    orjson = sys.modules.get("orjson")
    if orjson is not None:
        return orjson.loads(data)
    with suppress(ValueError):
        value, end = _decode(text := data.decode())
        if end == len(text):
            return value
    return json.loads(data)  # with spaces around it, or none


def name(key: str) -> bytes:
    """Return the JSON of a table's name or a doc_id."""
    return b'"%b"' % key.encode() if key.isdigit() else _named(key)


@lru_cache(64)
def _named(table: str) -> bytes:
    return _plain(table)


def encode(record: Record, *, fast: bool) -> bytes:
    """Return the JSON of a record in the order of its keys; `fast` takes the faster library, and loads it."""
    if isinstance(record, Sealed):
        return record.json
    return _fast(record) if fast else _plain(record)


def _plain(value: Record | str) -> bytes:
    return _compact(value).encode(errors="replace")


def _fast(record: Record) -> bytes:
    import orjson  # noqa: PLC0415  # imported when first used

    try:
        return orjson.dumps(record)
    except TypeError:  # a number of more than 64 bits, or a character UTF-8 cannot hold
        return _plain(record)
