"""The repeated passages: sentences that stand in several documents, each with its places beneath it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from textual.strip import Strip

from storage.errors import DocumentError
from storage.folding import folded_string
from storage.marking import Passage
from storage.model import Range
from storage.repeated import MOST, Group, table
from tui.boards.base import BoardStyles
from tui.boards.passages import PassagesBoard
from tui.repeating import Repeating, texts_of
from tui.session import Session
from tui.widgets.lines import Piece, line

_KEPT = 500
"""Places whose words are kept."""


class _Row(NamedTuple):
    """A sentence, or with `place` one of its places."""

    group: Group
    place: Passage | None = None


class RepeatsBoard(PassagesBoard):
    """The sentences found, those in most documents first; they are looked for once, until texts change."""

    rows_each = 2
    orders = ("most documents", "longest")

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._work: Repeating = session.repeats()
        self._rows: list[_Row] = []
        self._groups = 0
        self._words: OrderedDict[Passage, str] = OrderedDict()
        self.more = True
        self.reload()

    def __len__(self) -> int:
        return len(self._rows)

    def uuid(self, index: int) -> str:
        """Return what a row is about: a sentence, or one of its places."""
        group, place = self._rows[index]
        one = place or group.places[0]
        return f"{'place' if place else 'all'}:{one.document}:{one.start}"

    def passages(self, index: int) -> list[Passage]:
        """Return a place, or all places of a sentence."""
        group, place = self._rows[index]
        return [place] if place else list(group.places)

    def table(self, rows: Sequence[int]) -> Iterable[Sequence[object]]:
        """Return the sentences of rows as a table, each with all its places."""
        groups = {self._rows[index].group: None for index in rows}
        return table(groups, self.titles())

    def places(self) -> list[Range]:
        """Return the places of the chosen row's sentence in the document that is shown, in order."""
        document = self.passages(self.chosen)[0].document
        found = self._rows[self.chosen].group.places
        return sorted(Range(one.start, one.end) for one in found if one.document == document)

    @property
    def outdated(self) -> bool:
        """Whether the texts are others than those that were looked through."""
        return self._work.texts != texts_of(self.session.library)

    def again(self) -> None:
        """Look anew."""
        self._work = self.session.repeats(anew=True)
        self.more = True
        self.marked.clear()
        self.reload()

    def reload(self) -> None:
        """Arrange what was found; documents that have left are left out."""
        there = {each.uuid for each in self.session.library.documents()}
        words = folded_string(self.query).split()
        groups = (_still(group, there) for group in self._work.groups)
        shown = [group for group in groups if group and all(word in folded_string(group.words) for word in words)]
        if self.order:
            shown.sort(key=lambda group: -len(group.words))
        self._groups = len(shown)
        self._rows = [row for group in shown for row in (_Row(group), *(_Row(group, place) for place in group.places))]

    def step(self, seconds: float) -> None:
        """Wait a little for what is being looked for."""
        self._work.happened.wait(seconds)
        if not self._work.busy:
            self.more = False
            self.reload()

    def header(self) -> str:
        """Return how much is repeated, or how far the looking is."""
        work = self._work
        if work.problem:
            return work.problem
        if work.busy:
            step = work.step
            far = f" · {step.what}: {step.done:,}" + (f" of {step.total:,}" if step.total else "") if step else ""
            return f"Repeated passages{far}"
        most = f"the first {MOST:,}" if len(work.groups) >= MOST else f"{self._groups:,}"
        parts = [f"Repeated passages  {most} sentence{'s' if self._groups != 1 else ''} in several documents"]
        parts += [f"with {self.query}"] if self.query else []
        parts += [f"{work.unread} texts cannot be read"] if work.unread else []
        parts += ["the texts have changed: gA looks again"] if self.outdated else []
        return " · ".join(parts) + self.said_marked()

    def empty(self) -> str:
        """Return that nothing is repeated."""
        if self._work.problem:
            return ""
        if self.query:
            return super().empty()
        return "No sentence of five words or more stands in several documents. esc goes back to the text."

    def draw(self, index: int, width: int, look: BoardStyles, *, chosen: bool) -> list[Strip]:
        """Return a sentence's rows, or those of one of its places: the document, and its words there if others."""
        group, place = self._rows[index]
        mark = look.dot if self.uuid(index) in self.marked else " "
        base = look.strong if chosen else look.base
        head: list[Piece] = [(look.chosen if chosen else " ", look.accent), (f"{mark} ", look.accent)]
        if place is None:
            alike = "the same words" if group.exact else "nearly the same"
            about = f"in {group.documents} documents, {len(group.places)} places · {alike}"
            return [
                line([*head, (group.words, look.accent)], width, look.base),
                line([("   ", look.base), (about, look.dim)], width, look.base),
            ]
        document = self.session.library.document(place.document)
        where = f"{document.title} · {100 * place.start // max(1, document.length)} %"
        words = "" if group.exact else self._words_at(place)
        return [
            line([*head, ("  ", look.base), (where, base)], width, look.base),
            line([("     ", look.base), (words, look.dim)], width, look.base),
        ]

    def _words_at(self, place: Passage) -> str:
        if place not in self._words:
            try:
                found = self.session.library.snapshots.read_range(place.version, place.start, place.end)
            except DocumentError as problem:
                found = str(problem)
            self._words[place] = " ".join(found.split())
            while len(self._words) > _KEPT:
                self._words.popitem(last=False)
        return self._words[place]


def _still(group: Group, there: set[str]) -> Group | None:
    """Return what is left of a group where some documents have left; None where it is in one at most."""
    if all(place.document in there for place in group.places):
        return group
    left = group._replace(places=tuple(place for place in group.places if place.document in there))
    return left if left.documents > 1 else None
