"""What is asked of annotations all the time, kept up as they change: those of a document, and how tags are used."""

from __future__ import annotations

from collections.abc import Mapping

from storage.codec import Record
from storage.dots import as_dot


class Index:
    """Built once from the whole table, then told of each change."""

    def __init__(self, annotations: Mapping[str, Record]) -> None:
        self.by_document: dict[str, dict[str, None]] = {}
        self.tags: dict[str, int] = {}
        self.applied: dict[str, int] = {}
        for key, record in annotations.items():
            self._add(key, record)

    def replace(self, key: str, old: Record | None, new: Record | None) -> None:
        """Take in that the record at `key` changed from `old` to `new`; None where it is not there."""
        moved = not old or not new or old.get("document") != new.get("document")
        if old:
            self._remove(key, old, gone=moved)
        if new:
            self._add(key, new)

    def _add(self, key: str, record: Record) -> None:
        self.by_document.setdefault(record.get("document", ""), {})[key] = None
        if tags := _tags(record):
            dots = record.get("dots") or {}
            for tag in tags:
                self.tags[tag] = self.tags.get(tag, 0) + 1
                dot = as_dot(dots.get(f"tags/{tag}"))
                if dot and dot[1] > self.applied.get(tag, 0):
                    self.applied[tag] = dot[1]

    def _remove(self, key: str, record: Record, *, gone: bool) -> None:
        if gone:
            keys = self.by_document.get(record.get("document", ""), {})
            keys.pop(key, None)
            if not keys:
                self.by_document.pop(record.get("document", ""), None)
        for tag in _tags(record):
            self.tags[tag] -= 1
            if not self.tags[tag]:
                del self.tags[tag]


def _tags(record: Record) -> list[str]:
    tags = record.get("tags")
    return [str(tag) for tag in tags] if isinstance(tags, list) else []
