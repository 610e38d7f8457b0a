"""Names proposed from the texts of all documents, to be accepted one by one, and dates of the open document."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress

from textual.strip import Strip

from storage.analysis.accepting import still_open
from storage.analysis.names import Name, Names, Spot
from storage.errors import DocumentError
from storage.folding import fold
from storage.model import Annotation, Range
from tui.boards.base import Board, BoardStyles
from tui.session import Session
from tui.widgets.lines import Piece, line

_FIRST = 0.05
"""Seconds of looking before the list is drawn."""


class NamesBoard(Board):
    """Names that are not tagged everywhere yet; those accepted are marked."""

    scope = "names"
    rows_each = 3
    orders = ("places", "name")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.found: list[Name] = []
        self._all: list[Name] = []
        self._apart: set[str] = set()
        self._proposed: list[Name] = []
        self._work: Iterator[str] = iter(())
        self._versions: object = None
        self._doing = ""
        self.reload()

    def __len__(self) -> int:
        return len(self.found)

    def uuid(self, index: int) -> str:
        """Return a row's name: no two rows have one."""
        return self.found[index].name

    def name(self) -> Name | None:
        """Return the chosen name."""
        return self.found[min(self.chosen, len(self.found) - 1)] if self.found else None

    def accepted(self) -> list[Name]:
        """Return the names that are marked, else the chosen one."""
        marked = [one for one in self._all if one.name in self.marked]
        chosen = self.name()
        return marked or ([chosen] if chosen is not None else [])

    def part(self, name: Name, variant: str) -> None:
        """Have a way of writing stand by itself: it is somebody else's."""
        self._apart.add(variant)
        self._arrange()
        self.keep_chosen(name.name)

    def annotation(self) -> Annotation | None:
        """Return the chosen name's first place as something that can be shown."""
        name = self.name()
        if name is None:
            return None
        document, start, end = name.spots[0]
        versions = self.session.library.document(document).texts
        return Annotation(name.name, document, ranges=(Range(start, end),), text=versions[-1] if versions else "")

    def reload(self) -> None:
        """Look through the texts where one is another now; else look which names are tagged since."""
        documents = self.session.library.documents()
        versions = [document.texts[-1:] for document in documents]
        if versions != self._versions:
            self._versions, self._work, self.more = versions, self._look(), True
            self.step(_FIRST)
        elif not self.more:
            self._arrange()

    def _look(self) -> Iterator[str]:
        """Look through the texts, and find the names in them; yields what is being done."""
        library, names = self.session.library, Names()
        documents = library.documents()
        for number, document in enumerate(documents, 1):
            with suppress(DocumentError, IndexError):
                names.take(document.uuid, library.snapshots.load(document.texts[-1]))
            yield f"looking through {number} of {len(documents)} documents"
        steps = names.proposing()
        while True:
            try:
                done = next(steps)
            except StopIteration as last:
                self._proposed = last.value
                return
            yield f"comparing them: {round(100 * done)} %"

    def step(self, seconds: float) -> None:
        """Look through further texts for about so long."""
        end = time.monotonic() + seconds
        for doing in self._work:
            self._doing = doing
            if time.monotonic() > end:
                return
        self.more = False
        self._arrange()

    def _arrange(self) -> None:
        chosen = self.uuid(self.chosen) if self.chosen < len(self.found) else ""
        proposed = [each for one in self._proposed for each in _parted(one, self._apart)]
        self._all = still_open(self.session.library, proposed)
        self.marked &= {one.name for one in self._all}
        words = fold(self.query)[0].split()
        self.found = [one for one in self._all if all(word in fold(" ".join(one.variants))[0] for word in words)]
        if self.order:
            self.found.sort(key=lambda one: fold(one.name)[0])
        self.keep_chosen(chosen)

    def next_order(self) -> str:
        """Take the next order and return its name."""
        self.order = (self.order + 1) % len(self.orders)
        self._arrange()
        return self.orders[self.order]

    def header(self) -> str:
        """Return how many names there are to be decided on."""
        if self.more:
            return f"Names  {self._doing}"
        marked = f" · {len(self.marked)} accepted" if self.marked else ""
        narrowed = f" that match {self.query}" if self.query else ""
        return f"Names  {len(self.found)} proposed{narrowed}{marked}"

    def empty(self) -> str:
        """Return that nothing is left to be decided."""
        return super().empty() if self.query else "No names but those that are tagged already. esc goes to the text."

    def draw(self, index: int, width: int, look: BoardStyles, *, chosen: bool) -> list[Strip]:
        """Return a name's rows: how it is called, how it is written and how often, air."""
        one = self.found[index]
        documents = len({spot.document for spot in one.spots})
        head: list[Piece] = [
            (look.chosen if chosen else " ", look.accent),
            (f"{look.dot if one.name in self.marked else ' '} ", look.accent),
            (one.name, look.strong if chosen else look.base),
            (f"  {len(one.spots)} in {documents} document{'s' if documents != 1 else ''}", look.dim),
        ]
        ways = " · ".join(f"{variant} {len(spots)}" for variant, spots in one.variants.items())
        foot: list[Piece] = [("   ", look.base), (ways if len(one.variants) > 1 else "", look.dim)]
        return [line(head, width, look.base), line(foot, width, look.base), Strip.blank(width, look.base)]


def _parted(name: Name, apart: set[str]) -> Iterator[Name]:
    """Yield a name without the ways of writing that stand by themselves, and these."""
    kept: dict[str, tuple[Spot, ...]] = {each: spots for each, spots in name.variants.items() if each not in apart}
    if kept:
        yield Name(name.name if name.name in kept else next(iter(kept)), kept)
    for each, spots in name.variants.items():
        if each in apart:
            yield Name(each, {each: spots})
