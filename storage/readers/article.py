"""Which part of a web page is its article: what it calls so itself, else what readability finds, else all of it."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

_CLUTTER = (
    "nav, aside:not([epub\\:type]), footer, form, [role=navigation], [role=complementary], [role=contentinfo],"
    " [role=banner], [role=search], [class*=cookie], [id*=cookie], [class*=consent], [class*=newsletter]"
)
"""What is no part of an article even inside of it."""
_SIGNS = "nav, aside, footer, form, [role=navigation], [class*=sidebar], [class*=menu], [class*=footer], [id*=sidebar]"
"""What tells that there is more on a page than an article."""
_SHARE = 3
"""What calls itself the article is believed when it has at least the third part of the words."""
_FEW = 60
"""Words with which a page is too short to look for an article in it."""


class Chosen(NamedTuple):
    """What is read of a page: a node without the nodes in it that are `left_out`; `less` than there is."""

    node: LexborNode
    left_out: frozenset[int]
    less: bool


def article(page: LexborHTMLParser, root: LexborNode) -> Chosen:
    """Return the part of `page` that is its article; `root` is its body."""
    words = _words(root)
    cluttered = root.css_first(_SIGNS) is not None
    found = _named(root, words) or (_found(page, words) if cluttered else None) or root
    aside: list[LexborNode] = []
    if found is not root or words >= _FEW:
        aside = [node for node in found.css(_CLUTTER) if _words(node) * 2 < words]
    return Chosen(found, frozenset(node.mem_id for node in aside), bool(aside) or _words(found) < words)


def is_told(root: LexborNode) -> bool:
    """Tell whether a page itself says where its article is, or is nothing else, so that none has to be looked for."""
    return root.css_first(_SIGNS) is None or _named(root, _words(root)) is not None


def _named(root: LexborNode, words: int) -> LexborNode | None:
    """Return the one ``article``, else the one ``main``, where most of the words stand in it."""
    for selector in ("article", "main, [role=main]", "[itemprop=articleBody]"):
        nodes = root.css(selector)
        if len(nodes) == 1 and _words(nodes[0]) * _SHARE >= words:
            return nodes[0]
    return None


def _found(page: LexborHTMLParser, words: int) -> LexborNode | None:
    """Return what readability takes for the article; None where it finds none that is worth it."""
    if words < _FEW:
        return None
    from lxml.etree import LxmlError  # noqa: PLC0415  # only pages that name nothing need it
    from readability import Document  # noqa: PLC0415  # the same
    from readability.readability import Unparseable  # noqa: PLC0415  # the same

    logging.disable(logging.CRITICAL)
    with suppress(Unparseable, LxmlError, ValueError):
        made = LexborHTMLParser(Document(page.html or "").summary(html_partial=True))
        if made.body is not None and _words(made.body) * _SHARE >= words:
            return made.body
    return None


def _words(node: LexborNode) -> int:
    return len(node.text(deep=True, separator=" ").split())
