"""A reading screen over a file that a test changes while it is open."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from storage.config import Config
from storage.library import Library
from storage.model import Annotation
from tui.app import ManiculaApp
from tui.arrival import arrive
from tui.screens.reader import ReaderScreen
from tui.session import Session

LEAD = "The council closed the old bridge on Monday."
PARTS = (
    "It rained for days and the river rose to the quay.",
    LEAD,
    "Nobody was hurt, said a spokeswoman in the afternoon.",
    LEAD,
    "The trams still ran along the other bank of the river.",
    "A choir sang in the square until the lights went out.",
    "The mayor will speak on Friday at the town hall.",
)
REWORDED = "Nobody was harmed, says the town's speaker in the afternoon."


def changed() -> str:
    """Return the report with the second lead gone, the third sentence reworded and the choir in front."""
    return "\n\n".join([PARTS[5], PARTS[0], LEAD, REWORDED, PARTS[4], PARTS[6]])


class Reader:
    """One run of the app over `path`."""

    def __init__(self, pilot: Pilot[int], session: Session, path: Path) -> None:
        self.pilot = pilot
        self.session = session
        self.path = path

    @property
    def screen(self) -> ReaderScreen:
        """The reading screen, also beneath another."""
        return next(one for one in self.pilot.app.screen_stack if isinstance(one, ReaderScreen))

    @property
    def cards(self) -> str:
        """The sidebar as it is drawn."""
        return "\n".join(strip.text.rstrip() for strip in self.screen.cards.rows)

    @property
    def words(self) -> str:
        """The words of the sidebar."""
        return " ".join(self.cards.replace("▎", "").split())

    @property
    def marks(self) -> list[str]:
        """The words that are highlighted, in order."""
        return [self.screen.view.text.string[mark.start : mark.end] for mark in self.screen.view.highlights.marks]

    async def until(self, arrived: Callable[[], object]) -> None:
        """Wait until something is so."""
        for _ in range(600):
            await self.pilot.pause(0.02)
            if arrived():
                return
        raise AssertionError(f"it never came so; the message is {self.screen.message!r}\n{self.cards}")

    async def said(self, words: str) -> None:
        """Wait for a message."""
        await self.until(lambda: words in self.screen.message)

    async def mark(self, *quotes: tuple[str, int]) -> list[Annotation]:
        """Highlight the nth place of each quote."""
        string, document = self.session.text.string, self.session.document
        assert document is not None
        made = []
        for quote, nth in quotes:
            at = -1
            for _ in range(nth):
                at = string.index(quote, at + 1)
            made.append(self.session.library.annotate(document.uuid, [(at, at + len(quote))], text=self.session.text))
        self.session.reload()
        self.screen.sync()
        return made

    async def rewrite(self, text: str) -> None:
        """Change the file as an editor does: a new one takes its place."""
        beside = self.path.with_name("beside~")
        beside.write_text(text, encoding="utf-8")
        beside.replace(self.path)


@asynccontextmanager
async def reading(folder: Path, path: Path, size: tuple[int, int] = (130, 40)) -> AsyncIterator[Reader]:
    """Open `path` in an app of its own over the library in `folder`."""
    with Library.open(folder / "library.json", state=folder / "state") as library:
        session = Session(library)
        arrive(session, [str(path)])
        app = ManiculaApp(session, Config())
        async with app.run_test(size=size) as pilot:
            reader = Reader(pilot, session, path)
            await reader.until(lambda: reader.screen.settled and session.document is not None)
            yield reader
