"""Where things lie by the environment alone, as plain strings, for who must not wait: this imports next to nothing.

XDG variables are asked first on every system, then the platform's own place is taken. ``MANICULA_LIBRARY``,
``MANICULA_STATE`` and ``MANICULA_CONFIG`` override all of it. `storage.paths` has the same as paths.
"""

from __future__ import annotations

import os
import sys

NAME = "manicula"


def library() -> str:
    """Return the library that is opened when none is named."""
    return overriding("MANICULA_LIBRARY") or os.path.join(_place("XDG_DATA_HOME", ".local/share", ""), "library.json")


def state() -> str:
    """Return the folder of what belongs to this machine."""
    return overriding("MANICULA_STATE") or _place("XDG_STATE_HOME", ".local/state", "state")


def config() -> str:
    """Return the reader's configuration file; it need not exist."""
    return overriding("MANICULA_CONFIG") or os.path.join(_place("XDG_CONFIG_HOME", ".config", ""), "config.toml")


def overriding(variable: str) -> str:
    """Return the path that a variable names, empty where it names none."""
    value = os.environ.get(variable)
    return absolute(value) if value else ""


def absolute(path: str) -> str:
    """Return `path` as it is meant here and now, ``~`` included."""
    path = os.path.expanduser(path)
    return path if os.path.isabs(path) else os.path.join(os.getcwd(), path)


def _place(variable: str, beneath_home: str, subfolder: str) -> str:
    given = os.environ.get(variable, "")
    if os.path.isabs(given):  # relative ones are ignored, as the XDG specification has it
        return os.path.join(given, NAME)
    home = os.path.expanduser("~")
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Application Support", NAME, subfolder)
    if os.name == "nt":
        local = os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
        return os.path.join(local, NAME, subfolder)
    return os.path.join(home, beneath_home, NAME)
