"""The join of two states of one record: which values stay, which one is shown, whether it lives.

A state is a set of elements, a value at a path each with the dots it was written under, and `seen`, what it has taken
in. An element with a dot stays if both states have it, or if the state that lacks it has not seen the dot: it was
missed there, not removed. So for each element and dot a state knows one of four things, and joining takes the larger:
not known, there but not seen, there, removed. That makes the join commutative, associative and idempotent, whatever a
record holds.

A tombstone is a state without elements. A record that met one lives while any element of it stays, and keeps the mark
`revived`; without elements it goes, back into a tombstone. Forgotten stays forgotten.

Every element is kept. Of several values of one path the one under the newest dot is shown, the others are the record's
`alternatives`. What no shape has a place for (a text where a list should be) is kept there as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from storage.codec import Record, canonical, sealed
from storage.dots import (
    Seen,
    Shape,
    Signed,
    Values,
    age,
    alternatives,
    as_dots,
    as_seen,
    changed,
    covered,
    together,
    unsigned,
    values,
    written,
)

CONSTANTS = frozenset({"uuid", "document", "creator", "created", "added", "about"})
"""Values that are given once; where two records differ the smaller one holds that is not empty."""

_STAMPED = frozenset({"dots", "seen", "sum", "alternatives", "updated"})

Element = tuple[str, str | bool | bytes]
"""A path and a value of it: a text, True, or the canonical JSON of anything else."""

Elements = dict[Element, tuple[Any, frozenset[Signed]]]
"""Element -> its value and its dots."""


class State(NamedTuple):
    """What is known of one record: the record itself, or its tombstone."""

    record: Record
    lives: bool = True


def joined(shape: Shape, one: State, other: State) -> State:
    """Return the join of two states of one record of this shape; its record is sealed, unless it is one of the two."""
    if one.lives and other.lives:
        for first, second in ((one, other), (other, one)):
            if _follows(shape, first.record, second.record):
                return first
    seen = together(as_seen(one.record), as_seen(other.record))
    kept = _survivors(_elements(shape, one), _elements(shape, other), as_seen(one.record), as_seen(other.record))
    living = [state.record for state in (one, other) if state.lives]
    if forgotten(one) or forgotten(other):
        return State(_tombstone(one, other, seen), lives=False)
    if not kept and (len(living) < 2 or any("revived" in record for record in living)):  # noqa: PLR2004  # both
        return State(_tombstone(one, other, seen), lives=False)
    made = _rest(shape, living[0], living[-1])
    _show(shape, made, kept)
    _date(made, one, other)
    return State(sealed({**made, "seen": seen}))


def forgotten(state: State) -> bool:
    """Tell whether the record was to be forgotten, for ever."""
    return not state.lives and state.record.get("forgotten") is True


def ended(state: State) -> State:
    """Return what is left of a record that has to go: a tombstone that covers it."""
    record = state.record
    return State(
        sealed({"uuid": record.get("uuid"), "seen": as_seen(record), "deleted": _later(state, state)}), lives=False
    )


def lost(shape: Shape, before: Record, after: Record) -> Values:
    """Return the values that `before` showed at paths where `after` has none."""
    left = values(shape, after)
    return {path: value for path, value in values(shape, before).items() if path not in left}


def _follows(shape: Shape, record: Record, earlier: Record) -> bool:
    """Tell whether `record` is a later state of `earlier` and so their join, which spares the long way to it."""
    return (
        not (record.get("alternatives") or earlier.get("alternatives") or "revived" in record)
        and str(record.get("updated", "")) >= str(earlier.get("updated", ""))
        and all(record.get(name) == earlier[name] for name in earlier.keys() - shape.fields - _STAMPED)
        and _has_taken_in(shape, record, earlier)
    )


def _has_taken_in(shape: Shape, record: Record, earlier: Record) -> bool:
    """Tell whether all that `earlier` knows is known in `record`, and all that is old there is in `earlier` too."""
    seen, old = as_seen(record), as_seen(earlier)
    dots, old_dots = record.get("dots"), earlier.get("dots")
    if not isinstance(dots, dict) or not isinstance(old_dots, dict):
        return False
    if not all(covered(dot, seen) for dot in old.items()):
        return False
    found, there = values(shape, record), values(shape, earlier)
    if not all(as_dots(old_dots.get(path)) for path in there):
        return False
    for path in {**dots, **old_dots}:
        now, then = dots.get(path), old_dots.get(path)
        if now == then:
            if found.get(path) != there.get(path):
                return False
        elif any(covered(dot, old) for dot in as_dots(now)) or not all(covered(dot, old) for dot in as_dots(then)):
            return False
    return not any(_misplaced(shape, earlier))


def _elements(shape: Shape, state: State) -> Elements:
    found: Elements = {}
    if not state.lives:
        return found
    dots = state.record.get("dots")
    known = dots if isinstance(dots, dict) else {}
    for path, value in values(shape, state.record).items():
        _add(found, path, value, known.get(path))
    for other in alternatives(state.record):
        _add(found, other["field"], other["value"], other.get("dot"))
    for name, value in _misplaced(shape, state.record):
        _add(found, name, value, None)
    return found


def _add(found: Elements, path: str, value: Any, dots: Any) -> None:  # noqa: ANN401  # any JSON values
    if value is None:
        return
    element = (path, value if value is True or isinstance(value, str) else text(value))
    before = found[element][1] if element in found else frozenset()
    found[element] = (value, before.union(as_dots(dots) or [unsigned(path, value)]))


def _misplaced(shape: Shape, record: Record) -> Iterator[tuple[str, Any]]:
    """Yield what another program put where this shape has something else, with the name of the field."""
    for name in (*shape.sets, *(("links",) if shape.links else ())):
        if (value := record.get(name)) and not isinstance(value, list):
            yield name, value
    for name in shape.maps:
        if (value := record.get(name)) and not isinstance(value, dict):
            yield name, value
    others = record.get("alternatives")
    if others:
        good = alternatives(record)
        rest = [other for other in others if other not in good] if isinstance(others, list) else [others]
        yield from (("alternatives", other) for other in rest)
    if shape.links and isinstance(links := record.get("links"), list) and links:
        yield from (("links", link) for link in _odd_links(links))


def _odd_links(links: list[Any]) -> Iterator[Any]:
    """Yield the links that their type, target and note do not say wholly, or that a later one hides."""
    known = set()
    for link in reversed(links):
        name = (link.get("type", ""), link.get("to", "")) if isinstance(link, dict) else None
        if name is None or name in known or link.keys() - {"to", "type", "note"}:
            yield link
        known.add(name)


def _survivors(mine: Elements, others: Elements, seen: Seen, others_seen: Seen) -> Elements:
    """Apply the rule: a dot stays at its path if both have it, or if the side that lacks it has not seen it."""
    kept: Elements = {}
    own, foreign = _paths(mine), _paths(others)
    for element, (value, _) in {**others, **mine}.items():
        here, there = own.get(element[0], ()), foreign.get(element[0], ())
        dots = {dot for dot in _dots(mine, element) if dot in there or not covered(dot, others_seen)}
        dots.update(dot for dot in _dots(others, element) if dot in here or not covered(dot, seen))
        if dots:
            kept[element] = (value, frozenset(dots))
    return kept


def _paths(elements: Elements) -> dict[str, set[Signed]]:
    """Return all dots of each path: one dot may have come with two values where a program changed one under it."""
    found: dict[str, set[Signed]] = {}
    for (path, _), (_, dots) in elements.items():
        found.setdefault(path, set()).update(dots)
    return found


def _dots(elements: Elements, element: Element) -> frozenset[Signed]:
    return elements[element][1] if element in elements else frozenset()


def _rest(shape: Shape, one: Record, other: Record) -> Record:
    """Return what two records hold without dots: constants, what is unknown here, and their fields emptied."""
    made = shape.empty()
    for name in {**one, **other}.keys() - made.keys() - _STAMPED:
        found = [record[name] for record in (one, other) if name in record]
        if found[0] == found[-1]:
            made[name] = found[0]
        elif name in CONSTANTS:
            made[name] = min(filter(None, found), key=text, default=max(found, key=text))
        else:
            made[name] = max(found, key=text)
    return made


def text(value: Any) -> bytes:  # noqa: ANN401  # any JSON value
    """Return the canonical JSON of a value, by which values are compared."""
    return canonical({"": value})


def _show(shape: Shape, made: Record, kept: Elements) -> None:
    """Put the newest value of each path in its place, what else there is into `alternatives`."""
    by_path: dict[str, list[tuple[Signed, Any, frozenset[Signed]]]] = {}
    for (path, _), (value, dots) in kept.items():
        by_path.setdefault(path, []).append((max(dots, key=age), value, dots))
    shown: dict[str, tuple[Signed, Any, frozenset[Signed]]] = {}
    others: list[tuple[str, Signed, Any, frozenset[Signed]]] = []
    for path, found in by_path.items():
        if len(found) > 1:
            found.sort(key=lambda each: (age(each[0]), text(each[1])))
        if shape.shows(path):
            shown[path] = found.pop()
        others += [(path, *each) for each in found]
    in_order = sorted(shown.items(), key=lambda item: age(item[1][0]))
    made.update(changed(shape, made, {path: value for path, (_, value, _) in in_order}))
    made["dots"] = {path: written(dots) for path, (_, _, dots) in in_order}
    others.sort(key=lambda each: (each[0], age(each[1]), text(each[2])))
    made["alternatives"] = [{"field": path, "value": value, "dot": written(dots)} for path, _, value, dots in others]


def _date(made: Record, one: State, other: State) -> None:
    """Say when the record changed last; one that met a tombstone keeps the mark of it, and its time."""
    met = not (one.lives and other.lives) or any("revived" in state.record for state in (one, other))
    if met:
        made["revived"] = True
    if met or "updated" in one.record or "updated" in other.record:
        made["updated"] = _later(one, other)


def _later(one: State, other: State) -> str:
    found = (state.record.get("updated" if state.lives else "deleted") for state in (one, other))
    return max((time for time in found if isinstance(time, str)), default="")


def _tombstone(one: State, other: State, seen: Seen) -> Record:
    made: Record = {}
    for state in (one, other):
        if not state.lives:
            for name, value in state.record.items():
                made[name] = max(made.get(name, value), value, key=text)
    made.update(uuid=one.record.get("uuid"), seen=seen, deleted=_later(one, other))
    return sealed(made)
