"""What is open: one document in one version of its text, with its annotations where they stand in it. No Textual.

The file read may be a version that the library has not taken in yet: then `stale` is true, only what stands in this
very text is marked, and `renewal` is the work to be done, in whatever thread.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from itertools import compress, count
from operator import is_not
from pathlib import Path
from typing import TYPE_CHECKING

from storage import frames, readers
from storage.errors import ManiculaError, UsageError
from storage.library import Library
from storage.model import Annotation, Document, Range, ReadingPosition
from storage.paths import located
from storage.places import Places
from storage.reading import reading_order
from storage.renewal import Renewal
from storage.text import Blocks, Text
from tui.people import People
from tui.reading.highlights import Highlights

if TYPE_CHECKING:
    from storage.query import Subject
    from storage.repeats import Repeats

FEW = 50
"""Annotations changed at once up to which what was made of all of them is mended; beyond, it is made anew."""


def differing(before: Sequence[Annotation], after: Sequence[Annotation]) -> tuple[slice, slice]:
    """Return what lies between the first and the last difference of two lists; unchanged ones are the same object."""
    size = min(len(before), len(after))
    first = next(compress(count(), map(is_not, before, after)), size)
    last = next(compress(count(), map(is_not, reversed(before), reversed(after))), size)
    last = min(last, size - first)
    return slice(first, len(before) - last), slice(first, len(after) - last)


class _Later:
    """A text that is read by whoever needs it first, in whatever thread, while the others wait for it."""

    def __init__(self, read: Callable[[], Text]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._text: Text | None = None

    def __call__(self) -> Text:
        with self._lock:
            if self._text is None:
                text = self._read()
                _ = text.hash  # it takes a while, and is asked for next
                self._text = text
            return self._text


class Opened:
    """The library and the open document. `document` is None while nothing is open or the library does not know it.

    `beginning` is the text that was shown until the rest of it was read, until it is set to None by who showed it.
    `without_place` are the annotations (by uuid) that have no passage in the text shown.
    `version` is the hash of the text where an older version is shown, empty where it is the newest; it was `chosen` by
    the reader, or is the one that everything stands in. `stamp` is the file's when it was read, as
    `storage.frames.stamp` makes it, empty where it is gone.
    """

    def __init__(self, library: Library) -> None:
        self.library = library
        self.document: Document | None = None
        self.path: Path | None = None
        self.stamp = b""
        self.version = ""
        self.text = Text("", Blocks())
        self.people = People(library)
        self.annotations: Sequence[Annotation] = []
        self._taken: tuple[Text, object] | None = None
        self.highlights = Highlights()
        self.without_place: dict[str, Annotation] = {}
        self.places = Places(self.text)
        self.stale = False
        self.chosen = False
        self._trusted = False
        self.beginning: Text | None = None
        self._rest: _Later | None = None
        self._older: Renewal | None = None
        self._repeats: Repeats | None = None
        self._repeats_wanted = True

    def open_path(self, path: Path) -> None:
        """Open a file; the library hears of it by `renewal`. Raises DocumentError.

        Of a large file that is opened where its beginning shows, the beginning comes first and `complete` reads on.
        """
        stamp = frames.stamp(path)
        data = readers.read_bytes(path)
        file_hash = hashlib.sha256(data).hexdigest()
        known = self.library.known(path, file_hash)
        form = known.format if known else ""
        if before := self.library.read_before(path, file_hash):
            self._show_whole(before, path, stamp)
            return
        position = self.library.position(known.uuid) if known else None
        text = readers.beginning(data, str(path))
        if text is None or (position is not None and max(position.top, position.caret) * 2 > len(text)):
            self._show_whole(readers.parse(data, str(path), form), path, stamp)
            return
        self._show(known, text, path, stamp)
        self._trusted = known is not None and self._unchanged(known, file_hash, readers.format_of(str(path)).reader)
        self._rest = _Later(lambda: readers.parse(data, str(path)))
        self.reload()

    def _unchanged(self, known: Document, file_hash: str, reader: str) -> bool:
        """Tell whether a file's text can only be the one that all annotations stand in, before it is read whole."""
        if known.files[-1:] != (file_hash,):
            return False
        found = [one for one in self.library.annotations(known.uuid) if one.ranges and one.state == "anchored"]
        return all(((one.text,), one.reader) == (known.texts[-1:], reader) for one in found)

    def complete(self) -> bool:
        """Read what `open_path` left; True when there is more text now. Raises DocumentError."""
        if self._rest is None or self.path is None:
            return False
        rest, self._rest, beginning = self._rest, None, self.text
        self._show_whole(rest(), self.path, self.stamp)
        self.beginning = beginning
        return True

    @property
    def complete_already(self) -> bool:
        """Whether nothing is left to read of what is open."""
        return self._rest is None

    def read_on(self) -> None:
        """Read what `open_path` left, in a thread, for `complete` to have it at once. Raises DocumentError."""
        rest = self._rest
        if rest is not None:
            rest()

    def open_document(self, document: Document) -> None:
        """Open a document of the library: its file, or its last snapshot where the file is gone."""
        path = self.library.find_file(document)
        if path is not None:
            try:
                self.open_path(path)
            except ManiculaError:
                if not document.texts:
                    raise
            else:
                return
        last = located(document.paths[-1], self.library.folder) if document.paths else None
        self._show(document, self.library.text(document), last, b"")

    def _show_whole(self, text: Text, path: Path, stamp: bytes) -> None:
        """Show the whole text of a file; it is stale until the library knows it and every annotation stands in it."""
        document = self.library.identify(path, text)
        self._show(document, text, path, stamp)
        taken_in = document is not None and (document.files[-1:], document.texts[-1:]) == (
            (text.file_hash,),
            (text.hash,),
        )
        self.stale = document is None or not taken_in or bool(self.library.behind(document, text))
        self.stale = self.stale or (document is not None and bool(self.library.new_marks(document, text)))

    def _show(self, document: Document | None, text: Text, path: Path | None, stamp: bytes) -> None:
        self.document, self.text, self.path, self.stamp = document, text, path, stamp
        self.version, self.chosen, self._older, self.beginning = "", False, None, None
        self.stale, self._trusted, self._rest, self._repeats = False, False, None, None
        self.places = Places(text)
        self.reload()

    def renewal(self) -> Renewal | None:
        """Return the work to be done before the library knows what is open; None where there is none.

        What needs no work is recorded at once. Raises LibraryError.
        """
        self.complete()
        if not self.stale or self.path is None:
            return None
        return self.renewal_of(self.text)

    def renewal_of(self, text: Text) -> Renewal | None:
        """Return the work of taking in `text`, which the open file holds now; the same way."""
        if self.path is None:
            return None
        renewal = self.library.renewal(self.path, text)
        if renewal.annotations or renewal.changes or self.library.readonly:
            return renewal
        self.take_in(renewal)
        return None

    def take_in(self, renewal: Renewal) -> None:
        """Record a renewal that has run, and show its text. Raises LibraryError.

        In a library that is read-only the annotations are only shown where they stand now.
        """
        document = renewal.document
        if document is None or not self.library.readonly:
            document = self.library.take_in(renewal)
        self._show(document, renewal.text, self.path, self.stamp)
        if self.library.readonly:
            self._older = renewal
            self.reload()

    def register(self) -> None:
        """Have the library know what is open, however long that takes. Raises LibraryError."""
        renewal = self.renewal()
        if renewal is not None:
            renewal.run()
            self.take_in(renewal)

    def older(self, version: str) -> Renewal:
        """Return the work of showing an older version of the open document: where its annotations stand in that.

        Raises ManiculaError when nothing is open, or its snapshot cannot be read.
        """
        if self.document is None:
            raise UsageError("Nothing is open. o opens a document.")
        text = self.library.snapshots.load(version)
        found = self.library.annotations(self.document.uuid)
        newest, snapshots = self.document.texts[-1], self.library.snapshots
        return Renewal(Path(), text, self.document, found, snapshots, version=newest, places=True, back=True)

    def show_older(self, work: Renewal, *, chosen: bool) -> None:
        """Show the version that `work`, which has run, is about; what is marked in it is marked there.

        `chosen` by the reader it stays until the reader leaves it.
        """
        self._show(work.document, work.text, self.path, self.stamp)
        self.version, self.chosen, self._older = work.text.hash, chosen, work
        self.reload()

    def version_marked(self) -> str:
        """Return the version that all annotations stand in, if it is not the one shown; else nothing.

        So it is after a new version was undone, or done again, here or by another Manicula.
        """
        if self.document is None or self.stale or self.chosen or self._rest is not None:
            return ""
        if self._older is None and not self.without_place and not self.people.only_mine:
            return ""
        found = self.library.annotations(self.document.uuid)
        stand = {one.text for one in found if one.ranges and one.state == "anchored"}
        known = [each for each in self.document.texts if each in stand and self.library.snapshots.has(each)]
        return known[-1] if known and self.text.hash not in stand else ""

    def reload(self) -> None:
        """Read the open document's annotations anew, after any change."""
        if self.document is not None:
            self.document = self.library.document(self.document.uuid)
        found: Sequence[Annotation] = self.library.annotations(self.document.uuid) if self.document else []
        if self._older is not None:
            older = self._older
            found = sorted((older.follow(one) for one in found), key=reading_order)
        self._take_annotations(self.people.visible(found))

    def _take_annotations(self, found: Sequence[Annotation]) -> None:
        """Show other annotations: highlights are mended where only a few have changed, for there may be thousands."""
        before, state = self.annotations, (self._trusted, self.people.state)
        same = self._taken is not None and self._taken[0] is self.text and self._taken[1] == state
        self.annotations, self._taken = found, (self.text, state)
        left, new = differing(before, found) if same else (slice(None), slice(None))
        gone, come = before[left], found[new]
        if not same or max(len(gone), len(come)) > FEW:
            stand = [self.stands(one) for one in found]
            self.without_place = {one.uuid: one for one, stands in zip(found, stand, strict=True) if not stands}
            self.highlights = Highlights(list(compress(found, stand)), self.people.color, self.people.letter)
        elif gone or come:
            for one in gone:
                self.without_place.pop(one.uuid, None)
            self.without_place |= {one.uuid: one for one in come if not self.stands(one)}
            self.highlights = self.highlights.changed(
                *([one for one in some if self.stands(one)] for some in (gone, come))
            )

    def subject(self, annotation: Annotation, document: Document) -> Subject:
        """Return an annotation as queries look at it."""
        from storage.query import Subject  # noqa: PLC0415  # imported when first used

        library, people = self.library, self.people
        tags, name = people.paths(annotation), people.name(annotation)
        incoming, color = library.incoming(annotation), library.color_of(annotation)
        return Subject(annotation, document, tags, name, incoming=incoming, color=color, speaker=library.speaker_of)

    def leave(self) -> str:
        """Show nothing where the library has the open document no more, and return a sentence; else return nothing.

        One that has become another one with the same text, by a merge, is followed there.
        """
        document = self.document
        if document is None or any(each.uuid == document.uuid for each in self.library.documents()):
            return ""
        self.document = self.library.identify(self.path, self.text) if self.path else None
        if self.document is None:
            self._show(None, Text("", Blocks()), None, b"")
            became = "forgotten" if self.library.forgotten(document.uuid) else "deleted"
            return f"This document was {became} by another Manicula. o opens another one."
        return ""

    def stands(self, annotation: Annotation) -> bool:
        """Tell whether an annotation has its passage in the text that is shown."""
        if self._trusted:
            return annotation.state == "anchored"
        return not annotation.ranges or (annotation.state == "anchored" and annotation.text == self.text.hash)

    def find_repeats(self, tick: Callable[[float], object] | None = None) -> None:
        """Make what `elsewhere` needs, if it is not there: in a thread, where that may take a while.

        `tick` is called now and then, and may raise to give it up.
        """
        if self._repeats is None:
            from storage.repeats import Repeats  # noqa: PLC0415  # imported when first used

            text = self.text
            made = Repeats(text.string, tick)
            if text is self.text and self._repeats_wanted:
                self._repeats = made

    def elsewhere(self, start: int, end: int) -> list[Range]:
        """Return where else in the text a passage stands; nothing before `find_repeats`."""
        return self._repeats.elsewhere(start, end) if self._repeats else []

    def forget_repeats(self) -> None:
        """Have `elsewhere` return nothing, as when the text was opened, also when a thread finds them just now."""
        self._repeats, self._repeats_wanted = None, False

    @property
    def title(self) -> str:
        """The open document's title, empty where nothing is open."""
        return self.document.title if self.document else self.text.meta.title

    def position(self) -> ReadingPosition | None:
        """Where the open document was left."""
        return self.library.position(self.document.uuid) if self.document else None
