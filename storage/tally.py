"""What a merge did, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from storage.dots import alternatives

if TYPE_CHECKING:
    from storage.codec import Record
    from storage.merge import Merged

_NOUNS = {
    "documents": "document",
    "annotations": "annotation",
    "tags": "tag",
    "memos": "memo",
    "bookmarks": "bookmark",
    "creators": "creator",
}


def summary(merged: Merged) -> str:
    """Return what became of the library's records: ``3 annotations added, 1 deleted, 1 note kept beside another``."""
    return ", ".join(_parts(merged)) or "nothing new"


def _parts(merged: Merged) -> Iterator[str]:
    for table, noun in _NOUNS.items():
        edits = [edit for edit in merged.edits if edit.table == table]
        added = sum(edit.old is None for edit in edits)
        deleted = sum(edit.new is None for edit in edits)
        counts = {"added": added, "changed": len(edits) - added - deleted, "deleted": deleted}
        told = [f"{count} {word}" for word, count in counts.items() if count]
        if told:
            first, *rest = told
            number, word = first.split()
            yield ", ".join([f"{number} {noun if number == '1' else f'{noun}s'} {word}", *rest])
    beside = sum(len(_notes(edit.new) - _notes(edit.old)) for edit in merged.edits)
    if beside:
        yield f"{beside} {'note' if beside == 1 else 'notes'} kept beside another"


def _notes(record: Record | None) -> set[str]:
    """Return the notes that stand beside the one that is shown."""
    if record is None:
        return set()
    notes = {str(other["value"]) for other in alternatives(record) if other["field"] == "note"}
    return notes - {str(record.get("note", ""))}
