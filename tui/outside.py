"""Opening what Manicula does not show in the system's own program; where there is none, saying where it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
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


_AT_PAGE = {
    "zathura": ("--page={number}", "{path}"),
    "evince": ("--page-label={label}", "{path}"),
    "papers": ("--page-label={label}", "{path}"),
    "atril": ("--page-label={label}", "{path}"),
    "xreader": ("--page-label={label}", "{path}"),
    "okular": ("--page={number}", "{path}"),
    "sioyek": ("--page={number}", "{path}"),
    "mupdf": ("{path}", "{number}"),
}
"""Programs that open a PDF at a page, by how they are called and in the names of their desktop files; and how."""

_PATIENCE = 1.0
"""Seconds that the desktop may take to say which program is its own."""


def _program() -> str | None:
    if os.environ.get("SSH_CONNECTION"):
        return None
    for name, needs in _OPENERS:
        found = shutil.which(name)
        if found and (needs == sys.platform or os.environ.get(needs)):
            return found
    return None


def _start(program: str, *words: str) -> None:
    subprocess.Popen(  # noqa: S603  # a known program; what it is given is an address of the web, or a path and a page
        [program, *words],
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


def show_page(path: str, label: str, number: int) -> str:
    """Open a PDF the same way, at the page called `label` where its program can; `number` (from 1) is 0: not known.

    The page is said in any case.
    """
    opener = _program()
    asked = _own_program() if opener and os.path.basename(opener) == "xdg-open" else ""  # noqa: PTH119  # a name
    program, wanted = shutil.which(asked) if asked else None, _AT_PAGE.get(asked, ())
    if program and (number or "{number}" not in wanted):
        with suppress(OSError, ValueError):
            _start(program, *(each.format(path=path, label=label, number=number) for each in wanted))
            return f"Opened {one_line(path)} at p. {label}"
    return f"{show(path)}, p. {label}"


def _own_program() -> str:
    """Return what the desktop's program for PDF is called, if it is one that opens them at a page."""
    xdg = shutil.which("xdg-mime")
    if xdg is None:
        return ""
    try:
        done = subprocess.run(  # noqa: S603  # a fixed program
            [xdg, "query", "default", "application/pdf"], capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return ""
    return next((name for name in _AT_PAGE if name in done.stdout.lower()), "")


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
