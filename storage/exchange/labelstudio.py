"""Label Studio: a task per document with its text, and a region per passage and tag; offsets are code points.

The names are those of the labelling configuration ``<Labels name="label" toName="text"/>`` with
``<Text name="text" value="$text"/>``. A passage without a tag has the label `UNTAGGED`. What has no place in a text
that can be read stays out.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, TextIO

from storage.exchange.jsonfile import write_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.exchange.entry import Collection, Entry

UNTAGGED = "highlight"


def dump(collection: Collection, out: TextIO) -> None:
    """Write `collection` to `out`, a task at a time."""
    write_list(out, _tasks(collection))
    out.write("\n")


def _tasks(collection: Collection) -> Iterator[dict[str, Any]]:
    for _, entries in groupby(collection, key=lambda entry: entry.document.uuid):
        found = list(entries)
        standing = [one for one in found if _stands(one)]
        collection.count -= len(found) - len(standing)
        if standing:
            yield _task(standing)


def _stands(entry: Entry) -> bool:
    one = entry.annotation
    return entry.text is not None and bool(one.ranges) and one.state == "anchored" and one.text == entry.text.hash


def _task(entries: list[Entry]) -> dict[str, Any]:
    first = entries[0]
    result = [region for entry in entries for region in _regions(entry)]
    data = {"text": first.text.string if first.text else "", "title": first.document.title}
    return {"data": data, "meta": {"uuid": first.document.uuid}, "annotations": [{"result": result}]}


def _regions(entry: Entry) -> Iterator[dict[str, Any]]:
    string = entry.text.string if entry.text else ""
    for number, (start, end) in enumerate(entry.annotation.ranges):
        labels = list(entry.tags) or [UNTAGGED]
        yield {
            "id": f"{entry.annotation.uuid}{f'-{number}' if number else ''}",
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "value": {"start": start, "end": end, "text": string[start:end], "labels": labels},
            **({"meta": {"text": [entry.annotation.note]}} if entry.annotation.note and not number else {}),
        }
