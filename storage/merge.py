"""The merge of two copies of a library, or of a part of one (the lines of a journal) with a whole.

Each record is a set of values with dots and knows what it has taken in; two states of a record are joined value by
value (`storage.joining`). A tombstone is a state without values: what was written without knowledge of the deletion
brings the record back, `forgotten` ends it for ever, also what belongs to a forgotten document. Records that mean the
same become one (`storage.twins`), and references follow. Of reading positions the latest holds, of another program's
records the one with the larger JSON.

Merging is a join: it does not matter who merges whom, in which order or how often, and merging again changes nothing.
Only when twins were found is a matter of time: a tag renamed on a third device before the first two met is no twin any
more. Copies that differ in that agree when they meet.

The cost is that of `theirs`. Beyond it `ours` is looked through where a document, tag or creator comes with something
that could make it a twin (its own small table), and where a redirect or a forgotten document is new (all that refers).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from typing import NamedTuple

from storage import identity
from storage.codec import Record, canonical, checksum, sealed
from storage.dots import SHAPES, Values, changed, values
from storage.draft import Draft
from storage.joining import State, ended, forgotten, joined, lost
from storage.meta import NAME as META
from storage.sealing import OWN, Edit, Sealer
from storage.transactions import Changes, Overlay
from storage.twins import REFERRING, TWINNED, document_of, followed, identities, moved, redirect, survivor
from storage.undotted import larger, latest, library, place

Copy = Mapping[str, Mapping[str, Record]]
"""The tables of a copy: name -> doc_id -> record."""


class Revived(NamedTuple):
    """A record that came back from deletion; `values` (by path) went with the deletion and nothing took their place."""

    table: str
    uuid: str
    values: Values


class Merged(NamedTuple):
    """What a merge does.

    `changes` makes `ours` the merge of both; empty where nothing differs. `edits` says the same of each record that
    has a shape. The values of `revived` are to be written back in the same transaction, as an edit of this device (see
    `restored`): afterwards nobody can tell that they are missing. `united` leads from each uuid that went into another
    to the survivor.
    """

    changes: Changes
    edits: list[Edit]
    revived: list[Revived]
    united: dict[str, str]


def merge(ours: Copy, theirs: Copy) -> Merged:
    """Return what makes `ours` the merge of both; neither is changed. Never raises, whatever the records hold."""
    return _Merging(ours, theirs).run()


def restored(record: Record, revived: Revived) -> Record:
    """Return the edit of a revived `record` that writes back what went with the deletion."""
    shape = SHAPES[revived.table]
    there = values(shape, record)
    return changed(shape, record, {path: value for path, value in revived.values.items() if path not in there})


def completed(ours: Copy, merged: Merged, device: str, stamp: int) -> Merged:
    """Return what a merge into `ours` does with the values of `revived` written back, as an edit of `device`."""
    if not merged.revived:
        return merged
    tables = {name: Overlay(ours.get(name, {}), records) for name, records in merged.changes.items()}
    wanted: Changes = {}
    for each in merged.revived:
        key = next(key for key, record in merged.changes[each.table].items() if record and record["uuid"] == each.uuid)
        wanted.setdefault(each.table, {})[key] = restored(tables[each.table][key], each)
    sealer = Sealer(tables, device, stamp)
    sealed = sealer.seal(wanted)
    changes = {name: {**records, **sealed.get(name, {})} for name, records in merged.changes.items()}
    after = {(edit.table, edit.uuid): edit.new for edit in sealer.edits}
    edits = [edit._replace(new=after.get((edit.table, edit.uuid), edit.new)) for edit in merged.edits]
    return merged._replace(changes=changes, edits=edits)


class _Merging:
    """One merge at work: `theirs` is taken into a draft over `ours`, table by table."""

    def __init__(self, ours: Copy, theirs: Copy) -> None:
        self._ours = ours
        self._theirs = theirs
        self._draft = Draft(ours)
        self._roots: dict[str, str] = {}
        self._united: dict[str, str] = {}
        self._forgotten: set[str] = set()
        self._revived: dict[tuple[str, str], Values] = {}

    def run(self) -> Merged:
        """Redirects first and what is referred to; what refers follows on both sides before it is joined."""
        graves = list(self._incoming("tombstones"))
        for uuid, grave in graves:
            if into := survivor(grave):
                self._unite(uuid, into)
        for uuid, grave in graves:
            self._take("", uuid, State(grave, lives=False))
        for table in TWINNED:
            for uuid, record in self._incoming(table):
                self._take(table, uuid, State(record))
        while self._find_twins():
            pass
        self._follow()
        for table in REFERRING:
            for uuid, record in self._incoming(table):
                self._take(table, uuid, State(followed(table, record, self._root)))
        for _, record in self._incoming("positions"):
            self._place(record)
        self._sign()
        self._take_foreign()
        return self._merged()

    def _incoming(self, table: str) -> Iterator[tuple[str, Record]]:
        for key, record in self._theirs.get(table, {}).items():
            if isinstance(record, dict):
                uuid = record.get("uuid")
                if not uuid or not isinstance(uuid, str):
                    uuid = identity.uuid_of(key.encode() + canonical(record))
                self._draft.expect(table, key, uuid)
                yield uuid, record if record.get("uuid") == uuid else {**record, "uuid": uuid}

    def _root(self, uuid: str) -> str:
        """Return the uuid of the record that this one has become, most often itself."""
        if uuid not in self._roots:
            into = survivor(self._draft.get("tombstones", uuid))
            self._roots[uuid] = self._root(into) if into else uuid
        return self._roots[uuid]

    def _take(self, table: str, uuid: str, state: State) -> None:
        """Join one state of a record into the draft; `table` is empty for a tombstone."""
        root = self._root(uuid)
        if root != uuid:
            grave = State(self._draft.get("tombstones", uuid) or {}, lives=False)
            self._put("tombstones", uuid, redirect(uuid, root, grave, state))
            if not state.lives and survivor(state.record):
                return
            state = State(moved(state.record, root), state.lives)
        self._join(table, root, state)

    def _join(self, table: str, uuid: str, state: State) -> None:
        known = dict(self._states(uuid, [table] if table else SHAPES))
        table = table or next(iter(known), "") or REFERRING[0]
        live, grave = known.get(table), known.get("")
        if live == state and not grave and not self._gone(table, state.record):
            return
        after = state
        for here in filter(None, (live, grave)):
            if here != after:
                after = joined(SHAPES[table], here, after)
        if after.lives and self._gone(table, after.record):
            after = ended(after)
        if after.lives and (grave or not state.lives):
            self._note_losses(table, uuid, [each.record for each in (live, state) if each and each.lives], after.record)
        if forgotten(after) and not (grave and forgotten(grave)):
            self._forgotten.add(uuid)
        if after is state:
            after = State(resealed(state.record), state.lives)
        self._settle(table, uuid, live, after if after.lives else None)
        self._settle("tombstones", uuid, grave, None if after.lives else after)

    def _settle(self, table: str, uuid: str, before: State | None, after: State | None) -> None:
        if before != after:
            self._draft.put(table, uuid, after.record if after else None)

    def _states(self, uuid: str, tables: Iterable[str] = SHAPES) -> Iterator[tuple[str, State]]:
        """Yield what the draft has of a record, with its table; that of a tombstone is empty."""
        for table in tables:
            if record := self._draft.get(table, uuid):
                yield table, State(record)
        if grave := self._draft.get("tombstones", uuid):
            yield "", State(grave, lives=False)

    def _put(self, table: str, uuid: str, record: Record | None) -> None:
        if record != self._draft.get(table, uuid):
            self._draft.put(table, uuid, record)

    def _note_losses(self, table: str, uuid: str, before: list[Record], after: Record) -> None:
        noted = self._revived.setdefault((table, uuid), {})
        for record in before:
            noted.update(lost(SHAPES[table], record, after))

    def _unite(self, one: str, other: str) -> bool:
        """Let two records become one; False when they are."""
        small, large = sorted((self._root(one), self._root(other)))
        if small == large:
            return False
        known = list(self._states(large))
        for table, _ in known:
            self._put(table or "tombstones", large, None)
        self._put("tombstones", large, redirect(large, small, *(state for _, state in known)))
        self._roots.clear()
        self._united[large] = small
        for table, state in known:
            self._join(table, small, State(moved(state.record, small), state.lives))
        return True

    def _find_twins(self) -> bool:
        """Unite what means the same, where something came that could; True when there was any."""
        pairs = [pair for table in TWINNED for pair in self._twins(table)]
        return sum(self._unite(*pair) for pair in pairs) > 0

    def _twins(self, table: str) -> Iterator[tuple[str, str]]:
        fresh: set[tuple[str, str]] = set()
        for key, record in self._draft.changes.get(table, {}).items():
            if record:
                before = self._ours.get(table, {}).get(key) or {}
                same = before.get("uuid") == record["uuid"]
                fresh |= identities(table, record) - (identities(table, before) if same else set())
        holders: dict[tuple[str, str], str] = {}
        for _, record in self._draft.items(table) if fresh else ():
            for shared in identities(table, record) & fresh if "uuid" in record else ():
                if shared in holders:
                    yield holders[shared], record["uuid"]
                holders[shared] = record["uuid"]

    def _gone(self, table: str, record: Record) -> bool:
        """Tell whether a record belongs to a forgotten document."""
        document = document_of(table, record) if table not in TWINNED else ""
        grave = self._draft.get("tombstones", document) if document else None
        return grave is not None and grave.get("forgotten") is True

    def _follow(self) -> None:
        """Let what we have follow new redirects, and go with documents that are forgotten now."""
        if not self._united and not self._forgotten:
            return
        for table in REFERRING:
            for key, record in list(self._draft.items(table)):
                made = followed(table, record, self._root)
                if made is not record:
                    self._draft.set(table, key, made)
                if self._gone(table, made):
                    self._join(table, str(made.get("uuid")), State(made))
        for key, record in list(self._draft.items("positions")):
            made = followed("positions", record, self._root)
            if made is not record or self._gone("positions", made):
                self._draft.set("positions", key, None)
                self._place(made)
        for key, grave in list(self._draft.items("tombstones")):
            into = survivor(grave)
            if into and self._root(into) != into:
                self._draft.set("tombstones", key, sealed({**grave, "into": self._root(into)}))

    def _place(self, record: Record) -> None:
        """Take a reading position, if no later one of its document and device is there."""
        record = followed("positions", record, self._root)
        if self._gone("positions", record):
            return
        key = self._rival(record)
        rival = self._draft.at("positions", key) if key else None
        if key and rival:
            if latest(rival, record) is rival:
                return
            self._draft.set("positions", key, None)
        self._put("positions", str(record.get("uuid")), resealed(record))

    def _rival(self, record: Record) -> str | None:
        """Return the key of the position that is there already."""
        key = self._draft.find("positions", str(record.get("uuid")))
        if key and place(self._draft.at("positions", key) or {}) == place(record):
            return key
        return next((key for key, each in self._draft.items("positions") if place(each) == place(record)), key)

    def _sign(self) -> None:
        copies = (self._ours, self._theirs)
        mine, theirs = ([_unsealed(each) for each in copy.get(META, {}).values()] for copy in copies)
        made = reduce(library, [*mine, *theirs]) if mine or theirs else {}
        uuid = made.get("uuid")
        if made in mine or not uuid or not isinstance(uuid, str):
            return
        for key, _ in list(self._draft.items(META)):
            self._draft.set(META, key, None)
        self._draft.put(META, uuid, made)

    def _take_foreign(self) -> None:
        """Take what other programs store, as it comes."""
        for table in self._theirs.keys() - OWN - {META}:
            for key, record in self._theirs[table].items():
                mine = self._draft.at(table, key)
                if mine is None or (mine != record and larger(mine, record) is record):
                    self._draft.set(table, key, record)

    def _merged(self) -> Merged:
        changes: Changes = {}
        edits: list[Edit] = []
        for table, made in self._draft.changes.items():
            mine = self._ours.get(table, {})
            differing = {key: record for key, record in made.items() if record != mine.get(key)}
            if differing:
                changes[table] = differing
            if table in SHAPES:
                edits += [_edit(table, mine.get(key), record) for key, record in differing.items()]
        revived = [
            Revived(table, uuid, left)
            for (table, uuid), noted in self._revived.items()
            if (record := self._draft.get(table, uuid))
            if (left := {path: value for path, value in noted.items() if path not in values(SHAPES[table], record)})
        ]
        return Merged(changes, edits, revived, self._united)


def _edit(table: str, old: Record | None, new: Record | None) -> Edit:
    return Edit(table, str((new or old or {}).get("uuid", "")), old, new)


def _unsealed(record: Record) -> Record:
    return {name: value for name, value in record.items() if name != "sum"}


def resealed(record: Record) -> Record:
    """Return `record` with the `sum` it must have: itself, where that is so."""
    return record if record.get("sum") == checksum(record) else sealed(record)
