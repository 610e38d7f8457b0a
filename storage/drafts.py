"""Notes that are being written: each key press is in a file, so that nothing is lost however the terminal ends.

One file per text in the state folder, named by what it is about; gone when the text is kept or discarded. Drafts belong
to this machine and are never part of a library.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from storage import files, paths


def _file(about: str) -> Path:
    name = hashlib.sha256(about.encode(errors="replace")).hexdigest()[:32]
    return paths.state_dir() / "drafts" / f"{name}.md"


def file_of(about: str) -> Path:
    """Return the draft's file, its folder made: an editor writes there. Raises OSError."""
    file = _file(about)
    files.make_folder(file.parent)
    return file


def save(about: str, text: str) -> None:
    """Keep what is written so far; what cannot be written is not worth a message at every key."""
    with suppress(OSError):
        file = file_of(about)
        made = file.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(text.encode(errors="surrogateescape"))
        made.replace(file)


def load(about: str) -> str | None:
    """Return a draft that was left behind, None where there is none."""
    with suppress(OSError, UnicodeDecodeError):
        return _file(about).read_bytes().decode()
    return None


def discard(about: str) -> None:
    """Forget a draft."""
    with suppress(OSError):
        _file(about).unlink()
