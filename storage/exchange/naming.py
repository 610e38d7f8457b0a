"""From what a file calls its records to the library's uuids: the same file gives the same uuids whenever it comes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from storage import identity
from storage.model import Annotation

_UUID = re.compile(r"(?:urn:uuid:)?\{?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\}?", re.IGNORECASE)


class Names:
    """The uuids of one file's records; `space` is the name of its format. `problems` says which ids stood twice.

    `told` are the uuids of annotations that the file gave no name, or, where its names are `local`, of all.
    """

    def __init__(self, space: str, *, local: bool = False) -> None:
        self._space = space
        self._local = local
        self.problems: list[str] = []
        self.told: set[str] = set()

    def of(self, kind: str, raw: str) -> str:
        """Return the uuid of the record that the file calls `raw`: itself where it is one, empty for nothing."""
        found = _UUID.fullmatch(raw)
        return found[1].lower() if found else named(self._space, kind, raw) if raw else ""

    def single(self, annotations: Iterable[Annotation]) -> Iterator[Annotation]:
        """Yield the annotations with their uuids, each once.

        One without an id is known by what it says; of two with one id and other content the second gets another.
        """
        seen: dict[str, Annotation] = {}
        for one in annotations:
            uuid = self.of("annotation", one.uuid)
            if not uuid:
                uuid = self._told(one)
                self.told.add(uuid)
            if self._local:
                self.told.add(uuid)
            if uuid in seen:
                if seen[uuid] == one:
                    continue
                self.problems.append(f"The id {one.uuid} stands twice with other content; the second got an own one.")
                uuid = self._told(one)
            if uuid not in seen:
                seen[uuid] = one
                yield one._replace(uuid=uuid)

    def _told(self, one: Annotation) -> str:
        return named(self._space, one.document, one.exact, repr(one.ranges), one.note, one.created, one.uuid)


def named(*words: str) -> str:
    """Return the uuid that stands for some words, always the same."""
    from hashlib import sha256  # noqa: PLC0415  # imported when first used

    return identity.written(sha256("\0".join(words).encode(errors="replace")).hexdigest()[:32])
