"""PDF: text, outline, page labels and properties through pdfium; what belongs together is told by `pdflines`.

Highlights and notes that are in the file come along (`storage.readers.pdfmarks`), and a placeholder of each picture
(`storage.readers.pdfpictures`). A file that is locked is opened with
the password that was given for it (`storage.readers.unlock`). Pages that have no text are counted and named: they are
pictures of text, and need to be recognised (OCR) first.
"""

# ruff: noqa: PLC0415  # imported when first used: the version is asked for by who does not parse

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

from storage import readers
from storage.errors import DocumentError, LockedError
from storage.readers import builder, encoding, pdfmarks, pdfpictures
from storage.readers.builder import Builder, Inline
from storage.readers.pdfglyphs import Glyphs
from storage.readers.pdflines import Figure, Line, Paragraph, Words, in_order, merged, paragraphs, without_running
from storage.text import Block, Meta, Page, Span, Text
from storage.visible import one_line

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

NAME = "pdf"
VERSION = 4

_PASSWORD = 4
_FEWEST, _PAGE, _MANY = 8, 2_000, 4
"""Pages that a beginning has at least, characters that a page has about, and how many times as long the whole is."""
_HEADING = 1.12
_NEXT_LEVEL = 0.92
_LONGEST_HEADING = 160
_DEEPEST = 6
_LIST = re.compile(r"([•‣▪◦●○■□]|[0-9]{1,3}[.)])\s+(?=\S)")
_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?")
_NO_TITLE = re.compile(r"^(untitled.*|microsoft word - .*|.*\.(docx?|tex|indd|pdf|odt|dvi))$", re.IGNORECASE)


def parse(data: bytes, name: str, file_hash: str) -> Text:
    """Return the text of a PDF. Raises DocumentError."""
    document = _opened(data, name)
    count = len(document)
    reading = _Pages(document, pictured=pdfpictures.has_any(data))
    pages = reading.lines(count)
    empty = sum(not page for page in pages)
    if count and empty == count:
        plural = "its page is an image" if count == 1 else f"all of its {count} pages are images"
        raise DocumentError(f"{one_line(name)} has no text: {plural}. Run OCR (ocrmypdf) and add it again.")
    warnings = [f"{empty} of {count} pages are images; run OCR (ocrmypdf) and add it again."] if empty else []
    made = _made(document, reading.with_pictures(pages))
    text = made.text(document, name, file_hash, warnings)
    return text.marked(pdfmarks.placed(reading.marks, text.string, made.starts)) if reading.marks else text


def beginning(data: bytes, name: str, most: int) -> Text | None:
    """Return the text of the first pages of a long PDF, about `most` characters. Raises DocumentError.

    None where it has few pages, or the first are images. What all pages have in common, such as a running head, may be
    told otherwise than in the whole.
    """
    document = _opened(data, name)
    first = max(_FEWEST, most // _PAGE)
    if len(document) < _MANY * first:
        return None
    reading = _Pages(document, pictured=pdfpictures.has_any(data))
    pages = reading.lines(first)
    return _made(document, reading.with_pictures(pages)).text(document, name, "", []) if any(pages) else None


def picture(data: bytes, name: str, target: str) -> bytes:
    """Return the picture that a span with `target` stands for, as PNG. Raises DocumentError."""
    return pdfpictures.picture(_opened(data, name), name, target)


def _opened(data: bytes, name: str) -> PdfDocument:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data, password=readers.password_of(name) or None)
        len(document)
    except pypdfium2.PdfiumError as error:
        raise _refused(name, getattr(error, "err_code", None)) from None
    return document


def _made(document: PdfDocument, pages: Sequence[list[Line]]) -> _Made:
    found = paragraphs([in_order(page) for page in without_running(pages)], Words(pages))
    return _Made(found, _labels(document, len(pages)))


def _refused(name: str, code: int | None) -> DocumentError:
    shown = one_line(name)
    if code == _PASSWORD:
        if readers.password_of(name):
            return LockedError(f"That is not the password of {shown}.", name)
        return LockedError(f"{shown} is locked with a password. Open it alone, and it is asked for.", name)
    return DocumentError(f"{shown} is damaged or no PDF. Open it in its own program and save it anew.")


class _Pages:
    """What stands on the pages of a document, each of which is opened once; `marks` is what is marked on them."""

    def __init__(self, document: PdfDocument, *, pictured: bool) -> None:
        self.marks: list[pdfmarks.Found] = []
        self._document = document
        self._glyphs = Glyphs()
        self._budget = pdfpictures.Budget() if pictured else None
        self._pictures: list[list[pdfpictures.Picture]] = []

    def lines(self, count: int) -> list[list[Line]]:
        """Return the lines of the first `count` pages in the order of the file; none of one that is damaged."""
        return [merged(self._page(number)) for number in range(count)]

    def with_pictures(self, pages: list[list[Line]]) -> list[list[Line]]:
        """Return the lines of pages with what stands for the pictures on them; most documents have none."""
        if self._budget is None:
            return pages
        found = pdfpictures.without_ornaments(self._pictures)
        return [pdfpictures.placed(lines, found[number], number) for number, lines in enumerate(pages)]

    def _page(self, number: int) -> list[Line]:
        import pypdfium2

        pictures: list[pdfpictures.Picture] = []
        self._pictures.append(pictures)
        try:
            page = self._document[number]
            text = page.get_textpage()
        except pypdfium2.PdfiumError:
            return []
        try:
            self.marks += pdfmarks.on_page(page, text, number)
            if self._budget:
                pictures += pdfpictures.on_page(page, self._budget)
            return self._glyphs.lines(text)
        finally:
            text.close()
            page.close()


def _labels(document: PdfDocument, count: int) -> list[str]:
    """Return what each page is called, its number where the document says nothing."""
    return [encoding.one_line(document.get_page_label(number)) or str(number + 1) for number in range(count)]


class _Made:
    """The text while it is put together from its paragraphs."""

    def __init__(self, found: Sequence[Paragraph], labels: Sequence[str]) -> None:
        self._labels = labels
        self._builder = Builder()
        self._pages: list[Page] = []
        self.starts: dict[int, int] = {}
        self._tops: dict[int, list[tuple[float, int, str]]] = {}
        self._levels = _levels(found)
        self.heading, self.first = "", ""
        for paragraph in found:
            self._add(paragraph)

    def _add(self, paragraph: Paragraph) -> None:
        if isinstance(paragraph.string, Figure):
            self._add_picture(paragraph, paragraph.string)
            return
        titled = len(paragraph.string) <= _LONGEST_HEADING and any(map(str.isalpha, paragraph.string))
        level = self._levels.get(round(paragraph.size, 1), 0) if titled else 0
        item = None if level else _LIST.match(paragraph.string)
        kind = "heading" if level else "item" if item else "paragraph"
        marker = item[1] if item else ""
        words: str = paragraph.string[item.end() if item else 0 :]
        spans: list[Span] = []
        shape = Block(0, 0, kind, level or int(bool(item)), 0, marker, 2 if level in {1, 2} else 1)
        if "://" in words:
            inline = Inline()
            builder.add_linked(inline, words)
            words, spans = inline.finish()
        string = words if spans else builder.words_of(words)
        start = self._builder.block(string, spans, shape)
        if start < 0:
            return
        self.first = self.first or string
        self.heading = self.heading or (string if level == 1 else "")
        self._tops.setdefault(paragraph.page, []).append((paragraph.top, start, string))
        shift = len(paragraph.string) - len(string)
        for at, page in ((0, paragraph.page), *paragraph.breaks):
            turned = start + (max(0, min(at - shift, len(string) - 1)) if at else 0)
            self.starts.setdefault(page, turned)
            self._turn(turned, page)

    def _add_picture(self, paragraph: Paragraph, figure: Figure) -> None:
        inline = Inline()
        inline.span(figure, "image", figure.target)
        words, spans = inline.finish()
        start = self._builder.block(words, spans, Block(0, 0, "image"))
        if start >= 0:
            self.starts.setdefault(paragraph.page, start)
            self._turn(start, paragraph.page)

    def _turn(self, at: int, page: int) -> None:
        if not self._pages or self._pages[-1].label != self._labels[page]:
            self._pages.append(Page(at, self._labels[page]))

    def text(self, document: PdfDocument, name: str, file_hash: str, warnings: list[str]) -> Text:
        """Return the text, with what the document says of itself."""
        meta = _meta(document)
        title = meta.title or self.heading or builder.title_of(self.first, builder.stem(name))
        return self._builder.build(
            reader=f"{NAME}/{VERSION}",
            meta=meta._replace(title=title, format=NAME),
            file_hash=file_hash,
            warnings=warnings,
            outline=self._outline(document),
            pages=self._pages,
        )

    def _outline(self, document: PdfDocument) -> list[tuple[int, int, str]]:
        """Return offset, level and title of the bookmarks: at the paragraph that they name, else at their place."""
        found = []
        for mark in document.get_toc(max_depth=_DEEPEST):
            title, target = encoding.one_line(mark.get_title()), mark.get_dest()
            number = target.get_index() if target else None
            if not title or number is None:
                continue
            view: Sequence[float | None] = target.get_view()[1] if target else ()
            at = self._place(number, next((top for top in view[1:2] if top is not None), float("inf")), title)
            if at is not None:
                found.append((at, mark.level + 1, title))
        return sorted(found, key=lambda entry: entry[0]) if len(found) > 1 else []

    def _place(self, page: int, top: float, title: str) -> int | None:
        here = self._tops.get(page, ())
        wanted = _letters(title)
        named = (start for _, start, string in here if _letters(string[: 2 * len(title) + 20]).endswith(wanted))
        below = (start for above, start, _ in here if above <= top + 2)
        later = (entries[0][1] for number, entries in self._tops.items() if number > page)
        return next(chain(named, below, later), None)


def _letters(string: str) -> str:
    return "".join(filter(str.isalnum, string)).casefold()


def _levels(found: Sequence[Paragraph]) -> dict[float, int]:
    """Return the level of heading that each size of font stands for: larger than what most is written in."""
    weights: Counter[float] = Counter()
    for paragraph in found:
        weights[round(paragraph.size, 1)] += len(paragraph.string)
    if not weights:
        return {}
    usual = weights.most_common(1)[0][0]
    levels: dict[float, int] = {}
    level, last = 0, float("inf")
    for size in sorted((size for size in weights if size > _HEADING * usual), reverse=True):
        if size < _NEXT_LEVEL * last:
            level, last = level + 1, size
        levels[size] = min(level, _DEEPEST)
    return levels


def _meta(document: PdfDocument) -> Meta:
    said = {key: encoding.one_line(value) for key, value in document.get_metadata_dict(skip_empty=True).items()}
    title, date = said.get("Title", ""), _DATE.match(said.get("CreationDate", ""))
    authors = [one.strip() for one in re.split(r";|, and |\band\b(?=\s[A-Z])", said.get("Author", ""))]
    return Meta(
        title="" if _NO_TITLE.match(title) else title,
        authors=tuple(one for one in authors if one),
        date="-".join(filter(None, date.groups())) if date else "",
    )
