"""Mending what checking finds, from journals, backups, documents and what can be read of a damaged file.

What cannot be read is never deleted: it is set aside, and named. Records are changed as a reader's edits are, or by a
merge, so that other copies of the library hear of it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from tinydb.table import Document as Row

from storage import backups as kept
from storage import base, files, identity, meta, records
from storage.checking import held as reading
from storage.checking import places, quiet
from storage.checking.anchors import set_right
from storage.checking.held import Held
from storage.checking.records import KINDS, At, Survey, altered, lost
from storage.checking.texts import Progress, examine, version_of
from storage.codec import Record, Tables
from storage.dots import as_seen, together
from storage.errors import DocumentError, LibraryError
from storage.library import Library
from storage.merge import merge
from storage.model import Creator, Document, Tag
from storage.paths import located
from storage.scrubbing import Scrub


def repair(path: Path, state: Path, progress: Progress = quiet) -> list[str]:
    """Mend the library at `path` and return a sentence for each thing that was done.

    Raises LibraryError where it cannot be written, another process has it open, or nothing of it can be read.
    """
    real = Path(os.path.realpath(path))
    done = list(_rebuilt(real, reading.read(real)))
    with Library.open(path, state=state) as library:
        _claim(library)
        done += library.news()
        for step in (_lost, _records, _references, _texts, set_right):
            progress("repair", 0, 0)
            done += step(library)
        library.fold()
        done += _journals(library)
        done += _backups(library)
        done += library.news()
    return [*done, *_places(real, state)]


def _claim(library: Library) -> None:
    if library.readonly:
        raise LibraryError(f"{library.path} is read-only, so nothing can be repaired in it.")
    if not library.store.alone():
        raise LibraryError(f"{library.path} is open in another Manicula. Close it there, then repair it.")


def _rebuilt(real: Path, held: Held) -> Iterator[str]:
    """Make a library of what can be read of a damaged one that has no backup; opening could not."""
    known = kept.Backups(real).latest()
    if held.state != reading.DAMAGED or (known and meta.of(known)):
        return
    tables = held.merged()
    count = sum(len(tables.get(name, ())) for name in KINDS)
    if not count:
        raise LibraryError(f"Nothing of {real} can be read, and it has no backup. It was left as it is.")
    library = meta.of(tables) or _founded(tables)
    aside = kept.Backups(real).set_aside(real)
    files.replace(real, [base.written(tables, library)])
    yield f"{real} was made anew of the {count} records that can be read of it. The damaged file is kept as {aside}."


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
        taken: Tables = {}
        for at in bad:
            taken.setdefault(at.table, {})[at.key] = store.tables[at.table].pop(at.key)
        merged = merge(store.tables, taken)
        kept.apply(store.tables, merged.changes)
        store.homeless = True  # so that it is written anew, whole
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
    with library.step("repair"):
        for (table, uuid), users in wanted.items():
            if all(at.table == "positions" for at in users):
                library.db.table("positions").remove(doc_ids=[int(at.key) for at in users])
                yield f"{len(users)} reading positions in a document that is gone were dropped."
                continue
            record = found.get((table, uuid)) or _stand_in(library, table, uuid, users)
            library.db.table(table).insert(Row(record, doc_id=int(identity.doc_id(uuid))))
            whence = "taken back from the backups" if (table, uuid) in found else "made anew, as nothing of it is left"
            yield f"The {KINDS[table]} {uuid[:8]}, which others refer to, was {whence}."


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
    held = reading.read(store.real)
    for each in held.journals:
        if each.spoiled(library.device) or held.foreign(each):
            aside = store.backups.set_aside(each.journal.path)
            store.journals.pop(each.device, None)
            yield f"{each.journal.path} was set aside as {aside}; what could be read of it is in the library."


def _backups(library: Library) -> Iterator[str]:
    store = library.store
    for path in places.backups(store.real):
        if trouble := places.opened(path).trouble:
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
