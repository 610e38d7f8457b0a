"""Passages of which a file has only the first and the last words, as text fragments of the web have long ones.

Source: URL Fragment Text Directives, "Finding ranges in a document" (WICG); ends of words are wanted, not required.
"""

from __future__ import annotations

import re

from storage.records import JOINT


def joined(first: str, last: str) -> str:
    """Return what stands for the quote of a passage until it is found."""
    return f"{first}{JOINT}{last}"


def is_of(exact: str, first: str, last: str) -> bool:
    """Tell whether a quote begins and ends with these words, white space and case free."""
    whole, start, end = (" ".join(words.casefold().split()) for words in (exact, first, last))
    return whole.startswith(start) and whole.endswith(end) and len(whole) >= len(start) + len(end)


def after(string: str, at: int, last: str, suffix: str) -> int:
    """Return the offset where a passage ends that has `last` as its last words, not before `at`; -1 where none does.

    The first one counts that `suffix` follows, else the first one.
    """
    words, following = _pattern(last), _pattern(suffix)
    if not words:
        return -1
    wanted = [rf"({words})\s*{following}"] if following else []
    for pattern in (*wanted, rf"(?<!\w)({words})(?!\w)", f"({words})"):
        if found := re.compile(pattern, re.IGNORECASE).search(string, at):
            return found.end(1)
    return -1


def _pattern(words: str) -> str:
    return r"\s+".join(map(re.escape, words.split()))
