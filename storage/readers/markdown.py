"""Markdown shown as text: CommonMark with tables, strikethrough, task lists and front matter, through markdown-it.

What is marked up becomes blocks, spans and sections; the marks themselves are gone. Tags and comments of embedded HTML
are left out and its text is kept. Footnotes stay as they are written.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from storage.readers import builder, encoding, frontmatter, tables
from storage.readers.builder import Builder, Inline
from storage.text import Block, Meta, Span, Text

NAME = "markdown"
VERSION = 1


_NESTING = 100
_BULLET = "•"
_TASKS = {"[ ] ": "☐", "[x] ": "☑", "[X] ": "☑"}
_SPANS = {"em": "emphasis", "strong": "strong", "s": "strike"}
_MARKUP = re.compile(r"[\\`*_\[<&]|~~|  \n|://")
_COMMENT = re.compile(r"<!--(?:.*?-->|.*)", re.DOTALL)
_SILENT = re.compile(r"<(script|style)\b(?:.*?</\1\s*>|.*)", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/?p|/?div|/?h[1-6]|/?li|/?tr|/?details|/?summary)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[/!?]?[a-zA-Z][^<>]*>")


def parse(data: bytes, name: str, file_hash: str) -> Text:
    """Return the text in `data`, the bytes of a Markdown file called `name`."""
    string, warnings = encoding.decode(data, name)
    meta, body = frontmatter.split(string)
    walker = _Walker()
    walker.walk(walker.tokens(body))
    if walker.too_deep:
        warnings.append(f"What is nested deeper than {_NESTING} levels was left out.")
    return walker.text(meta, name, file_hash, warnings)


def beginning(body: str, references: str, meta: Meta, name: str) -> Text | None:
    """Return the text of `body`, after which a heading follows; None where that may stand inside code or HTML.

    `references` are the lines of the rest that say where links lead.
    """
    walker = _Walker()
    tokens = walker.tokens(body)
    if not tokens or tokens[-1].type == "html_block" or (tokens[-1].type == "fence" and not _closed(tokens[-1], body)):
        return None
    walker.tokens(references)
    walker.walk(tokens)
    return walker.text(meta, name)


def _closed(fence: Token, body: str) -> bool:
    """Tell whether the fence that ends `body` was closed, so that what follows is not part of it."""
    first, last = fence.map or (0, 0)
    end = body.rstrip().rpartition("\n")[2].strip()
    return last - first > 1 and len(end) >= len(fence.markup) and not end.strip(fence.markup[0])


class _Walker:
    """Goes through the tokens of a document once and builds its blocks."""

    def __init__(self) -> None:
        self.builder = Builder()
        self.too_deep = False
        self._md = MarkdownIt("commonmark", {"maxNesting": _NESTING}).enable(["table", "strikethrough"])
        self._md.core.ruler.enableOnly(["normalize", "block"])
        self._env: dict[str, object] = {}
        self._quote = 0
        self._lists = 0
        self._marker = ""
        self._fresh_list = False
        self._heading = ""
        self._first = ""

    def tokens(self, body: str) -> list[Token]:
        """Return the blocks of `body` as tokens; where its links lead is remembered."""
        return self._md.parse(body, self._env)

    def text(self, meta: Meta, name: str, file_hash: str = "", warnings: Iterable[str] = ()) -> Text:
        """Return the text of what was walked through; without another its title is the first heading."""
        title = meta.title or self._heading or builder.title_of(self._first, builder.stem(name))
        return self.builder.build(
            reader=f"{NAME}/{VERSION}",
            meta=meta._replace(title=title, format=NAME),
            file_hash=file_hash,
            warnings=warnings,
        )

    def walk(self, tokens: Sequence[Token]) -> None:
        """Build the blocks of all `tokens`."""
        at = 0
        while at < len(tokens):
            token = tokens[at]
            self.too_deep = self.too_deep or token.level >= _NESTING - 1
            if token.type == "table_open":
                close = next(i for i in range(at, len(tokens)) if tokens[i].type == "table_close")
                self._put(*tables.laid_out(self._rows(tokens[at:close])), kind="table")
                at = close
            elif token.type == "inline":
                self._inline_block(tokens[at - 1], token)
            else:
                self._structure(token)
            at += 1

    def _structure(self, token: Token) -> None:
        kind = token.type
        if kind in {"blockquote_open", "blockquote_close"}:
            self._quote += token.nesting
        elif kind in {"bullet_list_open", "ordered_list_open"}:
            self._fresh_list = self._fresh_list or not self._lists
            self._lists += 1
        elif kind in {"bullet_list_close", "ordered_list_close"}:
            self._lists -= 1
        elif kind == "list_item_open":
            self._marker = f"{token.info}{token.markup}" if token.info else _BULLET
        elif kind in {"fence", "code_block"}:
            code = builder.preformatted(token.content)
            self._put(code, builder.in_language(code, token.info), kind="code")
        elif kind == "hr":
            self._put(builder.RULE, kind="rule")
        elif kind == "html_block":
            for string in _paragraphs(token.content):
                self._put(string, kind=self._paragraph())

    def _inline_block(self, opening: Token, token: Token) -> None:
        if opening.type == "heading_open":
            string, spans = self._inline(token.content).finish()
            self._heading = self._heading or " ".join(string.split())
            self._put(string, spans, kind="heading", level=int(opening.tag[1]))
            return
        content = token.content
        task = _TASKS.get(content[:4]) if self._marker else None
        if task:
            self._marker, content = task, content[4:]
        inline = self._inline(content)
        kind = "image" if inline.only_images() else self._paragraph()
        self._put(*inline.finish(), kind=kind, tight=opening.hidden)

    def _paragraph(self) -> str:
        return "item" if self._lists else "quote" if self._quote else "paragraph"

    def _put(
        self,
        string: str,
        spans: Sequence[Span] = (),
        *,
        kind: str,
        level: int | None = None,
        tight: bool = False,
    ) -> None:
        if not string:
            return
        gap = 0 if tight and not self._fresh_list else 2 if kind == "heading" and level in {1, 2} else 1
        shape = Block(0, 0, kind, self._lists if level is None else level, self._quote, self._marker, gap)
        self.builder.block(string, spans, shape)
        self._first = self._first or string
        self._marker, self._fresh_list = "", False

    def _rows(self, tokens: Sequence[Token]) -> Iterator[list[tables.Cell]]:
        row: list[tables.Cell] = []
        for before, token in pairwise(tokens):
            if token.type == "tr_open":
                row = []
            elif token.type == "inline":
                right = "right" in str(before.attrs.get("style", ""))
                row.append(tables.Cell(*self._inline(token.content).finish(), before.type == "th_open", right))
            elif token.type == "tr_close":
                yield row

    def _inline(self, content: str) -> Inline:
        inline = Inline()
        if not _MARKUP.search(content):
            inline.add(content)
            return inline
        children: list[Token] = []
        self._md.inline.parse(content, self._md, self._env, children)
        linked = 0
        for token in children:
            linked += token.nesting if token.type in {"link_open", "link_close"} else 0
            _add(inline, token, linked=linked > 0)
        return inline


def _add(inline: Inline, token: Token, *, linked: bool) -> None:
    kind = token.type
    if kind in {"text", "text_special"}:
        string = encoding.safe(token.content)
        inline.add(string) if linked else builder.add_linked(inline, string)
    elif kind == "softbreak":
        inline.add(" ")
    elif kind == "hardbreak" or (kind == "html_inline" and _BREAK.fullmatch(token.content)):
        inline.newline()
    elif kind == "code_inline":
        inline.span(token.content, "code")
    elif kind == "link_open":
        inline.open("link", str(token.attrs.get("href", "")))
    elif kind == "image":
        _add_image(inline, token)
    elif token.nesting > 0:
        inline.open(_SPANS[token.tag])
    elif token.nesting < 0:
        inline.close()


def _add_image(inline: Inline, token: Token) -> None:
    """Add what stands for an image: its alternative text, else its file name in brackets."""
    source = str(token.attrs.get("src", ""))
    named = source.partition("?")[0].rpartition("/")[2] if not source.startswith("data:") else ""
    inline.span(_alternative(token) or f"[{encoding.safe(unquote(named)) or 'image'}]", "image", source)


def _alternative(token: Token) -> str:
    """Return the text that stands for an image, without the markup in it."""
    parts = [child.content if child.type != "image" else _alternative(child) for child in token.children or ()]
    return " ".join(encoding.safe("".join(parts)).split())


def _paragraphs(source: str) -> Iterator[str]:
    """Yield the paragraphs of text in a block of HTML."""
    source = _SILENT.sub("", _COMMENT.sub("", source))
    for part in re.split(r"\n[ \t]*\n", _BREAK.sub("\n\n", source)):
        string = " ".join(encoding.safe(html.unescape(_TAG.sub("", part))).split())
        if string:
            yield string
