"""What was written at the same time elsewhere, and is kept beside what is shown, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from storage.model import Alternative

if TYPE_CHECKING:
    from storage.choosing import Unsettled
    from storage.library import Library

_FIELDS = {
    "note": "note",
    "color": "colour",
    "ranges": "passage",
    "reply_to": "answer to",
    "group": "group",
    "id": "login",
    "offset": "place",
}
_NAMED = {"fields", "attributes"}


def field(path: str) -> str:
    """Return the reader's word for a path of a record."""
    head, _, name = path.partition("/")
    if head == "links":
        return f"relation {name.rpartition('/')[0]}"
    return name.replace("/", " ") if head in _NAMED else _FIELDS.get(head, head)


def words(other: Alternative) -> str:
    """Return what an alternative says; a note speaks for itself."""
    said = said_of(other.field, other.value)
    return said if other.field in {"note", "ranges"} else f"{field(other.field)} {said}"


def said_of(path: str, value: Any) -> str:  # noqa: ANN401  # a JSON value
    """Return a value in words; the passage by its quote."""
    if path == "ranges" and isinstance(value, dict):
        anchor = value.get("anchor")
        return f"“{_squeezed(str(anchor.get('exact', '')))}”" if isinstance(anchor, dict) else "another passage"
    if isinstance(value, list):
        return _squeezed(", ".join(map(str, value))) or "none"
    return _squeezed(str(value)) if value not in (None, "", {}) else "none"


def mark(waiting: Sequence[Unsettled], key: str = "v") -> str:
    """Return what a row says of what waits for a choice there, and the key that settles it."""
    said = "; ".join(words(other) for each in waiting for other in each.others)
    return f"{key} chooses · also written: {said}" if said else ""


def short_mark(waiting: Sequence[Unsettled]) -> str:
    """Return the same for a narrow row: which values there is another of."""
    return f"v: other {', '.join(field(each.field) for each in waiting)}" if waiting else ""


def subject(library: Library, table: str, uuid: str) -> str:
    """Return in words the record that something waits in. Raises UsageError where it is gone."""
    if table == "annotations":
        return _short(library, uuid)
    if table == "documents":
        return f"document {library.document(uuid).title}"
    if table == "tags":
        return f"tag {library.tag(uuid).path}"
    if table == "creators":
        return f"reader {next((one.name for one in library.creators() if one.uuid == uuid), uuid[:8])}"
    if table == "memos":
        about = next((one.about for one in library.memos() if one.uuid == uuid), "")
        return f"memo on {library.memo_subject(about)}" if about else "kept of another program's file"
    return f"bookmark {_bookmark(library, uuid)}"


def _bookmark(library: Library, uuid: str) -> str:
    for document in library.documents():
        for mark in library.bookmarks(document.uuid):
            if mark.uuid == uuid:
                return f"{mark.name} in {document.title}"
    return uuid[:8]


def _short(library: Library, uuid: str) -> str:
    quote = _squeezed(library.annotation(uuid).exact)
    return f"“{quote}”" if quote else "a page note"


def _squeezed(string: str) -> str:
    return " ".join(string.split())
