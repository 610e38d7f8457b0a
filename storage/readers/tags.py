"""The elements of HTML, by what they mean for the text."""

from __future__ import annotations

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
SPANS = {
    **dict.fromkeys(("em", "i", "cite", "dfn", "var"), "emphasis"),
    **dict.fromkeys(("strong", "b"), "strong"),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), "code"),
    **dict.fromkeys(("s", "del", "strike"), "strike"),
}
AROUND = {"rt": ("(", ")"), "q": ("“", "”")}
HEADINGS = {f"h{level}": level for level in range(1, 7)}
LISTS = frozenset({"ul", "ol", "menu", "dir"})
