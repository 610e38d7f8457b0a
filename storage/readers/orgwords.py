"""Running text of Org as HTML: emphasis, code, links, and footnotes that stand in the midst of it."""

from __future__ import annotations

import re
from html import escape

_WORD = re.compile(
    r"\[\[(?P<link>[^\[\]\n]+)\](?:\[(?P<words>[^\[\]]+)\])?\]"
    r"|\[fn:(?P<note>[\w-]*)(?::(?P<says>[^\[\]]*))?\]"
    r"|(?P<url>https?://[^\s<>\"“”\[\]]*[^\s<>\"“”\[\].,;:!?')*/_=~+])"
    r"|(?P<break>\\\\(?=\s|$))"
    r"|(?:^|(?<=[\s\-({'\"—–]))(?P<mark>[*/_+=~])(?P<inner>(?![\s])[^\n]{0,1000}?(?<!\s))(?P=mark)(?=$|[\s\-.,;:!?'\")}\]—–])"
)
_TAGS = {"*": "b", "/": "em", "_": "u", "+": "s"}
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|bmp|tiff?)$", re.IGNORECASE)
_DEEPEST = 6


class Inline:
    """Turns running text into HTML, and keeps the notes that it defines on the way."""

    def __init__(self) -> None:
        self._notes: list[str] = []
        self._own = 0

    def html(self, string: str, depth: int = 0) -> str:
        """Return running text as HTML."""
        made: list[str] = []
        at = 0
        for found in _WORD.finditer(string):
            made += [escape(string[at : found.start()]), self._one(found, depth)]
            at = found.end()
        return "".join([*made, escape(string[at:])])

    def _one(self, found: re.Match[str], depth: int) -> str:
        if found["link"]:
            return self._link(found["link"], found["words"] or "", depth)
        if found["note"] is not None:
            return self._note(found["note"], found["says"], depth)
        if found["url"]:
            return f'<a href="{escape(found["url"])}">{escape(found["url"])}</a>'
        if found["break"]:
            return "<br>"
        inner, mark = found["inner"], found["mark"]
        if mark in "=~":
            return f"<code>{escape(inner)}</code>"
        within = self.html(inner, depth + 1) if depth < _DEEPEST else escape(inner)
        return f"<{_TAGS[mark]}>{within}</{_TAGS[mark]}>"

    def _link(self, target: str, words: str, depth: int) -> str:
        target = target.removeprefix("file:")
        if _PICTURE.search(target) and (not words or _PICTURE.search(words)):
            return f'<img src="{escape(target)}" alt="">'
        shown = self.html(words, depth + 1) if words and depth < _DEEPEST else escape(words or target)
        return f'<a href="{escape(target)}">{shown}</a>'

    def _note(self, name: str, says: str | None, depth: int) -> str:
        if not name:
            self._own += 1
            name = f"own-{self._own}"
        if says is not None:
            inner = self.html(says, depth + 1) if depth < _DEEPEST else escape(says)
            self._notes.append(f'<div id="note-{escape(name)}"><p>{inner}</p></div>')
        return (
            f'<a role="doc-noteref" href="#note-{escape(name)}">{"*" if name.startswith("own-") else escape(name)}</a>'
        )

    def notes(self) -> list[str]:
        """Return the notes that were defined in the midst of words."""
        return self._notes


def located(href: str) -> str:
    """Return what an address means: ``#note-1`` and ``*Heading`` are places in the document."""
    if href.startswith("#note-"):
        return href
    if href.startswith("*"):
        return f"#*{href[1:].casefold()}"
    return "" if href.lower().startswith(("javascript:", "data:", "vbscript:", "elisp:", "shell:")) else href
