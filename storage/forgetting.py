"""Forgetting a document for good: its text and all that was noted in it, wherever Manicula keeps any of that.

In the library deletions stay that say `forgotten`, without content, so that no copy brings anything back by a merge.
Then the library is folded, and what was forgotten is taken out of the files around it (`storage.scrubbing`), out of the
undo log and the texts. The document's own file is never touched. A run that was broken off is finished by another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from storage import compact, drafts, files, identity, journal, meta, paths, undo
from storage.checking import places
from storage.checking.records import KINDS
from storage.checking.texts import version_of
from storage.codec import Record, Tables, sealed
from storage.dots import as_seen
from storage.errors import DocumentError, LibraryError
from storage.scrubbing import Scrub, belonging

if TYPE_CHECKING:
    from storage.library import Library

Progress = Callable[[str, int, int], None]
"""Told what is being cleaned, how many of it have been, and how many there are."""

_TRIES = 10
_TELLING = 20
"""Characters from which a text is told from any other by itself."""


class Plan(NamedTuple):
    """What is to be forgotten: a document (uuid, title), how many records of each table, versions of its text (hashes).

    `words` are its quotes and notes, `files` where it lies itself, `originals` the hashes of its bytes. One that was
    forgotten before has no records.
    """

    document: str
    title: str
    counts: Mapping[str, int] = {}
    versions: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    files: tuple[Path, ...] = ()
    originals: frozenset[str] = frozenset()


class Removed(NamedTuple):
    """What went from one place: how many of what (a noun). `left`: something is left that nobody can take out."""

    place: Path
    number: int = 0
    what: str = ""
    left: bool = False


def plan(library: Library, uuid: str) -> Plan:
    """Return what forgetting a document would remove. Raises UsageError where there is no such document."""
    library.store.complete()
    tables = library.store.tables
    if uuid in Scrub(tables).ids:
        return Plan(uuid, uuid[:8])
    document = library.document(uuid)
    own = belonging(tables, {document.uuid})
    known = (paths.located(each, library.folder) for each in document.paths)
    return Plan(
        document.uuid,
        document.title,
        {name: len(found) for name, found in own.items()},
        frozenset(_versions(own)),
        frozenset(_words(own)),
        tuple(path for path in known if path.exists() and path.parent != library.pages),
        frozenset(_originals(own)),
    )


def forget(library: Library, wanted: Plan, progress: Progress) -> list[Removed]:
    """Forget what the plan says, everywhere, and return what went from where.

    Raises LibraryError when something cannot be written; another call then does the rest.
    """
    library.pick_up()
    if wanted.counts:
        _bury(library, wanted.document)
    _fold(library)
    with library.store.explained():
        return [*_records(library, wanted), *_Cleaning(library, wanted, progress).run()]


def _bury(library: Library, uuid: str) -> None:
    """Put the deletion in the place of the document; the merge has all go along that belongs to it."""
    found = belonging(library.store.tables, {uuid})
    ending = {"deleted": identity.now(), "forgotten": True}
    graves = {
        key: sealed({"uuid": each["uuid"], "seen": as_seen(each), **ending}) for key, each in found["documents"].items()
    }
    library.absorb({**found, "tombstones": graves})


def _fold(library: Library) -> None:
    """Have the library's file and journal hold nothing of it."""
    for _ in range(_TRIES):
        if not library.store.unfolded():
            return
        if not compact.fold(library.store):
            library.refresh()  # another process did
    raise LibraryError(f"{library.path} is being changed all the time. Forget the document again when it is quiet.")


def _records(library: Library, wanted: Plan) -> Iterator[Removed]:
    for name, count in wanted.counts.items():
        yield Removed(library.path, count, KINDS[name])


def _versions(tables: Mapping[str, Mapping[str, Record]]) -> Iterator[str]:
    """Yield the hashes of the texts that documents have had and annotations stand on."""
    for record in tables.get("documents", {}).values():
        found = record.get("texts")
        yield from map(str, found if isinstance(found, list) else ())
    yield from filter(None, map(version_of, tables.get("annotations", {}).values()))


def _originals(tables: Mapping[str, Mapping[str, Record]]) -> Iterator[str]:
    """Yield the hashes of the bytes that documents have had."""
    for record in tables.get("documents", {}).values():
        found = record.get("files")
        yield from map(str, found if isinstance(found, list) else ())


def _words(tables: Mapping[str, Mapping[str, Record]]) -> Iterator[str]:
    """Yield what was quoted and noted."""
    for records in tables.values():
        for record in records.values():
            anchor = record.get("anchor")
            found = [record.get("note"), anchor.get("exact") if isinstance(anchor, dict) else ""]
            yield from (each for each in found if each and isinstance(each, str))


class _Cleaning:
    """Takes what was forgotten out of all that lies around the library, a file at a time so that others may save."""

    def __init__(self, library: Library, wanted: Plan, progress: Progress) -> None:
        self._library = library
        self._store = library.store
        self._state = library.state
        self._snapshots = library.snapshots
        self._progress = progress
        self._ids = set(Scrub(self._store.tables).ids)
        self._versions, self._words = set(wanted.versions), set(wanted.words)
        self._originals, self._pages = set(wanted.originals), library.pages
        for tables in self._copies():
            found = belonging(tables, self._ids)
            self._ids.update(str(record.get("uuid")) for records in found.values() for record in records.values())
            self._versions.update(_versions(found))
            self._words.update(_words(found))
            self._originals.update(_originals(found))
        self._versions -= set(_versions(self._store.tables))
        self._originals -= set(_originals(self._store.tables))
        self._scrub = Scrub(self._store.tables, self._words)

    def _files(self) -> list[Path]:
        real = self._store.real
        return [*journal.beside(real), *places.backups(real), *places.aside(real)]

    def _copies(self) -> Iterator[Tables]:
        """Yield what each backup and journal holds, as far as it can be read."""
        found = self._files()
        for number, path in enumerate(found):
            self._progress("files read", number, len(found))
            if tables := places.opened(path).tables:
                yield tables

    def run(self) -> Iterator[Removed]:
        """Clean up; what tells where the rest is comes last, so that all of it can be done again."""
        yield from self._copied()
        yield from self._drafts()
        yield from self._frames()
        yield from self._texts()
        yield from self._search()
        yield from self._fetched()
        yield from self._steps()
        yield from self._backups()
        yield from self._others()

    def _copied(self) -> Iterator[Removed]:
        """Remove what was copied last, where it is of the document."""
        path = paths.last_copy(self._state)
        with suppress(OSError):
            copied = _squeezed(path.read_text("utf-8", errors="replace"))
            if any(_shares(copied, _squeezed(text)) for text in (*self._strings(), *self._words)):
                files.discard(path)
                yield Removed(path, 1, "copied quote")

    def _drafts(self) -> Iterator[Removed]:
        """Remove notes that were begun and not kept."""
        for path in drafts.of(self._ids, self._state):
            files.discard(path)
            yield Removed(path, 1, "draft")

    def _frames(self) -> Iterator[Removed]:
        """Remove what the screen showed last, of whatever document: its lists name the others too."""
        from storage.framing import Frames  # noqa: PLC0415  # imported when first used

        found = Frames(self._library)
        if count := found.discard():
            yield Removed(found.folder, count, "frame")

    def _strings(self) -> Iterator[str]:
        for version in self._versions:
            with suppress(DocumentError):
                yield self._snapshots.load(version).string

    def _texts(self) -> Iterator[Removed]:
        """Remove the snapshots, damaged ones that were set aside, and what a crash left of one."""
        folders = (self._snapshots.folder, self._store.backups.folder)
        found = [path for folder in folders for path in folder.glob("*.text*") if self._versions & _hashes(path)]
        for path in found:
            path.unlink()
            yield Removed(path, 1, "text")

    def _search(self) -> Iterator[Removed]:
        """Remove the index of the library search; it is made again without the document."""
        from storage.fulltext.index import remove  # noqa: PLC0415  # imported when first used

        if self._ids:
            for path in remove(self._store.real):
                yield Removed(path, 1, "index")

    def _fetched(self) -> Iterator[Removed]:
        """Remove the pages that were fetched; a document's own file, wherever that lies, is not touched."""
        for path in self._pages.glob("*"):
            if path.is_file() and sha256(path.read_bytes()).hexdigest() in self._originals:
                path.unlink()
                yield Removed(path, 1, "page")

    def _steps(self) -> Iterator[Removed]:
        """Take steps out of the undo logs that this machine keeps for the library, wherever it has lain."""
        for path in sorted((self._state / "undo").glob(f"{meta.uuid_of(self._store.tables)}-*.jsonl")):
            with self._store.exclusive():
                count = undo.scrub(path, self._ids)
            if count:
                yield Removed(path, count, "step")

    def _backups(self) -> Iterator[Removed]:
        found = self._files()
        for number, path in enumerate(found):
            self._progress("files cleaned", number, len(found))
            count, stuck = 0, False
            with self._store.exclusive(), suppress(FileNotFoundError):  # others may fold, and prune, meanwhile
                count, stuck = self._scrub.clean(path)
            if count or stuck:
                yield Removed(path, count, "record", left=stuck)

    def _others(self) -> Iterator[Removed]:
        """Name what else lies beside the library, or in the state folder, and mentions it."""
        real = self._store.real
        beside = [path for path in real.parent.glob("*") if path.name.startswith(real.stem) and path != real]
        cleaned = set(self._files())
        for path in sorted([*beside, *self._state.rglob("*")]):
            if path.is_file() and path not in cleaned:
                with suppress(OSError):
                    if self._scrub.mentions(path.read_bytes()):
                        yield Removed(path, left=True)


def _hashes(path: Path) -> set[str]:
    """Return the hash in the name of a snapshot, whatever stands before and after it."""
    return {part.removeprefix("aside-") for part in path.name.replace("-", ".").split(".")}


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _shares(copied: str, text: str) -> bool:
    """Tell whether something of `text` was copied: all of it, or a stretch that is long enough to tell."""
    if len(copied) < _TELLING:
        return bool(copied) and copied in text
    if len(text) < _TELLING:
        return len(text) > _TELLING // 2 and text in copied
    starts = range(0, len(copied) - _TELLING + 1, _TELLING // 2)
    return any(copied[at : at + _TELLING] in text for at in starts)
