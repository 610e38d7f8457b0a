"""THE table of analyses: their names, what they count, by what they can be taken; shell and screen draw on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from storage.analysis import agreement, counts, together
from storage.analysis.coding import Coding
from storage.analysis.judging import UNITS
from storage.analysis.table import Table
from storage.analysis.times import PERIODS
from storage.errors import UsageError
from storage.steps import Steps, finished


def _nothing(_coding: Coding) -> Sequence[str]:
    return ()


def _at_once(make: Callable[[Coding, str], Table]) -> Callable[[Coding, str], Steps[Table]]:
    """Return as steps what takes one."""

    def steps(coding: Coding, by: str) -> Steps[Table]:
        yield 0.0
        return make(coding, by)

    return steps


class Analysis(NamedTuple):
    """One of them: `about` is what its figures are, `by` the choices there are of what to take it by."""

    name: str
    about: str
    steps: Callable[[Coding, str], Steps[Table]]
    by: Callable[[Coding], Sequence[str]] = _nothing


_ALL = (
    Analysis(
        "tags",
        "how often each tag is used, by itself and with those beneath it, in how many documents",
        _at_once(counts.tags),
    ),
    Analysis("documents", "annotations and tags of each document, and by whom", _at_once(counts.documents)),
    Analysis("creators", "annotations, documents and tags of each creator", _at_once(counts.creators)),
    Analysis("tags-documents", "tags by document", _at_once(counts.tags_by_document)),
    Analysis("tags-creators", "tags by creator", _at_once(counts.tags_by_creator)),
    Analysis(
        "tags-attribute", "tags by an attribute of the document", _at_once(counts.tags_by_attribute), counts.attributes
    ),
    Analysis("together", "tags that stand together", together.together, lambda _: together.KINDS),
    Analysis("time", "annotations and tags over time", _at_once(counts.over_time), lambda _: PERIODS),
    Analysis(
        "agreement",
        "how far creators agree on each tag, in the documents that several of them marked",
        agreement.agreement,
        lambda _: UNITS,
    ),
)

ANALYSES = {each.name: each for each in _ALL}


def analyse(coding: Coding, name: str, by: str = "") -> Table:
    """Return a table by name, taken by one of its choices, empty: the usual one. Raises UsageError for a wrong word."""
    return finished(analysing(coding, name, by))


def analysing(coding: Coding, name: str, by: str = "") -> Steps[Table]:
    """Return what `analyse` does, a little at a time. Raises UsageError at once."""
    if name not in ANALYSES:
        raise UsageError(f"There is no table “{name}”; there are {', '.join(ANALYSES)}.")
    analysis = ANALYSES[name]
    choices = analysis.by(coding)
    if by and by not in choices:
        has = f"can be taken by {', '.join(choices)}" if choices else "is taken by nothing"
        raise UsageError(f"The table {name} {has}, not by “{by}”.")
    return analysis.steps(coding, by)
