"""Where things lie: the library, the state folder, the configuration, the seeds; and how a document's path is stored.

The environment is asked by `storage.xdg`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from storage import xdg


def default_library() -> Path:
    """Return the library that is opened when none is named."""
    return Path(xdg.library())


def overridden_library() -> Path | None:
    """Return the library that the environment names."""
    named = xdg.overriding("MANICULA_LIBRARY")
    return Path(named) if named else None


def state_dir() -> Path:
    """Return the folder of what belongs to this machine: device id, undo logs, frames, drafts."""
    return Path(xdg.state())


def last_copy(state: Path | None = None) -> Path:
    """Return the file that holds what was copied last."""
    return (state or state_dir()) / "last-copy.txt"


def config_file() -> Path:
    """Return the reader's configuration file; it need not exist."""
    return Path(xdg.config())


def seeds_dir() -> Path | None:
    """Return the folder of the documents that come along: the checkout's or the installation's."""
    folders = [Path(__file__).parent.parent / "seeds"]
    if not folders[0].is_dir():
        import sysconfig  # noqa: PLC0415  # imported when first used

        roots = (sysconfig.get_path("data"), sys.prefix)
        folders = [Path(root, "share", xdg.NAME, "seeds") for root in roots]
    return next((folder for folder in folders if folder.is_dir()), None)


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
