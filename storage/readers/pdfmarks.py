"""Highlights and notes that are in a PDF already, and where they stand in the text that is made of it.

A PDF says over which rectangles a highlight lies; the characters in them are looked for on the same page of the text,
by letters and digits alone, because line ends, hyphens and spaces are others there. Of several places the one counts
around which the same stands. Source: ISO 32000-1, 12.5.6.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, NamedTuple

from storage.readers import encoding
from storage.text import Mark

_TEXT, _FREE, _HIGHLIGHT, _UNDERLINE, _SQUIGGLY, _STRIKE = 1, 3, 9, 10, 11, 12
_OVER = frozenset({_HIGHLIGHT, _UNDERLINE, _SQUIGGLY, _STRIKE})
_MOST = 10_000
_LONGEST = 1_000_000
_AROUND = 24
_ROWS = 8.0
_CUTS = "\x02\ufffe"
_ENDS = "\r\n" + _CUTS
_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:([-+])(\d\d)'?(\d\d)?)?")
_SHADES = {
    "yellow": (255, 225, 0),
    "green": (60, 190, 80),
    "blue": (60, 110, 240),
    "pink": (255, 120, 190),
    "orange": (255, 150, 40),
    "purple": (150, 70, 200),
    "cyan": (60, 210, 220),
    "red": (230, 50, 50),
}


class Found(NamedTuple):
    """A mark on the page `page` (from 0): the words and letters it lies over, those around them, and what it says."""

    page: int
    words: str
    letters: str
    before: str
    after: str
    mark: Mark


def on_page(page: Any, text: Any, number: int, left: int = _MOST) -> list[Found]:  # noqa: ANN401  # pdfium's, untyped
    """Return the marks of a page, at most `left`; `text` is its text page."""
    from pypdfium2 import raw  # noqa: PLC0415  # imported when first used

    count = min(raw.FPDFPage_GetAnnotCount(page), left)
    if count <= 0:
        return []
    glyphs: _Glyphs | None = None
    found: list[Found] = []
    for index in range(count):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            kind = raw.FPDFAnnot_GetSubtype(annotation)
            if kind in _OVER or kind in {_TEXT, _FREE}:
                glyphs = glyphs or _Glyphs(raw, text)
                found += _found(raw, annotation, kind, glyphs, number)
        finally:
            raw.FPDFPage_CloseAnnot(annotation)
    return found


def _found(raw: Any, annotation: Any, kind: int, glyphs: _Glyphs, number: int) -> Iterator[Found]:  # noqa: ANN401  # the same
    note = encoding.safe(_string(raw, annotation, "Contents")).strip()
    if kind not in _OVER and not note:
        return
    boxes = _quads(raw, annotation) if kind in _OVER else []
    first, last = glyphs.under(boxes) if boxes else glyphs.near(_rectangle(raw, annotation))
    words = glyphs.string[first:last].strip()
    author, created = encoding.one_line(_string(raw, annotation, "T")), _string(raw, annotation, "CreationDate")
    name = _string(raw, annotation, "NM")
    where = ",".join(f"{side:.0f}" for box in boxes or [_rectangle(raw, annotation)] for side in box)
    key = encoding.one_line(name) or f"{number} {where} {author} {note}"
    mark = Mark(-1, -1, key, note, _color(raw, annotation) if kind in _OVER else "", author, _time(created))
    before, after = glyphs.string[max(0, first - 2 * _AROUND) : first], glyphs.string[last : last + 2 * _AROUND]
    yield Found(number, words, _letters(words), _letters(before)[-_AROUND:], _letters(after)[:_AROUND], mark)


def _string(raw: Any, annotation: Any, key: str) -> str:  # noqa: ANN401  # the same
    size = raw.FPDFAnnot_GetStringValue(annotation, key.encode(), None, 0)
    if size <= 2:  # noqa: PLR2004  # the zero at its end
        return ""
    buffer = (ctypes.c_ushort * (size // 2))()  # the whole: into a smaller one pdfium writes nothing
    raw.FPDFAnnot_GetStringValue(annotation, key.encode(), buffer, size)
    string = bytes(buffer).decode("utf-16-le", "replace").rstrip("\0").replace("\r\n", "\n").replace("\r", "\n")
    left = len(string) - _LONGEST
    return f"{string[:_LONGEST]}… ({left} more characters are in the file)" if left > 0 else string


Box = tuple[float, float, float, float]
"""Left, bottom, right and top."""


def _quads(raw: Any, annotation: Any) -> list[Box]:  # noqa: ANN401  # the same
    boxes = []
    points = raw.FS_QUADPOINTSF()
    for index in range(min(raw.FPDFAnnot_CountAttachmentPoints(annotation), _MOST)):
        if raw.FPDFAnnot_GetAttachmentPoints(annotation, index, points):
            across = (points.x1, points.x2, points.x3, points.x4)
            up = (points.y1, points.y2, points.y3, points.y4)
            boxes.append((min(across), min(up), max(across), max(up)))
    return boxes


def _rectangle(raw: Any, annotation: Any) -> Box:  # noqa: ANN401  # the same
    box = raw.FS_RECTF()
    raw.FPDFAnnot_GetRect(annotation, box)
    return box.left, min(box.bottom, box.top), box.right, max(box.bottom, box.top)


def _color(raw: Any, annotation: Any) -> str:  # noqa: ANN401  # the same
    """Return the colour of ours that a mark's is most like."""
    parts = [ctypes.c_uint() for _ in range(4)]
    if not raw.FPDFAnnot_GetColor(annotation, raw.FPDFANNOT_COLORTYPE_Color, *parts):
        return ""
    wanted = tuple(part.value for part in parts[:3])
    return min(_SHADES, key=lambda name: sum((a - b) ** 2 for a, b in zip(_SHADES[name], wanted, strict=True)))


def _time(said: str) -> str:
    """Return a PDF's time in UTC to the second; nothing for what is none."""
    found = _DATE.match(said)
    if not found:
        return ""
    parts = [int(part) if part else least for part, least in zip(found.groups()[:6], (0, 1, 1, 0, 0, 0), strict=True)]
    offset = timedelta(hours=int(found[8] or 0), minutes=int(found[9] or 0))
    try:
        zone = timezone(-offset if found[7] == "-" else offset)
        there = datetime(*parts, tzinfo=zone).astimezone(UTC)  # type: ignore[misc, arg-type]  # six numbers
    except (ValueError, OverflowError):
        return ""
    return there.strftime("%Y-%m-%dT%H:%M:%SZ")


class _Glyphs:
    """Where the characters of a page stand."""

    def __init__(self, raw: Any, text: Any) -> None:  # noqa: ANN401  # the same
        count = max(0, raw.FPDFText_CountChars(text))
        self.string = "".join(map(_character, (raw.FPDFText_GetUnicode(text, index) for index in range(count))))
        self._middles: list[tuple[float, float]] = []
        sides = [ctypes.c_double() for _ in range(4)]
        for index in range(count):
            raw.FPDFText_GetCharBox(text, index, *sides)
            left, right, bottom, top = (side.value for side in sides)
            self._middles.append(((left + right) / 2, (bottom + top) / 2))

    def under(self, boxes: Sequence[Box]) -> tuple[int, int]:
        """Return the range of the characters whose middle lies in one of `boxes`."""
        inside = [
            index
            for index, (x, y) in enumerate(self._middles)
            if any(left <= x <= right and bottom <= y <= top for left, bottom, right, top in boxes)
            and not self.string[index].isspace()
        ]
        return (inside[0], inside[-1] + 1) if inside else (0, 0)

    def near(self, box: Box) -> tuple[int, int]:
        """Return the range of the line that is nearest to `box`."""
        shown = [index for index, character in enumerate(self.string) if not character.isspace()]
        if not shown:
            return 0, 0
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        places = self._middles
        at = min(shown, key=lambda index: abs(places[index][0] - x) + _ROWS * abs(places[index][1] - y))
        start = max(self.string.rfind(end, 0, at) for end in _ENDS) + 1
        if start and self.string[start - 1] in _CUTS:  # the rest of a word that the line above begins
            start = self.string.find(" ", start) + 1 or start
        ends = [end for mark in _ENDS if (end := self.string.find(mark, at)) >= 0]
        return start, min(ends, default=len(self.string))


def _character(code: int) -> str:
    return chr(code) if 0 < code < 0xD800 or 0xDFFF < code < 0x110000 else " "  # noqa: PLR2004  # halves of pairs


def _letters(string: str) -> str:
    return "".join(filter(str.isalnum, string.casefold()))


class _Squeezed:
    """The letters and digits of a part of a text, and at which offset each stands."""

    def __init__(self, string: str, start: int, end: int) -> None:
        letters: list[str] = []
        self._string = string
        self.offsets: list[int] = []
        for offset in range(start, end):
            for letter in string[offset].casefold():
                if letter.isalnum():
                    letters.append(letter)
                    self.offsets.append(offset)
        self.letters = "".join(letters)

    def place(self, found: Found) -> tuple[int, int] | None:
        """Return the range of what a mark lies over; None where it is not here."""
        best, score, at = -1, -1, -1
        size = len(found.letters)
        while (at := self.letters.find(found.letters, at + 1)) >= 0:
            before, after = self.letters[max(0, at - _AROUND) : at], self.letters[at + size : at + size + _AROUND]
            alike = _alike(before[::-1], found.before[::-1]) + _alike(after, found.after)
            if alike > score:
                best, score = at, alike
        return self._whole(best, best + size, found.words) if best >= 0 else None

    def _whole(self, first: int, last: int, words: str) -> tuple[int, int]:
        """Return the range of letters with the marks that stand before and after them in `words`."""
        start, end = self.offsets[first], self.offsets[last - 1] + 1
        letters = [at for at, character in enumerate(words) if character.isalnum()]
        if not letters:  # U+0345 alone: no letter, but one once its case is folded
            return start, end
        for character in reversed(words[: letters[0]]):
            start -= start > 0 and self._string[start - 1] == character
        for character in words[letters[-1] + 1 :]:
            end += end < len(self._string) and self._string[end] == character
        return start, end


def _alike(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def placed(found: Sequence[Found], string: str, pages: Mapping[int, int]) -> list[Mark]:
    """Return the marks where they stand in `string`; `pages` says at which offset each page (from 0) begins in it.

    One whose words are not found is about the whole document, and says so in its note.
    """
    marks = []
    starts = sorted(pages.items())
    known: dict[int, _Squeezed] = {}
    for each in found:
        if each.letters and each.page not in known:
            start = pages.get(each.page, 0)
            end = next((at for number, at in starts if number > each.page and at > start), len(string))
            known[each.page] = _Squeezed(string, start, end)
        place = known[each.page].place(each) if each.letters else None
        mark = each.mark._replace(start=place[0], end=place[1]) if place else _unplaced(each)
        marks.append(mark)
    return sorted(marks, key=lambda mark: (mark.start, -mark.end, mark.key))


def _unplaced(found: Found) -> Mark:
    return found.mark._replace(note=f"Page {found.page + 1} of the file: {found.mark.note}".removesuffix(": "))
