"""Annotations on their way into brat's lines: those that a file had stay as far as they still say what is so."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from storage.exchange.brat import FORM, joined, kept_lines
from storage.exchange.bratlines import NOTE, OWN, UNTAGGED, Line, own, owners, parsed, relating, token, view
from storage.visible import visible

if TYPE_CHECKING:
    from storage.exchange.entry import Entry
    from storage.model import Link, Value

_LAST = 1 << 62
_NUMBER = re.compile(r"[A-Z#](\d{1,9})")
_TOKEN = re.compile(r"[\w-]+")
_WORDS = re.compile(r"\S+(?: \S+)*")


class Writing:
    """Writes `entries`, which are of one document and stand in its text."""

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = entries
        self._kept = {entry.annotation.uuid: kept_lines(entry.annotation) for entry in entries}
        self._highest: dict[str, int] = {}
        for each in (line for lines in self._kept.values() for line in lines):
            if found := _NUMBER.fullmatch(each.id):
                self._highest[each.kind] = max(self._highest.get(each.kind, 0), int(found[1]))
        self._names = self._named()
        everything = [line for lines in self._kept.values() for line in lines]
        self._owners = owners(everything)

    @staticmethod
    def stands(entry: Entry) -> bool:
        """Tell whether an annotation has a place in a text that is there."""
        one, text = entry.annotation, entry.text
        if text is None or one.state != "anchored" or one.text != text.hash:
            return False
        return any(piece for start, end in one.ranges for piece in _lines(start, end, text.string))

    def lines(self) -> list[str]:
        """Return the lines, those that were there in their order, then the others."""
        found = _referring([line for entry in self.entries for line in self._of(entry)])
        return [line.raw for line in sorted(found, key=lambda line: line.number)]

    def _named(self) -> dict[str, str]:
        """Return the id of each annotation: the one it had, else a new one."""
        names: dict[str, str] = {}
        taken: set[str] = set()
        for uuid, lines in self._kept.items():
            name = next((line.id for line in lines if line.kind == "T"), "")
            if name and name not in taken:
                names[uuid] = name
                taken.add(name)
            else:
                self._kept[uuid] = []
        return {uuid: names.get(uuid) or self._new("T") for uuid in self._kept}

    def _new(self, kind: str) -> str:
        self._highest[kind] = self._highest.get(kind, 0) + 1
        return f"{kind}{self._highest[kind]}"

    def _of(self, entry: Entry) -> Iterator[Line]:
        one, lines = entry.annotation, self._kept[entry.annotation.uuid]
        name = self._names[one.uuid]
        said = view(lines)
        fields = {key: value for key, value in one.fields.items() if key != FORM}
        links = {(link.type, there): link for link in one.links if (there := self._names.get(link.to))}
        same = dict(said.fields)
        keeps = {source for key, (source, value) in same.items() if fields.get(key) == value}
        for key, (source, value) in same.items():
            if fields.get(key) == value and source != name:
                fields.pop(key)
        first = next((line for line in lines if line.kind == "T"), None)
        yield self._bound(entry, name, first)
        for line in lines:
            if line.kind in "AN" and line.id in keeps:
                yield line
        yield from self._attributes(name, fields)
        yield from self._relations(name, lines, links)
        yield from self._notes(entry, name, lines, said.note, fields)

    def _bound(self, entry: Entry, name: str, first: Line | None) -> Line:
        one, string = entry.annotation, entry.text.string if entry.text else ""
        spans = [piece for start, end in one.ranges for piece in _lines(start, end, string)]
        words = " ".join(visible(string[start:end]) for start, end in spans)
        types = [UNTAGGED] if not entry.tags else [token(entry.tags[0])]
        if first and entry.tags and first.type in entry.tags:
            types = [first.type]
        places = ";".join(f"{start} {end}" for start, end in spans)
        raw = f"{name}\t{types[0]} {places}\t{words}"
        same = first is not None and joined(list(first.spans), string) == [tuple(each) for each in one.ranges]
        if first and same and first.type == types[0]:
            return first
        return _line(raw, first.number if first else _LAST)

    def _attributes(self, name: str, fields: dict[str, Value]) -> Iterator[Line]:
        for key in list(fields):
            value = fields[key]
            if isinstance(value, str) and _TOKEN.fullmatch(key) and _WORDS.fullmatch(value):
                del fields[key]
                yield _line(f"{self._new('A')}\t{key} {name} {value}")

    def _relations(self, name: str, lines: list[Line], links: dict[tuple[str, str], Link]) -> Iterator[Line]:
        extra = {line.targets[0][1]: line for line in lines if line.kind == "#" and line.type == OWN}
        noted = {line.targets[0][1]: line for line in lines if line.kind == "#" and line.type == NOTE}
        covered: set[tuple[str, str]] = set()
        for line in lines:
            if line.kind not in "RE*":
                continue
            more = own(extra[line.id]) if line.id in extra else {}
            ends = [(kind, self._owners.get(target, "")) for kind, target in relating(line, more)]
            gone = {at for at, end in enumerate(ends, 1) if end not in links and end[1] != name}
            covered.update(ends)
            if line.kind == "R" and gone:
                continue
            yield _without(line, gone) if gone else line
            if line.kind == "R":
                yield from self._noted(line, links.get(ends[0]), extra.get(line.id), noted.get(line.id))
        for (kind, there), link in links.items():
            if (kind, there) not in covered:
                made = _line(f"{self._new('R')}\t{token(kind)} Arg1:{name} Arg2:{there}")
                yield made
                yield from self._noted(made, link, None, None)

    def _noted(self, line: Line, link: Link | None, extra: Line | None, note: Line | None) -> Iterator[Line]:
        """Yield the notes on a relation, as they were where they still are so."""
        said = own(extra) if extra else {}
        kind, words = said.get("type", line.type), said.get("note", note.words if note else "")
        if link is None or (kind, words) == (link.type, link.note):
            yield from (each for each in (note, extra) if each)
            return
        yield from self._written(line.id, link.note, {"type": link.type} if link.type != line.type else {})

    def _notes(self, entry: Entry, name: str, lines: list[Line], said: str, fields: dict[str, Value]) -> Iterator[Line]:
        """Yield the notes on a passage and its events, and what has no other place."""
        one = entry.annotation
        mine = {line.id for line in lines if line.kind in "TEAN"}
        own_notes = [line for line in lines if line.kind == "#" and line.targets[0][1] in mine]
        yield from (line for line in own_notes if line.type not in {NOTE, OWN})
        yield from (line for line in lines if line.kind == "#" and line.targets[0][1].startswith("#"))
        more = _more(entry.tags, lines, fields)
        old = next((own(line) for line in own_notes if line.type == OWN), {})
        if said == one.note and {key: old[key] for key in old if key != "note"} == more:
            yield from (line for line in own_notes if line.type in {NOTE, OWN})
        else:
            yield from self._written(name, one.note, more)

    def _written(self, name: str, note: str, more: dict[str, Any]) -> Iterator[Line]:
        words = " ".join(visible(note).split())
        if words:
            yield _line(f"{self._new('#')}\t{NOTE} {name}\t{words}")
        if words != note:
            more = {**more, "note": note}
        if more:
            yield _line(f"{self._new('#')}\t{OWN} {name}\t{json.dumps(more)}")


def _more(tags: Iterable[str], lines: list[Line], fields: dict[str, Value]) -> dict[str, Any]:
    """Return what a passage has that its lines have no place for."""
    first = next((line.type for line in lines if line.kind == "T"), "")
    told = list(tags)
    shown = first if first in told else token(told[0]) if told else UNTAGGED
    more: dict[str, Any] = {} if [shown] == told else {"tags": told}
    return {**more, "fields": fields} if fields else more


def _line(raw: str, number: int = _LAST) -> Line:
    found = parsed(raw, number)
    if found is None:
        raise ValueError(raw)
    return found


def _lines(start: int, end: int, string: str) -> Iterator[tuple[int, int]]:
    """Yield a range line by line, since no piece may have a line end in it."""
    while start < end:
        stop = string.find("\n", start, end)
        stop = end if stop < 0 else stop
        if string[start:stop].strip():
            yield start, stop
        start = stop + 1


def _without(line: Line, gone: set[int]) -> Line:
    """Return a line without some of what it relates to."""
    left = [each for at, each in enumerate(line.targets) if at not in gone]
    if line.kind == "*":
        return _line(f"*\t{line.type} {' '.join(target for _, target in left)}", line.number)
    roles = "".join(f" {role}:{target}" for role, target in left[1:])
    return _line(f"{line.id}\t{line.type}:{left[0][1]}{roles}", line.number)


def _referring(lines: list[Line]) -> Iterable[Line]:
    """Return lines without references to what is not there; a line that goes is looked for in those about it alone."""
    left, alive = dict(enumerate(lines)), Counter(line.id for line in lines)
    about: dict[str, list[int]] = {}
    for at, line in left.items():
        for _, target in line.targets:
            about.setdefault(target, []).append(at)
    waiting = list(left)
    while waiting:
        at = waiting.pop()
        if at not in left:
            continue
        line = left[at]
        cut = _cut(line, alive)
        if cut is None:
            del left[at]
            alive[line.id] -= 1
            waiting += about.get(line.id, ()) if not alive[line.id] else ()
        elif cut is not line:
            left[at] = cut
            waiting.append(at)
    return left.values()


def _cut(line: Line, alive: Mapping[str, int]) -> Line | None:
    """Return a line without references to what is not there; None where nothing is left of it."""
    gone = {at for at, (_, target) in enumerate(line.targets) if not alive.get(target)}
    if not gone:
        return None if line.kind == "*" and len(line.targets) == 1 else line
    if 0 in gone or line.kind not in "E*":
        return None
    return _without(line, gone)
