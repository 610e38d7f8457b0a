"""What the control words of RTF mean, as far as they bear on the text; and its styles."""

from __future__ import annotations

import codecs
import re

SIGNS = {"~": "\u00a0", "-": "\u00ad", "_": "\u2011"}
"""Control signs that are characters."""

CHARACTERS = {
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
    "tab": " ",
    "zwj": "\u200d",
    "zwnj": "\u200c",
}
"""Control words that are characters."""

LOOKS = {
    "b": "b",
    "i": "i",
    "strike": "s",
    "striked": "s",
    "super": "sup",
    "sub": "sub",
    "nosupersub": "",
    "plain": "",
}
"""Control words that begin and end a look, and its element."""

INFO = frozenset({"title", "author", "creatim"})
COMMENT = frozenset({"atrfstart", "atrfend", "atnauthor", "atnref", "atndate"})
"""Destinations around a comment, and in it, that say where it stands, whose it is and when it was made."""
ASIDE = frozenset({*INFO, *COMMENT, "fldinst", "listtext", "pntext", "bkmkstart", "stylesheet-entry"})
"""Destinations whose text is not that of the document, and is asked for when they end."""
SKIPPED = frozenset(
    {
        *("fonttbl", "stylesheet", "colortbl", "info", "pict", "object", "unknown", "private", "xe", "tc", "rxe"),
        *("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf", "ftnsep", "ftnsepc"),
        *("aftnsep", "aftnsepc", "ftncn", "aftncn", "nonshppict"),
        *("subject", "keywords", "doccomm", "operator", "comment", "revtim", "printim", "buptim", "company", "manager"),
        *("category", "hlinkbase", "listtable", "listoverridetable", "revtbl", "bkmkend", "atnid"),
        *("creatim", "nonesttables", "fontemb", "falt", "template", "shprslt"),
    }
)
"""Destinations of which nothing is text to be read."""
GOALS = SKIPPED | ASIDE | {"footnote", "annotation", "fldrslt"}
"""All destinations that are known."""
STARRED = GOALS | {"shpinst", "shptxt", "shppict"}
"""Destinations that may be marked as ones which an old program leaves out, and are known."""

CHARSETS = {
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gb18030",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    254: "cp437",
    255: "cp850",
}
"""The code page of a font, by its character set."""

_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_DEEPEST = 6


def code_page(number: int) -> str:
    """Return Python's name of a code page; nothing where it has none."""
    name = "utf-8" if number == 65_001 else "mac_roman" if number == 10_000 else f"cp{number}"  # noqa: PLR2004  # as in Windows
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


def dated(words: str) -> str:
    """Return a packed time (DTTM: minutes, hours, days, months, years since 1900, from the lowest bit) as ISO 8601."""
    try:
        packed = int(words)
    except ValueError:
        return ""
    minute, hour, day, month = packed & 63, packed >> 6 & 31, packed >> 11 & 31, packed >> 16 & 15
    sound = minute < 60 and hour < 24 and day and 0 < month <= 12  # noqa: PLR2004  # as clocks and calendars have it
    return f"{1900 + (packed >> 20 & 511)}-{month:02}-{day:02}T{hour:02}:{minute:02}:00" if sound else ""


def whole(string: str) -> str:
    """Return `string` with the halves of characters beyond the basic plane put together."""
    return string.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class Styles:
    """The styles of a document: what element the paragraphs of each are."""

    def __init__(self) -> None:
        self._elements: dict[int, str] = {}
        self._number = 0
        self._level = -1

    def say(self, word: str, number: int) -> None:
        """Take what is said of a style before its name."""
        if word == "s":
            self._number = number
        else:
            self._level = number

    def name(self, name: str) -> None:
        """Take the name of a style, with which what is said of it ends."""
        found = _HEADING.fullmatch(name)
        level = int(found[1]) if found else self._level + 1
        if name.lower() == "title":
            level = 1
        if 0 < level <= 9:  # noqa: PLR2004  # the tenth is the body
            self._elements[self._number] = f"h{min(level, _DEEPEST)}"
        elif name.lower() in {"quote", "intense quote", "quotations", "block text"}:
            self._elements[self._number] = "blockquote"
        self._number, self._level = 0, -1

    def element(self, number: int) -> str:
        """Return the element of a style: a heading, a quotation, or a paragraph."""
        return self._elements.get(number, "p")
