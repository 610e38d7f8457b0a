"""What holds of every text, whatever it was read from; and damaged copies of a file."""

from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from random import Random

from storage.readers import apart, builder, encoding
from storage.text import KINDS, SPAN_KINDS, Text
from storage.texts import unpack


def assert_sound(text: Text) -> None:
    """Blocks in order and bounded, spans within them, places inside the text, nothing that steers a terminal."""
    length = len(text.string)
    assert all(0 < block.end - block.start <= builder.LONGEST and block.kind in KINDS for block in text.blocks)
    assert all(before.end < after.start for before, after in pairwise(text.blocks))
    assert list(text.spans) == sorted(text.spans, key=lambda span: (span.start, -span.end))
    for span in text.spans:
        block = text.blocks[text.blocks.at(span.start)]
        assert block.start <= span.start < span.end <= block.end
        assert span.kind in SPAN_KINDS
        if span.kind in {"place", "note"}:
            assert 0 <= int(span.target) < length
    assert all(0 <= one.start <= one.end <= length and one.title for one in text.sections)
    assert all(-1 <= one.start <= one.end <= length and one.key for one in text.marks)
    meta = [value for field in text.meta for value in ([field] if isinstance(field, str) else field)]
    marks = [value for one in text.marks for value in (one.color, one.author, one.created, *one.note.split("\n"))]
    shown = [text.string, *meta, *marks, *(span.target for span in text.spans), *(one.title for one in text.sections)]
    for string in shown:
        assert encoding.clean(string)[0] == string
    assert not any("\n" in string for string in shown[1:])


def read_or_told(data: bytes, name: str) -> Text | None:
    """Read as the child process does: whatever a library raises becomes an error that names the file."""
    word, *rest = apart._answer(data, name, "")
    if word == b"error\n":
        assert rest[0].decode().startswith(name)
        return None
    text = unpack(BytesIO(b"".join(rest)))
    assert_sound(text)
    return text


def mutations(data: bytes, chance: Random, count: int) -> Iterator[bytes]:
    """Yield damaged copies of `data`: cut off, bits flipped, pieces doubled, moved or overwritten."""
    for number in range(count):
        made = bytearray(data)
        if number % 5 == 0:
            yield bytes(made[: chance.randrange(len(made))])
            continue
        for _ in range(chance.choice((1, 2, 8, 40))):
            at, other = chance.randrange(len(made)), chance.randrange(len(made))
            size = chance.choice((1, 1, 4, 30))
            if number % 5 == 1:
                made[at] ^= 1 << chance.randrange(8)
            elif number % 5 == 2:
                made[at:at] = made[other : other + size]
            elif number % 5 == 3:
                del made[at : at + size]
                made = made or bytearray(b"x")
            else:
                made[at : at + size] = bytes(chance.randrange(256) for _ in range(size))
        yield bytes(made)
