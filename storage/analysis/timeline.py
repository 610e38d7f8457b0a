"""What is dated, in the order of time: every annotation that has a date as a field, as a list and as CSV."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, TextIO

from storage.analysis.accepting import DATE
from storage.analysis.coding import Coding
from storage.errors import DocumentError
from storage.exchange.cells import guard
from storage.sentences import sentence_at
from storage.steps import Steps, finished
from storage.visible import visible

if TYPE_CHECKING:
    from storage.library import Library
    from storage.model import Annotation
    from storage.text import Text

COLUMNS = ("date", "document", "start", "end", "quote", "sentence", "tags", "note", "uuid")


class Event(NamedTuple):
    """An annotation and its date, ISO 8601; `tags` are paths, without that of dates.

    `sentence` is the one that it begins in, empty where there is no place or no text.
    """

    date: str
    annotation: Annotation
    document: str
    tags: tuple[str, ...]
    sentence: str = ""

    def row(self) -> list[str]:
        """Return it as one row of `COLUMNS`."""
        one = self.annotation
        place = [str(one.start), str(one.end)] if one.ranges else ["", ""]
        return [self.date, self.document, *place, one.exact, self.sentence, "; ".join(self.tags), one.note, one.uuid]


def events(coding: Coding) -> list[Event]:
    """Return the dated annotations by date, those of a day by document and place."""
    return finished(dating(coding, Beginnings(coding.library)))


def dating(coding: Coding, beginnings: Beginnings) -> Steps[list[Event]]:
    """Return what `events` does, a document at a time; the annotations need not be gathered."""
    found: list[Event] = []
    for number, document in enumerate(coding.documents, 1):
        for one in coding.of_document(document):
            date = str(one.annotation.fields.get(DATE, ""))
            if date:
                tags = tuple(tag for tag in one.tags if tag != DATE)
                found.append(Event(date, one.annotation, document.title, tags, beginnings.sentence(one.annotation)))
        yield number / len(coding.documents)
    return sorted(found, key=lambda event: event.date)


class Beginnings:
    """The sentences that annotations begin in, each looked up once; texts are read one at a time."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._version = ""
        self._text: Text | None = None
        self._known: dict[tuple[str, int], str] = {}

    def sentence(self, one: Annotation) -> str:
        """Return the sentence that an annotation begins in, on one line."""
        if not one.ranges or one.state != "anchored":
            return ""
        place = one.text, one.start
        if place not in self._known:
            self._known[place] = self._read(one)
        return self._known[place]

    def _read(self, one: Annotation) -> str:
        if one.text != self._version:
            self._version, self._text = one.text, None
            with suppress(DocumentError):
                self._text = self._library.snapshots.load(one.text)
        found = sentence_at(self._text, one.start) if self._text is not None else None
        return " ".join(self._text.string[slice(*found)].split()) if self._text is not None and found else ""


def write_csv(found: Iterable[Event], out: TextIO) -> None:
    """Write events as CSV to `out`, which must not translate line ends; no cell is run as a formula."""
    import csv  # noqa: PLC0415  # imported when first used

    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for event in found:
        writer.writerow([guard(visible(cell)) for cell in event.row()])
