"""The things a library holds, as immutable values; how they are stored is `storage.records`' affair.

Named tuples rather than dataclasses: `import dataclasses` alone costs a third of a shell command's time budget.

Units: offsets are Unicode code points into a document's canonical text, half-open ``[start, end)``; times are UTC
strings ``2026-11-23T20:00:00Z``; stamps are integers, milliseconds since 1970.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from storage.anchor import Anchor

Value = str | int | float
"""A field or attribute: text, number, or a date as an ISO 8601 string."""

NO_VALUES: Mapping[str, Value] = MappingProxyType({})

COLORS = ("yellow", "green", "blue", "pink", "orange", "purple", "cyan", "red")
"""The eight highlight colours, by the name that is stored."""

PLAIN = "yellow"
"""The colour of a highlight that has none, neither its own nor by a tag."""

STATES = ("new", "reading", "done")
"""What a document's `state` can be."""


class Range(NamedTuple):
    """A half-open range of offsets."""

    start: int
    end: int


class Document(NamedTuple):
    """Something to read, whatever its paths and versions.

    `files` holds the SHA-256 of the bytes it has had and `texts` that of its canonical texts, the newest last; `paths`
    are relative to the library's folder where they lie beneath it (always with ``/``), absolute otherwise, the newest
    last. `length` is that of the newest text in code points.
    """

    uuid: str
    title: str
    authors: tuple[str, ...] = ()
    date: str = ""
    language: str = ""
    source: str = ""
    format: str = ""
    files: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    length: int = 0
    attributes: Mapping[str, Value] = NO_VALUES
    state: str = "new"
    added: str = ""


class Tag(NamedTuple):
    """A node of the codebook. `path` is like ``source/official``; `key` is a digit 1-9 or empty.

    `aliases` are other names of what it stands for, which queries and the library search take for its own.
    """

    uuid: str
    path: str
    color: str = ""
    description: str = ""
    key: str = ""
    group: str = ""
    created: str = ""
    aliases: tuple[str, ...] = ()


class Creator(NamedTuple):
    """Who made an annotation; `id` is what makes two records of one person the same."""

    uuid: str
    name: str
    id: str = ""


class Link(NamedTuple):
    """A relation from one annotation to another; `to` is the other's uuid, `type` the reader's word for it."""

    to: str
    type: str
    note: str = ""


class Alternative(NamedTuple):
    """A value written elsewhere at the same time and kept until an edit supersedes it.

    `field` is its path in the record, `value` what stood there, as the record has it (see `storage.dots`).
    """

    field: str
    value: Any
    device: str
    stamp: int


def beside(alternatives: Sequence[Alternative], shown: Callable[[str], object]) -> tuple[Alternative, ...]:
    """Return the alternatives that say something else than what is `shown` at their paths, each once, by path.

    Passages are compared by their ranges.
    """
    found = {(other.field, repr(other.value)): other for other in reversed(alternatives)}
    kept = [other for other in reversed(found.values()) if _ranges(other.value) != _ranges(shown(other.field))]
    return tuple(sorted(kept, key=lambda other: other.field))


def _ranges(value: object) -> object:
    """Return the ranges of a passage as the record has it; any other value itself."""
    return value["ranges"] if isinstance(value, dict) and "ranges" in value else value


class Annotation(NamedTuple):
    """A highlight (with `ranges`) or a page note (without).

    `text` is the hash of the text version the ranges count in, `reader` the name and version of the reader that made
    that text. `state` is ``anchored`` or ``orphan``; `confidence` runs from 0 to 1. `tags` are uuids of tags, never
    paths. `prefix` stands before the first range, `suffix` after the last.
    """

    uuid: str
    document: str
    creator: str = ""
    ranges: tuple[Range, ...] = ()
    exact: str = ""
    prefix: str = ""
    suffix: str = ""
    text: str = ""
    reader: str = ""
    confidence: float = 1.0
    state: str = "anchored"
    tags: tuple[str, ...] = ()
    color: str = ""
    note: str = ""
    fields: Mapping[str, Value] = NO_VALUES
    links: tuple[Link, ...] = ()
    reply_to: str = ""
    created: str = ""
    updated: str = ""
    alternatives: tuple[Alternative, ...] = ()

    @property
    def start(self) -> int:
        """Offset of the first character, -1 for a page note."""
        return self.ranges[0].start if self.ranges else -1

    @property
    def end(self) -> int:
        """Offset after the last character, -1 for a page note."""
        return self.ranges[-1].end if self.ranges else -1

    @property
    def others(self) -> tuple[Alternative, ...]:
        """What was written elsewhere at the same time as what is shown, each once, those of a field together."""
        return beside(self.alternatives, self._shown) if self.alternatives else ()

    def _shown(self, path: str) -> Any:  # noqa: ANN401  # a value as the record has it
        head, _, name = path.partition("/")
        if head == "fields":
            return self.fields.get(name)
        if head == "links":
            return next((link.note for link in self.links if f"{link.type}/{link.to}" == name), None)
        return {"ranges": [list(each) for each in self.ranges]} if head == "ranges" else getattr(self, head, None)

    @property
    def anchor(self) -> Anchor:
        """What names the passage: position, quote and context."""
        return Anchor(self.start, self.end, self.exact, self.prefix, self.suffix)


DOUBTFUL = 0.75
"""A confidence below this is shown, and asks to be confirmed: less than three quarters of the words are the same."""


def doubtful(annotation: Annotation) -> bool:
    """Tell whether an annotation stands where it may not belong."""
    return annotation.confidence < DOUBTFUL and bool(annotation.ranges) and annotation.state == "anchored"


class Memo(NamedTuple):
    """A longer thought: `about` is ``tag:UUID``, ``document:UUID`` or ``library``."""

    uuid: str
    about: str
    note: str = ""
    creator: str = ""
    created: str = ""
    updated: str = ""


class Bookmark(NamedTuple):
    """A named place: `name` is the letter that goes there."""

    uuid: str
    document: str
    name: str
    offset: int = 0
    created: str = ""


class ReadingPosition(NamedTuple):
    """Where one device stopped reading one document; the larger `stamp` wins, nothing is undone.

    `top` is the offset at the top of the screen, `caret` that of the caret, `furthest` the furthest offset shown.
    """

    document: str
    device: str
    top: int = 0
    caret: int = 0
    furthest: int = 0
    stamp: int = 0
