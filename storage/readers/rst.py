"""reStructuredText: turned into HTML by docutils, and read as that.

Nothing that a document names is included or run: files, raw HTML and configuration are switched off. What docutils
complains of is left out of the text.
"""

from __future__ import annotations

import re
from typing import Any

from storage.readers import encoding
from storage.readers.markup import Walker
from storage.text import Meta, Text

NAME = "rst"
VERSION = 2

_SETTINGS: dict[str, Any] = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,
    "report_level": 5,
    "halt_level": 5,
    "warning_stream": False,
    "syntax_highlight": "none",
    "math_output": "LaTeX",
    "embed_stylesheet": False,
    "stylesheet_path": None,
    "smart_quotes": False,
    "toc_backlinks": False,
    "input_encoding": "unicode",
    "output_encoding": "unicode",
}
_LONG_LINE = 10_000
_TAB = 8
_LABEL = re.compile(r'<span class="label">.*?(?=<p\b)', re.DOTALL)
_LEFT_OUT = re.compile(r"^ *\.\. (?:include::|raw::|(?:\|[^|\n]+\| )?date::)|^ *:(?:file|url):", re.MULTILINE)
_PROBLEM = re.compile(r'<a href="#system-message-\d+">(.*?)</a>', re.DOTALL)


def parse(data: bytes, name: str, file_hash: str) -> Text:
    """Return the text of a document. Raises DocumentError."""
    from docutils.core import publish_doctree, publish_from_doctree  # noqa: PLC0415  # imported when first used

    string, warnings = encoding.decode(data, name)
    if _LEFT_OUT.search(string):
        warnings.append("Files that it includes, parts in raw HTML or LaTeX, and the date of today are left out.")
    _leave_out_today()
    settings = _SETTINGS | {"line_length_limit": _longest_line(string)}
    tree = publish_doctree(string, settings_overrides=settings)
    meta = _taken_meta(tree)
    page = str(publish_from_doctree(tree, writer="html5", settings_overrides=settings))
    walker = Walker()
    walker.read(_PROBLEM.sub(r"\1", _LABEL.sub("", page)))
    return walker.text(f"{NAME}/{VERSION}", meta, name, file_hash, warnings=warnings)


def _longest_line(string: str) -> int:
    """Return what a line, and what a substitution stands for, may have: docutils passes over documents beyond that."""
    return max(_LONG_LINE, _TAB * max(map(len, string.split("\n"))))


def _leave_out_today() -> None:
    """Have the directive ``date`` give nothing, so that the text is the same on every day."""
    from docutils.parsers.rst import Directive, directives  # noqa: PLC0415  # imported when first used

    class Nothing(Directive):  # type: ignore[misc]  # docutils has no types
        has_content = True

        def run(self) -> list[Any]:
            return []

    directives.register_directive("date", Nothing)


def _taken_meta(tree: Any) -> Meta:  # noqa: ANN401  # a node of docutils, which has no types
    """Take the bibliographic fields out of a document, and return what they say."""
    said: dict[str, list[str]] = {}
    for info in list(tree.findall(lambda node: node.tagname == "docinfo")):
        for node in info.findall(lambda node: node.tagname in {"author", "date", "organization"}):
            said.setdefault(node.tagname, []).append(encoding.one_line(node.astext()))
        info.parent.remove(info)
    return Meta(
        title=encoding.one_line(tree.get("title", "")),
        authors=tuple(said.get("author", ())),
        date=next(iter(said.get("date", ())), ""),
    )
