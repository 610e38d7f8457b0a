"""The one query grammar, used by the sidebar, the shell, export and search.

A query is terms with spaces between them; an annotation matches when every one of them does. ``-`` before a term turns
it round. Values with spaces stand in quotation marks, ``"`` or ``“ ”``. Case, accents and the forms of quotation marks
and dashes make no difference.

===================  =================================================================================================
``word "two words"``  stands in the quote, the note, a tag or an alias of one, if only as part of a word
``tag:source``        has the tag ``source`` or one beneath it, or one whose last name or alias it is; ``tag:off*``
``colour:red``        is shown in that colour, its own or a tag's; yellow where there is none; also ``color:``
``has:note``          has a note, ``tag``, ``link``, ``colour`` or ``alternative``
``is:orphan``         lost its passage; ``is:doubtful`` may stand wrong; ``is:highlight``, ``is:note`` (a page note)
``untagged:``         has no tag
``by:anna``           made by someone a part of whose name begins so
``speaker:anna``      stands where someone speaks, in a transcript, a part of whose name begins so
``before:2026-01``    last changed before that year, month, day or time (UTC); ``after:`` then or later
``in:letters``        in a document whose title or path has this
``author:anna``       in a document by someone a part of whose name begins so
``state:done``        in a document in that state
``doc.age>40``        in a document whose attribute is so: ``= != < <= > >=``; ``doc.age`` alone: that has it
``link:source``       has a link of that type, at either end; the first word of it is enough (``source of``)
===================  =================================================================================================
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Collection, Sequence
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from storage.errors import UsageError
from storage.folding import folded_string
from storage.model import COLORS, PLAIN, STATES, Annotation, Document, Value, doubtful

Test = Callable[["Subject"], bool]

_QUOTED = r'"[^"]*"|“[^”]*”'
_TERM = re.compile(rf"(-?)((?:{_QUOTED}|[^\s\"“])+)(?=\s|$)")
_FIELD = re.compile(r"([^\W\d]\w*):(.*)", re.DOTALL)
_ATTRIBUTE = re.compile(rf"doc\.({_QUOTED}|[^\s<>=!:]+)(?:(!=|<=|>=|=|<|>|:)(.+))?", re.DOTALL)
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\dZ?)?)?)?)?)?")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Subject:
    """What a term looks at; `words` is folded when first asked for, and `speaker` tells who speaks then."""

    def __init__(  # noqa: PLR0913  # all that can be asked about
        self,
        annotation: Annotation | None,
        document: Document,
        tags: Sequence[str] = (),
        creator: str = "",
        *,
        incoming: Sequence[str] = (),
        color: str = "",
        speaker: Callable[[Annotation], str] | None = None,
        aliases: Sequence[str] = (),
    ) -> None:
        self.annotation = annotation
        self.document = document
        self.tags = tags
        self.creator = creator
        self.incoming = incoming
        self.aliases = aliases
        self.color = color or (annotation.color if annotation else "")
        self._speaker = speaker

    @cached_property
    def paths(self) -> list[str]:
        """The tags' paths and their aliases, folded."""
        return [_fold_name(path) for path in (*self.tags, *self.aliases)]

    @cached_property
    def speaker(self) -> str:
        """Who speaks where the annotation stands, folded."""
        return _fold_name(self._speaker(self.annotation)) if self._speaker and self.annotation else ""

    @cached_property
    def words(self) -> str:
        """Everything that words are looked for in: of an annotation, or of the document alone."""
        if self.annotation:
            parts = [self.annotation.exact, self.annotation.note, *self.tags, *self.aliases]
        else:
            parts = [self.document.title, *self.document.authors, *self.document.paths]
        return _fold("\n".join(parts))


class Term(NamedTuple):
    """One term: `test` says whether it holds, `document` whether it asks about documents alone, or words.

    `words` are what it looks for where it is nothing but words; `field` is the one of `FIELDS` that it asks for.
    """

    test: Test
    negated: bool
    document: bool
    words: str = ""
    field: str = ""


class Query:
    """A parsed query; one without terms matches everything."""

    def __init__(self, source: str, terms: Sequence[Term]) -> None:
        self.source = source
        self._terms = tuple(terms)
        self._about_documents = tuple(term for term in terms if term.document)

    @property
    def empty(self) -> bool:
        """Whether there are no terms."""
        return not self._terms

    @property
    def about_annotations(self) -> bool:
        """Whether any term asks about annotations."""
        return len(self._about_documents) < len(self._terms)

    def asks(self, *names: str) -> bool:
        """Tell whether any term asks for one of these fields, if only that it be not so."""
        return any(term.field in names for term in self._terms if term.field)

    def holds(self, subject: Subject) -> bool:
        """Tell whether every term holds of a subject."""
        return all(term.test(subject) != term.negated for term in self._terms)

    def sift(self, subjects: Sequence[Subject]) -> Sequence[Subject]:
        """Return the subjects of which every term holds, in order; quicker than asking one by one."""
        for term in self._terms:
            test, negated, words = term.test, term.negated, term.words
            if words and not negated:
                subjects = [subject for subject in subjects if words in subject.words]
            else:
                subjects = [subject for subject in subjects if test(subject) != negated]
        return subjects

    def matches_document(self, document: Document) -> bool:
        """Tell whether a document matches; terms that ask about annotations are left out of account."""
        subject = Subject(None, document)
        return all(term.test(subject) != term.negated for term in self._about_documents)


def parse(source: str) -> Query:
    """Parse a query. Raises UsageError that says what is wrong and what there is."""
    terms = []
    at = 0
    while at < len(source):
        if source[at].isspace():
            at += 1
            continue
        found = _TERM.match(source, at)
        if not found:
            raise UsageError(f"A quotation mark is not closed, or stands in the midst of a word: {source[at:]}")
        terms.append(_term(found[2], negated=bool(found[1])))
        at = found.end()
    return Query(source, terms)


def chosen(uuids: Collection[str]) -> Query:
    """Return a query that only the annotations with these uuids match."""
    kept = frozenset(uuids)
    return Query("chosen", [Term(_annotated(lambda one: one.uuid in kept), negated=False, document=False)])


def _term(text: str, *, negated: bool) -> Term:
    if text == "-":
        raise UsageError("A - stands before the word that must not be there: -draft.")
    if attribute := _ATTRIBUTE.fullmatch(text):
        return Term(_attribute(_bare(attribute[1]), attribute[2], attribute[3]), negated, document=True)
    if field := _FIELD.fullmatch(text):
        name = field[1].lower()
        if name not in FIELDS:
            names = ", ".join(f"{each}:" for each in FIELDS)
            raise UsageError(f'There is no {name}: in queries. There are {names} and doc.NAME. As words: "{text}"')
        return Term(FIELDS[name](_bare(field[2])), negated, document=name in {"in", "state", "author"}, field=name)
    words = _fold(_bare(text).rstrip("*"))
    return Term(lambda subject: words in subject.words, negated, document=True, words=words)


def _bare(text: str) -> str:
    """Return a value without its quotation marks."""
    return re.sub(_QUOTED, lambda quoted: quoted[0][1:-1], text).strip()


def _fold(text: str) -> str:
    return " ".join(folded_string(text).split())


_fold_name = lru_cache(maxsize=10_000)(_fold)


def _needs(name: str, value: str, example: str) -> str:
    if not value:
        raise UsageError(f"{name}: needs a value, such as {name}:{example}.")
    return value


def _one_of(name: str, value: str, known: Sequence[str]) -> str:
    if value.lower() not in known:
        said = f"“{value}” is none of them" if value else "it needs one of them"
        raise UsageError(f"{name}: can be {', '.join(known[:-1])} or {known[-1]}; {said}.")
    return value.lower()


def _annotated(test: Callable[[Annotation], object]) -> Test:
    return lambda subject: subject.annotation is not None and bool(test(subject.annotation))


def _tag(value: str) -> Test:
    wanted = _fold(_needs("tag", value, "source").strip("/"))
    if wanted.endswith("*"):
        start = wanted.rstrip("*")
        return lambda subject: any(
            path.startswith(start) or path.rpartition("/")[2].startswith(start) for path in subject.paths
        )
    return lambda subject: any(
        path == wanted or path.startswith(f"{wanted}/") or path.endswith(f"/{wanted}") for path in subject.paths
    )


def _color(value: str) -> Test:
    color = _one_of("colour", value, COLORS)
    return lambda subject: subject.annotation is not None and (subject.color or PLAIN) == color


_HAS: dict[str, Test] = {
    "note": _annotated(lambda annotation: annotation.note),
    "tag": _annotated(lambda annotation: annotation.tags),
    "colour": lambda subject: bool(subject.color),
    "color": lambda subject: bool(subject.color),
    "alternative": _annotated(lambda annotation: annotation.others),
    "link": lambda subject: bool(_links(subject)),
}

_IS: dict[str, Callable[[Annotation], object]] = {
    "orphan": lambda annotation: annotation.state == "orphan",
    "doubtful": doubtful,
    "note": lambda annotation: not annotation.ranges,
    "highlight": lambda annotation: annotation.ranges,
}


def _has(value: str) -> Test:
    return _HAS[_one_of("has", value, tuple(_HAS))]


def _links(subject: Subject) -> list[str]:
    """Return the types of the links at either end of a subject."""
    return [*(link.type for link in subject.annotation.links), *subject.incoming] if subject.annotation else []


def _is(value: str) -> Test:
    return _annotated(_IS[_one_of("is", value, tuple(_IS))])


def _untagged(value: str) -> Test:
    if value:
        raise UsageError(f"untagged: stands alone; for annotations without one tag write -tag:{value}.")
    return _annotated(lambda annotation: not annotation.tags)


def _by(value: str) -> Test:
    name = _fold(_needs("by", value, "anna"))
    return lambda subject: f" {name}" in f" {_fold(subject.creator)}"


def _speaker(value: str) -> Test:
    name = _fold(_needs("speaker", value, "anna"))
    return lambda subject: f" {name}" in f" {subject.speaker}"


def date_of(name: str, value: str) -> str:
    """Return the date that the field `name` is given. Raises UsageError where it is none."""
    if not _DATE.fullmatch(value):
        raise UsageError(f"{name}: takes a date such as 2026, 2026-01 or 2026-01-31, not “{value}”.")
    return value


def _before(value: str) -> Test:
    date = date_of("before", value)
    return _annotated(lambda annotation: annotation.updated < date)


def _after(value: str) -> Test:
    date = date_of("after", value)
    return _annotated(lambda annotation: annotation.updated >= date)


def _in(value: str) -> Test:
    words = _fold(_needs("in", value, "letters"))
    return lambda subject: words in _fold("\n".join((subject.document.title, *subject.document.paths)))


def _author(value: str) -> Test:
    name = _fold(_needs("author", value, "anna"))
    return lambda subject: any(f" {name}" in f" {_fold(each)}" for each in subject.document.authors)


def _state(value: str) -> Test:
    state = _one_of("state", value, STATES)
    return lambda subject: subject.document.state == state


def _link(value: str) -> Test:
    kind = _fold(_needs("link", value, "supports"))
    return lambda subject: any(f"{_fold(each)} ".startswith(f"{kind} ") for each in _links(subject))


FIELDS: dict[str, Callable[[str], Test]] = {
    "tag": _tag,
    "colour": _color,
    "color": _color,
    "has": _has,
    "is": _is,
    "untagged": _untagged,
    "by": _by,
    "speaker": _speaker,
    "before": _before,
    "after": _after,
    "in": _in,
    "author": _author,
    "state": _state,
    "link": _link,
}
"""What can stand before a colon, and what makes a test of the value after it."""


def _attribute(name: str, comparison: str | None, value: str | None) -> Test:
    if not comparison or value is None:
        return lambda subject: name in subject.document.attributes
    wanted = _bare(value)
    number = _number(wanted)

    def test(subject: Subject) -> bool:
        found = subject.document.attributes.get(name)
        if found is None:
            return comparison == "!="
        return _compared(found, comparison, wanted, number)

    return test


def _compared(found: Value, comparison: str, wanted: str, number: float | None) -> bool:
    amount = _number(str(found))
    left, right = (_fold(str(found)), _fold(wanted)) if number is None or amount is None else (amount, number)
    if comparison in _COMPARE:
        return _COMPARE[comparison](left, right)
    return (left == right) == (comparison != "!=")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
