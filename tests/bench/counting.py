"""``python -m tests.bench.counting``: what counting costs, against loading the annotations counted, in one run."""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from storage import identity, passages, records
from storage.analysis.analyses import ANALYSES, analyse
from storage.analysis.coding import Coding
from storage.library import Library
from storage.model import Annotation
from tests.storage.making import text_of

TAGS = 200
EACH = 200
"""Annotations of one document."""
_PARAGRAPH = "A paragraph of a few words that somebody marks a part of, as people do. "


def fill(folder: Path, size: int) -> Path:
    """Make a library of `size` annotations, two tags on each; return its path."""
    path = folder / "library.json"
    string = "\n".join(_PARAGRAPH * 2 for _ in range(EACH))
    with Library.open(path, state=folder / "state") as library:
        tags = [library.ensure_tag(f"group{number % 10}/tag{number}").uuid for number in range(TAGS)]
        for number in range(size // EACH):
            text = text_of(f"{number} {string}", f"Document {number}")
            document = library.receive(folder / f"{number}.txt", text).uuid
            now = f"2026-{number % 12 + 1:02}-15T10:00:00Z"
            with library.step("marks"):
                for each in range(EACH):
                    carried = (tags[(number + each) % TAGS], tags[each * 7 % TAGS])
                    made = Annotation(identity.new_uuid(), document, tags=carried, created=now, updated=now)
                    start = each * len(_PARAGRAPH) * 2
                    made = passages.placed(made, text, [(start, start + 60 + each % 90)])
                    library._put("annotations", records.annotation_record(made))
    return path


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time of `work`, the better of two."""
    found = []
    for _ in range(2):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


def count(library: Library, name: str, by: str) -> None:
    """Gather all annotations and count them."""
    analyse(Coding.of(library), name, by)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000, help="annotations")
    size = parser.parse_args().size
    folder = Path(tempfile.mkdtemp())
    try:
        path = fill(folder, size)

        def load() -> int:
            with Library.open(path, state=folder / "state", readonly=True) as library:
                return len(library.annotations())

        floor = seconds(load)
        print(f"loading {size} annotations: {floor:.2f} s")
        with Library.open(path, state=folder / "state", readonly=True) as library:
            library.annotations()
            for name, analysis in ANALYSES.items():
                for by in analysis.by(Coding.of(library)) or ("",):
                    took = seconds(partial(count, library, name, by))
                    print(f"{name} {by}: {took:.2f} s, {took / floor:.2f}x")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
