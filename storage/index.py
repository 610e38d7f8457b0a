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
        self.link_types: dict[str, int] = {}
        self._linked: dict[str, dict[str, int]] = {}
        for key, record in annotations.items():
            self._add(key, record)

    def replace(self, key: str, old: Record | None, new: Record | None) -> None:
        """Take in that the record at `key` changed from `old` to `new`; None where it is not there."""
        moved = not old or not new or old.get("document") != new.get("document")
        if old:
            self._remove(key, old, gone=moved)
        if new:
            self._add(key, new)

    def linked(self, uuid: str) -> list[str]:
        """Return the uuids of the annotations that have a link to this one."""
        return list(self._linked.get(uuid, ()))

    def _link(self, record: Record, step: int) -> None:
        for link in record.get("links") or ():
            if isinstance(link, dict):
                kind, source = str(link.get("type", "")), record.get("uuid", "")
                _count(self.link_types, kind, step)
                sources = self._linked.setdefault(str(link.get("to", "")), {})
                _count(sources, source, step)

    def _add(self, key: str, record: Record) -> None:
        self.by_document.setdefault(record.get("document", ""), {})[key] = None
        if record.get("links"):
            self._link(record, 1)
        if tags := _tags(record):
            dots = record.get("dots") or {}
            for tag in tags:
                _count(self.tags, tag, 1)
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
            _count(self.tags, tag, -1)
        if record.get("links"):
            self._link(record, -1)


def _count(counts: dict[str, int], name: str, step: int) -> None:
    """Count a name up or down; one that nothing has is left out."""
    counts[name] = counts.get(name, 0) + step
    if not counts[name]:
        del counts[name]


def _tags(record: Record) -> list[str]:
    tags = record.get("tags")
    return [str(tag) for tag in tags] if isinstance(tags, list) else []
