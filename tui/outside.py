"""Opening what Manicula does not show in the system's own program; where there is none, saying where it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from storage.visible import one_line

_OPENERS = (
    ("open", "darwin"),
    ("wslview", "WSL_DISTRO_NAME"),
    ("xdg-open", "WAYLAND_DISPLAY"),
    ("xdg-open", "DISPLAY"),
)
WEB = ("http://", "https://", "mailto:")
"""How addresses begin that may be given to the system's program."""


def _program() -> str | None:
    if os.environ.get("SSH_CONNECTION"):
        return None
    for name, needs in _OPENERS:
        found = shutil.which(name)
        if found and (needs == sys.platform or os.environ.get(needs)):
            return found
    return None


def _start(program: str, target: str) -> None:
    subprocess.Popen(  # noqa: S603  # a fixed program; what it is given is an address of the web, or a path
        [program, target],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


_folders: list[tempfile.TemporaryDirectory[str]] = []
"""Where pictures are that were taken out of documents; removed when Manicula ends."""


def show_bytes(data: bytes, name: str, where: str) -> str:
    """Open a picture that is inside of the document `where`, as a file of its own called `name`, the same way."""
    if _program() is None:
        return show(f"{name}, in {where}")
    if not _folders:
        _folders.append(tempfile.TemporaryDirectory(prefix="manicula-", ignore_cleanup_errors=True))
    path = Path(_folders[0].name, name)
    try:
        path.write_bytes(data)
    except OSError as problem:
        return f"{one_line(name)} cannot be written to {path.parent}: {problem.strerror}."
    show(str(path))
    return f"Opened {one_line(name)}, which is in {one_line(where)}"


def show(target: str) -> str:
    """Open an address or an absolute path, and return the sentence that says so; never waits for the program."""
    shown = one_line(target)
    program = _program()
    if program is None:
        where = "over SSH" if os.environ.get("SSH_CONNECTION") else "here"
        return f"Nothing can be opened {where}: {shown}"
    try:
        _start(program, target)
    except (OSError, ValueError) as problem:
        return f"{os.path.basename(program)} cannot be run ({problem}): {shown}"  # noqa: PTH119  # a name
    return f"Opened {shown}"
