"""Pictures in PDF files: a placeholder where each stands, with its words, and itself as its page shows it."""

from __future__ import annotations

import struct
import zlib
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import readers
from storage.errors import DocumentError
from storage.readers import apart, pdfpictures
from storage.readers import pdf as reader
from storage.readers.pdfpictures import Box, Picture, together
from storage.text import Text
from tests.storage import pdfs
from tests.storage.pdfs import drawn, file_of, pdf, set_lines, shown, stream

ABOVE = set_lines(["The harbour of the old town was opened", "again on Saturday."], top=780)
BELOW = set_lines(["The boats came back on the same day."], top=400)
MIDDLE = (100.0, 500.0, 300.0, 700.0)
RED = (255, 0, 0)


def _read(data: bytes) -> Text:
    return readers.parse_here(data, "paper.pdf")


def _kinds(text: Text) -> list[tuple[str, str]]:
    return [(block.kind, text.string[block.start : block.end].split()[0]) for block in text.blocks]


def _pixels(data: bytes) -> tuple[int, int, set[tuple[int, ...]]]:
    """Return the width and height of a PNG, and the colours of the pixels that are not at its edges."""
    width, height, _, color = struct.unpack(">IIBB", data[16:26])
    step = {2: 3, 6: 4}[color]
    length = struct.unpack(">I", data[33:37])[0]
    rows = zlib.decompress(data[41 : 41 + length])
    line = 1 + step * width
    inner = [rows[y * line + 1 : (y + 1) * line] for y in range(3, height - 3)]
    return width, height, {tuple(row[step * x : step * x + 3]) for row in inner for x in range(3, width - 3)}


def test_a_picture_stands_between_the_paragraphs_around_it_and_opens() -> None:
    data = pdf([[*ABOVE, *BELOW]], pictures={0: [MIDDLE]})
    text = _read(data)
    assert _kinds(text) == [("paragraph", "The"), ("image", "[image]"), ("paragraph", "The")]
    (span,) = (span for span in text.spans if span.kind == "image")
    width, height, colours = _pixels(apart.picture(data, "paper.pdf", span.target))
    assert (width, height) == pytest.approx((200 / 72 * 200, 200 / 72 * 200), abs=3)
    assert colours == {RED}


def test_short_lines_at_the_margin_are_beneath_a_picture_in_the_middle() -> None:
    lines = [*set_lines(["It is shown as"], top=780), *set_lines(["whereas this"], top=400)]
    text = _read(pdf([lines], pictures={0: [(250.0, 500.0, 350.0, 700.0)]}))
    assert [words for _, words in _kinds(text)] == ["It", "[image]", "whereas"]


def test_in_columns_it_stands_in_its_own() -> None:
    left = set_lines([f"The left column has this line {n}." for n in range(12)], x=60, top=700)
    right = set_lines([f"The right one is this line {n}." for n in range(6)], x=320, top=700)
    under = set_lines(["Under the picture it goes on."], x=320, top=400)
    text = _read(pdf([[*left, *right, *under]], pictures={0: [(320.0, 450.0, 520.0, 600.0)]}))
    string = text.string
    assert string.index("line 11") < string.index("right one") < string.index("[image]") < string.index("Under the")


def test_of_two_words_that_a_picture_parts_neither_is_lost() -> None:
    lines = set_lines(["A sentence that is not at an end and goes on"], top=700)
    text = _read(pdf([lines, set_lines(["over the page, to end here."])], pictures={1: [(100.0, 740.0, 300.0, 800.0)]}))
    assert [string for _, string in _kinds(text)] == ["A", "[image]", "over"]


@pytest.mark.parametrize(
    "boxes",
    [
        pytest.param([(100.0, 500.0, 130.0, 700.0)], id="too narrow"),
        pytest.param([(0.0, 0.0, pdfs.WIDTH, pdfs.HEIGHT)], id="the page itself"),
    ],
)
def test_what_is_no_picture_to_a_reader_is_left_out(boxes: list[pdfs.Box]) -> None:
    assert "image" not in dict(_kinds(_read(pdf([[*ABOVE, *BELOW]], pictures={0: boxes}))))


def test_an_ornament_of_every_page_is_left_out_and_numbers_stay() -> None:
    ornament = (400.0, 760.0, 500.0, 820.0)
    data = pdf([[*ABOVE, *BELOW]] * 4, pictures={0: [ornament], 1: [ornament, MIDDLE], 2: [ornament], 3: [ornament]})
    spans = [span for span in _read(data).spans if span.kind == "image"]
    assert [span.target for span in spans] == ["inside:page-2-2.png"]
    width, height, _ = _pixels(reader.picture(data, "paper.pdf", spans[0].target))
    assert width == pytest.approx(height, abs=2)


def test_strips_that_touch_are_one_picture() -> None:
    strips = [(100.0, 500.0 + 20 * n, 300.0, 520.0 + 20 * n) for n in range(8)]
    text = _read(pdf([[*ABOVE, *BELOW]], pictures={0: strips}))
    assert [kind for kind, _ in _kinds(text)] == ["paragraph", "image", "paragraph"]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(1, 20), st.integers(1, 20)), max_size=4))
def test_which_images_are_together_does_not_depend_on_their_order(found: list[tuple[int, int, int, int]]) -> None:
    images = [Picture(Box(x, y, x + width, y + height)) for x, y, width, height in found]
    made = {tuple(sorted(together(order))) for order in permutations(images)}
    assert len(made) == 1
    assert len(made.pop()) <= len(images)


def _bare(content: str, *, resources: str = "", more: dict[int, bytes] | None = None, page: str = "") -> bytes:
    """Return a PDF of one page; object 4 is its font, 5 the picture ``/I``, and `more` are those from 7."""
    objects: dict[int, bytes] = {
        1: b"<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked true>>/StructTreeRoot 7 0 R>>",
        2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        3: (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {pdfs.WIDTH} {pdfs.HEIGHT}]/Contents 6 0 R{page}"
            f"/Resources<</Font<</F 4 0 R>>/XObject<</I 5 0 R{resources}>>>>>>"
        ).encode(),
        4: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        5: pdfs.RED,
        6: stream(content),
        **(more or {}),
    }
    return file_of([objects[number] for number in sorted(objects)], "/Root 1 0 R")


def test_a_figure_of_a_tagged_file_says_its_words() -> None:
    content = f"{shown(ABOVE)} /Figure <</MCID 0>> BDC {drawn(MIDDLE)} EMC {shown(BELOW)}"
    figure = b"<</Type/StructElem/S/Figure/P 7 0 R/Pg 3 0 R/K 0/Alt(A red square,\nnothing else)>>"
    tree = b"<</Type/StructTreeRoot/K[8 0 R]/ParentTree<</Nums[0 [8 0 R]]>>>>"
    text = _read(_bare(content, more={7: tree, 8: figure}, page="/StructParents 0"))
    assert "A red square, nothing else" in text.string
    assert [block.kind for block in text.blocks] == ["paragraph", "image", "paragraph"]


def test_a_picture_in_a_form_stands_where_the_form_puts_it() -> None:
    form = stream(
        drawn((0.0, 0.0, 100.0, 100.0)),
        "/Type/XObject/Subtype/Form/BBox[0 0 100 100]/Resources<</XObject<</I 5 0 R>>>>",
    )
    content = f"{shown(ABOVE)} q 2 0 0 2 100 500 cm /M Do Q {shown(BELOW)}"
    data = _bare(content, resources="/M 7 0 R", more={7: form})
    assert [kind for kind, _ in _kinds(_read(data))] == ["paragraph", "image", "paragraph"]
    width, height, colours = _pixels(reader.picture(data, "paper.pdf", "inside:page-1-1.png"))
    assert (width, height) == pytest.approx((556, 556), abs=3)
    assert colours == {RED}


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_on_a_page_that_is_turned_it_is_drawn_as_one_sees_it(turned: int) -> None:
    data = _bare(f"{shown(ABOVE)} {drawn((100.0, 500.0, 300.0, 600.0))}", more={7: b"null"}, page=f"/Rotate {turned}")
    width, height, colours = _pixels(reader.picture(data, "paper.pdf", "inside:page-1-1.png"))
    assert colours == {RED}
    assert (width > height) == (turned in {0, 180})


@pytest.mark.parametrize(
    "target", ["inside:page-1-2.png", "inside:page-9-1.png", "inside:page-0-1.png", "inside:x.png"]
)
def test_a_picture_that_is_not_there_is_told(target: str) -> None:
    data = pdf([[*ABOVE, *BELOW]], pictures={0: [MIDDLE]})
    with pytest.raises(DocumentError, match=r"paper\.pdf"):
        apart.picture(data, "paper.pdf", target)


def test_forms_in_forms_without_end_are_given_up_and_the_words_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdfpictures, "OBJECTS", 2_000)
    last = 9
    entries = "/Type/XObject/Subtype/Form/BBox[0 0 600 900]/Resources<</XObject<</M {} 0 R/I 5 0 R>>>>".format
    forms = {number: stream("/M Do " * 60, entries(number + 1)) for number in range(7, last)}
    forms[last] = stream(drawn(MIDDLE), entries(last))
    data = _bare(f"{shown(ABOVE)} /M Do {drawn(MIDDLE)}", resources="/M 7 0 R", more=forms)
    assert _kinds(_read(data)) == [("paragraph", "The")]


def test_a_file_without_pictures_is_not_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(pdfpictures, "on_page", never)
    assert [kind for kind, _ in _kinds(_read(pdf([[*ABOVE, *BELOW]])))] == ["paragraph", "paragraph"]
