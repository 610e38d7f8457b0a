"""Many files read one after the other: one process has the readers loaded, and each file is read by a fork of it.

Starting Python and loading a reader takes a hundred times as long as reading a small file. What reads a file is still
a process of its own with the bounds of `storage.readers.apart`: the one that forks never sees a file's bytes. It is
sent the name of a format and one end of a pair of sockets, which becomes its child's standard input and output; when
the child has ended it adds a byte to the answer, the signal that ended it or 0, and closes the socket.
"""

from __future__ import annotations

import errno
import gc
import os
import signal
import socket
import sys
from contextlib import suppress
from importlib import import_module
from subprocess import DEVNULL, Popen
from threading import Lock

from storage.readers import FORMATS, apart

POSSIBLE = all(hasattr(os, name) for name in ("fork", "killpg")) and hasattr(socket, "send_fds")
"""Whether this system has forks, and sockets that sockets can be sent through."""

_CODE = "import sys; sys.path.insert(0, sys.argv[1]); from storage.readers import forks; forks.main()"
_PIECE = 1 << 18
_NAME = 64
_NICE = 5
"""By how much whoever presses keys goes before the reading of many files."""
_ALSO = {
    "html": ("storage.readers.markup", "storage.readers.article", "lxml.etree", "readability"),
    "pdf": ("pypdfium2", "pypdfium2.raw"),
    "docx": ("mammoth",),
    "rst": ("docutils.core", "docutils.readers.standalone", "docutils.parsers.rst", "docutils.writers.html5_polyglot"),
}
"""What readers import when they first need it."""


class Forks:
    """The process that forks; it is started for the first file. `waiting` are the sockets of files that are read."""

    def __init__(self) -> None:
        self.stopped = False
        self.waiting: set[socket.socket] = set()
        self._lock = Lock()
        self._control, self._theirs = socket.socketpair()
        self._process: Popen[bytes] | None = None

    def _started(self) -> socket.socket:
        if self.stopped:
            raise OSError(errno.ESHUTDOWN, os.strerror(errno.ESHUTDOWN))
        if self._process is None:
            self._process = Popen(  # noqa: S603  # our own code, in the same Python
                [sys.executable, "-P", "-c", _CODE, str(apart.ROOT)],
                stdin=self._theirs.fileno(),
                stdout=DEVNULL,
                stderr=DEVNULL,
                start_new_session=True,
            )
            self._theirs.close()
        return self._control

    def ask(self, form: str, question: bytes) -> tuple[bytes, int] | None:
        """Return what the reader of a format answers, and the signal that ended it or 0; None where there is no fork.

        Raises OSError where it cannot be started or was stopped, TimeoutError where no answer comes.
        """
        ours, theirs = socket.socketpair()
        self.waiting.add(ours)
        try:
            with theirs, self._lock:
                socket.send_fds(self._started(), [form.encode().ljust(_NAME)], [theirs.fileno()])
            ours.settimeout(apart.PATIENCE + 5)
            ours.sendall(question)
            ours.shutdown(socket.SHUT_WR)
            parts = []
            while part := ours.recv(_PIECE):
                parts.append(part)
        finally:
            self.waiting.discard(ours)
            ours.close()
        answer = b"".join(parts)
        return (answer[:-1], answer[-1]) if answer else None

    def stop(self) -> None:
        """End the process and all that it has forked."""
        with self._lock:
            self.stopped = True
            if self._process is not None:
                with suppress(OSError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
            self._control.close()
            self._theirs.close()


class _Parent:
    """The process that forks, from inside: the socket of each child."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.children: dict[int, int] = {}

    def serve(self) -> None:
        """Fork for each format that is named, until nobody is there to name one."""
        signal.signal(signal.SIGCHLD, self._reap)
        loaded = set()
        while True:
            word, descriptors, *_ = socket.recv_fds(self.control, _NAME, 1)
            if not word or not descriptors:
                return
            name = word.decode().strip()
            if name not in loaded:
                loaded.add(name)
                _load(name)
                gc.collect()
                gc.freeze()
            self._fork(descriptors[0])

    def _fork(self, descriptor: int) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        try:
            child = os.fork()
            if not child:
                self._read(descriptor)
            self.children[child] = descriptor
        except OSError:
            os.close(descriptor)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})

    def _read(self, descriptor: int) -> None:
        """Be a child: read what comes through the socket, answer there, and never return."""
        try:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            signal.setitimer(signal.ITIMER_REAL, apart.PATIENCE)
            self.control.close()
            for number in (0, 1):
                os.dup2(descriptor, number)
            for other in (descriptor, *self.children.values()):
                os.close(other)
            apart.main()
        finally:
            os._exit(1)

    def _reap(self, *_: object) -> None:
        """Tell who waits for a child that it has ended, and how."""
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                descriptor = self.children.pop(ended[0])
                with suppress(OSError):
                    os.write(descriptor, bytes((os.WTERMSIG(ended[1]) if os.WIFSIGNALED(ended[1]) else 0,)))
                os.close(descriptor)


def _load(name: str) -> None:
    """Import what the reader of a format needs; what is missing the child will say."""
    with suppress(Exception):
        next(one for one in FORMATS if one.name == name).load()
        for module in _ALSO.get(name, ()):
            import_module(module)


def main() -> None:
    """Be the process that forks; standard input is the socket to who wants files read."""
    import json  # noqa: F401, PLC0415  # the children need it

    from storage import texts, visible  # noqa: F401, PLC0415  # the same

    os.nice(_NICE)
    with socket.socket(fileno=os.dup(0)) as control:
        _Parent(control).serve()
    os.killpg(0, signal.SIGKILL)
