"""Whether the snapshots are whole and there, and annotations stand on the very words that they say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from storage import files, records
from storage.checking.records import At
from storage.codec import Record, Tables
from storage.errors import DocumentError
from storage.model import Annotation
from storage.records import JOINT
from storage.texts import NAME, Snapshots

Progress = Callable[[str, int, int], None]
"""Told what is being looked at, how many of it have been, and how many there are."""


class Astray(NamedTuple):
    """An annotation that does not stand on its words; `why` says so to the reader."""

    at: At
    why: str


class Texts(NamedTuple):
    """What was found: snapshots that cannot be read, that nobody needs, that have no snapshot's name.

    `missing` {hash of a text: uuids of the documents that need its snapshot}.
    """

    damaged: list[Path]
    unused: list[Path]
    strange: list[Path]
    missing: dict[str, list[str]]
    astray: list[Astray]


def needed(tables: Tables) -> dict[str, list[str]]:
    """Return whose snapshots have to be there: the newest text of each document, and those annotations stand on."""
    found: dict[str, dict[str, None]] = {}
    for record in tables.get("documents", {}).values():
        for version in records.document(record).texts[-1:]:
            found.setdefault(version, {})[str(record.get("uuid"))] = None
    for record in tables.get("annotations", {}).values():
        if version := version_of(record):
            found.setdefault(version, {})[str(record.get("document"))] = None
    return {version: list(documents) for version, documents in found.items()}


def version_of(record: Record) -> str:
    """Return the hash of the text that an annotation's ranges count in; empty for a page note."""
    anchor = record.get("anchor")
    return str(anchor.get("text", "")) if isinstance(anchor, dict) and record.get("ranges") else ""


def examine(tables: Tables, snapshots: Snapshots, progress: Progress) -> Texts:
    """Read every snapshot, and hold the annotations against them."""
    wanted, known = needed(tables), _known(tables)
    standing: dict[str, list[tuple[str, Record]]] = {}
    for key, record in tables.get("annotations", {}).items():
        standing.setdefault(version_of(record), []).append((key, record))
    found = Texts([], [], [], {}, [])
    paths = sorted(path for path in snapshots.folder.glob("*") if path.is_file() and files.TEMPORARY not in path.name)
    for number, path in enumerate(paths):
        progress("texts", number, len(paths))
        if not NAME.fullmatch(path.name):
            found.strange.append(path)
            continue
        if path.stem not in known and path.stem not in wanted:
            found.unused.append(path)
        try:
            text = snapshots.load(path.stem)
        except DocumentError:
            found.damaged.append(path)
            continue
        found.astray.extend(_astray(standing.get(path.stem, ()), text.string))
    found.missing.update((version, by) for version, by in wanted.items() if not snapshots.has(version))
    return found


def _known(tables: Tables) -> set[str]:
    return {version for record in tables.get("documents", {}).values() for version in records.document(record).texts}


def _astray(standing: Iterable[tuple[str, Record]], string: str) -> Iterator[Astray]:
    for key, record in standing:
        annotation = records.annotation(record)
        if annotation.state == "anchored" and (why := misplaced(annotation, string)):
            yield Astray(At("annotations", key), why)


def misplaced(annotation: Annotation, string: str) -> str:
    """Return why an annotation does not stand in `string` as it says; empty where it does."""
    end = 0
    for each in annotation.ranges:
        if not end <= each.start < each.end <= len(string):
            return f"its range {each.start}:{each.end} is none of a text of {len(string)} characters"
        end = each.end
    if JOINT.join(string[start:end] for start, end in annotation.ranges) != annotation.exact:
        return "other words stand where its quote should"
    return ""
