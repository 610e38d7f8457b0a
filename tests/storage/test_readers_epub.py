"""Books as text."""

import random

import pytest

from storage import readers
from storage.errors import DocumentError
from storage.readers import archive as archives
from storage.readers import epub
from storage.text import Page, Section, Text
from tests.storage import rendering, samples
from tests.storage.soundness import assert_sound, mutations


def read(parts=None) -> Text:
    return readers.parse_here(samples.archive(parts or samples.book_parts()), "book.epub")


def refused(data: bytes) -> str:
    with pytest.raises(DocumentError) as caught:
        readers.parse_here(data, "book.epub")
    assert str(caught.value).startswith("book.epub ")
    return str(caught.value)


def test_a_book_reads_as_stored():
    text = readers.parse(rendering.made()["book.epub"], "book.epub")
    assert rendering.rendered(text) == (rendering.GOLDENS / "book.epub.golden").read_text(encoding="utf-8")


def test_the_outline_is_that_of_ncx_where_there_is_no_nav():
    parts = samples.book_parts()
    del parts["OEBPS/nav.xhtml"]
    text = read(parts)
    assert text.sections == (
        Section(0, len(text), 1, "First"),
        Section(text.string.index("Part"), len(text), 2, "Inner"),
    )


def test_without_either_headings_are_the_outline():
    parts = samples.book_parts()
    del parts["OEBPS/nav.xhtml"], parts["OEBPS/toc.ncx"]
    assert [one.title for one in read(parts).sections] == ["Chapter one", "Part", "Chapter two"]


def test_page_numbers_of_the_print_are_kept():
    text = read()
    assert text.pages == (Page(text.string.index("See"), "2"),)
    assert (text.page_at(0), text.page_at(len(text))) == ("", "2")


def test_a_book_without_its_container_or_order_is_read():
    parts = samples.book_parts()
    del parts["META-INF/container.xml"]
    assert "Chapter two" in read(parts).string
    parts["OEBPS/book.opf"] = samples.PACKAGE.split("<spine")[0] + "</package>"
    assert "Chapter two" in read(parts).string


def test_a_locked_book_and_one_with_locked_fonts_are_told_apart():
    xml = '<encryption><EncryptedData><EncryptionMethod Algorithm="{}"/></EncryptedData></encryption>'
    part = "META-INF/encryption.xml"
    fonts = {part: xml.format("http://www.idpf.org/2008/embedding"), **samples.book_parts()}
    assert "Chapter one" in read(fonts).string
    locked = {part: xml.format("http://www.w3.org/2001/04/xmlenc#aes128-cbc"), **samples.book_parts()}
    assert "DRM" in refused(samples.archive(locked))


def test_mutated_books_are_read_or_refused():
    data = samples.archive(samples.book_parts())
    for made in mutations(data, random.Random(11), 120):
        try:
            text = readers.parse_here(made, "book.epub")
        except DocumentError:
            continue
        assert_sound(text)


def test_mutated_parts_are_read_or_refused():
    parts = samples.book_parts()
    chance = random.Random(13)
    for name in parts:
        content = parts[name]
        for made in mutations(content.encode() if isinstance(content, str) else content, chance, 15):
            try:
                text = read({**parts, name: made})
            except DocumentError:
                continue
            assert_sound(text)


def test_a_bomb_is_refused(monkeypatch):
    parts = samples.book_parts()
    monkeypatch.setattr(archives, "PART", 1_000_000)
    assert "too much" in refused(samples.archive({**parts, "OEBPS/text/two.xhtml": b"a" * 1_000_001}))
    monkeypatch.setattr(archives, "UNPACKED", 5_000_000)
    pages = {f"OEBPS/p{i}.xhtml": b"<p>" + b"a " * 400_000 for i in range(10)}
    items = "".join(f'<item id="p{i}" href="p{i}.xhtml" media-type="text/html"/>' for i in range(10))
    package = samples.PACKAGE.split("<spine")[0].replace("</manifest>", f"{items}</manifest></package>")
    assert "too much" in refused(samples.archive({**parts, **pages, "OEBPS/book.opf": package}))
    monkeypatch.setattr(archives, "PARTS", 5)
    assert "parts" in refused(samples.archive(parts))


def test_entities_are_not_expanded():
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
    kinds = f'<!DOCTYPE package [<!ENTITY l0 "ha">{laughs}]>'
    package = samples.PACKAGE.replace('<?xml version="1.0"?>', kinds).replace("A Short Book", "A &l11; Book")
    try:
        text = read({**samples.book_parts(), "OEBPS/book.opf": package})
    except DocumentError:  # libxml2 gives such a file up, or only the entities in it
        return
    assert "secret" not in text.meta.title
    assert len(text.meta.title) < 100


def test_an_entity_of_another_file_is_not_fetched(tmp_path):
    (tmp_path / "secret").write_text("a secret")
    kinds = f'<!DOCTYPE package [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>'
    package = samples.PACKAGE.replace('<?xml version="1.0"?>', kinds).replace("A Short Book", "A &x; Book")
    assert "secret" not in read({**samples.book_parts(), "OEBPS/book.opf": package}).meta.title


@pytest.mark.parametrize(
    "href", ["../../../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "..\\..\\x", "//host/x"]
)
def test_no_name_leads_out_of_the_archive(href):
    package = samples.PACKAGE.replace("text/two.xhtml", href)
    text = read({**samples.book_parts(), "OEBPS/book.opf": package})
    assert "root:" not in text.string
    assert any("2 of the book's pages" in warning for warning in text.warnings)


def test_what_is_no_archive_is_told():
    assert "damaged" in refused(b"PK\x03\x04 nonsense")
    assert "damaged" in refused(samples.archive({"a.txt": "x"}))


@pytest.mark.parametrize(
    ("page", "meant"),
    [
        ("<i/>a", "<i></i>a"),
        ('<a id="x" />a<br/>b<hr />', '<a id="x" ></a>a<br/>b<hr />'),
        ("<p>a/>b</p><b/>", "<p>a/>b</p><b></b>"),
        ("a /> <i /><", "a /> <i ></i><"),
        ("</i/><1/>", "</i/><1/>"),
    ],
)
def test_an_element_that_ends_at_once_has_an_end_of_its_own(page, meant):
    assert epub.ended(page.encode()) == meant.encode()
