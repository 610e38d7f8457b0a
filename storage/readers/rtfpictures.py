r"""Pictures in RTF: what a ``\pict`` group says of its picture, and its bytes. Source: RTF Specification 1.9.1."""

from __future__ import annotations

import re
from typing import NamedTuple

from storage.readers import encoding

_INNER = r"\{[^{}]*(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*+\}[^{}]*)*+\}"
_HEAD = re.compile(rf"(?:{_INNER}|\\(?!bin[0-9])[a-z*]+-?[0-9]*|[ \r\n])*+")
_WORDS = re.compile(r"\{\\sn +wzDescription *\}\s*\{\\sv +([^{}]*)\}")
_ESCAPED = re.compile(r"\\u(-?[0-9]{1,6}) ?(?:\\'[0-9a-fA-F]{2}|\?)?|\\'([0-9a-fA-F]{2})")
_BINARY = re.compile(r"\\bin([0-9]{1,9}) ?")
_DIGITS = re.compile(r"[0-9a-fA-F\s]*")
_SUFFIXES = {"\\pngblip": ".png", "\\jpegblip": ".jpg"}
"""The kinds that the systems' programs open; a metafile is none of them."""


class Picture(NamedTuple):
    """The suffix that tells its kind (empty where it is none that is opened), its words, and where its bytes begin."""

    suffix: str
    words: str
    start: int


def at(string: str, offset: int) -> Picture:
    r"""Return the picture whose group goes on at `offset`, after ``\pict``."""
    head = _HEAD.match(string, offset)
    said, end = (head[0], head.end()) if head else ("", offset)
    words = _WORDS.search(said)
    suffix = next((suffix for word, suffix in _SUFFIXES.items() if word in said), "")
    return Picture(suffix, _plain(words[1]) if words else "", end)


def content(string: str, picture: Picture) -> bytes:
    """Return the bytes of a picture in a document that was decoded as Latin 1; nothing where there are none."""
    if binary := _BINARY.match(string, picture.start):
        return string[binary.end() : binary.end() + int(binary[1])].encode("latin-1")
    found = _DIGITS.match(string, picture.start)
    digits = "".join(found[0].split()) if found else ""
    return bytes.fromhex(digits[: len(digits) // 2 * 2])


def _plain(string: str) -> str:
    def character(found: re.Match[str]) -> str:
        return chr(int(found[1]) % 65_536) if found[1] else bytes.fromhex(found[2]).decode("cp1252", "replace")

    return encoding.one_line(_ESCAPED.sub(character, string))
