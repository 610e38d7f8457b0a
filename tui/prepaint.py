"""Pre-paint: the last frame of a document is on the screen before Textual, or anything else that is slow, is imported.

The terminal is made as the app needs it from the first moment on: alternate screen, no echo, keys as they come. What is
typed waits in the terminal until the app reads it. The app takes the screen over (`tui.takeover`); where it never comes
to that, `abandon` leaves the terminal as it was. Only what costs nothing may be imported here.
"""

from __future__ import annotations

import os

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
    """The terminal while it is ours: `attributes` are what it had before, `entered` is the alternate screen."""

    def __init__(self) -> None:
        self.attributes: list[object] | None = None
        self.entered = False
        self.taken = False

    @property
    def waiting(self) -> bool:
        """Whether the terminal is ours and nobody has taken it over."""
        return self.attributes is not None and not self.taken


shown = Prepaint()


def show(library: str, paths: Sequence[str]) -> bool:
    """Show what is known of what the command line opens; False where there is nothing to show.

    `library` is the file that was named, empty where none was. Where this is a terminal for the app at all, no key is
    echoed from now on.
    """
    size = _terminal_size()
    if size is None or not _take():
        return False
    try:
        frame = _found(library, paths, size)
    except (OSError, ValueError, LookupError):  # whatever is wrong, the app will say so
        return False
    if not frame or not frames.is_safe(frame):
        return False
    shown.entered = True
    _write(_ENTER + frame)
    return True


def _found(library: str, paths: Sequence[str], size: tuple[int, int]) -> bytes:
    """Return the frame that was kept, else the first screenful; nothing where neither can be told at once."""
    state, config = xdg.state(), xdg.config()
    from tui.cli import VERSION  # noqa: PLC0415  # it imports this

    look = frames.look(config, VERSION)
    settings = frames.read(os.path.join(state, frames.FOLDER, frames.SETTINGS))
    if settings[:1] != [look]:
        settings = []
    if os.path.lexists(config) and settings[1:2] != [b"on"]:
        return b""
    real = os.path.realpath(_library(library, os.fsdecode(settings[4]) if settings else ""))
    folder = frames.folder_of(state, real)
    known = frames.Known.read(folder, real)
    path = _opened(known, paths)
    if not path:
        return b""
    kept = frames.Kept.read(folder, path)
    true = kept is not None and frames.is_true(kept, known)
    if kept is not None and true and kept.stamp == frames.stamp(path):
        frame = kept.frames.get((look, frames.terminal(*size)))
        if frame:
            return frame
    if kept is not None and not true:
        kept.marked = b""
    return _first_page(path, kept, f"{os.path.splitext(real)[0]}.texts", size, settings)


def _first_page(path: str, kept: frames.Kept | None, texts: str, size: tuple[int, int], settings: list[bytes]) -> bytes:
    mind_signals()
    from tui.firstpage import Settings, first_page  # noqa: PLC0415  # costs more than a frame

    if not settings:
        return first_page(path, kept, texts, size, Settings())
    indented, ascii_only = (each == b"on" for each in settings[2:4])
    wanted = Settings(settings[5].decode(), int(settings[6]), indented, ascii_only)
    return first_page(path, kept, texts, size, wanted)


def _library(named: str, set_: str) -> str:
    return xdg.absolute(named) if named else xdg.overriding("MANICULA_LIBRARY") or set_ or xdg.library()


def _opened(known: frames.Known, paths: Sequence[str]) -> str:
    """Return the file that will be opened, as far as that is known."""
    if len(paths) == 1 and os.path.isfile(paths[0]):
        return os.path.abspath(paths[0])
    path = known.opens.get(frames.asked(paths), b"")
    return os.fsdecode(path) if path and known.state and known.state == frames.state_on_disk(known.real) else ""


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


def _take() -> bool:
    """Have keys come as they are pressed, without being echoed; False where the terminal cannot."""
    import termios  # noqa: PLC0415  # not on every system

    try:
        before, now = termios.tcgetattr(0), termios.tcgetattr(0)
        now[_LFLAG] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
        now[_IFLAG] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
        now[_CC][termios.VMIN] = 1
        termios.tcsetattr(0, termios.TCSANOW, now)
    except termios.error:
        return False
    shown.attributes = before
    return True


def _write(data: bytes) -> None:
    try:
        while data:
            data = data[os.write(_OUT, data) :]
    except OSError:  # the terminal is gone, and whoever comes next will see it
        return


def mind_signals() -> None:
    """Leave the terminal as it was when the system ends us before the app is there to do so."""
    if not shown.waiting:
        return
    import signal  # noqa: PLC0415  # costs what a frame may cost

    def leave(number: int, _: object) -> None:
        shown.taken = False
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
    if shown.entered:
        _write(_LEAVE)
    try:
        termios.tcsetattr(0, termios.TCSANOW, before)  # type: ignore[arg-type]
    except termios.error:
        return


def possible() -> bool:
    """Tell whether a frame of this terminal can be shown the next time."""
    return _terminal_size() is not None
