r"""The lines of brat's standoff format, and what those about one passage say together.

One annotation a line: text-bound ``T1\tType 0 5;9 12\twords``, relation ``R1\tType Arg1:T1 Arg2:T2``, event
``E1\tType:T2 Theme:T1``, attribute ``A1\tName E1 value`` (``M1`` too), normalisation ``N1\tReference T1 DB:ID\tname``,
note ``#1\tAnnotatorNotes T1\twords`` and equivalence ``*\tEquiv T1 T2``. This is what brat's
manual says; offsets are code points, half-open.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from storage.exchange.parcel import tag_path
from storage.model import Value

NOTE, OWN = "AnnotatorNotes", "Manicula"
"""The type of a note that somebody wrote, and of one that holds what the format has no place for, as JSON."""

UNTAGGED = "highlight"
"""The type of a passage without a tag."""

TRUE = "true"
"""The value of an attribute that is only there or not."""

_SHAPES = {
    "T": re.compile(r"(T\S*)\t(\S+) (\d{1,15} \d{1,15}(?:;\d{1,15} \d{1,15})*)(?:\t(.*))?"),
    "R": re.compile(r"(R\S*)\t(\S+)((?: +[^\s:]+:\S+){2})\s*"),
    "E": re.compile(r"(E\S*)\t([^\s:]+:\S+)((?: +[^\s:]+:\S+)*)\s*"),
    "A": re.compile(r"([AM]\S*)\t(\S+) (\S+)(?: (.*?))?\s*"),
    "N": re.compile(r"(N\S*)\t(\S+) (\S+) (\S+)(?:\t(.*))?"),
    "#": re.compile(r"(#\S*)\t(\S+) (\S+)(?:\t(.*))?"),
    "*": re.compile(r"(\*)\t(\S+)((?: +\S+)+)\s*"),
}


class Line(NamedTuple):
    """One line: `kind` is its first letter, `targets` are (role, id), `spans` (start, end), `words` what it says."""

    number: int
    raw: str
    kind: str
    id: str
    type: str
    targets: tuple[tuple[str, str], ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    words: str = ""


class View(NamedTuple):
    """What the lines about a passage say: `fields` by line, `links` are (line, type, id of the other, note)."""

    tags: tuple[str, ...]
    note: str
    fields: Mapping[str, tuple[str, Value]]
    links: tuple[tuple[str, str, str, str], ...]


def parsed(raw: str, number: int) -> Line | None:
    """Return a line, None for what is none."""
    kind = {"M": "A"}.get(raw[:1], raw[:1])
    found = _SHAPES[kind].fullmatch(raw) if kind in _SHAPES else None
    if found is None:
        return None
    name, type_, rest, *more = found.groups()
    words = (more[0] if more else "") or ""
    if kind == "T":
        spans = tuple((int(start), int(end)) for start, end in (each.split() for each in rest.split(";")))
        return Line(number, raw, kind, name, type_, (), spans, words)
    if kind == "E":
        type_, _, trigger = type_.partition(":")
        return Line(number, raw, kind, name, type_, (("", trigger), *_roles(rest)))
    if kind in "R*":
        return Line(number, raw, kind, name, type_, tuple(_roles(rest)))
    if kind == "N":
        words = " ".join(filter(None, (words, more[1] or "")))
    return Line(number, raw, kind, name, type_, (("", rest),), (), words)


def _roles(rest: str) -> Iterator[tuple[str, str]]:
    for each in rest.split():
        role, _, target = each.rpartition(":")
        yield role, target


def owners(lines: Iterable[Line]) -> dict[str, str]:
    """Return for each id the text-bound one that it belongs to: the trigger of an event, the first of a relation."""
    first = {line.id: (line.id if line.kind == "T" else line.targets[0][1]) for line in lines if line.kind != "*"}
    found: dict[str, str] = {}
    for name in first:
        at, walked = name, dict[str, None]()
        while at in first and at not in found and at not in walked:
            walked[at] = None
            at = first[at]
        end = found.get(at, at if first.get(at) == at else "")
        found.update(dict.fromkeys(walked, end))
    return {name: end for name, end in found.items() if end}


def owner(line: Line, known: Mapping[str, str]) -> str:
    """Return the text-bound id that a line belongs to, empty where that is not there."""
    return known.get(line.targets[0][1] if line.kind == "*" else line.id, "")


def view(lines: Iterable[Line]) -> View:
    """Return what the lines about one passage say together."""
    tags: tuple[str, ...] = ()
    notes: list[str] = []
    fields: dict[str, tuple[str, Value]] = {}
    links: list[tuple[str, str, str, str]] = []
    numbers: dict[str, int] = {}
    told = list(lines)
    beside = {line.targets[0][1]: line.words for line in told if line.kind == "#" and line.type == NOTE}
    extra = {line.targets[0][1]: own(line) for line in told if line.kind == "#" and line.type == OWN}
    relations = {line.id for line in told if line.kind == "R"}
    for line in told:
        more = extra.get(line.id, {})
        if line.kind == "T":
            said = more.get("tags", [line.type])
            tags = tuple(dict.fromkeys(filter(None, map(tag_path, said if isinstance(said, list) else [line.type]))))
            fields.update({name: (line.id, value) for name, value in dict(more.get("fields", {})).items()})
            notes += [str(more["note"])] if "note" in more else []
        elif line.kind == "#" and line.type == NOTE:
            hidden = "note" in extra.get(line.targets[0][1], {})
            notes += [] if hidden or line.targets[0][1] in relations else [line.words]
        elif line.kind in "AN":
            fields[_free(line.type, fields, numbers)] = (line.id, line.words or TRUE)
        elif line.kind in "RE*":
            note = str(more.get("note", beside.get(line.id, "") if line.kind == "R" else ""))
            links += [(line.id, kind, target, note) for kind, target in relating(line, more)]
    return View(tags, "\n\n".join(filter(None, notes)), fields, tuple(links))


def relating(line: Line, more: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield type and id of what a line relates its owner to."""
    for role, target in line.targets[1:]:
        yield (role if line.kind == "E" else str(more.get("type", line.type))), target


def own(line: Line) -> dict[str, Any]:
    """Return what a note of ours holds; nothing where somebody changed it."""
    try:
        found = json.loads(line.words)
    except (ValueError, RecursionError):
        return {}
    fields = found.get("fields", {}) if isinstance(found, dict) else None
    sound = isinstance(fields, dict) and all(isinstance(each, (str, int, float)) for each in fields.values())
    return found if sound else {}


def _free(name: str, taken: Mapping[str, object], numbers: dict[str, int]) -> str:
    """Return a name that is not taken; `numbers` keeps the last one that each got."""
    number = numbers.get(name, 1)
    while (found := name if number == 1 else f"{name} {number}") in taken:
        number += 1
    numbers[name] = number
    return found


def token(words: str) -> str:
    """Return words as a name that brat takes."""
    return re.sub(r"[^\w-]+", "_", words).strip("_") or "_"
