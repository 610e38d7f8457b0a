"""The undo log: what each step of this device changed in one library, kept across restarts, never merged or synced.

One file per library in the state folder, JSON lines, appended by every process of this device while it holds the
library's lock, so in the order of stamps. Undoing is a new edit that writes earlier values back; it stands in the log
too, as ``undo`` of the step it took back, and a value it wrote counts as the value it restored (`History.origin`).

The log is opened when a step is undone or a stamp is needed, not at start; then only the head of each line is looked
at. It keeps at most `LIMIT` bytes, dropping the oldest steps.
"""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from storage import files
from storage.codec import Record
from storage.dots import SHAPES, Dot, as_dot, values
from storage.sealing import Edit
from storage.twins import document_of

LIMIT = 64 << 20
"""Bytes the log may have; thousands of ordinary steps fit into one of them."""

_KEPT = LIMIT * 3 // 4
_TAIL = 1 << 16
_LONG = 1 << 14
_WHOLE = 4
"""An edit that made or removed a record: table, uuid, old, new; others have table, uuid, values."""

_HEAD = re.compile(rb'\{"(do|undo|redo)":(\d+)(?:,"of":(\d+))?')
_DERIVED = re.compile(r"(files|texts|paths)/|length$|format$")


class Change(NamedTuple):
    """One value of a step: what stood there before and after, with the dots."""

    before: Any
    before_dot: Dot
    after: Any
    after_dot: Dot


class Touched(NamedTuple):
    """What a step did to one record: made it (`old` None), removed it (`new` None), or changed `values` by path."""

    table: str
    uuid: str
    old: Record | None
    new: Record | None
    values: Mapping[str, Change]


class Step(NamedTuple):
    """One step of the log. `lost`: it was too large to be written."""

    stamp: int
    label: str
    touched: tuple[Touched, ...]
    lost: bool = False


class _Entry(NamedTuple):
    kind: str
    of: int
    line: bytes
    offset: int
    length: int


class History:
    """The steps of one library on one device. `file` may not exist, and may be impossible to write.

    `trouble` says why it could not be read at the last look; what was known then still counts.
    """

    def __init__(self, file: Path, device: str) -> None:
        self._file = file
        self._device = device
        self._pending: list[bytes] = []
        self.trouble = ""
        self._forget()

    def _forget(self) -> None:
        self._entries: dict[int, _Entry] = {}
        self._done: list[int] = []
        self._undone: list[int] = []
        self._steps: dict[int, Step] = {}
        self._read = 0
        self._inode = 0

    def last_stamp(self) -> int:
        """Return the largest stamp in the log, 0 when it is empty; reads only its end."""
        with suppress(OSError), self._file.open("rb") as log:
            size = log.seek(0, os.SEEK_END)
            log.seek(max(0, size - _TAIL))
            heads = [_HEAD.match(line) for line in log.read().split(b"\n")]
            stamps = [int(head[2]) for head in heads if head]
            if stamps:
                return max(stamps)
        self.sync()
        return max(self._entries, default=0)

    def record(self, kind: str, stamp: int, label: str, edits: Iterable[Edit], of: int = 0) -> None:
        """Append a step (`kind` ``do``), or that step `of` was undone or redone; the library's lock is held.

        Of a step only what a reader can take back is kept; one without any of that is none.
        What cannot be written now (disk full) is kept, counts in this process, and is tried again with the next one.
        """
        kept = undoable(edits)
        if kind == "do" and not kept:
            return
        head = f'{{"{kind}":{stamp}' + (f',"of":{of}' if of else "")
        self._pending.append(_line(head, label, [_written(edit) for edit in kept]))
        with suppress(OSError):
            self._flush()

    def _flush(self) -> None:
        files.make_folder(self._file.parent)
        data = b"".join(self._pending)
        with suppress(FileNotFoundError), self._file.open("rb") as log:
            if log.seek(0, os.SEEK_END):
                log.seek(-1, os.SEEK_END)
                data = data if log.read(1) == b"\n" else b"\n" + data  # a crash tore the last line
        files.append(self._file, data)
        self._pending.clear()
        with suppress(OSError):
            if self._file.stat().st_size > LIMIT:
                self._shorten()

    def _shorten(self) -> None:
        with self._file.open("rb") as log:
            log.seek(-_KEPT, os.SEEK_END)
            log.readline()
            files.sweep(self._file.parent, self._file.name)
            files.replace(self._file, iter(lambda: log.read(1 << 20), b""))

    def sync(self) -> None:
        """Take in what the log has got since the last look, from this process or another."""
        self.trouble = ""
        try:
            with self._file.open("rb") as log:
                self._catch_up(log)
        except FileNotFoundError:
            self._forget()
        except OSError as error:
            self.trouble = f"The undo log {self._file} cannot be read: {error.strerror}."
        for line in self._pending:
            self._take(line, 0)

    def _catch_up(self, log: BinaryIO) -> None:
        status = os.fstat(log.fileno())
        if status.st_ino != self._inode or status.st_size < self._read:
            self._forget()
            self._inode = status.st_ino
        log.seek(self._read)
        for line in log:
            if not line.endswith(b"\n"):
                return
            self._take(line, self._read)
            self._read += len(line)

    def _take(self, line: bytes, offset: int) -> None:
        head = _HEAD.match(line)
        if not head or int(head[2]) in self._entries:
            return
        kind, stamp, of = head[1].decode(), int(head[2]), int(head[3] or 0)
        held = line if line in self._pending else b""
        self._entries[stamp] = _Entry(kind, of, held, offset, len(line))
        if kind == "do":
            self._done.append(stamp)
            self._undone.clear()
        else:
            source, target = (self._done, self._undone) if kind == "undo" else (self._undone, self._done)
            if of in source:
                source.remove(of)
                target.append(of)

    def next(self, kind: str) -> Step | None:
        """Return the step that ``undo`` or ``redo`` takes next; None when there is none."""
        self.sync()
        stack = self._done if kind == "undo" else self._undone
        while stack:
            step = self.step(stack[-1])
            if step:
                return step
            stack.pop()
        return None

    def step(self, stamp: int) -> Step | None:
        """Return the step made at `stamp`; None when the log no longer has it, or has it damaged."""
        if stamp not in self._steps and stamp in self._entries:
            with suppress(OSError, ValueError, KeyError, TypeError, zlib.error):
                self._steps[stamp] = _read(stamp, self._line(self._entries[stamp]))
        return self._steps.get(stamp)

    def _line(self, entry: _Entry) -> bytes:
        if entry.line:
            return entry.line
        with self._file.open("rb") as log:
            log.seek(entry.offset)
            return log.read(entry.length)

    def step_of(self, dot: Dot) -> int:
        """Return the stamp of the step that `dot` was written for, by doing, undoing or redoing it; 0: none of ours."""
        entry = self._entries.get(dot[1]) if dot and dot[0] == self._device else None
        return entry.of or dot[1] if entry and dot else 0

    def origin(self, uuid: str, path: str, dot: Dot) -> Dot:
        """Return the dot of the step that first wrote the value that `dot` shows.

        Undo and redo write a value again under a dot of their own; followed back, such a dot is that of the value.
        """
        while dot and dot[0] == self._device:
            entry = self._entries.get(dot[1])
            step = self.step(entry.of) if entry and entry.of else None
            touched = next((touched for touched in step.touched if touched.uuid == uuid), None) if step else None
            if not entry or not touched:
                break
            found = _dot(touched, path, before=entry.kind == "undo")
            if found is None or found == dot:
                break
            dot = found
        return dot


def scrub(file: Path, gone: Collection[str]) -> int:
    """Take out of a log what its steps did to the records `gone` (uuids), and to what belongs to those documents.

    Returns how many steps that touches. The library's lock is held. Raises OSError.
    """
    with file.open("rb") as log:
        lines = list(log)
    also = {edit[1] for line in lines for edit in _edits(line) if _belongs(edit, gone)}  # told by whole records alone
    kept = [(line, _without(line, also.union(gone))) for line in lines]
    touched = sum(line != made for line, made in kept)
    if touched:
        files.replace(file, (made for _, made in kept))
    return touched


def _edits(line: bytes) -> list[list[Any]]:
    with suppress(ValueError, TypeError, zlib.error):
        return list(_opened(line).get("edits", ()))
    return []


def _without(line: bytes, gone: Collection[str]) -> bytes:
    """Return a line of the log without what it did to the records `gone`, empty where nothing is left of it."""
    head = _HEAD.match(line)
    try:
        entry = _opened(line)
        edits = [edit for edit in entry.get("edits", ()) if not _belongs(edit, gone)]
    except (ValueError, KeyError, TypeError, IndexError, zlib.error):
        return b"" if any(uuid.encode() in line for uuid in gone) else line
    if not head or len(edits) == len(entry.get("edits", ())):
        return line
    return _line(head[0].decode(), entry["label"], edits) if edits else b""


def _belongs(edit: list[Any], gone: Collection[str]) -> bool:
    records = [record for record in edit[2:] if isinstance(record, dict)] if len(edit) == _WHOLE else []
    return edit[1] in gone or any(document_of(edit[0], record) in gone for record in records)


def _dot(touched: Touched, path: str, *, before: bool) -> Dot:
    if change := touched.values.get(path):
        return change.before_dot if before else change.after_dot
    record = touched.old if before else touched.new
    return as_dot((record or {}).get("dots", {}).get(path))


def undoable(edits: Iterable[Edit]) -> list[Edit]:
    """Return what of a transaction a reader can take back: not that a document was added, or somebody signed first."""
    return [
        edit
        for edit in edits
        if edit.table in {"annotations", "tags", "memos", "bookmarks"}
        or (edit.table in {"documents", "creators"} and edit.old and edit.new and _changes(edit))
    ]


def _changes(edit: Edit) -> dict[str, list[Any]]:
    shape = SHAPES[edit.table]
    old, new = edit.old or {}, edit.new or {}
    before, after = values(shape, old), values(shape, new)
    dots, new_dots = old.get("dots", {}), new.get("dots", {})
    found = {
        path: [before.get(path), dots.get(path), after.get(path), new_dots.get(path)]
        for path in {**before, **after}
        if before.get(path) != after.get(path) and not (edit.table == "documents" and _DERIVED.match(path))
    }
    beside, now_beside = old.get("alternatives") or [], new.get("alternatives") or []
    if beside != now_beside:
        found["alternatives"] = [beside, None, now_beside, None]
    return found


def _written(edit: Edit) -> list[Any]:
    if edit.old and edit.new:
        return [edit.table, edit.uuid, _changes(edit)]
    return [edit.table, edit.uuid, edit.old, edit.new]


def _line(head: str, label: str, edits: list[Any]) -> bytes:
    """Return the line of a step; a long one is compressed, one that is too long says so alone."""
    body = json.dumps({"label": label, "edits": edits}, ensure_ascii=False, separators=(",", ":"))
    line = f"{head},{body[1:]}".encode(errors="replace")
    if len(line) > _LONG:
        line = f'{head},"z":"{_packed(body)}"}}'.encode()
    if len(line) > _KEPT:
        line = f'{head},"label":{json.dumps(label)},"lost":true}}'.encode()
    return line + b"\n"


def _packed(body: str) -> str:
    import base64  # noqa: PLC0415  # imported when first used

    return base64.b64encode(zlib.compress(body.encode(errors="replace"), 6)).decode()


def _read(stamp: int, line: bytes) -> Step:
    """Read one line. Raises ValueError, KeyError, TypeError or zlib.error when it is damaged."""
    entry = _opened(line)
    return Step(stamp, entry["label"], tuple(map(_touched, entry.get("edits", ()))), bool(entry.get("lost")))


def _opened(line: bytes) -> dict[str, Any]:
    """Return what a line holds, decompressed. Raises ValueError, TypeError or zlib.error when it is damaged."""
    entry: dict[str, Any] = json.loads(line)
    if "z" in entry:
        import base64  # noqa: PLC0415  # imported when first used

        entry = json.loads(zlib.decompress(base64.b64decode(entry["z"])))
    return entry


def _touched(edit: list[Any]) -> Touched:
    if len(edit) == _WHOLE:
        return Touched(edit[0], edit[1], edit[2], edit[3], {})
    changes = {
        path: Change(before, as_dot(before_dot), after, as_dot(after_dot))
        for path, (before, before_dot, after, after_dot) in edit[2].items()
    }
    return Touched(edit[0], edit[1], None, None, changes)
