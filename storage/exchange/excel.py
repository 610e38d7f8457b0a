"""CSV as spreadsheets in most of Europe open it: semicolons between the cells, and a byte order mark."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from storage.exchange import csvfile

if TYPE_CHECKING:
    from storage.exchange.entry import Collection


def dump(collection: Collection, out: TextIO) -> None:
    """Write `collection` to `out`, which must not translate line ends."""
    out.write("\ufeff")
    csvfile.dump(collection, out, delimiter=";")
