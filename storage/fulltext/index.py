"""The file of the index: passages as they stand, and FTS5 tables over them folded.

`documents` says what was taken in of each document; a document is taken in whole or not at all. `words` are for scripts
with spaces, `grams` (three characters each) for those without. Both hold no content: what they were given is the folded
passage, and is made again to be taken out.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from storage import files
from storage.errors import ManiculaError
from storage.folding import folded_string
from storage.fulltext import path_of
from storage.fulltext.asking import has_spaceless
from storage.fulltext.pieces import Piece

TEXT, TITLE, NOTE, QUOTE = range(4)
"""The kinds of passage: of a text, a title with its authors, a note, and a quote that stands in no text."""

KINDS = ("text", "title", "note", "quote")
"""Their names, in the order of their numbers."""

_SCHEMA = 1
_PATIENCE = 2.0
_MANY = 1 << 20
_TABLES = """
CREATE TABLE library (uuid TEXT);
CREATE TABLE documents (id INTEGER PRIMARY KEY, uuid TEXT UNIQUE, version TEXT, stamp TEXT);
CREATE TABLE passages (id INTEGER PRIMARY KEY, document INTEGER, kind INTEGER, start INTEGER, about TEXT,
    spaceless INTEGER, text TEXT);
CREATE INDEX by_document ON passages (document, kind);
CREATE INDEX without_spaces ON passages (spaceless) WHERE spaceless;
CREATE VIRTUAL TABLE words USING fts5 (found, content='', tokenize='unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE grams USING fts5 (found, content='', tokenize='trigram');
"""
_SUFFIXES = ("", "-wal", "-shm", "-journal")


class SearchError(ManiculaError):
    """The index cannot be used; the message says why, and that everything else goes on."""


class Entry(NamedTuple):
    """A title, note or quote: its `kind`, the annotation it belongs to (`about`, or empty), and its string."""

    kind: int
    about: str
    text: str


class Job(NamedTuple):
    """What the index is to have of a document: `version` of its text, `stamp` of all the rest, the rest itself."""

    document: str
    version: str
    stamp: str
    entries: tuple[Entry, ...] = ()


def remove(library: Path) -> list[Path]:
    """Remove the index of a library, and return what was removed. Raises OSError."""
    gone = []
    for suffix in _SUFFIXES:
        path = path_of(library).with_name(path_of(library).name + suffix)
        with suppress(FileNotFoundError):
            path.unlink()
            gone.append(path)
    return gone


class Index:
    """The index at `path`, of the library with this uuid; one thread uses it at a time. Raises SearchError.

    One that is damaged, of another library or of another version is begun anew; `begun` counts how often.
    """

    def __init__(self, path: Path, library: str) -> None:
        self.path = path
        self._library = library
        self.begun = 0
        with self._explained():
            try:
                self.database = self._open()
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                self._begin_anew()

    def _open(self) -> sqlite3.Connection:
        with suppress(FileExistsError):
            files.create(self.path, b"")  # so that it is private from the first
        database = sqlite3.connect(self.path, timeout=_PATIENCE, check_same_thread=False, isolation_level=None)
        try:
            database.execute("PRAGMA page_size=8192")  # of a new file; passages are long
            database.execute("PRAGMA wal_autocheckpoint=4000")
            database.create_function("holds", 2, _holds, deterministic=True)
            database.execute("PRAGMA synchronous=OFF")  # it can be made again
            database.execute("PRAGMA journal_mode=WAL")
            if database.execute("PRAGMA user_version").fetchone()[0] != _SCHEMA:
                self._make(database)
            else:
                self._check(database)
        except BaseException:
            database.close()
            raise
        return database

    def _make(self, database: sqlite3.Connection) -> None:
        database.execute("BEGIN IMMEDIATE")
        try:
            self._check(database)
            for statement in _TABLES.split(";\n"):
                database.execute(statement)
            database.execute("INSERT INTO library VALUES (?)", (self._library,))
            database.execute(f"PRAGMA user_version={_SCHEMA}")
            database.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                database.execute("ROLLBACK")
            raise

    def _check(self, database: sqlite3.Connection) -> None:
        """Raise DatabaseError where the file holds something else than this version's index of this library."""
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version != _SCHEMA and database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise sqlite3.DatabaseError("of another version")
        if version == _SCHEMA and database.execute("SELECT uuid FROM library").fetchall() != [(self._library,)]:
            raise sqlite3.DatabaseError("of another library")

    def _begin_anew(self) -> None:
        with suppress(AttributeError, sqlite3.Error):
            self.database.close()
        for suffix in _SUFFIXES:
            files.discard(self.path.with_name(self.path.name + suffix))
        self.database = self._open()
        self.begun += 1

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise SearchError(
                f"{self.path.name}, beside the library, cannot be used for searching: {_reason(error)}"
            ) from error

    def close(self) -> None:
        """Close the file, and leave no other beside it."""
        with suppress(sqlite3.Error):
            self.database.execute("SELECT 1")  # an interruption that came late would hinder the tidying up
        self.database.close()

    def known(self) -> dict[str, tuple[str, str]]:
        """Return the version and stamp of each document that is in the index."""
        with self._explained():
            rows = self.database.execute("SELECT uuid, version, stamp FROM documents").fetchall()
        return {uuid: (version, stamp) for uuid, version, stamp in rows}

    def take(self, jobs: Iterable[tuple[Job, Callable[[], Iterable[Piece]]]]) -> None:
        """Have of documents what each job says; its function gives the passages of the text, if that is another now.

        All of them or none. Damage found now makes the whole index be begun anew: it lacks everything else then.
        """
        wanted = list(jobs)
        with self._explained():
            try:
                self._take(wanted)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:
                self._begin_anew()
                self._take(wanted)

    def _take(self, jobs: Iterable[tuple[Job, Callable[[], Iterable[Piece]]]]) -> None:
        with self._transaction() as run:
            adding = _Adding(self.database)
            for job, pieces in jobs:
                known = run("SELECT id, version FROM documents WHERE uuid=?", (job.document,)).fetchone()
                said = (job.document, job.version, job.stamp)
                if known is None:
                    document: int
                    add = "INSERT INTO documents (uuid, version, stamp) VALUES (?,?,?) RETURNING id"
                    (document,), new = run(add, said).fetchone(), True
                else:
                    document, new = known[0], known[1] != job.version
                    self._drop(document, "1" if new else "kind>0")
                    run("UPDATE documents SET version=?2, stamp=?3 WHERE uuid=?1", said)
                for entry in job.entries:
                    adding.add(document, entry.kind, 0, entry.about, entry.text)
                for start, string in pieces() if new else ():
                    adding.add(document, TEXT, start, "", string)
            adding.write()

    def drop(self, uuid: str) -> None:
        """Take a document out."""
        with self._explained(), self._transaction() as run:
            found = run("SELECT id FROM documents WHERE uuid=?", (uuid,)).fetchone()
            if found:
                self._drop(found[0], "1")
                run("DELETE FROM documents WHERE id=?", found)

    @contextmanager
    def _transaction(self) -> Iterator[Callable[..., sqlite3.Cursor]]:
        self.database.execute("BEGIN IMMEDIATE")
        try:
            yield self.database.execute
            self.database.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self.database.execute("ROLLBACK")
            raise

    def _drop(self, document: int, which: str) -> None:
        run = self.database.execute
        rows = run(f"SELECT id, spaceless, text FROM passages WHERE document=? AND {which}", (document,)).fetchall()  # noqa: S608  # no word of a reader is in it
        folded = [(row, folded_string(text)) for row, _, text in rows]
        grams = [each for each, row in zip(folded, rows, strict=True) if row[1]]
        self.database.executemany("INSERT INTO words (words, rowid, found) VALUES ('delete',?,?)", folded)
        self.database.executemany("INSERT INTO grams (grams, rowid, found) VALUES ('delete',?,?)", grams)
        run(f"DELETE FROM passages WHERE document=? AND {which}", (document,))  # noqa: S608  # as above

    def lacking(self, wanted: Mapping[str, tuple[str, str]]) -> tuple[list[str], list[str]]:
        """Return the documents that are to be taken in, and those to be dropped."""
        known = self.known()
        return [uuid for uuid, each in wanted.items() if known.get(uuid) != each], [*known.keys() - wanted.keys()]


class _Adding:
    """Adds passages, many at a time."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._many = database.executemany
        (self._last,) = database.execute("SELECT coalesce(max(id), 0) FROM passages").fetchone()
        self._rows: list[tuple[int, int, int, int, str, bool, str]] = []
        self._words: list[tuple[int, str]] = []
        self._size = 0

    def add(self, document: int, kind: int, start: int, about: str, text: str) -> None:
        """Add a passage."""
        folded = folded_string(text)
        self._last += 1
        spaceless = not folded.isascii() and has_spaceless(folded)
        self._rows.append((self._last, document, kind, start, about, spaceless, text))
        self._words.append((self._last, folded))
        self._size += len(text)
        if self._size > _MANY:
            self.write()

    def write(self) -> None:
        """Write what was added since the last time."""
        rows, words, self._rows, self._words, self._size = self._rows, self._words, [], [], 0
        self._many(
            "INSERT INTO passages (id, document, kind, start, about, spaceless, text) VALUES (?,?,?,?,?,?,?)", rows
        )
        self._many("INSERT INTO words (rowid, found) VALUES (?,?)", words)
        grams = [each for each, row in zip(words, rows, strict=True) if row[5]]
        self._many("INSERT INTO grams (rowid, found) VALUES (?,?)", grams)


def _holds(text: str, folded: str) -> bool:
    """Tell whether a passage has this in it, itself folded already; of scripts without spaces too short for `grams`."""
    return folded in folded_string(text)


def _reason(error: Exception) -> str:
    words = str(error)
    if "fts5" in words or "trigram" in words:
        return "this Python's SQLite is without FTS5. Everything else goes on."
    if "locked" in words:
        return "another program holds it. Try again; everything else goes on."
    if "full" in words:
        return "the disk is full. Make room and try again; everything else goes on."
    return f"{words}. It may be deleted, and is made again then; everything else goes on."
