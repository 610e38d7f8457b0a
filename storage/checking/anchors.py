"""Setting annotations right that do not stand on the words that they say: the quote counts, not the numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from storage import passages, records
from storage.checking import quiet
from storage.checking.texts import Astray, examine
from storage.errors import UsageError
from storage.model import Annotation, Range
from storage.records import JOINT

if TYPE_CHECKING:
    from storage.library import Library


def set_right(library: Library) -> Iterator[str]:
    """Look for the quote of each annotation that is astray; where it is not found, keep it as an orphan."""
    astray = examine(library.store.tables, library.snapshots, quiet).astray
    with library.step("repair"):
        for each in astray:
            yield _set_right(library, each)


def _set_right(library: Library, astray: Astray) -> str:
    table = library.db.table("annotations")
    record = library.store.tables["annotations"][astray.at.key]
    annotation = records.annotation(record)
    text = library.snapshots.load(annotation.text)
    made = annotation._replace(state="orphan", confidence=0.0)
    if annotation.exact:
        found = passages.Follower(text, library.snapshots).follow(_fitted(annotation)).after
        made = found if found.state == "anchored" else made
    else:
        with suppress(UsageError):
            made = passages.placed(annotation, text, annotation.ranges)
    table.update(records.annotation_record(made), doc_ids=[int(astray.at.key)])
    became = "is an orphan now: its passage was not found" if made.state == "orphan" else "stands on its passage again"
    return f"The annotation {annotation.uuid[:8]} {became}."


def _fitted(annotation: Annotation) -> Annotation:
    """Return the annotation as one to be found anew, with ranges as long as the pieces of its quote."""
    pieces = annotation.exact.split(JOINT)
    if len(pieces) != len(annotation.ranges):
        pieces = [annotation.exact]
    starts = [max(0, each.start) for each in annotation.ranges][: len(pieces)]
    fitted = (Range(start, start + len(piece)) for start, piece in zip(starts, pieces, strict=True))
    return annotation._replace(ranges=tuple(fitted), text="", state="orphan")
