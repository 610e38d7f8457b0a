"""JSON Lines: the same records as our JSON, each on a line of its own and named, ``{"annotation": {...}}``; and back.

The first line is ``{"format": "manicula", "version": 1}``. Nothing has to be in memory at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TextIO

from storage.errors import DocumentError
from storage.exchange import jsonfile
from storage.exchange.loading import TABLES, Loading
from storage.visible import UNSAFE

if TYPE_CHECKING:
    from storage.exchange.entry import Collection
    from storage.exchange.parcel import Parcel
    from storage.exchange.sample import Sample

_UNSAFE = re.compile(UNSAFE)


def dump(collection: Collection, out: TextIO) -> None:
    """Write `collection` to `out` as it comes, in the order of the JSON."""
    library = collection.library
    out.write(f'{{"format":"manicula","version":{jsonfile.VERSION}}}\n')
    _write(out, "document", map(jsonfile.document_record, collection.documents()))
    _write(out, "tag", map(jsonfile.tag_record, library.tags()))
    _write(out, "creator", map(jsonfile.creator_record, library.creators()))
    _write(out, "annotation", map(jsonfile.annotation_record, collection))
    _write(out, "memo", map(jsonfile.memo_record, [*library.memos(), *library.kept()] if collection.whole else ()))
    _write(out, "bookmark", map(jsonfile.bookmark_record, collection.bookmarks()))


def _write(out: TextIO, kind: str, records: Iterable[jsonfile.Record]) -> None:
    encoded = _encoder()
    for record in records:
        line = encoded({kind: record})
        out.write(line if line.isprintable() else _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", line))
        out.write("\n")


def _encoder() -> Callable[[Any], str]:
    import orjson  # noqa: PLC0415  # imported when first used

    def encode(value: Any) -> str:  # noqa: ANN401  # any JSON value
        return orjson.dumps(value).decode()

    return encode


def recognises(sample: Sample) -> bool:
    """Tell whether a file is one of ours: its first line says so."""
    return sample.suffix != ".json" and '"format"' in sample.first_line and '"manicula"' in sample.first_line


def load(sample: Sample) -> Parcel:
    """Return what such a file holds; a line that is none is told and left out. Raises DocumentError."""
    loading = Loading()
    for number, line in enumerate(sample.text.split("\n"), 1):
        if not line.strip():
            continue
        record = _loaded(line)
        if isinstance(record, dict) and record.get("format") == "manicula":
            jsonfile.check_version(sample, record)
        elif isinstance(record, dict) and len(record) == 1 and f"{next(iter(record))}s" in TABLES:
            ((kind, value),) = record.items()
            loading.take(f"{kind}s", value)
        else:
            loading.complain(f"Line {number} is no record and was left out.")
    found = loading.parcel()
    if not found.counted():
        raise DocumentError(f"{sample.path} has no records in it.")
    return found


def _loaded(line: str) -> Any:  # noqa: ANN401  # any JSON value
    import orjson  # noqa: PLC0415  # imported when first used

    try:
        return orjson.loads(line)
    except ValueError:
        return None
