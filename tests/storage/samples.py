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
