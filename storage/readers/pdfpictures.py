"""Pictures in a PDF: where they stand on a page, what they say in words, and one of them as an image file.

A picture is opened as its page shows it, so that what is written over it and cut away from it belongs to it. Strips
that touch are one picture. One that stands in the same place of page after page is an ornament; one that is a whole
page with text over it is that page.
"""

# ruff: noqa: ANN401, PLC0415  # pdfium has no types; imported when first used: who asks for a version does not parse

from __future__ import annotations

import ctypes
import re
import struct
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from storage.errors import DocumentError
from storage.readers import encoding
from storage.readers.pdflines import Figure, Line, gutter
from storage.text import INSIDE
from storage.visible import one_line

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

SMALLEST = 36.0
"""Points that a picture has each way at least; what is smaller is a sign or an ornament."""
WHOLE = 0.7
"""The part of a page from which a picture is the page itself."""
MANY = 300
"""Images of one page up to which it is told which of them are one picture."""
OBJECTS = 400_000
"""Things drawn in one document up to which images are looked for among them."""
ELEMENTS = 5_000
"""Elements of the structure of one page up to which it is looked through for words."""

_ANY = re.compile(rb"/Subtype\s*/Image\b")
_TARGET = re.compile(r"page-(\d+)-(\d+)\.png")
_DEEPEST = 8
_TOUCH = 1.0
_DOTS, _INCH = 200.0, 72.0
_MOST = 40_000_000
"""Pixels that a page is drawn with at most."""


Matrix = tuple[float, float, float, float, float, float]
_UNMOVED: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Box(NamedTuple):
    """A rectangle on a page, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def area(self) -> float:
        """Its area in square points."""
        return (self.right - self.left) * (self.top - self.bottom)


class Picture(NamedTuple):
    """One picture: where it stands, and what it says in words (empty where it says nothing)."""

    box: Box
    words: str = ""


class Budget:
    """How many more of the things drawn in a document may be looked at."""

    def __init__(self) -> None:
        self.left = OBJECTS


def has_any(data: bytes) -> bool:
    """Tell whether there may be a picture in a PDF: the dictionaries of images are never compressed."""
    return _ANY.search(data) is not None


def on_page(page: PdfPage, budget: Budget) -> list[Picture]:
    """Return the pictures of a page from its top to its bottom.

    None where one is the page itself, or more is drawn than the `budget` allows.
    """
    found = together(_images(page.raw, _alternatives(page), budget))
    whole = page.get_width() * page.get_height()
    if any(each.box.area > WHOLE * whole for each in found):
        return []
    large = (each for each in found if min(_size(each.box)) >= SMALLEST)
    return sorted(large, key=lambda each: (-each.box.top, each.box.left))


def without_ornaments(pages: Sequence[Sequence[Picture]]) -> list[list[tuple[int, Picture]]]:
    """Return the pictures of each page with their numbers on it (from 1), but for those that stand on many pages."""
    seen = Counter(_rounded(each.box) for page in pages for each in page)
    many = max(3, len(pages) // 20)
    numbered = (enumerate(page, 1) for page in pages)
    return [[(number, each) for number, each in page if seen[_rounded(each.box)] < many] for page in numbered]


def placed(lines: Sequence[Line], pictures: Iterable[tuple[int, Picture]], page: int) -> list[Line]:
    """Return the lines of the page with this number (from 0) and its pictures: each before what stands beneath it."""
    made, x = list(lines), gutter(lines)
    for number, (box, words) in pictures:
        figure = Figure(words or "[image]", f"{INSIDE}page-{page + 1}-{number}.png")
        at = next((i for i, line in enumerate(made) if _beneath(line, box, x)), len(made))
        size = made[min(at, len(made) - 1)].size if made else 1.0
        made.insert(at, Line(figure, box.left, box.right, box.bottom, box.top, size))
    return made


def picture(document: PdfDocument, name: str, target: str) -> bytes:
    """Return the picture that a span with `target` stands for, as PNG. Raises DocumentError when it is not there."""
    wanted = _TARGET.fullmatch(target.removeprefix(INSIDE))
    page, number = (int(wanted[1]) - 1, int(wanted[2]) - 1) if wanted else (-1, -1)
    shown = document[page] if 0 <= page < len(document) else None
    found = on_page(shown, Budget()) if shown else []
    if shown is None or not 0 <= number < len(found):
        raise DocumentError(f"There is no such picture in {one_line(name)} any more. Add the file again.")
    return _drawn(shown, found[number].box)


def together(images: Iterable[Picture]) -> list[Picture]:
    """Return what images make when those that touch are one picture."""
    found: list[Picture] = []
    for image in images:
        made = image
        while touching := [other for other in found if _touch(made.box, other.box)]:
            found = [other for other in found if other not in touching]
            made = _united([made, *touching])
        found.append(made)
    return found


def _united(pictures: Sequence[Picture]) -> Picture:
    lefts, bottoms, rights, tops = zip(*(each.box for each in pictures), strict=True)
    words = next((each.words for each in pictures if each.words), "")
    return Picture(Box(min(lefts), min(bottoms), max(rights), max(tops)), words)


def _touch(one: Box, other: Box) -> bool:
    across = one.left - _TOUCH <= other.right and other.left - _TOUCH <= one.right
    return across and one.bottom - _TOUCH <= other.top and other.bottom - _TOUCH <= one.top


def _beneath(line: Line, box: Box, x: float | None) -> bool:
    """Tell whether a line stands beneath a picture, or beside its lower half; not in another column, parted at `x`."""
    if x is not None and (line.right <= x <= box.left or box.right <= x <= line.left):
        return False
    return (line.top + line.bottom) / 2 < (box.bottom + box.top) / 2


def _size(box: Box) -> tuple[float, float]:
    return box.right - box.left, box.top - box.bottom


def _rounded(box: Box) -> tuple[int, ...]:
    return tuple(map(round, box))


def _images(page: Any, said: Mapping[int, str], budget: Budget) -> list[Picture]:
    """Return all images of a page, none where there are very many; `said` are words by numbers of marked content."""
    from pypdfium2 import raw

    found = []
    for each, matrix in _objects(page, _UNMOVED, 0, budget):
        box = _box(each, matrix)
        if box is not None:
            found.append(Picture(box, said.get(raw.FPDFPageObj_GetMarkedContentID(each), "")))
        if len(found) > MANY:
            return []
    return found if budget.left >= 0 else []


def _objects(holder: Any, matrix: Matrix, depth: int, budget: Budget) -> Iterator[tuple[Any, Matrix]]:
    """Yield the images in a page or, deeper, in a form, each with the matrix that leads from there to the page."""
    from pypdfium2 import raw

    count: Any = raw.FPDFFormObj_CountObjects if depth else raw.FPDFPage_CountObjects
    get: Any = raw.FPDFFormObj_GetObject if depth else raw.FPDFPage_GetObject
    for number in range(count(holder)):
        budget.left -= 1
        if budget.left < 0:
            return
        each = get(holder, number)
        kind = raw.FPDFPageObj_GetType(each)
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            yield each, matrix
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            own = raw.FS_MATRIX()
            raw.FPDFPageObj_GetMatrix(each, own)
            yield from _objects(each, _times((own.a, own.b, own.c, own.d, own.e, own.f), matrix), depth + 1, budget)


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    m, n, o, p, q, r = other
    return a * m + b * o, a * n + b * p, c * m + d * o, c * n + d * p, e * m + f * o + q, e * n + f * p + r


def _box(each: Any, matrix: Matrix) -> Box | None:
    from pypdfium2 import raw

    sides = [ctypes.c_float() for _ in range(4)]
    if not raw.FPDFPageObj_GetBounds(each, *map(ctypes.byref, sides)):
        return None
    left, bottom, right, top = (side.value for side in sides)
    a, b, c, d, e, f = matrix
    corners = [(x * a + y * c + e, x * b + y * d + f) for x in (left, right) for y in (bottom, top)]
    lefts, bottoms = zip(*corners, strict=True)
    return Box(min(lefts), min(bottoms), max(lefts), max(bottoms))


def _alternatives(page: PdfPage) -> dict[int, str]:
    """Return what figures say in words, by the numbers of their marked content; nothing where a PDF is not tagged."""
    from pypdfium2 import raw

    tree: Any = raw.FPDF_StructTree_GetForPage(page.raw)
    if not tree:
        return {}
    found: dict[int, str] = {}
    try:
        for element in _elements(tree):
            if words := _said(element):
                for number in range(raw.FPDF_StructElement_GetMarkedContentIdCount(element)):
                    found[raw.FPDF_StructElement_GetMarkedContentIdAtIndex(element, number)] = words
    finally:
        raw.FPDF_StructTree_Close(tree)
    found.pop(-1, None)
    return found


def _elements(tree: Any) -> Iterator[Any]:
    """Yield the elements of a page's structure, up to a bound."""
    from pypdfium2 import raw

    roots = range(raw.FPDF_StructTree_CountChildren(tree))
    waiting: list[Any] = [raw.FPDF_StructTree_GetChildAtIndex(tree, each) for each in roots]
    for _ in range(ELEMENTS):
        if not waiting:
            return
        element = waiting.pop()
        if element:
            yield element
            children = range(raw.FPDF_StructElement_CountChildren(element))
            waiting += [raw.FPDF_StructElement_GetChildAtIndex(element, each) for each in children]


def _said(element: Any) -> str:
    from pypdfium2 import raw

    length = raw.FPDF_StructElement_GetAltText(element, None, 0)
    if not length:
        return ""
    buffer = ctypes.create_string_buffer(length)
    raw.FPDF_StructElement_GetAltText(element, buffer, length)
    return encoding.one_line(buffer.raw[: length - 2].decode("utf-16-le", errors="replace"))


def _drawn(page: PdfPage, box: Box) -> bytes:
    """Return a part of a page, drawn as it is shown, as PNG."""
    from pypdfium2 import raw

    width, height = page.get_size()
    scale = min(_DOTS / _INCH, (_MOST / max(1.0, width * height)) ** 0.5)
    bitmap: Any = page.render(scale=scale, may_draw_forms=False, draw_annots=False, rev_byteorder=True)
    corners = []
    for x, y in ((box.left, box.bottom), (box.right, box.top)):
        across, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(page.raw, 0, 0, bitmap.width, bitmap.height, 0, x, y, across, down)
        corners.append((across.value, down.value))
    (x0, x1), (y0, y1) = map(sorted, zip(*corners, strict=True))
    x0, x1 = max(0, x0), min(bitmap.width, x1 + 1)
    y0, y1 = max(0, y0), min(bitmap.height, y1 + 1)
    step, pixels = bitmap.n_channels, memoryview(bitmap.buffer).cast("B")
    rows = (bytes(pixels[y * bitmap.stride + step * x0 : y * bitmap.stride + step * x1]) for y in range(y0, y1))
    return png(x1 - x0, y1 - y0, step, rows)


def png(width: int, height: int, channels: int, rows: Iterable[bytes]) -> bytes:
    """Return a PNG (W3C, third edition) of rows of pixels with 1 (grey), 3 (RGB) or 4 (RGBA) bytes each."""
    color = {1: 0, 3: 2, 4: 6}[channels]
    head = struct.pack(">IIBBBBB", width, height, 8, color, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, (b"IHDR", b"IDAT", b"IEND"), (head, body, b"")))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
