"""Libraries to import into, and the ways in and out of them."""

from __future__ import annotations

import io
from pathlib import Path

from storage import exchange
from storage.exchange.taking import Import, Report
from storage.library import Library


def exported(library: Library, form: str, query: str = "") -> str:
    out = io.StringIO()
    exchange.export(library, query, form, out)
    return out.getvalue()


def saved(library: Library, form: str, path: Path, query: str = "") -> Path:
    """Export to a file, which an archive needs."""
    exchange.export(library, query, form, str(path), force=True)
    return path


def imported(library: Library, *paths: Path, form: str = "", dry: bool = False, **how) -> Report:
    """Import files and return the report of the last."""
    work = Import(library, **how)
    for path in paths:
        work.read(path, form)
    return work.run(dry=dry)[-1]


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
