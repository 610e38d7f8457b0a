"""What a merge did, in words for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from storage.dots import alternatives, as_seen
from storage.merge import Merged
from storage.sealing import Edit

_KINDS = {
    "documents": ("document", "documents"),
    "annotations": ("annotation", "annotations"),
    "tags": ("tag", "tags"),
    "memos": ("memo", "memos"),
    "bookmarks": ("bookmark", "bookmarks"),
}


def summary(merged: Merged) -> str:
    """Return a sentence that counts what came, changed, went, and what is kept beside something else."""
    counts = Counter((edit.table, _became(edit, merged)) for edit in merged.edits)
    parts = [part for table in _KINDS if (part := ", ".join(_counted(table, counts)))]
    back = Counter(revived.table for revived in merged.revived)
    parts += [f"{_number(count, *_KINDS[table])} brought back" for table, count in back.items() if table in _KINDS]
    kept = Counter(field for edit in merged.edits for field in _beside(edit))
    notes, values = kept["note"], kept.total() - kept["note"]
    if notes:
        parts.append(f"{_number(notes, 'note', 'notes')} kept as {'an alternative' if notes == 1 else 'alternatives'}")
    if values:
        parts.append(f"{_number(values, 'other value', 'other values')} kept beside what is shown")
    return f"{'; '.join(parts)}." if parts else "Nothing new."


def _became(edit: Edit, merged: Merged) -> str:
    """Return what became of a record; nothing where only its references followed twins."""
    if edit.old is None:
        return "added"
    if edit.new is None:
        return "joined with another" if edit.uuid in merged.united else "deleted"
    return "changed" if as_seen(edit.old) != as_seen(edit.new) else ""


def _counted(table: str, counts: Counter[tuple[str, str]]) -> Iterator[str]:
    first = True
    for word in ("added", "changed", "deleted", "joined with another"):
        if count := counts[table, word]:
            yield f"{_number(count, *_KINDS[table]) if first else count} {word}"
            first = False


def _number(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _beside(edit: Edit) -> list[str]:
    """Return the paths of the alternatives that came with an edit, one for each."""
    before = [(other["field"], other["value"]) for other in alternatives(edit.old or {})]
    return [other["field"] for other in alternatives(edit.new or {}) if (other["field"], other["value"]) not in before]
