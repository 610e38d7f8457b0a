"""Undo and redo: steps of the log written back as new edits, value by value, where nobody wrote since."""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from storage import identity, meta
from storage.codec import Record
from storage.dots import SHAPES, Dot, as_dot, changed
from storage.errors import LibraryError
from storage.receiving import Receiving
from storage.store import Store
from storage.transactions import Changes

if TYPE_CHECKING:
    from storage.sealing import Edit
    from storage.undo import History, Step, Touched


class Outcome(NamedTuple):
    """What undoing or redoing a step did: its label, what it touched (uuids), and a sentence for each value skipped."""

    label: str
    documents: tuple[str, ...] = ()
    annotations: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()


_SHORT = 40
_WORDS = {"color": "colour", "ranges": "passage", "reply_to": "thread"}
_KINDS = {"annotations": "highlight", "tags": "tag", "documents": "document"}
_KINDS |= {"creators": "reader", "memos": "memo", "bookmarks": "bookmark"}


class Undoing(Receiving):
    """Stamps and logs each change, and takes steps back."""

    _real: Path
    _state: Path
    _replaying: tuple[str, int] | None
    _edits: list[Edit]
    _stamp: int
    _log: History | None

    def reloaded(self) -> None:
        """Forget everything made from the old tables; the library may be another now."""
        super().reloaded()
        self._log = None

    def seal(self, changes: Changes) -> Changes:
        """Give what changes its dots, stamps and checksums."""
        from storage.sealing import Sealer  # noqa: PLC0415  # imported when first used

        self._stamp = self._next_stamp()
        sealer = Sealer(self._file.tables, self.device, self._stamp)
        sealed = sealer.seal(changes)
        self._edits = sealer.edits
        return sealed

    def committed(self, before: Changes, after: Changes) -> None:
        """Take note of a change, and log it when it is a step."""
        super().committed(before, after)
        label = self._file.label
        replaying, self._replaying = self._replaying, None
        if replaying:
            self._history().record(replaying[0], self._stamp, "", (), replaying[1])
        elif label and self._edits:
            self._history().record("do", self._stamp, label, self._edits)
        self._edits = []

    def _next_stamp(self) -> int:
        """Return a stamp later than the clock's, than all in the library, and than all that this device wrote."""
        tables = self._file.tables
        known = meta.clock_of(tables)
        if not self._stamp and known:
            self._stamp = self._history().last_stamp()
            if isinstance(self._file, Store) and self._file.put_back(self._stamp):
                self._log = None
        return max(identity.milliseconds(), self._stamp + 1, known + 1)

    def _history(self) -> History:
        if self._log is None:
            from storage.undo import History  # noqa: PLC0415  # imported when first used

            uuid = meta.uuid_of(self._file.tables)
            place = zlib.crc32(os.fsencode(self._real))
            self._log = History(self._state / "undo" / f"{uuid}-{place:08x}.jsonl", self.device)
        return self._log

    def undo(self) -> Outcome | None:
        """Take back the last step of this device that is not undone; None when there is none. Raises LibraryError."""
        return self._replay("undo")

    def redo(self) -> Outcome | None:
        """Do again the step undone last; None when there is none. Raises LibraryError."""
        return self._replay("redo")

    def _replay(self, kind: str) -> Outcome | None:
        backwards = kind == "undo"
        self._replaying = None
        with self._file.transaction():
            history = self._history() if self._file.tables.get("meta") else None
            step = history.next(kind) if history else None
            if step is None:
                if history and history.trouble:
                    raise LibraryError(f"{history.trouble} Put it right, or move it away.")
                return None
            skipped = [f"“{step.label}” was too large to be kept for undo."] if step.lost else []
            for touched in _in_order(step, backwards=backwards):
                skipped += self._write_back(step, touched, backwards=backwards)
            self._replaying = (kind, step.stamp)
        return Outcome(step.label, *self._reached(step), tuple(skipped))

    def _reached(self, step: Step) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the uuids of the documents and annotations that a step touched."""
        documents: dict[str, None] = {}
        annotations = [touched for touched in step.touched if touched.table == "annotations"]
        for touched in step.touched:
            if touched.table == "documents":
                documents[touched.uuid] = None
        for touched in annotations:
            record = touched.old or touched.new or self._find("annotations", touched.uuid) or {}
            documents[record.get("document", "")] = None
        return tuple(filter(None, documents)), tuple(touched.uuid for touched in annotations)

    def _write_back(self, step: Step, touched: Touched, *, backwards: bool) -> list[str]:
        """Bring one record to where it was before the step (or after it, when redoing); return what was skipped."""
        if touched.values:
            return self._write_values(touched, backwards=backwards)
        here, wanted = (touched.new, touched.old) if backwards else (touched.old, touched.new)
        record = self._find(touched.table, touched.uuid)
        if wanted is not None:
            if record is not None:
                return [f"{_named(touched.table, wanted)} is there again and stays as it is."]
            if not self._removed_by(step, touched.uuid):
                return [f"{_named(touched.table, wanted)} was deleted since and stays so."]
            self._put(touched.table, {**wanted, "dots": {}})
        elif record is not None:
            if not self._is(touched, record, here or {}):
                return [f"{_named(touched.table, record)} was changed since and stays."]
            if touched.table == "tags" and self._in_use(touched.uuid, record.get("path", "")):
                return [f"{_named(touched.table, record)} is used elsewhere now and stays."]
            self._drop(touched.table, touched.uuid)
        return []

    def _write_values(self, touched: Touched, *, backwards: bool) -> list[str]:
        record = self._find(touched.table, touched.uuid)
        if record is None:
            return [f"A {_KINDS[touched.table]} was deleted since and stays so."]
        writes = {}
        skipped = []
        dots = record.get("dots", {})
        for path, change in touched.values.items():
            here, wanted = (change.after_dot, change.before) if backwards else (change.before_dot, change.after)
            if self._same(touched.uuid, path, as_dot(dots.get(path)), here):
                writes[path] = wanted
            else:
                skipped.append(
                    f"{self._value_name(path)} of {_named(touched.table, record)} was changed since and stays."
                )
        self._change(touched.table, changed(SHAPES[touched.table], record, writes))
        return skipped

    def _same(self, uuid: str, path: str, dot: Dot, other: Dot) -> bool:
        return dot == other or self._history().origin(uuid, path, dot) == self._history().origin(uuid, path, other)

    def _removed_by(self, step: Step, uuid: str) -> bool:
        """Tell whether a record is away because of this step; without a tombstone nobody else removed it."""
        grave = self._find("tombstones", uuid)
        seen = grave.get("seen") if grave else None
        if not seen:
            return True
        return self._history().step_of(max(seen.items(), key=lambda dot: dot[1])) == step.stamp

    def _is(self, touched: Touched, record: Record, wanted: Record) -> bool:
        """Tell whether every value of `record` is still the one that `wanted` had."""
        dots, other = record.get("dots", {}), wanted.get("dots", {})
        return set(dots) == set(other) and all(
            self._same(touched.uuid, path, as_dot(dots[path]), as_dot(other[path])) for path in dots
        )

    def _in_use(self, tag: str, path: str) -> bool:
        if any(other.path.startswith(f"{path}/") for other in self.tags()):
            return True
        drafted = self._file.draft().get("annotations", {})
        stored = self._file.tables.get("annotations", {})
        before = sum(tag in stored[key].get("tags", ()) for key in drafted if key in stored)
        after = sum(tag in (record or {}).get("tags", ()) for record in drafted.values())
        return self.index.tags.get(tag, 0) - before + after > 0

    def _value_name(self, path: str) -> str:
        head, _, name = path.partition("/")
        if head == "tags":
            tag = self._find("tags", name) or {}
            return f"The tag {tag.get('path', '')}"
        return f"The {_WORDS.get(head, head.rstrip('s') if name else head)}{f' {name}' if name else ''}"


def _in_order(step: Step, *, backwards: bool) -> list[Touched]:
    """Return what a step touched in the order to write it back: tags come before what carries them, and go after."""

    def rank(touched: Touched) -> int:
        if touched.table != "tags" or touched.values:
            return 1
        return 2 if (touched.old if backwards else touched.new) is None else 0

    return sorted(step.touched[::-1] if backwards else step.touched, key=rank)


def _named(table: str, record: Record) -> str:
    if table == "tags":
        return f"The tag {record.get('path', '')}"
    words = record.get("title") or record.get("anchor", {}).get("exact") or record.get("note") or ""
    short = words if len(words) <= _SHORT else f"{words[:_SHORT].rstrip()}…"
    return f"“{short}”" if short else f"A {_KINDS[table]}"
