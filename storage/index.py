"""What is asked of all annotations all the time, such as how tags are used: found once, then kept up as they change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from storage import identity
from storage.codec import Record
from storage.dots import as_dot
from storage.rows import Grouped, document_of

_STEP = 256


class Index:
    """`tags`: how many annotations carry each tag; `applied`: the stamp at which each was last applied.

    `strays` are the keys, by uuid, of those whose key is not the doc_id of their uuid: another program chose it.
    """

    def __init__(self, annotations: Mapping[str, Record]) -> None:
        self.tags: dict[str, int] = {}
        self.applied: dict[str, int] = {}
        self.strays: dict[str, str] = {}
        self.link_types: dict[str, int] = {}
        self.link_changes = 0
        self._linked: dict[str, dict[str, int]] = {}
        self._annotations = annotations
        self._groups: Mapping[str, Mapping[str, None]]
        if isinstance(annotations, Grouped):
            self._groups = annotations.groups
        else:
            self._groups = {"": dict.fromkeys(annotations)}
        self._documents = dict.fromkeys(self._groups)
        self._waiting: dict[str, None] = {}

    @classmethod
    def of(cls, annotations: Mapping[str, Record]) -> Index:
        """Return the index of a whole table."""
        made = cls(annotations)
        for _ in made.build():
            pass
        return made

    def build(self) -> Iterator[None]:
        """Count what is not counted yet, a millisecond or two at a step; what changes between two is counted right."""
        while self._waiting or self._documents:
            while len(self._waiting) < _STEP and self._documents:
                document = next(iter(self._documents))
                del self._documents[document]
                self._waiting.update(dict.fromkeys(self._groups.get(document, ())))
            for key in list(islice(self._waiting, _STEP)):
                del self._waiting[key]
                self._add(key, self._annotations[key])
            yield

    def replace(self, key: str, old: Record | None, new: Record | None) -> None:
        """Take in that the record at `key` changed from `old` to `new`; None where it is not there."""
        gone = old if old and key not in self._waiting and not self._is_to_come(old) else None
        come = new if new and not self._is_to_come(new) else None
        self._waiting.pop(key, None)
        relinked = (gone or {}).get("links") != (come or {}).get("links")
        if gone:
            self._remove(gone, links=relinked)
        if come:
            self._add(key, come, links=relinked)

    def _is_to_come(self, record: Record) -> bool:
        """Tell whether the annotations of its document are not looked at yet, and will be as they are then."""
        return bool(self._documents) and document_of(record) in self._documents

    def linked(self, uuid: str) -> list[str]:
        """Return the uuids of the annotations that have a link to this one."""
        return list(self._linked.get(uuid, ()))

    def _link(self, record: Record, step: int) -> None:
        self.link_changes += 1
        for link in record.get("links") or ():
            if isinstance(link, dict):
                kind, source = str(link.get("type", "")), record.get("uuid", "")
                _count(self.link_types, kind, step)
                sources = self._linked.setdefault(str(link.get("to", "")), {})
                _count(sources, source, step)

    def _add(self, key: str, record: Record, *, links: bool = True) -> None:
        uuid = str(record.get("uuid", ""))
        if not identity.is_doc_id(key, uuid):
            self.strays[uuid] = key
        if links and record.get("links"):
            self._link(record, 1)
        if tags := _tags(record):
            dots = record.get("dots") or {}
            for tag in tags:
                _count(self.tags, tag, 1)
                dot = as_dot(dots.get(f"tags/{tag}"))
                if dot and dot[1] > self.applied.get(tag, 0):
                    self.applied[tag] = dot[1]

    def _remove(self, record: Record, *, links: bool) -> None:
        self.strays.pop(record["uuid"], None)
        for tag in _tags(record):
            _count(self.tags, tag, -1)
        if links and record.get("links"):
            self._link(record, -1)


def _count(counts: dict[str, int], name: str, step: int) -> None:
    """Count a name up or down; one that nothing has is left out."""
    counts[name] = counts.get(name, 0) + step
    if not counts[name]:
        del counts[name]


def _tags(record: Record) -> list[str]:
    tags = record.get("tags")
    return [str(tag) for tag in tags] if isinstance(tags, list) else []
