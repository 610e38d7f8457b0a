"""Copying: by the system's own program when local, by the terminal (OSC 52) otherwise, and always into a file too."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from textual.app import App

from storage import files, paths

_PROGRAMS = (
    ("pbcopy", (), "darwin"),
    ("wl-copy", (), "WAYLAND_DISPLAY"),
    ("xclip", ("-selection", "clipboard"), "DISPLAY"),
    ("xsel", ("--clipboard", "--input"), "DISPLAY"),
    ("clip.exe", (), "WSL_DISTRO_NAME"),
)
_PATIENCE = 2.0


def _program() -> list[str] | None:
    if os.environ.get("SSH_CONNECTION") or os.environ.get("TMUX"):
        return None
    for name, arguments, needs in _PROGRAMS:
        found = shutil.which(name)
        if found and (needs == sys.platform or os.environ.get(needs)):
            return [found, *arguments]
    return None


def _keep(string: str) -> str:
    kept = paths.last_copy()
    try:
        files.make_folder(kept.parent)
        files.replace(kept, [string.encode()])
    except OSError:
        return ""
    return f" and to {kept}"


def _words(string: str) -> str:
    count = len(string.split())
    return f"{count} word" if count == 1 else f"{count} words"


def copy(app: App[Any], string: str) -> str:
    """Copy `string` and return the sentence that says by which way it went."""
    also = _keep(string)
    program = _program()
    if program is not None and _piped(program, string):
        return f"Copied {_words(string)} with {os.path.basename(program[0])}"  # noqa: PTH119  # a name
    app.copy_to_clipboard(string)
    return f"Sent {_words(string)} to the terminal's clipboard{also}"


def _piped(program: Sequence[str], string: str) -> bool:
    """Give `string` to a program; False where it did not take it, and another way is left."""
    try:
        subprocess.run(program, input=string.encode(), timeout=_PATIENCE, check=True)  # noqa: S603  # a fixed list
    except (OSError, subprocess.SubprocessError):
        return False
    return True
