import pytest

from storage import readers


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
