"""Edits by other programs: a library that plain TinyDB, jq or an editor has changed, told from its checksums.

A record that does not match its checksum was edited by someone, and so was one that lacks it. What differs from the
last version that Manicula wrote (it is among the backups, or in memory) is taken as an edit of this device, so it wins;
a note that stood there before is kept beside it, as the edit may have been damage. A record that is gone without a
tombstone was deleted by someone. All of it is one step, which undo takes back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from storage import codec, identity, meta, rows
from storage.backups import apply
from storage.codec import Record, Tables
from storage.dots import SHAPES, as_dot, changed, extras, values
from storage.incoming import differing
from storage.merge import merge
from storage.rows import Rows
from storage.sealing import Sealer
from storage.transactions import Changes

if TYPE_CHECKING:
    from storage.store import Store

LABEL = "changes by another program"


_Edited = tuple[str, str, Record | None]
"""Table, doc_id, and the record as it is to be; None where it was deleted."""


class Sorted(NamedTuple):
    """What was found: records as Manicula wrote them, and those that somebody else did."""

    good: Tables
    touched: dict[str, dict[str, Record]]


def take(store: Store, found: Tables, checksum: str, *, opening: bool) -> bool:
    """Take in a base that is not as it was written; True when anything changed in memory. Raises LibraryError."""
    version = store.version
    known = _as_written(store, found)
    good, touched = _sort(found, (known or {}) if opening else store.tables)
    if opening or meta.uuid_of(store.tables) != meta.uuid_of(found):
        store.become(_before(good, known))
    else:
        known = known or {name: table.copy() for name, table in store.tables.items() if isinstance(table, Rows)}
        store.receive(merge(store.tables, differing(store.tables, good)).changes, journaled=False)
    if store.readonly:
        store.news.append(f"Another program has changed {store.path}; its changes are not shown, as it is read-only.")
        return True
    with store.exclusive():
        store.look()
        if store.version == version and not store.took(checksum):
            try:
                _save(store, list(_edits(store.tables, known, found, touched)), checksum)
            finally:
                store.taking = ""
    store.homeless = True
    store.settle()
    return True


def settled(found: Tables, known: Tables | None, device: str, stamp: int) -> Tables:
    """Return what a file that another program may have changed holds, its changes as edits of `device` at `stamp`.

    `known` is an older version of it, or None.
    """
    good, touched = _sort(found, known or {})
    tables = _before(good, known)
    edits: Changes = {}
    for table, key, record in list(_edits(tables, known, found, touched)):
        edits.setdefault(table, {})[key] = record
    apply(tables, Sealer(tables, device, stamp).seal(edits))
    return tables


def _save(store: Store, edits: list[_Edited], checksum: str) -> None:
    """Save the edits: of records that were not known before, which is no step, and of all others, as one step.

    Only the last of the two says that all of the file with this checksum is taken over.
    """
    strangers = [edit for edit in edits if edit[1] not in store.tables.get(edit[0], {})]
    others = [edit for edit in edits if edit not in strangers]
    for label, chosen in (("", strangers), (LABEL, others)):
        store.taking = "" if chosen is strangers and others else checksum
        with store.transaction(label):
            for table, key, record in chosen:
                store.put(table, key, record)
    gone = sum(record is None for _, _, record in edits)
    taken = len(edits) - gone
    parts = [f"{taken} {'record' if taken == 1 else 'records'} taken over"] if taken else []
    parts += [f"{gone} deleted"] if gone else []
    if parts:
        store.news.append(f"Another program has changed {store.path}: {', '.join(parts)}. u takes it back.")


def _before(good: Tables, known: Tables | None) -> Tables:
    """Return what the library held before it was edited, as far as that is known."""
    there = {record.get("uuid") for records in good.values() for record in records.values()}
    for name in SHAPES if known else ():
        for key, record in (known or {}).get(name, {}).items():
            if record.get("uuid") not in there:
                good.setdefault(name, rows.table(name))[key] = record
    return good


def _as_written(store: Store, found: Tables) -> Tables | None:
    """Return the base as Manicula wrote it before somebody else did, as far as that is known."""
    previous = str((meta.of(found) or ("", {}))[1].get("previous", ""))
    with suppress(OSError):
        latest = store.backups.latest()
        if latest is not None and str((meta.of(latest) or ("", {}))[1].get("base", "")) == previous:
            return latest
    return None


def _sort(found: Tables, known: Tables) -> Sorted:
    """Tell edited records from others, and give each its uuid and doc_id where it has lost them."""
    good: Tables = {}
    touched: dict[str, dict[str, Record]] = {}
    for name, table in found.items():
        good[name] = rows.table(name)
        for key, record in list(table.items()):
            if name not in SHAPES:
                good[name][key] = record
                continue
            written = codec.is_whole(record)
            uuid = str(record["uuid"]) if written and "uuid" in record else _uuid(key, record, known.get(name, {}))
            own = _key(uuid, key)
            if own in table:
                own = key
            del table[key]
            table[own] = made = record if written else {**record, "uuid": uuid}
            (good[name] if written else touched.setdefault(name, {}))[own] = made
    return Sorted(good, touched)


def _edits(
    now: Tables, known: Tables | None, found: Tables, touched: Mapping[str, Mapping[str, Record]]
) -> Iterator[_Edited]:
    """Yield what is to be put: table, doc_id, and the record, or None where it was deleted."""
    for table, records in touched.items():
        for key, record in records.items():
            yield _edit(table, key, record, now.get(table, {}), (known or {}).get(table, {}))
    for table in SHAPES if known else ():
        yield from _deleted(table, now, known or {}, found)


def _edit(table: str, key: str, record: Record, now: Mapping[str, Record], known: Mapping[str, Record]) -> _Edited:
    shape = SHAPES[table]
    uuid = record["uuid"]
    before, current = known.get(key), now.get(key)
    if current is None or current.get("uuid") != uuid:
        return table, key, {name: value for name, value in record.items() if name not in {"dots", "sum"}}
    old, new = values(shape, before or current), values(shape, record)
    differing_values = {path: new.get(path) for path in {**old, **new} if old.get(path) != new.get(path)}
    old_extras = extras(shape, before or current)
    beyond = {name: value for name, value in extras(shape, record).items() if old_extras.get(name) != value}
    made = changed(shape, {**current, **beyond}, differing_values)
    if "note" in differing_values:
        others = _notes(differing_values["note"], current, before or current)
        made["alternatives"] = [*current.get("alternatives", []), *others]
    return table, key, made


def _notes(note: object, *records: Record) -> Iterator[Record]:
    """Yield, as alternatives, the notes of `records` that an edit to `note` takes away."""
    told = {note}
    for record in records:
        dot = as_dot(record.get("dots", {}).get("note"))
        if dot and record.get("note") and record["note"] not in told:
            told.add(record["note"])
            yield {"field": "note", "value": record["note"], "dot": list(dot)}


def _uuid(key: str, record: Record, known: Mapping[str, Record]) -> str:
    """Return the uuid of an edited record: that which was known under its doc_id, whatever became of it; or a new one.

    No edit makes one record of another, but damage can look like it.
    """
    uuid, before = record.get("uuid"), known.get(key, {}).get("uuid")
    if isinstance(uuid, str) and uuid and (not before or known.get(_key(uuid, key), {}).get("uuid") == uuid):
        return uuid
    return str(before or identity.uuid_of(key.encode() + codec.canonical({**record, "dots": {}, "seen": {}})))


def _key(uuid: str, key: str) -> str:
    with suppress(ValueError):
        return identity.doc_id(uuid)
    return key


def _deleted(table: str, now: Tables, known: Tables, found: Tables) -> Iterator[tuple[str, str, None]]:
    there = {record.get("uuid") for record in found.get(table, {}).values()}
    graves = {record.get("uuid") for record in found.get("tombstones", {}).values()}
    for key, record in known.get(table, {}).items():
        uuid = record.get("uuid")
        current = now.get(table, {}).get(key)
        if uuid not in there and uuid not in graves and current and current.get("dots") == record.get("dots"):
            yield table, key, None
