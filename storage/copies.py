"""Conflict copies: what sync tools leave beside a library when both sides had changed.

Such a copy is told by its name: it begins as the library's does and has the tool's word for a conflict in it.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

from storage import base
from storage.codec import Tables

_CONFLICT = re.compile(r"[ck]onfli[ck]?t", re.IGNORECASE)
"""How Syncthing, Dropbox, Nextcloud, ownCloud, Resilio and others say it, also in German, French, Italian, Spanish."""


def beside(library: Path) -> list[Path]:
    """Return the conflict copies of `library`, sorted."""
    with suppress(OSError), os.scandir(library.parent) as entries:
        names = [entry.name for entry in entries if entry.name.endswith(library.suffix) and entry.is_file()]
        found = [name for name in names if name != library.name and name.startswith(library.stem)]
        return [library.with_name(name) for name in sorted(found) if _CONFLICT.search(name[len(library.stem) :])]
    return []


def intact(path: Path) -> Tables | None:
    """Return the tables of a copy that is complete; None while it is being written, or is no library."""
    with suppress(OSError, ValueError):
        tables, _ = base.read(path.read_bytes())
        return tables
    return None
