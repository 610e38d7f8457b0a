"""The sentences of documents, read once: where they begin and end."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import TYPE_CHECKING

from storage.errors import DocumentError
from storage.sentences import sentences

if TYPE_CHECKING:
    from storage.model import Document
    from storage.texts import Snapshots


class Places:
    """Ranges ``[start, end)`` in code points, in little memory."""

    def __init__(self, ranges: Iterator[tuple[int, int]]) -> None:
        self._edges = array("I", (edge for each in ranges for edge in each))

    def __len__(self) -> int:
        return len(self._edges) // 2

    def __iter__(self) -> Iterator[tuple[int, int]]:
        edges = iter(self._edges)
        return zip(edges, edges, strict=True)


class Sentences:
    """Those of the newest texts of documents, by version."""

    def __init__(self, texts: Snapshots) -> None:
        self._texts = texts
        self._known: dict[str, Places] = {}

    def of(self, document: Document) -> Places | None:
        """Return the sentences of a document; None where its text is not there."""
        version = document.texts[-1] if document.texts else ""
        if version not in self._known:
            try:
                self._known[version] = Places(sentences(self._texts.load(version)))
            except DocumentError:
                return None
        return self._known[version]
