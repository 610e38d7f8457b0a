"""Choosing one of several things by a part of its name, or typing a new one where that is allowed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from textual.strip import Strip

from tui.panels.base import Panel, PanelStyles
from tui.panels.picker import folded, narrow
from tui.reading import cells
from tui.widgets.lines import Piece, clip, line

_NAME = 40


class Choice(NamedTuple):
    """One of them: what is given back, its name, and what is said of it."""

    value: str
    name: str
    about: str = ""


class ChoicePanel(Panel):
    """`accept(value)` may return a remark, which keeps the panel open; `new` accepts what was typed as it stands.

    `delete(value)`, where given, is called when the delete key is pressed on a choice.
    """

    def __init__(
        self,
        label: str,
        choices: Sequence[Choice],
        accept: Callable[[str], str | None],
        *,
        new: bool = False,
        delete: Callable[[str], str | None] | None = None,
    ) -> None:
        super().__init__()
        self.label = label
        self.choices = list(choices)
        self.accept = accept
        self.new = new
        self.delete = delete
        self._names = {one.value: folded(one.name) for one in choices}
        self._shown = list(choices)
        self.hints = (("enter", "choose"), *((("delete", "delete"),) if delete else ()), ("esc", "close"))

    def key(self, name: str, character: str | None) -> None:
        """Take one key; the delete key is the panel's own where nothing is typed."""
        if name == "delete" and self.delete is not None and self._offered():
            value = self._offered()[self._at()].value
            self.problem = self.delete(value) or ""
            self.choices = [one for one in self.choices if one.value != value]
            self.changed()
            self.closed = not self.choices
        else:
            super().key(name, character)

    def changed(self) -> None:
        """Narrow the list."""
        self._shown = narrow(self.edit.value, self.choices, lambda one: self._names[one.value])

    def _offered(self) -> list[Choice]:
        typed = " ".join(self.edit.value.split())
        if self.new and typed and all(one.name != typed for one in self.choices):
            return [*self._shown, Choice(typed, typed, "new")]
        return self._shown

    def _at(self) -> int:
        return max(0, min(self.chosen, len(self._offered()) - 1))

    def enter(self) -> None:
        """Accept the chosen one."""
        offered = self._offered()
        if not offered:
            self.problem = "There is none of that name."
            return
        self.closed = True
        self.problem = self.accept(offered[self._at()].value) or ""
        self.closed = not self.problem

    def __len__(self) -> int:
        """Return how many choices are offered."""
        return len(self._offered())

    def row(self, index: int, width: int, look: PanelStyles, *, chosen: bool) -> Strip:
        """Return a choice's row: its name and what is said of it."""
        one = self._offered()[index]
        base = look.chosen if chosen else look.base
        name = clip(one.name, min(_NAME, width - 4))
        gap = " " * max(2, _NAME - cells.width(name))
        pieces: list[Piece] = [("   ", base), (name + gap, base), (one.about, base if chosen else look.dim)]
        return line(pieces, width, base)
