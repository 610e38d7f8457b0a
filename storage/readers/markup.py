"""HTML as blocks and spans: the one walker over parsed pages, for web pages, e-books and whatever is turned into HTML.

It goes through the nodes one after the other, never by recursion, so that depth costs nothing. Where links inside the
document lead is known at the end (`Builder.resolve`): every `id` is a place, at the text that follows it.
"""

# ruff: noqa: SLF001  # the table at the end is of the class's own methods

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import inf

from selectolax.lexbor import LexborHTMLParser, LexborNode

from storage.readers import builder, encoding, nodes, tables
from storage.readers.builder import Builder, Inline
from storage.readers.landmarks import Landmarks
from storage.text import INSIDE, Block, Meta, Span, Text

_DEEPEST = 12
"""Levels of lists and quotations that are told apart."""


class Walker:
    """Builds the blocks of one page after another.

    `locate` turns an address as it is written into what it means: ``#…`` for a place in the document, nothing where it
    leads nowhere; of a picture in an `archived` document ``#`` and its part of the archive. `left_out` are the nodes of
    the page that is walked through (their `mem_id`) that are not read; where it is `clean`, no ASCII text in it can
    have a control character. The walker stops at the end of the block with which it has `most` characters.
    """

    def __init__(self, locate: Callable[[str], str] = str, *, archived: bool = False) -> None:
        self.builder = Builder()
        self.locate = locate
        self.archived = archived
        self.left_out: frozenset[int] = frozenset()
        self.landmarks = Landmarks()
        self.heading = ""
        self.first = ""
        self.most = inf
        self.clean = False
        self._inline = Inline()
        self._reopen: list[tuple[str, str]] = []
        self._quote = 0
        self._lists: list[int | None] = []
        self._marker = ""
        self._heading = 0
        self._fresh = self._loose = self._cell = False

    def read(self, page: str) -> None:
        """Add the body of a page of HTML."""
        body = LexborHTMLParser(page).body
        if body is not None:
            self.walk(body)

    def text(  # noqa: PLR0913  # one value for each part of a text
        self,
        reader: str,
        meta: Meta,
        name: str,
        file_hash: str,
        *,
        warnings: Iterable[str] = (),
        outline: Iterable[tuple[int, int, str]] = (),
    ) -> Text:
        """Return what was read of the file called `name`; a title that `meta` does not have is found in the text."""
        self.landmarks.end(len(self.builder))
        self.builder.resolve(self.landmarks.places)
        title = meta.title or self.heading or builder.title_of(self.first, builder.stem(name))
        meta = meta._replace(title=title, format=reader.partition("/")[0])
        return self.builder.build(
            reader=reader,
            meta=meta,
            file_hash=file_hash,
            warnings=warnings,
            outline=outline,
            pages=self.landmarks.pages,
        )

    def walk(self, root: LexborNode) -> None:
        """Add what is in `root`, without itself."""
        self._descend(root)
        self.flush()

    def title(self, string: str) -> None:
        """Add a heading of the first level."""
        self._heading = 1
        self._inline.add(string)
        self.flush()
        self._heading = 0

    def _descend(self, root: LexborNode) -> None:
        open_nodes: list[tuple[LexborNode, Callable[[], None] | None]] = []
        node = root.child
        while True:
            if node is None:
                if not open_nodes:
                    return
                node, leave = open_nodes.pop()
                if leave is not None:
                    leave()
                node = node.next
                continue
            if node.is_text_node:
                string = node.text_content or ""
                if self._inline or not string.isspace():
                    self._inline.add(self._safe(string))
                node = node.next
                continue
            if self.most != inf and not self._cell and len(self.builder) >= self.most:
                self._inline = Inline()
                return
            leave, inside = self._enter(node)
            if inside and node.child is not None:
                open_nodes.append((node, leave))
                node = node.child
                continue
            if leave is not None:
                leave()
            node = node.next

    def _enter(self, node: LexborNode) -> tuple[Callable[[], None] | None, bool]:
        """Begin an element; return what to do at its end, and whether to go into it."""
        tag = node.tag or ""
        if tag in nodes.SKIPPED or (self.left_out and node.mem_id in self.left_out):
            return None, False
        attributes = node.attributes
        if attributes and (len(attributes) > 1 or "class" not in attributes):
            if nodes.hidden(attributes) or self.landmarks.meet_page(node, attributes, len(self._inline)):
                return None, False
            self.landmarks.meet_ids(attributes, len(self._inline))
        if tag in nodes.SPANS:
            return self._span(nodes.SPANS[tag]), True
        method = _ELEMENTS.get(tag)
        if method is not None:
            return method(self, node)
        return self._box(node, loose=tag == "p") if tag in nodes.BLOCKS else (None, True)

    def _box(self, node: LexborNode, *, loose: bool) -> tuple[Callable[[], None] | None, bool]:
        """Begin an element that is a block, and end it at once where there is nothing but running text in it."""
        leave, child = self._block(loose=loose), node.child
        if self._reopen or self._cell or child is None or not child.is_text_node or child.next is not None:
            return leave, True
        self._words_alone(child.text_content or "")
        return None, False

    def _safe(self, string: str) -> str:
        return string if self.clean and string.isascii() else encoding.safe(string)

    def _words_alone(self, string: str) -> None:
        """Add a block that has running text in it and nothing else, as most have, without the detour of `Inline`."""
        if string := builder.words_of(self._safe(string)):
            if self._heading:
                self.heading = self.heading or string
                self._put(string, [], kind="heading")
            elif self._lists or self._quote or self._marker:
                self._put(string, [], kind=self._paragraph())
            else:
                self._added(self.builder.paragraph(string), string)

    def _block(self, *, loose: bool = False) -> Callable[[], None]:
        if self._cell or self._inline:
            self.flush()
        self._loose = loose
        return self.flush

    def _span(self, kind: str, target: str = "") -> Callable[[], None]:
        self._inline.open(kind, target)
        self._reopen.append((kind, target))
        return self._close

    def _close(self) -> None:
        self._inline.close()
        self._reopen.pop()

    def flush(self) -> None:
        """End the block that is being collected."""
        if self._cell:
            self._inline.add(" ")
            return
        if not self._inline:
            return
        images = self._inline.only_images()
        string, spans = self._inline.finish()
        self._begin()
        if not string:
            self.landmarks.wait()
            return
        kind = "heading" if self._heading else "image" if images else self._paragraph()
        if kind == "heading":
            string = string.replace("\n", " ")
            self.heading = self.heading or string
        self._put(string, spans, kind=kind)

    def _begin(self) -> None:
        """Begin a block inside of the spans that are open."""
        self._inline = Inline()
        for kind, target in self._reopen:
            self._inline.open(kind, target)

    def _paragraph(self) -> str:
        return "item" if self._lists else "quote" if self._quote else "paragraph"

    def _put(self, string: str, spans: list[Span], *, kind: str) -> None:
        start = self.builder.block(string, spans, self._shape(kind))
        if start >= 0:
            self._added(start, string)

    def _added(self, start: int, string: str) -> None:
        """Know that a block was added at `start`."""
        self.first = self.first or string
        self._marker, self._fresh, self._loose = "", False, False
        self.landmarks.settle(start, string)

    def _shape(self, kind: str) -> Block:
        """Return what is to be known of the next block."""
        level = self._heading if kind == "heading" else min(len(self._lists), _DEEPEST)
        tight = bool(self._lists) and not self._loose and not self._fresh
        gap = 0 if tight else 2 if kind == "heading" and level <= 2 else 1  # noqa: PLR2004  # big headings
        return Block(0, 0, kind, level, min(self._quote, _DEEPEST), self._marker, gap)

    def _heading_element(self, node: LexborNode) -> tuple[Callable[[], None], bool]:
        self.flush()
        self._heading = nodes.HEADINGS[node.tag or "h6"]

        def leave() -> None:
            self.flush()
            self._heading = 0

        return leave, True

    def _quotation(self, _: LexborNode) -> tuple[Callable[[], None], bool]:
        self.flush()
        self._quote += 1

        def leave() -> None:
            self.flush()
            self._quote -= 1

        return leave, True

    def _list(self, node: LexborNode) -> tuple[Callable[[], None], bool]:
        self.flush()
        self._fresh = self._fresh or not self._lists
        start = str(node.attributes.get("start") or "1")
        self._lists.append((nodes.number(start) or 0) if node.tag == "ol" else None)

        def leave() -> None:
            self.flush()
            self._lists.pop()

        return leave, True

    def _item(self, node: LexborNode) -> tuple[Callable[[], None], bool]:
        self.flush()
        number = self._lists[-1] if self._lists else None
        if number is not None:
            value = nodes.number(str(node.attributes.get("value") or ""))
            number = number if value is None else value
        self._marker = "•" if number is None else f"{number}."
        if number is not None:
            self._lists[-1] = number + 1
        loose_item = not self._lists
        if loose_item:
            self._lists.append(None)

        def leave() -> None:
            self.flush()
            self._marker = ""
            if loose_item:
                self._lists.pop()

        return leave, True

    def _term(self, _: LexborNode) -> tuple[Callable[[], None], bool]:
        self.flush()
        close = self._span("strong")

        def leave() -> None:
            close()
            self.flush()

        return leave, True

    def _definition(self, _: LexborNode) -> tuple[Callable[[], None], bool]:
        self.flush()
        self._lists.append(None)

        def leave() -> None:
            self.flush()
            self._lists.pop()

        return leave, True

    def _code(self, node: LexborNode) -> tuple[None, bool]:
        if self._cell:
            self._inline.add(encoding.safe(nodes.whole(node)))
            return None, False
        self.flush()
        code = builder.preformatted(encoding.safe(nodes.whole(node)))
        self._put(code, builder.in_language(code, nodes.language(node)), kind="code")
        return None, False

    def _rule(self, _: LexborNode) -> tuple[None, bool]:
        self.flush()
        if not self._cell:
            self._put(builder.RULE, [], kind="rule")
        return None, False

    def _newline(self, _: LexborNode) -> tuple[None, bool]:
        self._inline.newline()
        return None, False

    def _around(self, node: LexborNode) -> tuple[Callable[[], None], bool]:
        before, after = nodes.AROUND[node.tag or ""]
        self._inline.verbatim(before)
        return lambda: self._inline.verbatim(after), True

    def _raised(self, node: LexborNode) -> tuple[Callable[[], None] | None, bool]:
        string = nodes.text(node)
        if not string or node.css_first("a") is not None:
            return None, True
        if shown := nodes.raised(string):
            self._inline.verbatim(shown)
            return None, False
        if self._inline and string[0].isdecimal():
            self._inline.verbatim("^")
        return None, True

    def _lowered(self, node: LexborNode) -> tuple[Callable[[], None] | None, bool]:
        if shown := nodes.lowered(nodes.text(node)):
            self._inline.verbatim(shown)
        return None, not shown

    def _image(self, node: LexborNode) -> tuple[None, bool]:
        if not nodes.tiny(node):
            words, source = nodes.picture(node)
            target = encoding.one_line(self.locate(source)) if source else ""
            if target.startswith("#"):
                target = f"{INSIDE}{target[1:]}" if self.archived else ""
            self._inline.span(words, "image", target)
        return None, False

    def _link(self, node: LexborNode) -> tuple[Callable[[], None] | None, bool]:
        href = (node.attributes.get("href") or "").strip()
        target = encoding.one_line(self.locate(href)) if href else ""
        if not target:
            return None, True
        words = nodes.text(node) if target.startswith("#") else ""
        if not words or len(words) > nodes.LONG_MARK:
            return self._span("link", target), True
        if nodes.is_way_back(node, words):
            return None, not nodes.BACK.issuperset(words)
        if nodes.is_note(node, words):
            self._inline.span(words if words[0] in "[(" else f"[{words}]", "note", target)
            return None, False
        return self._span("link", target), True

    def _table(self, node: LexborNode) -> tuple[Callable[[], None] | None, bool]:
        if self._cell or not nodes.is_grid(node):
            return self._block(), True
        self.flush()
        caption = node.css_first("caption")
        if caption is not None:
            self._descend(caption)
            self.flush()
        kept, self._cell, self._reopen = self._reopen, True, []
        rows = [[self._cell_of(cell) for cell in nodes.cells(row)] for row in node.css("tr")]
        self._cell, self._reopen = False, kept
        self.landmarks.wait()
        self._begin()
        self._put(*tables.laid_out(rows), kind="table")
        return None, False

    def _cell_of(self, node: LexborNode) -> tables.Cell:
        self._inline = Inline()
        self._descend(node)
        right = "right" in str(node.attributes.get("align") or node.attributes.get("style") or "")
        return tables.Cell(*self._inline.finish(), node.tag == "th", right)


_ELEMENTS: dict[str, Callable[[Walker, LexborNode], tuple[Callable[[], None] | None, bool]]] = {
    **dict.fromkeys(nodes.HEADINGS, Walker._heading_element),
    **dict.fromkeys(nodes.LISTS, Walker._list),
    **dict.fromkeys(nodes.AROUND, Walker._around),
    **dict.fromkeys(("pre", "listing", "xmp", "plaintext"), Walker._code),
    **dict.fromkeys(("img", "image"), Walker._image),
    "blockquote": Walker._quotation,
    "li": Walker._item,
    "dt": Walker._term,
    "dd": Walker._definition,
    "hr": Walker._rule,
    "br": Walker._newline,
    "sup": Walker._raised,
    "sub": Walker._lowered,
    "a": Walker._link,
    "table": Walker._table,
}
