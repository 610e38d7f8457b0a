"""Word documents (DOCX): turned into HTML by mammoth, and read as that; footnotes and comments are notes at the end.

Headings are told by the styles, as Word names them itself whatever its language. Properties: ECMA-376, part 2 (core).
"""

from __future__ import annotations

import re
import warnings
from io import BytesIO
from typing import Any

from storage.readers import encoding
from storage.readers.archive import Archive, local
from storage.readers.markup import Walker
from storage.text import Meta, Text

NAME = "docx"
VERSION = 1

_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='HTML Preformatted'] => pre:separator('\\n')
p[style-name='Plain Text'] => p:fresh
strike => s
comment-reference => sup
"""
_COMMENT = re.compile(r'<dt (id="comment-[^"<>]*")>[^<>]*</dt><dd>')
_XML = (".xml", ".rels")


def parse(data: bytes, name: str, file_hash: str) -> Text:
    """Return the text of a document. Raises DocumentError."""
    archive = Archive(data, name)
    if archive.read("word/document.xml") is None and archive.xml("[Content_Types].xml") is None:
        raise archive.damaged()
    _refuse_entities(archive)
    walker = Walker()
    walker.read(_html(data))
    return walker.text(f"{NAME}/{VERSION}", core(archive), name, file_hash)


def _refuse_entities(archive: Archive) -> None:
    """Raise DocumentError where a part is too large, or defines entities, which no Word ever wrote."""
    for part in sorted(archive.parts):
        if part.endswith(_XML) and b"<!ENTITY" in (archive.read(part) or b""):
            raise archive.refused("defines entities")


def _html(data: bytes) -> str:
    """Return the document as HTML; of a picture only what it says in words."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import mammoth  # noqa: PLC0415  # imported when first used

        pictures = mammoth.images.img_element(lambda _: {"src": ""})
        made = mammoth.convert_to_html(BytesIO(data), style_map=_STYLES, convert_image=pictures)
    return _COMMENT.sub(r"<dd \1>", str(made.value))


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
