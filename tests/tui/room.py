"""A library with the two seeds, the article open in the real app, and passages marked beforehand."""

from __future__ import annotations

from contextlib import asynccontextmanager

from storage.config import Config
from storage.library import Library
from tests.tui.driving import opened, press
from tests.tui.tasks import LEAD
from tui.screens.reader import ReaderScreen

MARKS = ((LEAD, ["claim"]), ("freedom of citizens", ["source/official"]), ("coup", ["source"]))


class Room:
    """Where that library and copies of the seeds lie."""

    def __init__(self, folder, seeds):
        self.path = folder / "library.json"
        self.article = seeds / "000_79abe80ec42c10f0.txt"
        self.welcome = seeds / "welcome.md"

    @asynccontextmanager
    async def open(self, keys=(), marks=(), size=(120, 30), config=None):
        with Library.open(self.path) as library:
            for path in (self.article, self.welcome):
                library.add(path)
            article = library.lookup(self.article)
            assert article is not None
            text = library.text(article)
            for quote, tags in marks:
                start = text.string.index(quote)
                library.annotate(article.uuid, [(start, start + len(quote))], tags=tags, text=text)
            async with opened(library, self.article, config or Config(), size=size) as (pilot, screen):
                await press(pilot, keys)
                yield pilot, screen

    @staticmethod
    def tags(screen: ReaderScreen) -> list[tuple[str, list[str]]]:
        library = screen.session.library
        return [(one.exact, library.tag_paths(one)) for one in library.annotations()]
