"""Counts: tags, documents and creators, tags by any of these or by an attribute of the document, and over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from enum import Enum
from typing import Any, NamedTuple

from storage.analysis.coding import UNTAGGED, Coded, Coding, upwards
from storage.analysis.table import Row, Table
from storage.model import Document

ALL = "all"
NO_VALUE = "(none)"


class Key(Enum):
    """What counts beside all that has a name: a name may be that of any of these."""

    ALL = "/all"
    NONE = "/none"


Keys = Callable[[Coded], Iterable[Hashable]]


class Axis(NamedTuple):
    """What rows or columns are: their keys and labels in order, and under which keys an annotation counts."""

    labels: Mapping[Any, str]
    keys: Keys


def _cross(rows: Axis, columns: Axis, coding: Coding) -> tuple[tuple[Row, ...], Callable[[int, int], list[str]]]:
    """Count annotations by row and column, and return the rows and what stands behind each cell."""
    counts: Counter[tuple[Hashable, Hashable]] = Counter()
    for one in coding.items:
        across = tuple(columns.keys(one))
        counts.update((row, column) for row in rows.keys(one) for column in across)
    heads, sides = list(columns.labels), list(rows.labels)
    made = tuple(Row(rows.labels[side], tuple(counts[side, head] for head in heads), _key(side)) for side in sides)

    def members(row: int, column: int) -> list[str]:
        side, head = sides[row], heads[column]
        return [one.annotation.uuid for one in coding.items if side in rows.keys(one) and head in columns.keys(one)]

    return made, members


def _key(side: Hashable) -> str:
    return side.value if isinstance(side, Key) else str(side)


def _tags(coding: Coding) -> Axis:
    """Return the tags, all of them, and what has none."""
    return Axis({**{path: path for path in coding.paths}, Key.NONE: UNTAGGED}, lambda one: one.tags or (Key.NONE,))


def _with_all(axis: Axis) -> Axis:
    return Axis({Key.ALL: ALL, **axis.labels}, lambda one: (Key.ALL, *axis.keys(one)))


def _documents(coding: Coding) -> Axis:
    return Axis(coding.labels(), lambda one: (one.annotation.document,))


def _creators(coding: Coding) -> Axis:
    people = coding.people()
    return Axis(people, lambda one: (one.annotation.creator if one.annotation.creator in people else "",))


def tags(coding: Coding, _by: str = "") -> Table:
    """Count each tag: by itself, with those beneath it, and in how many documents that is."""
    own: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    where: dict[str, set[str]] = {}
    above: dict[tuple[str, ...], set[str]] = {}
    none = Key.NONE.value
    for one in coding.items:
        mine = one.tags or (none,)
        own.update(mine)
        found = above.get(mine)
        if found is None:
            found = above[mine] = set().union(*map(upwards, mine)) if one.tags else {none}
        whole.update(found)
        for path in found:
            where.setdefault(path, set()).add(one.annotation.document)
    names = [*coding.paths, none]

    def members(row: int, column: int) -> list[str]:
        path = names[row]
        kept = (path,) if column == 0 or path == none else tuple(each for each in names if path in upwards(each))
        return [one.annotation.uuid for one in coding.items if not set(kept).isdisjoint(one.tags or (none,))]

    def figures(path: str) -> tuple[int, ...]:
        return own[path], whole[path], len(where.get(path, ()))

    rows = (*(Row(path, figures(path), path) for path in coding.paths), Row(UNTAGGED, figures(none), none))
    return Table("tags", "Tags", "tag", ("own", "with sub-tags", "documents"), rows, members)


def documents(coding: Coding, _by: str = "") -> Table:
    """Count each document's annotations and tags, and the annotations by who made them."""
    made, members = _cross(_documents(coding), _with_all(_creators(coding)), coding)
    used: dict[str, set[str]] = {}
    for one in coding.items:
        used.setdefault(one.annotation.document, set()).update(one.tags)
    rows = tuple(
        row._replace(cells=(row.cells[0], len(used.get(document.uuid, ())), *row.cells[1:]))
        for row, document in zip(made, coding.documents, strict=True)
    )
    columns = ("annotations", "tags", *coding.people().values())
    return Table("documents", "Documents", "document", columns, rows, lambda row, at: members(row, max(0, at - 1)))


def creators(coding: Coding, _by: str = "") -> Table:
    """Count each creator's annotations, documents and tags."""
    people = coding.people()
    counts: Counter[str] = Counter()
    places: dict[str, set[str]] = {uuid: set() for uuid in people}
    used: dict[str, set[str]] = {uuid: set() for uuid in people}
    who = _creators(coding)
    for one in coding.items:
        (uuid,) = map(str, who.keys(one))
        counts[uuid] += 1
        places[uuid].add(one.annotation.document)
        used[uuid].update(one.tags)
    rows = tuple(Row(name, (counts[uuid], len(places[uuid]), len(used[uuid])), uuid) for uuid, name in people.items())
    _, members = _cross(who, Axis({Key.ALL: ALL}, lambda _: (Key.ALL,)), coding)
    columns = ("annotations", "documents", "tags")
    return Table("creators", "Creators", "creator", columns, rows, lambda row, _: members(row, 0))


def _by_tag(name: str, title: str, columns: Axis, coding: Coding, by: str = "") -> Table:
    across = _with_all(columns)
    rows, members = _cross(_tags(coding), across, coding)
    return Table(name, title, "tag", tuple(across.labels.values()), rows, members, by=by)


def tags_by_document(coding: Coding, _by: str = "") -> Table:
    """Count tags in each document."""
    return _by_tag("tags-documents", "Tags by document", _documents(coding), coding)


def tags_by_creator(coding: Coding, _by: str = "") -> Table:
    """Count tags by who set them."""
    return _by_tag("tags-creators", "Tags by creator", _creators(coding), coding)


def attributes(coding: Coding) -> list[str]:
    """Return what documents can be told apart by: their own attributes, then what every document has."""
    own = {name for document in coding.documents for name in document.attributes}
    return [*sorted(own), "state", "author", "date", "language", "format"]


def tags_by_attribute(coding: Coding, by: str = "") -> Table:
    """Count tags by the value that an attribute has in their document."""
    by = by or attributes(coding)[0]
    values = {document.uuid: _values(document, by) for document in coding.documents}
    met = sorted(set().union(*values.values()) if values else (), key=_in_order)
    axis = Axis({value: value for value in met}, lambda one: values[one.annotation.document])
    return _by_tag("tags-attribute", f"Tags by {by}", axis, coding, by)


def _values(document: Document, name: str) -> tuple[str, ...]:
    if name in document.attributes:
        return (str(document.attributes[name]),)
    if name == "author":
        return tuple(dict.fromkeys(document.authors)) or (NO_VALUE,)
    known = {"state": document.state, "date": document.date, "language": document.language, "format": document.format}
    return (known.get(name) or NO_VALUE,)


def _in_order(value: str) -> tuple[bool, float, str]:
    """Return a sort key: what is there first, numbers by size."""
    try:
        return value == NO_VALUE, float(value), value
    except ValueError:
        return value == NO_VALUE, float("inf"), value


def over_time(coding: Coding, by: str = "") -> Table:
    """Count annotations, and tags, by the day, week, month or year in which they were made (UTC)."""
    from storage.analysis import times  # noqa: PLC0415  # imported when first used

    dates = [one.annotation.created[:10] for one in coding.items]
    by = by or times.fitting(dates)
    of = {date: times.period(date, by) for date in set(dates)}
    columns: dict[Hashable, str] = {each: each for each in times.between(set(of.values()) - {""}, by)}
    if "" in of.values():
        columns[""] = NO_VALUE
    rows, members = _cross(
        _with_all(_tags(coding)), Axis(columns, lambda one: (of[one.annotation.created[:10]],)), coding
    )
    title = f"Annotations by {by}"
    return Table("time", title, "tag", tuple(columns.values()), rows, members, series=True, by=by)
