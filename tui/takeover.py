"""Taking over the screen on which a frame was shown already: nothing is cleared, nothing that was typed is lost."""

from __future__ import annotations

import os
import re
import select
from collections.abc import Iterator
from typing import Any

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from tui import prepaint

_ALTERNATE_SCREEN = "\x1b[?1049h"
_PIECE = re.compile(r"\x1b[\[O][^\x1b]*|\x1b|[^\x1b]+")
"""A sequence that a key sends, with what follows it; the escape key; or other keys."""
_MOST = 1 << 16


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
        """Begin with what was typed, and remember the terminal as it was before the frame."""
        first, self._first = self._first, False
        if first:
            for event in typed_ahead(_pending(self.fileno)):
                self.process_message(event)
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's own
        if first and self.attrs_before is not None:
            self.attrs_before = prepaint.shown.attributes
            prepaint.shown.taken = True


def _pending(descriptor: int) -> str:
    """Return what was typed and not read yet."""
    data = b""
    while len(data) < _MOST and select.select([descriptor], [], [], 0)[0] and (more := os.read(descriptor, _MOST)):
        data += more
    return data.decode(errors="replace")


def typed_ahead(typed: str) -> Iterator[Message]:
    """Yield the keys that were `typed` before anybody read them.

    The answers of the terminal that the app asks for come right behind them, and Textual would take an escape key, a
    letter and an answer for a sequence that it does not know. A line end is the enter key, as the terminal has it
    before it is told otherwise.
    """
    for piece in _PIECE.findall(typed.replace("\n", "\r")):
        if piece == "\x1b":
            yield events.Key("escape", "\x1b")
        else:
            yield from XTermParser().feed(piece)
