"""``python -m tests.bench.searching``: the library search against bare FTS5. Run by hand, on a quiet machine.

Taking documents of 5,500 characters into the index against inserting their passages into an FTS5 table, and a question
of one word against the SQL alone, both for twenty passages.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import sqlite3
import tempfile
import time
from pathlib import Path
from statistics import median
from unittest import mock

import psutil

from storage.fulltext.finding import answer, question
from storage.fulltext.index import Index
from storage.fulltext.keeping import open_index, update
from storage.fulltext.pieces import pieces
from storage.library import Library
from storage.text import Block, Meta, Text
from tests.bench.screens import Row

SIZE = 5_500
_QUERIES = 200
_SHOWN = 20


def words(rng: random.Random) -> list[str]:
    """Return a vocabulary of 30,000 words, most of them rare."""
    letters = "etaoinshrdlucmfwypvbgk"
    return ["".join(rng.choices(letters, k=rng.randrange(2, 11))) for _ in range(30_000)]


def made(number: int, vocabulary: list[str]) -> Text:
    """Return a document of paragraphs; frequent words come first in the vocabulary."""
    rng = random.Random(number)
    parts, size = [], 0
    while size < SIZE:
        count = rng.randrange(20, 120)
        parts.append(" ".join(vocabulary[int(rng.paretovariate(0.9)) % len(vocabulary)] for _ in range(count)))
        size += len(parts[-1]) + 1
    blocks, at = [], 0
    for part in parts:
        blocks.append(Block(at, at + len(part)))
        at += len(part) + 1
    return Text(
        "\n".join(parts), blocks, meta=Meta(title=f"Document {number}"), reader="plain/1", file_hash=f"{number}"
    )


def filled(folder: Path, texts: list[Text]) -> Library:
    """Return a library of these texts."""
    library = Library.open(folder / "library.json", state=folder / "state")
    with mock.patch("storage.files.sync_appended"), mock.patch.object(os, "fsync"), library.step(""):
        for number, text in enumerate(texts):
            library.receive(folder / f"{number}.txt", text)
    return library


def bare(folder: Path) -> sqlite3.Connection:
    """Return an FTS5 table for the passages of texts."""
    database = sqlite3.connect(folder / "bare.db", isolation_level=None)
    database.execute("PRAGMA synchronous=OFF")
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE VIRTUAL TABLE bare USING fts5 (text, tokenize='unicode61 remove_diacritics 2')")
    return database


def passages(text: Text) -> list[tuple[str]]:
    """Return the passages of a text, as rows of one column."""
    return [(string,) for _, string in pieces(text.string, *text.blocks.columns()[:2])]


def insert(database: sqlite3.Connection, texts: list[list[tuple[str]]]) -> None:
    """Insert the passages of texts, a transaction for each."""
    for rows in texts:
        database.execute("BEGIN")
        database.executemany("INSERT INTO bare (text) VALUES (?)", rows)
        database.execute("COMMIT")


def indexed(library: Library, index: Index, database: sqlite3.Connection, texts: list[Text]) -> tuple[float, float]:
    """Return the milliseconds that our index and the bare one took to take the texts in, some in turn."""
    ours = floor = 0.0
    done, steps = 0, update(library, index)
    while done < len(texts):
        reached: list[int] = []
        ours += _timed(lambda reached=reached: reached.append(next(steps)[0]))
        cut = list(map(passages, texts[done : reached[0]]))
        floor += _timed(lambda cut=cut: insert(database, cut))
        done = reached[0]
    return ours, floor


def rows(count: int) -> list[Row]:
    """Measure."""
    vocabulary = words(random.Random(1))
    texts = [made(number, vocabulary) for number in range(count)]
    asked = [vocabulary[number] for number in range(1, _QUERIES)]
    with tempfile.TemporaryDirectory(prefix="manicula-bench-") as name:
        folder = Path(name)
        library = filled(folder, texts)
        index, database = open_index(library), bare(folder)
        gc.collect()
        gc.freeze()  # what the bench itself holds is not to be looked through again and again
        ours, floor = indexed(library, index, database, texts)
        select = "SELECT rowid, snippet(bare, 0, '[', ']', '…', 24) FROM bare WHERE bare MATCH ? ORDER BY rank LIMIT ?"
        mine, plain = [], []
        for word in asked:
            mine.append(_timed(lambda word=word: answer(index, question(library, word), _SHOWN)))
            plain.append(_timed(lambda word=word: database.execute(select, (f'"{word}"', _SHOWN)).fetchall()))
        index.close()
        library.close()
    return [
        Row(f"{count:,} documents into the index, against bare FTS5", ours, floor, 1.5),
        Row("a word, twenty passages, against bare SQL (median)", median(mine), median(plain), 2.0),
        Row("the same, the slowest", max(mine), max(plain), 2.0),
    ]


def _timed(work: object) -> float:
    start = time.perf_counter()
    work()  # type: ignore[operator]
    return (time.perf_counter() - start) * 1e3


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    for row in rows(parser.parse_args().documents):
        verdict = "pass" if row.ratio <= row.bar else "OVER"
        print(f"| {row.what} | {row.ours:.1f} ms | {row.floor:.1f} ms | {row.ratio:.2f} | {row.bar:g} | {verdict} |")
    print(f"load {psutil.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
