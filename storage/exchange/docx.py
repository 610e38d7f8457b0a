"""DOCX: a heading for each tag, and beneath it each passage in its context, with its note and source.

What is said of an annotation is written once to a file aside and copied under each of its tags, so that memory holds
only where it lies there. The document has no macros, links or fields. WordprocessingML: ECMA-376, part 1.
"""

# ruff: noqa: PLC0415  # imported when first used

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO
from xml.sax.saxutils import escape

from storage.citing import locator, year
from storage.exchange.destination import archived
from storage.exchange.docxparts import COLORS, PARTS
from storage.exchange.entry import paragraphs
from storage.visible import in_xml, one_line

if TYPE_CHECKING:
    from typing import BinaryIO
    from zipfile import ZipInfo

    from storage.exchange.entry import Collection, Entry

CONTEXT = 200
"""Characters shown before and after a passage, at most, of its own paragraphs."""

UNTAGGED = "Without a tag"

_EPOCH = (1980, 1, 1, 0, 0, 0)
_DEEPEST = 6
_PIECE = 1 << 20


def dump(collection: Collection, out: TextIO) -> None:
    """Write `collection` to what lies beneath `out`. Raises UsageError where that takes text alone."""
    from tempfile import TemporaryFile
    from zipfile import ZIP_DEFLATED, ZipFile

    with TemporaryFile() as aside, archived(out) as target, ZipFile(target, "w", ZIP_DEFLATED) as archive:
        places = _spooled(collection, aside)
        for name, content in PARTS.items():
            if name != "word/document.xml":
                archive.writestr(_info(name), content)
        before, after = PARTS["word/document.xml"].split("<!-- body -->")
        with archive.open(_info("word/document.xml"), "w", force_zip64=True) as body:
            body.write(before.encode())
            for piece in _body(collection, places, aside):
                body.write(piece)
            body.write(after.encode())


def _info(name: str) -> ZipInfo:
    from zipfile import ZIP_DEFLATED, ZipInfo

    info = ZipInfo(name, _EPOCH)
    info.compress_type = ZIP_DEFLATED
    return info


def _spooled(collection: Collection, aside: BinaryIO) -> dict[str, array[int]]:
    """Write what is said of each annotation to `aside`; return by tag where that begins and how long it is."""
    places: dict[str, array[int]] = defaultdict(lambda: array("Q"))
    at = 0
    for entry in collection:
        said = "".join(_annotation(entry, collection.library.color_of(entry.annotation))).encode()
        aside.write(said)
        for tag in entry.tags or ("",):
            places[tag].extend((at, len(said)))
        at += len(said)
    return places


def _body(collection: Collection, places: dict[str, array[int]], aside: BinaryIO) -> Iterator[bytes]:
    descriptions = {tag.path: tag.description for tag in collection.library.tags()}
    used = {path[:at] for path in places for at in (*(m.start() for m in re.finditer("/", path)), len(path)) if path}
    for path in (*sorted(used, key=lambda one: one.split("/")), *([""] if "" in places else [])):
        level = min(path.count("/") + 1, _DEEPEST)
        yield _paragraph(f"Heading{level}", _run(path or UNTAGGED)).encode()
        if descriptions.get(path):
            yield _paragraph("Description", _run(descriptions[path])).encode()
        found = places.get(path, array("Q"))
        for at, length in zip(found[::2], found[1::2], strict=True):
            aside.seek(at)
            yield aside.read(length)


def _annotation(entry: Entry, color: str) -> Iterator[str]:
    one, document = entry.annotation, entry.document
    if one.exact:
        before, after = context(entry)
        fill = COLORS.get(color, COLORS["yellow"])
        shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'
        yield _paragraph("Passage", f"{_run(before, _DIM)}{_run(one.exact, shade)}{_run(after, _DIM)}")
    for part in paragraphs(one.note):
        yield _paragraph("Note", _run(part))
    where = locator(entry.place, entry.last_page) or entry.where()
    facts = ["; ".join(document.authors), document.title, year(document), where, entry.creator]
    yield _paragraph("Source", _run(", ".join(one_line(fact) for fact in facts if fact)))


_DIM = '<w:color w:val="767676"/>'


def context(entry: Entry) -> tuple[str, str]:
    """Return what stands before and after a passage in its own paragraphs; in the anchor, where there is no text."""
    one, text = entry.annotation, entry.text
    stands = text is not None and one.ranges and one.text in {"", text.hash} and one.state == "anchored"
    if text is None or not stands:
        return (f"… {one.prefix}" if one.prefix else ""), (f"{one.suffix} …" if one.suffix else "")
    first, last = (text.blocks[text.blocks.at(offset)] for offset in (one.start, one.end - 1))
    start, end = max(first.start, one.start - CONTEXT), min(last.end, one.end + CONTEXT)
    before, after = text.string[start : one.start], text.string[one.end : end]
    if start > first.start:
        before = f"… {before.partition(' ')[2] or before}"
    if end < last.end:
        after = f"{after.rpartition(' ')[0] or after} …"
    return before, after


def _paragraph(style: str, runs: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>\n'


def _run(string: str, look: str = "") -> str:
    """Return foreign text as a run; line ends in it stay."""
    if not string:
        return ""
    clean = escape(in_xml(string))
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in clean.split("\n"))
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{lines}</w:r>"
