"""Notes that are being written: each key press is in a file, so that nothing is lost however the terminal ends.

One file per text in the state folder, named by what it is about; gone when the text is kept or discarded. Drafts belong
to this machine and are never part of a library.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from storage import files, paths


def page(document: str) -> str:
    """Return what a page note of a document is about, before it is made."""
    return f"page {document}"


def memo(about: str) -> str:
    """Return what a memo is about, as a draft has it."""
    return f"memo {about}"


def of(uuids: Iterable[str], state: Path) -> list[Path]:
    """Return the drafts in the folder `state` that are about these documents, or annotations, or belong to them."""
    names = (name for uuid in uuids for name in (uuid, page(uuid), memo(f"document:{uuid}")))
    return [file for name in names if (file := _file(name, state)).is_file()]


def _file(about: str, state: Path | None = None) -> Path:
    name = hashlib.sha256(about.encode(errors="replace")).hexdigest()[:32]
    return (state or paths.state_dir()) / "drafts" / f"{name}.md"


def file_of(about: str) -> Path:
    """Return the draft's file, its folder made: an editor writes there. Raises OSError."""
    file = _file(about)
    files.make_folder(file.parent)
    return file


def save(about: str, text: str) -> None:
    """Keep what is written so far; what cannot be written is not worth a message at every key."""
    with suppress(OSError):
        files.replace_unsynced(file_of(about), text.encode(errors="surrogateescape"))


def load(about: str) -> str | None:
    """Return a draft that was left behind, None where there is none."""
    with suppress(OSError, UnicodeDecodeError):
        return _file(about).read_bytes().decode()
    return None


def discard(about: str) -> None:
    """Forget a draft."""
    with suppress(OSError):
        _file(about).unlink()
