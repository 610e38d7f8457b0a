"""The library search of one run: an index in a thread of its own, fed with documents and questions between keys.

The library is looked at only by the thread that has it, a document or two at a step; the other thread reads snapshots,
writes the index and answers. A question that is still being answered is given up for the next one.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING

from storage.errors import ManiculaError
from storage.fulltext.finding import Question, again, answer, question
from storage.fulltext.hits import MOST
from storage.fulltext.index import Index, Job
from storage.fulltext.keeping import job_for, open_index, read, wanted

if TYPE_CHECKING:
    from storage.fulltext.hits import Hit
    from storage.library import Library

_QUEUE = 16
_CLOSE = 5.0
_SLICE = 0.003
_AGAIN = 0.5
"""Seconds after which a question is asked again while documents still come into the index."""


class Searching:
    """Asks and keeps up: `hits` answer `asked`, `problem` is what went wrong, `done` of `total` documents are in it."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.asked: Question | None = None
        self.hits: list[Hit] = []
        self.problem = ""
        self.done = self.total = 0
        self._begun = self._revision = -1
        self._scan: Iterator[tuple[str, tuple[str, str]]] | None = None
        self._stamps: dict[str, tuple[str, str]] = {}
        self._asked_at = 0.0
        self._most = MOST
        self._looked_at = -1
        self._index_begun = 0
        self._jobs: Iterator[Job | str] = iter(())
        self._thread = _Thread(library)

    @property
    def behind(self) -> bool:
        """Whether the index lacks something that the library has; before its first change it has nothing."""
        return (
            bool(self._library.uuid)
            and not self.problem
            and (self._revision != self._library.revision or self.done < self.total)
        )

    @property
    def busy(self) -> bool:
        """Whether an answer, or the rest of the index, is still to come."""
        return bool(self._library.uuid) and not self.problem and (self.behind or self._thread.waiting)

    @property
    def answered(self) -> bool:
        """Whether `hits` answer what was asked last, out of what the index had then."""
        last = self._thread.answered
        return last is not None and last[0] is self.asked

    def ask(self, source: str, most: int = MOST) -> Question:
        """Ask what a reader typed; the answer, `most` passages, comes by `step`."""
        self._most = most
        library, last = self._library, self.asked
        if last is None or self._looked_at != library.revision:
            self.asked, self._looked_at = question(library, source), library.revision
        else:
            self.asked = again(last, library, source)
        self._asked_at = time.monotonic()
        self._thread.ask(self.asked, most)
        return self.asked

    def step(self, seconds: float) -> bool:
        """Go on for about so long; True when there is something new to be shown."""
        before = self.hits, self.problem, self.done, self.total
        if not self._library.uuid:
            return False
        self._thread.begin()
        self._feed()
        self._thread.happened.wait(seconds)
        self._thread.happened.clear()
        if self._thread.problem:
            self.problem = self._thread.problem
        self.done = min(self.total, self._thread.taken)
        if self._thread.answered is not None and self._thread.answered[0] is self.asked:
            self.hits = self._thread.answered[1]
        self._ask_again(finished=before[2] < self.done == self.total)
        return (self.hits, self.problem, self.done, self.total) != before

    def _ask_again(self, *, finished: bool) -> None:
        """Ask anew when more has come into the index."""
        due = self.done < self.total and time.monotonic() > self._asked_at + _AGAIN
        if self.asked is not None and not self._thread.waiting_for_answer and (finished or due):
            self.ask(self.asked.asked.source, self._most)

    def _feed(self) -> None:
        """Hand documents on that the index lacks, as many as it can take soon."""
        known, begun = self._thread.known, self._thread.begun
        if known is not None and (self._begun, self._index_begun) != (self._library.revision, begun):
            self._begun, self._index_begun = self._library.revision, begun
            self._scan, self._stamps = wanted(self._library), {}
        if self._scan is not None and known is not None:
            self._look_on(known)
        while self._thread.room:
            job = next(self._jobs, None)
            if job is None:
                return
            self._thread.give(job)

    def _look_on(self, known: dict[str, tuple[str, str]]) -> None:
        """Go on with looking what the index lacks, for a few milliseconds."""
        assert self._scan is not None  # noqa: S101  # who calls has looked
        end = time.monotonic() + _SLICE
        for uuid, stamp in self._scan:
            self._stamps[uuid] = stamp
            if time.monotonic() > end:
                return
        self._scan, self._revision = None, self._begun
        lacking = [uuid for uuid, stamp in self._stamps.items() if known.get(uuid) != stamp]
        gone = [uuid for uuid in known if uuid not in self._stamps]
        self.total = self._thread.given + len(lacking) + len(gone)
        self._jobs = self._made(lacking, gone)

    def _made(self, lacking: list[str], gone: list[str]) -> Iterator[Job | str]:
        yield from gone
        for uuid in lacking:
            try:
                yield job_for(self._library, self._library.document(uuid))
            except ManiculaError:  # it was deleted meanwhile
                yield uuid

    def close(self) -> None:
        """End the thread."""
        self._thread.close()


class _Thread(threading.Thread):
    """Has the index. What it knows is read by the other thread as whole values; `happened` tells that it changed."""

    def __init__(self, library: Library) -> None:
        super().__init__(name="search", daemon=True)
        self._open: Callable[[], Index] = partial(open_index, library)
        self._snapshots = library.snapshots
        self._tasks: deque[Job | str] = deque()
        self._question: Question | None = None
        self._most = MOST
        self._wake = threading.Condition()
        self._ends = False
        self._index: Index | None = None
        self._answering = False
        self.happened = threading.Event()
        self.known: dict[str, tuple[str, str]] | None = None
        self.answered: tuple[Question, list[Hit]] | None = None
        self.problem = ""
        self.given = self.taken = self.begun = 0
        self._running = False

    def begin(self) -> None:
        """Start, unless it has been: a library has no place for an index before its first change."""
        if not self._running:
            self._running = True
            self.start()

    @property
    def room(self) -> bool:
        return len(self._tasks) < _QUEUE

    @property
    def waiting_for_answer(self) -> bool:
        return self._question is not None or self._answering

    @property
    def waiting(self) -> bool:
        return self.known is None or bool(self._tasks) or self.waiting_for_answer

    def give(self, task: Job | str) -> None:
        """Take a document in, or, by its uuid, out."""
        with self._wake:
            self.given += 1
            self._tasks.append(task)
            self._wake.notify()

    def ask(self, asked: Question, most: int) -> None:
        """Answer this, and nothing asked before."""
        with self._wake:
            self._question, self._most = asked, most
            if self._answering and self._index is not None:
                self._index.database.interrupt()
            self._wake.notify()

    def close(self) -> None:
        with self._wake:
            self._ends = True
            if self._index is not None:
                self._index.database.interrupt()
            self._wake.notify()
        if self._running:
            self.join(_CLOSE)

    def run(self) -> None:
        try:
            self._index = self._open()
            self.known, self.begun = self._index.known(), self._index.begun
            self.happened.set()
            while self._work():
                self.happened.set()
        except ManiculaError as problem:
            self.problem = str(problem)
        finally:
            with self._wake:
                index, self._index = self._index, None
            if index is not None:
                index.close()
            self.happened.set()

    def _work(self) -> bool:
        """Do one thing; False when it is to end."""
        with self._wake:
            self._wake.wait_for(lambda: self._ends or self._question is not None or bool(self._tasks))
            if self._ends:
                return False
            asked, self._question = self._question, None
            self._answering = asked is not None
            task = None if asked is not None else self._tasks[0]
        if asked is not None:
            self._answer(asked)
        elif task is not None:
            self._take(task)
        return True

    def _answer(self, asked: Question) -> None:
        assert self._index is not None  # noqa: S101  # opened before
        try:
            self.answered = asked, answer(self._index, asked, self._most)
        except ManiculaError:
            if self._question is None and not self._ends:  # else it was given up
                raise
        finally:
            self._answering = False

    def _take(self, task: Job | str) -> None:
        """Take a document out, or those in that wait, together."""
        assert self._index is not None  # noqa: S101  # as above
        assert self.known is not None  # noqa: S101  # as above
        if isinstance(task, str):
            self._index.drop(task)
            self.known = {uuid: each for uuid, each in self.known.items() if uuid != task}
            done = 1
        else:
            waiting = takewhile(lambda each: not isinstance(each, str), list(self._tasks))
            made = [job for job in waiting if not isinstance(job, str)]
            self._index.take((job, partial(read, self._snapshots, job.version)) for job in made)
            done = len(made)
            if self._index.begun != self.begun:  # it was found damaged, and lacks everything else now
                self.known, self.begun = self._index.known(), self._index.begun
            else:
                self.known = {**self.known, **{job.document: (job.version, job.stamp) for job in made}}
        self.taken += done
        for _ in range(done):
            self._tasks.popleft()
