"""Telling which document is meant: by its marks, by where it lies, by what a reader says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from storage import paths, records
from storage.errors import UsageError
from storage.model import Document
from storage.reading import SHORTEST_PREFIX, Reading
from storage.shelf import PATH, Mark


class Identifying(Reading):
    """Finds documents without looking at all of them, where that can be."""

    def lookup(self, path: Path) -> Document | None:
        """Return the document that was last seen at `path`; reads no file."""
        holders = self.holders((PATH, paths.stored(path, self.folder)))
        return holders[-1] if holders else None

    def holders(self, *marks: Mark) -> list[Document]:
        """Return the documents with any of these marks, in the order of being added."""
        table = self._file.table("documents")
        return [self._model("documents", key, table[key], records.document) for key in self._shelves.holders(*marks)]

    def find_file(self, document: Document) -> Path | None:
        """Return where the document lies: the first of its paths that exists, the newest first."""
        return next(self._files(document), None)

    def _files(self, document: Document) -> Iterator[Path]:
        for text in reversed(document.paths):
            path = paths.located(text, self.folder)
            if path.is_file():
                yield path

    def resolve(self, spec: str) -> Document:
        """Return the document that a reader means by `spec`.

        A number in :meth:`documents` from 1, a uuid or the beginning of it, a path, or a part of a title or file name.
        Raises UsageError that names the candidates.
        """
        documents = self.documents()
        if (numbered := self.numbered(spec)) is not None:
            return numbered
        found = [each for each in documents if len(spec) >= SHORTEST_PREFIX and each.uuid.startswith(spec.lower())]
        if not found and (at_path := self.lookup(Path(spec))):
            return at_path
        if not found and spec:
            found = [each for each in documents if spec.casefold() in _names(each)]
        if len(found) == 1:
            return found[0]
        if found:
            listed = ", ".join(f"{documents.index(each) + 1} {each.title}" for each in found[:5])
            raise UsageError(f"“{spec}” could be {len(found)} documents: {listed}. Give a number or more of the title.")
        raise UsageError(f"No document is “{spec}”: give its number in the list, a part of its title, or its path.")

    def numbered(self, spec: str) -> Document | None:
        """Return the document of which `spec` is the number in :meth:`documents`, from 1; None where there is none."""
        documents = self.documents()
        if not spec.isdecimal() or len(spec) > len(str(len(documents))):
            return None
        return documents[int(spec) - 1] if 1 <= int(spec) <= len(documents) else None


def _names(document: Document) -> str:
    files = [path.rpartition("/")[2] for path in document.paths]
    return "\n".join([document.title, *files]).casefold()
