"""Pictures in e-mails: where the message shows them, or as what is attached, and the bytes again."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from storage import readers
from storage.errors import DocumentError
from storage.readers import apart, mail
from storage.text import Text

PNG, JPEG = b"\x89PNG bytes", b"\xff\xd8\xff bytes"


def _message(*, html: bool = False) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Pictures"
    if html:
        message.set_content(
            '<p>Look:</p><p><img src="cid:map%40here" alt="a map"><img src="cid:none"></p>', subtype="html"
        )
        message.add_related(PNG, "image", "png", cid="<map@here>")
    else:
        message.set_content("Look at this.")
    message.add_attachment(JPEG, "image", "jpeg", filename="boat.jpg")
    message.add_attachment(b"%PDF", "application", "pdf", filename="paper.pdf")
    return message


def _pictures(text: Text) -> list[tuple[str, str]]:
    return [(text.string[one.start : one.end], one.target) for one in text.spans if one.kind == "image"]


def _read(data: bytes) -> Text:
    return readers.parse_here(data, "a.eml")


def test_a_picture_that_is_attached_opens_and_other_things_are_named() -> None:
    data = _message().as_bytes()
    text = _read(data)
    ((words, target),) = _pictures(text)
    assert words == "[attached: boat.jpg]"
    assert apart.picture(data, "a.eml", target) == JPEG
    assert "[attached: paper.pdf]" in text.string


def test_a_picture_stands_where_the_message_shows_it() -> None:
    data = _message(html=True).as_bytes()
    shown = dict(_pictures(_read(data)))
    assert list(shown) == ["a map", "[cid:none]", "[attached: boat.jpg]"]
    assert mail.picture(data, "a.eml", shown["a map"]) == PNG
    assert shown["[cid:none]"] == ""


def test_those_of_a_message_inside_are_found() -> None:
    outer = EmailMessage()
    outer["Subject"] = "Forwarded"
    outer.set_content("See below.")
    outer.add_attachment(_message())
    data = outer.as_bytes()
    ((_, target),) = _pictures(_read(data))
    assert mail.picture(data, "a.eml", target) == JPEG


@pytest.mark.parametrize("target", ["inside:part-1.png", "inside:part-99.png", "inside:part-x.png", "inside:"])
def test_what_is_no_picture_is_told(target: str) -> None:
    with pytest.raises(DocumentError, match=r"a\.eml"):
        mail.picture(_message().as_bytes(), "a.eml", target)
