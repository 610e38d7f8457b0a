"""What a reader decides about a passage in doubt: it is right here, or it belongs there. Each call is one step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from storage import records
from storage.creators import Creators
from storage.errors import UsageError
from storage.model import Annotation

if TYPE_CHECKING:
    from storage.text import Text


class Anchoring(Creators):
    """Settles doubts about where annotations stand."""

    def confirm(self, *uuids: str) -> None:
        """Make annotations certain where they stand. Raises UsageError when one has no place, or is not there."""
        with self.step("confirm"):
            for uuid in uuids:
                found = self.annotation(uuid)
                if not found.ranges or found.state != "anchored":
                    raise UsageError("This annotation has no place in the text that could be confirmed.")
                self._change("annotations", records.annotation_record(found._replace(confidence=1.0)))

    def relink(self, uuid: str, ranges: Sequence[tuple[int, int]], text: Text) -> Annotation:
        """Put an annotation, an orphan mostly, on `ranges` of `text`; note and tags stay. Raises UsageError."""
        with self.step("relink"):
            return self.edit(uuid, ranges=ranges, text=text)
