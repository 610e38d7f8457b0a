"""Processes that write to a library until they are killed, and say of each save when it was done.

``python -m tests.storage.writers`` is a nursery: it has everything imported and forks a writer for each line of JSON
that it reads, so that one is at work after milliseconds. A writer says ``will`` before and ``did`` after each save.
"""

import json
import os
import random
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

from tinydb import TinyDB

from storage.errors import LibraryError
from storage.library import Library
from storage.store import Store
from tests.storage.faults import SYNCS
from tests.storage.making import FOX, text_of

TEXT = text_of(FOX)


class Writer:
    """Writes to its own annotations, known by the notes that begin with its name, and to a shared one's tags."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.name: str = order["name"]
        self.rng = random.Random(order["seed"])
        self.library = Library.open(Path(order["library"]), state=Path(order["state"]))
        self.other = Path(order["other"])
        self.says = os.open(order["says"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.shared = next(each.uuid for each in self.library.annotations() if each.note == "shared")
        self.own = [each.uuid for each in self.library.annotations() if each.note.startswith(f"{self.name}-")]
        self.number = 0

    def run(self) -> None:
        """Write for ever."""
        while True:
            kind = self.rng.choices([*self.KINDS], [weight for weight, _ in self.KINDS.values()])[0]
            self.KINDS[kind][1](self)
            self.library.refresh()

    def token(self) -> str:
        """Return a note that nothing else has."""
        self.number += 1
        return f"{self.name}-{self.number}-{os.getpid()}-{os.urandom(3).hex()}"

    def save(self, uuid: str, note: str | None, act: Callable[[], object]) -> None:
        """Announce what an annotation is to become, do it, and say that it is done."""
        self.say("will", uuid, note)
        act()
        self.say("did", uuid, note)

    def say(self, *words: object) -> None:
        """Put a line where the test reads it."""
        os.write(self.says, json.dumps(words).encode() + b"\n")

    def insert(self) -> None:
        """Make an annotation."""
        note = self.token()
        self.say("will", note, note)
        with self.library.step("highlight"):  # in which no merge can make another document of it
            document = self.library.documents()[0].uuid
            made = self.library.annotate(document, [(0, 3)], note=note, tags=[f"t/{self.number % 5}"], text=TEXT)
        self.own.append(made.uuid)
        self.say("made", note, made.uuid)
        self.say("did", made.uuid, note)

    def edit(self) -> None:
        """Change a note."""
        if self.own:
            uuid, note = self.rng.choice(self.own), self.token()
            self.save(uuid, note, lambda: self.library.edit(uuid, note=note, add_tags=[f"t/{self.number % 7}"]))

    def delete(self) -> None:
        """Delete an annotation."""
        if len(self.own) > 3:
            uuid = self.own.pop(self.rng.randrange(len(self.own)))
            self.save(uuid, None, lambda: self.library.delete(uuid))

    def undo(self) -> None:
        """Change a note and take that back, or delete an annotation and take that back."""
        if not self.own:
            return
        uuid = self.rng.choice(self.own)
        note = self.library.annotation(uuid).note
        gone = self.rng.random() < 0.5
        between = None if gone else self.token()
        self.say("may", uuid, between)

        def there_and_back() -> None:
            with self.library._file.exclusive():  # type: ignore[attr-defined]
                if gone:
                    self.library.delete(uuid)
                else:
                    self.library.edit(uuid, note=between)
                outcome = self.library.undo()
                assert outcome is not None
                assert outcome.annotations == (uuid,), outcome

        self.save(uuid, note, there_and_back)

    def tag(self) -> None:
        """Put a tag on what all writers share."""
        path = f"{self.name}/{self.token()}"
        self.say("will tag", path)
        self.library.edit(self.shared, add_tags=[path])
        self.say("did tag", path)

    def fold(self) -> None:
        """Write the base anew."""
        try:
            self.library.fold()
        except LibraryError as error:
            self.say("trouble", str(error))

    def merge(self) -> None:
        """Merge another library, which changes nothing after the first time."""
        self.library.merge(self.other)
        self.say("merged")

    KINDS: ClassVar[dict[str, tuple[int, Callable[["Writer"], None]]]] = {
        "insert": (6, insert),
        "edit": (8, edit),
        "delete": (3, delete),
        "undo": (3, undo),
        "tag": (2, tag),
        "fold": (3, fold),
        "merge": (1, merge),
    }


class Reader:
    """Reads the base as plain TinyDB does, again and again, and says how many it has seen."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.library: str = order["library"]
        self.says = os.open(order["says"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def run(self) -> None:
        """Read for ever."""
        seen: set[str] = set()
        clock = 0
        while True:
            with TinyDB(self.library, access_mode="r") as stock:
                record = stock.table("meta").all()[0]
                assert stock.table("documents").all()
                assert all(each["uuid"] for each in stock.table("annotations"))
            assert record["clock"] >= clock, "the file went back"
            clock = record["clock"]
            if record["base"] not in seen:
                seen.add(record["base"])
                os.write(self.says, json.dumps(["read", len(seen)]).encode() + b"\n")


def work(order: dict[str, Any]) -> None:
    """Do what is ordered until killed; whatever stops it before, the test has to know."""
    try:
        (Reader(order) if order.get("reads") else Writer(order)).run()
    except BaseException as error:  # noqa: BLE001  # this is the whole process
        says = os.open(order["says"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(says, json.dumps(["failed", repr(error)]).encode() + b"\n")
    finally:
        os._exit(1)


def main() -> None:
    """Fork a process for each order, and print its id."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    Store.large = 20_000
    for call in SYNCS:  # a kill is no power cut: what was written is there, and more is done at once
        vars(os)[call] = lambda _descriptor: None
    for name in ("backups", "compact", "incoming", "merge", "mending", "outside", "sealing", "undo"):
        import_module(f"storage.{name}")  # once for all
    for line in sys.stdin:
        child = os.fork()
        if not child:
            work(json.loads(line))
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
