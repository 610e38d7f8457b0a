"""The part of the reading screen that comes after the first paint: reading on, adding what waits, saving places."""

from __future__ import annotations

import asyncio
import gc
import time
from pathlib import Path

from textual.screen import Screen

from storage import readers
from storage.errors import ManiculaError
from storage.visible import one_line
from tui.actions import actions
from tui.reading.view import ReadingView
from tui.session import Session

_SLICE = 0.02
_PATIENT = (50_000, 20, 50)
"""Thresholds of the garbage collector: what is open lives long, and a full collection would be felt."""


class Settling(Screen[None]):
    """Mixed into ReaderScreen, which sets the attributes."""

    view: ReadingView
    session: Session
    message = ""
    settled = False
    _told = 0.0
    _total = 0
    _failed: list[str]

    def complete(self) -> None:
        """Read the rest of a large document whose beginning is shown."""
        if self.session.complete():
            self.view.highlights = self.session.highlights
            self.view.show_rest(self.session.text)

    def settle_in(self) -> None:
        """After the first paint: load the rest, tell the library of the open file, bring the list up to date."""
        actions()
        try:
            self.complete()
        except ManiculaError as problem:
            self.message = str(problem)
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_PATIENT)
        gc.enable()
        self.settled = True
        self.take_over()
        self.watch_file()
        self.touch_documents()
        self.sync()
        self.load_library()
        if self.session.waiting:
            self._total = len(self.session.waiting)
            self.run_worker(self.add_waiting(), group="adding")

    async def add_waiting(self) -> None:
        """Add the files that wait, one after the other so that keys come between, and name what could not be read."""
        waiting, library = self.session.waiting, self.session.library
        while waiting:
            path = waiting[0]
            try:
                if library.lookup(path) is None:
                    library.receive(path, await asyncio.to_thread(readers.read, path))
            except ManiculaError as problem:
                self._failed.append(str(problem))
            waiting.pop(0)
            self._tell_waiting(path)
            await asyncio.sleep(_SLICE)

    def _tell_waiting(self, path: Path) -> None:
        if self.session.waiting:
            if time.monotonic() > self._told + 1:
                self._told = time.monotonic()
                done = self._total - len(self.session.waiting)
                self.message = f"Adding {done} of {self._total}: {one_line(path.name)}"
        elif self._failed:
            more = f" ({len(self._failed)} files in all could not be read)" if len(self._failed) > 1 else ""
            self.message = self._failed[0] + more
        self.touch_documents()
        self.sync()

    def save_position(self) -> None:
        """Remember the place; a library that cannot be written says so once, on its next change."""
        try:
            self.session.save_position(self.view.top_offset, self.view.selection.head, self.view.bottom_offset)
        except ManiculaError as problem:
            self.message = str(problem)

    def touch_documents(self) -> None:
        """Have the document list made anew; Lists does."""
        raise NotImplementedError

    def take_over(self) -> None:
        """Have the library know what is open; Renewing does."""
        raise NotImplementedError

    def watch_file(self) -> None:
        """Watch the open file; Renewing does."""
        raise NotImplementedError

    def load_library(self) -> None:
        """Read the rest of the library; Upkeep does."""
        raise NotImplementedError

    def sync(self) -> None:
        """Paint; ReaderScreen does."""
        raise NotImplementedError
