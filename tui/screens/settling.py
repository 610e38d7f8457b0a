"""The part of the reading screen that comes after the first paint: reading on, adding what waits, saving places."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from textual import work
from textual.screen import Screen

from storage import garbage, readers
from storage.errors import ManiculaError
from storage.visible import one_line
from tui.actions import actions
from tui.reading.view import ReadingView
from tui.session import Session

if TYPE_CHECKING:
    from storage.text import Text

_SLICE = 0.02
_BREATH = 0.005
"""Seconds between two files that are added, at least; where taking one in took longer, as many as that."""
_TOGETHER = 2
"""Files that wait and are being read at a time."""
_EVERY = 0.3
"""Seconds after which it is said again how far the adding is."""
_NEAR = frozenset(
    f"move.{name}"
    for name in (
        *("left", "right", "down", "up", "word_next", "word_prev", "word_end", "row_start", "row_end"),
        *("sentence_next", "sentence_prev", "paragraph_next", "paragraph_prev", "document_start"),
        *("page_down", "page_up", "half_down", "half_up"),
    )
)
"""The commands that stay near the caret."""
_AHEAD = 4
"""Blocks after the caret's that have to be there for them, and screens:"""
_SCREENS = 3


class Settling(Screen[None]):
    """Mixed into ReaderScreen, which sets the attributes."""

    view: ReadingView
    session: Session
    message = ""
    settled = False
    _told = 0.0
    _total = 0
    _added = 0
    _saying = ""
    _failed: list[str]

    def complete(self) -> None:
        """Have the rest of a large document whose beginning is shown, reading it where nobody has yet."""
        self.session.complete()
        self.show_rest()

    def show_rest(self) -> None:
        """Show the whole of the text where its beginning is shown and the rest was read."""
        session = self.session
        if session.beginning is not None and self.view.text is session.beginning:
            self.view.highlights = session.highlights
            self.view.show_rest(session.text, _offset(session.beginning.string, session.text.string))
        session.beginning = None

    def needs_rest(self, command: str) -> bool:
        """Tell whether a command needs more than the beginning of a document: all but moving about in that do."""
        view = self.view
        if self.session.complete_already or not len(view.text.blocks):
            return False
        if command not in _NEAR:
            return True
        layout, height = view.layout_rows, view.size.height
        ahead = len(view.text.blocks) - view.text.blocks.at(view.selection.head)
        return ahead < _AHEAD or layout.distance(view.top, layout.last, _SCREENS * height) < _SCREENS * height

    def take_all_over(self) -> None:
        """Have the library know what is open, once all of it is read, in the background where that takes long."""
        if self.session.complete_already:
            self.take_over()
        else:
            self._take_rest_over()

    @work(group="rest", exclusive=True)
    async def _take_rest_over(self) -> None:
        try:
            await asyncio.to_thread(self.session.read_on)
            self.complete()
        except ManiculaError as problem:
            self.message = str(problem)
        else:
            self.take_over()
        self.sync()

    def settle_in(self) -> None:
        """After the first paint: read what is left of the document, in the background, and then do all else."""
        if getattr(self.app, "veiled", False):
            self.set_timer(_SLICE, self.settle_in)
            return
        actions()
        if self.session.complete_already:
            self._settle()
        else:
            self._read_on()

    @work(group="settling")
    async def _read_on(self) -> None:
        with suppress(ManiculaError):  # said when it is shown
            await asyncio.to_thread(self.session.read_on)
        self._settle()

    def _settle(self) -> None:
        """Load the rest, tell the library of the open file, bring the list up to date."""
        try:
            self.complete()
        except ManiculaError as problem:
            self.message = str(problem)
        garbage.resume()
        self.settled = True
        self.view.syntax = True
        self.view.refresh_frame()
        self.take_over()
        self.watch_file()
        self.touch_documents()
        self.sync()
        self.load_library()
        if self.session.waiting:
            self._total = len(self.session.waiting)
            self.run_worker(self.add_waiting(), group="adding")

    async def add_waiting(self) -> None:
        """Add the files that wait, one after the other so that keys come between, and name what could not be read.

        While one is taken in the next are read.
        """
        from storage.readers import apart  # noqa: PLC0415  # imported when first used

        with apart.many():
            await self._add_all()

    async def _add_all(self) -> None:
        waiting, library = self.session.waiting, self.session.library
        reading: deque[asyncio.Task[Text | None]] = deque()
        try:
            while waiting:
                for path in waiting[len(reading) : _TOGETHER]:
                    reading.append(asyncio.create_task(self._read_waiting(path)))
                path, began = waiting[0], time.monotonic()
                try:
                    text = await reading.popleft()
                    began = time.monotonic()
                    if text is not None:
                        library.receive(path, text)
                        self._added += 1
                except ManiculaError as problem:
                    self._failed.append(str(problem))
                waiting.pop(0)
                self._tell_waiting(path)
                await asyncio.sleep(max(_BREATH, time.monotonic() - began))
        finally:
            for task in reading:
                task.cancel()

    async def _read_waiting(self, path: Path) -> Text | None:
        """Read a file; None where the library has it already."""
        return None if self.session.library.lookup(path) else await asyncio.to_thread(self._read_and_keep, path)

    def _read_and_keep(self, path: Path) -> Text:
        """Read a file and keep a snapshot of it, which takes longer than all that is left to do then."""
        text = readers.read(path)
        self.session.library.keep(text)
        return text

    def _tell_waiting(self, path: Path) -> None:
        """Say how far the adding is, a few times a second, and at the end what came of it."""
        if self.session.waiting:
            if time.monotonic() < self._told + _EVERY:
                return
            self._told = time.monotonic()
            done = self._total - len(self.session.waiting)
            self.message = self._saying = f"Adding {done} of {self._total}: {one_line(path.name)}"
        elif self._failed:
            more = f" ({len(self._failed)} files in all could not be read)" if len(self._failed) > 1 else ""
            self.message = self._failed[0] + more
        elif self.message == self._saying:
            plural = "" if self._added == 1 else "s"
            self.message = f"{self._added} document{plural} added" if self._added else ""
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


def _offset(beginning: str, whole: str) -> Callable[[int], int]:
    """Return what tells where in the whole text an offset of its beginning is; most often that is the same one.

    What stands on all pages of a PDF, say, is known only when all are read.
    """
    if whole.startswith(beginning):
        return int
    from storage.diffmap import DiffMap  # noqa: PLC0415  # imported when first used

    return DiffMap(beginning, whole[: 2 * len(beginning)]).offset
