"""``python -m tests.bench.snapshots``: how soon a known book or PDF opens, against the same text as a plain file.

Each was opened and left before, so that its text is read from its snapshot. Told are the first text, and the end of the
text, which needs all of it, by a key that is written at the start. Opened in turn; the median of the ratios counts. Of
a PDF of more than a thousand pages that was never seen, the first text is set against reading all of it.
Needs the measuring stick in ``../shared/bench``.
"""

from __future__ import annotations

import argparse
import re
import shlex
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from storage import readers
from tests.bench import books, keys
from tests.bench.inputs import ROOT, SkippedError, measuring_stick
from tests.bench.pairs import PATIENCE, Pair, Pairs, Peer, loaded, running
from tests.bench.screens import Row, command

SIZE = (100, 30)
_CALM = 0.6
_BAR = 1.3
_END = "100 %"
"""What the status row says at the end of a text."""


def _peer(work: Path, path: Path) -> Peer:
    words = [*shlex.split(command()), "--library", str(work / path.stem / "library.json"), str(path)]
    environment = {"PYTHONPATH": str(ROOT), "MANICULA_STATE": str(work / path.stem / "state")}
    return Peer(words, [b"ggq"], environment | {"MANICULA_CONFIG": str(work / "none.toml")})


def _shown(module: ModuleType, peer: Peer, work: Path, words: str, press: bytes = b"") -> float:
    """Start a program, and return after how many milliseconds it shows `words`, with a key that is there by then."""
    with running(module, peer, SIZE, work) as session:
        if press:
            session.press(press)
        shown = session.wait_for(re.compile(re.escape(words)), PATIENCE)
        if shown is None:
            raise RuntimeError(f"{peer.words[-1]} did not show {words!r}: {session.text}")
        session.settle(shown, _CALM, PATIENCE, need_change=False)
        return float((shown - session.t0) * 1e3)


def measure(stick: Path, work: Path, size: int, starts: int) -> Iterator[Row]:
    """Yield a row for each kind of document and each of its ends."""
    plain = keys.text(work, "plain.txt", size, 0)
    string = plain.read_text()
    found = {"EPUB": books.epub(work / "book.epub", string.split("\n\n"))}
    found["PDF"] = books.pdf(work / "pages.pdf", string.split("\n\n"))
    module, first = loaded(stick), string[36:64]
    for path in (plain, *found.values()):
        _shown(module, _peer(work, path), work, first)
    for kind, path in found.items():
        for what, words, press in (("first text", first, b""), ("end of the text", _END, b"G")):
            pairs = [
                Pair(*(_shown(module, _peer(work, one), work, words, press) for one in (path, plain)))
                for _ in range(starts if press else 3 * starts)
            ]
            yield Row.of(f"{what} of a known {kind}, the same as plain text", Pairs(pairs), _BAR)
    pages = found["PDF"]
    began = time.perf_counter()
    readers.read(pages)
    whole = (time.perf_counter() - began) * 1e3
    shutil.rmtree(work / pages.stem)
    yield Row(
        "first text of a PDF never seen, reading all of it", _shown(module, _peer(work, pages), work, first), whole, 1
    )


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=7)
    args = parser.parse_args()
    try:
        stick = measuring_stick()
    except SkippedError as reason:
        print(f"skipped: {reason}")
        return 0
    with tempfile.TemporaryDirectory(prefix="manicula-bench-") as folder:
        for row in measure(stick, Path(folder), keys.LENGTH, args.starts):
            print(row, f"{row.ratio:.2f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
