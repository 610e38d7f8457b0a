"""How everything durable is written: whole, private, and in place of the old file only once it is safe on the disk.

A reader of such a file sees the old content or the new, never a mixture; a write that fails leaves the old file and no
litter. Files are 0600, the folders made for them 0700.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
TEMPORARY = ".manicula-tmp"
"""The suffix of files that are being written; one that is found later was left by a crash."""

_BINARY: int = getattr(os, "O_BINARY", 0)
_LONG = 86400.0
_UNSUPPORTED = {errno.EINVAL, errno.EBADF, errno.ENOTSUP, errno.EACCES, errno.EPERM, errno.EISDIR}


def make_private(path: Path) -> None:
    """Let nobody but its owner read or change a file or folder, where the system knows such modes. Raises OSError."""
    path.chmod(PRIVATE_FOLDER if path.is_dir() else PRIVATE_FILE)


def make_folder(folder: Path) -> None:
    """Make `folder` and what is missing above it, all of it 0700. Raises OSError."""
    if not folder.is_dir():
        if folder.parent != folder:
            make_folder(folder.parent)
        folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)


def replace_unsynced(path: Path, data: bytes) -> None:
    """Write `data` as the new content of `path`, whole, but without waiting for the disk. Raises OSError.

    For what may be lost with the last moments before a power cut.
    """
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}{TEMPORARY}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, PRIVATE_FILE)
        try:
            write_all(descriptor, data)
        finally:
            os.close(descriptor)
        temporary.replace(path)
    except BaseException:
        discard(temporary)
        raise


def replace(path: Path, chunks: Iterable[bytes]) -> os.stat_result:
    """Write `chunks` as the new content of `path`, durably, and return the new file's status.

    Temporary file in the same folder, fsync, rename, fsync of the folder. Raises OSError; then `path` is what it was.
    """
    with prepared(path, chunks) as temporary:
        status = temporary.stat()
        take_place(temporary, path)
    return status


@contextmanager
def prepared(path: Path, chunks: Iterable[bytes], head: Callable[[], bytes] | None = None) -> Iterator[Path]:
    """Write `chunks` to a temporary file beside `path`, durably, and hand it to the body, for :func:`take_place`.

    `head` is asked when all is written and put over the beginning, which it is as long as. The file is held while the
    body lasts, so that nobody sweeps it away, and removed at its end. Raises OSError.
    """
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}{TEMPORARY}")
    descriptor = -1
    try:
        descriptor = _write(temporary, chunks, head)
        yield temporary
    finally:
        if descriptor >= 0:
            os.close(descriptor)
        discard(temporary)


@contextmanager
def whole(path: Path, *, force: bool, mode: int = PRIVATE_FILE) -> Iterator[BinaryIO]:
    """Open a file for the body to write, which becomes `path`, durably, when the body has ended well.

    Without `force` a file that is there by then is left alone, and FileExistsError raised. `mode` is subject to the
    umask. Raises OSError; then `path` is what it was.
    """
    temporary = path.with_name(f".manicula-{os.urandom(8).hex()}{TEMPORARY}")
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with open(os.open(temporary, flags, mode), "w+b") as file:  # noqa: PTH123  # a descriptor has no path
            yield file
            file.flush()
            os.fsync(file.fileno())
        if force:
            take_place(temporary, path)
        else:
            take_new_place(temporary, path)
    finally:
        discard(temporary)


def take_new_place(temporary: Path, path: Path) -> None:
    """Rename `temporary` to `path`, durably, where nothing is yet. Raises FileExistsError, and OSError."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if os.path.lexists(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        os.replace(temporary, path)  # noqa: PTH105  # the call that tests make fail
    try:
        sync_folder(path.parent)
    except OSError:
        path.unlink()
        raise


def discard(path: Path) -> None:
    """Remove a file that is not needed, if it is there and can be."""
    with suppress(OSError):
        path.unlink()


def create(path: Path, data: bytes) -> None:
    """Make the file `path` with this content, all at once. Raises FileExistsError when there is one."""
    temporary = path.with_name(f".{path.name}.{os.urandom(4).hex()}{TEMPORARY}")
    try:
        os.close(_write(temporary, [data]))
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise
        except OSError:
            os.close(_write(path, [data]))  # no links here: another process may see it half written
    finally:
        with suppress(OSError):
            temporary.unlink()


def append(path: Path, data: bytes) -> None:
    """Append `data` to `path` (0600, made when absent), all or nothing; not fsynced. Only for one writer at a time."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _BINARY, PRIVATE_FILE)
    try:
        size = os.fstat(descriptor).st_size
        try:
            write_all(descriptor, data)
        except OSError:
            os.ftruncate(descriptor, size)
            raise
    finally:
        os.close(descriptor)


def keep_copy(path: Path, copy: Path) -> None:
    """Make `copy` a second name of the file `path`, or a copy where the file system refuses links. Raises OSError."""
    make_folder(copy.parent)
    try:
        os.link(path, copy)
        with suppress(OSError):  # it may be somebody else's
            make_private(copy)
    except FileExistsError:
        return
    except OSError:
        replace(copy, [path.read_bytes()])


def remedy(error: OSError) -> str:
    """Return the sentence that says what to do about a write that failed."""
    if error.errno in {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}:
        return "Make room and try again; everything saved before is as it was."
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return "Make the file and its folder writable, or give another library with --library."
    return "Everything saved before is as it was."


def sweep(folder: Path, name: str = "") -> None:
    """Remove temporary files that a crash left in `folder` for the file `name`, or for any; not those still written.

    The second names that :func:`take_place` gives to a moment are left by a crash too: where several write, only the
    holder of their lock may call this.
    """
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if TEMPORARY in entry.name and entry.name.startswith(f".{name}." if name else "."):
                _sweep(Path(entry.path))


def _sweep(path: Path) -> None:
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            if hold(descriptor):
                discard(path)
        finally:
            os.close(descriptor)


def hold(descriptor: int) -> bool:
    """Hold an open file, until it is closed, as the only process to do so; False where another does."""
    if os.name == "nt":  # nobody can remove an open file there
        return True
    import fcntl  # noqa: PLC0415  # not on every system

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return time.time() - os.fstat(descriptor).st_mtime > _LONG
    return True


class Handle:
    """An open file or folder that is closed with whoever keeps it: its descriptor, and which file that is."""

    __slots__ = ("descriptor", "inode")

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.inode = os.fstat(descriptor).st_ino

    def close(self, close: Callable[[int], None] = os.close) -> None:
        """Close it, once; `close` is there to the last, when modules are gone."""
        descriptor, self.descriptor = self.descriptor, -1
        if descriptor >= 0:
            close(descriptor)

    def __del__(self) -> None:
        """Close it when nobody keeps it any more."""
        self.close()


def write_new(path: Path, chunks: Iterable[bytes]) -> None:
    """Make the file `path`, 0600, with `chunks` in it, synced. Raises OSError, FileExistsError where there is one."""
    os.close(_write(path, chunks))


def _write(path: Path, chunks: Iterable[bytes], head: Callable[[], bytes] | None = None) -> int:
    """Write a new file, durably, and return its descriptor, by which it is held."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, PRIVATE_FILE)
    try:
        hold(descriptor)
        for chunk in chunks:
            write_all(descriptor, chunk)
        if head is not None:
            os.lseek(descriptor, 0, os.SEEK_SET)
            write_all(descriptor, head())
        if os.utime in os.supports_fd:
            now = time.time_ns()  # the kernel's own is a tick of milliseconds, too coarse to tell two versions apart
            os.utime(descriptor, ns=(now, now))
        os.fsync(descriptor)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of `data`, however many calls that takes. Raises OSError."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def sync_appended(descriptor: int) -> None:
    """Make durable what was written to a file that was there, its length included, but not when. Raises OSError."""
    getattr(os, "fdatasync", os.fsync)(descriptor)  # which some systems lack, and which is a third faster


def take_place(temporary: Path, path: Path) -> None:
    """Rename `temporary` to `path`; when the folder cannot be synced after that, put the old file back and raise."""
    old = temporary.with_name(temporary.name + ".old")
    with suppress(OSError):
        os.link(path, old)
    try:
        os.replace(temporary, path)  # noqa: PTH105  # the call that tests make fail
        try:
            sync_folder(path.parent)
        except OSError:
            if old.exists():
                os.replace(old, path)  # noqa: PTH105  # as above
            else:
                path.unlink()
            raise
    finally:
        with suppress(OSError):
            old.unlink()


def sync_folder(folder: Path) -> None:
    """Make durable which names `folder` holds, where the system can. Raises OSError."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
    finally:
        os.close(descriptor)
