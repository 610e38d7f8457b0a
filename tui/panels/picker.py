"""Choosing among names by typing a part of them: ranking, shared by the tag picker and the opener. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar

from storage.folding import fold

Option = TypeVar("Option")

_SEPARATORS = " /-_."


@lru_cache(maxsize=20_000)
def folded(name: str) -> str:
    """Return `name` without case, diacritics and typography."""
    return fold(name)[0]


def narrow(query: str, options: Iterable[Option], name: Callable[[Option], str]) -> list[Option]:
    """Return the options that fit, the best first, in their own order among equals; `name` gives a folded name.

    The order: the whole name, its start, the start of its last path segment, the start of a word, inside a word, its
    letters scattered in order. Thousands of names are looked through while the reader types, so each is looked at once.
    """
    wanted = folded(query.strip())
    if not wanted:
        return list(options)
    word = re.compile(f"[{re.escape(_SEPARATORS)}]{re.escape(wanted)}").search
    scattered = re.compile(".*?".join(map(re.escape, wanted.replace(" ", ""))), re.DOTALL).search
    ranked: tuple[list[Option], ...] = ([], [], [], [], [], [])
    for option in options:
        known = name(option)
        if wanted in known:
            start = known.startswith(wanted)
            best = 0 if start and len(known) == len(wanted) else 1
            if not start:
                best = 2 if known.startswith(wanted, known.rfind("/") + 1) else 3 if word(known) else 4
            ranked[best].append(option)
        elif scattered(known):
            ranked[5].append(option)
    return [option for rank in ranked for option in rank]
