"""JSON: everything a library holds, one record a line, as `schema.json` beside this file documents it; and back.

Records keep the names of `storage.model`; tags are named by their paths, which are unique. Strings are exact: unsafe
characters are written as JSON escapes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TextIO

from storage.errors import DocumentError
from storage.exchange.loading import TABLES, Loading
from storage.visible import UNSAFE

if TYPE_CHECKING:
    from storage.exchange.entry import Collection, Entry
    from storage.exchange.parcel import Parcel
    from storage.exchange.sample import Sample
    from storage.model import Annotation, Bookmark, Creator, Document, Memo, Tag

Record = dict[str, object]

_UNSAFE = re.compile(UNSAFE)

VERSION = 1
"""Grows when a reader of the older form could misunderstand the newer one."""


def dump(collection: Collection, out: TextIO) -> None:
    """Write `collection` to `out` as it comes: the codebook whole, the rest as far as it was asked for."""
    out.write(f'{{\n"format": "manicula",\n"version": {VERSION}')
    for table, records in tables(collection):
        out.write(f',\n"{table}": ')
        write_list(out, records)
    out.write("\n}\n")


def tables(collection: Collection) -> Iterator[tuple[str, Iterable[Record]]]:
    """Yield the name of each table and its records, which are made while they are asked for."""
    library = collection.library
    records: tuple[Iterable[Record], ...] = (
        map(document_record, collection.documents()),
        map(tag_record, library.tags()),
        map(creator_record, library.creators()),
        map(annotation_record, collection),
        map(memo_record, [*library.memos(), *library.kept()] if collection.whole else ()),
        map(bookmark_record, collection.bookmarks()),
    )
    yield from zip(TABLES, records, strict=True)


def recognises(sample: Sample) -> bool:
    """Tell whether a file is one of ours."""
    if sample.suffix == ".jsonl" or sample.data[:1] == b"[" or not isinstance(sample.json, dict):
        return False
    return bool(sample.json.get("format") == "manicula")


def load(sample: Sample) -> Parcel:
    """Return what such a file holds. Raises DocumentError when it is of a later version or nothing in it is a list."""
    whole = sample.whole
    if not isinstance(whole, dict) or not any(isinstance(whole.get(table), list) for table in TABLES):
        raise DocumentError(f"{sample.path} is not what `manicula export --format json` writes.")
    check_version(sample, whole)
    loading = Loading()
    for table in TABLES:
        found = whole.get(table, [])
        if not isinstance(found, list):
            loading.complain(f"What {table} holds is no list.")
            continue
        for record in found:
            loading.take(table, record)
    return loading.parcel()


def check_version(sample: Sample, head: Record) -> None:
    """Raise DocumentError when a file is of a version that this program does not know."""
    version = head.get("version")
    if not isinstance(version, int) or version > VERSION:
        raise DocumentError(f"{sample.path} is of version {version}; this Manicula reads up to {VERSION}. Update it.")


def write_list(out: TextIO, records: Iterable[Record]) -> None:
    """Write a JSON list to `out`, an item a line."""
    out.write("[")
    gap = "\n"
    for record in records:
        out.write(gap + encode(record))
        gap = ",\n"
    out.write("]" if gap == "\n" else "\n]")


def encode(value: object, indent: int | None = None) -> str:
    """Return `value` as JSON that is readable and that no terminal takes for commands."""
    return escaped(json.dumps(value, ensure_ascii=False, indent=indent))


def escaped(written: str) -> str:
    """Return written JSON in which what a terminal could take for commands stands as JSON escapes.

    In ASCII that is DEL alone: JSON escapes the other control characters itself.
    """
    if written.isascii() and "\x7f" not in written:
        return written
    return written if written.isprintable() else _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", written)


def kept(annotation: Annotation, field: str) -> dict[str, Any]:
    """Return the JSON object that a field keeps of another format, empty where it keeps none.

    Such a field may come from anywhere: nothing in the object is sure to be what that format says it is.
    """
    value = annotation.fields.get(field)
    try:
        found = json.loads(value) if isinstance(value, str) else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def document_record(document: Document) -> Record:
    """Return the record of a document."""
    return {
        "uuid": document.uuid,
        "title": document.title,
        "authors": list(document.authors),
        "date": document.date,
        "language": document.language,
        "source": document.source,
        "format": document.format,
        "files": list(document.files),
        "texts": list(document.texts),
        "paths": list(document.paths),
        "length": document.length,
        "attributes": dict(document.attributes),
        "state": document.state,
        "added": document.added,
    }


def annotation_record(entry: Entry) -> Record:
    """Return the record of an annotation: what is stored, and the place where it stands."""
    annotation, _, _, tags, _, place = entry
    uuid, document, creator, ranges, exact, prefix, suffix, text, reader, confidence, state = annotation[:11]
    _, color, note, fields, links, reply_to, created, updated, alternatives = annotation[11:]
    return {
        "uuid": uuid,
        "document": document,
        "creator": creator,
        "ranges": [[start, end] for start, end in ranges],
        "exact": exact,
        "prefix": prefix,
        "suffix": suffix,
        "text": text,
        "reader": reader,
        "confidence": confidence,
        "state": state,
        "tags": list(tags),
        "color": color,
        "note": note,
        "fields": dict(fields) if fields else {},
        "links": [link._asdict() for link in links] if links else [],
        "reply_to": reply_to,
        "created": created,
        "updated": updated,
        "alternatives": [other._asdict() for other in alternatives] if alternatives else [],
        "place": {
            "paragraph": place.paragraph or None,
            "percent": place.percent if place.percent >= 0 else None,
            "sections": list(place.sections),
        },
    }


def tag_record(tag: Tag) -> Record:
    """Return the record of a tag."""
    return tag._asdict()


def creator_record(creator: Creator) -> Record:
    """Return the record of a creator."""
    return creator._asdict()


def memo_record(memo: Memo) -> Record:
    """Return the record of a memo."""
    return memo._asdict()


def bookmark_record(bookmark: Bookmark) -> Record:
    """Return the record of a bookmark."""
    return bookmark._asdict()
