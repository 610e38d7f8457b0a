"""What one file brought, as model values that speak the file's own language.

Documents and creators are known by the file's own keys; an annotation's `document` and `creator` are such keys, its
`uuid` whatever the file calls it (empty: nothing), its `tags` paths. Offsets are code points, unless `utf16` is set.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeGuard

from storage.editing import clean_line
from storage.model import Annotation, Bookmark, Creator, Document, Memo, Tag, Value

if TYPE_CHECKING:
    from storage.text import Text

TIME = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,]\d+)?\s*(Z|[+-]\d\d:?\d\d)?$")

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_LARGEST = 1 << 53
_LINE_ENDS = re.compile(r"\r\n?")


class Parcel(NamedTuple):
    """What a file holds. `problems` are sentences about items that could not be taken.

    With `complete` it says all there is to say of its documents, so that those which are not here are made. `texts` are
    those that came along, by the key of their document. What is `local` are names of annotations that mean nothing
    beyond the file. With `spots` places are named in words, as `storage.exchange.spotting` has them. `ends` are the
    first and last words of passages of which the file has no more, by what stands for their quote.
    """

    documents: dict[str, Document]
    creators: dict[str, Creator]
    tags: list[Tag]
    annotations: list[Annotation]
    memos: list[Memo]
    bookmarks: list[Bookmark]
    problems: list[str]
    texts: dict[str, Text]
    ends: dict[str, tuple[str, str]]
    utf16: bool = False
    complete: bool = False
    local: bool = False
    spots: bool = False

    def counted(self) -> int:
        """Return how many things there are in it."""
        held = (self.documents, self.creators, self.tags, self.annotations, self.memos, self.bookmarks)
        return sum(len(each) for each in held)


def empty(*, utf16: bool = False, complete: bool = False, local: bool = False, spots: bool = False) -> Parcel:
    """Return a parcel to be filled."""
    return Parcel({}, {}, [], [], [], [], [], {}, {}, utf16, complete, local, spots)


def sane(one: Annotation) -> Annotation:
    """Return an annotation without offsets that no text has; numbers that JSON does not keep everywhere become text."""
    kept = tuple(each for each in one.ranges if 0 <= each.start <= each.end < _LARGEST)
    fields = one.fields
    if any(not isinstance(value, str) and not abs(value) < _LARGEST for value in fields.values()):
        fields = {name: value if isinstance(value, str) else _number(value) for name, value in fields.items()}
    return one._replace(ranges=kept, fields=fields) if kept != one.ranges or fields is not one.fields else one


def _number(value: float) -> Value:
    return value if abs(value) < _LARGEST else str(value)


def is_value(value: object) -> TypeGuard[Value]:
    """Tell whether a foreign value is one that a field can have."""
    return isinstance(value, (str, int, float)) and not isinstance(value, bool)


def clean(value: object) -> str:
    r"""Return foreign text with ``\n`` line ends and without what cannot be encoded; empty for what is no text."""
    if not isinstance(value, str):
        return ""
    if value.isascii() and "\r" not in value:
        return value
    return _LINE_ENDS.sub("\n", value).encode(errors="replace").decode()


def line(value: object) -> str:
    """Return foreign text on one line, without control characters."""
    if isinstance(value, str) and value.isalnum():
        return value
    return clean_line(clean(value))


def tag_path(value: object) -> str:
    """Return a foreign tag as a path, empty where nothing is left of it."""
    return "/".join(part for part in (line(each) for each in clean(value).split("/")) if part)


def tag_paths(values: object) -> tuple[str, ...]:
    """Return foreign tags as paths, each once, in order."""
    found = map(tag_path, values) if isinstance(values, list) else ()
    return tuple(dict.fromkeys(path for path in found if path))


def time(value: object) -> str:
    """Return a foreign time in UTC to the second, empty where it is none; one without a zone is taken as UTC."""
    found = TIME.match(value.strip()) if isinstance(value, str) else None
    if not found:
        return ""
    date, clock, zone = found.groups()
    import datetime as dt  # noqa: PLC0415  # imported when first used

    try:
        there = dt.datetime.fromisoformat(f"{date}T{clock}{zone or 'Z'}").astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return ""
    return there.isoformat(timespec="seconds").replace("+00:00", "Z")
