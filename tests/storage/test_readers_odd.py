"""Odd files: read whole and in time, or with a word about what is missing."""

from io import BytesIO
from zipfile import ZIP_LZMA, ZipFile

import pytest

from storage import readers
from storage.errors import DocumentError
from storage.readers import fb2
from storage.readers.archive import Archive
from tests.storage import rendering, samples
from tests.storage.soundness import assert_sound

CUE = b"00:01.000 --> 00:02.000\n"
PAGE = "<meta charset={}><p>caf\xe9 C:\\u0041</p>"
MAIL = "Content-Type: text/plain; charset={}\nContent-Transfer-Encoding: 8bit\n\ncaf\xe9 C:\\u0041\n"
CODECS = ("hex", "rot13", "base64", "zlib", "undefined", "idna", "punycode", "unicode_escape", "raw_unicode_escape")
ODT = str(samples.odt_parts()["content.xml"])
BOOK = rendering.GOLDENS / "book.fb2"


def book(body: str) -> bytes:
    return f"<FictionBook><body>{body}</body></FictionBook>".encode()


def content(name: str, part: str) -> bytes:
    """Return the OpenDocument sample with another ``content.xml``, or the book that `part` is."""
    return part.encode() if name.endswith("fb2") else samples.archive({**samples.odt_parts(), "content.xml": part})


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("voices.vtt", CUE + b"<v.<v. " * 100_000, "<v.<v. <v."),
        ("spaces.vtt", CUE + b"Words <v" + b" " * 200_000 + b".", "Words <v ."),
        ("line.rst", b"word\t" * 4_000 + b"end", "word " * 4_000 + "end"),
        ("large.fb2", book(f"<p>{'word ' * 2_200_000}</p><p>The end.</p>"), "The end."),
        ("level.odt", content("odt", ODT.replace('l="1"', f'l="{"9" * 5_000}"')), "First section"),
        *((f"{codec}.html", PAGE.format(codec).encode("latin-1"), "caf\xe9 C:\\u0041") for codec in CODECS),
        *((f"{codec}.eml", MAIL.format(codec).encode("latin-1"), "caf\xe9 C:\\u0041") for codec in CODECS),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 30 and "." in value[-8:] else "",
)
def test_it_is_read_whole(name, data, words):
    text = readers.parse_here(data, name)
    assert words in text.string
    assert not any("damaged" in warning for warning in text.warnings)
    assert_sound(text)


@pytest.mark.parametrize("name", ["cut.fb2", "cut.odt"])
def test_where_a_file_breaks_off_is_told(name):
    whole = BOOK.read_text(encoding="utf-8") if name.endswith("fb2") else ODT
    for part, told in ((whole, False), (whole[: whole.index("The")], True)):
        warnings = readers.parse_here(content(name, part), name).warnings
        assert told == ("The file is incomplete or damaged: what follows the damage is left out." in warnings)


def test_what_is_nested_too_deeply_is_not_cut_in_silence():
    deep = book(f"<p>Words.</p>{'<section>' * 1_500}<p>The end.</p>{'</section>' * 1_500}")
    with pytest.raises(DocumentError, match=r"^deep\.fb2 is nested too deeply"):
        readers.parse_here(deep, "deep.fb2")


def packed(method: int, damage: bytes) -> bytes:
    """Return an archive of one part whose compression is `method`, or whose compressed bytes are `damage`."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_LZMA) as made:
        made.writestr("part", b"words " * 100)
        info = made.getinfo("part")
    data = bytearray(out.getvalue())
    data[8:10] = method.to_bytes(2, "little")
    at = data.index(b"PK\x01\x02") + 10
    data[at : at + 2] = method.to_bytes(2, "little")
    begin = 30 + len("part") + 9  # the local header, the name, LZMA's properties
    data[begin : begin + len(damage)] = damage
    assert info.compress_size > 9 + len(damage)
    return bytes(data)


@pytest.mark.parametrize(("method", "damage"), [(97, b""), (ZIP_LZMA, b"\xff" * 8)], ids=["unknown", "damaged"])
def test_a_part_that_cannot_be_unpacked_is_missing(method, damage):
    assert Archive(packed(ZIP_LZMA, b""), "a.odt").read("part") == b"words " * 100
    assert Archive(packed(method, damage), "a.odt").read("part") is None


def test_a_note_leads_to_its_words_and_signs_are_no_heading():
    text = readers.read(BOOK)
    (note,) = [span for span in text.spans if span.kind == "note"]
    assert text.string[int(note.target) :].startswith("What the note says.")
    assert [block.kind for block in text.blocks if text.string[block.start : block.end] == "* * *"] == ["rule"]
    assert "* * *" not in [one.title for one in text.sections]


SHOWN = "<p>One <image l:href='#a.png'/> in it.</p><image l:href='#b' alt='A map'/><image l:href='#none'/>"
PICTURES = (
    '<binary id="a.png" content-type="image/png">iVBORw==</binary>\n'
    "<binary content-type='image/jpeg' id='b'>/9j/\n</binary><binary id='c.png'>!</binary>"
)


def test_the_pictures_of_a_book_stand_in_it_and_are_found():
    data = f"<FictionBook xmlns:l='x'><body><section>{SHOWN}</section></body>{PICTURES}</FictionBook>".encode()
    text = readers.parse_here(data, "a.fb2")
    assert text.string.split("\n\n") == ["One [a.png] in it.", "A map", "[none]"]
    targets = [span.target for span in text.spans if span.kind == "image"]
    assert targets == ["inside:a.png", "inside:b.jpg", ""]
    assert [fb2.picture(data, "a.fb2", each) for each in targets[:2]] == [b"\x89PNG", b"\xff\xd8\xff"]
    for gone in ("inside:c.png", "inside:d.png", "inside:"):
        with pytest.raises(DocumentError, match=r"is missing in a\.fb2, or damaged"):
            fb2.picture(data, "a.fb2", gone)


def test_today_is_no_part_of_a_text():
    text = readers.parse_here(b"Made on |today|.\n\n.. |today| date:: %Y\n\nThe end.\n", "a.rst")
    assert not any(map(str.isdecimal, text.string))
    assert text.string.endswith("The end.")
    assert "left out" in text.warnings[0]
