"""OpenDocument texts (ODT): turned into HTML, and read as that; footnotes are notes at the end.

Source: OpenDocument 1.3, part 3 (OASIS). The table of contents and deleted text of tracked changes are left out.
"""

# ruff: noqa: SLF001  # the table at the end is of the class's own methods

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from storage.readers import encoding, nodes
from storage.readers.archive import Archive, attribute, local
from storage.readers.comments import Comment, end_of, start_of, with_comments
from storage.readers.markup import Walker
from storage.text import Meta, Text

NAME = "odt"
VERSION = 2

_SKIPPED = frozenset(
    {
        *("tracked-changes", "table-of-content", "alphabetical-index", "forms", "sequence-decls", "variable-decls"),
        *("user-field-decls", "shapes", "bookmark-end", "reference-mark-end", "soft-page-break"),
    }
)
_TAGS = {
    "list-item": "li",
    "list-header": "li",
    "table": "table",
    "table-row": "tr",
    "section": "div",
    "text-box": "div",
    "ruby": "ruby",
    "ruby-text": "rt",
}
_LOOKS = (("font-weight", "bold", "b"), ("font-style", "italic", "i"), ("text-line-through-style", "solid", "s"))
_RAISED = {"super": "sup", "sub": "sub"}
_DEEPEST = 6
_MANY_SPACES = 100


def parse(data: bytes, name: str, file_hash: str) -> Text:
    """Return the text of a document. Raises DocumentError."""
    archive = Archive(data, name)
    warnings: list[str] = []
    root = archive.xml("content.xml", warnings)
    if root is None:
        raise archive.damaged()
    walker, page = Walker(archived=True), _Page(root, archive.xml("styles.xml"))
    walker.read(page.html())
    text = walker.text(f"{NAME}/{VERSION}", _meta(archive), name, file_hash, warnings=warnings)
    return with_comments(text, page.comments, walker.landmarks.marks)


def _meta(archive: Archive) -> Meta:
    root = archive.xml("meta.xml")
    said: dict[str, str] = {}
    for node in root.iter() if root is not None else ():
        if local(node):
            said.setdefault(local(node), encoding.one_line("".join(node.itertext())))
    author = said.get("initial-creator") or said.get("creator") or ""
    return Meta(said.get("title", ""), (author,) if author else (), said.get("date", "")[:10], said.get("language", ""))


class _Page:
    """A document while it is being written as HTML."""

    def __init__(self, root: Any, styles: Any) -> None:  # noqa: ANN401  # elements of lxml, which has no types
        self._root = root
        self._out: list[str] = []
        self._notes: list[tuple[int, Any]] = []
        self.comments: list[Comment] = []
        self._looks: dict[str, list[str]] = {}
        self._parents: dict[str, str] = {}
        self._numbered: set[str] = set()
        for tree in (styles, root):
            for node in tree.iter() if tree is not None else ():
                self._learn(node)

    def _learn(self, node: Any) -> None:  # noqa: ANN401  # the same
        """Remember what a style looks like, and whether a list is numbered."""
        name = attribute(node, "name")
        if local(node) == "style":
            self._parents[name] = attribute(node, "parent-style-name")
            for child in node:
                if local(child) == "text-properties":
                    looks = [tag for key, value, tag in _LOOKS if attribute(child, key) == value]
                    raised = _RAISED.get(attribute(child, "text-position").partition(" ")[0])
                    self._looks[name] = [*looks, *([raised] if raised else [])]
        elif local(node) == "list-style" and any(local(child) == "list-level-style-number" for child in node):
            self._numbered.add(name)

    def html(self) -> str:
        """Return the document, its notes at the end."""
        for node in self._root.iter():
            if local(node) == "text" and node.getparent() is not None and local(node.getparent()) == "body":
                self._inside(node)
        done = 0
        while done < len(self._notes):  # a note may have notes
            number, body = self._notes[done]
            done += 1
            self._wrapped(f'div id="note-{number}"', body)
        return "".join(self._out)

    def _inside(self, node: Any) -> None:  # noqa: ANN401  # the same
        if node.text:
            self._out.append(escape(node.text))
        for child in node:
            self._element(child)
            if child.tail:
                self._out.append(escape(child.tail))

    def _wrapped(self, tag: str, node: Any) -> None:  # noqa: ANN401  # the same
        self._out.append(f"<{tag}>")
        self._inside(node)
        self._out.append(f"</{tag.partition(' ')[0]}>")

    def _element(self, node: Any) -> None:  # noqa: ANN401  # the same
        name = local(node)
        if not name or name in _SKIPPED:
            return
        method = _ELEMENTS.get(name)
        if method is not None:
            method(self, node)
        elif name in _TAGS:
            self._wrapped(_TAGS[name], node)
        else:
            self._inside(node)

    def _heading(self, node: Any) -> None:  # noqa: ANN401  # the same
        level = nodes.number(attribute(node, "outline-level")) or 1
        self._wrapped(f"h{min(_DEEPEST, max(1, level))}", node)

    def _paragraph(self, node: Any) -> None:  # noqa: ANN401  # the same
        style = attribute(node, "style-name")
        named = {style, self._parents.get(style, "")}
        if "Title" in named:
            self._wrapped("h1", node)
        elif "Quotations" in named:
            self._out.append("<blockquote>")
            self._wrapped("p", node)
            self._out.append("</blockquote>")
        else:
            listed = local(node.getparent()) in {"list-item", "list-header"}
            self._wrapped("pre" if "Preformatted_20_Text" in named else "div" if listed else "p", node)

    def _span(self, node: Any) -> None:  # noqa: ANN401  # the same
        style = attribute(node, "style-name")
        looks = self._looks.get(style) or self._looks.get(self._parents.get(style, ""), [])
        self._out += [f"<{look}>" for look in looks]
        self._inside(node)
        self._out += [f"</{look}>" for look in reversed(looks)]

    def _link(self, node: Any) -> None:  # noqa: ANN401  # the same
        self._wrapped(f'a href="{escape(attribute(node, "href"))}"', node)

    def _list(self, node: Any) -> None:  # noqa: ANN401  # the same
        style = next(
            (found for above in (node, *node.iterancestors()) if (found := attribute(above, "style-name"))), ""
        )
        self._wrapped("ol" if style in self._numbered else "ul", node)

    def _cell(self, node: Any) -> None:  # noqa: ANN401  # the same
        above = [local(each) for each in node.iterancestors()]
        self._wrapped("th" if "table-header-rows" in above else "td", node)

    def _note(self, node: Any) -> None:  # noqa: ANN401  # the same
        body = next((child for child in node if local(child) == "note-body"), None)
        mark = next(("".join(child.itertext()) for child in node if local(child) == "note-citation"), "")
        self._refer(mark or str(len(self._notes) + 1), node if body is None else body)

    def _comment(self, node: Any) -> None:  # noqa: ANN401  # the same
        said = {local(child): "".join(child.itertext()) for child in node}
        lines = ["".join(child.itertext()) for child in node.iter() if local(child) in {"p", "h"}]
        name = attribute(node, "name") or f"at {len(self.comments)}"
        self.comments.append(Comment(name, "\n".join(lines), said.get("creator", ""), said.get("date", "")))
        self._out.append(f'<a id="{escape(start_of(name))}"></a>')

    def _comment_end(self, node: Any) -> None:  # noqa: ANN401  # the same
        self._out.append(f'<a id="{escape(end_of(attribute(node, "name")))}"></a>')

    def _refer(self, mark: str, body: Any) -> None:  # noqa: ANN401  # the same
        number = len(self._notes)
        self._notes.append((number, body))
        self._out.append(f'<a role="doc-noteref" href="#note-{number}">{escape(mark)}</a>')

    def _spaces(self, node: Any) -> None:  # noqa: ANN401  # the same
        count = attribute(node, "c")
        self._out.append(" " * (min(_MANY_SPACES, int(count[:4])) if count.isdecimal() else 1))

    def _picture(self, node: Any) -> None:  # noqa: ANN401  # the same
        words = [each.text or "" for each in node.getparent() if local(each) in {"title", "desc"}]
        source = attribute(node, "href").removeprefix("./")
        self._out.append(f'<img src="#{escape(source)}" alt="{escape(" ".join(filter(None, words)))}">')

    def _bookmark(self, node: Any) -> None:  # noqa: ANN401  # the same
        self._out.append(f'<a id="{escape(attribute(node, "name"))}"></a>')


_ELEMENTS: dict[str, Callable[[_Page, Any], None]] = {
    "h": _Page._heading,
    "p": _Page._paragraph,
    "span": _Page._span,
    "a": _Page._link,
    "list": _Page._list,
    "table-cell": _Page._cell,
    "note": _Page._note,
    "annotation": _Page._comment,
    "annotation-end": _Page._comment_end,
    "s": _Page._spaces,
    "tab": lambda page, _: page._out.append(" "),
    "line-break": lambda page, _: page._out.append("<br>"),
    "image": _Page._picture,
    "bookmark": _Page._bookmark,
    "bookmark-start": _Page._bookmark,
    "title": lambda *_: None,
    "desc": lambda *_: None,
}
