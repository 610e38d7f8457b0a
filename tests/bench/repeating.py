"""``python -m tests.bench.repeating``: repeated passages over growing libraries: time and memory. Run by hand.

Documents of about 5,500 characters in sentences of 8 to 24 words; a fifth of the sentences is copied from what all draw
from, half of those with a word changed. Each size is measured in a process of its own.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from storage.repeated import Repeated
from storage.text import Block, Meta, Text
from storage.texts import Snapshots
from tests.bench.inputs import ROOT
from tests.bench.searching import SIZE, words

SIZES = (1_000, 3_000, 10_000)
_COPIED = 0.2


def _sentence(rng: random.Random, vocabulary: list[str]) -> list[str]:
    return [vocabulary[int(rng.paretovariate(0.9)) % len(vocabulary)] for _ in range(rng.randrange(8, 25))]


def _said(rng: random.Random, vocabulary: list[str], shared: list[list[str]]) -> str:
    if rng.random() > _COPIED:
        said = _sentence(rng, vocabulary)
    else:
        said = list(rng.choice(shared))
        if rng.random() < _COPIED * 2.5:
            said[rng.randrange(len(said))] = rng.choice(vocabulary)
    return f"{' '.join(said).capitalize()}."


def made(number: int, vocabulary: list[str], shared: list[list[str]]) -> Text:
    """Return a document of paragraphs of five sentences."""
    rng = random.Random(number)
    parts, size = [], 0
    while size < SIZE:
        parts.append(" ".join(_said(rng, vocabulary, shared) for _ in range(5)))
        size += len(parts[-1]) + 1
    blocks, at = [], 0
    for part in parts:
        blocks.append(Block(at, at + len(part)))
        at += len(part) + 1
    return Text("\n".join(parts), blocks, meta=Meta(title=f"{number}", language="en"), reader="plain/1")


def measure(count: int, folder: Path) -> None:
    """Make so many documents, look through them, print the processor's time, the memory it took, what was found."""
    rng, vocabulary = random.Random(1), words(random.Random(1))
    shared = [_sentence(rng, vocabulary) for _ in range(count)]
    snapshots, sources = Snapshots(folder), []
    for number in range(count):
        text = made(number, vocabulary, shared)
        snapshots.save(text)
        sources.append((str(number), text.hash))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    work = Repeated(snapshots, sources)
    for _ in work.steps():
        pass
    seconds = time.process_time() - start
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"| {count:,} | {seconds:.1f} s | {1e3 * seconds / count:.2f} ms | {more:.0f} MB | {len(work.groups):,} |")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, help="only so many, in this process")
    args = parser.parse_args()
    if args.documents:
        with tempfile.TemporaryDirectory(prefix="manicula-bench-") as name:
            measure(args.documents, Path(name) / "texts")
        return 0
    print("| documents | processor | a document | memory above | groups |\n|---|---|---|---|---|", flush=True)
    for count in SIZES:
        command = [sys.executable, "-m", "tests.bench.repeating", "--documents", str(count)]
        subprocess.run(command, cwd=ROOT, check=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
