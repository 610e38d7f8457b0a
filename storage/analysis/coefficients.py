"""Coefficients of agreement, by their published formulas. Each is None where it is not defined.

- percent agreement: the share of what is judged alike.
- kappa: J. Cohen, A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20 (1960).
- the mean of kappa over pairs of more than two: R. J. Light, Psychological Bulletin 76 (1971).
- alpha for nominal data: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), sections C and D.
- alpha for unitizing: K. Krippendorff, Measuring the Reliability of Qualitative Text Analysis Data, Quality & Quantity
  38 (2004), 787-800.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

Matrix = Sequence[Sequence[float]]
"""How often one coder chose the row's category where the other chose the column's."""

Ratings = Mapping[Any, int]
"""How many coders gave a unit each value; those who gave none are not counted."""


def percent(matrix: Matrix) -> float | None:
    """Return which share of the units two coders judged alike, 0 to 100."""
    total = sum(map(sum, matrix))
    return 100 * sum(row[at] for at, row in enumerate(matrix)) / total if total else None


def kappa(matrix: Matrix) -> float | None:
    """Return Cohen's kappa; None where chance alone would make two coders agree everywhere."""
    total = sum(map(sum, matrix))
    if not total:
        return None
    alike = sum(row[at] for at, row in enumerate(matrix)) / total
    chance = sum(sum(row) * sum(other[at] for other in matrix) for at, row in enumerate(matrix)) / total**2
    return (alike - chance) / (1 - chance) if chance < 1 else None


def alpha(units: Iterable[tuple[Ratings, float]]) -> float | None:
    """Return Krippendorff's alpha for nominal values of units, each of which counts as often as its weight says.

    Units that less than two coders judged are left out; None where all values are the same.
    """
    values: Counter[Hashable] = Counter()
    observed = total = 0.0
    for ratings, weight in units:
        coders = sum(ratings.values())
        if coders > 1:
            total += coders * weight
            alike = sum(count * count for count in ratings.values())
            observed += weight * (coders * coders - alike) / (coders - 1)
            for value, count in ratings.items():
                values[value] += count * weight  # type: ignore[assignment]  # a weight need not be whole
    expected = total * total - sum(count * count for count in values.values())
    return 1 - (total - 1) * observed / expected if expected else None


class Continuum(NamedTuple):
    """What coders cut units out of: its length, and the units of each coder, in order and apart: ``[start, end)``."""

    length: int
    coders: Sequence[Sequence[tuple[int, int]]]


class _Section(NamedTuple):
    start: int
    end: int
    unit: bool


def alpha_unitizing(categories: Iterable[Continuum]) -> float | None:
    """Return Krippendorff's alpha for unitizing; None where there are no units.

    Of several categories, each a cutting of the same text, it is what they have in common.
    """
    observed, expected = 0.0, 0.0
    for continuum in categories:
        observed += observed_disagreement(continuum)
        expected += expected_disagreement(continuum)
    return 1 - observed / expected if expected else None


def _sections(units: Sequence[tuple[int, int]], length: int) -> Iterator[_Section]:
    """Yield the units of a coder and the gaps between them."""
    at = 0
    for start, end in units:
        if at < start:
            yield _Section(at, start, unit=False)
        yield _Section(start, end, unit=True)
        at = end
    if at < length:
        yield _Section(at, length, unit=False)


def observed_disagreement(continuum: Continuum) -> float:
    """Return the mean squared difference of the coders' sections, as a share of the squared length."""
    sections = [list(_sections(units, continuum.length)) for units in continuum.coders]
    count = len(sections)
    if count < 2 or not continuum.length:  # noqa: PLR2004  # one coder disagrees with nobody
        return 0.0
    total = sum(_differences(one, other) for one in sections for other in sections if other is not one)
    return total / (count * (count - 1) * continuum.length**2)


def _differences(ones: Sequence[_Section], others: Sequence[_Section]) -> float:
    """Return the sum of the differences of all sections of two coders that meet."""
    total, at = 0.0, 0
    for one in ones:
        while at and others[at - 1].end > one.start:
            at -= 1
        while at < len(others) and others[at].end <= one.start:
            at += 1
        for other in others[at:]:
            if other.start >= one.end:
                break
            total += _difference(one, other)
    return total


def _difference(one: _Section, other: _Section) -> float:
    """Return the squared difference of two sections that meet."""
    if one.unit and other.unit:
        return (one.start - other.start) ** 2 + (one.end - other.end) ** 2
    if one.unit == other.unit:
        return 0.0
    unit, gap = (one, other) if one.unit else (other, one)
    return (unit.end - unit.start) ** 2 if gap.start <= unit.start and unit.end <= gap.end else 0.0


def expected_disagreement(continuum: Continuum) -> float:
    """Return what is to be expected where units and gaps of these lengths lay anywhere."""
    sections = [section for units in continuum.coders for section in _sections(units, continuum.length)]
    units = [section.end - section.start for section in sections if section.unit]
    gaps = sorted(section.end - section.start for section in sections if not section.unit)
    tails = list(accumulate(reversed(gaps), initial=0))[::-1]
    both = len(continuum.coders) * continuum.length
    places = both * (both - 1) - sum(length * (length - 1) for length in units)
    if not places:
        return 0.0
    total = 0.0
    for length in units:
        at = bisect_left(gaps, length)
        room = tails[at] - (len(gaps) - at) * (length - 1)
        total += (len(units) - 1) / 3 * (2 * length**3 - 3 * length**2 + length) + length**2 * room
    return 2 * total / continuum.length / places
