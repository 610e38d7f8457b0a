"""Keeping what the screen shows when the reader leaves, and what a command line will open next, for the next start."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from storage import config, frames, paths, readers
from storage.errors import ManiculaError
from storage.framing import Frame, Frames, note_settings
from storage.library import Library
from tui import arrival
from tui.cli import VERSION
from tui.session import Session

if TYPE_CHECKING:
    from tui.app import ManiculaApp

AROUND = 20_000
"""Characters before and after the top of the screen of which it is noted what is marked: more than any screen has."""


def as_opened(session: Session, *, only_mine: bool) -> bool:
    """Have a session be as it is when its document is opened; False where the next start would show another text."""
    if session.document is None or session.path is None or not session.stamp or session.library.readonly:
        return False
    if session.stale or session.version:
        return False
    session.people.only_mine = only_mine
    session.news, session.start_at = "", None
    session.forget_repeats()
    session.reload()
    return True


def keep(app: ManiculaApp, library: Library, session: Session, asked: Sequence[str]) -> None:
    """Keep the frame that the app has drawn last, once its library is closed. What cannot be written is not kept."""
    with suppress(OSError, ManiculaError):
        settings, look = config.load(), frames.look(os.fspath(paths.config_file()), VERSION)
        kept = Frames(library)
        note_settings(settings, library.state, look)
        if not settings.prepaint:
            kept.discard()
            return
        left = _absolute(session.path) if session.path else None
        opens = dict(_opens(session, frames.asked(asked), kept.opens(), left))
        kept.keep(_frame(app, session, left, look), opens, os.fspath(left or ""))


def _frame(app: ManiculaApp, session: Session, left: Path | None, look: bytes) -> Frame | None:
    position = session.position()
    if not app.drawn or session.document is None or not session.stamp or position is None or left is None:
        return None
    return Frame(
        os.fspath(left),
        session.document.uuid,
        session.stamp,
        b"%d %d" % (position.top, position.caret),
        session.text.hash.encode(),
        _marked(session, position.top),
        look,
        frames.terminal(*app.size),
        app.drawn,
    )


def _marked(session: Session, top: int) -> bytes:
    """Return what is marked around the place where the reader is, as `storage.frames.Kept` has it."""
    found = session.highlights.between(max(0, top - AROUND), top + AROUND)
    lines = [f"{one.start} {one.end} {one.color} {one.by or '-'} {int(bool(one.annotation.note))}" for one in found]
    return "\n".join(lines).encode()


def _opens(
    session: Session, asked: bytes, known: Mapping[bytes, bytes], left: Path | None
) -> Iterator[tuple[bytes, bytes]]:
    """Yield the file that each command line would open now: the one that was `asked`, and those that are `known`."""
    last = arrival.last_read(session.library)
    last = _absolute(last) if last else None
    if last is not None:
        yield b"", os.fsencode(last)
    for command in filter(None, dict.fromkeys([asked, *known])):
        named = [Path(os.fsdecode(each)) for each in command.split(b"\0")]
        before = Path(os.fsdecode(known[command])) if command in known else None
        mine = left if left is not None and any(_finds(each, left) for each in named) else None
        found = mine if mine is not None and mine == last else _first(session, named, before, mine)
        if found is not None:
            yield command, os.fsencode(_absolute(found))


def _first(session: Session, named: Sequence[Path], before: Path | None, mine: Path | None) -> Path | None:
    """Return the file that is opened first; folders are walked only where it is not known what it was `before`.

    `mine` is the one of them that is open now, and the only one that may have been read since.
    """
    if before is None:
        return arrival.first_of(session, named)
    return before if mine is None else arrival.first_of(session, [before, mine])


def _finds(named: Path, path: Path) -> bool:
    """Tell whether `path` is what was named, or is found in a folder that was."""
    if not path.is_relative_to(named):
        return False
    beneath = path.relative_to(named).parts
    return not beneath or (readers.can_read(path) and not any(part.startswith(".") for part in beneath))


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100  # links stay as they are
