"""Taking a document over to a new version of its text: worked out beside the library, told in words, then written.

Working it out may take seconds and touches nothing but snapshots, so it can run in a thread of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from storage.model import Annotation, Document, doubtful
from storage.passages import FATES, Followed, Follower, Progress, StoppedError

__all__ = ["LABEL", "Renewal", "Report", "StoppedError"]

if TYPE_CHECKING:
    from storage.text import Text
    from storage.texts import Snapshots

LABEL = "new version"
"""What the undo step is called."""


class Renewal:
    """What becomes of the annotations of `document` in `text`, which was read from `path`; run it, then take it in.

    `document` is None while the library does not know the text, `version` the hash of its newest text so far. With
    `places` there are bookmarks and a reading position to move along; with `back` the text is an older version, only to
    be read. `fates` is filled by :meth:`run`.
    """

    def __init__(  # noqa: PLR0913  # everything that the work needs, so that it needs no library
        self,
        path: Path,
        text: Text,
        document: Document | None,
        annotations: Sequence[Annotation],
        snapshots: Snapshots,
        *,
        version: str,
        places: bool,
        back: bool = False,
    ) -> None:
        self.path = path
        self.text = text
        self.document = document
        self.annotations = annotations
        self.version = version
        self._places = places
        self.follower = Follower(text, snapshots, back=back)
        self.fates: dict[str, Followed] = {}

    @property
    def changes(self) -> bool:
        """Whether the document has a version that this text replaces."""
        return bool(self.version) and self.version != self.text.hash

    def run(self, progress: Progress | None = None, stopped: Callable[[], bool] = lambda: False) -> None:
        """Align the versions and follow every annotation. Raises StoppedError soon after `stopped` becomes true."""
        say = self.follower.listen(progress, stopped)
        try:
            if self.changes and self._places:
                self.follower.map(self.version)
            for done, annotation in enumerate(self.annotations):
                say(f"{done} of {len(self.annotations)} passages followed")
                self.follow(annotation)
        finally:
            self.follower.deafen()

    def follow(self, annotation: Annotation) -> Annotation:
        """Return `annotation` in the new text; the work is done once as long as it does not change."""
        known = self.fates.get(annotation.uuid)
        if known is None or known.before != annotation:
            known = self.fates[annotation.uuid] = self.follower.follow(annotation)
        return known.after

    def offset(self, at: int) -> int:
        """Return where the offset `at` of the version that is replaced stands in the new text."""
        return self.follower.offset(self.version, at) if self.changes else at

    @property
    def report(self) -> Report:
        """What became of the annotations."""
        return Report(self.fates.values())


class Report:
    """How many annotations were kept, moved, edited, found again, lost, still lost; and how many are `doubtful` now."""

    def __init__(self, fates: Iterable[Followed]) -> None:
        self.counts = dict.fromkeys(FATES, 0)
        self.doubtful = 0
        for followed in fates:
            self.counts[followed.fate] += 1
            self.doubtful += doubtful(followed.after)

    @property
    def total(self) -> int:
        """The number of annotations."""
        return sum(self.counts.values())

    def __str__(self) -> str:
        """Return ``38 kept, 3 moved, 1 edited, 1 lost``; what there is none of is left out, but for those kept."""
        parts = [f"{count} {fate}" for fate, count in self.counts.items() if count or fate == "kept"]
        return ", ".join(parts) + (f"; {self.doubtful} to be confirmed" if self.doubtful else "")
