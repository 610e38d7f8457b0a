"""The reader's own editor, of the settings, VISUAL or EDITOR: it writes the draft's file, which no crash loses."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from typing import Any

from textual.app import App, SuspendNotSupported

from storage import config, drafts

_USUAL = ("nano", "vi")


def command() -> list[str]:
    """Return the words that start the editor, empty where there is none."""
    chosen = config.load().editor or os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    words = shlex.split(chosen) if chosen else [name for name in _USUAL if shutil.which(name)][:1]
    return words if words and shutil.which(os.path.expanduser(words[0])) else []  # noqa: PTH111  # a word of a command


def edit(app: App[Any], about: str) -> tuple[str | None, str]:
    """Have the draft `about` edited; return its text, None where nothing came back, and a sentence if it went wrong."""
    words = command()
    if not words:
        return None, "There is no editor: set EDITOR, or editor in the configuration."
    try:
        file = drafts.file_of(about)
        with app.suspend():
            done = subprocess.run([*words, str(file)], env=_environment(app), check=False)  # noqa: S603  # the reader's own
    except SuspendNotSupported:
        return None, "This terminal cannot make room for an editor."
    except (OSError, ValueError) as error:
        return None, f"{words[0]} could not be started: {error}. The text is as it was."
    text = drafts.load(about)
    if done.returncode:
        return text, f"{words[0]} ended with {done.returncode}; what it wrote is here."
    return text, ""


def _environment(app: App[Any]) -> dict[str, str]:
    """Return the environment as the reader set it: Textual takes NO_COLOR away."""
    return {**os.environ, **({"NO_COLOR": "1"} if app.no_color else {})}
