"""Taking over the screen on which a frame was shown already: nothing is cleared, and in the end all is as it was."""

from __future__ import annotations

from typing import Any

from textual.drivers.linux_driver import LinuxDriver

from tui import prepaint

_ALTERNATE_SCREEN = "\x1b[?1049h"


class Takeover(LinuxDriver):
    """Textual's driver on a terminal that was prepared before: entering the alternate screen again would clear it."""

    _first = True

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401  # Textual's own
        super().__init__(*given, **named)
        self._entered = prepaint.shown.entered

    def write(self, data: str) -> None:
        """Write, but do not enter what was entered."""
        if self._entered and data == _ALTERNATE_SCREEN:
            self._entered = False
            return
        super().write(data)

    def start_application_mode(self) -> None:
        """Begin, and remember the terminal as it was before the frame."""
        first, self._first = self._first, False
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's own
        if first and self.attrs_before is not None:
            self.attrs_before = prepaint.shown.attributes
            prepaint.shown.taken = True
