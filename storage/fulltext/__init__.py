"""Searching the whole library: texts, quotes, notes and titles, by SQLite's FTS5 in a file that is made of the library.

`asking` understands what is asked, `pieces` cuts texts into passages, `index` is the file, `hits` finds in it,
`keeping` knows what the file lacks of a library. The file can be deleted at any time; the library is never touched.
"""

from __future__ import annotations

from pathlib import Path


def path_of(library: Path) -> Path:
    """Return where the index of a library lies."""
    return library.with_name(f"{library.stem}.search.db")
