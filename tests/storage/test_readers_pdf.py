"""PDF: reading order, running heads, paragraphs, hyphens, outline, pages."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import readers
from storage.errors import DocumentError
from storage.readers import pdfglyphs
from storage.readers.pdflines import SOFT, Line, in_order, join
from storage.text import Page, Text
from tests.storage import rendering
from tests.storage.pdfs import Placed, pdf, set_lines
from tests.storage.soundness import assert_sound, mutations, read_or_told

LEFT = [
    *("The harbour of the old town was opened", "again on Saturday, four years after", "the storm that had filled it."),
    *(
        "The boats, which had used the neigh-",
        "bouring quay, came back on the same",
        "day, as the well-known pilots said.",
    ),
]
RIGHT = [
    *(
        "The dredger stays in the basin and",
        "works at night, when the tide is low",
        "and nobody wants to leave or enter.",
    ),
    *("The works cost less than expected,", "because the stones were used again", "and because the winters were mild."),
]


def read(pages: list[list[Placed]], **more) -> Text:
    text = readers.parse_here(pdf(pages, **more), "paper.pdf")
    assert_sound(text)
    return text


def blocks(text: Text) -> list[str]:
    return [text.string[block.start : block.end] for block in text.blocks]


def rows(*columns: list[Placed]) -> list[Placed]:
    """Return the lines of columns side by side, row by row, as some programs write them."""
    return [line for row in zip(*columns, strict=True) for line in row]


def sample() -> bytes:
    """Return a paper of two columns with all that papers have."""
    body = [set_lines(LEFT, top=640), set_lines(RIGHT, x=310, top=640)]
    first = [(72.0, 700.0, 20.0, "A paper on a harbour"), *rows(*body), (300.0, 40.0, 9.0, "1")]
    second = [(72.0, 800.0, 9.0, "Harbours"), *rows(*body), (300.0, 40.0, 9.0, "2")]
    third = [
        (72.0, 800.0, 9.0, "Harbours"),
        (72.0, 700.0, 15.0, "Conclusion"),
        *set_lines(["It is open. See https://example.org/harbour.", "And it will stay so (we hope)."], top=670),
        *[(72.0, 600.0 - 14 * number, 11.0, f"{number + 1}. Item of a list") for number in range(2)],
        (300.0, 40.0, 9.0, "3"),
    ]
    fourth = [(72.0, 800.0, 9.0, "Harbours"), *set_lines(["The end."]), (300.0, 40.0, 9.0, "4")]
    info = {"Title": "A paper on a harbour", "Author": "Ann Writer; Ben Writer", "CreationDate": "D:20260304050607"}
    outline = [("A paper on a harbour", 0, 720), ("Conclusion", 2, 715)]
    return pdf([first, second, third, fourth], info=info, outline=outline, labels="0<</S/r>>2<</S/D/St 1>>")


def test_a_paper_reads_as_stored():
    text = readers.parse(sample(), "paper.pdf")
    assert rendering.rendered(text) == (rendering.GOLDENS / "paper.pdf.golden").read_text(encoding="utf-8")


@pytest.mark.parametrize("order", [rows, lambda a, b: a + b, lambda a, b: b + a])
def test_columns_are_read_one_after_the_other(order):
    text = read([order(set_lines(LEFT), set_lines(RIGHT, x=310))])
    joined = "neighbouring quay, came back on the same day, as the well-known pilots said."
    assert joined in text.string
    assert text.string.index("pilots") < text.string.index("The dredger")


def test_three_columns_and_a_heading_over_all_of_them():
    columns = [
        set_lines([f"{word} number {n} of it goes on" for n in range(8)], x=x, size=9)
        for x, word in ((50, "Alpha"), (225, "Beta"), (400, "Gamma"))
    ]
    text = read([[(50.0, 760.0, 20.0, "A heading over all of the columns here"), *rows(*columns)]])
    found = [text.string.index(word) for word in ("A heading", "Alpha", "Beta", "Gamma")]
    assert found == sorted(found)
    assert text.string.rindex("Alpha") < text.string.index("Beta")


def test_a_table_of_short_cells_is_no_set_of_columns():
    lines = [(x, 700.0 - 14 * n, 11.0, f"{w}{n}") for n in range(8) for x, w in ((72.0, "a"), (200.0, "b"))]
    assert read([lines]).string.replace("\n\n", " ").startswith("a0 b0 a1 b1")


def test_running_heads_go_and_a_paragraph_goes_on_over_pages():
    pages = [
        [
            (72.0, 800.0, 9.0, "My Book" if number % 2 else f"Chapter {number // 4 + 1}"),
            *set_lines(
                [
                    f"Page number {number} has these words in it, and then",
                    "it goes on and on, over its own end, and",
                    "so on",
                ]
            ),
            (300.0, 40.0, 9.0, f"- {number + 1} -"),
        ]
        for number in range(8)
    ]
    text = read(pages)
    assert "My Book" not in text.string
    assert "Chapter" not in text.string
    assert "- 3 -" not in text.string
    assert [page.label for page in text.pages] == [str(number) for number in range(1, 9)]
    assert all(text.string[page.start :].startswith(("Page number", " Page")) for page in text.pages)


def test_what_stands_once_at_the_top_stays():
    assert read([set_lines(["A line of its own."], top=800), set_lines(["Another one."], top=800)]).string == (
        "A line of its own.\n\nAnother one."
    )


def test_paragraphs_by_indentation_gaps_and_early_ends():
    text = read(
        [
            [
                *set_lines(["One goes over the whole width of it here", "and ends."]),
                (90.0, 692.0, 11.0, "Two is indented here, as books do"),
                (72.0, 678.0, 11.0, "and goes on to the left."),
                (72.0, 640.0, 11.0, "Three comes after a gap."),
            ]
        ]
    )
    assert [block.split()[0] for block in blocks(text)] == ["One", "Two", "Three"]


@pytest.mark.parametrize(
    ("above", "below", "joined"),
    [
        ("the neigh-", "bouring quay", "the neighbouring quay"),
        ("a well-", "known pilot", "a well-known pilot"),
        (f"sof{SOFT}", "ten", "soften"),
        ("North-", "South line", "North-South line"),
        ("1990-", "1995", "1990- 1995"),
        ("一二", "三四", "一二三四"),
        ("one ", " two", "one two"),
    ],
)
def test_lines_are_joined(above, below, joined):
    assert join(above, below, frozenset({"well-known"})) == joined


def test_pages_of_pictures_are_counted():
    with pytest.raises(DocumentError, match=r"all of its 3 pages are images.*ocrmypdf"):
        readers.parse_here(pdf([[], [], []]), "scan.pdf")
    with pytest.raises(DocumentError, match="its page is an image"):
        readers.parse_here(pdf([[]]), "scan.pdf")
    text = read([[], set_lines(["Words of it."]), []])
    assert text.warnings == ("2 of 3 pages are images; run OCR (ocrmypdf) and add it again.",)
    assert text.pages == (Page(0, "2"),)


def test_nothing_steers_the_terminal():
    text = read(
        [set_lines(["a \x1b[31mb\x9b c"])],
        info={"Title": "T\x1b]0;x\x07", "Author": "\x9b1m"},
        outline=[("\x1b[1mO", 0, 800), ("P", 0, 700)],
    )
    assert text.meta.title.isprintable()


@pytest.mark.parametrize("data", [b"%PDF-1.7 nonsense", b"words", b"%PDF-", b"\0" * 1000])
def test_what_is_no_pdf_is_told(data):
    with pytest.raises(DocumentError, match=r"^paper\.pdf is damaged or no PDF"):
        readers.parse_here(data, "paper.pdf")


def test_mutated_papers_are_read_or_told():
    for made in mutations(sample(), random.Random(23), 80):
        read_or_told(made, "paper.pdf")


def test_many_pages_end():
    began = time.process_time()
    text = readers.parse_here(pdf([set_lines([f"Word {n}."]) for n in range(2_000)]), "long.pdf")
    assert len(text.pages) == 2_000
    assert time.process_time() - began < 20


def test_any_lines_are_all_kept():
    chance = random.Random(29)
    for _ in range(200):
        lines = [
            Line(
                str(n),
                left := chance.uniform(0, 500),
                left + chance.uniform(1, 300),
                bottom := chance.uniform(0, 800),
                bottom + 12,
                12,
            )
            for n in range(chance.randrange(40))
        ]
        assert sorted(line for column in in_order(lines) for line in column) == sorted(lines)


@given(
    st.lists(st.sampled_from(["a", "word", " ", "\r\n", "\xad", "\x02", "\n", "é", "\xa0"]), max_size=14).map("".join)
)
def test_a_plain_page_is_taken_apart_as_any_other(string):
    if pdfglyphs.is_plain(string):
        assert pdfglyphs.rows_of(string) == pdfglyphs.pieces_of(string, [])
