"""JSON Lines: the same records as our JSON, each on a line of its own and named, ``{"annotation": {...}}``; and back.

The first line is ``{"format": "manicula", "version": 1}``. A file is written record by record, but read whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from storage.errors import DocumentError
from storage.exchange import jsonfile
from storage.exchange.loading import TABLES, Loading

if TYPE_CHECKING:
    from storage.exchange.entry import Collection
    from storage.exchange.parcel import Parcel
    from storage.exchange.sample import Sample


def dump(collection: Collection, out: TextIO) -> None:
    """Write `collection` to `out` as it comes, in the order of the JSON."""
    import orjson  # noqa: PLC0415  # imported when first used

    out.write(f'{{"format":"manicula","version":{jsonfile.VERSION}}}\n')
    for table, records in jsonfile.tables(collection):
        name = table[:-1]
        out.writelines(f"{jsonfile.escaped(orjson.dumps({name: record}).decode())}\n" for record in records)


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
