import random

import pytest

from storage import readers
from storage.text import Span, Text
from tests.storage import pdfs, samples


def paragraphs(line: str) -> str:
    return "".join(f"{i}. {line}\n\n" for i in range(12_000))


@pytest.mark.parametrize(
    "line", ["Plain words that go on for some seventy characters.", "Naïve “quotes” — né, and so on, and so on."]
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_beginning_of_plain_text_is_that_of_the_whole(line, newline):
    data = paragraphs(line).replace("\n", newline).encode()
    whole, first = readers.parse(data, "a.txt"), readers.beginning(data, "a.txt")
    if len(data) < 320_000:
        assert first is None
        return
    assert first is not None
    assert whole.string.startswith(first.string)
    assert first.blocks[: len(first.blocks) - 1] == whole.blocks[: len(first.blocks) - 1]
    assert (first.fill, first.meta, first.file_hash) == (whole.fill, whole.meta, "")


def test_there_is_none_where_the_encoding_is_decided_further_on():
    data = paragraphs("Größe").encode() + b"\xff\xfe\xfa" * 100_000
    assert readers.beginning(data, "a.txt") is None
    assert readers.beginning(paragraphs("Words.").encode("utf-16"), "a.txt") is None


def article(inner: str) -> str:
    return f"<html><body><nav><a href='/'>Home</a></nav><article>{inner}</article></body></html>"


def blocks(count: int) -> str:
    """Return HTML with everything in it that a block can be."""
    return "".join(
        f"<h2 id='h{n}'>Part {n}</h2><p>Some <em>words {n}</em> and <a href='#h{n + 9}'>on</a>.</p><ul><li>One<li>Two"
        f"<p>loose</p></ul><table><tr><th>A<td>B</table><blockquote>Said.<p>Twice.</blockquote><pre>x\n y</pre><hr>"
        f"Bare text<div>inside {'of it ' * 40}</div>"
        for n in range(count)
    )


@pytest.mark.parametrize("page", [blocks(1200), article(blocks(1200))], ids=["page", "article"])
def test_the_beginning_of_a_page_is_that_of_the_whole(page):
    check_beginning(page.encode(), "a.html")


def test_where_the_article_has_to_be_looked_for_there_is_none():
    page = f"<html><body><nav><a href='/'>Home</a></nav><div>{blocks(1200)}</div></body></html>"
    assert readers.beginning(page.encode(), "a.html") is None


def test_the_beginning_of_a_book_is_that_of_the_whole():
    parts = samples.book_parts()
    spine = "".join(f'<item id="x{n}" href="x{n}.xhtml" media-type="application/xhtml+xml"/>' for n in range(30))
    parts["OEBPS/book.opf"] = samples.PACKAGE.replace("</manifest>", f"{spine}</manifest>").replace(
        "</spine>", "".join(f'<itemref idref="x{n}"/>' for n in range(30)) + "</spine>"
    )
    rng = random.Random(7)
    for n in range(30):
        noise = "".join(f"<p>{rng.getrandbits(400):x}</p>" for _ in range(120))
        parts[f"OEBPS/x{n}.xhtml"] = f"<html><body>{blocks(30)}{noise}</body></html>"
    check_beginning(samples.archive(parts), "a.epub")


def test_the_beginning_of_a_long_pdf_are_its_first_pages():
    lines = [[f"Row {row} of page {page} has words, as all of them have." for row in range(40)] for page in range(100)]
    data = pdfs.pdf(
        [
            [(72.0, 800.0, 9.0, "A head"), *pdfs.set_lines(page), (290.0, 40.0, 9.0, str(n))]
            for n, page in enumerate(lines)
        ],
        outline=[("One", 0, 700.0), ("Late", 90, 700.0)],
    )
    whole, first = readers.parse(data, "a.pdf"), readers.beginning(data, "a.pdf")
    assert first is not None
    assert readers.PART / 2 < len(first) < len(whole) / 4
    assert whole.string.startswith(first.string.rstrip()[:-200])
    assert "A head" not in first.string
    assert first.pages == tuple(page for page in whole.pages if page.start < len(first))
    assert first.file_hash == ""


def test_of_a_short_pdf_there_is_none():
    page = pdfs.set_lines([f"Row {row} is one of many rows." for row in range(40)])
    data = pdfs.pdf([page] * 30)
    assert readers.beginning(data + b"%" * 300_000, "a.pdf") is None


@pytest.mark.parametrize("name", ["a.html", "a.epub", "a.pdf"])
def test_a_small_file_is_read_at_once(name):
    assert readers.beginning(b"<p>Small.</p>", name) is None


def check_beginning(data: bytes, name: str) -> None:
    whole, first = readers.parse(data, name), readers.beginning(data, name)
    assert first is not None
    assert readers.PART <= len(first) < readers.PART + 5_000 < len(whole)
    assert whole.string.startswith(first.string)
    assert list(first.blocks) == list(whole.blocks)[: len(first.blocks)]
    assert (first.meta, first.reader, first.file_hash) == (whole.meta, whole.reader, "")
    marks = [span for span in whole.spans if span.end <= len(first)]
    assert [span for span in first.spans if span.kind != "link"] == [span for span in marks if is_near(span, first)]


def is_near(span: Span, first: Text) -> bool:
    """Tell whether a mark is one in the beginning too: what it leads to stands there, or it leads nowhere."""
    return span.kind != "link" and (span.kind not in {"place", "note"} or int(span.target) < len(first))
