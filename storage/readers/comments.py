"""Comments of office documents: what they say, and over which passage each stands in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from storage.readers import encoding
from storage.readers.landmarks import MARK
from storage.text import Mark, Text

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


class Comment(NamedTuple):
    """A comment as its file has it; `name` tells it from the others there."""

    name: str
    note: str
    author: str = ""
    created: str = ""


def start_of(name: str) -> str:
    """Return the `id` of the place where the passage of a comment starts."""
    return f"{MARK}start-{name}"


def end_of(name: str) -> str:
    """Return the `id` of the place where it ends."""
    return f"{MARK}end-{name}"


def with_comments(text: Text, comments: Iterable[Comment], places: Mapping[str, int]) -> Text:
    """Return `text` with its comments as marks; `places` has the offsets of their starts and ends.

    One without a passage stands at the sentence in which it was made, one without a place is about the whole text.
    """
    marks = [_mark(text, one, places) for one in comments if one.note]
    return text.marked(sorted(marks, key=lambda mark: (mark.start, -mark.end, mark.key))) if marks else text


def _mark(text: Text, comment: Comment, places: Mapping[str, int]) -> Mark:
    start = places.get(start_of(comment.name), -1)
    start, end = _passage(text, start, places.get(end_of(comment.name), start))
    found = _TIME.match(comment.created)
    note = "\n".join(" ".join(line.split()) for line in encoding.safe(comment.note).split("\n")).strip()
    author, created = encoding.one_line(comment.author), f"{found[0]}Z" if found else ""
    return Mark(start, end, f"{author} {created} {note}", note, "", author, created)


def _passage(text: Text, start: int, end: int) -> tuple[int, int]:
    if start < 0 or not text.blocks:
        return -1, -1
    while start < end and text.string[start].isspace():
        start += 1
    while start < end and text.string[end - 1].isspace():
        end -= 1
    if start < end:
        return start, end
    from storage.sentences import sentence_at  # noqa: PLC0415  # only a comment without a passage needs it

    return sentence_at(text, min(start, len(text) - 1)) or (-1, -1)
