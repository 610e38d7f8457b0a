"""Dates as people write them in English, German, French and Spanish, and in numbers; each as ISO 8601.

``January 23``, ``23. Januar 2019``, ``23 de enero``, ``2019-01-23``, ``23.01.2019``. Of ``3/4/2019`` nobody can tell
which is the month: it is no date here, while ``23/4/2019`` is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from storage.folding import folded_string

_NAMES = (
    "january januar jänner janvier enero jan",
    "february februar février febrero feb",
    "march märz mars marzo mar",
    "april avril abril apr",
    "may mai mayo",
    "june juni juin junio jun",
    "july juli juillet julio jul",
    "august août agosto aug",
    "september septembre septiembre sept sep",
    "october oktober octobre octubre oct okt",
    "november novembre noviembre nov",
    "december dezember décembre diciembre dec dez",
)
_MONTHS = {folded_string(name): number for number, names in enumerate(_NAMES, 1) for name in names.split()}
_MONTH = "|".join(sorted(" ".join(_NAMES).split(), key=len, reverse=True))
_DAY = r"(?P<day>[12]\d|3[01]|0?[1-9])"
_YEAR = r"(?P<year>[12]\d{3})"
_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        rf"(?<![\d.-]){_YEAR}-(?P<month>0[1-9]|1[0-2])-{_DAY}(?![\d-])",
        rf"(?<![\d.]){_DAY}\.\s?(?P<month>0?[1-9]|1[0-2])\.\s?{_YEAR}(?!\d)",
        rf"(?<![\d/])(?P<day>1[3-9]|2\d|3[01])/(?P<month>0?[1-9]|1[0-2])/{_YEAR}(?!\d)",
        rf"(?<![\d/])(?P<month>0?[1-9]|1[0-2])/(?P<day>1[3-9]|2\d|3[01])/{_YEAR}(?!\d)",
        rf"\b(?P<name>{_MONTH})\b\.?\s{_DAY}(?:st|nd|rd|th)?\b(?!\.\d)(?:,?\s(?:of\s)?{_YEAR}\b)?",
        rf"(?<![\d.]){_DAY}(?:st|nd|rd|th|\.|er)?\s(?:of\s|de\s)?(?P<name>{_MONTH})\b\.?(?:,?\s(?:de\s|del\s)?{_YEAR}\b)?",
    )
)
_LEAP = 2000


class Found(NamedTuple):
    """A date at ``[start, end)``; `year` is 0 where none is written."""

    start: int
    end: int
    year: int
    month: int
    day: int

    def iso(self, year: int = 0) -> str:
        """Return the date, with the year that it lacks; empty where it is none in that year (29 February)."""
        try:
            return date(self.year or year, self.month, self.day).isoformat()
        except ValueError:
            return ""


def dates(string: str) -> Iterator[Found]:
    """Yield the dates in a string, in order, none inside another."""
    found = []
    for shape in _SHAPES:
        for each in shape.finditer(string):
            parts = each.groupdict()
            month = _MONTHS.get(folded_string(parts["name"]), 0) if parts.get("name") else int(parts["month"])
            made = Found(each.start(), each.end(), int(parts["year"] or 0), month, int(parts["day"]))
            if made.iso(_LEAP):
                found.append(made)
    at = 0
    for one in sorted(found, key=lambda each: (each.start, -each.end)):
        if one.start >= at:
            at = one.end
            yield one
