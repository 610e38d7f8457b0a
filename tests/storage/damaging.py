"""A sound library and every kind of damage that can be done to it."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from storage import base, journal
from storage.checking import Report, check
from storage.checking.repair import repair
from storage.codec import Record
from storage.library import Library
from tests.storage.making import THE_NOTE, content

WORDS = "The quick brown fox jumps over the lazy dog. It was not amused, said the fox."


def seen(library: Library) -> dict[str, object]:
    """What a reader sees, whatever the order of the documents."""
    found = content(library)
    return {**found, "documents": sorted(map(repr, found["documents"]))}  # type: ignore[call-overload]


class Damaged:
    """A sound library of two documents, closed, with backups; and what the tests do to it."""

    def __init__(self, folder: Path) -> None:
        self.file, self.state = folder / "home" / "library.json", folder / "state"
        self.documents = [folder / "fox.txt", folder / "hen.txt"]
        for path, words in zip(self.documents, (WORDS, "A hen in the yard."), strict=True):
            path.write_text(words)
        with self.open() as library:
            fox, hen = (library.add(path)[0] for path in self.documents)
            text = library.text(fox)
            self.fox, self.version = fox.uuid, text.hash
            self.uuid = library.annotate(fox.uuid, [(4, 9)], tags=["speed"], note=THE_NOTE, text=text).uuid
            library.fold()
            library.annotate(hen.uuid, [(2, 5)], color="red", text=library.text(hen))
            library.annotate(fox.uuid, [(10, 15), (20, 25)], note="two", text=text)
            self.content = seen(library)

    def open(self) -> Library:
        return Library.open(self.file, state=self.state)

    def check(self) -> Report:
        return check(self.file, self.state)

    def repair(self) -> list[str]:
        return repair(self.file, self.state)

    def tables(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.file.read_bytes())
        return found

    def rewrite(self, change: Callable[[dict[str, Any]], object]) -> None:
        """Change the tables behind Manicula's back, in a file that looks as if it had written it."""
        tables = self.tables()
        change(tables)
        self.file.write_bytes(base.written(tables, next(iter(tables["meta"].items()))))

    def edit(self, change: Callable[[dict[str, Any]], object]) -> None:
        """The same as another program does it."""
        tables = self.tables()
        change(tables)
        self.file.write_text(json.dumps(tables))

    def key(self, table: str, uuid: str) -> str:
        return next(str(key) for key, record in self.tables()[table].items() if record["uuid"] == uuid)

    def record(self, tables: dict[str, Any]) -> Record:
        found: Record = tables["annotations"][self.key("annotations", self.uuid)]
        return found

    @property
    def snapshot(self) -> Path:
        return self.file.parent / "library.texts" / f"{self.version}.text"

    @property
    def backups(self) -> list[Path]:
        return sorted((self.file.parent / "library.backups").glob("library-*"))

    def leave_journal(self, change: Callable[[Library], object]) -> Path:
        """Save something and die before it is folded."""
        library = self.open()
        change(library)
        presence = library.store._presence
        assert presence
        presence.leave()
        return library.store.own.path


Damage = Callable[[Damaged], None]


def kinds(report: Report) -> set[str]:
    return {problem.kind for problem in report.problems}


def flip(path: Path, at: int = -1) -> None:
    data = bytearray(path.read_bytes())
    data[at if at >= 0 else len(data) // 2] ^= 1
    path.write_bytes(data)


def truncated(damaged: Damaged) -> None:
    damaged.file.write_bytes(damaged.file.read_bytes()[:-200])


def emptied(damaged: Damaged) -> None:
    damaged.file.write_bytes(b"")


def removed(damaged: Damaged) -> None:
    damaged.file.unlink()


def zeroed(damaged: Damaged) -> None:
    data = damaged.file.read_bytes()
    damaged.file.write_bytes(data[:900] + bytes(300) + data[1200:])


def garbage_at_the_end(damaged: Damaged) -> None:
    with damaged.file.open("ab") as file:
        file.write(os.urandom(99))


def flipped_in_a_note(damaged: Damaged) -> None:
    at = damaged.file.read_bytes().index(THE_NOTE.encode())
    flip(damaged.file, at + 5)


def edited(damaged: Damaged) -> None:
    damaged.edit(lambda tables: damaged.record(tables).update(color="blue"))


def wrong_sum(damaged: Damaged) -> None:
    damaged.rewrite(lambda tables: damaged.record(tables).update(sum="00000000"))


def wrong_doc_id(damaged: Damaged) -> None:
    def change(tables: dict[str, Any]) -> None:
        tables["annotations"]["7"] = tables["annotations"].pop(damaged.key("annotations", damaged.uuid))

    damaged.rewrite(change)


def twice(damaged: Damaged) -> None:
    damaged.rewrite(lambda tables: tables["annotations"].update({"7": damaged.record(tables)}))


def a_tag_gone(damaged: Damaged) -> None:
    damaged.rewrite(lambda tables: tables["tags"].clear())


def a_document_gone(damaged: Damaged) -> None:
    damaged.rewrite(lambda tables: tables["documents"].pop(damaged.key("documents", damaged.fox)))


def a_reader_gone(damaged: Damaged) -> None:
    damaged.rewrite(lambda tables: tables["creators"].clear())


def annotations_gone(damaged: Damaged) -> None:
    damaged.rewrite(lambda tables: tables["annotations"].pop(damaged.key("annotations", damaged.uuid)))


def a_snapshot_gone(damaged: Damaged) -> None:
    damaged.snapshot.unlink()


def a_snapshot_damaged(damaged: Damaged) -> None:
    flip(damaged.snapshot)


def a_journal_torn(damaged: Damaged) -> None:
    path = damaged.leave_journal(lambda library: library.edit(damaged.uuid, color=""))
    with path.open("ab") as file:
        file.write(b'{"crc":"01234567","at":')


def a_journal_of_another_library(damaged: Damaged) -> None:
    other = journal.Journal(journal.path_for(damaged.file, "0123456789"))
    other.start({"journal": "1", "device": "0123456789", "library": "another", "schema": 1})


def a_journal_that_is_none(damaged: Damaged) -> None:
    journal.path_for(damaged.file, "0123456789").write_bytes(b"words\n")


def a_backup_damaged(damaged: Damaged) -> None:
    path = next(path for path in damaged.backups if path.suffix == ".json")
    data = path.read_bytes()
    path.write_bytes(data[:400] + bytes(99) + data[499:])


def a_backup_journal_damaged(damaged: Damaged) -> None:
    path = next(path for path in damaged.backups if path.suffix == journal.SUFFIX)
    data = path.read_bytes()
    at = data.index(b'"put"')
    path.write_bytes(data[:at] + b"damage" + data[at + 6 :])


def a_backup_cut_off(damaged: Damaged) -> None:
    path = next(path for path in damaged.backups if path.suffix == ".json")
    path.write_bytes(path.read_bytes()[:100])


def left_by_a_crash(damaged: Damaged) -> None:
    for folder in (damaged.file.parent, damaged.snapshot.parent, damaged.state / "undo"):
        path = folder / f".{damaged.file.name}.0a1b.manicula-tmp"
        path.write_bytes(b"half")
        os.utime(path, (1, 1))


def open_to_all(damaged: Damaged) -> None:
    for path in (damaged.file, damaged.snapshot, damaged.backups[0], *(damaged.state / "undo").iterdir()):
        path.chmod(0o644)
    damaged.snapshot.parent.chmod(0o755)


DAMAGES: dict[Damage, str] = {
    truncated: "library",
    emptied: "library",
    removed: "library",
    zeroed: "library",
    garbage_at_the_end: "library",
    wrong_sum: "checksum",
    wrong_doc_id: "identity",
    twice: "identity",
    a_tag_gone: "reference",
    a_document_gone: "reference",
    a_reader_gone: "reference",
    annotations_gone: "lost",
    a_snapshot_gone: "text",
    a_snapshot_damaged: "text",
    a_journal_torn: "journal",
    a_journal_of_another_library: "journal",
    a_journal_that_is_none: "journal",
    a_backup_damaged: "backup",
    a_backup_journal_damaged: "backup",
    a_backup_cut_off: "backup",
    left_by_a_crash: "leftover",
    open_to_all: "mode",
}


def without_backups(damaged: Damaged) -> None:
    for path in damaged.backups:
        path.unlink()
