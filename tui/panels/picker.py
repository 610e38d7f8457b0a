"""Choosing among names by typing a part of them: ranking, shared by the tag picker and the opener. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar

from storage.folding import fold

Option = TypeVar("Option")

_EXACT, _START, _SEGMENT, _WORD, _INSIDE, _SCATTERED = range(6)
_SEPARATORS = " /-_."


@lru_cache(maxsize=20_000)
def folded(name: str) -> str:
    """Return `name` without case, diacritics and typography."""
    return fold(name)[0]


def rank(query: str, name: str) -> int | None:
    """Return how well a folded query fits a folded name, 0 the best; None where it does not.

    The order: the whole name, its start, the start of its last path segment, the start of a word, inside a word, its
    letters scattered in order.
    """
    if query == name:
        return _EXACT
    at = name.find(query)
    if at == 0:
        return _START
    if at > 0:
        if name.rpartition("/")[2].startswith(query):
            return _SEGMENT
        return _WORD if any(separator + query in name for separator in _SEPARATORS) else _INSIDE
    letters = iter(name)
    return _SCATTERED if all(letter in letters for letter in query if letter != " ") else None


def narrow(query: str, options: Iterable[Option], name: Callable[[Option], str]) -> list[Option]:
    """Return the options that fit, the best first, in their own order among equals; `name` gives a folded name."""
    wanted = folded(query.strip())
    if not wanted:
        return list(options)
    ranked = []
    for i, option in enumerate(options):
        fits = rank(wanted, name(option))
        if fits is not None:
            ranked.append((fits, i, option))
    ranked.sort(key=lambda item: item[:2])
    return [option for _, _, option in ranked]
