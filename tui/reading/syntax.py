"""Code in colours: what each piece of a code block is, told by Pygments when the block is first seen. No Textual.

The language is what the document says, in a span of kind ``code`` over the whole block; nothing is guessed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from storage.text import Block, Text

KINDS = ("comment", "keyword", "string", "number", "name")
"""What pieces of code are told apart."""

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
    """Return the pieces of the code blocks that touch ``[start, end)``, as far as they do, in order."""
    found: list[Token] = []
    for index in text.blocks.between(start, end):
        block = text.blocks[index]
        if said := language(text, block):
            pieces = _pieces(text.string[block.start : block.end], said)
            moved = (Token(block.start + one.start, block.start + one.end, one.kind) for one in pieces)
            found += [one for one in moved if one.end > start and one.start < end]
    return found


@lru_cache(maxsize=_KEPT)
def _pieces(code: str, said: str) -> tuple[Token, ...]:
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415  # few documents have code
    from pygments.util import ClassNotFound  # noqa: PLC0415  # the same

    try:
        lexer = get_lexer_by_name(said.lower(), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return ()
    found, at = [], 0
    for kind, value in lexer.get_tokens(code):
        ours = _kind(kind)
        if ours and value and code.startswith(value, at):
            found.append(Token(at, at + len(value), ours))
        at += len(value)
    return tuple(found) if at == len(code) else ()


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
