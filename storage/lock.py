"""The lock that lets one process at a time change a library.

The kernel frees it when its holder dies. On POSIX systems the folder itself is locked, which leaves no file behind;
where that is refused (some network file systems) and on Windows it is a file ``NAME.lock`` beside the library.

What was locked once is kept open for the next time, until :meth:`Lock.rest`.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from storage import files
from storage.errors import LibraryError

PATIENCE = 10.0
"""Seconds to wait for another process; a save takes milliseconds."""

_PAUSE = 0.005


class Lock:
    """The lock of the library `path`, to be taken and freed many times; its folder must exist by then.

    `folder` is the status of the folder as the lock was taken, where it was looked at for that, until it is freed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._place = ""
        self._kept: files.Handle | None = None
        self.folder: os.stat_result | None = None

    def take(self, patience: float = PATIENCE) -> None:
        """Take it.

        Raises LibraryError when another process holds it for more than `patience` seconds, OSError when there is no
        way to lock.
        """
        if not self._again(patience):
            self._place, self._kept, taken = _opened(self._path)
            if not taken:
                self._wait(self._kept, patience)

    def _again(self, patience: float) -> bool:
        """Lock what is open; False where nothing is, or what is not in its place any more."""
        if self._kept is None:
            return False
        with suppress(OSError):  # it is opened anew then, which says what is wrong
            if not _try(self._kept.descriptor):
                self._wait(self._kept, patience)
            found = os.stat(self._place)  # noqa: PTH116  # at every save, and this is faster
            if found.st_ino == self._kept.inode:
                self.folder = found if stat.S_ISDIR(found.st_mode) else None
                return True
        self.rest()
        return False

    def _wait(self, kept: files.Handle, patience: float) -> None:
        deadline = time.monotonic() + patience
        while not _try(kept.descriptor):
            if time.monotonic() > deadline:
                self.rest()
                raise LibraryError(f"{self._path} is being written by another program; this was not saved. Try again.")
            time.sleep(_PAUSE)

    def free(self) -> None:
        """Let others take it."""
        self.folder = None
        if self._kept:
            _free(self._kept.descriptor)

    def rest(self) -> None:
        """Keep nothing open any more, which frees it: it is not wanted for a while."""
        self.folder = None
        if self._kept:
            self._kept.close()
            self._kept = None


@contextmanager
def locked(path: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock of the library `path` for the body. Raises what :meth:`Lock.take` does."""
    lock = Lock(path)
    lock.take(patience)
    try:
        yield
    finally:
        lock.rest()


def _lock_file(path: Path) -> tuple[str, files.Handle, bool]:
    place = f"{path}.lock"
    return place, files.Handle(os.open(place, os.O_RDWR | os.O_CREAT, 0o600)), False


if sys.platform == "win32":
    import msvcrt

    def _opened(path: Path) -> tuple[str, files.Handle, bool]:
        return _lock_file(path)

    def _try(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _free(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

    def _present(_file: Path) -> int | None:
        return None

    def _alone(_descriptor: int) -> bool:
        return True

else:
    import fcntl

    def _opened(path: Path) -> tuple[str, files.Handle, bool]:
        """Return what is to be locked, open, and whether it is locked by now."""
        folder = str(path.parent)
        kept = files.Handle(os.open(folder, os.O_RDONLY))
        try:
            return folder, kept, _try(kept.descriptor)
        except OSError:
            kept.close()
            return _lock_file(path)

    def _try(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _free(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)

    def _present(file: Path) -> int | None:
        try:
            files.make_folder(file.parent)
            descriptor = os.open(file, os.O_RDWR | os.O_CREAT, files.PRIVATE_FILE)
        except OSError:
            return None
        with suppress(OSError):  # somebody is asking just now whether he is alone
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return descriptor

    def _alone(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        return True


class Presence:
    """Tells the processes of one machine whether others of them have the same library open; `file` is what they share.

    The kernel forgets those that died. Where there are no shared locks everyone thinks to be alone.
    """

    def __init__(self, file: Path | None) -> None:
        self._descriptor = _present(file) if file else None

    def alone(self) -> bool:
        """Tell whether nobody else is there."""
        return self._descriptor is None or _alone(self._descriptor)

    def leave(self) -> None:
        """Be there no longer."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
