"""Sentences that stand in several documents of a library, exactly or nearly, with all their places.

Exactly: with the same words, whatever the case, accents, quotation marks and final punctuation. Nearly: with at least
`ALIKE` of the words in their order the same, measured as ``2 L / (m + n)``, L the length of the longest common
subsequence of the m and n words.

Time grows with the amount of text: every sentence gives six keys, pairs of the four smallest hashes of its pairs of
words (min-wise sampling: A. Broder, On the resemblance and containment of documents, 1997), and only sentences with a
key in common are compared, in a large lot of them each with its neighbours in two orders (the sorted neighbourhood of
M. Hernández and S. Stolfo, 1995). Memory hardly grows with it: sentences and keys are sorted in a temporary database
that has no name, holds numbers instead of words, and goes with the process.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from functools import partial
from hashlib import blake2b
from heapq import nlargest
from itertools import combinations, groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from storage.errors import DocumentError, ManiculaError
from storage.folding import folded_string
from storage.marking import Passage
from storage.repeats import FINAL, QUOTES
from storage.sentences import sentences
from storage.tokens import Tokens, Vocabulary, tokens

if TYPE_CHECKING:
    from storage.texts import Snapshots

ALIKE = 0.85
"""The share of words in their order that sentences have in common which are nearly the same."""

MOST = 10_000
"""Groups that are kept, those in most documents."""

_QUOTES = frozenset(QUOTES)
_LEAST_WORDS, _LEAST_CHARACTERS = 5, 25
_SMALLEST = 4
_ALL_PAIRS = 12
_NEIGHBOURS = 6
_EVERY = 2_000
_MIX = 0x9E37_79B1
_TABLES = """
PRAGMA journal_mode=OFF;
PRAGMA synchronous=OFF;
PRAGMA cache_size=-16384;
CREATE TABLE sentences (form INTEGER, document INTEGER, start INTEGER, stop INTEGER, words TEXT);
CREATE TABLE forms (form INTEGER PRIMARY KEY, words TEXT);
CREATE TABLE keys (key INTEGER, form INTEGER);
CREATE TABLE near (form INTEGER PRIMARY KEY, root INTEGER);
"""

Source = tuple[str, str]
"""A document (uuid) and the version of its text (hash)."""


class Group(NamedTuple):
    """A sentence that stands in several documents: its places by document, and `words` as the first of them has them.

    `exact` tells that all of them have the same words.
    """

    places: tuple[Passage, ...]
    words: str
    exact: bool

    @property
    def documents(self) -> int:
        """In how many documents it stands."""
        return len({place.document for place in self.places})


class Step(NamedTuple):
    """How far the work is: what is done, and `done` of `total` of it."""

    what: str
    done: int
    total: int


class _Words(Vocabulary):
    """Gives words the same character whatever their case and accents."""

    def __missing__(self, token: str) -> str:
        plain = folded_string(token)
        if plain == token:
            return super().__missing__(token)
        self[token] = given = self[plain]
        return given


class Repeated:
    """Finds what is repeated among `sources`; `near` false leaves out what is only nearly so.

    `groups` has what was found, those in most documents first, and `unread` how many texts could not be read, when
    `steps` is through.
    """

    def __init__(self, snapshots: Snapshots, sources: Sequence[Source], *, near: bool = True) -> None:
        self._snapshots = snapshots
        self._sources = sources
        self._near = near
        self._database: sqlite3.Connection | None = None
        self.groups: list[Group] = []
        self.unread = 0

    def steps(self) -> Iterator[Step]:
        """Do the work, some milliseconds at a step but for sorting. Raises ManiculaError where it cannot be done."""
        try:
            with closing(sqlite3.connect("", check_same_thread=False)) as database:
                self._database = database
                database.executescript(_TABLES)
                yield from self._take_apart(database)
                if self._near:
                    yield from _make_keys(database)
                    yield from _compare(database)
                yield Step("putting together", 0, 0)
                self.groups = nlargest(MOST, self._grouped(database), key=_weight)
            yield from self._word()
        except sqlite3.Error as error:
            raise ManiculaError(
                f"Repeated passages cannot be looked for: {error}. There has to be room for temporary files."
            ) from error

    def interrupt(self) -> None:
        """Break off sorting, from another thread; `steps` raises ManiculaError then."""
        with suppress(sqlite3.ProgrammingError):  # it has ended already
            if self._database is not None:
                self._database.interrupt()

    def _take_apart(self, database: sqlite3.Connection) -> Iterator[Step]:
        vocabulary = _Words()
        final = frozenset(vocabulary[mark] for mark in FINAL)
        for number, (_, version) in enumerate(self._sources):
            yield Step("documents read", number, len(self._sources))
            try:
                text = self._snapshots.load(version)
            except DocumentError:
                self.unread += 1
                continue
            side = tokens(text.string, vocabulary, left_out=_QUOTES)
            rows = ((*_form(side, *each, final), number, *each) for each in sentences(text))
            for some in _lots(row for row in rows if row[0]):
                database.executemany(
                    "INSERT INTO sentences (words, form, document, start, stop) VALUES (?,?,?,?,?)", some
                )
                yield Step("documents read", number, len(self._sources))

    def _grouped(self, database: sqlite3.Connection) -> Iterator[Group]:
        rows = database.execute(
            "SELECT coalesce(near.root, s.form) AS one, s.form, s.document, s.start, s.stop FROM sentences s"
            " LEFT JOIN near ON near.form = s.form ORDER BY one, s.document, s.start"
        )
        for _, group in groupby(rows, key=lambda row: row[0]):
            found = list(group)
            if found[0][2] != found[-1][2]:
                places = tuple(
                    Passage(*self._sources[int(number)], start, end, "") for _, _, number, start, end in found
                )
                yield Group(places, "", len({form for _, form, *_ in found}) == 1)

    def _word(self) -> Iterator[Step]:
        """Give the groups their words."""
        for number, group in enumerate(self.groups):
            first = group.places[0]
            with suppress(DocumentError):
                words = self._snapshots.read_range(first.version, first.start, first.end)
                self.groups[number] = group._replace(words=" ".join(words.split()))
            if number % 50 == 0:
                yield Step("sentences shown", number, len(self.groups))


def table(groups: Iterable[Group], titles: Mapping[str, str]) -> Iterator[Sequence[object]]:
    """Yield places as rows of a table, the names of the columns first; `titles` are those of documents, by uuid."""
    yield "sentence", "documents", "places", "words", "document", "start", "end"
    for group in groups:
        head = group.words, group.documents, len(group.places), "same" if group.exact else "nearly"
        for place in group.places:
            yield (*head, titles[place.document], place.start, place.end)


def _weight(group: Group) -> tuple[int, int, int]:
    """Return what more of is better: documents, places, length."""
    first = group.places[0]
    return group.documents, len(group.places), first.end - first.start


def _form(side: Tokens, start: int, end: int, final: frozenset[str]) -> tuple[str, int]:
    """Return a sentence's words, each as one character, and their hash; nothing of a sentence that is too short."""
    first, last = side.within(start, end)
    while last > first and side.ids[last - 1] in final:
        last -= 1
    words = side.ids[first:last]
    if len(words) < _LEAST_WORDS or side.size(first, last) < _LEAST_CHARACTERS:
        return "", 0
    digest = blake2b(words.encode("utf-32-le"), digest_size=8).digest()
    return words, int.from_bytes(digest, "little", signed=True)


def _lots(rows: Iterator[tuple[object, ...]]) -> Iterator[list[tuple[object, ...]]]:
    lot: list[tuple[object, ...]] = []
    for row in rows:
        lot.append(row)
        if len(lot) == _EVERY:
            yield lot
            lot = []
    yield lot


def _make_keys(database: sqlite3.Connection) -> Iterator[Step]:
    """Have each form once, and its keys."""
    yield Step("sentences sorted", 0, 0)
    database.execute("INSERT INTO forms SELECT form, min(words) FROM sentences GROUP BY form ORDER BY form")
    (total,) = database.execute("SELECT count(*) FROM forms").fetchone()
    done, rows = 0, database.execute("SELECT form, words FROM forms")
    while lot := rows.fetchmany(_EVERY):
        keys = ((key, form) for form, words in lot for key in _keys(words))
        database.executemany("INSERT INTO keys VALUES (?,?)", keys)
        done += len(lot)
        yield Step("sentences taken apart", done, total)


def _keys(words: str) -> list[int]:
    data = words.encode("utf-32-le")
    hashes = {zlib.crc32(data[at : at + 8]) * _MIX & 0xFFFF_FFFF for at in range(0, len(data) - 4, 4)}
    smallest = sorted(hashes)[:_SMALLEST]
    return [(one << 32 | other) - (1 << 63) for one, other in combinations(smallest, 2)]


def _compare(database: sqlite3.Connection) -> Iterator[Step]:
    """Note which forms are nearly the same, as the same root."""
    yield Step("sentences compared", 0, 0)
    roots: dict[int, int] = {}
    (total,) = database.execute("SELECT count(*) FROM keys").fetchone()
    words_of = partial(_words_of, database.cursor())
    done, told = 0, 0
    for _, rows in groupby(database.execute("SELECT key, form FROM keys ORDER BY key"), key=itemgetter(0)):
        forms = [form for _, form in rows]
        done += len(forms)
        if len({_root(roots, form) for form in forms}) > 1:
            for one, other in _pairs([(words_of(form), form) for form in forms]):
                _join(roots, one, other)
        if done >= told:
            told = done + _EVERY
            yield Step("pairs of words compared", done, total)
    database.executemany("INSERT INTO near VALUES (?,?)", ((form, _root(roots, form)) for form in list(roots)))


def _words_of(cursor: sqlite3.Cursor, form: int) -> str:
    (words,) = cursor.execute("SELECT words FROM forms WHERE form = ?", (form,)).fetchone()
    return str(words)


def _pairs(lot: list[tuple[str, int]]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of forms of a lot that are nearly the same."""
    from rapidfuzz.distance import Indel  # noqa: PLC0415  # imported when first used

    for (words, form), (others, other) in _candidates(lot):
        if Indel.normalized_similarity(words, others, score_cutoff=ALIKE):
            yield form, other


def _candidates(lot: list[tuple[str, int]]) -> Iterator[tuple[tuple[str, int], tuple[str, int]]]:
    if len(lot) <= _ALL_PAIRS:
        yield from combinations(lot, 2)
        return
    for order in (sorted(lot), sorted(lot, key=lambda each: (each[0][::-1], each[1]))):
        for number, each in enumerate(order):
            yield from ((each, other) for other in order[number + 1 : number + 1 + _NEIGHBOURS])


def _root(roots: dict[int, int], form: int) -> int:
    """Return what stands for a form and all that are joined with it."""
    root = form
    while roots.get(root, root) != root:
        root = roots[root]
    while roots.get(form, root) != root:
        roots[form], form = root, roots[form]
    return root


def _join(roots: dict[int, int], one: int, other: int) -> None:
    first, second = sorted((_root(roots, one), _root(roots, other)))
    roots[first], roots[second] = first, first
