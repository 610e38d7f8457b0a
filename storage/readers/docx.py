"""Word documents (DOCX): turned into HTML by mammoth, and read as that; footnotes are notes at the end.

mammoth does not say over which passage a comment stands: so bookmarks, which it keeps, are put there before. Headings
are told by the styles, as Word names them itself whatever its language. Properties: ECMA-376,
part 2 (core).
"""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Iterator, Mapping
from functools import partial
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from lxml import etree

from storage.readers import encoding
from storage.readers.archive import PART, Archive, attribute, local
from storage.readers.comments import Comment, end_of, start_of, with_comments
from storage.readers.markup import Walker
from storage.text import Meta, Text

NAME = "docx"
VERSION = 2

_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='HTML Preformatted'] => pre:separator('\\n')
p[style-name='Plain Text'] => p:fresh
strike => s
"""
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PLACES = {"commentRangeStart": start_of, "commentRangeEnd": end_of, "commentReference": start_of}
_XML = (".xml", ".rels")


def parse(data: bytes, name: str, file_hash: str) -> Text:
    """Return the text of a document. Raises DocumentError."""
    archive = Archive(data, name)
    if archive.read("word/document.xml") is None and archive.xml("[Content_Types].xml") is None:
        raise archive.damaged()
    _refuse_entities(archive)
    walker = Walker(archived=True)
    comments = list(_comments(archive))
    walker.read(_html(_bookmarked(archive) if comments else data, archive))
    text = walker.text(f"{NAME}/{VERSION}", core(archive), name, file_hash)
    return with_comments(text, comments, walker.landmarks.marks)


def _comments(archive: Archive) -> Iterator[Comment]:
    root = archive.xml("word/comments.xml")
    for node in root if root is not None else ():
        if local(node) == "comment":
            lines = ["".join(map(_written, line.iter())) for line in node.iter() if local(line) == "p"]
            yield Comment(attribute(node, "id"), "\n".join(lines), attribute(node, "author"), attribute(node, "date"))


def _written(node: Any) -> str:  # noqa: ANN401  # an element of lxml, which has no types
    return node.text or "" if local(node) == "t" else " " if local(node) in {"tab", "br"} else ""


def _bookmarked(archive: Archive) -> bytes:
    """Return the document with a bookmark where the passage of each comment starts and ends."""
    root = archive.xml("word/document.xml")
    if root is None:
        raise archive.damaged()
    for node in list(root.iter(*(f"{_WORD}{name}" for name in _PLACES))):
        node.set(f"{_WORD}name", _PLACES[local(node)](attribute(node, "id")))
        node.tag = f"{_WORD}bookmarkStart"
    out = BytesIO()
    with ZipFile(out, "w") as made:
        for part in sorted(archive.parts):
            content = etree.tostring(root) if part == "word/document.xml" else archive.read(part)
            if content is not None:
                made.writestr(part, content)
    return out.getvalue()


def _refuse_entities(archive: Archive) -> None:
    """Raise DocumentError where a part is too large, or defines entities, which no Word ever wrote."""
    for part in sorted(archive.parts):
        if part.endswith(_XML) and b"<!ENTITY" in (archive.read(part) or b""):
            raise archive.refused("defines entities")


def _html(data: bytes, archive: Archive) -> str:
    """Return the document as HTML; of a picture what it says in words, and which part of the archive it is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import mammoth  # noqa: PLC0415  # imported when first used

        pictures = mammoth.images.img_element(partial(_named, archive.sums()))
        made = mammoth.convert_to_html(BytesIO(data), style_map=_STYLES, convert_image=pictures)
    return str(made.value)


def _named(parts: Mapping[tuple[int, int], str], image: Any) -> dict[str, str]:  # noqa: ANN401  # mammoth has no types
    """Return a picture's source: mammoth knows its bytes alone, so the part is told by their number and sum."""
    size, checksum = 0, 0
    try:
        with image.open() as file:
            while size < PART and (data := file.read(1 << 20)):
                size, checksum = size + len(data), zlib.crc32(data, checksum)
    except (KeyError, BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError):
        return {"src": ""}
    part = parts.get((size, checksum), "")
    return {"src": f"#{part}" if part else ""}


def core(archive: Archive) -> Meta:
    """Return what a document's properties say of it."""
    root: Any = archive.xml("docProps/core.xml")
    nodes = [] if root is None else [node for node in root if local(node)]
    said = {local(node): encoding.one_line("".join(node.itertext())) for node in nodes}
    creator = said.get("creator", "")
    return Meta(
        title=said.get("title", ""),
        authors=tuple(one for one in (each.strip() for each in creator.split(";")) if one),
        date=said.get("created", "")[:10],
        language=said.get("language", ""),
    )
