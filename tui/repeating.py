"""Looking for repeated passages in a thread of its own; what it finds and how far it is are read as whole values."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from storage.errors import ManiculaError
from storage.repeated import Group, Repeated, Step

if TYPE_CHECKING:
    from storage.library import Library

_CLOSE = 5.0


class Repeating:
    """The work over a library as it is now; `groups` are there when `busy` is false, `problem` is what went wrong."""

    def __init__(self, library: Library) -> None:
        self.texts = texts_of(library)
        self._work = Repeated(library.snapshots, self.texts)
        self._ends = False
        self.step: Step | None = None
        self.groups: list[Group] = []
        self.problem = ""
        self.happened = threading.Event()
        self._thread = threading.Thread(target=self._run, name="repeated", daemon=True)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether it is still looking."""
        return not self.happened.is_set()

    @property
    def unread(self) -> int:
        """How many texts could not be read."""
        return self._work.unread

    def _run(self) -> None:
        try:
            for step in self._work.steps():
                self.step = step
                if self._ends:
                    return
            self.groups = self._work.groups
        except (ManiculaError, OSError) as problem:
            self.problem = str(problem)
        finally:
            self.happened.set()

    def close(self) -> None:
        """Give it up, and end the thread."""
        self._ends = True
        self._work.interrupt()
        self._thread.join(_CLOSE)


def texts_of(library: Library) -> list[tuple[str, str]]:
    """Return the documents and the versions of their texts that are looked through."""
    return [(each.uuid, each.texts[-1]) for each in library.documents() if each.texts]
