"""How paths are shown to people."""

from __future__ import annotations

from pathlib import Path


def at_home(path: Path) -> str:
    """Return a path as people write it: with ``~`` for the home folder."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except (ValueError, RuntimeError):
        return str(path)
