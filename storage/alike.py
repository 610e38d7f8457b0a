"""Records whose ids begin alike, on their way in: a record's doc_id is the beginning of its id, and holds one."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any, TypeVar

from storage import identity
from storage.model import Annotation, Bookmark, Creator, Document, Memo, Tag
from storage.records import KEPT

Value = TypeVar("Value", Document, Creator, Tag, Annotation, Memo, Bookmark)

_REFERS = {"document": "documents", "creator": "creators", "reply_to": "annotations"}
"""Fields that hold the id of another record, and the table of that."""


class Alike:
    """Gives a record whose id begins like another's an id of its own, always the same; `count` says how often."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str], str] = {}
        self._led: dict[str, str] = {}

    @property
    def count(self) -> int:
        """How many records have another id than they came with."""
        return len(self._ids)

    def take(self, table: str, values: list[Value], have: Iterable[str]) -> list[Value]:
        """Return the records of one table so that each has a place beside those of `have`, the ids that are here.

        References follow, also those to tables that were taken before.
        """
        taken = {identity.doc_id(uuid): uuid for uuid in have if _is_uuid(uuid)}
        for value in values:
            if taken.setdefault(identity.doc_id(value.uuid), value.uuid) != value.uuid:
                self._ids[table, value.uuid] = self._led[value.uuid] = _other(table, value.uuid)
        return [self._following(table, value) for value in values] if self._ids else values

    def _following(self, table: str, value: Value) -> Value:
        new: dict[str, Any] = {"uuid": self._of(table, value.uuid)}
        said = value._asdict()
        new.update({name: self._of(of, said[name]) for name, of in _REFERS.items() if name in said})
        if isinstance(value, Annotation):
            new["links"] = tuple(link._replace(to=self._of("annotations", link.to)) for link in value.links)
            fields = value.fields.items()
            new["fields"] = {
                name: identity.led(each, self._led) if isinstance(each, str) else each for name, each in fields
            }
        if isinstance(value, Memo):
            kind, _, uuid = value.about.partition(":")
            if kind == "document":
                new["about"] = f"document:{self._of('documents', uuid)}"
            elif value.about.startswith(KEPT):
                new["about"], new["note"] = identity.led(value.about, self._led), identity.led(value.note, self._led)
        return value._replace(**new)

    def _of(self, table: str, uuid: str) -> str:
        return self._ids.get((table, uuid), uuid)


def _other(table: str, uuid: str) -> str:
    from hashlib import sha256  # noqa: PLC0415  # imported when first used

    return identity.written(sha256(f"{table}\0{uuid}".encode()).hexdigest()[:32])


def _is_uuid(uuid: str) -> bool:
    with suppress(ValueError):
        return bool(identity.doc_id(uuid))
    return False
