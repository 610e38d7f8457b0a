"""A library whose annotations are said in a few characters, for the tests of what is counted in it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from storage import identity, passages, records
from storage.library import Library
from storage.model import Annotation, Creator, Document
from storage.text import Text
from tests.storage.making import library_in_memory, text_of

Mark = tuple[int, int, str]
"""Start, end, and the paths of tags with spaces between them."""


class Coders:
    """A library in memory in which several people mark documents."""

    def __init__(self, folder: Path) -> None:
        self.library: Library = library_in_memory(folder / "state")
        self.folder = folder
        self.texts: dict[str, Text] = {}
        self.people: dict[str, str] = {}

    def document(self, name: str, string: str, **attributes: str | int) -> Document:
        text = text_of(string, name)
        made = self.library.receive(self.folder / f"{name}.txt", text)
        self.texts[made.uuid] = text
        return self.library.edit_document(made.uuid, attributes=attributes) if attributes else made

    def person(self, name: str) -> str:
        if name not in self.people:
            with self.library.step("a creator"):
                uuid = self.library._new_uuid("creators")
                self.library._put("creators", records.plain_record(Creator(uuid, name, name)))
            self.people[name] = uuid
        return self.people[name]

    def mark(self, document: Document, marks: Iterable[Mark], by: str = "", created: str = "") -> list[str]:
        """Make an annotation of each mark, in another's name where one is given; return their uuids."""
        library, text, found = self.library, self.texts[document.uuid], []
        with library.step("marks"):
            creator = self.person(by) if by else library._ensure_me().uuid
            for start, end, tags in marks:
                now = created or identity.now()
                uuid = library._new_uuid("annotations")
                one = Annotation(uuid, document.uuid, creator, created=now, updated=now)
                one = one._replace(tags=library._with_tags((), tags.split()))
                placed = passages.placed(one, text, [(start, end)] if end > start else [])
                library._put("annotations", records.annotation_record(placed))
                found.append(uuid)
        return found
