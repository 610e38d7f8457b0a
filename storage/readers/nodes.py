"""What single nodes of a parsed page say: their text, whether they are shown, what a link or a table is meant as."""

from __future__ import annotations

import re
from urllib.parse import unquote

from selectolax.lexbor import LexborNode

from storage.readers import encoding

SKIPPED = frozenset(
    {
        *("head", "script", "style", "noscript", "template", "iframe", "object", "embed", "canvas", "svg", "title"),
        *("button", "select", "textarea", "input", "datalist", "map", "audio", "rp", "link", "meta", "-comment"),
    }
)
"""Elements of which nothing is text to be read."""

BLOCKS = frozenset(
    {
        *("p", "div", "section", "article", "main", "header", "footer", "aside", "nav", "address", "figure", "body"),
        *("figcaption", "details", "summary", "dl", "fieldset", "form", "center", "hgroup", "legend", "caption"),
        *("html", "tr", "td", "th", "tbody", "thead", "tfoot", "video", "menu", "dir"),
    }
)
"""Elements that begin and end a block."""

SPANS = {
    **dict.fromkeys(("em", "i", "cite", "dfn", "var"), "emphasis"),
    **dict.fromkeys(("strong", "b"), "strong"),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), "code"),
    **dict.fromkeys(("s", "del", "strike"), "strike"),
}
"""Kinds of span by the elements that mean them."""

AROUND = {"rt": ("(", ")"), "q": ("“", "”")}
"""What stands before and after the text of an element."""
HEADINGS = {f"h{level}": level for level in range(1, 7)}
LISTS = frozenset({"ul", "ol", "menu", "dir"})

LONG_MARK = 12
"""Characters beyond which a link is no mark of a note."""
BACK = frozenset("↩⤴↑⏎^︎️ ")
"""Characters of which a link that leads back from a note may consist."""

_SUPER = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_SUB = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_RAISED = re.compile(r"[0-9+\-=()n]{1,12}")
_LOWERED = re.compile(r"[0-9+\-=()]{1,12}")
_BACK = "".join(BACK)
_WAY_BACK = re.compile("backlink|footnote-back|footnoteBackLink")
_NOTE = re.compile("noteref|footnote[-_]ref|note-ref")
_MARK = re.compile(r"\[?\(?(?:[A-Z]{0,3}\d{1,4}|[a-z]|[ivxlc]{1,7}|[*†‡§¶#]{1,3})\)?\]?")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_LANGUAGE = re.compile(r"(?:^|\s)(?:language-|lang-|highlight-source-|src-|code )([A-Za-z][\w+#.-]*)")
_LONG_CELL = 400
_TINY = 2
_DEEP_CELL = "table table,p+p,ul,ol,h1,h2,h3,h4,h5,h6,blockquote,pre,dl,hr"


HIDING = frozenset({"hidden", "style", "role", "epub:type"})
"""Attributes by which an element may say that it is not to be read."""
TELLING = HIDING | {"id", "name"}
"""Attributes of any element that have something to say."""


def number(string: str) -> int | None:
    """Return the number that an attribute gives; None where it is none, or absurd."""
    return int(string) if re.fullmatch(r"-?[0-9]{1,8}", string.strip()) else None


def hidden(attributes: dict[str, str | None]) -> bool:
    """Tell whether an element is not to be seen."""
    style = attributes.get("style")
    return ("hidden" in attributes or bool(style and _HIDDEN.search(style))) and "epub:type" not in attributes


def page_label(node: LexborNode, attributes: dict[str, str | None]) -> str | None:
    """Return what the page of the source is called that begins at an element; None where none does."""
    if attributes.get("epub:type") != "pagebreak" and attributes.get("role") != "doc-pagebreak":
        return None
    label = encoding.one_line(str(attributes.get("title") or attributes.get("aria-label") or text(node)))
    return label.removeprefix("Page ").strip(".")


def text(node: LexborNode) -> str:
    """Return the text in a node, on one line."""
    return encoding.one_line(node.text(deep=True))


def whole(node: LexborNode) -> str:
    """Return what is written in preformatted text; line breaks are line ends, the line end that begins it is none."""
    if node.css_first("br") is None:
        return node.text(deep=True)
    return "".join("\n" if each.tag == "br" else each.text_content or "" for each in node.traverse(include_text=True))


def language(node: LexborNode) -> str:
    """Return the language that preformatted code is in, where it or the code in it has a class that says so."""
    inner = node.css_first("code")
    for one in (node, inner) if inner is not None else (node,):
        said = str(one.attributes.get("class") or "")
        if found := _LANGUAGE.search(said):
            return found[1]
    return ""


def said_of(attributes: dict[str, str | None]) -> str:
    """Return what an element says of its role, type and class."""
    return " ".join([attributes.get(name) or "" for name in ("role", "epub:type", "class", "rev")])


def is_way_back(said: str, words: str) -> bool:
    """Tell whether a link leads from a note back to its mark."""
    return bool(_WAY_BACK.search(said)) or not words.strip(_BACK)


def is_note(node: LexborNode, said: str, words: str) -> bool:
    """Tell whether a link inside the document is the mark of a footnote."""
    if _NOTE.search(said):
        return True
    parent = node.parent if _MARK.fullmatch(words) else None
    return parent is not None and (parent.tag == "sup" or "sup" in [inner.tag for inner in node.traverse()])


def tiny(node: LexborNode) -> bool:
    """Tell whether a picture is too small to be one, as those are that only count readers."""
    sizes = [str(node.attributes.get(side) or "") for side in ("width", "height")]
    return any(size.isdecimal() and int(size[:6]) <= _TINY for size in sizes)


def picture(node: LexborNode) -> tuple[str, str]:
    """Return what a picture says in words, else its name, and its address; none where it is in the page itself."""
    attributes = node.attributes
    source = str(attributes.get("src") or attributes.get("data-src") or attributes.get("xlink:href") or "")
    source = "" if source.startswith("data:") else source
    named = encoding.one_line(unquote(source.partition("?")[0].rpartition("/")[2]))
    return encoding.one_line(str(attributes.get("alt") or "")) or f"[{named or 'image'}]", source


def is_grid(node: LexborNode) -> bool:
    """Tell whether a table holds short values, rather than the layout of a page."""
    if node.attributes.get("role") in {"presentation", "none"} or node.css_first(_DEEP_CELL) is not None:
        return False
    found = node.css("td, th")
    return len(found) > 1 and all(len(cell.text(deep=True)) <= _LONG_CELL for cell in found)


def cells(row: LexborNode) -> list[LexborNode]:
    """Return the cells of a table's row."""
    return [cell for cell in row.iter() if cell.tag in {"td", "th"}]


def raised(string: str) -> str:
    """Return a number in raised figures; nothing where it cannot be written so."""
    return string.translate(_SUPER) if _RAISED.fullmatch(string) else ""


def lowered(string: str) -> str:
    """Return a number in lowered figures; nothing where it cannot be written so."""
    return string.translate(_SUB) if _LOWERED.fullmatch(string) else ""
