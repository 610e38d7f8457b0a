"""Checking a library: whether all that its files hold can be read, agrees with its checksums, and fits together.

Nothing is changed, and a library that cannot be opened any more is checked as far as it can be read; `storage.checking.
repair` mends what was found. A problem is something that is not as it should be; what is merely worth knowing (orphans,
files set aside) is a note.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from storage.checking import held as reading
from storage.checking import places, records, texts
from storage.checking.held import Carried, Held
from storage.checking.records import KINDS, At, Survey
from storage.checking.texts import Progress
from storage.codec import Tables
from storage.replica import Replica
from storage.scrubbing import Scrub
from storage.texts import Snapshots

_NAMED = 5


class Finding(NamedTuple):
    """A problem. `kind` is one word, `place` the file concerned, `sentence` says it to the reader."""

    kind: str
    place: Path
    sentence: str


class Report:
    """What was found in the library `real`: `problems`, `notes`, and `counts` of what there is."""

    def __init__(self, real: Path) -> None:
        self.real = real
        self.problems: list[Finding] = []
        self.notes: list[str] = []
        self.counts: dict[str, int] = {}

    def add(self, kind: str, place: Path, sentence: str) -> None:
        """Note a problem."""
        self.problems.append(Finding(kind, place, sentence))


def quiet(what: str, done: int, total: int) -> None:
    """Tell nobody how far it is."""
    del what, done, total


def check(path: Path, state: Path, progress: Progress = quiet) -> Report:
    """Check the library at `path`, whose undo log and ids lie in `state`.

    Raises LibraryError when there is nothing that could be checked: it is a folder, may not be read, was written by a
    newer version or by another program.
    """
    report = Report(Path(os.path.realpath(path)))
    progress("records", 0, 0)
    held = reading.read(report.real)
    _check_file(report, held)
    _check_sums(report, held)
    _check_journals(report, held, Replica(state, report.real).id)
    tables = held.merged()
    survey = Survey(tables)
    report.counts.update({name: len(tables.get(name, ())) for name in KINDS if name != "tombstones"})
    _check_records(report, survey)
    _check_texts(report, tables, progress)
    _check_backups(report, survey, progress)
    _check_places(report, state)
    return report


_STATES = {
    reading.MISSING: "is missing, though its backups or journals are there",
    reading.EMPTY: "is empty, though it has backups or journals",
    reading.EDITED: "is not as Manicula wrote it: another program has changed it, or it was damaged",
}


def _check_file(report: Report, held: Held) -> None:
    if held.state == reading.DAMAGED:
        unread = f"; {_count(held.unread, 'record')} cannot be read" if held.unread else ""
        report.add("library", report.real, f"{report.real} is damaged ({held.reason}){unread}.")
        return
    sentence = _STATES.get(held.state)
    past = held.journals or places.backups(report.real)
    if sentence and (held.state == reading.EDITED or past):
        report.add("library", report.real, f"{report.real} {sentence}.")
    elif sentence:
        report.notes.append(f"There is no library at {report.real} yet; the first document makes it.")


def _check_sums(report: Report, held: Held) -> None:
    found = records.altered(held.tables) if held.state in {reading.EDITED, reading.WRITTEN} else []
    if found:
        report.add("checksum", report.real, f"{_named(held.tables, found)}: not what the checksum says.")


def _check_journals(report: Report, held: Held, device: str) -> None:
    for each in held.journals:
        path = each.journal.path
        for fault in _faults(each, device, foreign=held.foreign(each)):
            report.add("journal", path, f"{path} {fault}.")
        if each.journal.corrected:
            report.notes.append(_turned(path))
        if each.device != device:
            report.notes.append(f"{path} is another device's journal{'; more of it may be coming' * bool(each.torn)}.")
    if waiting := sum(len(each.lines) for each in held.journals):
        report.notes.append(f"{_count(waiting, 'save')} will be folded into the library file.")


def _faults(carried: Carried, device: str, *, foreign: bool) -> Iterator[str]:
    if carried.trouble:
        yield f"cannot be read: {carried.trouble}"
    elif foreign:
        yield "belongs to another library, and nothing of it is shown"
    elif not carried.journal.head and not carried.torn:
        yield "has no beginning, so nobody knows whose it is"
    if bad := len(carried.journal.bad):
        yield f"is damaged: {_count(bad, 'saved change')} cannot be read"
    if carried.torn and carried.device == device:
        yield "ends in a torn line, which a crash left; no save had counted yet"


def _turned(path: Path) -> str:
    return f"In {path} a bit has turned; its checksum tells which, and it is read as it was written."


def _check_records(report: Report, survey: Survey) -> None:
    tables, real = survey.tables, report.real
    if survey.strayed:
        words = "the id of another record, one that was deleted, or a number that is not its own"
        report.add("identity", real, f"{_named(tables, survey.strayed)}: with {words}.")
    if survey.forgotten:
        report.add("forgotten", real, f"{_named(tables, survey.forgotten)}: left of a document that was forgotten.")
    for (table, uuid), users in survey.wanted.items():
        report.add("reference", real, f"{_named(tables, users)}: the {KINDS[table]} {uuid[:8]} is missing.")
    for count, words in (
        (survey.orphans, "lost its passage and is kept as an orphan"),
        (survey.without_document, "belongs to no document"),
    ):
        if count:
            report.notes.append(f"{_count(count, 'annotation')}: each {words}.")
    if waiting := list(records.waiting(tables)):
        whose = _named(tables, list(dict.fromkeys(at for at, _ in waiting)))
        words = "written at the same time on several devices; gC on the screen lists them"
        report.notes.append(f"{_count(len(waiting), 'value')} to choose among, {words}: {whose}.")
    if survey.loose:
        report.notes.append(f"{_count(survey.loose, 'link')} to annotations that are not here.")


def _check_texts(report: Report, tables: Tables, progress: Progress) -> None:
    snapshots = Snapshots(report.real.with_name(f"{report.real.stem}.texts"))
    found = texts.examine(tables, snapshots, progress)
    for path in found.damaged:
        report.add("text", path, f"The snapshot {path} is damaged.")
    titles = {str(record.get("uuid")): record.get("title", "") for record in tables.get("documents", {}).values()}
    for version, documents in found.missing.items():
        for document in documents:
            title = titles.get(document) or document[:8]
            sentence = f"A text of “{title}” is missing: there is no {version}.text, though it is needed."
            report.add("text", snapshots.folder, sentence)
    for astray in found.astray:
        report.add("anchor", report.real, f"{_named(tables, [astray.at])}: {astray.why}.")
    for paths, words in ((found.unused, "that nothing refers to"), (found.strange, "that are no snapshots")):
        if paths:
            report.notes.append(f"{_count(len(paths), 'file')} in {snapshots.folder} {words}: {_listed(paths)}.")


def _check_backups(report: Report, survey: Survey, progress: Progress) -> None:
    missing: set[At] = set()
    paths = places.backups(report.real)
    for number, path in enumerate(paths):
        progress("backups", number, len(paths))
        kept = places.opened(path)
        if kept.trouble:
            report.add("backup", path, f"The backup {path} cannot be used: {kept.trouble}.")
        if kept.corrected:
            report.notes.append(_turned(path))
        if kept.changed:
            report.notes.append(f"The backup {path} is not as it was written: another program may have changed it.")
        if kept.tables:
            missing.update(at for at, _ in records.lost(survey, kept.tables))
    if missing:
        kinds = ", ".join(sorted({f"{KINDS[at.table]}s" for at in missing}))
        sentence = f"{_count(len(missing), 'record')} ({kinds}) of the backups are missing, though nobody deleted them."
        report.add("lost", report.real, sentence)
    scrub = Scrub(survey.tables)
    for path in (*paths, *places.aside(report.real)):
        with suppress(OSError):
            if left := scrub.clean(path, look=True).records:
                report.add("forgotten", path, f"{path} still has {_count(left, 'record')} of what was forgotten.")


def _check_places(report: Report, state: Path) -> None:
    if kept := places.aside(report.real):
        report.notes.append(f"{_count(len(kept), 'file')} set aside in {kept[0].parent}: {_listed(kept)}.")
    for path in places.leftovers(report.real, state):
        report.add("leftover", path, f"{path} was left by a crash.")
    for path in places.exposed(report.real, state):
        report.add("mode", path, f"{path} can be read or changed by others than you.")


def _named(tables: Tables, found: list[At]) -> str:
    """Return how many records of which kind these are, and the first few by id."""
    kinds: dict[str, list[str]] = {}
    for at in found:
        record = tables.get(at.table, {}).get(at.key) or {}
        kinds.setdefault(KINDS[at.table], []).append(str(record.get("uuid", at.key))[:8])
    return ", ".join(f"{_count(len(ids), kind)} ({_cut(ids)})" for kind, ids in kinds.items())


def _listed(paths: list[Path]) -> str:
    return _cut([path.name for path in paths])


def _cut(names: Iterable[str]) -> str:
    shown = list(names)
    more = [f"and {len(shown) - _NAMED} more"] if len(shown) > _NAMED else []
    return ", ".join([*shown[:_NAMED], *more])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
