"""The part of the reading screen that lives with changing files: it sees the change, reads, compares, and takes over.

All that takes long is done in threads, with its progress in the status row; keys are taken meanwhile. The new text is
shown when nothing is being selected or typed.
"""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import work
from textual.message import Message

from storage import frames, readers
from storage.errors import DocumentError, ManiculaError
from storage.model import Annotation, Range, doubtful
from storage.passages import Follower, Progress
from storage.renewal import Renewal, StoppedError
from storage.text import Text
from tui.keys import Machine
from tui.reading.view import ReadingView
from tui.screens.jumps import Spot
from tui.screens.upkeep import Upkeep
from tui.session import Session
from tui.watching import FileWatch
from tui.widgets.panel import PanelView

if TYPE_CHECKING:
    from tui.comparing import Comparer

Run = Callable[[Progress, Callable[[], bool]], object]
"""Long work: it is given what hears of its progress, and what tells it to stop."""

_CALM = 0.25
"""Seconds for which a file must not change before it is read: it may be half written."""
_TRIES = 20
_WAIT = 0.1
_TELL = 0.5
"""Seconds of work after which its progress is told, and then once a second."""
_EVERY = 1.0
_STILL = "The new version is still being compared with the old one; in a moment."
OLDER = "this is an older version · gv for the others"


class Renewing(Upkeep):
    """Mixed into ReaderScreen, which sets the attributes."""

    view: ReadingView
    session: Session
    panel_view: PanelView
    machine: Machine
    message = ""
    extending = False
    _behind: list[Spot]
    _ahead: list[Spot]
    _watch: FileWatch | None = None
    _stopped = threading.Event()
    _left = False
    _gone: Path | None = None
    _opened_at: tuple[int, int] | None = None

    class Touched(Message):
        """Something happened to the open file."""

    def poll(self) -> None:
        """See what others saved, and what happened to the open file."""
        super().poll()
        self.check_file()

    def _library_changed(self) -> None:
        super()._library_changed()
        self.show_marked()

    def watch_file(self) -> None:
        """Watch the open file; what has happened to it since it was read is seen at once."""
        if self._watch is None:
            self._watch = FileWatch(lambda: self.post_message(self.Touched()))
        self._watch.watch(self.session.path)
        self._seek_repeats()
        self._gone = self.session.path if not self.session.stamp else None

    @work(group="repeats", exclusive=True)
    async def _seek_repeats(self) -> None:
        text = self.session.text

        def tick(_: float) -> None:
            if self._left or self.session.text is not text:
                raise StoppedError

        with suppress(StoppedError):
            await asyncio.to_thread(self.session.find_repeats, tick)
            self.sync()

    def on_unmount(self) -> None:
        """Leave no thread behind."""
        self._stopped.set()
        self._left = True
        if self._watch is not None:
            self._watch.stop()

    def on_renewing_touched(self) -> None:
        """Look at the file."""
        self.check_file()

    def check_file(self) -> None:
        """See whether the open file is still the one that was read."""
        session = self.session
        path = session.path
        if path is None or session.chosen:
            return
        stamp = frames.stamp(path)
        if not stamp:
            if self._gone != path:
                self._gone = path
                self._look_for(path)
            return
        if self._gone is not None:
            self._gone, self.message = None, f"{path.name} is back."
            self.sync()
        if self._watch is not None and not self._watch.alive:
            self._watch.watch(path)
        if stamp != session.stamp:
            session.stamp = stamp
            self.begin(self._reread, path)

    @work(group="gone", exclusive=True)
    async def _look_for(self, path: Path) -> None:
        """Go on with the file that is gone from `path` under its new name, or say that it is gone."""
        session = self.session
        await asyncio.sleep(_CALM)  # another may be about to take its place
        found = await asyncio.to_thread(session.library.find_moved, session.document) if session.document else None
        if session.path != path or frames.stamp(path):
            return
        if found is None:
            self._say(f"{path.name} is gone; its text and all annotations are kept here.")
            return
        session.path, session.stamp = found, frames.stamp(found)
        self.begin(self._reread, found)
        self.watch_file()
        self._say(f"{path.name} is called {found.name} now.")

    def take_over(self) -> None:
        """Have the library take the open document in, in the background where that takes work."""
        self._opened_at = (self.view.top_offset, self.view.selection.head) if self.session.stale else None
        try:
            renewal = self.session.renewal()
        except ManiculaError as problem:
            self.message = str(problem)
            return
        if renewal is not None:
            self.begin(self._renew, renewal)

    def begin(self, job: Callable[..., Coroutine[None, None, None]], *arguments: object) -> None:
        """Run a coroutine function in the background instead of the one that runs now, which is given up."""
        self._stopped.set()
        self._stopped = threading.Event()
        self._until_stopped(job, *arguments)

    @work(group="renewal", exclusive=True)
    async def _until_stopped(self, job: Callable[..., Coroutine[None, None, None]], *arguments: object) -> None:
        with suppress(StoppedError):
            await job(*arguments)

    async def in_thread(self, run: Run) -> None:
        """Run long work in a thread and tell its progress. Raises StoppedError when other work has begun."""
        began, told = time.monotonic(), 0.0
        loop = asyncio.get_running_loop()

        def progress(words: str) -> None:
            nonlocal told
            now = time.monotonic()
            if now - began > _TELL and now - told > _EVERY:
                told = now
                loop.call_soon_threadsafe(self._say, f"{self.session.title}: {words}")

        gc.disable()  # a thread that makes a million objects would have all of them looked through, again and again
        try:
            await asyncio.to_thread(run, progress, self._stopped.is_set)
        finally:
            gc.enable()

    def _say(self, message: str) -> None:
        self.message = message
        self.sync()

    async def _reread(self, path: Path) -> None:
        """Read the file that has changed, and take it over."""
        text = await self._read(path)
        if text is None or self.session.path != path:
            return
        try:
            renewal = self.session.renewal_of(text)
        except ManiculaError as problem:
            self._say(str(problem))
            return
        if renewal is not None:
            await self._renew(renewal)
        elif self.session.text is not self.view.text:
            self._show(lambda at: at)

    async def _read(self, path: Path) -> Text | None:
        """Return what a file holds once it is at rest; None, and a message, when it cannot be read."""
        problem = ""
        for _ in range(_TRIES):
            stamp = frames.stamp(path)
            await asyncio.sleep(_CALM)
            if not stamp or stamp != frames.stamp(path):
                continue
            self.session.stamp = stamp
            try:
                return await asyncio.to_thread(readers.read, path, self._form())
            except DocumentError as error:
                problem = f"{error} The text read before is shown."
                break
        if problem:
            self._say(problem)
        return None

    def _form(self) -> str:
        """Return the way in which the open document was read."""
        return self.session.document.format if self.session.document else ""

    async def _renew(self, renewal: Renewal) -> None:
        """Work out what became of everything, and show it when the reader's hands are free."""
        await self.in_thread(renewal.run)
        if self.session.path != renewal.path:  # it was forgotten elsewhere meanwhile, or left
            return
        try:
            await asyncio.to_thread(self.session.library.keep, renewal.text)
        except ManiculaError as problem:
            self._say(str(problem))
            return
        while not self.free():  # noqa: ASYNC110  # many things make it free, and none of them is in a hurry
            await asyncio.sleep(_WAIT)
        if self.session.path != renewal.path:
            return
        try:
            self.session.take_in(renewal)
        except ManiculaError as problem:
            self._say(str(problem))
            return
        self.message = self.report_of(renewal)
        self._show(renewal.offset)

    def report_of(self, renewal: Renewal) -> str:
        """Return the sentence that tells what became of the annotations."""
        if not renewal.annotations:
            return "This file has changed; here is its new text." if renewal.changes else ""
        return f"This file has changed: {renewal.report} · gd shows what"

    def free(self) -> bool:
        """Tell whether the text can be exchanged: nothing is being typed or selected, no other screen is in front."""
        busy = self.panel_view.panel is not None or self.extending or self.machine.pending
        return self.app.screen is self and not busy and self.view.selection.empty and not self.view.hints

    def _show(self, moved: Callable[[int], int]) -> None:
        """Show the session's text, with everything that stood somewhere where `moved` says."""
        view, session = self.view, self.session
        place = view.top_offset, view.selection.head
        if view.text is not session.text or place == self._opened_at:
            top, caret = map(moved, place)
            here = session.document.uuid if session.document else ""
            for spots in (self._behind, self._ahead):
                spots[:] = [
                    spot._replace(offset=moved(spot.offset)) if spot.document == here else spot for spot in spots
                ]
            view.highlights = session.highlights
            view.show(session.text, top, caret)
            self.leave_document_state()
            self._seek_repeats()
        self.touch_documents()
        self.sync()

    def leave_document_state(self) -> None:
        """Forget what belonged to the text shown before; ReaderScreen does."""
        raise NotImplementedError

    def show_marked(self) -> bool:
        """Show the version that the annotations stand in, after an undo or what another Manicula did.

        False when it is shown already.
        """
        version = self.session.version_marked()
        if not version or self.session.document is None:
            return False
        if version == self.session.document.texts[-1]:
            self.begin(self.show_newest)
        else:
            self.begin(partial(self.show_version, version, chosen=False))
        return True

    async def show_version(self, version: str, *, chosen: bool) -> None:
        """Show an older version of the open document, with what is marked in it."""
        try:
            older = self.session.older(version)
        except ManiculaError as problem:
            self._say(str(problem))
            return
        await self.in_thread(older.run)
        self.session.show_older(older, chosen=chosen)
        said = self.message
        self._show(older.offset)
        self._say(f"{said} · {OLDER}" if said and not chosen else OLDER)

    async def show_newest(self) -> None:
        """Show what the file holds, or the newest text of the document where there is none."""
        session, shown = self.session, self.session.text.hash
        if session.document is None:
            return
        try:
            text = await asyncio.to_thread(session.library.text, session.document)
            follower = Follower(text, session.library.snapshots)

            def align(progress: Progress, stopped: Callable[[], bool]) -> None:
                follower.listen(progress, stopped)
                follower.map(shown)
                follower.deafen()

            await self.in_thread(align)
            session.open_document(session.document)
            session.complete()
        except ManiculaError as problem:
            self._say(str(problem))
            return
        self._show(lambda at: follower.offset(shown, at))
        self.watch_file()
        self.take_over()

    def read_again(self) -> str | None:
        """Read the open file again, as if it had changed."""
        path = self.session.path
        if path is None or not frames.stamp(path):
            return "There is no file to read: its last text is shown."
        if self.session.version:
            self.begin(self.show_newest)
        else:
            self.begin(self._reread, path)
        return f"Reading {path.name} again"

    def compare(self, annotation: Annotation | None, here: Range) -> str | None:
        """Show what changed around an annotation, or a place; comparing whole versions may take a while first."""
        from tui.comparing import Comparer  # noqa: PLC0415  # imported when first used

        if self.session.stale:
            return _STILL
        comparer = Comparer(self.session, annotation, here)
        if not comparer.version and (annotation is None or self.session.stands(annotation)):
            return "There is no older version to compare with."
        self.begin(self._compare, comparer)
        return None

    async def _compare(self, comparer: Comparer) -> None:
        from tui.comparing import date_of  # noqa: PLC0415  # imported when first used
        from tui.screens.changes import ChangesScreen, Comparison  # noqa: PLC0415  # the same

        await self.in_thread(comparer.run)
        snapshots = self.session.library.snapshots

        def compared(step: int) -> Comparison | None:
            found = comparer.step(step)
            return Comparison(found[0], comparer.about(*found), found[1]) if found else None

        def confirm(annotation: Annotation) -> str:
            if not doubtful(annotation):
                return "There is no doubt here."
            self.session.confirm(annotation)
            self.sync()
            return "Confirmed · u undo, in the text"

        version = comparer.version
        since = f"since {date_of(snapshots.when(version))}" if version else ""
        self.app.push_screen(ChangesScreen(self.view.look, since, compared, confirm))
