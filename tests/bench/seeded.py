"""Libraries for the benchmark: one full of highlights, one with the seeds."""

from __future__ import annotations

import shutil
from pathlib import Path

from storage import readers
from storage.library import Library
from tests.bench.inputs import ROOT

HIGHLIGHTS = 2_000
_LENGTH = 120


def highlighted(folder: Path, path: Path) -> Path:
    """Make ``folder/library.json`` with highlights spread over the text at `path`; return `folder`."""
    text = readers.read(path)
    step = len(text) // HIGHLIGHTS
    tags = ("claim", "source/official", "question")
    with Library.open(folder / "library.json", state=folder / "state") as library:
        document = library.receive(path, text)
        with library.step("highlights for a benchmark"):
            for number in range(HIGHLIGHTS):
                start = number * step
                note = "A note of a few words." if number % 3 == 0 else ""
                marked = ((start, start + _LENGTH),)
                library.annotate(document.uuid, marked, tags=tags[number % 3 : number % 3 + 1], note=note, text=text)
    shutil.rmtree(folder / "state", ignore_errors=True)
    return folder


def seeds(folder: Path) -> Path:
    """Make ``folder/library.json`` with the seeds in it; return the library's path."""
    library_path = folder / "library.json"
    copy = Path(shutil.copytree(ROOT / "seeds", folder / "seeds"))
    with Library.open(library_path, state=folder / "state") as library:
        for path in sorted(copy.iterdir()):
            library.add(path)
    return library_path
