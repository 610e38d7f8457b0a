"""The record shapes: what each table of a library holds, and how model values become records and come back.

The file is ordinary TinyDB: ``{table: {doc_id: record}}``. A record's identity is its `uuid` (version 4, in small
letters); its doc_id is the first 53 bits of it, as JavaScript and jq keep them. Offsets are code points, half-open.
Times are ``2026-11-23T20:00:00Z``, stamps milliseconds since 1970. Hashes are SHA-256 in hex.

meta
    One record: `uuid` (the library's), `schema` (version of these shapes), `created`, `clock` (the largest stamp in the
    file).
documents
    `title`, `authors` [names], `date`, `language`, `source`, `format`, `length` (of the newest text); `files` [hashes
    of the bytes it has had], `texts` [hashes of its canonical texts], `paths` (relative to the library's folder where
    beneath it, with ``/``), in all three the newest last; `attributes` {name: text, number or ISO date}, `state`
    (``new``, ``reading``, ``done``), `added`.
annotations
    `document`, `creator` (uuids), `ranges` [[start, end], ...] (none: a page note), `anchor` {`exact`, `prefix`,
    `suffix`, `text` (hash of the text the ranges count in), `reader` (name/version), `confidence` 0-1, `state`
    (``anchored``, ``orphan``)} (empty for a page note), `tags` [uuids of tags], `color`, `note`, `fields` {name:
    value}, `links` [{`to`, `type`, `note`}], `reply_to` (uuid of an annotation), `created`, `updated`. The `exact` of
    several ranges is joined with `JOINT`.
tags
    `path` (``source/official``), `color`, `description`, `key` (``1``-``9``), `group` (of tags that exclude each
    other), `created`, `aliases` (other names of what it stands for).
creators
    `name`, `id`: two creators with one id are one person.
positions
    One record per document and device: `document`, `device`, `top`, `caret`, `furthest`, `stamp`. The larger stamp
    wins; no dots.
memos
    `about` (``tag:UUID``, ``document:UUID``, ``library``), `note`, `creator`, `created`, `updated`. One about
    ``kept:FORMAT``, or ``kept:FORMAT:UUID`` of a document, is no reader's: it holds what a file of that format said
    that has no place elsewhere.
bookmarks
    `document`, `name`, `offset`, `created`.
tombstones
    What was deleted: `uuid`, `seen`, `deleted` (time). No content, kept for ever. With `forgotten` true nothing brings
    it back, also not what belonged to it. With `into` it is no deletion but a redirect: the record is one with another
    that means the same, has gone into it, and references follow.

What makes two copies of a library mergeable stands beside the values, so that those stay plain lists and strings:

- `dots` {path: [device, stamp]}: who last wrote each value that can change alone. Paths are flat: ``note``, ``color``,
  ``ranges`` (ranges and anchor together), ``title``, ``tags/UUID``, ``links/TYPE/UUID``, ``fields/NAME``,
  ``attributes/NAME``, ``paths/PATH``, ``files/HASH``, ``texts/HASH``. An empty value has no dot. Where several wrote
  the same, the value has a list of dots, ``[[device, stamp], ...]``, the newest last; dots are ordered by stamp, then
  device. A device is written ``DEVICE@UUID`` where it wrote to a record that went into this one, ``-DEVICE`` where it
  put an alternative beside a value, ``=CRC`` for a value that came without a dot.
- `seen` {device: stamp}: up to which stamp of each device this record has taken everything in. A value that lacks here
  and whose dot on the other side is covered by `seen` was removed, not missed.
- `alternatives` [{`field` (a path), `value`, `dot`}]: values written elsewhere at the same time, in any record with
  dots, sorted by path and dot. The value under the newest dot is the one in the record. They stay until an edit of that
  path supersedes them, be it one that writes the shown value again. What no field of the record can show (a text where
  a list should be) is kept here too.
- `revived` true: the record was deleted elsewhere while it was edited; without values it goes back to the tombstones.
- `sum`: CRC-32 of the record's canonical JSON (see `storage.codec`). A record with another sum was damaged, or edited
  by another program.

What a record holds beyond this is kept as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from storage.codec import Record
from storage.dots import as_dot
from storage.model import (
    NO_VALUES,
    Alternative,
    Annotation,
    Bookmark,
    Creator,
    Document,
    Link,
    Memo,
    Range,
    ReadingPosition,
    Tag,
    Value,
)

KEPT = "kept:"
"""How the `about` of a memo begins that keeps what another program's file said."""

JOINT = " … "
"""What joins the quotes of an annotation's several ranges; each piece has its range's length."""


def _text(record: Record, key: str) -> str:
    value = record.get(key, "")
    return value if isinstance(value, str) else "" if value is None else str(value)


def _texts(record: Record, key: str) -> tuple[str, ...]:
    values = record.get(key)
    return tuple(map(str, values)) if isinstance(values, list) else ()


def _number(record: Record, key: str) -> int:
    value = record.get(key, 0)
    return value if isinstance(value, int) else 0


def _values(record: Record, key: str) -> Mapping[str, Value]:
    values = record.get(key)
    if not values or not isinstance(values, dict):
        return NO_VALUES
    return {name: value if isinstance(value, (str, int, float)) else str(value) for name, value in values.items()}


def document(record: Record) -> Document:
    """Return the document that `record` holds."""
    return Document(
        uuid=record["uuid"],
        title=_text(record, "title"),
        authors=_texts(record, "authors"),
        date=_text(record, "date"),
        language=_text(record, "language"),
        source=_text(record, "source"),
        format=_text(record, "format"),
        files=_texts(record, "files"),
        texts=_texts(record, "texts"),
        paths=_texts(record, "paths"),
        length=_number(record, "length"),
        attributes=_values(record, "attributes"),
        state=_text(record, "state") or "new",
        added=_text(record, "added"),
    )


def annotation(record: Record) -> Annotation:
    """Return the annotation that `record` holds; ranges that are none are left out."""
    try:
        anchor = record["anchor"]
        texts, quoted = _OF_ANNOTATION(record), _OF_ANCHOR(anchor)
    except (KeyError, TypeError):
        return _odd_annotation(record)
    if {*map(type, texts), *map(type, quoted)} != _STRINGS:
        return _odd_annotation(record)
    uuid, document, creator, color, note, reply_to, created, updated = texts
    exact, prefix, suffix, text, reader, state = quoted
    linked, others = record.get("links"), record.get("alternatives")
    return Annotation(
        uuid,
        document,
        creator,
        _ranges(record.get("ranges")),
        exact,
        prefix,
        suffix,
        text,
        reader,
        _confidence(anchor.get("confidence", 1.0)),
        state or "anchored",
        _texts(record, "tags"),
        color,
        note,
        _values(record, "fields"),
        links(linked) if linked else (),
        reply_to,
        created,
        updated,
        alternatives(others) if others else (),
    )


_OF_ANNOTATION = itemgetter("uuid", "document", "creator", "color", "note", "reply_to", "created", "updated")
_OF_ANCHOR = itemgetter("exact", "prefix", "suffix", "text", "reader", "state")
_STRINGS = {str}


def _odd_annotation(record: Record) -> Annotation:
    """Return the annotation in a record that another program wrote: something is missing in it, or no text."""
    found = record.get("anchor")
    anchor: Record = found if isinstance(found, dict) else {}
    return Annotation(
        uuid=record["uuid"],
        document=_text(record, "document"),
        creator=_text(record, "creator"),
        ranges=_ranges(record.get("ranges")),
        exact=_text(anchor, "exact"),
        prefix=_text(anchor, "prefix"),
        suffix=_text(anchor, "suffix"),
        text=_text(anchor, "text"),
        reader=_text(anchor, "reader"),
        confidence=_confidence(anchor.get("confidence", 1.0)),
        state=_text(anchor, "state") or "anchored",
        tags=_texts(record, "tags"),
        color=_text(record, "color"),
        note=_text(record, "note"),
        fields=_values(record, "fields"),
        links=links(record.get("links")),
        reply_to=_text(record, "reply_to"),
        created=_text(record, "created"),
        updated=_text(record, "updated"),
        alternatives=alternatives(record.get("alternatives")),
    )


def _confidence(found: Any) -> float:  # noqa: ANN401  # whatever a file holds
    return float(found) if isinstance(found, (int, float)) and 0 <= found <= 1 else 1.0


def _ranges(found: Any) -> tuple[Range, ...]:  # noqa: ANN401  # whatever a file holds
    pairs = found if isinstance(found, list) else ()
    return tuple([Range(*pair) for pair in pairs if _is_pair(pair)])


def _is_pair(found: Any) -> bool:  # noqa: ANN401  # whatever a file holds
    return isinstance(found, list) and [type(each) for each in found] == [int, int]  # true is an int, and no offset


def links(found: Any) -> tuple[Link, ...]:  # noqa: ANN401  # whatever a file holds
    """Return the links in what a record has for them; what is none is left out."""
    return tuple([Link(_text(one, "to"), _text(one, "type"), _text(one, "note")) for one in _records(found)])


def alternatives(found: Any) -> tuple[Alternative, ...]:  # noqa: ANN401  # whatever a file holds
    """Return the alternatives in what a record has for them; what is none is left out."""
    return tuple(map(alternative, _records(found)))


def _records(found: Any) -> list[Record]:  # noqa: ANN401  # whatever a file holds
    return [each for each in found if isinstance(each, dict)] if found and isinstance(found, list) else []


def alternative(record: Record) -> Alternative:
    """Return the alternative that stands in a record's list of them."""
    device, stamp = as_dot(record.get("dot")) or ("", 0)
    return Alternative(_text(record, "field"), record.get("value"), device, stamp)


def tag(record: Record) -> Tag:
    """Return the tag that `record` holds."""
    texts = (_text(record, name) for name in Tag._fields[1:-1])
    return Tag._make([record["uuid"], *texts, _texts(record, "aliases")])


def creator(record: Record) -> Creator:
    """Return the creator that `record` holds."""
    return Creator(record["uuid"], _text(record, "name"), _text(record, "id"))


def memo(record: Record) -> Memo:
    """Return the memo that `record` holds."""
    return Memo(record["uuid"], *(_text(record, name) for name in Memo._fields[1:]))


def bookmark(record: Record) -> Bookmark:
    """Return the bookmark that `record` holds."""
    offset = _number(record, "offset")
    return Bookmark(record["uuid"], _text(record, "document"), _text(record, "name"), offset, _text(record, "created"))


def position(record: Record) -> ReadingPosition:
    """Return the reading position that `record` holds."""
    numbers = (_number(record, name) for name in ReadingPosition._fields[2:])
    return ReadingPosition(_text(record, "document"), _text(record, "device"), *numbers)


def annotation_record(value: Annotation) -> Record:
    """Return the record of an annotation, without what the library adds (`seen`, `dots`, `sum`)."""
    anchor = {
        "exact": value.exact,
        "prefix": value.prefix,
        "suffix": value.suffix,
        "text": value.text,
        "reader": value.reader,
        "confidence": round(float(value.confidence), 4),
        "state": value.state,
    }
    return {
        "uuid": value.uuid,
        "document": value.document,
        "creator": value.creator,
        "ranges": [[start, end] for start, end in value.ranges],
        "anchor": anchor if value.ranges or value.exact else {},
        "tags": sorted(value.tags),
        "color": value.color,
        "note": value.note,
        "fields": dict(value.fields),
        "links": [link._asdict() for link in value.links],
        "reply_to": value.reply_to,
        "created": value.created,
        "updated": value.updated,
        "alternatives": [
            {"field": other.field, "value": other.value, "dot": [other.device, other.stamp]}
            for other in value.alternatives
        ],
    }


def plain_record(value: Document | Tag | Creator | Memo | Bookmark | ReadingPosition) -> Record:
    """Return the record of any other value: its own fields, tuples as lists."""
    return {
        name: list(item) if isinstance(item, tuple) else dict(item) if isinstance(item, Mapping) else item
        for name, item in value._asdict().items()
    }
