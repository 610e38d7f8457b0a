"""Which panes are shown: below 100 columns one at a time, to 119 the text and one more, from 120 all three."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.screens.reader import ReaderScreen

ONE_PANE_BELOW = 100
THREE_PANES_FROM = 120
TEXT = 78
"""Cells that the middle column gets before the others grow: a measure of 72, the gutter and a cell of air."""
_DOCUMENTS = (21, 36)
_CARDS = (22, 44)
NAMES = ("text", "cards", "documents")
BOARD = "board"
"""The pane over the whole window: codebook, all annotations, memos."""


def shares(width: int, shown: Collection[str]) -> dict[str, int]:
    """Return the cells of the side panes: what the text leaves, the cards first, within their bounds."""
    spare = width - TEXT - (_DOCUMENTS[0] if "documents" in shown else 0)
    cards = max(_CARDS[0], min(_CARDS[1], spare if "documents" not in shown else _CARDS[0] + (spare - _CARDS[0]) // 2))
    left = width - TEXT - (cards if "cards" in shown else 0)
    return {"cards": cards, "documents": max(_DOCUMENTS[0], min(_DOCUMENTS[1], left))}


def opening(width: int) -> dict[str, int]:
    """Return the cells of the side panes that are shown when a screen of this width opens."""
    shown = ["cards"] if width >= ONE_PANE_BELOW else []
    shown += ["documents"] if width >= THREE_PANES_FROM else []
    found = shares(width, shown)
    return {name: found[name] for name in shown}


class Panes:
    """Shows and hides the panes of one screen. `wanted` is what the reader asked for, the width decides the rest."""

    def __init__(self, screen: ReaderScreen) -> None:
        self.screen = screen
        self.wanted = {"documents": True, "cards": True}
        self.current = "text"
        self.zen = False

    def shown(self, width: int) -> set[str]:
        """Return the panes to show at a screen width in cells; a passage peeked at stands where its list was."""
        peeking = self.screen.peeked is not None
        current = "text" if self.current == BOARD and peeking else self.current
        if current == BOARD:
            return {BOARD}
        if width < ONE_PANE_BELOW:
            return {"text"} if peeking else {current}
        if self.zen:
            return {"text", current}
        shown = {"text", current} | {name for name, wanted in self.wanted.items() if wanted}
        if width < THREE_PANES_FROM and len(shown) == len(NAMES):
            shown.discard("cards" if current == "documents" else "documents")
        return shown

    def fold(self) -> None:
        """Show what the width and the reader's wishes ask for; an open panel is shown whatever pane is."""
        width = self.screen.app.size.width
        shown = self.shown(width)
        for name in (*NAMES, BOARD):
            self.screen.pane(name).display = name in shown
        self._place_panel("text" in shown)
        if width < ONE_PANE_BELOW:
            for name in ("cards", "documents"):
                self.screen.pane(name).styles.width = "1fr"
        else:
            self._share(width, shown)
        self.screen.call_after_refresh(self.screen.sync)

    def _place_panel(self, beneath_text: bool) -> None:
        """Put the panel beneath the text, or beneath the one pane that stands in its place."""
        middle = self.screen.middle
        middle.display = beneath_text or bool(self.screen.panel_view.display)
        middle.styles.dock = "none" if beneath_text else "bottom"
        middle.styles.height = "1fr" if beneath_text else "auto"
        middle.styles.width = "1fr" if beneath_text else "100%"

    def _share(self, width: int, shown: set[str]) -> None:
        """Give the side panes what the text leaves."""
        for name, cells in shares(width, shown).items():
            self.screen.pane(name).styles.width = cells

    def go(self, name: str) -> None:
        """Give a pane the focus, showing it where it was hidden."""
        self.current = name
        self.screen.entered(name)
        self.fold()
        self.screen.set_focus(self.screen.pane(name))

    def toggle(self, name: str) -> None:
        """Show a pane and go there; when there already, hide it and go back to the text."""
        if self.current == name:
            self.wanted[name] = False
            self.go("text")
        else:
            self.wanted[name] = True
            self.go(name)

    def next_pane(self) -> str | None:
        """Go to the next pane of those shown; where there is only one, say how to see the others."""
        shown = [name for name in NAMES if name in self.shown(self.screen.app.size.width)]
        if self.current not in shown or (self.current != "text" and len(shown) == 1):
            self.go("text")
            return None
        if len(shown) == 1:
            return "D documents · S annotations"
        self.go(shown[(shown.index(self.current) + 1) % len(shown)])
        return None
