"""``python -m tests.bench.adding``: what keys take while 3,000 documents of a dozen formats are added. Run by hand.

Two screens show the same text, each press of the one after a press of the other: the one is idle, the other adds the
rest of the folder that it was opened with. A page and a line are turned until all documents are in, or often enough.
Needs the measuring stick in ``../shared/bench``.
"""

from __future__ import annotations

import argparse
import random
import re
import shlex
import tempfile
from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import cycle, islice
from pathlib import Path

from storage.library import Library
from tests.bench import keys
from tests.bench.inputs import ROOT, SkippedError, measuring_stick
from tests.bench.pairs import PATIENCE, Both, Pair, Pairs, Peer, loaded, running
from tests.bench.screens import Row, command
from tests.storage import pdfs, samples

COUNT = 3_000
SIZE = (100, 30)
_PARAGRAPHS = 40
_BAR = 2.0
KEYS = {"page": ["<space>"], "sentence": [")"], "highlight and its undo": ["<enter>", "u"]}
"""What is pressed again and again."""
_ADDING = re.compile(r"Adding (\d+) of (\d+)")

Paragraphs = list[str]


def _html(paragraphs: Paragraphs) -> str:
    return "".join(f"<p>{escape(one)}</p>" for one in paragraphs)


def _epub(paragraphs: Paragraphs) -> bytes:
    return samples.archive(
        {
            "META-INF/container.xml": samples.CONTAINER,
            "OEBPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata/><manifest>'
            '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>'
            '<spine><itemref idref="a"/></spine></package>',
            "OEBPS/a.xhtml": samples.page(_html(paragraphs)),
        }
    )


def _pdf(paragraphs: Paragraphs) -> bytes:
    rows = [paragraph[at : at + 80] for paragraph in paragraphs for at in range(0, len(paragraph), 80)]
    return pdfs.pdf([pdfs.set_lines(rows[at : at + 46]) for at in range(0, len(rows), 46)])


FORMATS: dict[str, Callable[[Paragraphs], str | bytes]] = {
    "txt": "\n\n".join,
    "md": lambda paragraphs: "# A title\n\n" + "\n\n".join(paragraphs),
    "html": _html,
    "epub": _epub,
    "pdf": _pdf,
    "docx": lambda paragraphs: samples.archive(samples.word_parts("".join(map(samples.w, paragraphs)))),
    "odt": lambda paragraphs: samples.archive(
        samples.odt_parts("".join(f"<text:p>{escape(one)}</text:p>" for one in paragraphs))
    ),
    "rtf": lambda paragraphs: "{\\rtf1\\ansi " + "\\par\n".join(paragraphs) + "}",
    "org": lambda paragraphs: "* A title\n\n" + "\n\n".join(paragraphs),
    "rst": lambda paragraphs: "A title\n=======\n\n" + "\n\n".join(paragraphs),
    "eml": lambda paragraphs: "From: a@b.c\nSubject: A title\nContent-Type: text/plain\n\n" + "\n\n".join(paragraphs),
    "srt": lambda paragraphs: "\n\n".join(
        f"{number}\n00:{number:02}:00,000 --> 00:{number:02}:05,000\n{one}" for number, one in enumerate(paragraphs, 1)
    ),
}


def documents(folder: Path, count: int) -> None:
    """Write `count` documents of all formats in turn, each with a text of its own."""
    kinds = list(FORMATS.items())
    for number in range(count):
        rng, (suffix, made) = random.Random(number), kinds[number % len(kinds)]
        text = made([" ".join(rng.choices(keys.WORDS, k=50)).capitalize() + "." for _ in range(_PARAGRAPHS)])
        path = folder / f"{number:04}.{suffix}"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


def _peer(work: Path, name: str, opened: Path) -> Peer:
    words = [*shlex.split(command()), "--library", str(work / name / "library.json"), str(opened)]
    environment = {"PYTHONPATH": str(ROOT), "MANICULA_STATE": str(work / name / "state")}
    return Peer(words, [b"\x1b\x1bq"], environment | {"MANICULA_CONFIG": str(work / "none.toml")})


def measure(stick: Path, work: Path, count: int, presses: int) -> Iterator[Row]:
    """Yield a row for each key."""
    folder = work / "documents"
    folder.mkdir(parents=True)
    first = keys.text(folder, "0.txt", 1_000_000, 0)
    documents(folder, count - 1)
    module, ready = loaded(stick), re.compile(re.escape(first.read_text()[36:64]))
    with (
        running(module, _peer(work, "idle", first), SIZE, work) as idle,
        running(module, _peer(work, "adding", folder), SIZE, work) as adding,
    ):
        both = Both(module, idle, adding, ready)
        if adding.wait_for(_ADDING, PATIENCE) is None:
            raise RuntimeError("no progress was shown: all were in before the first key, or none was read")
        found = {name: _pairs(both, words, presses) for name, words in KEYS.items()}
        with Library.open(work / "adding" / "library.json", state=work / "state", readonly=True) as library:
            print(f"{len(library.documents())} of {count} documents were in at the last press.")
    for name, pairs in found.items():
        yield Row.of(f"{name}, while {count:,} documents are added, idle", pairs, _BAR)


def _pairs(both: Both, words: Sequence[str], presses: int) -> Pairs:
    """Press keys in the idle screen and in the one that adds, in turn."""
    both.go(["gg"])
    found = []
    for word in islice(cycle(words), presses):
        floor, ours = both.press(both.floor, word), both.press(both.ours, word)
        if ours is not None and floor is not None:
            found.append(Pair(ours, floor))
    return Pairs(found)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=COUNT)
    parser.add_argument("--presses", type=int, default=60, help="presses of each key")
    args = parser.parse_args()
    try:
        stick = measuring_stick()
    except SkippedError as reason:
        print(f"skipped: {reason}")
        return 0
    with tempfile.TemporaryDirectory(prefix="manicula-bench-") as folder:
        for row in measure(stick, Path(folder), args.documents, args.presses):
            print(row, f"{row.ratio:.2f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
