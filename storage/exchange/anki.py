"""Anki: a text file with a note per annotation, whose head says how it is read.

The head is that of Anki 2.1.54 and later; the id of the annotation is the note's, so that a later import updates it.
Tags are nested with ``::``, and have no spaces.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TextIO

from storage.visible import visible

if TYPE_CHECKING:
    from storage.exchange.entry import Collection, Entry

_HEAD = "#separator:tab\n#html:false\n#columns:Id\tQuote\tNote\tSource\tTags\n#guid column:1\n#tags column:5\n"
_SPACE = re.compile(r"[\s\u3000]+")


def dump(collection: Collection, out: TextIO) -> None:
    """Write `collection` to `out`, which must not translate line ends."""
    import csv  # noqa: PLC0415  # imported when first used

    out.write(_HEAD)
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    for entry in collection:
        cells = [entry.annotation.uuid, entry.annotation.exact, entry.annotation.note, _source(entry), _tags(entry)]
        writer.writerow([visible(cell) for cell in cells])


def _source(entry: Entry) -> str:
    return ", ".join(part for part in (entry.document.title, entry.where()) if part)


def _tags(entry: Entry) -> str:
    return " ".join(_SPACE.sub("_", tag).replace("/", "::") for tag in entry.tags)
