"""Where things lie: the library, the state folder, the configuration, the seeds; and how a document's path is stored.

XDG variables are asked first on every system, then the platform's own place is taken. ``MANICULA_LIBRARY``,
``MANICULA_STATE`` and ``MANICULA_CONFIG`` override all of it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

NAME = "manicula"


def default_library() -> Path:
    """Return the library that is opened when none is named."""
    return overridden_library() or _place("XDG_DATA_HOME", ".local/share", "") / "library.json"


def overridden_library() -> Path | None:
    """Return the library that the environment names."""
    return _override("MANICULA_LIBRARY")


def state_dir() -> Path:
    """Return the folder of what belongs to this machine: device id, undo logs, frames, drafts."""
    return _override("MANICULA_STATE") or _place("XDG_STATE_HOME", ".local/state", "state")


def last_copy(state: Path | None = None) -> Path:
    """Return the file that holds what was copied last."""
    return (state or state_dir()) / "last-copy.txt"


def config_file() -> Path:
    """Return the reader's configuration file; it need not exist."""
    return _override("MANICULA_CONFIG") or _place("XDG_CONFIG_HOME", ".config", "") / "config.toml"


def seeds_dir() -> Path | None:
    """Return the folder of the documents that come along: the checkout's or the installation's."""
    folders = [Path(__file__).parent.parent / "seeds"]
    if not folders[0].is_dir():
        import sysconfig  # noqa: PLC0415  # imported when first used

        folders = [Path(sysconfig.get_path("data"), "share", NAME, "seeds"), Path(sys.prefix, "share", NAME, "seeds")]
    return next((folder for folder in folders if folder.is_dir()), None)


def _override(variable: str) -> Path | None:
    value = os.environ.get(variable)
    return Path(value).expanduser().absolute() if value else None


def _place(variable: str, beneath_home: str, subfolder: str) -> Path:
    given = os.environ.get(variable, "")
    if os.path.isabs(given):  # noqa: PTH117  # relative ones are ignored, as the XDG specification has it
        return Path(given, NAME)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / NAME / subfolder
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local", NAME, subfolder)
    return Path.home() / beneath_home / NAME


def stored(path: Path, base: Path) -> str:
    """Return `path` as a record holds it: relative to the library's folder `base` where beneath it, else absolute.

    Always with ``/``; a name that is not Unicode becomes a ``file:`` URI.
    """
    absolute = Path(os.path.abspath(path))  # noqa: PTH100  # resolve() would follow links
    try:
        text = absolute.relative_to(base).as_posix()
    except ValueError:
        text = absolute.as_posix()
    try:
        text.encode()
    except UnicodeEncodeError:
        return absolute.as_uri()
    return f"./{text}" if text.startswith("file:") else text


def located(text: str, base: Path) -> Path:
    """Return the path that a record holds as `text`; `base` is the library's folder."""
    if text.startswith("file:"):
        from urllib.parse import unquote_to_bytes  # noqa: PLC0415  # imported when first used

        return Path(os.fsdecode(unquote_to_bytes(text.removeprefix("file://"))))
    return Path(os.path.normpath(base / text))
