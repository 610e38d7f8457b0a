"""Documents of the formats that are archives, made here so that what is in them can be read here."""

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

_DATE = (2026, 1, 1, 0, 0, 0)


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    """Return a zip archive of parts; one called ``mimetype`` is not compressed."""
    out = BytesIO()
    with ZipFile(out, "w") as made:
        for name, content in parts.items():
            info = ZipInfo(name, _DATE)
            info.compress_type = ZIP_STORED if name == "mimetype" else ZIP_DEFLATED
            made.writestr(info, content)
    return out.getvalue()


def page(body: str, title: str = "") -> str:
    """Return a page of XHTML, as books have them."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"'
        f' xmlns:epub="http://www.idpf.org/2007/ops"><head><title>{title}</title><script src="x.js"/></head>'
        f"<body>{body}</body></html>"
    )


CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
PACKAGE = """<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/" version="3.0">
<metadata><dc:title>A Short Book</dc:title><dc:creator>Ann Writer</dc:creator><dc:creator>Ben Writer</dc:creator>
<dc:date>2026-02-03T00:00:00Z</dc:date><dc:language>en</dc:language></metadata>
<manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>
<item id="cover" href="cover.xhtml" media-type="application/xhtml+xml"/>
<item id="one" href="text/one%20a.xhtml" media-type="application/xhtml+xml"/>
<item id="two" href="text/two.xhtml" media-type="application/xhtml+xml"/>
<item id="gone" href="text/gone.xhtml" media-type="application/xhtml+xml"/>
<item id="notes" href="notes.xhtml" media-type="application/xhtml+xml"/>
</manifest>
<spine toc="ncx"><itemref idref="cover"/><itemref idref="nav"/><itemref idref="notes" linear="no"/>
<itemref idref="one"/><itemref idref="two"/><itemref idref="gone"/></spine></package>"""
NAV = """<nav epub:type="toc"><ol><li><a href="text/one%20a.xhtml">Chapter one</a><ol>
<li><a href="text/one%20a.xhtml#part">A part of it</a></li></ol></li><li><a href="text/two.xhtml">Chapter two</a></li>
<li><a href="text/gone.xhtml">Gone</a></li></ol></nav>"""
NCX = """<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel><text>First</text></navLabel>
<content src="text/one%20a.xhtml"/><navPoint><navLabel><text>Inner</text></navLabel>
<content src="text/one%20a.xhtml#part"/>
</navPoint></navPoint></navMap></ncx>"""
ONE = """<a id="start"/><h1>Chapter <i/>one</h1>
<p>The first <b>words</b>.<span epub:type="pagebreak" id="p2" title="2"/> See
<a href="two.xhtml#there">the other chapter</a>, a note<a epub:type="noteref" href="../notes.xhtml#n1">1</a> and another
one<sup><a href="#own">*</a></sup>.</p><h2 id="part">Part</h2><p>Some <ruby>漢<rt>かん</rt></ruby>.</p>
<aside epub:type="footnote" id="own"><p>A note of the chapter.</p></aside>"""
TWO = """<h1>Chapter two</h1><p id="there">The end.<br/>Of it. <a href="https://example.org/">The web</a>, <a
href="gone.xhtml">nothing</a>.</p><p><img src="../pictures/map.png" alt="A map"/></p>"""
NOTES = '<p id="n1">A note at the end. <a epub:type="backlink" href="text/one%20a.xhtml">↩</a></p>'


def book_parts() -> dict[str, str | bytes]:
    """Return the parts of a book that has a bit of everything."""
    return {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/book.opf": PACKAGE,
        "OEBPS/nav.xhtml": page(NAV),
        "OEBPS/toc.ncx": NCX,
        "OEBPS/cover.xhtml": page('<img src="cover.jpg" alt="cover"/>'),
        "OEBPS/text/one a.xhtml": page(ONE, "One"),
        "OEBPS/text/two.xhtml": page(TWO, "Two"),
        "OEBPS/notes.xhtml": page(NOTES),
    }


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def w(text: str, style: str = "", before: str = "") -> str:
    """Return a paragraph of a Word document; `text` may have runs in it."""
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    runs = text if "<w:" in text else f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'
    return f"<w:p><w:pPr>{style}{before}</w:pPr>{runs}</w:p>"


def run(text: str, look: str = "") -> str:
    """Return a run of a Word document."""
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def word_parts(body: str, notes: str = "", comments: str = "") -> dict[str, str | bytes]:
    """Return the parts of a Word document."""
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in {"T": "Title", "H1": "heading 1", "H2": "heading 2", "Q": "Quote"}.items()
    )
    numbering = "".join(
        f'<w:abstractNum w:abstractNumId="{number}"><w:lvl w:ilvl="0"><w:numFmt w:val="{kind}"/></w:lvl>'
        f'<w:lvl w:ilvl="1"><w:numFmt w:val="{kind}"/></w:lvl></w:abstractNum>'
        for number, kind in ((1, "bullet"), (2, "decimal"))
    ) + "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in (1, 2))
    parts = {"styles": styles, "numbering": numbering, "footnotes": notes, "comments": comments}
    overrides = "".join(f'<Override PartName="/word/{one}.xml" ContentType="{_TYPES}{one}+xml"/>' for one in parts)
    relations = "".join(f'<Relationship Id="r{one}" Type="{_KIND}{one}" Target="{one}.xml"/>' for one in parts)
    relations += (
        f'<Relationship Id="rweb" Type="{_KIND}hyperlink" Target="https://example.org/" TargetMode="External"/>'
    )
    namespace = 'xmlns="http://schemas.openxmlformats.org/package/2006/'
    return {
        "[Content_Types].xml": f'<Types {namespace}content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_TYPES}document.main+xml"/>{overrides}</Types>',
        "_rels/.rels": f'<Relationships {namespace}relationships">'
        f'<Relationship Id="r1" Type="{_KIND}officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships {namespace}relationships">{relations}</Relationships>',
        "word/document.xml": f"<w:document {W} {R}><w:body>{body}</w:body></w:document>",
        "docProps/core.xml": '<p:coreProperties xmlns:p="x" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:t="y">'
        "<dc:title>A Report</dc:title><dc:creator>Ann Writer; Ben Writer</dc:creator><dc:language>en-GB</dc:language>"
        "<t:created>2026-05-06T07:08:09Z</t:created></p:coreProperties>",
        **{f"word/{one}.xml": f"<w:{one} {W}>{content}</w:{one}>" for one, content in parts.items()},
    }


_LIST = '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="{}"/></w:numPr>'
WORD_BODY = (
    w("A Report", "T")
    + w("First section", "H1")
    + w(
        run("Some ")
        + run("bold", "<w:b/>")
        + run(" and ")
        + run("slanted", "<w:i/>")
        + run(" words, ")
        + f'<w:hyperlink r:id="rweb">{run("a link")}</w:hyperlink>'
        + run(", a note")
        + '<w:r><w:footnoteReference w:id="2"/></w:r>'
        + run(", a remark")
        + '<w:r><w:commentReference w:id="7"/></w:r>'
        + run(" and 10")
        + run("5", '<w:vertAlign w:val="superscript"/>')
        + run(".")
    )
    + w("One", before=_LIST.format(0, 1))
    + w("Two", before=_LIST.format(0, 1))
    + w("Deep", before=_LIST.format(1, 1))
    + w("First", before=_LIST.format(0, 2))
    + w("What somebody said.", "Q")
    + f"<w:tbl><w:tr><w:tc>{w('Name')}</w:tc><w:tc>{w('Number')}</w:tc></w:tr>"
    + f"<w:tr><w:tc>{w('Harbour')}</w:tc><w:tc>{w('12')}</w:tc></w:tr></w:tbl>"
    + w("Second part", "H2")
    + w("The end.")
)


def word() -> bytes:
    """Return a Word document that has a bit of everything."""
    notes = f'<w:footnote w:id="2">{w("What the note says.")}</w:footnote>'
    comments = f'<w:comment w:id="7" w:author="Ann Writer" w:initials="AW">{w("Is that so?")}</w:comment>'
    return archive(word_parts(WORD_BODY, notes, comments))


_ODF = (
    " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{kind}:1.0"'
        for name, kind in {
            "office": "office",
            "text": "text",
            "style": "style",
            "table": "table",
            "draw": "drawing",
            "fo": "xsl-fo-compatible",
            "svg": "svg-compatible",
            "meta": "meta",
        }.items()
    )
    + ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
ODT_STYLES = """<style:style style:name="B"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="I"><style:text-properties fo:font-style="italic"/></style:style>
<style:style style:name="U"><style:text-properties style:text-position="super 58%"/></style:style>
<style:style style:name="P1" style:parent-style-name="Quotations"/>
<text:list-style style:name="N"><text:list-level-style-number text:level="1"/></text:list-style>"""
ODT_BODY = """<text:tracked-changes><text:p>Deleted.</text:p></text:tracked-changes>
<text:p text:style-name="Title">A Report</text:p><text:h text:outline-level="1">First section</text:h>
<text:p>Some <text:span text:style-name="B">bold</text:span> and <text:span text:style-name="I">slanted</text:span>
words, <text:a xlink:href="https://example.org/">a link</text:a>, a note<text:note>
<text:note-citation>1</text:note-citation>
<text:note-body><text:p>What the note says.</text:p></text:note-body></text:note>, a remark<office:annotation>
<dc:creator>Ann Writer</dc:creator><dc:date>2026-01-01</dc:date><text:p>Is that so?</text:p></office:annotation> and
10<text:span text:style-name="U">5</text:span>.<text:s text:c="3"/><text:tab/></text:p>
<text:list><text:list-item><text:p>One</text:p></text:list-item><text:list-item><text:p>Two</text:p><text:list>
<text:list-item><text:p>Deep</text:p></text:list-item></text:list></text:list-item></text:list>
<text:list text:style-name="N"><text:list-item><text:p>First</text:p></text:list-item></text:list>
<text:p text:style-name="P1">What somebody said.</text:p>
<table:table><table:table-row><table:table-cell><text:p>Name</text:p></table:table-cell>
<table:table-cell><text:p>Number</text:p></table:table-cell></table:table-row><table:table-row>
<table:table-cell><text:p>Harbour</text:p></table:table-cell><table:table-cell><text:p>12</text:p></table:table-cell>
</table:table-row></table:table>
<text:p><draw:frame><draw:image xlink:href="Pictures/1.png"/><svg:desc>A map</svg:desc></draw:frame></text:p>
<text:h text:outline-level="2"><text:bookmark text:name="there"/>Second part</text:h><text:p>The
<text:a xlink:href="#there">end</text:a>.</text:p>"""


def odt_parts(body: str = ODT_BODY) -> dict[str, str | bytes]:
    """Return the parts of an OpenDocument text."""
    return {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {_ODF}>"
        f"<office:automatic-styles>{ODT_STYLES}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
        "meta.xml": f"<office:document-meta {_ODF}><office:meta><dc:title>A Report</dc:title>"
        "<meta:initial-creator>Ann Writer</meta:initial-creator><dc:date>2026-05-06T07:08:09</dc:date>"
        "<dc:language>en-GB</dc:language></office:meta></office:document-meta>",
    }
