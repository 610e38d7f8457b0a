"""What a pack is: one zip file with a library, its texts and the files of its documents, to be taken elsewhere.

    manicula.json        which library it is, and whose file each original is: {"format", "version", "library",
                         "originals": {name: uuid of the document}}
    library.json         the library, as a fold writes it
    texts/HASH.text      the snapshots
    originals/PATH       the documents' files: under their path where that is relative to the library's folder

A pack is made the same byte for byte as long as the library is: names in order, no times.
"""

from __future__ import annotations

import re
from unicodedata import normalize

FORMAT, VERSION = "manicula-pack", 1
MANIFEST, LIBRARY, TEXTS, ORIGINALS = "manicula.json", "library.json", "texts/", "originals/"

RATIO = 200
"""How many times as large as the zip file what is in it may be; what shrinks more than half of that is stored as is."""

LONGEST = 200
"""Bytes of UTF-8 in a part of a path."""

DEEPEST = 50
"""Parts of a path."""

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\\:*?"<>|]')
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?")


def is_safe(path: str) -> bool:
    """Tell whether a path, with ``/``, stays beneath where it is put, on any system."""
    parts = path.split("/")
    return len(parts) <= DEEPEST and all(map(_is_safe_name, parts))


def _is_safe_name(name: str) -> bool:
    if not name or name in {".", ".."} or name[-1] in ". " or _FORBIDDEN.search(name) or _RESERVED.fullmatch(name):
        return False
    return len(name.encode()) <= LONGEST


class Names:
    """The names in a pack, no two of which any file system may take for one, or for a file and a folder."""

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._folders: set[str] = set()

    def take(self, name: str) -> bool:
        """Take a name; False when that clashes with another."""
        same = normalize("NFC", name.casefold())
        folders = {same[:at] for at, letter in enumerate(same) if letter == "/"}
        if same in self._files or same in self._folders or not folders.isdisjoint(self._files):
            return False
        self._files.add(same)
        self._folders |= folders
        return True
