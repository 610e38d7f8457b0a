"""Documents coming in: telling known ones from new ones, whatever their files are called, and getting their texts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from storage import files, identity, passages, paths, records
from storage.creators import Creators
from storage.editing import clean_line
from storage.errors import DocumentError, LibraryError
from storage.model import Annotation, Document
from storage.texts import Snapshots

if TYPE_CHECKING:
    from storage.text import Text


class Receiving(Creators):
    """Identifies documents; `snapshots` holds the texts of all that were ever opened."""

    snapshots: Snapshots

    def add(self, path: Path) -> tuple[Document, bool]:
        """Read the file `path` and receive it; True when the document is new. Raises DocumentError, LibraryError."""
        text = self._read(path)
        known = self._identify(paths.stored(path, self.folder), text)
        return self.receive(path, text), known is None

    def receive(self, path: Path, text: Text) -> Document:
        """Return the document that the file `path`, read as `text`, is; recorded when something about it is new.

        The same bytes or the same text are the same document, wherever they lie; other bytes at a known path are a new
        version of it, in which its annotations are looked for. Keeps a snapshot of `text`. Raises LibraryError.
        """
        stored = paths.stored(path, self.folder)
        known = self._identify(stored, text)
        if known and self._updated(known, stored, text) == known and not self._behind(known, text):
            self._keep(text)
            return known
        if not self.readonly:
            self._keep(text)
        follower = passages.Follower(text, self.snapshots)
        moved = {each.uuid: (each, follower.follow(each)) for each in self._behind(known, text)}
        with self.step("new version" if moved else ""):
            known = self._identify(stored, text)
            if known is None:
                return self._new(stored, text)
            self._leave(stored, known.uuid)
            self._change("documents", records.plain_record(self._updated(known, stored, text)))
            for each in self._behind(known, text):
                before, after = moved.get(each.uuid, (None, each))
                found = after if before == each else follower.follow(each)
                self._change("annotations", records.annotation_record(found))
        return self.document(known.uuid)

    def _identify(self, stored: str, text: Text) -> Document | None:
        """Return the known document: by its bytes, its text, its path; an empty text tells nothing."""
        documents = self.documents()
        if text.string:
            for each in documents:
                if text.file_hash and text.file_hash in each.files:
                    return each
            for each in documents:
                if text.hash in each.texts:
                    return each
        return next((each for each in reversed(documents) if stored in each.paths), None)

    def _updated(self, document: Document, stored: str, text: Text) -> Document:
        return document._replace(
            files=_newest(document.files, text.file_hash),
            texts=_newest(document.texts, text.hash),
            paths=document.paths if stored in document.paths else (*document.paths, stored),
            length=len(text),
            format=text.meta.format or document.format,
        )

    def _behind(self, document: Document | None, text: Text) -> list[Annotation]:
        """Return the annotations of `document` whose place in `text` is not known yet."""
        if document is None:
            return []
        found = self.annotations(document.uuid)
        return [each for each in found if each.ranges and each.text != text.hash and not _lost(each, document, text)]

    def _leave(self, stored: str, uuid: str) -> None:
        """Take the path away from any other document: another file lies there now."""
        for other in self.documents():
            if stored in other.paths and other.uuid != uuid:
                left = other._replace(paths=tuple(path for path in other.paths if path != stored))
                self._change("documents", records.plain_record(left))

    def _new(self, stored: str, text: Text) -> Document:
        made = Document(
            uuid=self._new_uuid("documents"),
            title=clean_line(text.meta.title) or clean_line(stored.rpartition("/")[2]),
            authors=tuple(map(clean_line, text.meta.authors)),
            date=text.meta.date,
            language=text.meta.language,
            source=text.meta.source,
            format=text.meta.format,
            files=_newest((), text.file_hash),
            texts=(text.hash,),
            paths=(stored,),
            length=len(text),
            added=identity.now(),
        )
        self._leave(stored, made.uuid)
        self._put("documents", records.plain_record(made))
        return made

    def _keep(self, text: Text) -> None:
        if self.readonly:
            return
        try:
            self.snapshots.save(text)
        except OSError as error:
            reason = error.strerror or str(error)
            raise LibraryError(
                f"{self.snapshots.folder} could not be written: {reason}. {files.remedy(error)}"
            ) from error

    def text(self, document: Document) -> Text:
        """Return the document's text: of its file where that is a version known here, else of the last snapshot.

        Raises DocumentError when there is neither.
        """
        trouble: DocumentError | None = None
        for path in self._files(document):
            try:
                text = self._read(path)
            except DocumentError as error:
                trouble = trouble or error
            else:
                if text.file_hash in document.files or text.hash in document.texts:
                    return text
        for version in reversed(document.texts):
            if self.snapshots.has(version):
                return self.snapshots.load(version)
        if trouble:
            raise trouble
        place = f" It was last at {paths.located(document.paths[-1], self.folder)}." if document.paths else ""
        raise DocumentError(f"The text of “{document.title}” is nowhere to be found.{place} Add the file again.")

    def _read(self, path: Path) -> Text:
        from storage import readers  # noqa: PLC0415  # imported when first used

        return readers.read(path)


def _newest(hashes: tuple[str, ...], newest: str) -> tuple[str, ...]:
    """Return `hashes` with `newest` last."""
    if not newest or hashes[-1:] == (newest,):
        return hashes
    return (*(each for each in hashes if each != newest), newest)


def _lost(annotation: Annotation, document: Document, text: Text) -> bool:
    """Tell whether the annotation was looked for in this very version, in vain."""
    return annotation.state == "orphan" and document.texts[-1:] == (text.hash,)
