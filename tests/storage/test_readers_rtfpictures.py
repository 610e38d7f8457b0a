"""Pictures in RTF: a placeholder with its words, and the bytes again, however they are written down."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import readers
from storage.errors import DocumentError
from storage.readers import apart, rtf

PNG = b"\x89PNG\r\n\x1a\nbytes of {a picture} \\par"


def _document(*pictures: bytes) -> bytes:
    return rb"{\rtf1\ansi Before.\par " + rb"\par ".join(pictures) + rb"\par After.\par}"


def _hex(data: bytes, kind: bytes = rb"\pngblip", more: bytes = b"") -> bytes:
    digits = data.hex().encode()
    rows = b"\r\n".join(digits[at : at + 20] for at in range(0, len(digits), 20))
    return rb"{\*\shppict{\pict" + more + rb"\picw10\pich-10" + kind + b"\r\n" + rows + b"}}"


def _targets(data: bytes) -> list[tuple[str, str]]:
    text = readers.parse_here(data, "a.rtf")
    return [(text.string[one.start : one.end], one.target) for one in text.spans if one.kind == "image"]


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(_hex(PNG), id="hexadecimal"),
        pytest.param(rb"{\pict\pngblip\bin%d " % len(PNG) + PNG + b"}", id="binary"),
        pytest.param(_hex(PNG) + rb"{\nonshppict{\pict\wmetafile8 00ff}}", id="with a metafile for older programs"),
    ],
)
def test_a_picture_is_shown_as_a_word_and_opens(picture: bytes) -> None:
    data = _document(picture)
    assert _targets(data) == [("[image]", "inside:image-1.png")]
    assert apart.picture(data, "a.rtf", "inside:image-1.png") == PNG
    assert readers.parse_here(data, "a.rtf").string.split() == ["Before.", "[image]", "After."]


def test_its_description_is_what_stands_for_it() -> None:
    said = rb"{\*\picprop{\sp{\sn wzName}{\sv x}}{\sp{\sn wzDescription}{\sv A map of \u199?\'e9 place}}}"
    assert _targets(_document(_hex(PNG, more=said))) == [("A map of Çé place", "inside:image-1.png")]


def test_pictures_are_counted_and_a_metafile_is_only_named() -> None:
    data = _document(_hex(b"one"), _hex(b"two", rb"\wmetafile8"), _hex(b"three", rb"\jpegblip"))
    assert [target for _, target in _targets(data)] == ["inside:image-1.png", "", "inside:image-3.jpg"]
    assert rtf.picture(data, "a.rtf", "inside:image-3.jpg") == b"three"


@pytest.mark.parametrize("target", ["inside:image-2.png", "inside:image-0.png", "inside:../x.png", "inside:"])
def test_one_that_is_not_there_is_told(target: str) -> None:
    with pytest.raises(DocumentError, match=r"a\.rtf"):
        rtf.picture(_document(_hex(PNG)), "a.rtf", target)


@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=4))
def test_every_picture_comes_back_as_it_was(pictures: list[bytes]) -> None:
    data = _document(*map(_hex, pictures))
    assert [rtf.picture(data, "a.rtf", target) for _, target in _targets(data)] == pictures
