"""The library file against SQLite: an adapter for the measuring stick ``../shared/bench/storage_bench.py``.

``python -m tests.bench.library`` runs it: one annotation saved in libraries of three sizes, in turn with SQLite at
``synchronous=FULL``, and opening, searching and memory. Run by hand, on a quiet machine.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Any

from tinydb.table import Document

from storage import identity
from storage.library import Library
from tests.bench.inputs import ROOT

STICK = ROOT.parent / "shared" / "bench" / "storage_bench.py"
Record = dict[str, Any]


class Manicula:
    """The library as the screen and the commands use it: sealed records, with dots and checksums, through TinyDB."""

    suffix, plain_tinydb = ".json", True

    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def open(self) -> None:
        """Open the library."""
        self.library = Library.open(self.path, state=self.path.parent / "state")
        self.table = self.library.db.table("annotations")

    def bulk(self, records: list[Record]) -> None:
        """Put many records in one step."""
        self.table.insert_multiple(_document(record) for record in records)
        self.library.fold()

    def insert(self, record: Record) -> None:
        """Save a new record."""
        self.table.insert(_document(record))

    def update(self, uid: str, changes: Record) -> None:
        """Change a record."""
        self.table.update(changes, doc_ids=[int(identity.doc_id(uid))])

    def delete(self, uid: str) -> None:
        """Remove a record."""
        self.table.remove(doc_ids=[int(identity.doc_id(uid))])

    def get(self, uid: str) -> Record | None:
        """Return one record."""
        found = self.table.get(doc_id=int(identity.doc_id(uid)))
        return found if isinstance(found, dict) else None

    def by_document(self, document: str) -> list[Record]:
        """Return the records of one document."""
        annotations = self.library.store.tables["annotations"]
        return [annotations[key] for key in self.library._groups().get(document, ())]

    def export(self) -> list[Record]:
        """Return all records."""
        return [dict(record) for record in self.table]

    def close(self) -> None:
        """Close the library, which folds it."""
        self.library.close()


def _document(record: Record) -> Document:
    return Document({**record, "uuid": record["uid"]}, doc_id=int(identity.doc_id(record["uid"])))


def main() -> int:
    """Run the measuring stick over this adapter."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--interleave", action="store_true", help="only saves, in turn with SQLite")
    parser.add_argument("rest", nargs="*", help="more options of the stick, after --")
    args = parser.parse_args()
    if not STICK.is_file():
        print(f"skipped: {STICK} is not here")
        return 0
    adapters = f"sqlite-full,raw-fsync,{Path(__file__).resolve()}:Manicula"
    command = [sys.executable, str(STICK), "--adapters", adapters, "--sizes", args.sizes, *args.rest]
    command += ["--interleave"] if args.interleave else []
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
