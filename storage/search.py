"""Finding in one text: literally, by whole words or by a regular expression, folded unless asked not to.

White space in what is looked for stands for any run of white space, line ends included. What is found is always whole
characters of the original: a match never ends between a letter and its combining marks.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from itertools import islice, takewhile

from storage.folding import JOINING, Folded, fold, fold_in_steps, folded_string
from storage.patterns import Expression, expression
from storage.text import Text

__all__ = ["MOST", "Finder", "Folded", "fold"]

MOST = 100_000
"""Matches returned at most, unless another limit is asked for."""

_STEP = 50_000
_WINDOW = 4_096
_BEYOND = 16_384
_MARKS = re.compile(f"[{JOINING}]+")

Match = tuple[int, int]


class Finder:
    """Finds in `text`, whose folded string is made when it is first needed, and kept.

    In all methods a regular expression sees the text as it is, and folding only makes it disregard case; UsageError is
    raised when it is not one, or takes too long. Ranges are half-open, in code points of the text.
    """

    def __init__(self, text: Text) -> None:
        self.text = text
        self._folded: Folded | None = None

    @property
    def ready(self) -> bool:
        """Whether the text is folded, or will be at once."""
        return self._folded is not None or self.text.string.isascii()

    def prepare(self) -> Iterator[float]:
        """Fold the text, a millisecond or so at a step; yields how much of it is done, up to 1."""
        if self._folded is None:
            steps = fold_in_steps(self.text.string)
            while True:
                try:
                    yield next(steps) / len(self.text)
                except StopIteration as done:
                    self._folded = done.value
                    return

    def find_all(  # noqa: PLR0913  # what can be asked, each by its name
        self,
        pattern: str,
        *,
        regex: bool = False,
        whole_word: bool = False,
        fold: bool = True,
        smart: bool = False,
        start: int = 0,
        limit: int = MOST,
    ) -> list[Match]:
        """Return the first `limit` matches from offset `start` on, in order and without overlap.

        With `smart` a capital in `pattern` makes case count, while accents and typography stay folded.
        """
        found = self.matches(pattern, regex=regex, whole_word=whole_word, fold=fold, smart=smart, start=start)
        return list(islice(found, max(0, limit)))

    def matches(  # noqa: PLR0913  # what can be asked, each by its name
        self,
        pattern: str,
        *,
        regex: bool = False,
        whole_word: bool = False,
        fold: bool = True,
        smart: bool = False,
        start: int = 0,
    ) -> Iterator[Match]:
        """Return the matches from offset `start` on, each looked for when it is asked for; as `find_all`."""
        folded = fold and not (smart and regex and _has_capital(pattern))
        wanted = _compiled(pattern, regex=regex, whole_word=whole_word, folded=folded)
        if wanted is None:
            return iter(())
        found = self._matches(wanted, self._haystack(folded=fold and not regex), start)
        return found if regex or not smart else self._of_case(pattern, found)

    def in_steps(
        self, pattern: str, *, whole_word: bool = False, fold: bool = True, smart: bool = False
    ) -> Iterator[list[Match]]:
        """Yield what :meth:`matches` does of words, a few milliseconds' work at a time, also nothing."""
        wanted = _compiled(pattern, regex=False, whole_word=whole_word, folded=fold)
        reached = 0
        for begin in range(0, len(self.text), _STEP) if wanted else ():
            end = begin + _STEP
            found = self._between(wanted, self._haystack(folded=fold), max(begin, reached), end) if wanted else []
            reached = found[-1][1] if found else reached
            yield list(self._of_case(pattern, found)) if smart else found

    def _between(self, wanted: re.Pattern[str] | Expression, haystack: Folded, start: int, end: int) -> list[Match]:
        """Return the matches that start in ``[start, end)``."""
        return list(takewhile(lambda match: match[0] < end, self._matches(wanted, haystack, start, end)))

    def _of_case(self, pattern: str, found: Iterable[Match]) -> Iterator[Match]:
        """Yield those that have capitals where `pattern` has them, if it has any."""
        if not any(map(str.isupper, pattern)):
            return iter(found)
        string = self.text.string
        return (match for match in found if _same_case(pattern, string[match[0] : match[1]]))

    def find_next(  # noqa: PLR0913  # what can be asked, each by its name
        self,
        pattern: str,
        offset: int,
        *,
        backwards: bool = False,
        regex: bool = False,
        whole_word: bool = False,
        fold: bool = True,
    ) -> Match | None:
        """Return the first match that starts at `offset` or later; backwards, the last that starts before it."""
        wanted = _compiled(pattern, regex=regex, whole_word=whole_word, folded=fold)
        if not wanted:
            return None
        haystack = self._haystack(folded=fold and not regex)
        if not backwards:
            return next(self._matches(wanted, haystack, offset), None)
        window, end = _WINDOW, min(offset, len(self.text))
        while end > 0:
            begin = max(0, end - window)
            found = self._between(wanted, haystack, begin, end)
            if found:
                return found[-1]
            end, window = begin, window * 4
        return None

    def _haystack(self, *, folded: bool) -> Folded:
        if not folded:
            return Folded(self.text.string, array("I", (0,)), array("I", (0,)))
        if self._folded is None:
            self._folded = fold(self.text.string)
        return self._folded

    def _matches(
        self, wanted: re.Pattern[str] | Expression, haystack: Folded, start: int, end: int | None = None
    ) -> Iterator[Match]:
        """Yield the matches that start in ``[start, end)`` and perhaps some beyond, in offsets of the original."""
        string = self.text.string
        stop = len(haystack.string) if end is None else haystack.place(end) + _BEYOND
        for begin, after in _spans(wanted, haystack.string, haystack.place(max(0, start)), stop):
            first, last = haystack.origin(begin), haystack.origin_end(after)
            if first >= last or _MARKS.match(string, first):
                continue
            marks = _MARKS.match(string, last)
            yield first, marks.end() if marks else last


def _has_capital(pattern: str) -> bool:
    r"""Tell whether a letter of a regular expression is a capital; those of ``\W`` and its like do not count."""
    return any(map(str.isupper, re.sub(r"\\.", "", pattern)))


def _same_case(pattern: str, found: str) -> bool:
    """Tell whether the letters of both are capitals in the same places; where their numbers differ, nobody can."""
    one, other = ([letter.isupper() for letter in string if letter.isalpha()] for string in (pattern, found))
    return len(one) != len(other) or one == other


def _spans(wanted: re.Pattern[str] | Expression, string: str, start: int, end: int) -> Iterator[Match]:
    if isinstance(wanted, Expression):
        return wanted.matches(string, start, end)
    return (match.span() for match in wanted.finditer(string, start, end))


def _compiled(pattern: str, *, regex: bool, whole_word: bool, folded: bool) -> re.Pattern[str] | Expression | None:
    """Return what to look for in the haystack; None when nothing is asked for."""
    if regex:
        return expression(pattern, whole_word=whole_word, fold=folded) if pattern else None
    words = (folded_string(pattern) if folded else pattern).split()
    if not words:
        return None
    source = r"\s+".join(map(re.escape, words))
    if whole_word:
        source = rf"{_edge('(?<!{})', words[0][0])}{source}{_edge('(?!{})', words[-1][-1])}"
    return re.compile(source if folded else f"{source}(?![{JOINING}])")


def _edge(lookaround: str, character: str) -> str:
    r"""Return what keeps a match from starting or ending inside a word; where it does not touch one, nothing."""
    return lookaround.format(r"\w") if character.isalnum() or character == "_" else ""
