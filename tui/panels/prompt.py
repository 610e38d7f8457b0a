"""A field alone: find, filter, and questions; what is typed is told at once, so that results follow the typing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from textual.strip import Strip

from tui.panels.base import Panel, PanelStyles
from tui.reading import cells
from tui.widgets.lines import line


class Prompt(Panel):
    """Calls `typed` at every change, `accept` on enter, `cancelled` on esc; `typed` may return a remark to show."""

    height = 1

    def __init__(  # noqa: PLR0913  # each is one thing that can happen to the field
        self,
        label: str,
        value: str = "",
        *,
        typed: Callable[[str], str] | None = None,
        accept: Callable[[str], str | None] | None = None,
        cancelled: Callable[[], None] | None = None,
        hints: Sequence[tuple[str, str]] = (("enter", "keep"), ("esc", "close")),
    ) -> None:
        super().__init__(value)
        self.label = label
        self.hints = hints
        self._typed = typed
        self._accept = accept
        self._cancelled = cancelled
        self._last = value

    def changed(self) -> None:
        """Tell what is typed now."""
        if self.edit.value != self._last and self._typed is not None:
            self.problem = self._typed(self.edit.value)
        self._last = self.edit.value

    def enter(self) -> None:
        """Accept; a remark keeps the field open."""
        self.problem = (self._accept(self.edit.value) if self._accept is not None else None) or ""
        self.closed = not self.problem

    def cancel(self) -> None:
        """Close, and say so."""
        self.closed = True
        if self._cancelled is not None:
            self._cancelled()


class _Line(Panel):
    """One line without a field: `words`, and beside them what was `said`."""

    height = 1
    said = ""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words

    def paste(self, string: str) -> None:
        """Pasted text answers nothing."""

    def rows(self, width: int, height: int, look: PanelStyles) -> list[Strip]:
        """Return what is asked, and how it is answered."""
        del height
        return [line([(" ", look.base), (self.words, look.accent), (self.said, look.dim)], width, look.base)]

    def cursor(self) -> tuple[int, int]:
        """Return the cell after what is asked."""
        return 1 + cells.width(self.words), 0


class Question(_Line):
    """One line that says what would be done; enter does it, any other key leaves it."""

    hints: Sequence[tuple[str, str]] = (("enter", "yes"), ("esc", "no"))

    def __init__(self, words: str, accept: Callable[[], None]) -> None:
        super().__init__(words)
        self._accept = accept

    def key(self, name: str, character: str | None) -> None:
        """Do it on enter; close in any case."""
        del character
        self.closed = True
        if name == "enter":
            self._accept()


class Aside(_Line):
    """One line that asks without standing in the way: `answers` are its own keys, any other goes on to the text.

    An answer is a word for the hints and what it does. `passed` hears of a key that was none; while `unseen` the
    reader cannot have meant the question, whatever the key.
    """

    def __init__(
        self,
        words: str,
        answers: Mapping[str, tuple[str, Callable[[], None]]],
        passed: Callable[[], None],
        unseen: Callable[[], bool],
    ) -> None:
        super().__init__(words)
        self.hints = (*((key, word) for key, (word, _) in answers.items()), ("", "any key reads on"))
        self.said = "  " + " · ".join(f"{key} {word}" if key else word for key, word in self.hints)
        self._answers = answers
        self._passed = passed
        self._unseen = unseen

    def key(self, name: str, character: str | None) -> None:
        """Answer, or let the key go on."""
        del character
        self.closed = True
        self.passes = name not in {*self._answers, "esc"} or self._unseen()
        if self.passes:
            self._passed()
        elif name in self._answers:
            self._answers[name][1]()
