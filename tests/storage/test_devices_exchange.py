"""Files of reading devices: Kindle's clippings and KOReader's export."""

from __future__ import annotations

import json

import pytest

from storage.exchange import kindle
from tests.storage.exchange_library import Desk, opened, text_of
from tests.storage.importing import imported, written

BAR = "=========="
CLIPPINGS = f"""\ufeffThe One (A (nested) title) (Writer, A.)\r
- Your Highlight on page 12 | Location 180-182 | Added on Monday, January 1, 2024 10:01:00 PM\r
\r
Alpha beta\r
{BAR}\r
The One (A (nested) title) (Writer, A.)\r
- Your Highlight on page 12 | Location 180-183 | Added on Monday, 1 January 2024 22:02:00\r
\r
Alpha beta.\r
Second line\r
{BAR}\r
The One (A (nested) title) (Writer, A.)\r
- Your Note on page 12 | Location 183 | Added on Monday, January 1, 2024 10:03:00 PM\r
\r
Why?\r
{BAR}\r
The One (A (nested) title) (Writer, A.)\r
- Your Bookmark on Location 200 | Added on Monday, January 1, 2024 10:04:00 PM\r
\r
\r
{BAR}\r
Zwei\r
- Ihre Markierung auf Seite 3 | Position 30-31 | Hinzugefügt am Montag, 1. Januar 2024 10:05:00\r
\r
Delta\r
{BAR}\r
Zwei\r
- Ihre Notiz bei Position 99 | Hinzugefügt am Montag, 1. Januar 2024 10:06:00\r
\r
Allein\r
{BAR}\r
Zwei\r
- 您在位置 #50-51的标注 | 添加于 2024年1月1日星期一 上午10:07:00\r
\r
You have exceeded your clipping limit for this item.\r
{BAR}\r
nonsense\r
{BAR}\r
"""


@pytest.fixture
def desk(tmp_path):
    with opened(tmp_path, Desk) as desk:
        desk.receive("one.txt", text_of("The One (A (nested) title)", ("paragraph", "Alpha beta.\nSecond line of it.")))
        desk.receive("zwei.txt", text_of("Zwei", ("paragraph", "Gamma. Delta.")))
        yield desk


def test_clippings_of_any_language_come_in_with_their_notes(desk, tmp_path):
    path = written(tmp_path, "My Clippings.txt", CLIPPINGS)
    report = imported(desk.library, path)
    assert report.format == "kindle"
    found = {one.exact or one.note: one for one in desk.library.annotations()}
    assert set(found) == {"Alpha beta.\nSecond line", "Delta", "Allein"}
    one = found["Alpha beta.\nSecond line"]
    assert (one.note, one.start, one.created) == ("Why?", 0, "2024-01-01T22:02:00Z")
    assert "Location 180-183" in str(one.fields["kindle"])
    assert found["Allein"].ranges == ()
    assert [problem.split(" and")[0] for problem in report.problems] == [
        "Clipping 4 is a bookmark",
        "Clipping 7 has no text, or none that its publisher lets out",
        "Clipping 8 is none",
    ]
    assert imported(desk.library, path).fates["annotations", "there"] == 3


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("Your Highlight on page 12 | Location 180-182 | Added on Monday, January 1, 2024 10:01:00 PM", (180, 182)),
        ("Your Highlight Loc. 1208-12 | Added on Monday, January 1, 2024 10:01 PM", (1208, 1212)),
        ("La subrayado en la página 7 | Añadido el lunes, 1 de enero de 2024 10:01:00", (7, 7)),
        ("Your Highlight | Added on Monday, January 1, 2024 10:01 PM", (-1, -1)),
        ("Surlignement Emplacement 180-82 | Ajouté le samedi 12 avril 2014 à 21 h 05 min 42 s", (180, 182)),
        ("Mi resaltado Posición 917-18 | Añadido el domingo 25 de diciembre de 2011, 16H23'12\"", (917, 918)),
        ("12ページ|位置No. 123-125のハイライト |作成日: 2014年4月8日火曜日 23時12分45秒", (123, 125)),
        ("您在第 12 页（位置 #123-125）的标注 | 添加于 2016年1月10日星期日 上午10時01分", (123, 125)),
    ],
)
def test_a_location_is_found_whatever_it_is_called(said, place):
    assert kindle._location(said) == place


@pytest.mark.parametrize(
    "said",
    [
        "You have exceeded your clippings limit",
        "You have exceeded the clipping limit for this item",
        "<You have reached the clipping limit for this item>",
    ],
)
def test_what_stands_for_words_that_a_publisher_keeps_is_no_highlight(desk, tmp_path, said):
    entry = f"Zwei\n- Your Highlight on page 3 | Added on Monday, January 1, 2024 10:01 PM\n\n{said}\n==========\n"
    report = imported(desk.library, written(tmp_path, "x.txt", entry), form="kindle")
    assert (len(report.problems), report.fates["annotations", "new"]) == (1, 0)


def koreader(**values):
    entry = {"sort": "highlight", "page": 3, "time": 1704103200, "text": "Delta", "chapter": "I", "drawer": "lighten"}
    return {"title": "Zwei", "author": "B; C", "entries": [{**entry, **values}], "version": "json/1.0.0"}


def test_koreader_exports_come_in(desk, tmp_path):
    path = written(tmp_path, "k.json", json.dumps(koreader(note="Why?", color="Yellow")))
    report = imported(desk.library, path)
    assert (report.format, report.whole) == ("koreader", True)
    (one,) = desk.library.annotations()
    assert (one.exact, one.note, one.color, one.created) == ("Delta", "Why?", "yellow", "2024-01-01T10:00:00Z")
    assert (one.fields["chapter"], one.fields["page"], one.fields["drawer"]) == ("I", 3, "lighten")
    assert imported(desk.library, path).fates["annotations", "there"] == 1


def test_odd_books_are_told_and_the_rest_is_taken(desk, tmp_path):
    books = [koreader(color="mauve", time=1e300), {"entries": []}, {**koreader(text=""), "title": "Elsewhere"}]
    report = imported(desk.library, written(tmp_path, "k.json", json.dumps({"documents": books})))
    assert len(report.problems) == 2
    (one,) = desk.library.annotations()
    assert (one.color, one.fields["color"]) == ("", "mauve")
    assert report.strangers == {"Elsewhere": 0}


def calibre(**values):
    highlight = {
        "type": "highlight",
        "uuid": "PbnPZ-x",
        "book_id": 7,
        "format": "EPUB",
        "highlighted_text": "Delta",
        "notes": "Why?",
        "timestamp": "2024-01-01T10:00:00.123Z",
        "start_cfi": "/2/4/2:0",
        "style": {"kind": "color", "type": "builtin", "which": "green"},
        "toc_family_titles": ["I"],
    }
    return {**highlight, **values}


def test_a_collection_of_calibre_comes_in_where_its_document_is_said(desk, tmp_path):
    whole = {"version": 1, "type": "calibre_annotation_collection", "annotations": [calibre()]}
    path = written(tmp_path, "x.calibre_annotation_collection", "\ufeff" + json.dumps(whole))
    assert imported(desk.library, path).strangers == {"book 7 of calibre": 1}
    document = desk.library.documents()[1]
    report = imported(desk.library, path, document=document)
    assert (report.format, report.whole) == ("calibre", True)
    (one,) = desk.library.annotations(document.uuid)
    assert (one.exact, one.note, one.color, one.updated) == ("Delta", "Why?", "green", "2024-01-01T10:00:00Z")
    assert json.loads(str(one.fields["calibre"]))["start_cfi"] == "/2/4/2:0"
    assert imported(desk.library, path, document=document).fates["annotations", "there"] == 1


def test_what_is_no_highlight_of_calibre_is_told(desk, tmp_path):
    odd = [7, calibre(type="bookmark"), calibre(removed=True), calibre(highlighted_text=" ")]
    whole = {"type": "calibre_annotation_collection", "annotations": odd}
    report = imported(desk.library, written(tmp_path, "x.json", json.dumps(whole)))
    assert len(report.problems) == 4
