"""A file layer that fails, at any call that changes the disk, in the ways in which disks and machines do."""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.library import Library
from storage.store import Store
from tests.storage.making import FOX, text_of

SYNCS = ("fsync", "fdatasync") if hasattr(os, "fdatasync") else ("fsync",)
CALLS = ("open", "write", *SYNCS, "replace", "link", "ftruncate", "unlink", "mkdir", "rename")
GROWING = ("open", "write", "link", "mkdir")
"""The calls that need room on the disk; those of `CALLS` change it in any way."""


def unsynced(patch: pytest.MonkeyPatch) -> None:
    """Do not wait for the disk."""
    for call in SYNCS:
        patch.setattr(os, call, lambda _descriptor: None)


class Crash(BaseException):
    """The machine is gone: nothing more reaches the disk, whatever is tried."""


class Fault:
    """Fails the `at`-th of `calls`, counted from 1, in one of the ways of `KINDS`; `hit` says where it came to that."""

    def __init__(self, kind: str, at: int, calls: tuple[str, ...] = CALLS, error: int = errno.ENOSPC) -> None:
        self.kind, self.at, self.calls, self.error = kind, at, calls, error
        self.count = 0
        self.hit = ""

    def call(self, name: str, real: Callable[..., object], *args: object, **kwargs: object) -> object:
        """Make the call, or fail."""
        if self.hit and self.kind in {"crash", "torn"}:
            raise Crash(self.hit)
        if name not in self.calls or not _changes(name, args):
            return real(*args, **kwargs)
        self.count += 1
        if self.count == self.at:
            self.hit = name
            if name == "write" and self.kind in {"short", "torn"}:
                real(args[0], bytes(args[1])[: len(bytes(args[1])) // 2])  # type: ignore[call-overload]
            if self.kind in {"crash", "torn"}:
                raise Crash(name)
            raise OSError(self.error, os.strerror(self.error))
        if self.hit and (self.kind == "dead" or (self.kind == "full" and name in GROWING)):
            raise OSError(self.error, os.strerror(self.error))
        return real(*args, **kwargs)


KINDS = {
    "once": "the call fails, the next is fine",
    "full": "it fails, and so does every later one that needs room",
    "dead": "it fails, and so does every later one",
    "short": "half of what is written arrives, then it fails",
    "crash": "the machine stops before the call",
    "torn": "the machine stops in the midst of the call",
}


def _changes(name: str, args: tuple[object, ...]) -> bool:
    return name != "open" or bool(int(args[1]) & (os.O_WRONLY | os.O_RDWR))  # type: ignore[call-overload]


@contextmanager
def failing(fault: Fault) -> Iterator[Fault]:
    """Have `fault` stand between the body and the disk."""
    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            real = getattr(os, name)
            patch.setattr(os, name, _through(fault, name, real))
        yield fault


def _through(fault: Fault, name: str, real: Callable[..., object]) -> Callable[..., object]:
    return lambda *args, **kwargs: fault.call(name, real, *args, **kwargs)


class Home:
    """A library with its state folder that is put back to what it was as often as wanted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "home"
        self.file = self.folder / "library" / "library.json"
        self.other = self.folder / "other" / "library.json"
        self.state = self.folder / "state"
        self._kept = folder / "kept"

    def open(self, **options: bool) -> Library:
        """Open the library."""
        return Library.open(self.file, state=self.state, **options)

    def elsewhere(self) -> Library:
        """Open the library for reading, as another device."""
        return Library.open(self.file, state=self.folder / "elsewhere", readonly=True)

    def keep(self) -> None:
        """Remember what is there now."""
        shutil.rmtree(self._kept, ignore_errors=True)
        shutil.copytree(self.folder, self._kept)

    def restore(self) -> None:
        """Put back what was remembered."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self._kept, self.folder)

    def beside(self) -> set[str]:
        """What lies in the library's folder."""
        return {path.name for path in self.file.parent.iterdir()}

    def litter(self) -> list[str]:
        """What a crash left that belongs nowhere."""
        return [path.name for path in self.folder.rglob("*manicula-tmp*")]


def make(folder: Path) -> Home:
    """Make a library with two annotations, folded, and nothing left in its journal."""
    home = Home(folder)
    with home.open() as library:
        fox = text_of(FOX)
        document = library.receive(home.folder / "fox.txt", fox)
        library.annotate(document.uuid, [(4, 9)], note="first", tags=["a/b"], text=fox)
        library.annotate(document.uuid, [(10, 15)], note="second", text=fox)
    with Library.open(home.other, state=home.state) as library:
        document = library.receive(home.folder / "fox.txt", fox)
        library.annotate(document.uuid, [(20, 25)], note="from elsewhere", tags=["a"], text=fox)
    home.keep()
    return home


def shown(library: Library) -> list[tuple[object, ...]]:
    """What a reader sees of the annotations; the same for any that were made alike."""
    found = (
        (each.ranges, each.exact, each.note, each.color, tuple(sorted(library.tag_paths(each))))
        for each in library.annotations()
    )
    return sorted(found, key=repr)


def abandon(library: Library) -> None:
    """Let go of what a process that is no more held: its descriptors."""
    store = library._file
    assert isinstance(store, Store)
    if store._presence:
        store._presence.leave()
    store._done()
