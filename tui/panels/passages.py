"""Tagging or highlighting many passages: the panels say how many, and ctrl+t takes their sentences or paragraphs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from storage.marking import EXTENTS
from storage.model import Tag
from tui.panels.prompt import Question
from tui.panels.tags import TagPanel

WIDEN = "ctrl+t"
_NAMES = {"match": "exactly these", "sentence": "their sentences", "paragraph": "their paragraphs"}
HINT = ("^T", "sentences, paragraphs")


def _next(extent: str) -> str:
    return EXTENTS[(EXTENTS.index(extent) + 1) % len(EXTENTS)]


class PassagesTagPanel(TagPanel):
    """The tag picker for many passages. `counted(extent)` says how many; `apply(tags, extent)` tags them."""

    def __init__(
        self,
        tags: Sequence[Tag],
        counts: Mapping[str, int],
        counted: Callable[[str], str],
        apply: Callable[[Sequence[str], str], None],
    ) -> None:
        super().__init__(tags, counts, (), lambda add, _: apply(add, self.extent) if add else None)
        self.extent = EXTENTS[0]
        self._counted = counted
        self.hints = (("enter", "tag all"), HINT, ("tab", "mark"), ("esc", "leave them"))
        self._name()

    def _name(self) -> None:
        self.label = f"tag {self._counted(self.extent)}:"

    def key(self, name: str, character: str | None) -> None:
        """Take one key."""
        if name == WIDEN:
            self.extent = _next(self.extent)
            self._name()
        else:
            super().key(name, character)


class PassagesQuestion(Question):
    """Asks whether many passages are to be highlighted; `accept(extent)` does it."""

    hints: Sequence[tuple[str, str]] = (("enter", "highlight all"), HINT, ("esc", "leave them"))

    def __init__(self, counted: Callable[[str], str], accept: Callable[[str], None]) -> None:
        super().__init__(f"Highlight {counted(EXTENTS[0])}?", lambda: accept(self.extent))
        self.extent = EXTENTS[0]
        self._counted = counted

    def key(self, name: str, character: str | None) -> None:
        """Take one key."""
        if name == WIDEN:
            self.extent = _next(self.extent)
            self.words = f"Highlight {self._counted(self.extent)}?"
        else:
            super().key(name, character)


def extent_named(extent: str) -> str:
    """Return an extent in words."""
    return _NAMES[extent]
