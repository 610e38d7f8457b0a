"""What the screen does for the library between keys: read the rest of a large one, see what others saved, fold."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress

from textual.screen import Screen

from storage.errors import LibraryError, ManiculaError
from tui.session import Session

_PAUSE = 0.002
"""Seconds between two slices of reading, in which keys come first."""


class Upkeep(Screen[None]):
    """Mixed into ReaderScreen, which sets the attributes."""

    session: Session
    message = ""
    _loading: Iterator[None] | None = None
    _folding: threading.Thread | None = None

    def load_library(self) -> None:
        """Begin to read what opening left of the library."""
        self._loading = self.session.library.load()
        self._load_more()

    def _load_more(self) -> None:
        if self._loading is None:
            return
        try:
            next(self._loading)
        except StopIteration:
            self._loading = None
            self._library_changed()
        except (ManiculaError, OSError) as problem:
            self._loading = None
            self.message = str(problem)
            self.sync()
        else:
            self.set_timer(_PAUSE, self._load_more)

    def poll(self) -> None:
        """See what others saved and whether the file is sound; have the library fold when it is time."""
        library = self.session.library
        if library.refresh() | library.pick_up():
            self.message = library.problem or self.message
            self._library_changed()
        if told := self.session.told():
            self.message = told
            self.sync()
        self.keep_search()
        if library.fold_due() and not (self._folding and self._folding.is_alive()):
            self._folding = threading.Thread(target=self._fold, name="fold")
            self._folding.start()

    def _library_changed(self) -> None:
        self.reload()
        self.touch_documents()
        self.sync()

    def show_taken(self, message: str) -> None:
        """Show what has come into the library by other ways than keys, and say so."""
        self._library_changed()
        self.message = message
        self.sync()

    def reload(self) -> None:
        """Take the open document's annotations in anew; where it was deleted elsewhere, say so and show nothing."""
        before = self.session.document
        if sentence := self.session.leave():
            if before and self.session.library.forgotten(before.uuid):
                self.drop_writing()
            self.close_panel()
            self.show_document()
            self.watch_file()
            self.message = sentence
        else:
            self.session.reload()

    def _fold(self) -> None:
        with suppress(LibraryError):  # what was saved is safe in the journal, and is folded another time
            self.session.library.fold()

    def keep_search(self) -> None:
        """Keep the index of the library search; the boards do it."""
        raise NotImplementedError

    def sync(self) -> None:
        """Paint what changed; ReaderScreen does it."""
        raise NotImplementedError

    def drop_writing(self) -> None:
        """Drop the draft of what is being written; `Notes` does it."""
        raise NotImplementedError

    def close_panel(self) -> None:
        """Close what is open at the bottom; ReaderScreen does it."""
        raise NotImplementedError

    def show_document(self) -> None:
        """Show the session's document; ReaderScreen does it."""
        raise NotImplementedError

    def watch_file(self) -> None:
        """Watch the open file; `Renewing` does it."""
        raise NotImplementedError

    def touch_documents(self) -> None:
        """Have the document list made anew; the lists do it."""
        raise NotImplementedError
