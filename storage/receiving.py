"""Documents coming in: telling known ones from new ones, whatever their files are called, and getting their texts."""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from storage import files, identity, paths, records
from storage.anchoring import Anchoring
from storage.editing import clean_line
from storage.errors import DocumentError, LibraryError, UsageError
from storage.model import Annotation, Document
from storage.renewal import LABEL, Renewal
from storage.shelf import FILE, NAME, PATH, TEXT
from storage.texts import Snapshots

if TYPE_CHECKING:
    from collections.abc import Callable

    from storage.pages import Page
    from storage.speakers import Turns
    from storage.text import Mark, Text

MOST_LOOKED_AT = 200
"""Files that are looked into for one that was renamed."""


class Receiving(Anchoring):
    """Identifies documents; `snapshots` holds the texts of all that were ever opened, `pages` what was fetched."""

    snapshots: Snapshots
    pages: Path
    _turns: dict[str, Turns]

    def add(self, path: Path, form: str = "") -> tuple[Document, bool]:
        """Read the file `path` and receive it; True when the document is new. Raises DocumentError, LibraryError.

        `form` is another way to read it than the usual one (`storage.readers`).
        """
        text = self.read(path, form)
        known = self.identify(path, text)
        return self.receive(path, text), known is None

    def add_page(
        self, url: str, form: str = "", progress: Callable[[int, int], object] | None = None
    ) -> tuple[Document, bool, Page]:
        """Fetch a page of the web, keep it beside the library and receive it, as one step; see `storage.pages`.

        True when the document is new. Raises DocumentError, LibraryError.
        """
        from storage import pages  # noqa: PLC0415  # imported when first used

        page = pages.fetch(url, self.pages, progress or pages.silent)
        try:
            text = self.read(page.path, form)
        except DocumentError:
            if self.lookup(page.path) is None:
                files.discard(page.path)
            raise
        known = self.identify(page.path, text)
        with self.step(""):
            document = self.receive(page.path, text.described(text.meta._replace(source=page.url)))
            if known is None:
                document = self.edit_document(document.uuid, attributes={pages.RETRIEVED: identity.now()})
        return document, known is None, page

    def receive(self, path: Path, text: Text) -> Document:
        """Return the document that the file `path`, read as `text`, is; recorded when something about it is new.

        The same bytes or the same text are the same document, wherever they lie; other bytes at a known path are a new
        version of it, in which its annotations are looked for. Keeps a snapshot of `text`. Raises LibraryError.
        """
        renewal = self.renewal(path, text)
        renewal.run()
        return self.take_in(renewal)

    def find_moved(self, document: Document) -> Path | None:
        """Return a file with the document's newest bytes in the folders where it lay: it was renamed there.

        At most `MOST_LOOKED_AT` files are read.
        """
        from hashlib import sha256  # noqa: PLC0415  # imported when first used

        from storage import readers  # noqa: PLC0415  # as above

        folders = dict.fromkeys(paths.located(each, self.folder).parent for each in reversed(document.paths))
        found = (path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir()))
        for path in islice((path for path in found if readers.can_read(path)), MOST_LOOKED_AT):
            with suppress(DocumentError):
                if sha256(readers.read_bytes(path)).hexdigest() in document.files[-1:]:
                    return path
        return None

    def renewal(self, path: Path, text: Text) -> Renewal:
        """Return the work that it takes to receive `text`, read from `path`: to be run, in any thread, and taken in."""
        known = self.identify(path, text)
        version = known.texts[-1] if known and known.texts else ""
        places = known is not None and bool(self.position(known.uuid) or self.bookmarks(known.uuid))
        behind = self.behind(known, text)
        return Renewal(path, text, known, behind, self.snapshots, version=version, places=places)

    def take_in(self, renewal: Renewal) -> Document:
        """Record what a renewal found, as one step, and return the document; what changed meanwhile is followed too.

        Keeps a snapshot of the text. Raises LibraryError, and UsageError when the document is gone.
        """
        text, stored = renewal.text, paths.stored(renewal.path, self.folder)
        known = self._identified(renewal)
        self.keep(text)
        if known is None or self._updated(known, stored, text) != known or self.behind(known, text):
            known = self._recorded(renewal, stored)
        self._bring(known, text)
        return known

    def _recorded(self, renewal: Renewal, stored: str) -> Document:
        text = renewal.text
        with self.step(LABEL if renewal.annotations else ""):
            known = self._identified(renewal)
            if known is None:
                return self._new(stored, text)
            self._leave(stored, known.uuid)
            self._change("documents", records.plain_record(self._updated(known, stored, text)))
            for each in self.behind(known, text):
                self._change("annotations", records.annotation_record(renewal.follow(each)))
            self._move_bookmarks(known.uuid, renewal)
        return self.document(known.uuid)

    def new_marks(self, document: Document, text: Text) -> list[Mark]:
        """Return the highlights and notes in the file of a document that the library has not taken in yet."""
        if not text.marks:
            return []
        from storage import filemarks  # noqa: PLC0415  # few files have any

        def known(uuid: str) -> bool:
            return bool(self._find("annotations", uuid) or self._find("tombstones", uuid))

        return list(filemarks.new_ones(document, text, self.annotations(document.uuid), known))

    def _bring(self, document: Document, text: Text) -> None:
        """Take the new marks of a document's file in, as one step; `storage.importing` does."""
        raise NotImplementedError

    def _identified(self, renewal: Renewal) -> Document | None:
        """Return the document that a renewal is about; None for a new one. Raises UsageError when it is gone."""
        known = self.identify(renewal.path, renewal.text)
        if known is None and renewal.document:
            raise UsageError(f"“{renewal.document.title}” was deleted or forgotten meanwhile.")
        return known

    def _move_bookmarks(self, document: str, renewal: Renewal) -> None:
        """Have bookmarks and this device's reading position stay on their words."""
        for mark in self.bookmarks(document):
            self._change("bookmarks", records.plain_record(mark._replace(offset=renewal.offset(mark.offset))))
        place = self.position(document)
        if place and renewal.changes:
            top, caret, furthest = map(renewal.offset, (place.top, place.caret, place.furthest))
            self.save_position(place._replace(top=top, caret=caret, furthest=furthest))

    def known(self, path: Path, file_hash: str) -> Document | None:
        """Return the document that has had these bytes, else the one last seen at `path`; None when it is new."""
        same = self.holders((FILE, file_hash)) if file_hash else []
        return same[0] if same else self.lookup(path)

    def identify(self, path: Path, text: Text) -> Document | None:
        """Return the document that the file `path`, read as `text`, is: by bytes, text, path, then name.

        An empty text tells nothing.
        """
        for mark in ((FILE, text.file_hash), (TEXT, text.hash)) if text.string else ():
            if mark[1] and (same := self.holders(mark)):
                return same[0]
        return self.lookup(path) or self._awaited(path)

    def _awaited(self, path: Path) -> Document | None:
        """Return the document that came without a text and a place, by its name; None where several are called so."""
        found = self.holders((NAME, path.name.casefold()), (NAME, path.stem.casefold()))
        return found[0] if len(found) == 1 else None

    def _updated(self, document: Document, stored: str, text: Text) -> Document:
        return document._replace(
            files=_newest(document.files, text.file_hash),
            texts=_newest(document.texts, text.hash),
            paths=document.paths if stored in document.paths else (*document.paths, stored),
            length=len(text),
            format=text.meta.format or document.format,
        )

    def behind(self, document: Document | None, text: Text) -> list[Annotation]:
        """Return the annotations of `document` whose place in `text` is not known yet."""
        if document is None:
            return []
        found = self.annotations(document.uuid)
        return [each for each in found if each.ranges and not _settled(each, document, text)]

    def add_path(self, uuid: str, path: Path) -> None:
        """Know that a document lies at `path` as well, and look there first. Raises LibraryError, UsageError."""
        document, stored = self.document(uuid), paths.stored(path, self.folder)
        kept = tuple(each for each in document.paths if each != stored)
        with self.step(""):
            self._change("documents", records.plain_record(document._replace(paths=(*kept, stored))))

    def _leave(self, stored: str, uuid: str) -> None:
        """Take the path away from any other document: another file lies there now."""
        for other in self.holders((PATH, stored)):
            if other.uuid != uuid:
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

    def keep(self, text: Text) -> None:
        """Keep a snapshot of `text`, unless the library is read-only. Raises LibraryError."""
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
                text = self.read(path)
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

    def speaker_of(self, annotation: Annotation) -> str:
        """Return who speaks where an annotation begins; nothing where nobody does. The turns of each text are kept."""
        from storage.speakers import FORMATS, Turns  # noqa: PLC0415  # imported when first used

        version = annotation.text
        if not annotation.ranges or not version or self.document(annotation.document).format not in FORMATS:
            return ""
        if version not in self._turns:
            self._turns[version] = Turns([])
            with suppress(DocumentError):
                self._turns[version] = Turns.of(self.snapshots.load(version))
        turn = self._turns[version].at(annotation.start)
        return turn.speaker if turn else ""

    def read(self, path: Path, form: str = "") -> Text:
        """Read the file `path` in the way in which it was read before. Raises DocumentError."""
        from hashlib import sha256  # noqa: PLC0415  # imported when first used

        from storage import readers  # noqa: PLC0415  # as above

        known = self.lookup(path)
        form = form or (known.format if known else "")
        if not readers.format_of(str(path), form).apart:
            return readers.read(path)
        data = readers.read_bytes(path)
        return self.read_before(path, sha256(data).hexdigest(), form) or readers.parse(data, str(path), form)

    def read_before(self, path: Path, file_hash: str, form: str = "") -> Text | None:
        """Return what a file with these bytes was read as before, where reading it anew takes a process of its own.

        None where that is not known, or its reader has become another one since.
        """
        from storage import readers  # noqa: PLC0415  # imported when first used

        known = self.known(path, file_hash) if readers.format_of(str(path)).apart else None
        if known is None or known.files[-1:] != (file_hash,):
            return None
        found = readers.format_of(str(path), form or known.format)
        with suppress(DocumentError):
            text = self.snapshots.load(known.texts[-1])
            return text if (text.file_hash, text.reader) == (file_hash, found.reader) else None
        return None


def _newest(hashes: tuple[str, ...], newest: str) -> tuple[str, ...]:
    """Return `hashes` with `newest` last."""
    if not newest or hashes[-1:] == (newest,):
        return hashes
    return (*(each for each in hashes if each != newest), newest)


def _settled(annotation: Annotation, document: Document, text: Text) -> bool:
    """Tell whether the annotation stands in this very version, or was looked for in it in vain."""
    if annotation.state == "orphan":
        return annotation.text != text.hash and document.texts[-1:] == (text.hash,)
    return annotation.text == text.hash
