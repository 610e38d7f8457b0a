"""HTML as blocks and spans: the one walker over parsed pages, for web pages, e-books and whatever is turned into HTML.

It goes through the nodes one after the other, never by recursion, so that depth costs nothing. Where links inside the
document lead is known at the end (`Builder.resolve`): every `id` is a place, at the text that follows it.
"""

# ruff: noqa: SLF001  # the table at the end is of the class's own methods

from __future__ import annotations

from collections.abc import Callable
from math import inf

from selectolax.lexbor import LexborHTMLParser, LexborNode

from storage.readers import builder, encoding, nodes, tables
from storage.readers.builder import Inline
from storage.readers.collecting import Collector
from storage.text import INSIDE

_is_mute = nodes.TELLING.isdisjoint

Leave = Callable[["Walker"], None]
"""What is done at the end of an element."""
Enter = Callable[["Walker", LexborNode], Leave | None]
"""Begins an element; returns what is done at its end, `_over` where it is not to be gone into."""


class Walker(Collector):
    """Builds the blocks of one page after another.

    `locate` turns an address as it is written into what it means: ``#…`` for a place in the document, nothing where it
    leads nowhere; of a picture in an `archived` document ``#`` and its part of the archive. `left_out` are the nodes of
    the page that is walked through (their `mem_id`) that are not read. The walker stops at the end of the block with
    which it has `most` characters.
    """

    def __init__(self, locate: Callable[[str], str] = str, *, archived: bool = False) -> None:
        super().__init__()
        self.locate = locate
        self.archived = archived
        self.left_out: frozenset[int] = frozenset()
        self.most = inf
        self._last: LexborNode

    def read(self, page: str) -> None:
        """Add the body of a page of HTML."""
        body = LexborHTMLParser(page).body
        if body is not None:
            self.walk(body)

    def walk(self, root: LexborNode) -> None:
        """Add what is in `root`, without itself."""
        self._descend(root)
        self.flush()

    def _descend(self, root: LexborNode) -> None:  # noqa: C901, PLR0912  # calls are what would take time here
        above: list[tuple[LexborNode, Leave | None]] = []
        node, begins, put_down = root.child, _ELEMENTS.get, self._inline.pieces.append
        clean, left_out, limited = self.clean, self.left_out, self.most != inf
        while True:
            if node is None:
                if not above:
                    return
                node, leave = above.pop()
                if leave is _close:
                    put_down(None)
                elif leave is not None:
                    leave(self)
            elif node.is_text_node:
                string = node.text_content or ""
                if self._some:
                    put_down(string if clean and string.isascii() else encoding.safe(string))
                elif not string.isspace():
                    self._words(string if clean and string.isascii() else encoding.safe(string))
            elif limited and self._has_most():
                return
            else:
                enter, leave = begins(node.tag), None
                if enter is not _skip and not (left_out and node.mem_id in left_out):
                    attributes = node.attributes
                    if attributes and not _is_mute(attributes) and self._is_told(node, attributes):
                        leave = _over
                    elif enter is not None:
                        if isinstance(enter, tuple):
                            put_down(enter)
                            leave = _close
                        else:
                            leave = enter(self, node)
                    if leave is _beyond:
                        node = self._last
                    elif leave is not _over:
                        child = node.child
                        if child is not None:
                            above.append((node, leave))
                            node = child
                            continue
                        if leave is not None:
                            leave(self)
            node = node.next

    def _has_most(self) -> bool:
        """Tell whether there are as many characters as are wanted; then what was begun is dropped."""
        if self._cell or len(self.builder) < self.most:
            return False
        self._inline.pieces.clear()
        self._inline.finish()
        self._some = False
        return True

    def _is_told(self, node: LexborNode, attributes: dict[str, str | None]) -> bool:
        """Tell whether all that there is to know of an element is in its attributes; know the places that it is."""
        inside = len(self._inline) if self._some else 0
        if not nodes.HIDING.isdisjoint(attributes) and (
            nodes.hidden(attributes) or self.landmarks.meet_page(node, attributes, inside)
        ):
            return True
        self.landmarks.meet_ids(attributes, inside)
        return False

    def _box(self, node: LexborNode) -> Leave:
        """Begin an element that is a block, and end it at once where there is nothing but running text in it."""
        if self._some:
            self.flush()
        self._loose = node.tag == "p"
        child, inline = node.child, self._inline
        if child is None or not child.is_text_node or child.next is not None:
            return _flush
        if inline.pieces or inline.begun or self._cell:
            return _flush
        string = child.text_content or ""
        if not (self._heading or self._lists or self._quote or self._marker):
            self._put_plain(node, string)
            return _beyond
        if string := builder.words_of(self._safe(string)):
            if self._heading:
                self.heading = self.heading or string
            self._put(string, (), "heading" if self._heading else self._paragraph())
        return _over

    def _put_plain(self, node: LexborNode, string: str) -> None:
        """Add the text of a block that has nothing else in it, and those of the blocks alike that follow it."""
        strings, begins, alone = [string], _ELEMENTS.get, bool(self.left_out) or self.most != inf
        while not alone:
            other = node.next
            if other is not None and other.is_text_node and (other.text_content or "").isspace():
                other = other.next
            if other is None or begins(other.tag) is not _box or not _is_mute(other.attributes):
                break
            child = other.child
            if child is None or not child.is_text_node or child.next is not None:
                break
            strings.append(child.text_content or "")
            node = other
        self._last = node
        start, string = self.builder.paragraphs(map(self._safe, strings))
        if string:
            self._added(start, string)

    def _close(self) -> None:
        self._inline.close()

    def _heading_element(self, node: LexborNode) -> Leave:
        self.flush()
        self._heading = nodes.HEADINGS[node.tag or "h6"]
        return Walker._heading_ends

    def _heading_ends(self) -> None:
        self.flush()
        self._heading = 0

    def _quotation(self, _: LexborNode) -> Leave:
        self.flush()
        self._quote += 1
        return Walker._quotation_ends

    def _quotation_ends(self) -> None:
        self.flush()
        self._quote -= 1

    def _list(self, node: LexborNode) -> Leave:
        self.flush()
        self._fresh = self._fresh or not self._lists
        start = str(node.attributes.get("start") or "1")
        self._lists.append((nodes.number(start) or 0) if node.tag == "ol" else None)
        return Walker._list_ends

    def _list_ends(self) -> None:
        self.flush()
        self._lists.pop()

    def _item(self, node: LexborNode) -> Leave:
        self.flush()
        lone = not self._lists
        number = None if lone else self._lists[-1]
        self._marker = "•"
        if number is not None:
            value = nodes.number(str(node.attributes.get("value") or ""))
            number = number if value is None else value
            self._marker, self._lists[-1] = f"{number}.", number + 1
        if lone:
            self._lists.append(None)
        return Walker._lone_item_ends if lone else Walker._item_ends

    def _item_ends(self) -> None:
        self.flush()
        self._marker = ""

    def _lone_item_ends(self) -> None:
        self._item_ends()
        self._lists.pop()

    def _term(self, _: LexborNode) -> Leave:
        self.flush()
        self._inline.open("strong")
        return Walker._term_ends

    def _term_ends(self) -> None:
        self._inline.close()
        self.flush()

    def _definition(self, _: LexborNode) -> Leave:
        self.flush()
        self._lists.append(None)
        return Walker._list_ends

    def _code(self, node: LexborNode) -> Leave:
        if self._cell:
            self._words(encoding.safe(nodes.whole(node)))
            return _over
        self.flush()
        code = builder.preformatted(encoding.safe(nodes.whole(node)))
        self._put(code, builder.in_language(code, nodes.language(node)), "code")
        return _over

    def _rule(self, _: LexborNode) -> Leave:
        self.flush()
        if not self._cell:
            self._put(builder.RULE, (), "rule")
        return _over

    def _newline(self, _: LexborNode) -> Leave:
        self._inline.newline()
        return _over

    def _around(self, node: LexborNode) -> Leave:
        before, after = nodes.AROUND[node.tag or ""]
        self._verbatim(before)
        return lambda walker: walker._verbatim(after)

    def _raised(self, node: LexborNode) -> Leave | None:
        string = nodes.text(node)
        if not string or node.css_first("a") is not None:
            return None
        if shown := nodes.raised(string):
            self._verbatim(shown)
            return _over
        if self._some and string[0].isdecimal():
            self._inline.verbatim("^")
        return None

    def _lowered(self, node: LexborNode) -> Leave | None:
        if shown := nodes.lowered(nodes.text(node)):
            self._verbatim(shown)
        return _over if shown else None

    def _image(self, node: LexborNode) -> Leave:
        if not nodes.tiny(node):
            words, source = nodes.picture(node)
            target = encoding.one_line(self.locate(source)) if source else ""
            if target.startswith("#"):
                target = f"{INSIDE}{target[1:]}" if self.archived else ""
            self._inline.span(words, "image", target)
            self._some = True
        return _over

    def _span(self, kind: str, target: str) -> Leave:
        self._inline.open(kind, target)
        return _close

    def _link(self, node: LexborNode) -> Leave | None:
        attributes = node.attributes
        href = (attributes.get("href") or "").strip()
        target = encoding.one_line(self.locate(href)) if href else ""
        if not target:
            return None
        words = nodes.text(node) if target.startswith("#") else ""
        if not words or len(words) > nodes.LONG_MARK:
            return self._span("link", target)
        said = nodes.said_of(attributes)
        if nodes.is_way_back(said, words):
            return _over if nodes.BACK.issuperset(words) else None
        if nodes.is_note(node, said, words):
            self._inline.span(words if words[0] in "[(" else f"[{words}]", "note", target)
            self._some = True
            return _over
        return self._span("link", target)

    def _table(self, node: LexborNode) -> Leave:
        if self._cell or not nodes.is_grid(node):
            self.flush()
            self._loose = False
            return _flush
        self.flush()
        caption = node.css_first("caption")
        if caption is not None:
            self._descend(caption)
            self.flush()
        kept, self._inline, self._cell = self._inline, Inline(), True
        rows = [[self._cell_of(cell) for cell in nodes.cells(row)] for row in node.css("tr")]
        self._inline, self._some, self._cell = kept, False, False
        self.landmarks.wait()
        self._put(*tables.laid_out(rows), "table")
        return _over

    def _cell_of(self, node: LexborNode) -> tables.Cell:
        self._some = False
        self._descend(node)
        right = "right" in str(node.attributes.get("align") or node.attributes.get("style") or "")
        return tables.Cell(*self._inline.finish(), node.tag == "th", right)


def _over(_: Walker) -> None:
    """Stand for the end of an element that is not gone into."""


def _beyond(_: Walker) -> None:
    """Stand for the end of an element after which others were gone through; the last of them is the walker's."""


def _skip(_: Walker, __: LexborNode) -> Leave:
    """Begin an element of which nothing is read."""
    return _over


_box, _flush, _close = Walker._box, Walker.flush, Walker._close

_ELEMENTS: dict[str | None, Enter | tuple[str, str]] = {
    **dict.fromkeys(nodes.SKIPPED, _skip),
    **dict.fromkeys(nodes.BLOCKS, Walker._box),
    **{tag: (kind, "") for tag, kind in nodes.SPANS.items()},
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
