"""Mending what checking finds, from journals, backups, documents and what can be read of a damaged file.

What cannot be read is never deleted: it is set aside, and named. Records are changed as a reader's edits are, or by a
merge, so that other copies of the library hear of it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path

from tinydb.table import Document as Row

from storage import backups as kept
from storage import base, files, identity, journal, meta, records
from storage.checking import held as reading
from storage.checking import places, quiet
from storage.checking.anchors import set_right
from storage.checking.held import Held
from storage.checking.records import KINDS, At, Survey, altered, lost, references
from storage.checking.texts import Progress, examine, version_of
from storage.codec import Record, Tables
from storage.dots import as_seen, together
from storage.errors import DocumentError, LibraryError
from storage.library import Library
from storage.lock import locked
from storage.merge import merge
from storage.model import Creator, Document, Tag
from storage.paths import located
from storage.scrubbing import Scrub
from storage.store import alone

_ROUNDS = 3
_OTHERS = 6.0
"""Seconds in which others that have a damaged library open see that, and write out what they hold."""


def repair(path: Path, state: Path, progress: Progress = quiet) -> list[str]:
    """Mend the library at `path` and return a sentence for each thing that was done.

    Others may have it open and go on writing: they take in what is mended. Raises LibraryError where it cannot be
    written, nothing of it can be read, or only another process that has it open knows still what it was.
    """
    real = Path(os.path.realpath(path))
    done = list(_rebuilt(real, state))
    with Library.open(path, state=state) as library:
        _claim(library)
        done += library.news()
        for step in (_lost, _records, _references, _texts, set_right):
            progress("repair", 0, 0)
            done += step(library)
        _fold(library)
        done += _journals(library)
        done += _backups(library)
        done += library.news()
    return [*done, *_places(real, state)]


def _claim(library: Library) -> None:
    if library.readonly:
        raise LibraryError(f"{library.path} is read-only, so nothing can be repaired in it.")


def _rebuilt(real: Path, state: Path) -> Iterator[str]:
    """Make a library of what can be read of a damaged one that has no backup; opening could not.

    Another process that has it open holds all of it in memory, and writes it out when it sees the damage: it is given
    the time for that.
    """
    others = not alone(real, state)
    if not _beyond_opening(real, reading.read(real, patience=_OTHERS if others else None)):
        return
    with _held(real):
        held = reading.read_now(real)
        if not _beyond_opening(real, held):
            return
        tables = held.merged()
        count = sum(len(tables.get(name, ())) for name in KINDS)
        if not count:
            raise LibraryError(f"Nothing of {real} can be read, and it has no backup. It was left as it is.")
        library = meta.of(tables)
        if library is None and others:
            raise LibraryError(
                f"{real} is damaged, and nothing but another Manicula that has it open knows still which library it "
                f"was. Close that one, which writes all it holds, then repair what is left. It was left as it is."
            )
        aside = kept.Backups(real).keep_for_good(real)
        files.replace(real, [base.written(tables, library or _founded(tables))])
    yield f"{real} was made anew of the {count} records that can be read of it. The damaged file is kept as {aside}."


def _beyond_opening(real: Path, held: Held) -> bool:
    """Tell whether a library is damaged and there is nothing that opening it could mend it with."""
    known = kept.Backups(real).latest() if held.state == reading.DAMAGED else None
    return held.state == reading.DAMAGED and not (known and meta.of(known))


@contextmanager
def _held(real: Path) -> Iterator[None]:
    """Hold the library's lock, where there is a way to. Raises LibraryError when another holds it for long."""
    with ExitStack() as stack:
        with suppress(OSError):
            stack.enter_context(locked(real))
        yield


def _fold(library: Library) -> None:
    """Write the library anew; where others do so meanwhile, again, and at last while they wait."""
    store = library.store
    for _ in range(_ROUNDS):
        if library.fold() or not store.mended:
            return
    with store.exclusive():
        store.look()
        library.fold()


def _founded(tables: Tables) -> tuple[str, Record]:
    """Return the own record of a library whose own record is lost: it knows all that its records know."""
    key, record = meta.made()
    for table in tables.values():
        for each in table.values():
            record["seen"] = together(record["seen"], as_seen(each))
    return key, {**record, "clock": max(record["seen"].values(), default=0)}


def _lost(library: Library) -> Iterator[str]:
    """Take back what backups hold and nobody deleted."""
    survey = Survey(library.store.tables)
    found: Tables = {}
    for each in _readable(library):
        for at, record in lost(survey, each):
            found.setdefault(at.table, {})[at.key] = record
    if found:
        library.absorb(found)
        yield f"{_counted(found)} taken back from the backups."


def _readable(library: Library) -> Iterator[Tables]:
    """Yield what each backup holds, the oldest first."""
    for path in places.backups(library.store.real):
        tables = places.opened(path).tables
        if tables:
            yield tables


def _records(library: Library) -> Iterator[str]:
    """Have records lie where they should, once, and with their checksums: by merging those that do not anew."""
    store = library.store
    survey = Survey(store.tables)
    bad = {*survey.strayed, *survey.forgotten, *altered(store.tables)}
    if not bad:
        return
    with store.exclusive():
        store.look()
        taken: Tables = {}
        for at in bad:
            if (found := store.tables[at.table].pop(at.key, None)) is not None:  # else another removed it
                taken.setdefault(at.table, {})[at.key] = found
        merged = merge(store.tables, taken)
        kept.apply(store.tables, merged.changes)
        store.mended = True  # so that it is written anew, whole, and others read it so
        library.reloaded()
        store.write_back(merged.revived)
    yield f"{_counted(taken)} put in order."


def _references(library: Library) -> Iterator[str]:
    """Have everything that is referred to: from the backups, else something that stands for it."""
    wanted = Survey(library.store.tables).wanted
    found: dict[tuple[str, str], Record] = {}
    for tables in _readable(library) if wanted else ():
        for table, uuid in wanted:
            key = next((key for key, each in tables.get(table, {}).items() if each.get("uuid") == uuid), None)
            if key is not None:
                found[table, uuid] = tables[table][key]
    with library.step("repair") if wanted else nullcontext():
        for (table, uuid), users in wanted.items():
            if not _still_wanted(library, table, uuid, users):
                continue
            if all(at.table == "positions" for at in users):
                there = library.store.tables["positions"]
                library.db.table("positions").remove(doc_ids=[int(at.key) for at in users if at.key in there])
                yield f"{len(users)} reading positions in a document that is gone were dropped."
                continue
            record = found.get((table, uuid)) or _stand_in(library, table, uuid, users)
            library.db.table(table).insert(Row(record, doc_id=int(identity.doc_id(uuid))))
            whence = "taken back from the backups" if (table, uuid) in found else "made anew, as nothing of it is left"
            yield f"The {KINDS[table]} {uuid[:8]}, which others refer to, was {whence}."


def _still_wanted(library: Library, table: str, uuid: str, users: list[At]) -> bool:
    """Tell whether a record is still missing, and referred to: others may have saved meanwhile."""
    rows = library.store.tables
    with suppress(ValueError):
        if rows.get(table, {}).get(identity.doc_id(uuid), {}).get("uuid") == uuid:
            return False
    return any((table, uuid) in references(at.table, rows[at.table].get(at.key) or {}) for at in users)


def _stand_in(library: Library, table: str, uuid: str, users: list[At]) -> Record:
    """Return a record for what is lost, of what those who refer to it tell."""
    if table == "tags":
        library.ensure_tag("lost")
        return records.plain_record(Tag(uuid, f"lost/{uuid[:8]}", created=identity.now()))
    if table == "creators":
        return records.plain_record(Creator(uuid, "unknown"))
    found = (version_of(library.store.tables[at.table].get(at.key) or {}) for at in users if at.table == "annotations")
    versions = tuple(dict.fromkeys(filter(None, found)))
    made = Document(uuid, f"Lost document {uuid[:8]}", texts=versions, added=identity.now())
    for version in versions:
        with suppress(DocumentError):
            text = library.snapshots.load(version)
            made = made._replace(title=text.meta.title or made.title, length=len(text), format=text.meta.format)
    return records.plain_record(made)


def _texts(library: Library) -> Iterator[str]:
    """Set damaged snapshots aside, and make missing ones anew of the files that still have their text."""
    found = examine(library.store.tables, library.snapshots, quiet)
    for path in found.damaged:
        with suppress(FileNotFoundError):  # another repair was quicker
            aside = library.store.backups.set_aside(path)
            yield f"The damaged snapshot {path} was set aside as {aside}."
    needed = {path.stem for path in found.damaged} | set(found.missing)
    for document in library.documents() if needed else ():
        for path in (located(each, library.folder) for each in document.paths):
            if made := _read_again(library, path, needed):
                needed.discard(made)
                yield f"The text of “{document.title}” was read again from {path}."


def _read_again(library: Library, path: Path, needed: set[str]) -> str:
    """Keep the text of a file if it is a needed one; return its hash then."""
    with suppress(DocumentError, OSError):
        text = library.read(path)
        if text.hash in needed:
            library.snapshots.save(text)
            return text.hash
    return ""


def _journals(library: Library) -> Iterator[str]:
    """Set aside journals that are damaged or of another library: what can be read of them is in the library now."""
    store = library.store
    for path in journal.beside(store.real):
        with store.exclusive():
            store.look()
            each = reading.carried(store.real, path)
            if (each.spoiled(library.device) or not store.is_ours(each.journal)) and (aside := store.put_away(path)):
                yield f"{path} was set aside as {aside}; what could be read of it is in the library."


def _backups(library: Library) -> Iterator[str]:
    store = library.store
    for path in places.backups(store.real):
        if trouble := places.opened(path).trouble:
            with suppress(FileNotFoundError):  # another process has pruned it
                yield f"The backup {path} was set aside as {store.backups.set_aside(path)}: {trouble}."
    scrub = Scrub(store.tables)
    with store.exclusive():
        for path in (*places.backups(store.real), *places.aside(store.real)):
            if count := scrub.clean(path).records:
                yield f"{count} records of what was forgotten were taken out of {path}."


def _places(real: Path, state: Path) -> Iterator[str]:
    for path in places.leftovers(real, state):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            files.discard(path)
        yield f"{path}, left by a crash, was removed."
    for path in places.exposed(real, state):
        with suppress(OSError):
            files.make_private(path)
            yield f"{path} is yours alone now."


def _counted(tables: Mapping[str, Mapping[str, Record]]) -> str:
    parts = [f"{len(table)} {KINDS.get(name, name)}{'' if len(table) == 1 else 's'}" for name, table in tables.items()]
    return ", ".join(parts)
