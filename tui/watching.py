"""Watching one file for changes by whatever the system offers, in a thread that ends when it is told to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

_STEP = 50
"""Milliseconds between two looks at whether to stop: what leaving may wait for."""
_TOGETHER = 300
"""Milliseconds of changes that are told as one: editors write in several steps."""


class FileWatch:
    """Calls `tell`, in a thread of its own, when something happened to the file that is watched.

    The folder is watched rather than the file, because editors put a new file in its place.
    """

    def __init__(self, tell: Callable[[], object]) -> None:
        self._tell = tell
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.path: Path | None = None

    def watch(self, path: Path | None) -> None:
        """Watch `path` from now on, or nothing. Where it cannot be watched `alive` is soon false."""
        if path == self.path and self.alive:
            return
        self.stop()
        self.path = path
        if path is not None and path.parent.is_dir():
            self._stop = threading.Event()
            self._thread = threading.Thread(target=self._run, args=(path, self._stop), name="watch", daemon=True)
            self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether something is watched."""
        return self._thread is not None and self._thread.is_alive()

    def stop(self) -> None:
        """Stop watching, and wait for the thread to end."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self._thread = None

    def _run(self, path: Path, stop: threading.Event) -> None:
        import watchfiles  # noqa: PLC0415  # costs more than a start may

        places = {path, path.resolve()}
        folders = {place.parent for place in places if place.parent.is_dir()}
        names = {place.name for place in places}
        try:
            for changes in watchfiles.watch(
                *folders,
                watch_filter=lambda _, name: Path(name).name in names,
                debounce=_TOGETHER,
                step=_STEP,
                stop_event=stop,
                raise_interrupt=False,
                recursive=False,
            ):
                if changes and not stop.is_set():
                    self._tell()
        except OSError:  # the folder is gone, or the system has no watches left: the clock looks at the file instead
            return
