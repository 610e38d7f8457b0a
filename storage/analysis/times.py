"""Days, weeks (ISO 8601), months and years: which one a date lies in, and which lie between two."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

PERIODS = ("day", "week", "month", "year")

_FIT = 40
"""Periods that a table over time has at most where the reader asked for no period."""
_MOST = 2_000
"""Periods between the first and the last up to which those without annotations are columns too."""


def _date(written: str) -> date | None:
    try:
        found = date.fromisoformat(written)
    except ValueError:
        return None
    return found if found.isoformat() == written else None  # "20240101" and "2024-W01-1" are in ISO 8601 too


def period(written: str, by: str) -> str:
    """Return the period that an ISO date lies in, such as ``2026-W48``; empty for what is no date."""
    found = _date(written)
    if found is None:
        return ""
    if by == "week":
        year, week, _ = found.isocalendar()
        return f"{year:04}-W{week:02}"
    return written[: {"day": 10, "month": 7, "year": 4}[by]]


def between(periods: Collection[str], by: str) -> list[str]:
    """Return all periods from the first to the last; those that are there alone where there were too many."""
    if not periods:
        return []
    first, last = _start(min(periods)), _start(max(periods))
    step = {"day": 1, "week": 7, "month": 28, "year": 365}[by]
    if (last - first).days // step > _MOST:
        return sorted(periods)
    days = (first + timedelta(days) for days in range(0, (last - first).days + 1, min(step, 7)))
    return sorted({period(day.isoformat(), by) for day in days} | set(periods))


def _start(name: str) -> date:
    if "W" in name:
        year, _, week = name.partition("-W")
        return date.fromisocalendar(int(year), int(week), 1)
    return date.fromisoformat(f"{name}-01-01"[:10] if len(name) == 4 else f"{name}-01"[:10])  # noqa: PLR2004  # a year


def fitting(dates: Collection[str]) -> str:
    """Return the shortest period of which dates need not more columns than can be looked at."""
    found = [each for each in map(_date, dates) if each is not None]
    days = (max(found) - min(found)).days + 1 if found else 1
    return next((by for by, long in zip(PERIODS, (1, 7, 30, 365), strict=True) if days <= long * _FIT), "year")
