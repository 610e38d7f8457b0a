"""What was written at the same time elsewhere, and is kept beside what is shown, in words."""

from __future__ import annotations

from typing import Any

from storage.model import Alternative, Annotation

_FIELDS = {"note": "note", "color": "colour", "ranges": "passage", "reply_to": "answer to"}


def field(path: str) -> str:
    """Return the reader's word for a path of an annotation."""
    head, _, name = path.partition("/")
    return name.replace("/", " ") if name else _FIELDS.get(head, head)


def words(other: Alternative) -> str:
    """Return what an alternative says; a note speaks for itself."""
    said = said_of(other.field, other.value)
    return said if other.field in {"note", "ranges"} else f"{field(other.field)} {said}"


def shown(annotation: Annotation, path: str) -> str:
    """Return what stands at a path."""
    head, _, name = path.partition("/")
    if head == "ranges":
        return f"“{_squeezed(annotation.exact)}”"
    if head == "fields":
        return said_of(path, annotation.fields.get(name))
    return said_of(path, getattr(annotation, head, None))


def said_of(path: str, value: Any) -> str:  # noqa: ANN401  # a JSON value
    """Return a value in words; the passage by its quote."""
    if path == "ranges" and isinstance(value, dict):
        anchor = value.get("anchor")
        return f"“{_squeezed(str(anchor.get('exact', '')))}”" if isinstance(anchor, dict) else "another passage"
    return _squeezed(str(value)) if value not in (None, "", {}) else "none"


def _squeezed(string: str) -> str:
    return " ".join(string.split())
