"""The field of the library search: what is typed is asked, up and down choose among what was found."""

from __future__ import annotations

from collections.abc import Callable

from tui.panels.prompt import Prompt

_STEPS = {"down": 1, "ctrl+n": 1, "up": -1, "ctrl+p": -1}


class SearchPanel(Prompt):
    """Calls `asked` at every change, `move` for up and down, `accept` on enter, `cancelled` on esc; tab closes it."""

    def __init__(
        self,
        value: str,
        *,
        asked: Callable[[str], str],
        move: Callable[[int], None],
        accept: Callable[[], None],
        cancelled: Callable[[], None],
    ) -> None:
        hints = (("enter", "go there"), ("tab", "to the list"), ("esc", "back to the text"))
        super().__init__("search:", value, typed=asked, accept=lambda _: accept(), cancelled=cancelled, hints=hints)
        self._move = move

    def key(self, name: str, character: str | None) -> None:
        """Take one key."""
        if name in _STEPS:
            self._move(_STEPS[name])
        elif name == "tab":
            self.closed = True
        else:
            super().key(name, character)
