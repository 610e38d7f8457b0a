"""Regular expressions of readers, bounded: one that would backtrack for ever is given up, and the reader told.

The engine is ``regex``, which takes a bound on time and lets go of the interpreter's lock; the grammar is that of
``re``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from math import prod

from storage.errors import UsageError

SECONDS = 1.0
"""Processor time that looking for one match may take."""

MOST_EMPTY = 250_000
"""Places in which an expression may stand for nothing until it stands for something: about a second's work."""

_MOST_COUNTED = 20_000
_COUNT = re.compile(r"\{(\d{1,9})(?:,\d*)?\}")

_CALL = re.compile(r"(?<!\\)\(\?(?:R|&|[+-]?\d)")
"""What calls the whole or a group again, which ``re`` does not have, and which may fill the memory."""

Match = tuple[int, int]


class Expression:
    """A regular expression. Raises UsageError where `pattern` is none, or would repeat something too often."""

    def __init__(self, pattern: str, *, whole_word: bool = False, fold: bool = True) -> None:
        import regex  # noqa: PLC0415  # imported when first used

        self._source = pattern
        if prod(max(1, int(count)) for count in _COUNT.findall(pattern)) > _MOST_COUNTED:
            raise UsageError(f"“{pattern}” repeats something more than {_MOST_COUNTED} times; ask for less.")
        if _CALL.search(pattern):
            raise UsageError(f"“{pattern}” calls itself, which expressions cannot do here.")
        source = rf"\b(?:{pattern})\b" if whole_word else pattern
        try:
            self._compiled = regex.compile(source, regex.IGNORECASE if fold else 0)
        except (regex.error, ValueError, RecursionError, OverflowError, MemoryError) as error:
            raise UsageError(f"“{pattern}” is not a regular expression: {error}.") from error

    def matches(self, string: str, start: int = 0, end: int | None = None) -> Iterator[Match]:
        """Yield the matches in ``string[start:end]``, from left to right, none of them empty.

        Ranges are half-open. Raises UsageError where one cannot be found in `SECONDS`, or `MOST_EMPTY` come before it.
        """
        stop = len(string) if end is None else end
        at, empty = start, 0
        while at <= stop:
            try:
                found = self._compiled.search(string, at, stop, concurrent=True, timeout=SECONDS)
            except TimeoutError:
                raise UsageError(f"“{self._source}” takes too long to find here; make it simpler.") from None
            if found is None:
                return
            begin, after = found.span()
            if begin < after:
                empty = 0
                yield begin, after
            elif (empty := empty + 1) >= MOST_EMPTY:
                raise UsageError(f"“{self._source}” may stand for nothing; ask for one character at least: + for *.")
            at = max(after, begin + 1)


@lru_cache(maxsize=8)
def expression(pattern: str, *, whole_word: bool = False, fold: bool = True) -> Expression:
    """Return the regular expression `pattern`, compiled once."""
    return Expression(pattern, whole_word=whole_word, fold=fold)
