"""Coefficients of agreement against published worked examples, and against their definitions taken literally."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.analysis.coefficients import (
    Continuum,
    alpha,
    alpha_unitizing,
    expected_disagreement,
    kappa,
    observed_disagreement,
    percent,
)

ARTSTEIN_POESIO = ((20, 20), (10, 50))
"""R. Artstein, M. Poesio, Inter-Coder Agreement for Computational Linguistics (2008), table 1."""
FLEISS = ((75, 1, 4), (5, 4, 1), (0, 0, 10))
"""J. L. Fleiss, Statistical Methods for Rates and Proportions (1981), table 13.1, of 100 patients."""

TWO_BINARY = ("0100000010", "1110010000")
"""K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section A."""
TWO_NOMINAL = ("aabbdcccedda", "babbbcccedd" + "d")
"""The same, section B."""
FOUR_WITH_GAPS = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
"""The same, section C: a dot where an observer did not judge."""

CATEGORY_C = Continuum(300, (((75, 145), (220, 250)), ((70, 150), (205, 225), (250, 270))))
CATEGORY_K = Continuum(300, (((30, 90), (150, 200)), ((30, 90), (150, 200))))
"""K. Krippendorff, Measuring the Reliability of Qualitative Text Analysis Data (2004), figure 2, from 150 on."""


def units(observers: tuple[str, ...]) -> list[tuple[Counter[str], float]]:
    return [(Counter(value for value in unit if value != "."), 1) for unit in zip(*observers, strict=True)]


@pytest.mark.parametrize(
    ("matrix", "alike", "coefficient"),
    [
        (ARTSTEIN_POESIO, 70, 0.348),
        (FLEISS, 89, 0.676),
        (((20, 5), (10, 15)), 70, 0.4),
        (((7, 0), (0, 3)), 100, 1),
        (((0, 5), (5, 0)), 0, -1),
        (((0, 0), (0, 9)), 100, None),
        (((0, 0), (0, 0)), None, None),
    ],
)
def test_percent_and_kappa(matrix, alike: float | None, coefficient: float | None) -> None:
    assert percent(matrix) == (None if alike is None else pytest.approx(alike))
    assert kappa(matrix) == (None if coefficient is None else pytest.approx(coefficient, abs=0.0005))


@pytest.mark.parametrize(
    ("observers", "published"), [(TWO_BINARY, 0.095), (TWO_NOMINAL, 0.692), (FOUR_WITH_GAPS, 0.743)]
)
def test_alpha_of_the_published_examples(observers: tuple[str, ...], published: float) -> None:
    assert alpha(units(observers)) == pytest.approx(published, abs=0.0005)


def test_alpha_where_nothing_varies_or_nobody_can_agree() -> None:
    assert alpha(units(("000", "000"))) is None
    assert alpha(units(("01.", "..1"))) is None
    assert alpha([]) is None


def test_alpha_for_unitizing_of_the_published_example() -> None:
    assert observed_disagreement(CATEGORY_C) == pytest.approx(0.0144, abs=0.00005)
    assert expected_disagreement(CATEGORY_C) == pytest.approx(0.0532, abs=0.00005)
    assert observed_disagreement(CATEGORY_K) == 0
    assert expected_disagreement(CATEGORY_K) == pytest.approx(0.0490, abs=0.00005)
    assert alpha_unitizing([CATEGORY_C]) == pytest.approx(1 - 0.0144 / 0.0532, abs=0.003)
    assert alpha_unitizing([CATEGORY_K]) == 1
    assert alpha_unitizing([CATEGORY_C, CATEGORY_K]) == pytest.approx(1 - 0.0144 / (0.0532 + 0.0490), abs=0.001)


def test_alpha_for_unitizing_without_units_or_gaps() -> None:
    assert alpha_unitizing([Continuum(10, ((), ()))]) is None
    assert alpha_unitizing([Continuum(0, ((), ()))]) is None
    assert alpha_unitizing([Continuum(10, (((0, 10),), ((0, 10),)))]) == 1
    assert alpha_unitizing([]) is None


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 5)), max_size=8))
def test_a_weight_counts_like_as_many_units(judged: list[tuple[int, int, int]]) -> None:
    weighed = [({True: yes, False: no}, weight) for yes, no, weight in judged]
    one_by_one = [({True: yes, False: no}, 1) for yes, no, weight in judged for _ in range(weight)]
    assert alpha(weighed) == pytest.approx(alpha(one_by_one))


CUTS = st.sets(st.integers(0, 20), max_size=6).map(
    lambda at: list(zip(sorted(at)[::2], sorted(at)[1::2], strict=False))
)


def sections(of: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Return begin, length and value of the sections of a continuum of 20."""
    edges = sorted({0, 20, *(at for unit in of for at in unit)})
    return [(start, end - start, int((start, end) in of)) for start, end in pairwise(edges)]


def literal_difference(one: tuple[int, int, int], other: tuple[int, int, int]) -> int:
    (b, long, v), (c, wide, w) = one, other
    if v == w == 1 and -long < b - c < wide:
        return (b - c) ** 2 + (b + long - c - wide) ** 2
    if (v, w) == (1, 0) and wide - long >= b - c >= 0:
        return long**2
    if (v, w) == (0, 1) and wide - long <= b - c <= 0:
        return wide**2
    return 0


@given(st.lists(CUTS, min_size=2, max_size=4))
def test_unitizing_is_what_the_formula_says(coders: list[list[tuple[int, int]]]) -> None:
    made = [sections(each) for each in coders]
    total = sum(literal_difference(one, other) for a, b in permutations(made, 2) for one in a for other in b)
    m, length = len(coders), 20
    assert observed_disagreement(Continuum(length, coders)) == pytest.approx(total / (m * (m - 1) * length**2))
    flat = [each for one in made for each in one]
    count = sum(v for _, _, v in flat)
    above = sum(
        (count - 1) / 3 * (2 * long**3 - 3 * long**2 + long)
        + long**2 * sum((1 - w) * (wide - long + 1) for _, wide, w in flat if wide >= long)
        for _, long, v in flat
        if v
    )
    below = m * length * (m * length - 1) - sum(v * long * (long - 1) for _, long, v in flat)
    assert expected_disagreement(Continuum(length, coders)) == pytest.approx(2 / length * above / below)
