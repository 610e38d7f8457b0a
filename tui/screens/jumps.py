"""The part of the reading screen that goes far: hints over the text, and the list of places left by a jump."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from textual.screen import Screen

from storage.errors import ManiculaError
from storage.model import Document
from tui.reading.view import ReadingView
from tui.session import Session

_MOST_PLACES = 200


class Spot(NamedTuple):
    """A place that a jump left: document (its uuid, empty where the library does not know it) and offset."""

    document: str
    offset: int


class Jumps(Screen[None]):
    """Mixed into ReaderScreen, which sets the attributes."""

    view: ReadingView
    session: Session
    message = ""
    _hinting: Callable[[int], None] | None = None
    _typed_hint = ""
    _behind: list[Spot]
    _ahead: list[Spot]

    def show_hints(self, places: Mapping[str, int], land: Callable[[int], None]) -> None:
        """Label places on screen; `land` is called with the offset of the label that is typed."""
        self._hinting, self._typed_hint = land, ""
        self.view.hints = dict(places)
        self.view.refresh_frame()

    @property
    def hinting(self) -> bool:
        """Whether keys go to the labels."""
        return self._hinting is not None

    def hint_key(self, name: str) -> None:
        """Take one key of a label; any other key, like esc, puts the labels away."""
        from tui.reading.hints import narrowed  # noqa: PLC0415  # imported when first used

        self._typed_hint += name
        left = narrowed(self.view.hints, self._typed_hint)
        land = self._hinting
        if len(left) == 1 and self._typed_hint in left and land is not None:
            offset = left[self._typed_hint]
            self._end_hints()
            land(offset)
        elif left:
            self.view.hints = left
            self.view.refresh_frame()
        else:
            self._end_hints()
            self.message = "" if name == "esc" else "No label begins so."

    def _end_hints(self) -> None:
        self._hinting, self._typed_hint = None, ""
        self.view.hints = {}
        self.view.refresh_frame()

    def _here(self) -> Spot:
        return Spot(self.session.document.uuid if self.session.document else "", self.view.selection.head)

    def remember_place(self) -> None:
        """Put the caret's place into the list, before a jump."""
        here = self._here()
        if not self._behind or self._behind[-1] != here:
            self._behind.append(here)
            del self._behind[:-_MOST_PLACES]
        self._ahead.clear()

    def jump(self, offset: int) -> None:
        """Go far, so that `travel` comes back."""
        self.remember_place()
        self.go(offset)

    def travel(self, *, back: bool) -> bool:
        """Go back in the list of places, or forward again; False where it ends."""
        source, other = (self._behind, self._ahead) if back else (self._ahead, self._behind)
        here = self._here()
        while source and source[-1] == here:
            source.pop()
        if not source:
            return False
        spot = source.pop()
        other.append(here)
        if spot.document and spot.document != here.document:
            self._open_for(spot)
        self.go(min(spot.offset, len(self.view.text)))
        return True

    def _open_for(self, spot: Spot) -> None:
        kept = list(self._behind), list(self._ahead)
        try:
            self.open(self.session.library.document(spot.document))
        except ManiculaError as problem:
            self.message = str(problem)
        self._behind, self._ahead = kept

    def go(self, offset: int, *, active: str = "") -> None:
        """Move the caret; ReaderScreen does."""
        raise NotImplementedError

    def open(self, chosen: Document | Path) -> None:
        """Open a document; ReaderScreen does."""
        raise NotImplementedError
