"""How tags are used, which is asked all the time: counted once, then kept up as annotations change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from storage.codec import Record
from storage.dots import as_dot

_STEP = 256


class Index:
    """`tags`: how many annotations carry each tag; `applied`: the stamp at which each was last applied."""

    def __init__(self, annotations: Mapping[str, Record]) -> None:
        self.tags: dict[str, int] = {}
        self.applied: dict[str, int] = {}
        self._annotations = annotations
        self._waiting = dict.fromkeys(annotations)

    @classmethod
    def of(cls, annotations: Mapping[str, Record]) -> Index:
        """Return the index of a whole table."""
        made = cls(annotations)
        for _ in made.build():
            pass
        return made

    def build(self) -> Iterator[None]:
        """Count what is not counted yet, a millisecond or two at a step; what changes between two is counted right."""
        while self._waiting:
            for key in list(islice(self._waiting, _STEP)):
                del self._waiting[key]
                self._add(self._annotations[key])
            yield

    def replace(self, key: str, old: Record | None, new: Record | None) -> None:
        """Take in that the record at `key` changed from `old` to `new`; None where it is not there."""
        if key in self._waiting:
            del self._waiting[key]
        elif old:
            self._remove(old)
        if new:
            self._add(new)

    def _add(self, record: Record) -> None:
        if tags := _tags(record):
            dots = record.get("dots") or {}
            for tag in tags:
                self.tags[tag] = self.tags.get(tag, 0) + 1
                dot = as_dot(dots.get(f"tags/{tag}"))
                if dot and dot[1] > self.applied.get(tag, 0):
                    self.applied[tag] = dot[1]

    def _remove(self, record: Record) -> None:
        for tag in _tags(record):
            self.tags[tag] -= 1
            if not self.tags[tag]:
                del self.tags[tag]


def _tags(record: Record) -> list[str]:
    tags = record.get("tags")
    return [str(tag) for tag in tags] if isinstance(tags, list) else []
