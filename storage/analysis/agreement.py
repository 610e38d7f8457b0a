"""How far creators agree on each tag.

The formulas are those of `storage.analysis.coefficients`. On characters each character is a unit, on sentences each
sentence (`storage.sentences`); a unit has a tag for a creator or has not. Documents are taken together; alpha for
unitizing is found on those that all creators worked on, laid end to end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from storage.analysis import coefficients
from storage.analysis.coding import Coding, told_apart
from storage.analysis.judging import ANY, SETTLED, UNITS, Judged, Stretch, all_judged, patterns
from storage.analysis.table import Cell, Row, Table, rounded
from storage.analysis.units import Sentences
from storage.steps import Steps

MARKED = "(marked at all)"

_PAIR = 2
NOBODY = "Agreement needs a document that two people have marked, and none is here."
_SEVERAL = "With more than two creators, percent and kappa are the mean over their pairs."

Patterns = dict[frozenset[str], Counter[frozenset[str]]]
"""For each set of creators that worked on a document, how many units each set of them gave a tag."""


class Measured:
    """Documents that several people worked on, taken apart into units of one kind."""

    def __init__(self, units: Sentences, judged: Sequence[Judged], by: str) -> None:
        self.judged = judged
        self.by = by
        self.notes: list[str] = []
        self._units = units

    def read(self) -> Iterator[int]:
        """Take the documents apart, one after the other; yields how many have been."""
        for number, each in enumerate(self.judged if self.by == "sentences" else (), 1):
            if self._units.of(each.document) is None:
                self.notes.append(
                    f"Left out, because its text is not there: {each.document.title}. Open it, and it is."
                )
            yield number

    def stretches(self, each: Judged, tag: str) -> Iterator[Stretch]:
        """Yield the units of a document, characters that were treated alike together."""
        if self.by == "sentences":
            return each.sentences(tag, self._units.of(each.document) or ())
        return each.stretches(tag)

    def _all(self, each: Judged) -> int:
        """Return how many units a document has."""
        return len(self._units.of(each.document) or ()) if self.by == "sentences" else each.document.length

    def patterns(self, tag: str) -> Patterns:
        """Count how units were treated."""
        found: Patterns = {}
        for each in self.judged:
            if each.has(tag):
                counted = patterns(self.stretches(each, tag), weighed=self.by != "sentences")
            else:
                counted = +Counter({frozenset[str](): self._all(each)})
            found.setdefault(each.coders, Counter()).update(counted)
        return found


def agreement(coding: Coding, by: str = "") -> Steps[Table]:
    """Return percent, kappa and alpha of each tag, and how many units each creator gave it, a little at a time."""
    by = by or UNITS[0]
    judged = all_judged(coding)
    if not judged:
        return Table("agreement", "Agreement", "tag", (), (), notes=(NOBODY,), by=by)
    measured = Measured(coding.sentences, judged, by)
    for done in measured.read():
        yield done / len(judged) / 2
    coders = sorted(set().union(*(each.coders for each in judged)), key=[one.uuid for one in coding.creators].index)
    names = told_apart({one.uuid: one.name for one in coding.creators})
    used = set().union(*(each.tags for each in judged))
    tags = [ANY, *(path for path in coding.paths if path in used)]
    columns = ("percent", "kappa", "alpha", *(("alpha u",) if by == UNITS[0] else ()), *(names[one] for one in coders))
    rows: list[Row] = []
    for tag in tags:
        rows.append(Row(tag or MARKED, _figures(measured, tag, coders), tag))
        yield 0.5 + len(rows) / len(tags) / 2
    there = {each.document.uuid for each in judged}

    def members(row: int, _column: int) -> list[str]:
        found = (
            one for one in coding.items if one.annotation.document in there and SETTLED not in one.annotation.fields
        )
        return [one.annotation.uuid for one in found if not tags[row] or tags[row] in one.tags]

    documents = f"{len(judged)} document{'s' if len(judged) != 1 else ''}"
    notes = (*measured.notes, *((_SEVERAL,) if len(coders) > _PAIR else ()))
    return Table("agreement", f"Agreement on {by} in {documents}", "tag", columns, tuple(rows), members, notes, by=by)


def _figures(measured: Measured, tag: str, coders: Sequence[str]) -> tuple[Cell, ...]:
    found = measured.patterns(tag)
    tables = [table for pair in combinations(coders, _PAIR) if any(map(sum, table := contingency(found, *pair)))]
    figures: list[Cell] = [
        rounded(_mean(map(coefficients.percent, tables))),
        rounded(_mean(map(coefficients.kappa, tables))),
        rounded(coefficients.alpha(_ratings(found))),
    ]
    if measured.by == UNITS[0]:
        figures.append(rounded(coefficients.alpha_unitizing([end_to_end(measured.judged, tag, coders)])))
    given = (sum(n for each in found.values() for holders, n in each.items() if one in holders) for one in coders)
    return (*figures, *given)


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def contingency(found: Patterns, one: str, other: str) -> list[list[int]]:
    """Return how many units both creators gave a tag, one of them, none, where both worked."""
    table = [[0, 0], [0, 0]]
    for coders, counted in found.items():
        if one in coders and other in coders:
            for holders, count in counted.items():
                table[one not in holders][other not in holders] += count
    return table


def _ratings(found: Patterns) -> Iterator[tuple[dict[object, int], float]]:
    for coders, counted in found.items():
        for holders, count in counted.items():
            yield {True: len(holders), False: len(coders) - len(holders)}, count


def end_to_end(judged: Sequence[Judged], tag: str, coders: Sequence[str]) -> coefficients.Continuum:
    """Return the documents that all creators worked on as one text."""
    at, units = 0, [list[tuple[int, int]]() for _ in coders]
    for each in judged:
        if each.coders >= set(coders):
            for one, own in zip(coders, units, strict=True):
                own += [(at + start, at + end) for start, end in each.units(tag, one)]
            at += each.document.length
    return coefficients.Continuum(at, units)
