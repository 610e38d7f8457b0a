"""What is asked of the library search: words, phrases, beginnings, AND, OR, NOT, NEAR, and terms as in `storage.query`.

=============================  ======================================================================================
``maduro guido``               both stand in the document
``"two words"``                stand one after the other; ``plan*`` begins a word
``a OR b``, ``-c``, ``NOT c``  one of them; not in the document; brackets group: ``(a OR b) c``
``a NEAR b``, ``a NEAR/5 b``   within ten words of each other, or within five
``in: state: doc.age>40``      only such documents; also ``author:``, ``before:``, ``after:`` (the document's date,
                               else the day it was added)
``tag: by: colour: has:``…     only what stands in such highlights, and their notes; without words those themselves
=============================  ======================================================================================

Words are folded as in finding: case, accents and typography make no difference. What cannot be understood is searched
as plain words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from storage import query
from storage.errors import UsageError
from storage.folding import folded_string

NEAR = 10
"""Words between two that are near each other, unless said otherwise; FTS5's own."""

_MOST = 100
"""Words and phrases that a question may have."""
_DEEPEST = 20
_QUOTED = r'"[^"]*"|“[^”]*”'
_TOKEN = re.compile(
    rf"\s*(?:(?P<bracket>[()])"
    rf"|(?P<field>-?(?:doc\.[^\s()]+|(?:{'|'.join(query.FIELDS)}):(?:{_QUOTED}|[^\s()\"“]*)))(?=[\s()]|$)"
    rf"|(?P<minus>-)(?=[^\s-])"
    rf"|(?P<phrase>{_QUOTED})(?P<star>\*?)"
    rf"|(?P<word>[^\s()\"“]+))"
)
_DATED = re.compile(r"(-?)(before|after):(.*)", re.DOTALL)
_WORD = re.compile(r"[^\W_]+")
_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\ua000-\ua4cf\uac00-\ud7af\uf900-\ufaff]")


class Leaf(NamedTuple):
    """Words that stand one after the other, or, with `near` words between them at most, near each other.

    `prefix`: the last may go on. `spaceless`: of a script that puts no spaces between words.
    """

    words: tuple[str, ...]
    prefix: bool = False
    near: int = 0
    spaceless: bool = False

    def expression(self) -> str:
        """Return it as FTS5 has it; no word can be taken for anything else."""
        quoted = [f'"{word}"' for word in self.words]
        if self.near:
            return f"NEAR({' '.join(quoted)}, {self.near})"
        phrase = " + ".join(quoted) if not self.spaceless else quoted[0]
        return f"{phrase} *" if self.prefix and not self.spaceless else phrase

    def pattern(self) -> str:
        """Return the regular expression that finds it in folded text."""
        if self.spaceless:
            return re.escape(self.words[0])
        end = r"[^\W_]*" if self.prefix else r"(?![^\W_])"
        if self.near:
            return "|".join(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])" for word in self.words)
        return r"(?<![^\W_])" + r"[\W_]+".join(map(re.escape, self.words)) + end


class All(NamedTuple):
    """Every one of `parts` holds of a document, and none of `without`."""

    parts: tuple[Node, ...]
    without: tuple[Node, ...] = ()


class Any(NamedTuple):
    """At least one of `parts` holds of a document."""

    parts: tuple[Node, ...]


Node = Leaf | All | Any


class Asked(NamedTuple):
    """The question `source`: `words` to be found (None: none), `terms` that documents and highlights match, `dates`.

    `plain`: it could not be understood, and is taken as words.
    """

    source: str
    words: Node | None
    terms: query.Query
    dates: tuple[tuple[str, str, bool], ...] = ()
    plain: bool = False

    def leaves(self) -> list[Leaf]:
        """Return what is to be found, without what must not be there."""
        return list(_positive(self.words)) if self.words else []


def ask(source: str) -> Asked:
    """Understand a question; never raises."""
    try:
        return _Parser(source).asked()
    except (UsageError, RecursionError):
        leaves = tuple(leaf for leaf in (leaf_of(word) for word in folded_string(source).split()) if leaf)[:_MOST]
        return Asked(source, All(leaves) if leaves else None, query.parse(""), plain=True)


def _positive(node: Node) -> Iterator[Leaf]:
    if isinstance(node, Leaf):
        yield node
    else:
        for part in node.parts:
            yield from _positive(part)


def leaf_of(text: str, *, prefix: bool = False) -> Leaf | None:
    """Return what a word or phrase asks for; None where no letter or digit is in it."""
    folded = folded_string(text.replace("\0", " ").encode(errors="replace").decode())
    if _SPACELESS.search(folded):
        return Leaf((" ".join(folded.split()).replace('"', ""),), spaceless=True)
    words = tuple(_WORD.findall(folded))
    return Leaf(words, prefix) if words else None


class _Parser:
    """Reads a question from left to right. Raises UsageError for what it cannot understand."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._tokens = list(_tokens(source))
        self._at = self._depth = 0
        self._fields: list[str] = []
        self._dates: list[tuple[str, str, bool]] = []

    def asked(self) -> Asked:
        words = self._any() if self._tokens else None
        if self._at < len(self._tokens):
            raise UsageError("A bracket is closed that was not opened.")
        words = None if words is None or words == All(()) else _sound(words)
        if words and len(list(_leaves(words))) > _MOST:
            raise UsageError("That is too much to be asked at once.")
        return Asked(self._source, words, query.parse(" ".join(self._fields)), tuple(self._dates))

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _any(self) -> Node:
        parts = [self._all()]
        while self._takes("OR"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Any(tuple(map(_sound, parts)))

    def _all(self) -> Node:
        parts: list[Node] = []
        without: list[Node] = []
        while self._at < len(self._tokens) and self._peek() not in {")", "OR"}:
            self._takes("AND")
            negated = self._takes("NOT") or self._takes("-")
            terms = len(self._fields), len(self._dates)
            part = self._near()
            if negated:
                self._turn_round(terms, part)
            if part is not None:
                (without if negated else parts).append(part)
        return parts[0] if len(parts) == 1 and not without else All(tuple(parts), tuple(without))

    def _turn_round(self, terms: tuple[int, int], part: Node | None) -> None:
        """Negate the term that was read since there were so many; there can be but one, and nothing else with it."""
        fields, dates = self._fields[terms[0] :], self._dates[terms[1] :]
        if not fields and not dates:
            return
        if part is not None or len(fields) + len(dates) > 1:
            raise UsageError("NOT stands before words, or before one term.")
        self._fields[terms[0] :] = [each[1:] if each.startswith("-") else f"-{each}" for each in fields]
        self._dates[terms[1] :] = [(name, date, not negated) for name, date, negated in dates]

    def _near(self) -> Node | None:
        part = self._one()
        while isinstance(part, Leaf) and (distance := re.fullmatch(r"NEAR(?:/(\d{1,3}))?", self._peek())):
            self._at += 1
            other = self._one()
            if not isinstance(other, Leaf) or not (_single(other) and (part.near or _single(part))):
                raise UsageError("NEAR stands between two words.")
            part = Leaf((*part.words, *other.words), near=int(distance[1] or NEAR))
        return part

    def _one(self) -> Node | None:
        if self._at >= len(self._tokens):
            raise UsageError("Something is missing at the end.")
        kind, text = self._tokens[self._at]
        self._at += 1
        if kind == "field":
            dated = _DATED.fullmatch(text)
            if dated:
                self._dates.append((dated[2], query.date_of(dated[2], dated[3]), bool(dated[1])))
            else:
                self._fields.append(text)
            return None
        if text == "(":
            self._depth += 1
            if self._depth > _DEEPEST:
                raise UsageError("There are too many brackets.")
            part = self._any()
            self._depth -= 1
            if not self._takes(")"):
                raise UsageError("A bracket is not closed.")
            return None if part == All(()) else _sound(part)
        if kind == "bracket":
            raise UsageError("A bracket is closed that was not opened.")
        if kind == "phrase":
            return leaf_of(text.rstrip("*")[1:-1], prefix=text.endswith("*"))
        return leaf_of(text.rstrip("*"), prefix=text.endswith("*"))

    def _takes(self, text: str) -> bool:
        kinds = ("word", "bracket", "minus")
        found = self._at < len(self._tokens) and self._tokens[self._at] in {(kind, text) for kind in kinds}
        self._at += found
        return found


def _single(leaf: Leaf) -> bool:
    return len(leaf.words) == 1 and not leaf.prefix


def _leaves(node: Node) -> Iterator[Leaf]:
    """Yield all that a node speaks of, what must not be there as well."""
    yield from _positive(node)
    if isinstance(node, All):
        for part in node.without:
            yield from _leaves(part)


def _sound(node: Node) -> Node:
    """Return a node that says what must be there. Raises UsageError for another."""
    if isinstance(node, All) and not node.parts:
        raise UsageError("Nothing is asked for that must be there.")
    return node


def _tokens(source: str) -> Iterator[tuple[str, str]]:
    at, end = 0, len(source.rstrip())
    while at < end:
        found = _TOKEN.match(source, at)
        if not found:
            raise UsageError("A quotation mark is not closed.")
        kind = str(found.lastgroup if found.lastgroup != "star" else "phrase")
        yield kind, found[kind] + (found["star"] or "" if kind == "phrase" else "")
        at = found.end()


def patterns(leaves: Sequence[Leaf]) -> re.Pattern[str]:
    """Return what finds any of `leaves` in folded text."""
    return re.compile("|".join(f"(?:{leaf.pattern()})" for leaf in leaves))


def has_spaceless(folded: str) -> bool:
    """Tell whether there is a script in it that puts no spaces between words."""
    return _SPACELESS.search(folded) is not None
