"""What documents are known by: the hashes of their files and texts, their paths; a name, where they have nothing else.

Kept up record by record, so that telling one of ten thousand documents takes no longer than telling one of ten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from storage import records
from storage.codec import Record
from storage.model import Document
from storage.transactions import Transactions

FILE, TEXT, PATH, NAME = "file", "text", "path", "name"
"""The kinds of marks. A name is one where there is neither text nor path."""

_TABLE = "documents"

Mark = tuple[str, str]


def marks_of(document: Document) -> set[Mark]:
    """Return the marks of a document."""
    held = ((FILE, document.files), (TEXT, document.texts), (PATH, document.paths))
    marks = {(kind, value) for kind, values in held for value in values}
    return marks if document.texts or document.paths else marks | {(NAME, document.title.casefold())}


class Shelf:
    """The doc_ids of documents by their marks, of some records."""

    def __init__(self, items: Iterable[tuple[str, Record]] = ()) -> None:
        self._keys: dict[Mark, dict[str, None]] = {}
        self._marks: dict[str, set[Mark]] = {}
        for key, record in items:
            self.put(key, record)

    def put(self, key: str, record: Record | None) -> None:
        """Know a record, or that it is gone."""
        for mark in self._marks.pop(key, ()):
            group = self._keys[mark]
            del group[key]
            if not group:
                del self._keys[mark]
        if record is not None:
            self._marks[key] = marks_of(records.document(record))
            for mark in self._marks[key]:
                self._keys.setdefault(mark, {})[key] = None

    def keys(self, mark: Mark) -> Iterable[str]:
        """Return the doc_ids of the documents with a mark."""
        return self._keys.get(mark, ())


class Shelves:
    """The marks of all documents of the tables in `file`, as whoever makes a step there sees them."""

    def __init__(self, file: Transactions) -> None:
        self._file = file
        self._stored: Shelf | None = None
        self._drafted = Shelf()
        self._serial = self._size = 0

    def changed(self, after: Mapping[str, Record | None]) -> None:
        """Know which records were stored."""
        if self._stored is not None:
            for key, record in after.items():
                self._stored.put(key, record)

    def holders(self, *marks: Mark) -> list[str]:
        """Return the doc_ids of the documents with any of the marks, in the order of their table."""
        if self._stored is None:
            self._stored = Shelf(self._file.tables.get(_TABLE, {}).items())
        table = self._file.table(_TABLE)
        shelves = (self._stored, self._of_draft())
        found = {key for shelf in shelves for mark in marks for key in shelf.keys(mark) if key in table}
        held = {key for key in found if not marks_of(records.document(table[key])).isdisjoint(marks)}
        return [key for key in table if key in held] if len(held) > 1 else list(held)

    def _of_draft(self) -> Shelf:
        """Return the marks of what was changed in this step; where it has only grown only what is new is looked at."""
        draft: dict[str, Record | None] = self._file.draft().get(_TABLE, {})
        serial, new = self._file.serial.get(_TABLE, 0), len(draft) - self._size
        if serial - self._serial != new:
            self._drafted, new = Shelf(), len(draft)
        for key, record in islice(reversed(draft.items()), new):
            self._drafted.put(key, record)
        self._serial, self._size = serial, len(draft)
        return self._drafted
