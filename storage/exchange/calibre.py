"""calibre's collections of annotations (`.calibre_annotation_collection`): highlights with notes and colours.

A collection names its books by calibre's numbers alone, so that the document has to be said. What has no place here
(CFIs, the style, the place in the book) is kept as JSON in the field `FIELD`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storage.errors import DocumentError
from storage.exchange.jsonfile import encode
from storage.exchange.parcel import Parcel, clean, empty, line, time
from storage.model import COLORS, Annotation, Document

if TYPE_CHECKING:
    from storage.exchange.sample import Sample

FIELD = "calibre"
"""The field of an annotation that keeps what only calibre has."""

_KIND = "calibre_annotation_collection"
_HERE = {"type", "uuid", "highlighted_text", "notes", "timestamp", "removed"}


def recognises(sample: Sample) -> bool:
    """Tell whether a file says that it is such a collection."""
    found = sample.json if sample.mentions(_KIND) else None
    return isinstance(found, dict) and found.get("type") == _KIND


def load(sample: Sample) -> Parcel:
    """Return the highlights of a collection. Raises DocumentError when it has none."""
    whole = sample.whole
    found = whole.get("annotations") if isinstance(whole, dict) else None
    if not isinstance(found, list):
        raise DocumentError(f"{sample.path} has no annotations in it.")
    parcel = empty()
    for number, one in enumerate(found, 1):
        flaw = _flaw(one)
        if flaw:
            parcel.problems.append(f"Annotation {number} {flaw} and was left out.")
            continue
        key = line(str(one.get("book_id", "")))
        parcel.documents.setdefault(key, Document("", f"book {key} of calibre"))
        parcel.annotations.append(_annotation(one, key))
    return parcel


def _flaw(one: Any) -> str:  # noqa: ANN401  # any JSON value
    if not isinstance(one, dict):
        return "is no object"
    if one.get("type") != "highlight":
        return f"is a {line(one.get('type')) or 'thing without a type'}, no highlight,"
    if one.get("removed"):
        return "was deleted there"
    return "" if clean(one.get("highlighted_text")).strip() else "has no words"


def _annotation(one: dict[str, Any], document: str) -> Annotation:
    style = one.get("style")
    color = line(style.get("which")) if isinstance(style, dict) else ""
    kept = {name: value for name, value in one.items() if name not in _HERE}
    changed = time(one.get("timestamp"))
    return Annotation(
        line(one.get("uuid")),
        document,
        exact=clean(one["highlighted_text"]),
        color=color if color in COLORS else "",
        note=clean(one.get("notes")),
        fields={FIELD: encode(kept)},
        created=changed,
        updated=changed,
    )
