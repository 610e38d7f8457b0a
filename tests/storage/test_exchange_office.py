"""Workbooks and documents for Word, read back by other programs' readers."""

from __future__ import annotations

import errno
import io
import os
import zipfile
from typing import Any
from xml.etree.ElementTree import fromstring

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import exchange
from storage.errors import ManiculaError, UsageError
from storage.exchange import xlsx
from storage.exchange.csvfile import COLUMNS
from storage.exchange.docx import UNTAGGED, _run
from storage.readers import read
from tests.storage.exchange_library import Desk, opened, text_of
from tests.storage.importing import exported

FORMULA = '=HYPERLINK("http://x","y")'
LONG = "An early word, " + "far " * 100 + "then Alpha beta and " + "so " * 100 + "on."


@pytest.fixture
def desk(tmp_path):
    with opened(tmp_path, Desk) as made:
        desk: Any = made
        desk.one = desk.receive(
            "one.txt", text_of("One", ("heading", "Part"), ("paragraph", LONG), ("paragraph", "Gamma."))
        )
        desk.alpha = desk.mark(desk.one, "Alpha beta", tags=["t/a", "b"], note=FORMULA, color="red")
        desk.gamma = desk.mark(desk.one, "Gamma", tags=["b"])
        desk.page = desk.mark(desk.one, "", note="line\nnext & <b>\x1b\ufffe")
        desk.two = desk.receive("two.txt", text_of(FORMULA, ("paragraph", "Delta.")))
        desk.delta = desk.mark(desk.two, "Delta")
        desk.library.edit_tag(desk.library.tag_by_path("b").uuid, description="What b is")
        yield desk


def saved(desk, form):
    """Return the bytes of an export, which are the same each time."""
    found = []
    for _ in range(2):
        out = io.TextIOWrapper(io.BytesIO(), "utf-8")
        result = exchange.export(desk.library, "", form, out)
        assert result.count == 4
        found.append(out.detach().getvalue())
    assert found[0] == found[1]
    return found[0]


def test_a_workbook_has_three_sheets_and_no_formula(desk):
    book = openpyxl.load_workbook(io.BytesIO(saved(desk, "xlsx")))
    assert book.sheetnames == ["annotations", "codebook", "documents x tags"]
    rows = list(book["annotations"].iter_rows(values_only=True))
    assert rows[0] == COLUMNS
    first = dict(zip(COLUMNS, rows[2], strict=True))
    assert (first["quote"], first["note"], first["tags"]) == ("Alpha beta", FORMULA, "b; t/a")
    assert (first["start"], first["end"]) == (desk.alpha.start, desk.alpha.end)
    assert dict(zip(COLUMNS, rows[1], strict=True))["note"] == "line\nnext & <b>␛\ufffd"
    assert not [cell for sheet in book for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
    assert list(book["codebook"].iter_rows(values_only=True))[1:] == [
        ("b", 2, None, None, "What b is", None),
        ("t", 0, None, None, None, None),
        ("t/a", 1, None, None, None, None),
    ]
    assert list(book["documents x tags"].iter_rows(values_only=True)) == [
        ("document", "authors", "date", "b", "t/a"),
        ("One", "A. Writer", "2019", 2, 1),
        (FORMULA, "A. Writer", "2019", 0, 0),
    ]


def test_a_full_sheet_goes_on_in_another(desk, monkeypatch):
    monkeypatch.setattr(xlsx, "ROWS", 3)
    book = openpyxl.load_workbook(io.BytesIO(saved(desk, "xlsx")))
    assert book.sheetnames[:2] == ["annotations", "annotations 2"]
    assert [sheet.max_row for sheet in book.worksheets[:2]] == [3, 3]


@given(st.text(st.sampled_from("a\U0001f98aé"), max_size=30), st.integers(0, 3000))
def test_a_cell_holds_what_it_can_and_says_what_it_cannot(string, times):
    whole = string * times
    cell = xlsx.fitting(whole)
    assert len(cell.encode("utf-16-le")) <= 2 * xlsx.LONGEST
    if cell != whole:
        kept, _, rest = cell.rpartition(" … [")
        assert whole.startswith(kept)
        assert int(rest.split()[0]) == len(whole) - len(kept)


@pytest.mark.parametrize("form", ["xlsx", "docx"])
def test_what_is_no_text_needs_a_file(desk, form):
    with pytest.raises(UsageError, match="give a file"):
        exported(desk.library, form)


def test_a_document_has_a_heading_for_each_tag_and_passages_in_context(desk, tmp_path):
    data = saved(desk, "docx")
    found: Any = docx.Document(io.BytesIO(data))
    heads = [(one.style.name, one.text) for one in found.paragraphs if one.style.name.startswith("Heading")]
    assert heads == [("Heading 1", "b"), ("Heading 1", "t"), ("Heading 2", "t/a"), ("Heading 1", UNTAGGED)]
    passages = [one for one in found.paragraphs if one.style.name == "Passage"]
    assert [one.runs[1 if len(one.runs) > 2 else 0].text for one in passages] == [
        "Alpha beta",
        "Gamma",
        "Alpha beta",
        "Delta",
    ]
    before, quote, after = passages[0].runs
    assert before.text.startswith("… far far")
    assert after.text.endswith(" so …")
    assert f"{before.text[2:]}{quote.text}{after.text[:-2]}" in LONG
    texts = [one.text for one in found.paragraphs]
    assert texts[1] == "What b is"
    assert FORMULA in texts
    assert "line\nnext & <b>␛\ufffd" in texts
    assert "A. Writer, One, 2019, ¶ 1, root" in [text.replace(desk.library.me().name, "root") for text in texts]
    path = tmp_path / "x.docx"
    path.write_bytes(data)
    assert "Alpha beta" in read(path).string


def test_a_document_holds_nothing_but_text(desk):
    with zipfile.ZipFile(io.BytesIO(saved(desk, "docx"))) as archive:
        assert sorted(archive.namelist()) == [
            "[Content_Types].xml",
            "_rels/.rels",
            "word/_rels/document.xml.rels",
            "word/document.xml",
            "word/styles.xml",
        ]


def test_without_its_text_the_context_is_what_was_kept_with_the_passage(desk):
    desk.lose_texts()
    texts = [one.text for one in docx.Document(io.BytesIO(saved(desk, "docx"))).paragraphs]
    assert any(f"{desk.alpha.prefix}Alpha beta{desk.alpha.suffix}" in text for text in texts)


@given(st.text())
def test_any_text_is_text_in_a_run(string):

    run = _run(string)
    if run:
        space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        found = fromstring(f'<x xmlns:w="{space}">{run}</x>')  # noqa: S314  # what was written here
        assert {node.tag.rpartition("}")[2] for node in found.iter()} <= {"x", "r", "t", "br"}


@pytest.mark.parametrize("form", ["xlsx", "docx"])
def test_a_reader_that_goes_away_is_told_as_by_every_other_format(desk, form):
    reader, writer = os.pipe()
    os.close(reader)
    with pytest.raises(BrokenPipeError):
        exchange.export(desk.library, "", form, f"/dev/fd/{writer}")
    os.close(writer)


@pytest.mark.parametrize("form", ["xlsx", "docx"])
def test_a_full_disk_is_told_in_a_sentence(desk, form, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "elsewhere"))
    monkeypatch.setattr("zipfile.ZipFile.write" if form == "xlsx" else "zipfile.ZipFile.writestr", full)
    with pytest.raises(ManiculaError, match="cannot be written: No space left"):
        exchange.export(desk.library, "", form, str(tmp_path / f"x.{form}"))
    assert not (tmp_path / f"x.{form}").exists()
    assert not list((tmp_path / "elsewhere").iterdir())
