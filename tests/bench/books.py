"""The text of the benchmark as a book (EPUB) and as a PDF of more than a thousand pages."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path

from tests.storage import pdfs, samples

CHAPTERS = 40
_ROWS = 46
_WIDTH = 84


def epub(path: Path, paragraphs: Sequence[str]) -> Path:
    """Write a book of `CHAPTERS` pages."""
    names = [f"c{number}" for number in range(CHAPTERS)]
    items = "".join(f'<item id="{name}" href="{name}.xhtml" media-type="application/xhtml+xml"/>' for name in names)
    spine = "".join(f'<itemref idref="{name}"/>' for name in names)
    size = len(paragraphs) // CHAPTERS + 1
    parts: dict[str, str | bytes] = {
        "META-INF/container.xml": samples.CONTAINER,
        "OEBPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>A book</dc:title></metadata>'
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>",
    }
    for number, name in enumerate(names):
        inner = "".join(f"<p>{one}</p>" for one in paragraphs[number * size : (number + 1) * size])
        parts[f"OEBPS/{name}.xhtml"] = f"<html><body><h1>Chapter {number + 1}</h1>{inner}</body></html>"
    path.write_bytes(samples.archive(parts))
    return path


def pdf(path: Path, paragraphs: Sequence[str]) -> Path:
    """Write a PDF with a running head and page numbers, paragraphs parted by an empty row."""
    rows = [row for one in paragraphs for row in (*textwrap.wrap(one, _WIDTH), "")]
    pages = [rows[at : at + _ROWS] for at in range(0, len(rows), _ROWS)]
    path.write_bytes(
        pdfs.pdf(
            [
                [
                    (72.0, 800.0, 9.0, "The benchmark"),
                    *(placed for placed in pdfs.set_lines(page, top=760) if placed[3]),
                    (290.0, 40.0, 9.0, str(number)),
                ]
                for number, page in enumerate(pages, 1)
            ]
        )
    )
    return path
