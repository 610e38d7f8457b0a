"""The texts that the benchmark reads: where they are, and making them from Debian's packages."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED = ROOT.parent / "shared" / "bench"
NODE_DOC = Path("/usr/share/doc/nodejs/api")
BIG_MARKDOWN = 900_000
"""Bytes that ``big.md`` has at least, when it was made from all of Node's documentation."""


class SkippedError(Exception):
    """The benchmark cannot run here; the text says what is missing."""


def measuring_stick() -> Path:
    """Return the folder of the harness and the floors. Raises SkippedError."""
    if not (SHARED / "tui_bench.py").is_file():
        raise SkippedError(f"there is no {SHARED}/tui_bench.py")
    return SHARED


def ready(folder: Path) -> Path:
    """Return `folder` with ``big.txt`` and ``big.md`` in it, made where they are not. Raises SkippedError."""
    markdown = folder / "big.md"
    if (folder / "big.txt").is_file() and markdown.is_file() and markdown.stat().st_size > BIG_MARKDOWN:
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    documentation = folder / "node"
    documentation.mkdir(exist_ok=True)
    for packed in NODE_DOC.glob("*.md.gz"):
        (documentation / packed.stem).write_bytes(gzip.decompress(packed.read_bytes()))
    command = [sys.executable, str(measuring_stick() / "mkinputs.py"), str(folder)]
    environment = {**os.environ, "NODE_DOC": str(documentation)} if any(documentation.iterdir()) else dict(os.environ)
    made = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if made.returncode:
        raise SkippedError(f"mkinputs.py could not make the texts: {made.stderr.strip().splitlines()[-1]}")
    if markdown.stat().st_size < BIG_MARKDOWN:
        raise SkippedError(f"{markdown} is too small: Node's documentation (nodejs-doc) is not here")
    return folder
