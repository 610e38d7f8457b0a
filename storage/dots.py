"""Which values of a record can change alone, and who wrote them last.

A record is seen as ``{path: value}``, without what is empty; two such views tell what changed, and each changed value
gets a new dot ``[device, stamp]``. The undo log speaks in the same paths. See `storage.records` for the shapes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from storage.codec import Record

Dot = tuple[str, int] | None
"""Who wrote a value: device and stamp; None where there is no value."""

Values = dict[str, Any]
"""Path -> value, JSON's own types; a value that is not there is empty."""


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
        self.maps = maps
        self.passage = passage
        self.links = links


SHAPES: Mapping[str, Shape] = {
    "documents": Shape(
        ("title", "authors", "date", "language", "source", "format", "length", "state"),
        sets=("files", "texts", "paths"),
        maps=("attributes",),
    ),
    "annotations": Shape(("color", "note", "reply_to"), sets=("tags",), maps=("fields",), passage=True, links=True),
    "tags": Shape(("path", "color", "description", "key", "group")),
    "creators": Shape(("name", "id")),
    "memos": Shape(("note",)),
    "bookmarks": Shape(("name", "offset")),
}
"""The tables whose values carry dots."""

_DEFAULTS = {"state": "new"}


def as_dot(value: Any) -> Dot:  # noqa: ANN401  # a JSON value
    """Return a dot as it stands in a record: ``[device, stamp]``; None for anything else."""
    match value:
        case [str(device), int(stamp)]:
            return device, stamp
    return None


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
    if shape.links:
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


def stamped(shape: Shape, old: Record | None, new: Record, device: str, stamp: int) -> Record | None:
    """Return `new` with `dots` and `seen` brought up from `old`; None when no value differs.

    Alternatives of a value that this edit sets are superseded by it and left out.
    """
    before = values(shape, old) if old else {}
    after = values(shape, new)
    differing = {path for path in {**before, **after} if before.get(path) != after.get(path)}
    if old and not differing:
        return None
    known = _dict(old, "dots") if old else {}
    dots = {path: known[path] if path in known and path not in differing else [device, stamp] for path in after}
    seen = {**_dict(old or new, "seen"), device: stamp}
    made = {**new, "dots": dots, "seen": seen}
    if "alternatives" in made:
        others = [other for other in _list(made, "alternatives") if isinstance(other, dict)]
        made["alternatives"] = [other for other in others if other.get("field") not in differing]
    return made
