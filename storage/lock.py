"""The lock that lets one process at a time change a library.

The kernel frees it when its holder dies. On POSIX systems the folder itself is locked, which leaves no file behind;
where that is refused (some network file systems) and on Windows it is a file ``NAME.lock`` beside the library.
"""

from __future__ import annotations

import os
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


@contextmanager
def locked(path: Path, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock of the library `path` for the body; its folder must exist.

    Raises LibraryError when another process holds it for more than `patience` seconds, OSError when there is no way to
    lock.
    """
    descriptor = acquire(path, patience)
    try:
        yield
    finally:
        os.close(descriptor)


def acquire(path: Path, patience: float = PATIENCE) -> int:
    """Take the lock as :func:`locked` does, and return what is to be closed to free it."""
    descriptor, taken = _open(path)
    try:
        if not taken:
            _wait(path, descriptor, time.monotonic() + patience)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _wait(path: Path, descriptor: int, deadline: float) -> None:
    while not _try(descriptor):
        if time.monotonic() > deadline:
            raise LibraryError(f"{path} is being written by another program; this was not saved. Try again.")
        time.sleep(_PAUSE)


def _lock_file(path: Path) -> int:
    return os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)


if sys.platform == "win32":
    import msvcrt

    def _open(path: Path) -> tuple[int, bool]:
        return _lock_file(path), False

    def _try(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _present(_file: Path) -> int | None:
        return None

    def _alone(_descriptor: int) -> bool:
        return True

else:
    import fcntl

    def _open(path: Path) -> tuple[int, bool]:
        """Return what is locked, and whether it is locked by now."""
        descriptor = os.open(os.path.dirname(path), os.O_RDONLY)  # noqa: PTH120  # at every save, and this is faster
        try:
            return descriptor, _try(descriptor)
        except OSError:
            os.close(descriptor)
            return _lock_file(path), False

    def _try(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

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
