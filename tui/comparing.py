"""Comparisons of the open document with older versions, one annotation after the other. No Textual."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from storage.changes import SAME, Piece, around
from storage.model import Annotation, Range, doubtful
from storage.passages import Follower, Progress
from storage.text import Text
from tui.session import Session


def date_of(seconds: float) -> str:
    """Return a time in seconds since 1970 as the reader's clock has it, to the minute."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


class Comparer:
    """Compares what stands around annotations in the text shown with what stood there in the version before it.

    An orphan is compared with the version in which its passage stood last. `here` is the place asked for, of
    `annotation` where that is one.
    """

    def __init__(self, session: Session, annotation: Annotation | None, here: Range) -> None:
        self.session = session
        self.annotation = annotation
        self.here = here
        self._follower = Follower(session.text, session.library.snapshots)
        self._texts: dict[str, Text] = {}
        self._order = [one for one in session.annotations if one.ranges]

    @property
    def version(self) -> str:
        """The version before the one shown, empty where there is none to be read."""
        session = self.session
        texts = session.document.texts if session.document else ()
        before = texts[: texts.index(session.text.hash)] if session.text.hash in texts else texts
        return next((each for each in reversed(before) if session.library.snapshots.has(each)), "")

    def _version_of(self, annotation: Annotation | None) -> str:
        if annotation is not None and annotation.text and not self.session.stands(annotation):
            return annotation.text
        return self.version

    def run(self, progress: Progress, stopped: Callable[[], bool]) -> None:
        """Align every version that is needed: this takes the time, and can be done in a thread."""
        self._follower.listen(progress, stopped)
        for version in {self.version, *map(self._version_of, [*self._order, self.annotation])}:
            self._follower.map(version)
        self._follower.deafen()

    def pieces(self, annotation: Annotation | None, here: Range) -> Sequence[Piece]:
        """Return what changed around an annotation, or around `here` where it is none."""
        version = self._version_of(annotation)
        mapped = self._follower.map(version)
        if mapped is None:
            return ()
        if version not in self._texts:
            self._texts[version] = self.session.library.snapshots.load(version)
        stands = annotation is None or self.session.stands(annotation)
        was, now = (None, here) if stands else (here, None)
        return around(self._texts[version], self.session.text, mapped, was, now)

    def about(self, annotation: Annotation | None, pieces: Sequence[Piece]) -> str:
        """Return a line about an annotation around which `pieces` stand."""
        if annotation is None:
            return str(self.session.place(self.here.start))
        if annotation.state == "orphan":
            words = "lost its place"
        elif doubtful(annotation):
            words = f"{annotation.confidence:.0%} sure"
        else:
            words = "edited" if any(piece.marked and piece.kind != SAME for piece in pieces) else "unchanged itself"
        where = [] if annotation.state == "orphan" else [str(self.session.place(annotation.start))]
        return " · ".join([words, *where, *self.session.library.tag_paths(annotation)])

    def step(self, step: int) -> tuple[Annotation | None, Sequence[Piece]] | None:
        """Return what is asked for (0), or the next (1) or previous (-1) annotation around which something changed."""
        if step == 0:
            return self.annotation, self.pieces(self.annotation, self.here)
        uuids = [one.uuid for one in self._order]
        at = uuids.index(self.annotation.uuid) if self.annotation and self.annotation.uuid in uuids else -1
        rest = self._order[at + 1 :] if step > 0 else self._order[: max(0, at)][::-1]
        for one in rest:
            pieces = self.pieces(one, one.ranges[0])
            if any(piece.kind != SAME for piece in pieces):
                self.annotation, self.here = one, one.ranges[0]
                return one, pieces
        return None
