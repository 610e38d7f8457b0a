"""Pre-paint: the last frame of a document is on the screen before Textual, or anything else that is slow, is imported.

The terminal is made as the app needs it from the first moment on: alternate screen, no echo, keys as they come. What is
typed waits in the terminal until the app reads it. The app takes the screen over (`tui.takeover`); where it never comes
to that, `abandon` leaves the terminal as it was. Only what costs nothing may be imported here.
"""

from __future__ import annotations

import os
import sys

from storage import frames, xdg

TYPE_CHECKING = False  # imports nothing
if TYPE_CHECKING:
    from collections.abc import Sequence

_ENTER = b"\x1b[?1049h\x1b[?7l\x1b[?25l"
_LEAVE = b"\x1b[?7h\x1b[?1049l\x1b[?25h"
_OUT = 2
"""Textual draws on standard error."""
_LFLAG, _IFLAG, _CC = 3, 0, 6


class Prepaint:
    """The terminal while it is ours: `attributes` are what it had before."""

    def __init__(self) -> None:
        self.attributes: list[object] | None = None
        self.taken = False

    @property
    def waiting(self) -> bool:
        """Whether something is shown that nobody has taken over."""
        return self.attributes is not None and not self.taken


shown = Prepaint()


def show(library: str, paths: Sequence[str]) -> bool:
    """Show what was last seen of what the command line opens; False, and nothing done, where there is nothing to show.

    `library` is the file that was named, empty where none was.
    """
    size = _terminal_size()
    if size is None:
        return False
    state, config = xdg.state(), xdg.config()
    from tui.cli import VERSION  # noqa: PLC0415  # it imports this

    look = frames.look(config, VERSION)
    settings = frames.read(os.path.join(state, frames.FOLDER, frames.SETTINGS))
    if os.path.lexists(config) and settings[:2] != [look, b"on"]:
        return False
    real = os.path.realpath(_library(library, os.fsdecode(settings[2]) if settings[2:] else ""))
    folder = frames.folder_of(state, real)
    known = frames.Known.read(folder, real)
    path = _opened(known, paths)
    frame = frames.found(known, folder, path, look, frames.terminal(*size)) if path else None
    return frame is not None and _put(frame)


def _library(named: str, set_: str) -> str:
    return xdg.absolute(named) if named else xdg.overriding("MANICULA_LIBRARY") or set_ or xdg.library()


def _opened(known: frames.Known, paths: Sequence[str]) -> str:
    """Return the file that will be opened, as far as that is known."""
    if len(paths) == 1 and os.path.isfile(paths[0]):
        return os.path.abspath(paths[0])
    return os.fsdecode(known.opens.get(frames.asked(paths), b""))


def _terminal_size() -> tuple[int, int] | None:
    """Return columns and rows as Textual will see them; None where this is no terminal for it."""
    if os.name == "nt" or os.environ.get("TERM", "dumb") == "dumb" or not all(map(os.isatty, range(3))):
        return None
    given = [os.environ.get(name, "") for name in ("COLUMNS", "LINES")]
    try:
        seen = os.get_terminal_size(1)
    except OSError:
        return None
    columns, rows = (int(one) if one.isdecimal() and int(one) else size for one, size in zip(given, seen, strict=True))
    return (columns, rows) if columns and rows else None


def _put(frame: bytes) -> bool:
    import termios  # noqa: PLC0415  # not on every system

    try:
        before = termios.tcgetattr(0)
        now = termios.tcgetattr(0)
        now[_LFLAG] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
        now[_IFLAG] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
        now[_CC][termios.VMIN] = 1
        termios.tcsetattr(0, termios.TCSANOW, now)
    except termios.error:
        return False
    shown.attributes = before
    _write(_ENTER + frame)
    _mind_signals()
    return True


def _write(data: bytes) -> None:
    try:
        while data:
            data = data[os.write(_OUT, data) :]
    except OSError:  # the terminal is gone, and whoever comes next will see it
        return


def _mind_signals() -> None:
    """Leave the terminal as it was when the system ends us before the app is there to do so."""
    import signal  # noqa: PLC0415  # costs what a frame may cost

    def leave(number: int, _: object) -> None:
        abandon()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    for each in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(each) is signal.SIG_DFL:
            signal.signal(each, leave)


def abandon() -> None:
    """Leave the terminal as it was, where something is shown that nobody has taken over."""
    if not shown.waiting:
        return
    import termios  # noqa: PLC0415  # not on every system

    before, shown.attributes = shown.attributes, None
    _write(_LEAVE)
    try:
        termios.tcsetattr(0, termios.TCSANOW, before)  # type: ignore[arg-type]
    except termios.error:
        return


def possible() -> bool:
    """Tell whether a frame of this terminal can be shown the next time."""
    return sys.platform != "win32" and _terminal_size() is not None
