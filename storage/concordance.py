"""Concordance (KWIC, key word in context): every place of a word, an expression or a tag, with what stands around it.

What is asked begins with terms of `storage.query`, if there are any: ``in: author: state: doc.age>40`` say in which
documents, the others (``tag: by: colour: has:``) in which highlights. The rest is looked for: words as in finding,
whole ones unless the last ends with ``*``, or a regular expression. Where nothing is left to look for, the highlights
themselves are the lines.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, islice
from typing import TYPE_CHECKING, NamedTuple

from storage import query
from storage.errors import DocumentError, UsageError
from storage.folding import folded_string
from storage.fulltext.asking import has_spaceless
from storage.marking import Passage
from storage.search import Finder, Match

if TYPE_CHECKING:
    from storage.library import Library
    from storage.model import Annotation, Document, Range
    from storage.text import Text
    from storage.texts import Snapshots

CONTEXT = 120
"""Characters of context that are kept on either side."""

MOST = 50_000
"""Lines that are made at most."""

KEPT = 8_000_000
"""Characters of texts that are kept to be looked through again."""

ORDERS = ("document and place", "right context", "left context", "words found")

_CHUNK = 200
_TERM = re.compile(
    rf'\s*(-?(?:doc\.\S+|(?:{"|".join(query.FIELDS)}):(?:"[^"]*"|“[^”]*”|[^\s"“]*)))(?=\s|$)', re.IGNORECASE
)
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+")


class Line(NamedTuple):
    """A place, ``[start, end)`` in the text `version` of a document (uuid); white space in its strings is one space."""

    document: str
    version: str
    start: int
    end: int
    left: str
    words: str
    right: str
    exact: str
    about: str = ""
    """The highlight (uuid) that it is, or is a piece of, where highlights were asked for."""

    @property
    def passage(self) -> Passage:
        """It as a passage that can be highlighted."""
        return Passage(self.document, self.version, self.start, self.end, self.exact, self.about)


class Asked(NamedTuple):
    """What is looked for: `pattern`, and how, in documents and highlights that `terms` hold of."""

    terms: query.Query
    pattern: str
    regex: bool = False
    whole_word: bool = True
    exact: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing is asked for."""
        return not self.pattern and not self.terms.about_annotations


def ask(source: str, *, regex: bool = False, whole_word: bool = True, exact: bool = False) -> Asked:
    """Understand what is asked. Raises UsageError for a term or an expression that is none."""
    at, terms = 0, []
    while found := _TERM.match(source, at):
        terms.append(found[1])
        at = found.end()
    pattern = source[at:].strip()
    if regex and pattern:
        from storage.patterns import expression  # noqa: PLC0415  # imported when first used

        expression(pattern, whole_word=whole_word)
    return Asked(query.parse(" ".join(terms)), pattern, regex, whole_word, exact)


class Finders:
    """The texts looked through first, folded, up to `KEPT` characters: who types on looks through them again."""

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots
        self._kept: dict[str, Finder] = {}
        self._room = KEPT

    def of(self, version: str) -> Finder:
        """Return what finds in a text. Raises DocumentError as loading it does."""
        found = self._kept.get(version)
        if found is None:
            found = Finder(self._snapshots.load(version))
            if len(found.text) <= self._room:
                self._room -= len(found.text)
                self._kept[version] = found
        return found


class Concordance:
    """Makes the lines of a library a little at a time. `done` of `total` documents are looked through.

    `unread` counts the texts that could not be read, `full` tells that there are more than `MOST` lines.
    """

    def __init__(
        self,
        library: Library,
        asked: Asked,
        documents: Sequence[Document] | None = None,
        finders: Finders | None = None,
    ) -> None:
        self._library = library
        self._finders = finders or Finders(library.snapshots)
        self._asked = asked
        self._creators = {one.uuid: one.name for one in library.creators()}
        given = library.documents() if documents is None else documents
        self._documents = [each for each in given if asked.terms.matches_document(each)]
        self.done, self.total = 0, 0 if asked.empty else len(self._documents)
        self.unread = 0
        self.full = False

    def lines(self) -> Iterator[list[Line]]:
        """Yield the lines in the order of documents and places, some milliseconds' work at a time, also none.

        Raises UsageError where an expression takes too long.
        """
        made = 0
        for document in self._documents[: self.total]:
            for chunk in self._of(document):
                yield chunk[: MOST - made]
                made += len(chunk)
                if made >= MOST:
                    self.full = True
                    return
            self.done += 1

    def _of(self, document: Document) -> Iterator[list[Line]]:
        about = self._asked.terms.about_annotations
        highlights = self._highlights(document) if about else []
        if not document.texts or (about and not highlights):
            return
        if self._asked.pattern:
            yield from self._matching(document, highlights if about else None)
        else:
            yield from self._marked(document, highlights)

    def _highlights(self, document: Document) -> list[Annotation]:
        library, terms = self._library, self._asked.terms
        return [
            one
            for one in library.annotations(document.uuid)
            if one.ranges and one.state == "anchored"
            if terms.holds(
                library.subject(one, document, library.tag_paths(one), self._creators.get(one.creator, ""), terms)
            )
        ]

    def _marked(self, document: Document, highlights: Sequence[Annotation]) -> Iterator[list[Line]]:
        finders: dict[str, Finder | None] = {}
        chunk: list[Line] = []
        for one in highlights:
            if one.text not in finders:
                finders[one.text] = self._finder(one.text)
            finder = finders[one.text]
            if finder is not None:
                chunk += [_line(document.uuid, finder.text, *place)._replace(about=one.uuid) for place in one.ranges]
        yield chunk

    def _finder(self, version: str) -> Finder | None:
        try:
            return self._finders.of(version)
        except DocumentError:
            self.unread += 1
            return None

    def _matching(self, document: Document, within: Sequence[Annotation] | None) -> Iterator[list[Line]]:
        version = document.texts[-1]
        finder = self._finder(version)
        if finder is None:
            return
        if not self._asked.regex and not self._asked.exact:
            for _ in finder.prepare():
                yield []
        places = None
        if within is not None:
            places = _Inside(place for one in within if one.text == version for place in one.ranges)
        for found in matches(finder, self._asked):
            for some in _batches(found, _CHUNK):
                held = some if places is None else (match for match in some if places.holds(*match))
                yield [_line(document.uuid, finder.text, *match) for match in held]
            if not found:
                yield []


def matches(finder: Finder, asked: Asked) -> Iterator[Sequence[Match]]:
    """Yield where in one text stands what is asked for, half-open, a few milliseconds' work at a time, also nothing.

    Raises UsageError as `Finder` does.
    """
    pattern, whole = asked.pattern, asked.whole_word
    if asked.regex:
        found = finder.matches(pattern, regex=True, whole_word=whole, fold=not asked.exact, smart=True)
        yield from _batches(found, _CHUNK)
        return
    begins = whole and pattern.endswith("*")
    whole = whole and not begins and not has_spaceless(pattern)
    pattern = pattern.rstrip("*") if begins else pattern
    for some in finder.in_steps(pattern, whole_word=whole, fold=not asked.exact, smart=True):
        yield list(_words_begun(finder.text.string, some)) if begins else some


def _batches(found: Iterable[Match], size: int) -> Iterator[Sequence[Match]]:
    rest = iter(found)
    while some := list(islice(rest, size)):
        yield some


def _words_begun(string: str, found: Iterable[Match]) -> Iterator[Match]:
    """Yield the words that begin with what was found."""
    for start, end in found:
        if not (start and string[start - 1].isalnum()):
            word = _WORD.match(string, end)
            yield start, word.end() if word else end


class _Inside:
    """Tells whether one of many places holds another whole."""

    def __init__(self, places: Iterable[Range]) -> None:
        ordered_places = sorted(places)
        self._starts = [place.start for place in ordered_places]
        self._reach = list(accumulate((place.end for place in ordered_places), max))

    def holds(self, start: int, end: int) -> bool:
        before = bisect_right(self._starts, start)
        return before > 0 and end <= self._reach[before - 1]


def _line(document: str, text: Text, start: int, end: int) -> Line:
    string = text.string
    left = _SPACE.sub(" ", string[max(0, start - CONTEXT) : start])
    right = _SPACE.sub(" ", string[end : end + CONTEXT])
    exact = string[start:end]
    return Line(document, text.hash, start, end, left, _SPACE.sub(" ", exact), right, exact)


def ordered(lines: Sequence[Line], order: str) -> list[Line]:
    """Return lines in one of `ORDERS`, equal ones as they were; contexts count from the word nearest to the place."""
    if order == ORDERS[1]:
        return sorted(lines, key=lambda line: _words(line.right))
    if order == ORDERS[2]:
        return sorted(lines, key=lambda line: _words(line.left)[::-1])
    if order == ORDERS[3]:
        return sorted(lines, key=lambda line: (_words(line.words), _words(line.right)))
    return list(lines)


def table(lines: Iterable[Line], titles: Mapping[str, str]) -> Iterator[Sequence[object]]:
    """Yield lines as rows of a table, the names of the columns first; `titles` are those of documents, by uuid."""
    yield "document", "start", "end", "before", "match", "after"
    for line in lines:
        yield titles[line.document], line.start, line.end, line.left, line.words, line.right


def _words(string: str) -> list[str]:
    return _WORD.findall(folded_string(string))


def order_named(name: str) -> str:
    """Return the order that ``text``, ``right``, ``left`` or ``match`` stands for. Raises UsageError."""
    names = dict(zip(("text", "right", "left", "match"), ORDERS, strict=True))
    if name not in names:
        raise UsageError(f"Lines are sorted by {', '.join(names)}; “{name}” is none of them.")
    return names[name]
