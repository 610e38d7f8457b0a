"""Taking over the screen on which a frame was shown already: nothing is cleared, and in the end all is as it was."""

from __future__ import annotations

from textual.drivers.linux_driver import LinuxDriver

from tui import prepaint

_ALTERNATE_SCREEN = "\x1b[?1049h"


class Takeover(LinuxDriver):
    """Textual's driver on an alternate screen that was entered before: entering it again would clear it."""

    _entered = True

    def write(self, data: str) -> None:
        """Write, but do not enter what was entered."""
        if self._entered and data == _ALTERNATE_SCREEN:
            self._entered = False
            return
        super().write(data)

    def start_application_mode(self) -> None:
        """Begin, and remember the terminal as it was before the frame."""
        first = self._entered
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's own
        if first and self.attrs_before is not None:
            self.attrs_before = prepaint.shown.attributes
            prepaint.shown.taken = True
