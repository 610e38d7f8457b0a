"""Choosing one of several rows: places for an annotation, annotations without place, versions of a document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from textual.strip import Strip

from tui.panels.base import Panel, PanelStyles
from tui.reading import cells
from tui.widgets.lines import Piece, clip, line

Option = TypeVar("Option")
Row = tuple[str, str, str]
"""A row: what stands in front of it, its words, and what stands behind them."""


class OfferPanel(Panel, Generic[Option]):
    """Lists what `search` gives for what is typed. `show(option)` is called as one is chosen, `take(option)` on enter.

    `leave` is called when the panel is closed without a choice.
    """

    def __init__(  # noqa: PLR0913  # what such a panel is made of
        self,
        label: str,
        search: Callable[[str], Sequence[Option]],
        row: Callable[[Option], Row],
        take: Callable[[Option], object],
        *,
        show: Callable[[Option], object] = lambda _: None,
        leave: Callable[[], object] = lambda: None,
        hints: Sequence[tuple[str, str]],
        nothing: str,
    ) -> None:
        super().__init__()
        self.label = label
        self.hints = hints
        self._search, self._row, self._take, self._show, self._leave = search, row, take, show, leave
        self._nothing = nothing
        self.changed()

    def key(self, name: str, character: str | None) -> None:
        """Take one key, and show what is chosen now."""
        before = self.chosen
        super().key(name, character)
        self.chosen = max(0, min(self.chosen, len(self.options) - 1))
        if self.chosen != before and not self.closed:
            self._show(self.options[self.chosen])

    def changed(self) -> None:
        """Search anew, and show the first."""
        self.options = list(self._search(self.edit.value))
        self.problem = "" if self.options else self._nothing
        self.chosen = 0
        if self.options:
            self._show(self.options[0])

    def enter(self) -> None:
        """Take the chosen one."""
        if self.options:
            self.closed = True
            self._take(self.options[self.chosen])

    def cancel(self) -> None:
        """Close without a choice."""
        super().cancel()
        self._leave()

    def __len__(self) -> int:
        """Return how many options there are."""
        return len(self.options)

    def row(self, index: int, width: int, look: PanelStyles, *, chosen: bool) -> Strip:
        """Return an option's row."""
        base = look.chosen if chosen else look.base
        front, words, behind = self._row(self.options[index])
        room = max(0, width - cells.width(front) - cells.width(behind) - 6)
        pieces: list[Piece] = [(f" {front} ", base), (clip(words, room), base), (f"  {behind}" if behind else "", base)]
        return line(pieces, width, base)
