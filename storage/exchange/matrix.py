"""A table of documents and tags, for statistics: 1 where a document has an annotation with a tag, else 0.

The documents are the rows, the tags that any of them has the columns; of a tag beneath another both are counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from storage.exchange.cells import guard
from storage.visible import visible

if TYPE_CHECKING:
    from storage.exchange.entry import Collection


def dump(collection: Collection, out: TextIO) -> None:
    """Write the table to `out`, which must not translate line ends; documents without annotations are rows too."""
    import csv  # noqa: PLC0415  # imported when first used

    found: dict[str, set[str]] = {document.uuid: set() for document in collection.documents()}
    titles = {document.uuid: document.title for document in collection.documents()}
    for entry in collection:
        for tag in entry.tags:
            found[entry.document.uuid].update(_upwards(tag))
    columns = sorted(set().union(*found.values()))
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["document", *(guard(visible(tag)) for tag in columns)])
    for uuid, tags in found.items():
        writer.writerow([guard(visible(titles[uuid])), *(int(tag in tags) for tag in columns)])


def _upwards(path: str) -> set[str]:
    """Return a tag and those above it."""
    parts = path.split("/")
    return {"/".join(parts[: depth + 1]) for depth in range(len(parts))}
