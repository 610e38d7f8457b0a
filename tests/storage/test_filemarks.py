"""Highlights, notes and comments that are in a file: where they stand, and that each comes in once, as one step."""

import pytest

from storage import readers
from storage.errors import LockedError
from storage.library import Library
from storage.readers import pdfmarks
from storage.text import Mark
from tests.storage import samples
from tests.storage.locked import locked
from tests.storage.pdfs import over, pdf, set_lines
from tests.storage.soundness import assert_sound

LINES = (
    "The harbour of the old town was opened again on Saturday, and the sand",
    "came back into the basin of the neighbour-",
    "ing town. The sand was dredged, and the sand came back once more, as",
    "the harbour master had said.",
)


def line(number, left=60.0, right=560.0):
    """The box of one line, or of a part of it."""
    at = 720.0 - 14 * number
    return (left, at - 3, right, at + 9)


def marked(*marks):
    return pdf(
        [set_lines(["First page, of nothing much."]), set_lines(LINES)], marks={1: marks}, info={"Title": "Paper"}
    )


def read(*marks):
    text = readers.parse_here(marked(*marks), "paper.pdf")
    assert_sound(text)
    return [(text.string[one.start : one.end] if one.start >= 0 else None, *one[3:]) for one in text.marks]


def test_a_highlight_over_line_ends_and_hyphens_has_the_words_of_the_text():
    mark = over(
        [line(1), line(2, 60, 112)], NM="a", Contents="Why?", T="Ann", C="1 1 0", CreationDate="D:20260203100000+01'00'"
    )
    assert read(mark) == [
        ("came back into the basin of the neighbouring town", "Why?", "yellow", "Ann", "2026-02-03T09:00:00Z")
    ]


def test_of_several_places_the_one_counts_that_stands_there():
    text = readers.parse_here(marked(over([line(0, 389, 460)], NM="a", C="0 0.8 0.2")), "paper.pdf")
    (mark,) = text.marks
    assert (text.string[mark.start : mark.end], mark.color) == ("the sand", "green")
    assert mark.start == text.string.index("the sand")


def test_a_note_stands_at_the_line_beside_it():
    mark = over([(20, 690, 40, 705)], kind="Text", NM="b", Contents="Look\nhere")
    assert [(words, note) for words, note, *_ in read(mark)] == [(LINES[2].removeprefix("ing "), "Look\nhere")]


@pytest.mark.parametrize("length", [49_999, 50_000, 80_000])
def test_a_long_note_is_whole(length):
    ((words, note, *_),) = read(over([(20, 690, 40, 705)], kind="Text", NM="b", Contents="x" * length))
    assert (bool(words), len(note)) == (True, length)


def test_where_a_note_is_cut_is_said(monkeypatch):
    monkeypatch.setattr(pdfmarks, "_LONGEST", 10)
    ((_, note, *_),) = read(over([(20, 690, 40, 705)], kind="Text", NM="b", Contents="x" * 12))
    assert note == "x" * 10 + "… (2 more characters are in the file)"


def found(words, page=0):
    mark = Mark(-1, -1, "key", "note", "", "", "")
    return pdfmarks.Found(page, words, pdfmarks._letters(words), "", "", mark)


def test_a_highlight_over_a_lone_iota_below_is_placed():
    (mark,) = pdfmarks.placed([found("\u0345")], "abc \u03b9 def", {0: 0})
    assert (mark.start, mark.end) == (4, 5)


def test_pages_are_not_searched_for_marks_without_letters(monkeypatch):
    monkeypatch.delattr(pdfmarks, "_Squeezed")
    assert [mark.start for mark in pdfmarks.placed([found("", 1), found("—", 2)], "words", {0: 0})] == [-1, -1]


def test_what_lies_over_no_words_is_kept_as_a_note_on_the_whole():
    assert read(over([(10, 10, 30, 30)], NM="c", Contents="Odd")) == [
        (None, "Page 2 of the file: Odd", "yellow", "", "")
    ]


COMMENT = '<w:comment w:id="7" w:author="Ann Writer" w:date="2026-02-03T10:00:00Z">{}</w:comment>'
START, END = '<w:commentRangeStart w:id="7"/>', '<w:commentRangeEnd w:id="7"/>'
REFERENCE = '<w:r><w:commentReference w:id="7"/></w:r>'


def word(words, comment="Is that so?"):
    """A document in which [ and ] stand for the start and end of a commented passage."""
    special = {"[": START, "]": END + REFERENCE}
    runs = [[special.get(c) or f'<w:r><w:t xml:space="preserve">{c}</w:t></w:r>' for c in one] for one in words]
    body = "".join(f"<w:p>{''.join(one)}</w:p>" for one in runs)
    return samples.archive(samples.word_parts(body, comments=COMMENT.format(samples.w(comment))))


def odt(words, comment="Is that so?"):
    start = (
        '<office:annotation office:name="c1"><dc:creator>Ann Writer</dc:creator><dc:date>2026-02-03T10:00:00</dc:date>'
        f"<text:p>{comment}</text:p></office:annotation>"
    )
    end = '<office:annotation-end office:name="c1"/>'
    body = "".join(f"<text:p>{one.replace('[', start).replace(']', end)}</text:p>" for one in words)
    return samples.archive(samples.odt_parts(body))


def rtf(words, comment="Is that so?"):
    time = (126 << 20) + (2 << 16) + (3 << 11) + (10 << 6)
    said = rf"{{\*\atnid AW}}{{\*\atnauthor Ann Writer}}\chatn{{\*\annotation{{\*\atndate {time}}}{{\*\atnref 7}}"
    start, end = r"{\*\atrfstart 7}", rf"{{\*\atrfend 7}}{said}\pard\plain \chatn {comment}\par}}"
    body = "".join(rf"\pard {one.replace('[', start).replace(']', end)}\par " for one in words)
    return (r"{\rtf1\ansi " + body + "}").encode()


@pytest.mark.parametrize(("name", "made"), [("a.docx", word), ("a.odt", odt), ("a.rtf", rtf)])
@pytest.mark.parametrize(
    ("words", "passage"),
    [
        (["One [two three] four."], "two three"),
        (["One [two", "three] four."], "two\n\nthree"),
        (["[One]", "two."], "One"),
        (["One two[]. Three."], "One two."),
        (["One [two.", "three.]"], "two.\n\nthree."),
        (["One. [Two. Three.", "Four.", "]"], "Two. Three.\n\nFour."),
    ],
)
def test_a_comment_stands_over_its_passage_and_not_in_the_text(name, made, words, passage):
    text = readers.parse_here(made(words), name)
    assert_sound(text)
    (mark,) = text.marks
    assert text.string[mark.start : mark.end] == passage
    time = "2026-02-03T10:00:00Z"
    assert mark[3:] == ("Is that so?", "", "Ann Writer", time)
    assert text.string == "\n\n".join(words).replace("[", "").replace("]", "").strip()


@pytest.mark.parametrize(
    ("source", "passage", "note"),
    [
        (
            r"One. Two{\*\annotation \b A\b0  \u233? word\line of it.\par More.} here. Three.",
            "Two here.",
            "A é word\nof it.\nMore.",
        ),
        (r"One. Two{\footnote A note{\*\annotation On it.} here.} here.\par", "A note here.", "On it."),
        (r"One. {\*\atrfstart 1}Two{\*\atrfend 1}{\*\annotation{\*\atnref 1}{\*\atndate x}Cut", "Two", "Cut"),
        (r"One.\par {\*\annotation At the end.}", "One.", "At the end."),
    ],
)
def test_comments_of_rich_text(source, passage, note):
    text = readers.parse_here((r"{\rtf1\ansi " + source).encode(), "a.rtf")
    assert_sound(text)
    (mark,) = text.marks
    assert (text.string[mark.start : mark.end], mark.note) == (passage, note)
    assert note not in text.string


@pytest.fixture
def library(tmp_path):
    with Library.open(tmp_path / "library.json", state=tmp_path / "state") as opened:
        yield opened


def held(library):
    return [(one.exact, one.note, one.color) for one in library.annotations()]


def test_marks_come_in_once_as_one_step(library, tmp_path):
    path = tmp_path / "paper.pdf"
    first, second = (over([line(n)], NM=f"m{n}", Contents=f"Note {n}", T="Ann", C="1 0 0") for n in (0, 3))
    path.write_bytes(marked(first))
    document, _ = library.add(path)
    assert held(library) == [(LINES[0], "Note 0", "red")]
    assert [one.name for one in library.creators()] == ["Ann"]
    assert library.news() == ["1 highlight or note in the file of “Paper” came in; u takes that back."]
    library.add(path)
    path.write_bytes(marked(first, second))
    library.add(path)
    assert held(library) == [(LINES[0], "Note 0", "red"), (LINES[3], "Note 3", "red")]
    library.undo()
    assert held(library) == [(LINES[0], "Note 0", "red")]
    library.delete(library.annotations()[0].uuid)
    library.add(path)
    assert held(library) == []
    assert library.document(document.uuid).title


def test_what_the_reader_changed_stays(library, tmp_path):
    path = tmp_path / "paper.pdf"
    path.write_bytes(marked(over([line(0)], NM="m", Contents="Theirs")))
    library.add(path)
    library.edit(library.annotations()[0].uuid, note="Mine", add_tags=["kept"])
    path.write_bytes(marked(over([line(0)], NM="m", Contents="Theirs, later")))
    library.add(path)
    assert held(library) == [(LINES[0], "Mine", "yellow")]


def test_a_locked_file_is_opened_with_its_password(tmp_path, monkeypatch):
    path = tmp_path / "locked.pdf"
    path.write_bytes(locked(pdf([set_lines(["What was locked."])]), "sesame"))
    monkeypatch.setattr(readers, "_passwords", {})
    with pytest.raises(LockedError, match="is locked with a password"):
        readers.read(path)
    readers.unlock(path, "wrong")
    with pytest.raises(LockedError, match="not the password"):
        readers.read(path)
    readers.unlock(path, "sesame")
    assert readers.read(path).string == "What was locked."
