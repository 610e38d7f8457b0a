"""``python -m tests.bench.reading FILE...``: how long reading EPUB and PDF files takes, against the bare libraries.

The floor of a book is unzipping it and parsing its pages with lexbor, that of a PDF the text of every page from
pypdfium2. What is counted is processor time; each reading stands between two runs of the floor, and the median of the
ratios counts. Garbage is looked for as rarely as in the process that reads.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pypdfium2
from selectolax.lexbor import LexborHTMLParser

from storage import readers
from storage.readers.apart import GARBAGE
from tests.bench.pairs import Pair, Pairs

_ROUNDS = 9
_BARS = {".epub": 4, ".pdf": 2}
_PAGES = (".xhtml", ".html", ".htm")


def _book(data: bytes) -> None:
    with ZipFile(BytesIO(data)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith(_PAGES):
                LexborHTMLParser(content)


def _pdf(data: bytes) -> None:
    document = pypdfium2.PdfDocument(data)
    for page in document:
        text = page.get_textpage()
        text.get_text_range()
        text.close()
        page.close()
    document.close()


def _milliseconds(run: Callable[[], object]) -> float:
    began = time.process_time()
    run()
    return (time.process_time() - began) * 1e3


def measured(path: Path, rounds: int = _ROUNDS) -> Pairs:
    """Return what reading a file took, and what the floor took before and after it."""
    data, floor, found = path.read_bytes(), _pdf if path.suffix == ".pdf" else _book, []
    before = _milliseconds(lambda: floor(data))
    for _ in range(rounds):
        ours = _milliseconds(lambda: readers.parse_here(data, str(path)))
        after = _milliseconds(lambda: floor(data))
        found.append(Pair(ours, (before + after) / 2))
        before = after
    return Pairs(found)


def main(words: Sequence[str]) -> int:
    """Measure each file and print a line for it."""
    gc.set_threshold(GARBAGE)
    for word in words:
        path = Path(word)
        found, bar = measured(path), _BARS[path.suffix]
        print(f"{path.name}: {found.ours:.0f} ms, {found.ratio:.2f} times the floor (bar {bar})")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
