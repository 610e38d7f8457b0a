"""The annotations that an analysis looks at, each with the tags it counts under."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from storage.analysis.units import Sentences
from storage.query import parse

if TYPE_CHECKING:
    from storage.library import Library
    from storage.model import Annotation, Creator, Document

Among = Callable[["Sequence[Annotation]"], "Sequence[Annotation]"]

UNTAGGED = "(no tag)"


class Coded(NamedTuple):
    """An annotation, and the paths of the tags it counts under, sorted."""

    annotation: Annotation
    tags: tuple[str, ...]


class Coding:
    """The annotations of a library that `query` lets through, of known documents, in the order of these.

    `beneath`: what carries a tag counts under the tags above it too, once each. `among` may leave some out.
    `sentences` are those that are known from before. Raises UsageError for a bad query.
    """

    def __init__(
        self,
        library: Library,
        query: str = "",
        *,
        beneath: bool = False,
        among: Among | None = None,
        sentences: Sentences | None = None,
    ) -> None:
        self.library = library
        self.query = query
        self.beneath = beneath
        self.documents: list[Document] = list(library.documents())
        self.creators: list[Creator] = list(library.creators())
        self.paths = [tag.path for tag in library.tags()]
        self.items: list[Coded] = []
        self.sentences = sentences or Sentences(library.snapshots)
        self.wanted = parse(query)
        self._among = among
        self._names = {one.uuid: one.name for one in self.creators}
        self._own = {tag.uuid: tag.path for tag in library.tags()}
        self._known: dict[tuple[str, ...], tuple[str, ...]] = {}

    @classmethod
    def of(cls, library: Library, query: str = "", *, beneath: bool = False) -> Coding:
        """Return a whole one."""
        made = cls(library, query, beneath=beneath)
        for _ in made.gather():
            pass
        return made

    def gather(self) -> Iterator[int]:
        """Look at one document after the other; yields how many have been."""
        for number, document in enumerate(self.documents, 1):
            self.items += self.of_document(document)
            yield number

    def of_document(self, document: Document) -> list[Coded]:
        """Return the annotations of one document that count."""
        found = self.seen(document)
        if not self.wanted.empty:
            found = [one for one in found if self._holds(one, document)]
        return [Coded(one, self._tags(one.tags)) for one in found]

    def seen(self, document: Document) -> Sequence[Annotation]:
        """Return all annotations of a document but those that are hidden, whatever the query."""
        found = self.library.annotations(document.uuid)
        return self._among(found) if self._among is not None else found

    def _holds(self, one: Annotation, document: Document) -> bool:
        creator = self._names.get(one.creator, "")
        tags = sorted(self._own[tag] for tag in one.tags if tag in self._own)
        return self.wanted.holds(self.library.subject(one, document, tags, creator, self.wanted))

    def _tags(self, uuids: tuple[str, ...]) -> tuple[str, ...]:
        found = self._known.get(uuids)
        if found is None:
            paths = {self._own[tag] for tag in uuids if tag in self._own}
            if self.beneath:
                paths = set().union(*map(upwards, paths))
            found = self._known[uuids] = tuple(sorted(paths))
        return found

    def labels(self) -> dict[str, str]:
        """Return a name for each document, by uuid; where several have one title it is followed by their number."""
        return told_apart({document.uuid: document.title for document in self.documents})

    def people(self) -> dict[str, str]:
        """Return the names of the creators that made any of the annotations, by uuid; nobody has no uuid."""
        met = {one.annotation.creator for one in self.items}
        named = {one.uuid: one.name for one in self.creators if one.uuid in met}
        return told_apart(named | ({"": "(nobody)"} if met - set(named) else {}))


def told_apart(names: Mapping[str, str]) -> dict[str, str]:
    """Return names by key, no two alike: those that are get their number, counted from 1, in brackets."""
    found = dict(names)
    while len(set(found.values())) < len(found):
        counts = Counter(found.values())
        found = {
            key: name if counts[name] == 1 else f"{name} ({number})"
            for number, (key, name) in enumerate(found.items(), 1)
        }
    return found


def upwards(path: str) -> set[str]:
    """Return a tag's path and those above it."""
    parts = path.split("/")
    return {"/".join(parts[: depth + 1]) for depth in range(len(parts))}
