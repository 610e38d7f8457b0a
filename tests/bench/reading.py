"""``python -m tests.bench.reading FILE...``: how long reading EPUB and PDF files takes, against the bare libraries.

The floor of a book is unzipping it and parsing its pages with lexbor, that of a PDF the text of every page from
pypdfium2. What is counted is processor time, the least of several rounds in which both are measured by turns.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pypdfium2
from selectolax.lexbor import LexborHTMLParser

from storage import readers

_ROUNDS = 7
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


def _seconds(run: Callable[[], object]) -> float:
    began = time.process_time()
    run()
    return time.process_time() - began


def main(words: Sequence[str]) -> int:
    """Measure each file and print a line for it."""
    for word in words:
        path = Path(word)
        data, floor = path.read_bytes(), _pdf if path.suffix == ".pdf" else _book
        ours, theirs = [], []
        for _ in range(_ROUNDS):
            ours.append(_seconds(lambda: readers.parse_here(data, word)))  # noqa: B023  # called at once
            theirs.append(_seconds(lambda: floor(data)))  # noqa: B023  # the same
        ratio, bar = min(ours) / min(theirs), _BARS[path.suffix]
        print(f"{path.name}: {min(ours) * 1e3:.0f} ms, floor {min(theirs) * 1e3:.0f} ms, {ratio:.2f}x (bar {bar}x)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
