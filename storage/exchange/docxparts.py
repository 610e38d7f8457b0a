"""The parts of a DOCX that are always the same: what it consists of, and how its paragraphs look."""

from __future__ import annotations

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"

COLORS = {
    "yellow": "F0DC74",
    "green": "B3DFAB",
    "blue": "AED0F2",
    "pink": "EFB4D4",
    "orange": "F5C592",
    "purple": "CBBAF0",
    "cyan": "A3DFE3",
    "red": "F2B2AF",
}
"""What lies behind a passage of each colour."""


def _style(name: str, title: str, paragraph: str = "", run: str = "", following: str = "") -> str:
    after = f'<w:next w:val="{following}"/>' if following else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{title}"/><w:basedOn w:val="Normal"/>{after}'
        f"<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>\n"
    )


def _headings() -> str:
    return "".join(
        _style(
            f"Heading{level}",
            f"heading {level}",
            f'<w:keepNext/><w:spacing w:before="{360 - 30 * level}" w:after="80"/><w:outlineLvl w:val="{level - 1}"/>',
            f'<w:b/><w:sz w:val="{34 - 2 * level}"/>',
            "Passage",
        )
        for level in range(1, 7)
    )


PARTS = {
    "[Content_Types].xml": (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_MAIN}.document.main+xml"/>'
        f'<Override PartName="/word/styles.xml" ContentType="{_MAIN}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
    ),
    "word/_rels/document.xml.rels": (
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "word/styles.xml": (
        f'{_XML}<w:styles xmlns:w="{_WORD}">\n'
        '<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/></w:rPr></w:rPrDefault></w:docDefaults>\n'
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>\n'
        + _headings()
        + _style("Description", "Tag description", '<w:spacing w:after="120"/>', "<w:i/>", "Passage")
        + _style("Passage", "Passage", '<w:keepLines/><w:spacing w:before="160" w:after="60"/>')
        + _style("Note", "Note", '<w:spacing w:after="60"/><w:ind w:left="400"/>')
        + _style(
            "Source",
            "Source",
            '<w:spacing w:after="120"/><w:ind w:left="400"/>',
            '<w:color w:val="595959"/><w:sz w:val="18"/>',
        )
        + "</w:styles>"
    ),
    "word/document.xml": (
        f'{_XML}<w:document xmlns:w="{_WORD}"><w:body>\n<!-- body --><w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="708" w:footer="708"'
        ' w:gutter="0"/></w:sectPr></w:body></w:document>'
    ),
}
"""The files in the archive; the body goes where the comment stands."""
