"""The find field: what is looked for, and how: by regular expression, whole words, exactly as typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tui.panels.prompt import Prompt


class How(NamedTuple):
    """How to look: `exact` folds nothing; else case counts only where a capital is typed."""

    regex: bool = False
    whole_word: bool = False
    exact: bool = False

    def __str__(self) -> str:
        """Return it in words, empty for the usual way."""
        names = [("regex", self.regex), ("whole words", self.whole_word), ("exact", self.exact)]
        return ", ".join(name for name, on in names if on)


KEYS = {"ctrl+r": "regex", "ctrl+t": "whole_word", "ctrl+x": "exact"}


class FindPanel(Prompt):
    """A prompt whose `how` ctrl+r, ctrl+t and ctrl+x switch; `searched(pattern, how)` is told at every change."""

    def __init__(
        self,
        how: How,
        searched: Callable[[str, How], str],
        accept: Callable[[str], str | None],
        cancelled: Callable[[], None],
    ) -> None:
        self.how = how
        hints = (("enter", "keep"), ("^R", "regex"), ("^T", "words"), ("^X", "exact"), ("esc", "back"))
        super().__init__(
            self._named(),
            typed=lambda value: searched(value, self.how),
            accept=accept,
            cancelled=cancelled,
            hints=hints,
        )
        self._searched = searched

    def _named(self) -> str:
        return f"find ({self.how}):" if any(self.how) else "find:"

    def key(self, name: str, character: str | None) -> None:
        """Switch one of the ways, or edit."""
        if name in KEYS:
            self.how = self.how._replace(**{KEYS[name]: not getattr(self.how, KEYS[name])})
            self.label = self._named()
            self.problem = self._searched(self.edit.value, self.how)
        else:
            super().key(name, character)
