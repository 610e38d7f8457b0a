"""Which values of a record can change alone, and who wrote them last.

A record is seen as ``{path: value}``, without what is empty; two such views tell what changed, and each changed value
gets a new dot ``[device, stamp]``. The undo log speaks in the same paths. See `storage.records` for the shapes.

An edit of a path supersedes all that was there: its dots, and the alternatives to its value. Choosing among
alternatives is an edit too, even when the shown value stays (`resolved`).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from storage.codec import Record, canonical

Signed = tuple[str, int]
"""Who wrote a value: device and stamp."""

Dot = Signed | None
"""The same, None where there is no value."""

Seen = dict[str, int]
"""Up to which stamp of each device a record has taken everything in."""

Values = dict[str, Any]
"""Path -> value, JSON's own types; a value that is not there is empty."""


_DEFAULTS: Mapping[str, Any] = {"state": "new", "authors": [], "length": 0, "offset": 0}


class Shape:
    """How a table's records are taken apart: fields with one value, lists of names (sets), and dicts."""

    def __init__(
        self,
        scalars: tuple[str, ...],
        sets: tuple[str, ...] = (),
        maps: tuple[str, ...] = (),
        *,
        passage: bool = False,
        links: bool = False,
    ) -> None:
        self.scalars = scalars
        self.sets = sets
        self.ordered = tuple(name for name in sets if name != "tags")
        self.maps = maps
        self.passage = passage
        self.links = links
        self.fields = frozenset(self.empty())

    def empty(self) -> Record:
        """Return the fields of a record of this shape that has no values."""
        lists = (*self.sets, *(("ranges",) if self.passage else ()), *(("links",) if self.links else ()))
        made: Record = {name: _DEFAULTS.get(name, "") for name in self.scalars}
        made.update({name: [] for name in lists})
        made.update({name: {} for name in (*self.maps, *(("anchor",) if self.passage else ()))})
        return made

    def shows(self, path: str) -> bool:
        """Tell whether a record of this shape has a place for a value at `path`."""
        head, slash, _ = path.partition("/")
        if slash:
            return head in self.sets or head in self.maps or (self.links and head == "links")
        return head in self.scalars or (self.passage and head == "ranges")


SHAPES: Mapping[str, Shape] = {
    "documents": Shape(
        ("title", "authors", "date", "language", "source", "format", "length", "state"),
        sets=("files", "texts", "paths"),
        maps=("attributes",),
    ),
    "annotations": Shape(("color", "note", "reply_to"), sets=("tags",), maps=("fields",), passage=True, links=True),
    "tags": Shape(("path", "color", "description", "key", "group"), sets=("aliases",)),
    "creators": Shape(("name", "id")),
    "memos": Shape(("note",)),
    "bookmarks": Shape(("name", "offset")),
}
"""The tables whose values carry dots."""

_BOOKKEEPING = frozenset({"uuid", "dots", "seen", "sum", "alternatives", "updated"})
_CONSTANT = frozenset({"document", "creator", "about", "added", "created"})


def as_dots(value: Any) -> list[Signed]:  # noqa: ANN401  # a JSON value
    """Return the dots of one value as they stand in a record: ``[device, stamp]``, or a list of such pairs."""
    if _is_dot(value):
        return [(value[0], value[1])]
    return [(pair[0], pair[1]) for pair in value if _is_dot(pair)] if isinstance(value, list) else []


def _is_dot(pair: Any) -> bool:  # noqa: ANN401  # a JSON value
    return isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) and _is_stamp(pair[1])  # noqa: PLR2004  # device and stamp


def _is_stamp(value: Any) -> bool:  # noqa: ANN401  # a JSON value
    return isinstance(value, int) and value >= 0


def as_dot(value: Any) -> Dot:  # noqa: ANN401  # a JSON value
    """Return the newest of a value's dots; None where there is none."""
    return max(as_dots(value), key=age, default=None)


def age(dot: Signed) -> tuple[int, str]:
    """Return what orders dots: of several values the one with the largest is shown."""
    return dot[1], dot[0]


def written(dots: Iterable[Signed]) -> list[Any]:
    """Return dots as a record has them: one pair alone, several as a list of pairs, the newest last."""
    pairs = [list(dot) for dot in sorted(dots, key=age)]
    return pairs[0] if len(pairs) == 1 else pairs


def unsigned(path: str, value: Any) -> Signed:  # noqa: ANN401  # any JSON value
    """Return the dot that stands for a value without one: made of the value, so the same wherever that was found.

    Its device begins with ``=`` and is no device's; only an edit that found this very value there covers it.
    """
    return f"={zlib.crc32(canonical({path: value})):08x}", 0


def as_seen(record: Record) -> Seen:
    """Return the `seen` of a record; what is no stamp is left out."""
    return {device: stamp for device, stamp in _dict(record, "seen").items() if _is_stamp(stamp)}


def covered(dot: Signed, seen: Seen) -> bool:
    """Tell whether what has taken in `seen` has taken in this dot."""
    return dot[1] <= seen.get(dot[0], -1)


def together(one: Seen, other: Seen) -> Seen:
    """Return the larger stamp of each device."""
    return {**one, **{device: stamp for device, stamp in other.items() if stamp > one.get(device, -1)}}


def alternatives(record: Record) -> list[Record]:
    """Return the alternatives of a record that name a path."""
    return [other for other in _list(record, "alternatives") if isinstance(other, dict) and _names_path(other)]


def _names_path(other: Record) -> bool:
    return isinstance(other.get("field"), str) and "value" in other


def values(shape: Shape, record: Record) -> Values:
    """Return the values of `record`, by path; an empty one is left out."""
    found: Values = {}
    for name in shape.scalars:
        value = record.get(name)
        if value and value != _DEFAULTS.get(name):
            found[name] = value
    for name in shape.sets:
        for item in _list(record, name):
            found[f"{name}/{item}"] = True
    for name in shape.maps:
        for key, value in _dict(record, name).items():
            found[f"{name}/{key}"] = value
    if shape.passage and (record.get("ranges") or record.get("anchor")):
        found["ranges"] = {"ranges": record.get("ranges", []), "anchor": record.get("anchor", {})}
    if shape.links and record.get("links"):
        for link in _links(record):
            found[f"links/{link.get('type', '')}/{link.get('to', '')}"] = link.get("note", "")
    return found


def changed(shape: Shape, record: Record, changes: Mapping[str, Any]) -> Record:
    """Return `record` with the values at some paths replaced; None empties one. What is added to a set comes last."""
    made = dict(record)
    for path, value in changes.items():
        head, slash, name = path.partition("/")
        if path == "ranges":
            made.update(value or {"ranges": [], "anchor": {}})
        elif not slash:
            made[head] = value if value is not None else _empty(record.get(head), head)
        elif head in shape.sets:
            rest = [item for item in _list(made, head) if item != name]
            made[head] = rest if value is None else [*rest, name]
        elif head in shape.maps:
            others = {key: item for key, item in _dict(made, head).items() if key != name}
            made[head] = others if value is None else {**others, name: value}
        elif head == "links":
            made[head] = list(_relinked(_links(made), name, value))
    if "tags" in shape.sets:
        made["tags"] = sorted(map(str, _list(made, "tags")))
    return made


def _list(record: Record, name: str) -> list[Any]:
    """Return a list of a record; another program may have put anything there."""
    found = record.get(name)
    return found if isinstance(found, list) else []


def _dict(record: Record, name: str) -> dict[str, Any]:
    found = record.get(name)
    return found if isinstance(found, dict) else {}


def _links(record: Record) -> list[Record]:
    return [link for link in _list(record, "links") if isinstance(link, dict)]


def _empty(value: Any, name: str) -> Any:  # noqa: ANN401  # any JSON value
    return _DEFAULTS.get(name, type(value)() if value is not None else "")


def _relinked(links: list[Record], name: str, note: str | None) -> Iterator[Record]:
    kind, _, to = name.rpartition("/")
    for link in links:
        if (link.get("type", ""), link.get("to", "")) != (kind, to):
            yield link
    if note is not None:
        yield {"to": to, "type": kind, "note": note}


def resolved(shape: Shape, record: Record, path: str, value: Any) -> Record:  # noqa: ANN401  # any JSON value
    """Return `record` with `value` chosen at `path`, the shown one or an alternative, and no others beside it.

    A path that the shape has no place for shows nothing: what is beside it goes, and nothing else changes.
    """
    others = [other for other in alternatives(record) if other["field"] != path]
    made = changed(shape, record, {path: value}) if shape.shows(path) else record
    return {**made, "alternatives": others}


def stamped(shape: Shape, old: Record | None, new: Record, device: str, stamp: int) -> Record | None:
    """Return `new` with `dots` and `seen` brought up from `old`; None when nothing differs.

    A value differs also where it moved to a later place in its list, and where alternatives to it came or went. Those
    that `old` had stay as they were while the value does; those that are new come under a dot that the shown value's is
    larger than. A record without the key `alternatives` says nothing about them.
    """
    before = values(shape, old) if old else {}
    after = values(shape, new)
    replaced = {path for path, value in after.items() if before.get(path) != value}
    replaced.update(path for path, value in before.items() if path not in after and value is not None)
    kept, added, dropped = _compared(old or {}, new, replaced)
    edited = replaced | dropped | {other["field"] for other in added}
    if old:
        for name in shape.ordered:
            edited.update(_moved(old, new, name))
        if not edited:
            return _beside_values(shape, old, new)
    known = _dict(old, "dots") if old else {}
    dots = {path: known[path] if path in known and path not in edited else [device, stamp] for path in after}
    seen = together(_taken_in(before, old) if old else as_seen(new), {device: stamp})
    made = {**new, "dots": dots, "seen": seen}
    if added or "alternatives" in {**made, **(old or {})}:
        signed = [(other, "-" * number + device) for number, other in enumerate(added, 1)]
        seen.update((name, stamp) for _, name in signed)
        made["alternatives"] = [*kept, *({**other, "dot": [name, stamp]} for other, name in signed)]
    return made


def _beside_values(shape: Shape, old: Record, new: Record) -> Record | None:
    """Return `old` with what `new` holds beyond our shapes; None when that is the same. Nobody signs for it."""
    beyond = extras(shape, new)
    return None if beyond == extras(shape, old) else {**old, **beyond}


def extras(shape: Shape, record: Record) -> Record:
    """Return what a record holds beyond its values and what belongs to them."""
    return {name: value for name, value in record.items() if name not in shape.fields | _BOOKKEEPING | _CONSTANT}


def _compared(old: Record, new: Record, replaced: set[str]) -> tuple[list[Record], list[Record], set[str]]:
    """Return which alternatives stay, which are new, and the paths that lost some."""
    if not old.get("alternatives") and not new.get("alternatives"):
        return [], [], set()
    olds = alternatives(old)
    if "alternatives" not in new:
        return [other for other in olds if other["field"] not in replaced], [], set()
    had, has = set(map(_mark, olds)), set(map(_mark, alternatives(new)))
    kept = [other for other in olds if _mark(other) in has and other["field"] not in replaced]
    added = [other for other in alternatives(new) if _mark(other) not in had]
    return kept, added, {other["field"] for other in olds if _mark(other) not in has}


def _mark(other: Record) -> tuple[str, Dot, str]:
    """Return what tells an alternative from others, also after it went through the model."""
    dot, value = as_dot(other.get("dot")), other["value"]
    return other["field"], dot if dot and dot[0] else None, "" if value is None else str(value)


def _moved(old: Record, new: Record, name: str) -> Iterator[str]:
    """Yield the members of a list, newest last, that were moved to a later place than they had."""
    place = {str(item): index for index, item in enumerate(_list(old, name))}
    furthest = -1
    for item in map(str, _list(new, name)):
        if place.get(item, furthest) < furthest:
            yield f"{name}/{item}"
        furthest = max(furthest, place.get(item, furthest))


def taken_in(shape: Shape, record: Record) -> Seen:
    """Return the `seen` of whoever changes or removes `record` now: it covers whatever stands there."""
    return _taken_in(values(shape, record), record)


def _taken_in(found: Values, record: Record) -> Seen:
    """Return the `seen` of an edit of `record`, whose values are `found`: it covers whatever stands there."""
    seen, dots = as_seen(record), _dict(record, "dots")
    for path, value in found.items():
        for device, stamp in as_dots(dots.get(path)) or [unsigned(path, value)]:
            seen[device] = max(stamp, seen.get(device, 0))
    for other in alternatives(record):
        for device, stamp in as_dots(other.get("dot")) or [unsigned(other["field"], other["value"])]:
            seen[device] = max(stamp, seen.get(device, 0))
    return seen
