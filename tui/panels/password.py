"""Asking for the password of a locked document; what is typed is not shown, and kept nowhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from storage import readers
from storage.errors import LockedError, ManiculaError
from storage.visible import one_line
from tui.panels.base import Panel


class PasswordPanel(Panel):
    """Calls `again` once a password is typed; stays open, and says why, where that is not the right one."""

    height = 1
    hints = (("enter", "open"), ("esc", "leave it locked"))

    def __init__(self, locked: LockedError, again: Callable[[], None]) -> None:
        super().__init__()
        self.label = f"password of {one_line(Path(locked.name).name)}:"
        self._name = locked.name
        self._again = again

    @property
    def shown(self) -> str:
        """A dot for each character."""
        return "•" * len(self.edit.value)

    def enter(self) -> None:
        """Try the password."""
        readers.unlock(self._name, self.edit.value)
        try:
            self._again()
        except ManiculaError as problem:
            readers.unlock(self._name, "")
            self.problem = str(problem)
            self.edit.key("ctrl+u")
        else:
            self.closed = True
