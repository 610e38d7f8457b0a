"""Code in colours: what each piece of a code block is, told by Pygments when it is seen. No Textual.

The language is what the document says, in a span of kind ``code`` over the whole block; nothing is guessed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from storage.text import Block, Text

KINDS = ("comment", "keyword", "string", "number", "name")
"""What pieces of code are told apart."""

SLICE = 2_000
"""Characters of a block that are looked at at once, about: some hundredths of a second."""

_KEPT = 64


class Token(NamedTuple):
    """A piece of code over ``[start, end)``, in code points of the text."""

    start: int
    end: int
    kind: str


def language(text: Text, block: Block) -> str:
    """Return the language that a code block is in, as the document names it; nothing where it names none."""
    if block.kind != "code":
        return ""
    spans = text.spans_in(block.start, block.end)
    return next((span.target for span in spans if span.kind == "code" and span.start == block.start), "")


def tokens(text: Text, start: int, end: int) -> list[Token]:
    """Return the pieces of the code blocks that touch ``[start, end)``, as far as they do, in order.

    Of a long block no more than `SLICE` characters are looked at at once: see `is_behind`.
    """
    found: list[Token] = []
    for block, code in _blocks(text, start, end):
        code.look_on(end - block.start)
        pieces = code.between(start - block.start, end - block.start)
        found += [Token(block.start + one.start, block.start + one.end, one.kind) for one in pieces]
    return found


def is_behind(text: Text, start: int, end: int) -> bool:
    """Tell whether `tokens` has more to look at before it has all pieces that touch ``[start, end)``."""
    return any(code.at < min(end, block.end) - block.start for block, code in _blocks(text, start, end))


def _blocks(text: Text, start: int, end: int) -> Iterator[tuple[Block, _Code]]:
    for index in text.blocks.between(start, end):
        block = text.blocks[index]
        if said := language(text, block):
            yield block, _code(text.string[block.start : block.end], said)


class _Code:
    """A code block as far as it was looked at, up to `at`; offsets are in it."""

    def __init__(self, code: str, pieces: Iterator[tuple[object, str]]) -> None:
        self.at = 0
        self._code = code
        self._pieces = pieces
        self._found: list[Token] = []

    def look_on(self, end: int) -> None:
        """Look at more of it, towards `end`; where Pygments has changed the code, nothing more is told."""
        stop = min(end, len(self._code), self.at + SLICE)
        while self.at < stop:
            token, value = next(self._pieces, (None, ""))
            if token is None or not self._code.startswith(value, self.at):
                self.at = len(self._code)
            elif value:
                if ours := _kind(token):
                    self._found.append(Token(self.at, self.at + len(value), ours))
                self.at += len(value)

    def between(self, start: int, end: int) -> list[Token]:
        """Return the pieces that touch ``[start, end)``."""
        first = bisect_right(self._found, start, key=attrgetter("end"))
        return self._found[first : bisect_left(self._found, end, key=attrgetter("start"))]


@lru_cache(maxsize=_KEPT)
def _code(code: str, said: str) -> _Code:
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415  # few documents have code
    from pygments.util import ClassNotFound  # noqa: PLC0415  # the same

    try:
        lexer = get_lexer_by_name(said.lower(), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return _Code(code, iter(()))
    return _Code(code, iter(lexer.get_tokens(code)))


def _kind(token: object) -> str:
    from pygments.token import Comment, Keyword, Name, Number, Operator, String  # noqa: PLC0415  # the same

    table = (
        ("comment", (Comment,)),
        ("string", (String,)),
        ("number", (Number,)),
        ("keyword", (Keyword, Operator.Word, Name.Tag)),
        ("name", (Name.Function, Name.Class, Name.Decorator, Name.Builtin, Name.Attribute, Name.Namespace)),
    )
    return next((name for name, kinds in table if any(token in kind for kind in kinds)), "")
