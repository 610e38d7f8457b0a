"""The lock that lets one process at a time change a library.

The kernel frees it when its holder dies. On POSIX systems the folder itself is locked, which leaves no file behind;
where that is refused (some network file systems) and on Windows it is a file ``NAME.lock`` beside the library.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
    descriptor = _open(path)
    deadline = time.monotonic() + patience
    try:
        while not _try(descriptor):
            if time.monotonic() > deadline:
                raise LibraryError(f"{path} is being written by another program; this was not saved. Try again.")
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(descriptor)


def _lock_file(path: Path) -> int:
    return os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)


if sys.platform == "win32":
    import msvcrt

    def _open(path: Path) -> int:
        return _lock_file(path)

    def _try(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _open(path: Path) -> int:
        descriptor = os.open(path.parent, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return descriptor
        except OSError:
            os.close(descriptor)
            return _lock_file(path)
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        return descriptor

    def _try(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
